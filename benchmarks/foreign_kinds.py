"""The kinds of foreign files: a sound one of each, the entry point that reads it, what would be a wrong reading."""

import hashlib
import io
import json
import math
import os
import re
import tomllib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import tomli_w
from foreign_mutations import ODD, archive_of, bytes_of, header_of, text_of, tree_of

Outcome = tuple[str, str]
SOUND: Outcome = ("accepted", "")
REFUSED: Outcome = ("refused", "")
CARD = """name = "bright"
role = "classifier"
kind = "digit"
architecture = "convnet"
classes = ["dim", "bright"]
table = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]

[options]
classes = 2
width = 4

[picture]
shape = [1, 28, 28]
range = [0.0, 1.0]

[memory]
chunk = 4
recompute = true

[language]
nouns = ["blob"]

[language.adjectives]
bright = "bright"
dim = "dim"

[language.features]
"much ink" = "bright"

[figures]
test_accuracy = 0.99
"""
RIDDLE = 'use "nets"\ndigits a, b\na is bright\nb = a + 1\n'


def convnet(folder: Path) -> bytes:
    """Weights of a small classifier, written where the card above looks for them."""
    import torch

    from oedipus.networks.architectures import build
    from oedipus.networks.library import save_weights

    torch.manual_seed(0)
    folder.mkdir(exist_ok=True)
    save_weights(build("convnet", classes=2, width=4), folder / "bright.safetensors")
    return (folder / "bright.safetensors").read_bytes()


class Cards:
    name = "card"

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "nets"
        convnet(self.folder)

    def attempt(self, rng: Random) -> Outcome:
        """A card beside sound weights, as ``oedipus check`` reads it."""
        from oedipus.compiler.pipeline import compile_text
        from oedipus.dsl.diagnostics import RiddleError
        from oedipus.networks.cards import CardError
        from oedipus.shell.common import read_libraries

        content = self._damaged(rng)
        (self.folder / "bright.toml").write_bytes(content)
        try:
            cards = read_libraries([self.folder])
        except CardError as error:
            told = str(error)
            return (
                REFUSED
                if "bright.toml" in told and "\n" not in told
                else ("wrong", f"one line, naming it: {told[:200]}")
            )
        with suppress(RiddleError):  # a card may have other words
            compile_text(RIDDLE, cards)
        return SOUND if (why := unlike_a_card(content)) == "" else ("wrong", why)

    @staticmethod
    def _damaged(rng: Random) -> bytes:
        if rng.random() < 0.5:
            return text_of(CARD, rng)
        tree = tomllib.loads(CARD)
        group = rng.choice(
            [tree, tree, tree["options"], tree["picture"], tree["memory"], tree["language"], tree["figures"]]
        )
        for _ in range(rng.choice((1, 1, 2))):
            group[rng.choice(list(group))] = rng.choice([one for one in ODD if one is not None and one != 2**63])
        return tomli_w.dumps(tree).encode("utf-8", errors="surrogatepass")


def unlike_a_card(content: bytes) -> str:  # noqa: C901 - a list of rules
    """What a card says that docs/bring-your-own.md does not allow, found without the schema; empty where nothing is."""
    card = tomllib.loads(content.decode())
    kinds = {
        "name": str,
        "role": str,
        "kind": str,
        "architecture": str,
        "classes": list,
        "options": dict,
        "language": dict,
    }
    for key, kind in kinds.items():
        if key in card and not isinstance(card[key], kind):
            return f"{key} is no {kind.__name__}"
    classes, table, options = card.get("classes", []), card.get("table"), card.get("options", {})
    if len(set(classes)) != len(classes) or not all(isinstance(one, str) and one for one in classes):
        return "classes are not names"
    if table is not None and (
        len(table) != 10 or not all(type(one) is int and 0 <= one < len(classes) for one in table)
    ):
        return "the table is no map from digits to classes"
    if card["role"] == "classifier" and len(classes) != 2:
        return "not as many classes as the network has scores"
    if any(not isinstance(one, int) or one < 0 for one in options.values()):
        return "options are no numbers"
    low, high = card.get("picture", {}).get("range", (0, 1))
    if (
        isinstance(low, bool)
        or isinstance(high, bool)
        or not (math.isfinite(low) and math.isfinite(high) and low < high)
    ):
        return "range is none"
    shape = card.get("picture", {}).get("shape", [1, 1, 1])
    if len(shape) != 3 or not all(type(one) is int and one > 0 for one in shape):
        return "shape is none"
    memory = card.get("memory", {})
    if (
        type(memory.get("chunk", 1)) is not int
        or memory.get("chunk", 1) < 1
        or type(memory.get("recompute", True)) is not bool
    ):
        return "memory is none"
    for group in ("adjectives", "features"):
        if not set(card.get("language", {}).get(group, {}).values()) <= set(classes):
            return "a phrase means no class"
    if not all(type(one) in (int, float) and math.isfinite(one) for one in card.get("figures", {}).values()):
        return "figures are no numbers"
    return ""


