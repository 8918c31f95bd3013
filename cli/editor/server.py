"""``oedipus language-server``: the language server protocol over standard input and output.

Wires :mod:`oedipus.editor.features` to pygls, the optional extra ``editor``.
Documents are synchronised whole: a riddle is small, and the library's incremental
bookkeeping counts form feeds and the like as line ends, which editors do not.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import ParamSpec, TypeVar

from cattrs import Converter
from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter
from pygls.workspace import TextDocument

from oedipus.compiler.frontend import format_text
from oedipus.dsl.diagnostics import Diagnostic, RiddleError
from oedipus.dsl.spans import Span
from oedipus.editor.features import Positions, Sort, hover, proposals
from oedipus.service.reading import Reading, read
from oedipus.version import VERSION

P = ParamSpec("P")
T = TypeVar("T")
DECIDING = 2.0
"""Seconds in which a contradiction must be found to be told."""
PAUSE, REST = 0.15, 0.6
"""Seconds without a keystroke before a text is read again, and then before it is compiled and decided."""
_SEVERITIES = {"error": lsp.DiagnosticSeverity.Error, "warning": lsp.DiagnosticSeverity.Warning}
_KINDS: dict[Sort, lsp.CompletionItemKind] = {
    "name": lsp.CompletionItemKind.Variable,
    "predicate": lsp.CompletionItemKind.Property,
    "function": lsp.CompletionItemKind.Function,
    "unit": lsp.CompletionItemKind.Unit,
    "noun": lsp.CompletionItemKind.Class,
    "phrase": lsp.CompletionItemKind.Keyword,
    "clause": lsp.CompletionItemKind.Snippet,
}


@cache
def _converter() -> Converter:
    """Between messages and objects; it learns each kind of message once, and servers of one process share it."""
    return default_converter()  # type: ignore[no-untyped-call]


class RiddleServer(LanguageServer):
    """A server of riddles; each open document is read once a version, by ``understand``."""

    def __init__(
        self, understand: Callable[[TextDocument], Reading], compiler: ThreadPoolExecutor | None = None
    ) -> None:
        super().__init__(
            "oedipus", VERSION, text_document_sync_kind=lsp.TextDocumentSyncKind.Full, converter_factory=_converter
        )
        self.understand = understand
        self._readings: dict[str, Reading] = {}
        # One compilation at a time, beside the loop that answers the client.
        self.compiler = ThreadPoolExecutor(max_workers=1) if compiler is None else compiler

    def reading(self, uri: str) -> Reading:
        """The document's present text, read."""
        document = self.workspace.get_text_document(uri)
        known = self._readings.get(uri)
        if known is None or known.text != document.source:
            known = self._readings[uri] = self.understand(document)
        return known

    async def beside(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T | None:
        """Compile without keeping the client waiting for anything else; None where there is no time for it."""
        return await asyncio.get_running_loop().run_in_executor(self.compiler, partial(work, *arguments, **named))

    def forget(self, uri: str) -> None:
        """Drop what is known of a closed document."""
        self._readings.pop(uri, None)

    def is_open(self, uri: str, version: int | None = None) -> bool:
        """Whether the document is open, in this version where one is given."""
        document = self.workspace.text_documents.get(uri)
        return document is not None and version in (None, document.version)

    def positions(self, text: str) -> Positions:
        """Places in a text, counted as agreed with the client."""
        return Positions(text, self.workspace.position_codec.client_num_units)

    def publish(self, uri: str, *extra: Diagnostic) -> None:
        """Send the diagnostics of a document as it stands."""
        reading = self.reading(uri)
        version = self.workspace.get_text_document(uri).version
        positions = self.positions(reading.text)
        items = [_diagnostic(one, positions) for one in (*reading.diagnostics, *extra)]
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, items, version))


def _range(span: Span, positions: Positions) -> lsp.Range:
    start, end = (lsp.Position(*positions.of(place)) for place in (span.start, span.end))
    return lsp.Range(start, end)


def _diagnostic(one: Diagnostic, positions: Positions) -> lsp.Diagnostic:
    return lsp.Diagnostic(
        range=_range(one.span, positions),
        message="\n".join(filter(None, (one.message, f"help: {one.help}" if one.help else ""))),
        severity=_SEVERITIES[one.severity],
        code=one.code,
        source="oedipus",
        data=one.suggestion or None,
    )


