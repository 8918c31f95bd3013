"""Who looks at the page: a cookie for each browser, and the pictures that it uploaded."""

import io
import re
import secrets
import shutil
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from oedipus.compiler.resolve.pictures import FORMATS, PictureError, read_picture
from oedipus.page.limits import MEGA, Limits
from oedipus.page.riddles import Files

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_. -]{0,59}\.(?:png|jpe?g|npy)", re.IGNORECASE)
"""Names of uploads: what a riddle can quote, and every system can store."""
TAUGHT = "taught"
"""The folder, in a visitor's own, with the words that were taught."""
LARGEST_SIDE = 1_024
"""Rows and columns of an uploaded picture at most: far more than any generator draws."""
TOO_LARGE = f"a picture has at most {LARGEST_SIDE:,} rows and columns here"


class Refused(Exception):  # noqa: N818 - it is what the user is told
    """An upload that is not taken; the message says why, and how to mend it."""


@dataclass(eq=False)
class Visitor:
    """A browser: ``key`` is its secret; its uploads by name with their shapes ``(channels, rows, columns)``; the words
    that it has taught, with what is told of each."""

    key: str
    common: Path
    library: frozenset[str]
    folder: Path | None = None
    uploads: dict[str, tuple[int, ...]] = field(default_factory=dict)
    words: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def files(self) -> Files:
        """What this visitor's riddles may open."""
        taught = None if self.folder is None else self.folder / TAUGHT
        return Files(self.folder or self.common, self.library | frozenset(self.uploads), taught)


class Visitors:
    """All browsers, the one that was seen longest ago is forgotten first."""

    def __init__(self, root: Path, data: Path, limits: Limits) -> None:
        self.root, self.data, self.limits = root, data, limits
        self.known: OrderedDict[str, Visitor] = OrderedDict()
        self.sizes: dict[tuple[str, str], int] = {}
        self.common = root / "common"
        shutil.copytree(data, self.common / "data")
        self.library = frozenset(f"data/{one.name}" for one in data.iterdir() if one.is_file())

    def find(self, key: str | None) -> Visitor | None:
        """The visitor of a cookie."""
        if key is None or key not in self.known:
            return None
        self.known.move_to_end(key)
        return self.known[key]

    def new(self) -> Visitor:
        """A visitor who was never here."""
        while len(self.known) >= self.limits.visitors:
            _, gone = self.known.popitem(last=False)
            if gone.folder is not None:
                shutil.rmtree(gone.folder, ignore_errors=True)
            self.sizes = {one: size for one, size in self.sizes.items() if one[0] != gone.key}
        visitor = Visitor(secrets.token_urlsafe(24), self.common, self.library)
        self.known[visitor.key] = visitor
        return visitor

    def upload(self, visitor: Visitor, name: str, content: bytes) -> tuple[int, ...]:
        """Keep a picture; its shape. Raises :class:`Refused`."""
        if not NAME.fullmatch(name):
            raise Refused("a name has letters, digits, '_', '-', '.' and ends in .png, .jpg or .npy")
        if len(visitor.uploads) >= self.limits.uploads and name not in visitor.uploads:
            raise Refused(f"there are {self.limits.uploads} uploads already; remove one first")
        if len(content) > self.limits.upload_bytes:
            raise Refused(f"a picture has at most {self.limits.upload_megabytes} MB here")
        before = self.sizes.get((visitor.key, name), 0)
        if sum(self.sizes.values()) - before + len(content) > self.limits.disk * MEGA:
            raise Refused("this server has no room for another picture; try again later")
        shape = _stored(content, name, visitor.folder or self._own(visitor))
        self.sizes[visitor.key, name] = len(content)
        visitor.uploads[name] = shape
        return shape

    def remove(self, visitor: Visitor, name: str) -> bool:
        """Forget an upload; whether there was one."""
        if visitor.uploads.pop(name, None) is None or visitor.folder is None:
            return False
        (visitor.folder / name).unlink(missing_ok=True)
        self.sizes.pop((visitor.key, name), None)
        return True

    def learn(self, visitor: Visitor, word: str, made: Path, told: dict[str, Any]) -> None:
        """Keep a word whose card and weights were ``made``. Raises :class:`Refused`."""
        self.admits(visitor, word)
        files = [made / f"{word}{suffix}" for suffix in (".safetensors", ".toml")]
        size = sum(one.stat().st_size for one in files)
        before = self.sizes.get((visitor.key, word), 0)
        if sum(self.sizes.values()) - before + size > self.limits.disk * MEGA:
            raise Refused("this server has no room for another word; try again later")
        library = (visitor.folder or self._own(visitor)) / TAUGHT
        library.mkdir(exist_ok=True)
        # Whoever reads the library meanwhile finds the word with its weights, or not at all.
        (library / f"{word}.toml").unlink(missing_ok=True)
        for path in files:
            path.replace(library / path.name)
        self.sizes[visitor.key, word] = size
        visitor.words[word] = told

    def admits(self, visitor: Visitor, word: str) -> None:
        """Raise :class:`Refused` where a visitor cannot teach one more word."""
        if word not in visitor.words and len(visitor.words) >= self.limits.words:
            raise Refused(f"you have taught {self.limits.words} words; forget one first")

    def forget(self, visitor: Visitor, word: str) -> bool:
        """Forget a word; whether there was one."""
        if visitor.words.pop(word, None) is None or visitor.folder is None:
            return False
        for suffix in (".toml", ".safetensors"):
            (visitor.folder / TAUGHT / f"{word}{suffix}").unlink(missing_ok=True)
        self.sizes.pop((visitor.key, word), None)
        return True

    def _own(self, visitor: Visitor) -> Path:
        folder = self.root / "visitors" / secrets.token_hex(16)
        shutil.copytree(self.data, folder / "data")
        visitor.folder = folder
        return folder


def _stored(content: bytes, name: str, folder: Path) -> tuple[int, ...]:
    """Write a picture that can be read; its shape. Raises :class:`Refused`."""
    _size(content, name)
    partial = folder / f".partial-{secrets.token_hex(8)}{Path(name).suffix.lower()}"
    try:
        partial.write_bytes(content)
        shape = tuple(read_picture(partial).shape)
        if max(shape[1:]) > LARGEST_SIDE:
            raise Refused(TOO_LARGE)
        partial.replace(folder / name)
    except PictureError as error:
        raise Refused(f"{name} {error}") from None
    finally:
        partial.unlink(missing_ok=True)
    return shape


def _size(content: bytes, name: str) -> None:
    """Raise :class:`Refused` for an image that unpacks to far more than it is."""
    if name.lower().endswith(".npy"):
        return
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            sides = image.size
    except Exception:  # readers of damaged files raise whatever their parsers stumble over
        raise Refused(f"{name} is no readable picture; PNG, JPEG and NPY are") from None
    if max(sides) > LARGEST_SIDE:
        raise Refused(TOO_LARGE)


def shapes(uploads: Iterable[tuple[str, tuple[int, ...]]]) -> list[dict[str, object]]:
    """Uploads as JSON."""
    return [{"name": name, "shape": list(shape)} for name, shape in uploads]