class Weights:
    name = "weights"

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "nets"
        self.sound = convnet(self.folder)
        self.hash = hashlib.sha256(self.sound).hexdigest()

    def attempt(self, rng: Random) -> Outcome:
        """Weights of a card with or without their sha256, looked through by ``check`` and loaded as ``solve`` does."""
        import torch

        from oedipus.networks.cards import CardError
        from oedipus.networks.library import WeightsError, load_network
        from oedipus.shell.common import read_libraries

        content, hashed = rng.choice((bytes_of, header_of, self._rewritten))(self.sound, rng), rng.random() < 0.3
        (self.folder / "bright.safetensors").write_bytes(content)
        (self.folder / "bright.toml").write_text((f'sha256 = "{self.hash}"\n' if hashed else "") + CARD)
        looked = True
        try:
            card = read_libraries([self.folder])["bright"]
        except CardError:
            from oedipus.networks.cards import read_card

            looked, card = False, read_card(self.folder / "bright.toml")
        try:
            network = load_network(card)
        except WeightsError:
            return REFUSED
        if hashed and content != self.sound:
            return "wrong", "other bytes than those of the hash"
        scores = network(torch.rand(3, 1, 28, 28))
        if not looked or tuple(scores.shape) != (3, 2) or not scores.isfinite().all():
            return "wrong", f"scores {tuple(scores.shape)}, looked through: {looked}"
        return SOUND

    @staticmethod
    def _rewritten(content: bytes, rng: Random) -> bytes:
        import torch
        from safetensors.torch import load, save

        return save(odd_tensors(load(content), rng, torch))


def odd_tensors(tensors: dict[str, Any], rng: Random, torch: Any) -> dict[str, Any]:
    """Tensors, one of them of another type or shape, with an entry that is no number, left out or called otherwise."""
    found = dict(tensors)
    name = rng.choice(list(found))
    value = found[name]
    match rng.randrange(8):
        case 0:
            found[name] = value.double()
        case 1:
            found[name] = value.to(torch.int32)
        case 2:
            found[name] = value.flatten()[:-1]
        case 3:
            found[name] = value.clone()
            found[name].view(-1)[rng.randrange(value.numel())] = rng.choice((math.nan, math.inf, -math.inf))
        case 4:
            del found[name]
        case 5:
            found[rng.choice(("x", "", "../x"))] = found.pop(name)
        case 6:
            found[name] = torch.zeros(rng.choice(((0,), (1,), (3, 3), (1, 1, 1, 1))))
        case _:
            found[name] = value.double() * 1e300
    return found


class Programs:
    name = "program"

    def __init__(self, folder: Path) -> None:
        import torch
        from torch import nn

        self.folder, out = folder, io.BytesIO()
        torch.manual_seed(0)
        network = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 4), nn.Sigmoid(), nn.Unflatten(1, (1, 2, 2)))
        shapes = ({0: torch.export.Dim("rows")},)
        torch.export.save(torch.export.export(network.eval(), (torch.randn(2, 4),), dynamic_shapes=shapes), out)
        self.sound = out.getvalue()
        self.hash = hashlib.sha256(self.sound).hexdigest()

    def attempt(self, rng: Random) -> Outcome:
        """A generator as an archive of ``torch.export``, loaded and drawn from."""
        import torch

        from oedipus.networks.cards import Card
        from oedipus.networks.library import WeightsError, load_network

        hashed = rng.random() < 0.1
        content = rng.choice((bytes_of, archive_of, archive_of, archive_of))(self.sound, rng)
        card = Card(
            "small", "generator", "blob", "exported", {"latents": 4}, picture={"shape": [1, 2, 2]},
            sha256=self.hash if hashed else "", directory=self.folder,
        )  # fmt: skip
        card.weights.write_bytes(content)
        before = set(os.listdir())
        try:
            drawn = load_network(card)(torch.randn(3, 4))
        except WeightsError as error:
            return REFUSED if "\n" not in str(error) else ("wrong", "more than one line")
        finally:
            if set(os.listdir()) != before:
                return "wrong", "it made files"  # noqa: B012
        if hashed and content != self.sound:
            return "wrong", "other bytes than those of the hash"
        return SOUND if tuple(drawn.shape) == (3, 1, 2, 2) else ("wrong", f"pictures {tuple(drawn.shape)}")


