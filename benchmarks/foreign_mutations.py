"""Damage for files: bytes flipped, cut, doubled, swapped; numbers made huge; brackets nested; types exchanged."""

import io
import json
import struct
import zipfile
from collections.abc import Callable
from random import Random
from typing import Any

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 3, 2**31, 2**63, -(2**63), 10**40, 0.5, float("nan"), float("inf"), "",
    "x", "\0", "é" * 50, "[" * 200, [], [0], [1, 1], [[1]], ["a", 3], {}, {"a": 1}, {"a": {"b": []}},
    "../x", "/dev/zero",
)  # fmt: skip


def bytes_of(content: bytes, rng: Random) -> bytes:
    """The content damaged as disks, networks and people damage files."""
    damaged = bytearray(content)
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        place = rng.randrange(max(1, len(damaged)))
        match rng.randrange(7):
            case 0 | 1 if damaged:
                damaged[place] ^= 1 << rng.randrange(8)
            case 2:
                del damaged[place:]
            case 3:
                del damaged[place : place + rng.choice((1, 8, 200))]
            case 4:
                damaged[place:place] = rng.randbytes(rng.choice((1, 8, 300)))
            case 5:
                other = rng.randrange(max(1, len(damaged)))
                size = rng.choice((1, 8, 64))
                one, two = damaged[place : place + size], damaged[other : other + size]
                damaged[place : place + size], damaged[other : other + size] = two, one
            case _:
                damaged[place : place + 8] = rng.choice((b"\xff" * 8, bytes(8), struct.pack("<Q", 1 << 62)))
    return bytes(damaged)


def tree_of(tree: Any, rng: Random, times: int = 1) -> Any:
    """A tree of mappings and lists with some of its parts exchanged, left out, doubled or put elsewhere."""
    tree = json.loads(json.dumps(tree))
    for _ in range(times):
        holders: list[tuple[Any, Any]] = []
        left = [tree]
        while left:
            node = left.pop()
            for key in node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
                holders.append((node, key))
                left.append(node[key])
        if not holders:
            return tree
        (holder, key), (other, name) = rng.choice(holders), rng.choice(holders)
        match rng.randrange(4):
            case 0 | 1:
                holder[key] = rng.choice(ODD)
            case 2:
                del holder[key]
            case _:
                holder[key] = json.loads(json.dumps(other[name]))
    return tree


def header_of(content: bytes, rng: Random) -> bytes:
    """A safetensors file whose header says something else."""
    length = struct.unpack("<Q", content[:8])[0]
    head = json.loads(content[8 : 8 + length])
    match rng.randrange(3):
        case 0:
            text = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
        case _:
            text = json.dumps(tree_of(head, rng, rng.choice((1, 1, 3)))).encode()
    claimed = rng.choice((len(text), len(text), len(text), 1 << 40))
    return struct.pack("<Q", claimed) + text + content[8 + length :]


def archive_of(content: bytes, rng: Random) -> bytes:
    """A zip archive with one member damaged, added, exchanged or blown up."""
    out = io.BytesIO()
    how = rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice([*members, *([one for one in members if one.endswith(".json")] * 20)])
    match rng.randrange(8):
        case 0:
            members[name] = bytes_of(members[name], rng)
        case 1:
            members[name] = bytes(64 << 20)
        case 2:
            members[f"{name.partition('/')[0]}/{rng.choice(('extra/x', 'data/weights/model.pt', '../../x', 'x'))}"] = (
                b"\0" * 9
            )
        case 3:
            del members[name]
        case _ if name.endswith(".json"):
            members[name] = json.dumps(tree_of(json.loads(members[name]), rng, rng.choice((1, 1, 2, 5)))).encode()
    with zipfile.ZipFile(out, "w", how) as made:
        for key, value in members.items():
            made.writestr(key, value)
    return out.getvalue()


def text_of(text: str, rng: Random) -> bytes:
    """A text with lines swapped, doubled, cut, or with brackets, numbers and strange characters put in."""
    lines = text.splitlines()
    for _ in range(rng.choice((1, 2, 4))):
        place = rng.randrange(len(lines))
        match rng.randrange(6):
            case 0:
                lines[place] = lines[rng.randrange(len(lines))]
            case 1:
                lines[place] = lines[place][: rng.randrange(len(lines[place]) + 1)]
            case 2:
                mark = rng.choice(("[", "(", "{", "[[", '"', "'''", "not ", "a.", "9**"))
                lines[place] += mark * rng.choice((1, 50, 100_000 // len(mark)))
            case 3:
                lines[place] += rng.choice(
                    (" 9" + "9" * 5000, "\0", "\u202e", "\ud800", "1e999", "= = =", "# \x1b[31m")
                )
            case 4:
                left, _, right = lines[place].partition("=")
                lines[place] = (
                    f"{left}={rng.choice(('[1, 1]', 'nan', '-inf', '3', 'true', '{a = 1}', '2020-01-01', right))}"
                )
            case _:
                lines.insert(place, rng.choice(("[a.b.c]", "x = 1", "[options]", "classes = 5", "digit " + "q" * 3000)))
    return bytes_or("\n".join(lines), rng)


def bytes_or(text: str, rng: Random) -> bytes:
    content = text.encode("utf-8", errors="surrogatepass")
    return bytes_of(content, rng) if rng.random() < 0.2 else content


Mutation = Callable[[bytes, Random], bytes]
