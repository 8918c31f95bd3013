"""The operators that exported programs may call: those that compute tensors from tensors, and nothing else.

Left out are operators that touch files, that exchange or resize what a tensor is
stored in, that return memory as they find it, that draw random numbers (a
picture is a function of its latents), and all that no generator or classifier needs.
"""

from collections.abc import Mapping

_ARITHMETIC = """
    abs acos acosh add addcdiv addcmul angle asin asinh atan atan2 atanh ceil clamp clamp_max clamp_min clip copysign
    cos cosh deg2rad div divide erf erfc erfinv exp exp2 expm1 fix floor floor_divide fmax fmin fmod frac hypot
    lerp log log10 log1p log2 logaddexp logit maximum minimum mul multiply nan_to_num neg negative positive pow
    rad2deg reciprocal relu remainder round rsqrt rsub sgn sigmoid sign sin sinc sinh special_expit special_erf sqrt
    square sub subtract tan tanh true_divide trunc xlogy
"""
_COMPARISONS = """
    eq ge gt le lt ne greater greater_equal less less_equal not_equal isfinite isinf isnan where
    bitwise_and bitwise_not bitwise_or bitwise_xor logical_and logical_not logical_or logical_xor masked_fill
"""
_ACTIVATIONS = """
    celu elu gelu glu hardshrink hardsigmoid hardswish hardtanh leaky_relu log_sigmoid log_softmax mish prelu relu6
    rrelu_with_noise_functional selu silu softmax softplus softshrink softsign _softmax _log_softmax threshold
"""
_REDUCTIONS = """
    all amax amin aminmax any argmax argmin count_nonzero cummax cummin cumprod cumsum logcumsumexp logsumexp max mean
    median min norm linalg_norm linalg_vector_norm linalg_matrix_norm prod std std_mean sum var var_mean
"""
_ALGEBRA = """
    addbmm addmm addmv addr baddbmm bilinear bmm cross dot einsum inner linear matmul mm mv outer tensordot vdot
    linalg_multi_dot linalg_cross kron scaled_dot_product_attention
"""
_LAYERS = """
    adaptive_avg_pool1d adaptive_avg_pool2d _adaptive_avg_pool2d adaptive_max_pool2d avg_pool1d avg_pool2d avg_pool3d
    batch_norm conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d convolution dropout
    feature_dropout cosine_similarity embedding group_norm instance_norm layer_norm local_response_norm max_pool1d
    max_pool2d max_pool3d max_pool2d_with_indices native_batch_norm _native_batch_norm_legit_no_training
    native_group_norm native_layer_norm normalize pixel_shuffle pixel_unshuffle channel_shuffle rms_norm
    upsample_bicubic2d upsample_bilinear2d _upsample_bilinear2d_aa _upsample_bicubic2d_aa upsample_linear1d
    upsample_nearest1d upsample_nearest2d upsample_nearest3d _upsample_nearest_exact2d upsample_trilinear3d
    grid_sampler grid_sampler_2d affine_grid_generator im2col col2im
"""
_SHAPES = """
    alias as_strided atleast_1d atleast_2d atleast_3d broadcast_tensors broadcast_to cat chunk clone column_stack
    concat concatenate constant_pad_nd contiguous detach diag diag_embed diagonal dsplit dstack expand expand_as
    flatten flip fliplr flipud hsplit hstack movedim moveaxis narrow numpy_T pad permute adjoint mH mT ravel
    reflection_pad1d reflection_pad2d replication_pad1d replication_pad2d repeat repeat_interleave reshape reshape_as
    roll rot90 select slice split split_with_sizes squeeze stack swapaxes swapdims t tensor_split tile transpose tril
    triu unbind unflatten unsqueeze view view_as vsplit vstack _unsafe_view unfold lift_fresh_copy lift_fresh
    to _to_copy type_as float double half copy copy_
"""
_INDICES = """
    gather index index_add index_copy index_fill index_put index_select masked_select one_hot scatter scatter_add
    scatter_reduce select_scatter slice_scatter sort argsort take take_along_dim topk
"""
_CONSTANTS = """
    arange eye full full_like linspace new_full new_ones new_zeros ones ones_like scalar_tensor zeros zeros_like
    tril_indices triu_indices
"""
_SIZES = "sym_size sym_numel sym_stride sym_storage_offset"
_ASSERTIONS = "_assert_tensor_metadata _assert_scalar sym_constrain_range_for_size"
_IN_PLACE = """
    abs_ add_ addcdiv_ addcmul_ addmm_ ceil_ clamp_ clamp_max_ clamp_min_ cos_ div_ elu_ exp_ fill_ floor_ hardsigmoid_
    hardswish_ hardtanh_ leaky_relu_ log_ masked_fill_ mul_ neg_ pow_ reciprocal_ relu_ relu6_ round_ rsqrt_ sigmoid_
    silu_ sin_ sqrt_ square_ sub_ tanh_ zero_ squeeze_ unsqueeze_ transpose_ t_ index_put_ detach_
"""

COMPUTING = frozenset(
    " ".join(
        (
            _ARITHMETIC, _COMPARISONS, _ACTIVATIONS, _REDUCTIONS, _ALGEBRA, _LAYERS, _SHAPES, _INDICES, _CONSTANTS,
            _SIZES, _ASSERTIONS, _IN_PLACE,
        )
    ).split()
)  # fmt: skip
"""Names in ``torch.ops.aten``; all their overloads but those that write into tensors handed to them."""

ON_NUMBERS = frozenset(
    ["add", "sub", "mul", "floordiv", "truediv", "mod", "pow", "neg", "eq", "ne", "lt", "le", "gt", "ge", "getitem"]
)
"""Names in Python's ``operator``, for sizes."""

TEXTS: Mapping[str, frozenset[str]] = {
    "pad.mode": frozenset({"constant", "reflect", "replicate", "circular"}),
    "div.rounding_mode": frozenset({"floor", "trunc"}),
    "div_.rounding_mode": frozenset({"floor", "trunc"}),
    "divide.rounding_mode": frozenset({"floor", "trunc"}),
    "gelu.approximate": frozenset({"none", "tanh"}),
    "scatter_reduce.reduce": frozenset({"sum", "prod", "mean", "amax", "amin"}),
    "linalg_matrix_norm.ord": frozenset({"fro", "nuc"}),
    "linalg_norm.ord": frozenset({"fro", "nuc"}),
    **{f"conv{sides}d.padding": frozenset({"same", "valid"}) for sides in (1, 2, 3)},
}
"""The only texts that an operator is handed, by ``operator.argument``; an equation of einsum is read apart."""