class Posteriors:
    name = "posterior"

    def __init__(self, folder: Path) -> None:
        import torch

        from oedipus.compiler.pipeline import compile_text
        from oedipus.networks.cards import read_cards
        from oedipus.runtime.algorithms.base import Approximation, Draws, FullRank, LowRank
        from oedipus.runtime.saved import Origin, Saved

        self.path, self.cards = folder / "posterior.safetensors", read_cards()
        self.program = compile_text("digits a, b\na is odd\n", self.cards)
        origins = tuple(Origin(name, "digit", "digit", 128, self.cards["digit"].sha256) for name in "ab")
        rng = torch.Generator().manual_seed(0)
        noise = torch.randn(256, generator=rng)
        self.sound = []
        for one in (
            Approximation(noise[None], noise[None] / 9), FullRank(noise, torch.eye(256)),
            LowRank(noise, noise / 9, torch.randn(256, 3, generator=rng)),
            Draws(torch.randn(20, 2, 256, generator=rng)),
        ):  # fmt: skip
            Saved(origins, one).write(self.path)
            self.sound.append((self.path.read_bytes(), one))

    def attempt(self, rng: Random) -> Outcome:
        """A posterior as a prior (``given``) and as a generator (``oedipus sample``)."""
        import torch

        from oedipus.runtime.given import given_prior
        from oedipus.runtime.saved import SavedError, drawn, fits, read_saved

        content, distribution = rng.choice(self.sound)
        resealed = rng.random() < 0.5
        content = self._resealed(content, rng) if resealed else rng.choice((bytes_of, header_of))(content, rng)
        self.path.write_bytes(content)
        try:
            saved = read_saved(self.path)
            fits(self.path, saved.origins, self.cards)
            prior = given_prior(self.path, self.program, self.cards)
        except SavedError:
            return REFUSED
        latents = torch.cat(drawn(saved, 7, torch.Generator().manual_seed(1)), dim=1)
        expected = distribution.draw(7, torch.Generator().manual_seed(1))
        if not (prior.mean.dtype == latents.dtype == torch.float32 and latents.isfinite().all()):
            return "wrong", "latents that are no numbers in single precision"
        return SOUND if resealed or torch.equal(latents, expected) else ("wrong", "another posterior than was stored")

    @staticmethod
    def _resealed(content: bytes, rng: Random) -> bytes:
        """Tensors and what is said of them exchanged by someone who wrote no hash."""
        import torch
        from safetensors.torch import load, save

        length = int.from_bytes(content[:8], "little")
        of = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["posterior"])
        of.pop("sha256")
        of = tree_of(of, rng) if rng.random() < 0.5 else of
        return save(odd_tensors(load(content), rng, torch), metadata={"posterior": json.dumps(of)})


class Caches:
    name = "cache entry"

    def __init__(self, folder: Path) -> None:
        from oedipus.compiler.pipeline import compile_text
        from oedipus.networks.cards import read_cards
        from oedipus.runtime.pool import cache_path, cached_pool
        from oedipus.runtime.posterior import load_posterior

        os.environ["OEDIPUS_CACHE"] = str(folder)
        cards = read_cards()
        self.posterior = load_posterior(compile_text("digits a\na is odd\n", cards), cards)
        self.source = self.posterior.sources[0]
        self.networks = self.posterior.readers_by_source()[self.source]
        self.first = cached_pool(self.posterior, self.source, self.networks, 16)
        self.path = cache_path(self.posterior, "digit", self.networks, 16)
        self.sound = self.path.read_bytes()

    def attempt(self, rng: Random) -> Outcome:
        """The bank of a riddle, its file damaged or of other shapes: it is what it was, drawn again where need be."""
        import torch

        from oedipus.runtime.pool import cached_pool

        content = rng.choice((bytes_of, bytes_of, header_of, self._rewritten))(self.sound, rng)
        self.path.write_bytes(content)
        again = cached_pool(self.posterior, self.source, self.networks, 16)
        same = torch.equal(again.latents, self.first.latents) and again.readings.keys() == self.first.readings.keys()
        same = same and all(torch.equal(again.readings[one], self.first.readings[one]) for one in self.networks)
        mended = self.path.read_bytes() == self.sound or content == self.path.read_bytes()
        return SOUND if same and mended else ("wrong", f"the same: {same}, mended: {mended}")

    @staticmethod
    def _rewritten(content: bytes, rng: Random) -> bytes:
        import torch
        from safetensors.torch import load, save

        metadata = None
        if rng.random() < 0.5:
            length = int.from_bytes(content[:8], "little")
            metadata = json.loads(content[8 : 8 + length])["__metadata__"]
        return save(odd_tensors(load(content), rng, torch), metadata=metadata)


