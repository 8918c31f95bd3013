"""The page with many people at it: 200 editing and 8 solving on loopback; how long each waits.

    python benchmarks/page.py [--users 200] [--solving 8] [--seconds 60]

The users and the server share the machine's cores. A user changes the text every five seconds on average and asks for
completion after every third change; a solver solves, looks at the result, and solves again.
"""

import argparse
import asyncio
import itertools
import json
import random
import re
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import httpx2
from report import machine, table, write
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

URI = "riddle://page/riddle.riddle"
RIDDLES = (
    "digits a, b\na is ood\nb = a + 1\n",
    "digits a, b, c\na + b = c\nc is not 7\n",
    "There are three numbers:\nI. The first number is odd.\nII. The second is two larger than the first.\n"
    "III. The first plus the second equal the third.\nIV. The third number is not a seven.\n",
    "There is a three-digit number.\nThe sum of its digits is 12.\nThe first digit is twice the last.\n",
    "digits A, B\nAB + BA = 132\nA is 2 less than B\n",
)
SOLVED = "digits a, b\na = b + 7\nb is odd\n"
EVERY = 5.0
Waits = dict[str, list[float]]


class Editor:
    """A user with an editor open."""

    def __init__(self, socket: ClientConnection, waits: Waits, rng: random.Random) -> None:
        self.socket, self.waits, self.rng = socket, waits, rng
        self.answers: dict[str, asyncio.Future[Any]] = {}
        self.numbers = itertools.count(1)

    async def listen(self) -> None:
        """Note every answer; where the connection ends, nobody goes on waiting."""
        try:
            await self._answers()
        except ConnectionClosed as error:
            for answer in self.answers.values():
                if not answer.done():
                    answer.set_exception(error)

    async def _answers(self) -> None:
        async for text in self.socket:
            said = json.loads(text)
            key = f"answer {said['id']}" if "id" in said else f"version {said['params'].get('version')}"
            if key in self.answers and not self.answers[key].done():
                self.answers[key].set_result(said)

    async def send(self, method: str, params: Mapping[str, Any], **more: Any) -> None:
        await self.socket.send(json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}))

    async def waited(self, what: str, key: str, method: str, params: Mapping[str, Any], **more: Any) -> None:
        """Send something and note how long its answer takes."""
        answer = self.answers[key] = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        await self.send(method, params, **more)
        await asyncio.wait_for(answer, 60)
        self.waits[what].append(time.perf_counter() - began)

    async def ask(self, what: str, method: str, params: Mapping[str, Any]) -> None:
        number = next(self.numbers)
        await self.waited(what, f"answer {number}", method, params, id=number)

    async def edit(self, until: float) -> None:
        """Write until it is time."""
        document = {"uri": URI}
        await self.ask("joined", "initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        await self.send("initialized", {})
        text = self.rng.choice(RIDDLES)
        opened = {"uri": URI, "languageId": "riddle", "version": 0, "text": text}
        await self.send("textDocument/didOpen", {"textDocument": opened})
        for version in itertools.count(1):
            await asyncio.sleep(self.rng.uniform(0, 2 * EVERY))
            if time.monotonic() > until:
                return
            changes = [{"text": f"{text}# {version}\n"}]
            params = {"textDocument": document | {"version": version}, "contentChanges": changes}
            await self.waited("mistakes underlined", f"version {version}", "textDocument/didChange", params)
            if version % 3 == 0:
                place = {"textDocument": document, "position": {"line": 1, "character": 1}}
                await self.ask("completion", "textDocument/completion", place)


async def visit(address: str) -> str:
    """Get the page as a browser does; its cookies. By hand, as making a client takes longer than the page."""
    host, port = address.removeprefix("http://").rstrip("/").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
    answer = (await reader.read()).decode()
    writer.close()
    return "; ".join(re.findall(r"(?im)^set-cookie: ([^;]+)", answer))


async def user(address: str, until: float, waits: Waits, rng: random.Random) -> None:
    await asyncio.sleep(rng.uniform(0, EVERY))
    began = time.perf_counter()
    cookie = await visit(address)
    waits["page"].append(time.perf_counter() - began)
    where = address.replace("http", "ws") + "language"
    async with connect(where, additional_headers={"cookie": cookie}, open_timeout=60) as socket:
        editor = Editor(socket, waits, rng)
        listening = asyncio.create_task(editor.listen())
        await editor.edit(until)
        listening.cancel()


async def solver(address: str, until: float, waits: Waits) -> None:
    async with httpx2.AsyncClient(base_url=address, timeout=120, verify=False) as client:
        await client.get("/")
        while time.monotonic() < until:
            began = time.perf_counter()
            key = (await client.post("/api/solves", json={"text": SOLVED})).json()["key"]
            first = True
            async with client.stream("GET", f"/api/solves/{key}/events") as stream:
                async for line in stream.aiter_lines():
                    told = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
                    if told.get("event") == "progress" and first:
                        first = False
                        waits["first live picture"].append(time.perf_counter() - began)
                    if told.get("event") == "result":
                        assert told["answer"] == {"a": 8, "b": 1}
                        waits["solved"].append(time.perf_counter() - began)


async def crowd(address: str, arguments: argparse.Namespace) -> tuple[Waits, int]:
    """What everybody waited, and how many were let down."""
    # Once for every process, so that none begins while it is measured.
    await asyncio.gather(
        *[solver(address, time.monotonic() + 0.1, defaultdict(list)) for _ in range(arguments.solving)]
    )
    waits: Waits = defaultdict(list)
    until = time.monotonic() + arguments.seconds
    users = [user(address, until, waits, random.Random(seed)) for seed in range(arguments.users)]
    ended = await asyncio.gather(
        *users, *[solver(address, until, waits) for _ in range(arguments.solving)], return_exceptions=True
    )
    failed = Counter(f"{type(one).__name__}: {one}" for one in ended if isinstance(one, BaseException))
    for said, number in failed.most_common(5):
        print(f"let down: {number} by {said}", file=sys.stderr)
    return waits, failed.total()


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--solving", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60.0)
    arguments = parser.parse_args()
    flags = ["--port", "0", "--solvers", str(arguments.solving), "--connections", str(arguments.users + 8)]
    command = [sys.executable, "-m", "oedipus", "serve", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found
        waits, failed = asyncio.run(crowd(found[0], arguments))
        server.terminate()
    on = machine()
    kinds = ("page", "mistakes underlined", "completion", "first live picture", "solved")
    figures = {
        name: {"count": len(waits[name]), "p50": percentile(waits[name], 0.5), "p95": percentile(waits[name], 0.95)}
        for name in kinds
        if waits[name]
    }
    rows = [[name, str(one["count"]), f"{one['p50']:.2f} s", f"{one['p95']:.2f} s"] for name, one in figures.items()]
    said = (
        f"`python benchmarks/page.py --users {arguments.users} --solving {arguments.solving} --seconds "
        f"{arguments.seconds:g}`: {arguments.users} users editing, each a change every {EVERY:g} seconds, and "
        f"{arguments.solving} solving at a time, on loopback, on {on['cores']} cores that they share with the server; "
        f"load average at the end {on['load_average']}. Of a mistake's underline 0.15 s is the server's pause for the "
        f"next keystroke. Let down: {failed} of {arguments.users + arguments.solving}."
    )
    head = ["what is waited for", "times", "p50", "p95"]
    write("page", {"machine": on, "failed": failed, "waits": figures}, f"## The page\n\n{said}\n\n{table(head, rows)}")
    print(table(head, rows))


if __name__ == "__main__":
    main()
