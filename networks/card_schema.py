"""What a card may say: the schema of its TOML, and what its fields must agree on.

A card is a foreign file. Its text is bounded before it is parsed, its values are
held against types and bounds, and only then against each other.
"""

import math
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeAlias, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from oedipus.networks.own import need_of
from oedipus.networks.roles import EXPORTED, NUMBER, Role

DEEPEST = 8
"""Most brackets inside each other, and most names joined by dots."""
MOST_OPTION = 1 << 14
MOST_ALPHA = 1e6
ARCHITECTURES = Path(__file__).parent / "architectures"


def _option(value: Any) -> Any:
    if not isinstance(value, int) or not 0 <= value <= MOST_OPTION:
        raise ValueError(f"must be a whole number from 0 to {MOST_OPTION:,}, or true or false")
    return value


def _plain(value: Any) -> Any:
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, str | int | float) or (isinstance(one, float) and not math.isfinite(one)):
            raise ValueError("must be text, a finite number, true or false, or a list of these")
    return value


def _words(value: Any) -> Any:
    """Names as a list, as the keys of a table, or as one text."""
    names = [value] if isinstance(value, str) else list(value) if isinstance(value, list | dict) else None
    if names is None or not all(isinstance(one, str) and _PHRASE.fullmatch(one) for one in names):
        raise ValueError("must be a list of words")
    return value


def _phrase(value: str) -> str:
    if len(value) > 100 or not _PHRASE.fullmatch(value):
        raise ValueError("must be one word or a few: letters, digits, hyphens and apostrophes, each after one space")
    return value


def _label(value: str) -> str:
    if not value or len(value) > 100 or not value.isprintable():
        raise ValueError("must be 1 to 100 characters that can be shown")
    return value


def _version(value: str) -> str:
    from packaging.version import InvalidVersion, Version

    try:
        Version(value)
    except InvalidVersion:
        raise ValueError("must be a version such as 1.0 or 2.1.3") from None
    return value


def _need(value: str) -> str:
    need_of(value)
    return value


_PHRASE = re.compile(r"[^\W\d_][\w'’-]*( [\w'’-]+){0,7}")
Phrase: TypeAlias = Annotated[str, AfterValidator(_phrase)]
Label: TypeAlias = Annotated[str, AfterValidator(_label)]
Size: TypeAlias = Annotated[int, Field(ge=1, le=MOST_OPTION)]
Option: TypeAlias = Annotated[Any, AfterValidator(_option)]
Plain: TypeAlias = Annotated[Any, AfterValidator(_plain)]
Words: TypeAlias = Annotated[Any, AfterValidator(_words)]
Number: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]


class SchemaError(ValueError):
    """A field that a card cannot have; the message names its ``key`` and says what is wrong."""

    def __init__(self, key: str, reason: str) -> None:
        told = reason.startswith(f"{key} '") or f"'{key}'" in reason
        super().__init__(reason if told else f"'{key}' {reason}")
        self.key = key


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)


class _Picture(_Strict):
    shape: Annotated[list[Size], Field(min_length=3, max_length=3)] | None = None
    range: Annotated[list[Number], Field(min_length=2, max_length=2)] | None = None


class _Memory(_Strict):
    chunk: Annotated[int, Field(ge=1, le=1 << 20)] | None = None
    recompute: bool = False


class _Order(_Strict):
    """The words by which values that are names come one before the other: ``verbs`` and ``before`` or ``after``,
    as in *comes before*; ``where`` may follow: *in the alphabet*; ``sorted`` are several: *in alphabetical order*."""

    verbs: Annotated[list[Phrase], Field(max_length=50)] = []
    before: Annotated[list[Phrase], Field(max_length=50)] = []
    after: Annotated[list[Phrase], Field(max_length=50)] = []
    where: Annotated[list[Phrase], Field(max_length=50)] = []
    sorted: Annotated[list[Phrase], Field(max_length=50)] = []


class _Language(_Strict):
    nouns: Annotated[list[Phrase], Field(max_length=200)] = []
    value: bool = False
    adjectives: Annotated[dict[Phrase, Label], Field(max_length=200)] = {}
    features: Annotated[dict[Phrase, Label], Field(max_length=200)] = {}
    sorts: Annotated[dict[Phrase, Label], Field(max_length=200)] = {}
    rows: Annotated[list[Phrase], Field(max_length=50)] = []
    functions: Words = []
    units: Words = []
    order: _Order | None = None


class _File(_Strict):
    """The fields of a card's file, in the order in which they are told."""

    name: Label
    role: Role
    kind: Phrase
    architecture: Label
    sha256: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = ""
    licence: str = ""
    intended_use: str = ""
    version: Annotated[str, AfterValidator(_version)] = "1.0"
    needs: Annotated[list[Annotated[str, AfterValidator(_need)]], Field(max_length=50)] = []
    alpha: Annotated[float, Field(gt=0, le=MOST_ALPHA)] | None = None
    classes: Annotated[list[Label], Field(max_length=1000)] = []
    table: Annotated[list[Annotated[int, Field(ge=0, le=999)]], Field(max_length=1000)] | None = None
    options: Annotated[dict[Label, Option], Field(max_length=100)] = {}
    picture: _Picture = _Picture()
    memory: _Memory = _Memory()
    language: _Language = _Language()
    figures: Annotated[dict[Label, Number], Field(max_length=500)] = {}
    training: Annotated[dict[Label, Plain], Field(max_length=500)] = {}


