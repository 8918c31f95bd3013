"""Colours for riddles: the editors' TextMate grammar as a Pygments lexer, so that there is one list of words."""

import json
from pathlib import Path
from typing import Any, ClassVar

from pygments.lexer import RegexLexer
from pygments.lexers.special import TextLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Text, _TokenType
from sphinx.application import Sphinx

GRAMMAR = Path(__file__).parents[2] / "editors" / "vscode" / "syntaxes" / "riddle.tmLanguage.json"
TOKENS = {
    "comment": Comment.Single,
    "entity.name.section": Name.Label,
    "storage.type": Keyword.Declaration,
    "keyword.other.setting": Keyword.Namespace,
    "keyword.operator.word": Operator.Word,
    "keyword.operator": Operator,
    "keyword": Keyword,
    "string": String,
    "support.constant": Name.Builtin,
    "support.function": Name.Function,
    "variable.language": Name.Variable,
    "constant.numeric": Number,
}
"""By the beginning of a scope's name; the first that fits."""
Rule = tuple[str, _TokenType]


def rules() -> list[Rule]:
    """Every pattern of the grammar with its token, in its order."""
    repository = json.loads(GRAMMAR.read_text(encoding="utf-8"))["repository"]
    parts = [repository[name] for name in ("comment", "label", "declaration", "setting")]
    parts += repository["expression"]["patterns"]
    return [_rule(part) for part in parts if "include" not in part]


def _rule(part: dict[str, Any]) -> Rule:
    captured = part.get("captures") or part.get("beginCaptures") or {"1": part}
    scope = captured["1"]["name"]
    token = next(token for begin, token in TOKENS.items() if scope.startswith(begin))
    return part.get("match") or part["begin"], token


class RiddleLexer(RegexLexer):
    """A riddle, and texts that are none because they were refused."""

    name = "Riddle"
    aliases: ClassVar = ["riddle", "refused"]
    filenames: ClassVar = ["*.riddle"]
    tokens: ClassVar = {"root": [*rules(), (r"\w+", Text), (r"\s+|.", Text)]}


def setup(app: Sphinx) -> dict[str, Any]:
    """Make it known to Sphinx; what the pages call EBNF is Lark's, which Pygments' own lexer does not take."""
    for alias in RiddleLexer.aliases:
        app.add_lexer(alias, RiddleLexer)
    app.add_lexer("ebnf", TextLexer)
    return {"parallel_read_safe": True}
