"""The editor extension agrees with the package: files, version, words. Its colours are tested by `npm test`."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from oedipus.compiler.resolve.functions import FUNCTIONS
from oedipus.compiler.vocabulary import words_of
from oedipus.dsl.core import KEYWORDS, PLACES
from oedipus.dsl.english.lexicon import NUMBERS, Lexicon
from oedipus.networks.cards import read_cards

ROOT = Path(__file__).parent.parent
EXTENSION = ROOT / "editors" / "vscode"


def load(name: str) -> Any:
    return json.loads((EXTENSION / name).read_text(encoding="utf-8"))


def test_the_manifest_names_files_that_exist_and_the_package_version() -> None:
    manifest = load("package.json")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (language,), (grammar,) = manifest["contributes"]["languages"], manifest["contributes"]["grammars"]
    for path in (manifest["main"], language["configuration"], grammar["path"]):
        assert (EXTENSION / path).is_file()
    assert language["extensions"] == [".riddle"]
    assert grammar["language"] == language["id"]
    assert load(grammar["path"])["scopeName"] == grammar["scopeName"]
    assert manifest["version"] == project["version"]
    assert manifest["license"] == project["license"]


def test_the_grammar_colours_only_words_of_the_language() -> None:
    patterns = load("syntaxes/riddle.tmLanguage.json")["repository"]["expression"]["patterns"]
    # What is left of an alternation without its escapes and groups are words.
    plain = (re.sub(r"\\.|\(\?[i:=!]+\)?|[\[\]]", " ", one.get("match", "")) for one in patterns)
    coloured = {word for pattern in plain for word in re.findall(r"[a-z]{3,}", pattern)}
    assert len(coloured) > 80
    vocabulary = words_of(read_cards()).vocabulary
    spelled = Lexicon(vocabulary.entries()).all_words() | KEYWORDS
    tables = {part for word in (*NUMBERS, *PLACES.values(), *FUNCTIONS) for part in re.split(r"[ _-]", word)}
    assert coloured - spelled - tables - {"logic"} == set()