def _folder(document: TextDocument) -> Path | None:
    folder = Path(document.path).parent if document.uri.startswith("file:") else None
    return folder if folder and folder.is_dir() else None


def stored(document: TextDocument) -> Reading:
    """A document read as a file, whose paths begin in its folder."""
    return read(document.source, _folder(document))


def build() -> RiddleServer:
    """A server of files with every feature registered, not yet running."""
    server = RiddleServer(stored)
    register(server)
    return server


def register(server: RiddleServer) -> None:
    """Let a server do all there is to do."""
    server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)(_opened)
    server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)(_changed)
    server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)(_saved)
    server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)(_closed)
    server.feature(lsp.TEXT_DOCUMENT_HOVER)(_hover)
    server.feature(lsp.TEXT_DOCUMENT_COMPLETION)(_complete)
    server.feature(lsp.TEXT_DOCUMENT_FORMATTING)(_format)
    mends = lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix])
    server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, mends)(_mend)


def serve() -> None:
    """Serve one client on standard input and output until it leaves."""
    logging.basicConfig(level=logging.WARNING)
    build().start_io()


async def _opened(server: RiddleServer, params: lsp.DidOpenTextDocumentParams) -> None:
    await _compiled(server, params.text_document.uri)


async def _saved(server: RiddleServer, params: lsp.DidSaveTextDocumentParams) -> None:
    await _compiled(server, params.text_document.uri)


async def _compiled(server: RiddleServer, uri: str) -> None:
    """Publish at once what reading finds, and when it is known what compiling and deciding finds."""
    server.publish(uri)
    reading = server.reading(uri)
    found = await server.beside(reading.deeper, seconds=DECIDING)
    if found and server.is_open(uri) and server.reading(uri) is reading:
        server.publish(uri, *found)


async def _changed(server: RiddleServer, params: lsp.DidChangeTextDocumentParams) -> None:
    uri, version = params.text_document.uri, params.text_document.version
    await asyncio.sleep(PAUSE)
    if not server.is_open(uri, version):
        return
    server.publish(uri)
    await asyncio.sleep(REST)
    if server.is_open(uri, version):
        reading = server.reading(uri)
        found = await server.beside(reading.deeper, seconds=DECIDING)
        if found and server.is_open(uri, version):
            server.publish(uri, *found)


def _closed(server: RiddleServer, params: lsp.DidCloseTextDocumentParams) -> None:
    server.forget(params.text_document.uri)
    server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(params.text_document.uri, []))


async def _hover(server: RiddleServer, params: lsp.HoverParams) -> lsp.Hover | None:
    reading = server.reading(params.text_document.uri)
    positions = server.positions(reading.text)
    offset = positions.offset(params.position.line, params.position.character)
    if (found := await server.beside(hover, reading, offset)) is None:
        return None
    markdown, span = found
    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, markdown), _range(span, positions))


def _complete(server: RiddleServer, params: lsp.CompletionParams) -> list[lsp.CompletionItem]:
    found = proposals(server.reading(params.text_document.uri))
    return [
        lsp.CompletionItem(label=one.text, kind=_KINDS[one.sort], detail=one.detail, sort_text=f"{place:04}")
        for place, one in enumerate(found)
    ]


def _format(server: RiddleServer, params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit] | None:
    """The whole text anew; nothing where it has mistakes, which are shown already."""
    reading = server.reading(params.text_document.uri)
    try:
        written = format_text(reading.text, reading.cards)
    except RiddleError:
        return None
    whole = _range(Span(0, len(reading.text)), server.positions(reading.text))
    return [] if written == reading.text else [lsp.TextEdit(whole, written)]


def _mend(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    """``did you mean``: replace an unknown word by the suggestion of its diagnostic."""
    uri = params.text_document.uri
    return [
        lsp.CodeAction(
            title=f"Replace by '{one.data}'",
            kind=lsp.CodeActionKind.QuickFix,
            diagnostics=[one],
            edit=lsp.WorkspaceEdit(changes={uri: [lsp.TextEdit(one.range, one.data)]}),
        )
        for one in params.context.diagnostics
        if one.source == "oedipus" and isinstance(one.data, str)
    ]
