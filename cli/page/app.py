"""The page: its routes and what they answer. What a riddle means is known elsewhere."""

import asyncio
import io
import json
import secrets
import shutil
import zipfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

import oedipus.riddles
from oedipus.compiler.options import MOST_SEED
from oedipus.page.bodies import Failure, body_of, object_of, sentence
from oedipus.page.guard import Door, Guard, cookie_name, cookies_of
from oedipus.page.jobs import LISTENERS, Job, Jobs
from oedipus.page.language import Language
from oedipus.page.lessons import Lessons
from oedipus.page.limits import Limits
from oedipus.page.pool import Busy, Pool
from oedipus.page.visitors import Refused, Visitor, Visitors, shapes
from oedipus.version import VERSION

STATIC = Path(__file__).with_name("static")
KINDS = {"page.js": "text/javascript", "page.css": "text/css", "icon.svg": "image/svg+xml"}
ASKED = ("verdict", "explain", "why")
ANSWERERS, ANSWERS_WAITING = 1, 32
REPORT = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'; sandbox allow-popups"
)


class Page:
    """The state of a server, and its answers."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.root = Path(mkdtemp(prefix="oedipus-page-"))
        riddles = Path(oedipus.riddles.__file__).parent
        self.riddles = riddles
        self.visitors = Visitors(self.root, riddles / "data", limits)
        self.answers = Pool(ANSWERERS, ANSWERS_WAITING, memory=limits.memory, torch=False)
        self.language = Language(limits)
        self.lessons = Lessons(self.visitor, self.visitors, self.answers, self.language)
        self.jobs = Jobs(self.root / "solves", limits, self.lessons.learned)
        self.index = (STATIC / "index.html").read_text(encoding="utf-8")
        self._gallery: asyncio.Task[dict[str, Any]] | None = None

    @asynccontextmanager
    async def life(self, app: Starlette) -> AsyncIterator[None]:  # noqa: ARG002
        """Begin the processes; at the end, end them and remove what was stored."""
        self.answers.begin()
        self.jobs.pool.begin()
        reading = asyncio.create_task(self.language.begin())
        try:
            yield
        finally:
            reading.cancel()
            for one in (self.language, self.jobs, self.answers):
                await one.close()
            shutil.rmtree(self.root, ignore_errors=True)

    def visitor(self, connection: HTTPConnection) -> Visitor:
        """Who asks. Raises :class:`Failure` for one who has not seen the page."""
        headers = connection.headers
        found = self.visitors.find(cookies_of(headers).get(cookie_name("visitor", headers)))
        if found is None:
            raise Failure(401, "This page is from before the server began. Load it again.")
        return found

    def job(self, request: Request) -> Job:
        """The solve that is asked about. Raises :class:`Failure`."""
        found = self.jobs.find(request.path_params["key"], self.visitor(request))
        if found is None:
            raise Failure(404, "This solve is forgotten. Solve again.")
        return found

    # The page itself

    async def home(self, request: Request) -> Response:
        """The page, with a cookie for those who have none."""
        key = cookies_of(request.headers).get(cookie_name("visitor", request.headers))
        visitor = self.visitors.find(key) or self.visitors.new()
        nonce = secrets.token_urlsafe(16)
        host = request.headers["host"]
        answer = HTMLResponse(self.index.replace("{{nonce}}", nonce).replace("{{version}}", VERSION))
        answer.headers["content-security-policy"] = (
            f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
            f"connect-src 'self' ws://{host} wss://{host}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
        )
        name = cookie_name("visitor", request.headers)
        secure = request.url.scheme == "https"
        answer.set_cookie(name, visitor.key, httponly=True, samesite="strict", path="/", secure=secure)
        return answer

    async def static(self, request: Request) -> Response:
        """Script, style, icon."""
        name = request.path_params["name"]
        if name not in KINDS:
            raise Failure(404, "There is no such file.")
        return Response((STATIC / name).read_bytes(), media_type=KINDS[name])

    async def about(self, request: Request) -> Response:
        """What the page needs to know of its server and its visitor."""
        limits, visitor = self.limits, self.visitor(request)
        return JSONResponse(
            {
                "version": VERSION,
                "text": limits.text,
                "seconds": limits.seconds,
                "upload_bytes": limits.upload_bytes,
                "uploads": shapes(visitor.uploads.items()),
                **self.lessons.about(visitor),
            }
        )

    async def gallery(self, request: Request) -> Response:
        """The library's riddles."""
        self.visitor(request)
        if self._gallery is None or (self._gallery.done() and self._gallery.exception() is not None):
            common = self.visitors
            message = {"do": "gallery", "text": "", "folder": str(common.common), "names": sorted(common.library),
                       "options": {"folder": str(self.riddles)}}  # fmt: skip
            self._gallery = asyncio.create_task(self.answers.ask(message, 120.0))
        return JSONResponse(await asyncio.shield(self._gallery))

    async def ask(self, request: Request) -> Response:
        """Verdict, explanation, reasons."""
        what = request.path_params["what"]
        if what not in ASKED:
            raise Failure(404, f"One can ask for {', '.join(ASKED)}.")
        visitor = self.visitor(request)
        text, _ = await self._riddle(request)
        seconds = self.limits.answer_seconds
        message = {"do": what, "text": text, **visitor.files.message, "options": {"seconds": 0.8 * seconds}}
        try:
            return JSONResponse(await self.answers.ask(message, seconds))
        except Busy:
            raise Failure(503, "Many ask at once. Try again in a moment.") from None

    # Solving

    async def solve(self, request: Request) -> Response:
        """Begin a solve."""
        visitor = self.visitor(request)
        text, given = await self._riddle(request)
        seed = given.get("seed", 0)
        if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed <= MOST_SEED:
            raise Failure(422, f"A seed is a whole number from 0 to {MOST_SEED:,}.")
        try:
            job = await self.jobs.begin(visitor, "solve", text, {"seed": seed})
        except Busy as busy:
            raise Failure(503, f"{sentence(busy)}.") from None
        return JSONResponse({"key": job.key}, status_code=202)

    async def events(self, request: Request) -> Response:
        """What happens to a solve, as server-sent events; after a lost connection, what was missed."""
        job = self.job(request)
        if job.listeners >= LISTENERS:
            raise Failure(503, "This solve has listeners enough.")
        last = request.headers.get("last-event-id", "0")
        after = int(last) if last.isdecimal() and len(last) < 10 else 0

        async def stream() -> AsyncIterator[str]:
            async for told in self.jobs.listen(job, after):
                yield ":\n\n" if told is None else f"id: {told['number']}\ndata: {json.dumps(told)}\n\n"

        return StreamingResponse(stream(), media_type="text/event-stream", headers={"x-accel-buffering": "no"})

    async def cancel(self, request: Request) -> Response:
        """End a solve."""
        self.jobs.cancel(self.job(request))
        return JSONResponse({"event": "cancelling"}, status_code=202)

    async def archive(self, request: Request) -> Response:
        """Everything that a solve has left, as a zip."""
        job = self._solved(request)

        def pack() -> bytes:
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                for path in sorted(job.out.rglob("*")):
                    if path.is_file():
                        archive.write(path, Path("oedipus") / path.relative_to(job.out))
            return packed.getvalue()

        content = await asyncio.to_thread(pack)
        disposition = {"content-disposition": 'attachment; filename="oedipus.zip"'}
        return Response(content, media_type="application/zip", headers=disposition)

    async def report(self, request: Request) -> Response:
        """The report of a solve, which may run nothing and load nothing."""
        path = self._solved(request).out / "report.html"
        if not path.is_file():
            raise Failure(404, "There is no report of this solve.")
        return Response(path.read_bytes(), media_type="text/html", headers={"content-security-policy": REPORT})

    def _solved(self, request: Request) -> Job:
        job = self.job(request)
        if not job.over or not job.out.is_dir():
            raise Failure(404, "There is no result of this solve.")
        return job

    async def teach(self, request: Request) -> Response:
        """Begin a lesson."""
        return await self.lessons.teach(request, self.jobs)

    # Uploads

    async def upload(self, request: Request) -> Response:
        """Take a picture."""
        visitor = self.visitor(request)
        content = await body_of(request, self.limits.upload_bytes, "A picture is too large.")
        name = request.path_params["name"]
        try:
            await asyncio.to_thread(self.visitors.upload, visitor, name, content)
        except Refused as refused:
            raise Failure(422, f"{sentence(refused)}.") from None
        await self.language.changed(visitor)
        return JSONResponse({"uploads": shapes(visitor.uploads.items())}, status_code=201)

    async def remove(self, request: Request) -> Response:
        """Forget a picture."""
        visitor = self.visitor(request)
        if not self.visitors.remove(visitor, request.path_params["name"]):
            raise Failure(404, "There is no such upload.")
        await self.language.changed(visitor)
        return JSONResponse({"uploads": shapes(visitor.uploads.items())})

    # The editor

    async def editor(self, socket: WebSocket) -> None:
        """An editor's websocket."""
        try:
            visitor = self.visitor(socket)
        except Failure:
            await socket.close(1008, "load the page again")
            return
        await socket.accept()
        await self.language.serve(socket, visitor)

    async def _riddle(self, request: Request) -> tuple[str, Mapping[str, Any]]:
        """The text of a request's body, and the whole of it. Raises :class:`Failure`."""
        given = await object_of(request, self.limits.message_bytes, "A riddle is too large.")
        if not isinstance(given.get("text"), str):
            raise Failure(422, 'A request is JSON such as {"text": "digits a, b"}.')
        text = given["text"]
        if len(text) > self.limits.text:
            raise Failure(413, f"A riddle has at most {self.limits.text:,} characters here; this has {len(text):,}.")
        if any("\ud800" <= char <= "\udfff" for char in text):
            raise Failure(422, "Half a character (a lone surrogate) is no text.")
        return text, given


