"""The training loop: resuming changes nothing, files are whole, normalisation folds away."""

from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from oedipus.networks import mnist
from oedipus.networks.recipes.digit import Wasserstein, fold, settle
from oedipus.networks.recipes.loop import train
from oedipus.networks.recipes.scores import frechet
from oedipus.networks.recipes.supervised import Supervised
from oedipus.networks.tensors import load_tree, save_tree


def lessons(digits: tuple[Tensor, Tensor], steps: int) -> Supervised:
    recipe = Supervised(None, "convnet", {"width": 8}, steps=steps, size=32, bfloat16=False)
    recipe.__dict__["pictures"] = digits
    return recipe


def test_resuming_changes_nothing(digits: tuple[Tensor, Tensor], tmp_path: Path) -> None:
    straight = train(lessons(digits, 12), checkpoint=tmp_path / "straight", seed=3)
    recipe = lessons(digits, 12)
    true_step, recipe_calls = recipe.step, []

    def cut(training):  # type: ignore[no-untyped-def]
        recipe_calls.append(training.step)
        if len(recipe_calls) == 6:
            raise KeyboardInterrupt
        return true_step(training)

    recipe.step = cut  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        train(recipe, checkpoint=tmp_path / "cut", seed=3)
    resumed = train(lessons(digits, 12), checkpoint=tmp_path / "cut", seed=3)
    assert recipe_calls[-1] == 5
    for name, value in straight.modules["network"].state_dict().items():
        assert torch.equal(value, resumed.modules["network"].state_dict()[name]), name


def test_a_small_network_learns(digits: tuple[Tensor, Tensor], tmp_path: Path) -> None:
    recipe = lessons(digits, 150)
    network = recipe.finish(train(recipe, checkpoint=tmp_path / "kept", seed=0))
    assert (network(digits[0]).argmax(dim=1) == digits[1]).float().mean() > 0.6


def test_adversarial_steps_move_both_sides(digits: tuple[Tensor, Tensor], tmp_path: Path) -> None:
    recipe = Wasserstein(None, latents=16, width=4, steps=4, size=16, guide_steps=5, bfloat16=False)
    recipe.__dict__["pictures"] = digits
    before = {name: module.state_dict() for name, module in recipe.start(0).modules.items()}
    training = train(recipe, checkpoint=tmp_path / "kept", seed=0)
    for name in ("generator", "critic", "average"):
        after = training.modules[name].state_dict()
        assert any(not torch.equal(before[name][key], after[key]) for key in after), name
    assert recipe.finish(training)(torch.randn(2, 16)).shape == (2, 1, 28, 28)


def test_normalisation_folds_away() -> None:
    recipe = Wasserstein(None, latents=16, width=4)
    generator = recipe.start(0).modules["generator"]
    for module in generator.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.5, 2)
            torch.nn.init.uniform_(module.bias, -1, 1)
    settled = settle(generator, samples=1000)
    latents = torch.randn(8, 16)
    torch.testing.assert_close(fold(settled)(latents), settled(latents), atol=1e-5, rtol=1e-4)


def test_frechet_distance_of_known_gaussians() -> None:
    rng = torch.Generator().manual_seed(0)
    first = torch.randn(200_000, 2, generator=rng)
    second = torch.randn(200_000, 2, generator=rng) * torch.tensor([2.0, 1.0]) + torch.tensor([3.0, 0.0])
    # |m1 - m2|² + Σ (σ1 - σ2)² for diagonal covariances.
    assert frechet(first, second) == pytest.approx(9 + 1, abs=0.1)


leaves = st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=3) | st.booleans() | st.none()
trees = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.integers(0, 9) | st.text(max_size=3), inner, max_size=3)
    ),
)


@given(tree=st.dictionaries(st.text(max_size=3), trees, max_size=4))
def test_trees_come_back(tree: dict[str, object], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("trees") / "tree"
    weights = torch.arange(6.0).reshape(2, 3)
    save_tree(path, {**tree, "weights": {0: weights}})
    again = load_tree(path)
    assert torch.equal(again.pop("weights")[0], weights)
    assert again == {key: value for key, value in tree.items() if key != "weights"}


def test_missing_data_says_what_goes_where(tmp_path: Path) -> None:
    with pytest.raises(mnist.DataError, match=r"put train-images-idx3-ubyte.gz of MNIST there"):
        mnist.load(tmp_path, "train")


def test_other_data_is_not_taken_for_mnist(tmp_path: Path) -> None:
    import gzip

    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(b"\0\0\x08\x01\0\0\0\1x"))
    with pytest.raises(mnist.DataError, match="checksum"):
        mnist.load(tmp_path, "train")
