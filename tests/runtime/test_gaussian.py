"""Gaussian factors: likelihood, residuals and metric against closed forms and hand computation."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from oedipus.compiler import program as p
from oedipus.compiler.pipeline import compile_text
from oedipus.networks.architectures import build
from oedipus.networks.cards import Card, read_cards
from oedipus.networks.library import load_network, save_weights
from oedipus.runtime.posterior import Posterior, load_posterior

CARD = """
name = "face"
role = "generator"
kind = "face"
architecture = "face_generator"
[options]
latents = 16
dense = 32
[picture]
shape = [3, 64, 64]
[language]
nouns = ["face"]
"""


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Card]:
    """The shipped library with a generator of random faces."""
    folder = tmp_path_factory.mktemp("faces")
    torch.manual_seed(0)
    save_weights(build("face_generator", latents=16, dense=32), folder / "face.safetensors")
    (folder / "face.toml").write_text(CARD)
    return read_cards([folder])


def latents(posterior: Posterior, rows: int = 4, seed: int = 0) -> Tensor:
    return torch.randn(rows, posterior.dim, generator=torch.Generator().manual_seed(seed))


def posterior_of(text: str, cards: Mapping[str, Card], folder: Path | None = None) -> Posterior:
    return load_posterior(compile_text(text, cards, folder), cards)


def test_age_and_gender_by_hand(faces: Mapping[str, Card]) -> None:
    """Equation 8 without the picture: the age has no α, the gender has its own."""
    posterior = posterior_of("face x\nx is 33 ± 1.5 years old\nx is female with alpha 10\nalpha 0.5, 4\n", faces)
    points = latents(posterior)
    pictures = posterior.networks["face"](points)
    age, gender = (load_network(faces[name])(pictures) for name in ("age", "gender"))
    likelihood = -((age - 33) / 1.5).square() / 2
    for alpha in (0.5, 4.0):
        expected = likelihood + 10 * alpha / 4 * gender.log_softmax(1)[:, 0]
        torch.testing.assert_close(posterior.evaluate(points, alpha).log_likelihood, expected)


def test_pictures_by_hand(tmp_path: Path, faces: Mapping[str, Card]) -> None:
    rng = np.random.default_rng(0)
    data = rng.random((16, 16), dtype=np.float32) * 3
    np.save(tmp_path / "y.npy", data)
    text = 'face x\nmask(coarsen(gray(x), 4), left) = "y.npy" ± 0.5\n'
    posterior = posterior_of(text, faces, tmp_path)
    points = latents(posterior)
    pictures = posterior.networks["face"](points).double().numpy()
    coarse = pictures.sum(axis=1).reshape(4, 16, 4, 16, 4).mean(axis=(2, 4))[:, :, 8:]
    residual = (coarse - data[:, 8:]) / 0.5
    found = posterior.evaluate(points, 10.0)
    np.testing.assert_allclose(found.log_likelihood, -(residual**2).sum(axis=(1, 2)) / 2, rtol=1e-4)
    np.testing.assert_allclose(found.details["reduced_chi2"][:, 0], (residual**2).mean(axis=(1, 2)), rtol=1e-4)
    data[:, :8] = rng.random((16, 8))
    np.save(tmp_path / "y.npy", data)
    again = posterior_of(text, faces, tmp_path).evaluate(points, 10.0)
    assert torch.equal(again.log_likelihood, found.log_likelihood), "what the mask hides is no data"


def test_a_number_is_compared_with_every_pixel(cards: Mapping[str, Card]) -> None:
    posterior = posterior_of("digit x\nmask(x, top) = 0.25 ± 0.1\n", cards)
    points = latents(posterior)
    below = posterior.networks["digit"](points)[:, 0, 14:].double().numpy()
    expected = -(((below - 0.25) / 0.1) ** 2).sum(axis=(1, 2)) / 2
    np.testing.assert_allclose(posterior.evaluate(points, 1.0).log_likelihood, expected, rtol=1e-4)


def test_logic_and_measurements_add_up(cards: Mapping[str, Card]) -> None:
    """A measurement beside logic, of several variables, in any order of clauses."""
    clauses = ["a = b + 2", "coarsen(b, 28) = 0.1 ± 0.05", "a is odd", "coarsen(a, 28) = 0.2 ± 0.05"]
    posterior = posterior_of("\n".join(["digits a, b", *clauses]), cards)
    points = latents(posterior)
    together = posterior.evaluate(points, 3.0)
    alone = [posterior_of(f"digits a, b\n{clause}\n", cards).evaluate(points, 3.0) for clause in clauses]
    torch.testing.assert_close(together.log_likelihood, sum(one.log_likelihood for one in alone))
    torch.testing.assert_close(together.details["clauses"], torch.cat([one.details["clauses"] for one in alone], dim=1))
    chi2 = torch.cat([alone[place].details["reduced_chi2"] for place in (1, 3)], dim=1)
    torch.testing.assert_close(together.details["reduced_chi2"], chi2)


def test_densities_are_no_part_of_the_score(cards: Mapping[str, Card]) -> None:
    posterior = posterior_of("digits a\ncoarsen(a, 28) = 0.9 ± 0.01\na is odd\na is 3\n", cards)
    clauses = posterior.evaluate(latents(posterior), 1.0).details["clauses"]
    assert posterior.score(clauses) == pytest.approx(clauses[:, 1:].exp().mean().item())


def test_pictures_of_different_shapes(faces: Mapping[str, Card]) -> None:
    text = "digit a\nface x\ncoarsen(a, 4) = 0.2 ± 0.1\ncoarsen(x, 4) = 0.5 ± 0.1\n"
    posterior = posterior_of(text, faces)
    residuals = posterior.residuals(posterior.pictures(latents(posterior)))
    assert [tuple(one.shape) for one in residuals.values()] == [(4, 49), (4, 3 * 16 * 16)]


def test_every_network_looks_once(faces: Mapping[str, Card]) -> None:
    text = "faces x, z\nage(x) = 33 ± 1\nage(x) = 30 ± 5\nage(z) = 60 ± 2\nage(blur(x, 2)) = 30 ± 9\n"
    posterior = posterior_of(text, faces)
    seen: list[int] = []
    for name in ("face", "age"):
        posterior.networks[name].register_forward_hook(lambda _, given, __: seen.append(len(given[0])))
    posterior.evaluate(latents(posterior), 1.0)
    # Two faces drawn together, both of their ages read together, the blurred one by itself.
    assert seen == [8, 8, 4]


def test_rows_do_not_depend_on_each_other(faces: Mapping[str, Card]) -> None:
    posterior = posterior_of("face x\nage(x) = 33 ± 1\ncoarsen(x, 8) = 0.4 ± 0.1\n", faces)
    points = latents(posterior)
    alone = torch.cat([posterior.log_prob(row[None]) for row in points])
    torch.testing.assert_close(posterior.log_prob(points), alone, rtol=1e-4, atol=1e-3)


class Drawer(nn.Module):
    """x = W ξ + b, an affine generator of 1 × 6 × 4 pictures."""

    def __init__(self) -> None:
        super().__init__()
        rng = torch.Generator().manual_seed(3)
        self.weight, self.bias = torch.randn(24, 5, generator=rng) / 4, torch.rand(24, generator=rng)

    def forward(self, points: Tensor) -> Tensor:
        return (points @ self.weight.T + self.bias).unflatten(1, (1, 6, 4))


def linear(operators: tuple[tuple[str, tuple[int | float | str, ...]], ...], data: Tensor, sigma: float) -> Posterior:
    body = p.Gaussian("x", operators, "y.npy", sigma, None, {"y.npy": data.numpy()})
    drawn = p.Program((p.Variable("x", "plain", "drawer"),), (), (p.Factor("I", (), body),))
    card = Card("drawer", "generator", "plain", "none", options={"latents": 5}, picture={"shape": [1, 6, 4]})
    return Posterior(drawn, {"drawer": card}, {"drawer": Drawer()}, (1.0,), torch.device("cpu"))


def test_the_posterior_of_an_affine_generator_is_known() -> None:
    """log p(ξ | y) differs from the Gaussian of linear regression by a constant."""
    operators = (("blur", (1.0,)), ("mask", ("left",)), ("coarsen", (2,)))
    data = torch.rand(1, 3, 2, generator=torch.Generator().manual_seed(1))
    posterior = linear(operators, data, 0.3)
    drawer = Drawer()
    chain = posterior.measurements[0].operators
    response = torch.stack([chain.forward(column.reshape(1, 1, 6, 4)).flatten() for column in drawer.weight.T], dim=1)
    offset = chain.forward(drawer.bias.reshape(1, 1, 6, 4)).flatten()
    seen = torch.tensor([1, 3, 5])  # of two columns of blocks the left one is hidden
    response, rest = response[seen], (data.flatten() - offset)[seen]
    precision = torch.eye(5) + response.T @ response / 0.3**2
    mean = torch.linalg.solve(precision, response.T @ rest / 0.3**2)
    known = torch.distributions.MultivariateNormal(mean, precision_matrix=precision)
    points = latents(posterior, rows=20)
    apart = posterior.log_prob(points) - known.log_prob(points)
    torch.testing.assert_close(apart, apart[:1].expand(20), rtol=0, atol=2e-4)
    jacobian = torch.func.jacrev(lambda one: posterior.coordinates(one[None], 1.0)[0])(points[0])
    torch.testing.assert_close(torch.eye(5) + jacobian.T @ jacobian, precision, rtol=1e-4, atol=1e-4)


def test_coordinates_are_angles_and_residuals(faces: Mapping[str, Card]) -> None:
    text = "face x\ncoarsen(x, 16) = 0.4 ± 0.1\nx is female\nage(x) = 33 ± 2\n"
    posterior = posterior_of(text, faces)
    points = latents(posterior)
    found = posterior.coordinates(points, 4.0)
    assert found.shape == (4, 1 + 3 * 4 * 4 + 1)
    squares = (found[:, 1:].square().sum(dim=1)) / -2
    clauses = posterior.evaluate(points, 4.0).details["clauses"]
    torch.testing.assert_close(squares, clauses[:, 0] + clauses[:, 2])
    torch.testing.assert_close(found[:, 0], 4 * clauses[:, 1].exp().sqrt().asin(), rtol=1e-3, atol=1e-3)


def test_files_that_were_not_read(cards: Mapping[str, Card]) -> None:
    posterior = posterior_of('digit x\nx = "y.npy" ± 1\n', cards)
    with pytest.raises(ValueError, match=r'"y\.npy" was not read'):
        posterior.log_prob(latents(posterior))