async def _told(request: Request, failure: Exception) -> Response:  # noqa: ARG001
    assert isinstance(failure, Failure)
    headers = {"retry-after": "5"} if failure.status == 503 else None
    return JSONResponse({"event": "failed", "message": failure.message}, failure.status, headers)


def build(limits: Limits | None = None, door: Door | None = None) -> Starlette:
    """The page as an application; its processes begin and end with it."""
    page = Page(Limits() if limits is None else limits)
    routes = [
        Route("/", page.home),
        Route("/static/{name}", page.static),
        Route("/api/about", page.about),
        Route("/api/gallery", page.gallery),
        Route("/api/ask/{what}", page.ask, methods=["POST"]),
        Route("/api/solves", page.solve, methods=["POST"]),
        Route("/api/solves/{key}", page.cancel, methods=["DELETE"]),
        Route("/api/solves/{key}/events", page.events),
        Route("/api/solves/{key}/oedipus.zip", page.archive),
        Route("/api/solves/{key}/report.html", page.report),
        Route("/api/uploads/{name}", page.upload, methods=["PUT"]),
        Route("/api/uploads/{name}", page.remove, methods=["DELETE"]),
        Route("/api/drawn/{kind}/{number:int}", page.lessons.sheet),
        Route("/api/words", page.teach, methods=["POST"]),
        Route("/api/words/{word}.zip", page.lessons.archive),
        Route("/api/words/{word}", page.lessons.forget, methods=["DELETE"]),
        WebSocketRoute("/language", page.editor),
    ]
    app = Starlette(
        routes=routes, lifespan=page.life, exception_handlers={Failure: _told},
        middleware=[Middleware(Guard, door=Door() if door is None else door)],
    )  # fmt: skip
    app.state.page = page
    return app
