"""Words that a visitor teaches by picking among generated pictures: sheets to pick from, lessons, what was learned.

A sheet is the same for everybody: its number is the seed it is drawn by. So a lesson is told by the places of the
pictures that were picked, and no picture comes back.
"""

import asyncio
import io
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from oedipus.networks.cards import read_cards
from oedipus.page.bodies import Failure, object_of, sentence
from oedipus.page.jobs import Job, Jobs
from oedipus.page.language import Language
from oedipus.page.pool import Busy, Pool
from oedipus.page.visitors import TAUGHT, Refused, Visitor, Visitors
from oedipus.service.words import LONGEST, kinds

SHEET, SHEETS = 60, 40
"""Pictures of a sheet, and how many sheets there are of a kind."""
KEPT = 24
"""Sheets that are kept drawn."""
SECONDS = 60.0
"""Wall time of drawing one: the first of a process waits for what takes seconds to import."""
LARGEST = 65_536
"""Bytes of what a lesson is asked for with."""


class Lessons:
    """Answers about words; ``visitor`` tells who asks."""

    def __init__(
        self, visitor: Callable[[HTTPConnection], Visitor], visitors: Visitors, answers: Pool, language: Language
    ) -> None:
        self.visitor, self.visitors, self.answers, self.language = visitor, visitors, answers, language
        self.kinds = kinds(read_cards())
        self._sheets: OrderedDict[tuple[str, int], asyncio.Task[dict[str, Any]]] = OrderedDict()

    def about(self, visitor: Visitor) -> dict[str, Any]:
        """What the page has to know of them."""
        return {"kinds": self.kinds, "sheet": SHEET, "sheets": SHEETS, "words": list(visitor.words.values())}

    async def sheet(self, request: Request) -> Response:
        """Generated pictures to pick from."""
        self.visitor(request)
        kind, number = request.path_params["kind"], request.path_params["number"]
        if kind not in self.kinds or not 0 <= number < SHEETS:
            raise Failure(404, f"There are {SHEETS} sheets of {' or '.join(self.kinds)}.")
        drawn = self._sheets.get((kind, number))
        if drawn is None or (
            drawn.done() and (drawn.cancelled() or drawn.exception() or "pictures" not in drawn.result())
        ):
            message = {"do": "draw", "text": "", "folder": str(self.visitors.common), "names": [],
                       "options": {"kind": kind, "sheet": number, "number": SHEET}}  # fmt: skip
            drawn = self._sheets[kind, number] = asyncio.create_task(self.answers.ask(message, SECONDS))
            while len(self._sheets) > KEPT:
                self._sheets.popitem(last=False)
        try:
            return JSONResponse(await asyncio.shield(drawn))
        except Busy:
            raise Failure(503, "Many ask at once. Try again in a moment.") from None

    async def teach(self, request: Request, jobs: Jobs) -> Response:
        """Begin a lesson; what happens is told as that of a solve."""
        visitor = self.visitor(request)
        given = await object_of(request, LARGEST, "A lesson is too large.")
        word, kind = given.get("word"), given.get("kind")
        if not isinstance(word, str) or not word.strip() or len(word) > LONGEST:
            raise Failure(422, f"The word is missing, or has more than {LONGEST} letters.")
        if kind not in self.kinds:
            raise Failure(422, f"Words can be taught of {' or '.join(self.kinds)}.")
        picked = {name: _places(given.get(name)) for name in ("yes", "no")}
        if set(picked["yes"]) & set(picked["no"]):
            raise Failure(422, "A picture is one or the other.")
        try:
            self.visitors.admits(visitor, word.strip())
            job = await jobs.begin(visitor, "teach", "", {"word": word.strip(), "kind": kind, "sheet": SHEET, **picked})
        except Refused as refused:
            raise Failure(422, f"{sentence(refused)}.") from None
        except Busy as busy:
            raise Failure(503, f"{sentence(busy)}.") from None
        return JSONResponse({"key": job.key}, status_code=202)

    async def learned(self, job: Job, told: dict[str, Any]) -> dict[str, Any]:
        """Keep what a lesson has made, and let the visitor's editors know the word."""
        visitor = self.visitors.known.get(job.owner)
        if visitor is None:
            return {"event": "failed", "message": "This page is from before the server began. Load it again."}
        try:
            self.visitors.learn(visitor, told["name"], job.out, told)
        except (Refused, OSError) as error:
            return {"event": "failed", "message": f"{sentence(error)}."}
        await self.language.changed(visitor)
        return told

    async def archive(self, request: Request) -> Response:
        """Card and weights of a word, as a library for ``use``."""
        visitor, word = self.visitor(request), request.path_params["word"]
        if word not in visitor.words or visitor.folder is None:
            raise Failure(404, "There is no such word.")
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for suffix in (".toml", ".safetensors"):
                archive.write(visitor.folder / TAUGHT / f"{word}{suffix}", f"{TAUGHT}/{word}{suffix}")
        disposition = {"content-disposition": 'attachment; filename="taught.zip"'}
        return Response(packed.getvalue(), media_type="application/zip", headers=disposition)

    async def forget(self, request: Request) -> Response:
        """Forget a word."""
        visitor = self.visitor(request)
        if not self.visitors.forget(visitor, request.path_params["word"]):
            raise Failure(404, "There is no such word.")
        await self.language.changed(visitor)
        return JSONResponse({"words": list(visitor.words.values())})


def _places(given: Any) -> list[int]:
    """Places of pictures, counted through all sheets. Raises :class:`Failure`."""
    whole = isinstance(given, list) and all(type(one) is int and 0 <= one < SHEET * SHEETS for one in given)
    if not whole or len(set(given)) != len(given):
        raise Failure(422, "What was picked is told by places of pictures, each once.")
    return list(given)