_STRING_OR_COMMENT = re.compile(r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*', re.S)
_DOTTED = re.compile(rf"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){{{DEEPEST}}}")


def parse(text: str) -> dict[str, Any]:
    """A card's TOML as it stands. Raises ``ValueError`` for what is none, or nests beyond reason."""
    bare = _STRING_OR_COMMENT.sub("s", text)
    depth = 0
    for mark in re.findall(r"[][{}]", bare):
        depth += 1 if mark in "[{" else -1
        if depth > DEEPEST:
            raise ValueError(f"more than {DEEPEST} brackets inside each other")
    if _DOTTED.search(bare):
        raise ValueError(f"a key of more than {DEEPEST} parts")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("it nests too deep") from error


def validate(raw: Mapping[str, Any]) -> None:
    """Hold what a card says against the schema. Raises :class:`SchemaError` for the first field that is wrong."""
    _known(raw)
    try:
        card = _File.model_validate(dict(raw))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise SchemaError(_key(first["loc"]), _reason(first["msg"])) from error
    _agree(card)


def shown(value: object) -> str:
    """A value of a file inside a message: on one line and no longer than that."""
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in str(value)[:61])
    return f"{text[:60]}…" if len(text) > 60 else text


def architectures() -> list[str]:
    """The architectures that a card can name."""
    return sorted([EXPORTED, *(path.stem for path in ARCHITECTURES.glob("[a-z]*.py"))])


def _known(raw: Mapping[str, Any]) -> None:
    for missing in ("architecture", "kind", "name", "role"):
        if missing not in raw:
            raise SchemaError(missing, "is missing; every card has name, role, kind and architecture")
    for extra in raw:
        if extra not in _File.model_fields:
            raise SchemaError(
                shown(extra),
                f"'{shown(extra)}' is no field of a card; fields are {', '.join(sorted(_File.model_fields))}",
            )
    if isinstance(raw["role"], str) and raw["role"] not in get_args(Role):
        raise SchemaError("role", f"role '{shown(raw['role'])}' is none of {', '.join(get_args(Role))}")


def _key(place: tuple[int | str, ...]) -> str:
    """Where in the card, as TOML would say it: ``language.nouns[0]``."""
    said = "".join(f"[{one}]" if isinstance(one, int) else f".{shown(one)}" for one in place if one != "[key]")
    return said.removeprefix(".")


def _reason(message: str) -> str:
    """What pydantic says, as a sentence that follows the key."""
    if message.startswith("Extra"):
        return "is no field of a card"
    said = re.sub(r"^(Value error, |(Input|List|String|Dictionary) (?=should))", "", message)
    return said.replace(" after validation", "")


def _agree(card: _File) -> None:
    """What the fields of one card must agree on."""
    if card.architecture not in architectures():
        raise SchemaError("architecture", f"'{shown(card.architecture)}' is none of {', '.join(architectures())}")
    if card.picture.range is not None:
        low, high = card.picture.range
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise SchemaError(
                "picture.range", f"goes from {low:g} to {high:g}; it is the darkest and the brightest value"
            )
    if card.role == "generator" and not (type(card.options.get("latents")) is int and card.options["latents"] >= 1):
        raise SchemaError("options.latents", "is missing; a generator draws from 1 or more latents")
    if card.alpha is not None and card.role != "classifier":
        raise SchemaError("alpha", f"is the power of what a classifier says; this is a {card.role}")
    _agree_on_classes(card)
    for group in ("adjectives", "features", "sorts"):
        for phrase, label in getattr(card.language, group).items():
            if label not in card.classes:
                among = ", ".join(map(shown, card.classes[:20])) or "the classes, for the card has none"
                reason = f"says that phrase '{shown(phrase)}' means class '{shown(label)}', which is none of {among}"
                raise SchemaError(f"language.{group}", reason)


def _agree_on_classes(card: _File) -> None:
    classes = len(card.classes)
    if len(set(card.classes)) < classes:
        raise SchemaError("classes", "names a class twice")
    if card.role == "classifier" and classes < 2:
        raise SchemaError("classes", f"has {classes} classes; a classifier tells at least two apart")
    if classes and card.options.get("classes", classes) != classes:
        raise SchemaError("classes", f"has {classes} classes, and options.classes says {card.options['classes']}")
    if card.table is not None and not (card.table and max(card.table) < classes):
        raise SchemaError("table", f"must give for each value the index of one of the {classes} classes")
    if card.language.value:
        if card.role not in ("classifier", "judge"):
            raise SchemaError("language.value", f"a {card.role} reads no values; value = true is for classifiers")
        _agree_on_values(card.classes)
    elif card.language.order is not None:
        raise SchemaError("language.order", "is for the classifier that reads the values: language.value = true")
    elif card.language.rows:
        raise SchemaError("language.rows", "is for the classifier that reads the values: language.value = true")


def _agree_on_values(classes: list[str]) -> None:
    """The values of a kind are all numbers, or all names; each once, however it is written."""
    numbers = [one for one in classes if NUMBER.fullmatch(one)]
    if numbers and (len(numbers) < len(classes) or len({int(one) for one in numbers}) < len(classes)):
        raise SchemaError(
            "classes", "must be whole numbers, each once, where language.value is true, or names and no number"
        )
    for one in classes if not numbers else ():
        if len(one) > 100 or not _PHRASE.fullmatch(one):
            raise SchemaError("classes", f"has '{shown(one)}', which is no name: one word or a few, as in a sentence")
    names = {" ".join(re.findall(r"\w+", one.lower())) for one in classes}
    if not numbers and len(names) < len(classes):
        raise SchemaError("classes", "has two names that differ in their case or their signs alone")