class Pictures:
    name = "picture"

    def __init__(self, folder: Path) -> None:
        from PIL import Image

        self.folder = folder
        self.array = np.random.default_rng(0).random((1, 28, 28)).astype(np.float32)
        self.sound: dict[str, bytes] = {}
        for name, dtype in (("y.npy", np.float32), ("y.npy ", np.float64)):
            np.save(folder / "y.npy", self.array.astype(dtype))
            self.sound[name] = (folder / "y.npy").read_bytes()
        for name, image in (("y.png", "PNG"), ("y.jpg", "JPEG")):
            Image.fromarray((self.array[0] * 255).astype(np.uint8)).save(folder / name, image)
            self.sound[name] = (folder / name).read_bytes()

    def attempt(self, rng: Random) -> Outcome:
        """Measured data of a riddle, read as ``check`` does."""
        from oedipus.compiler.pipeline import compile_text
        from oedipus.dsl.diagnostics import RiddleError
        from oedipus.networks.cards import read_cards

        name = rng.choice(list(self.sound))
        content = (self._header if name.startswith("y.npy") and rng.random() < 0.4 else bytes_of)(self.sound[name], rng)
        path = self.folder / name.strip()
        path.write_bytes(content)
        try:
            program = compile_text(f'digit x\ndata y = "{path.name}"\nx = y ± 0.5\n', read_cards(), self.folder)
        except RiddleError:
            return REFUSED
        (read,) = (one.body.files[path.name] for one in program.factors)
        if path.suffix == ".npy":
            expected = np.load(io.BytesIO(content), allow_pickle=False)
            if not np.array_equal(read.reshape(expected.shape), expected.astype(np.float32)):
                return "wrong", "other values than numpy reads"
        return SOUND if read.shape == (1, 28, 28) and np.isfinite(read).all() else ("wrong", "no picture")

    @staticmethod
    def _header(content: bytes, rng: Random) -> bytes:
        head = {"descr": "<f4", "fortran_order": False, "shape": [1, 28, 28]}
        said = repr(
            {**head, rng.choice(list(head)): rng.choice((*ODD, "|O", ">f8", "<M8[s]", (10**9, 10**9), (28, -28)))}
        )
        raw = rng.choice((said, said, "(" * 5000, "{" * 300)).encode("utf-8", errors="replace")
        return b"\x93NUMPY\x01\x00" + len(raw).to_bytes(4, "little")[:2] + raw + content[128:]


class Riddles:
    name = "riddle"

    def __init__(self, folder: Path) -> None:
        from oedipus.networks.cards import read_cards

        self.folder, self.cards = folder, read_cards()
        there = Path(__file__).parent.parent / "riddles"
        self.sound = [path.read_text(encoding="utf-8") for path in sorted(there.glob("*.riddle"))]
        self.sound.append(
            'use "nets"\ndigits a, b, c\ngiven "p.safetensors"\na = b + 7\n(a + b) // 2 > c\nsolve by hmc\n'
        )

    def attempt(self, rng: Random) -> Outcome:
        """A text, understood and compiled as ``oedipus compile`` does."""
        import typer

        from oedipus.shell.common import Exit, read_riddle

        content = rng.choice((lambda text: text_of(text, rng), lambda text: bytes_of(text.encode(), rng)))(
            rng.choice(self.sound)
        )
        path = self.folder / "x.riddle"
        path.write_bytes(content)
        try:
            read_riddle(str(path)).program()
        except typer.Exit as ended:
            return REFUSED if ended.exit_code == Exit.WRONG_FILE else ("wrong", f"status {ended.exit_code}")
        try:
            text = content.decode()
        except UnicodeDecodeError:
            return "wrong", "no UTF-8"
        bare = re.sub(r'#[^\r\n]*|"[^"\r\n]*"', "", text)  # anything may stand in a comment
        return ("wrong", "control characters") if any(one in bare for one in "\0\x1b") else SOUND


KINDS: dict[str, Callable[[Path], Any]] = {
    one.name: one for one in (Cards, Weights, Programs, Posteriors, Caches, Pictures, Riddles)
}
