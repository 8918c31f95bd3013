"""The grammar is one deterministic LALR grammar, and the tables beside it are its own."""

import inspect
import json
import re

from oedipus.dsl import tables
from oedipus.dsl.builder import Builder
from oedipus.dsl.phrases import PHRASES
from oedipus.dsl.tokens import Tokeniser


def test_lark_finds_no_conflict_in_strict_mode_and_the_stored_tables_are_its() -> None:
    assert json.loads(tables.STORED.read_text(encoding="utf-8")) == json.loads(json.dumps(tables.build()))


def test_every_alternative_has_a_method_and_every_method_an_alternative() -> None:
    methods = {name for name, _ in inspect.getmembers(Builder, inspect.isfunction)}
    named = {rule.method for rule in tables.tables().rules if not rule.origin.startswith("_")}
    single = {rule.method for rule in tables.tables().rules if rule.single and rule.length == 1}
    assert named - single <= methods
    assert methods <= named


def test_every_phrase_becomes_a_terminal_of_the_grammar() -> None:
    declared = set(re.findall(r"\b[A-Z_]{1,}\b", tables.GRAMMAR.read_text(encoding="utf-8")))
    consumed = set(re.findall(r'"([A-Z_]+)"', inspect.getsource(inspect.getmodule(Tokeniser))))  # type: ignore[arg-type]
    assert {terminal for terminal, _, _ in PHRASES} <= declared | consumed
