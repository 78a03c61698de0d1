"""A web on loopback: one server thread, one port an outlet, a log of everything that was asked of it.

with Web(seed=1) as web:
    port = web.open("paper", answer)      # answer: Ask -> Answer
    web.log                               # what was asked: outlet, path, when, how many at once

Whole answers are written at once; what a site does wrong on the wire (trickling, cutting off, lying about lengths) is
a ``wire`` function that is given the writer.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from urllib.parse import parse_qsl, urlsplit

from monitor.model import CHINA

Wire = Callable[[asyncio.StreamWriter], Awaitable[None]]
_REASONS = {200: "OK", 301: "Moved", 302: "Found", 304: "Not Modified", 404: "Not Found", 410: "Gone"}


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. ``path`` with its query, as it was asked; ``place`` without."""

    outlet: str
    path: str
    headers: Mapping[str, str]
    nth: int = 1
    """How often this path has been asked for, this time included."""

    @property
    def place(self) -> str:
        return urlsplit(self.path).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Answer:
    body: bytes = b""
    type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait_s: float = 0.0
    wire: Wire | None = None
    """Writes the whole answer itself, status line and all."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One line of the log. ``together``: requests of this outlet under way at that moment, this one included."""

    outlet: str
    path: str
    time: float
    together: int
    headers: Mapping[str, str]
    status: int


Answering = Callable[[Ask], Answer]


class Web:
    """Outlets on ports of 127.0.0.1; ``visit`` is the number of the visit that they show themselves for."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = (now or datetime.now(CHINA)).replace(microsecond=0)
        self.visit = 0
        self.log: list[Seen] = []
        self.sent: Counter[str] = Counter()
        """Bytes of bodies written by ``wire`` functions, by outlet."""
        self._active: Counter[str] = Counter()
        self._times: Counter[tuple[str, str]] = Counter()
        self._loop = asyncio.new_event_loop()
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._servers: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self, outlet: str, answer: Answering, port: int = 0, host: str = "127.0.0.1") -> int:
        """Opens a port for an outlet and returns it."""

        def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = self._loop.create_task(self._serve(outlet, answer, reader, writer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        async def start() -> asyncio.Server:
            return await asyncio.start_server(accepted, host, port)

        server = asyncio.run_coroutine_threadsafe(start(), self._loop).result(10)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    def asked(self, outlet: str) -> list[Seen]:
        return [s for s in self.log if s.outlet == outlet]

    def wait(self, enough: Callable[[], bool], timeout: float = 60) -> bool:
        """Waits until ``enough`` (looked at after each request, and ten times a second) holds."""
        end = monotonic() + timeout
        with self._changed:
            while not enough():
                if monotonic() > end:
                    return False
                self._changed.wait(0.1)
        return True

    def __enter__(self) -> Web:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _stop(self) -> None:
        for server in self._servers:
            server.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # What was accepted at the last moment has its task by now; transports close in the turns after their end.
        for task in list(self._tasks):
            task.cancel()
        for _ in range(5):
            await asyncio.sleep(0.01)

    async def _serve(
        self, outlet: str, answer: Answering, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                while await self._one(outlet, answer, reader, writer):
                    pass
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
        finally:
            writer.transport.abort()

    async def _one(
        self, outlet: str, answer: Answering, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Answers one request; False when the connection is to be closed."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path = head[0].split(" ")[1]
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
        self._times[outlet, path] += 1
        self._active[outlet] += 1
        try:
            given = answer(Ask(outlet, path, headers, self._times[outlet, path]))
            with self._changed:
                self.log.append(Seen(outlet, path, monotonic(), self._active[outlet], headers, given.status))
                self._changed.notify_all()
            if given.wait_s:
                await asyncio.sleep(given.wait_s)
            if given.wire is not None:
                await given.wire(_Counting(writer, self.sent, outlet))  # type: ignore[arg-type]
                return False
            writer.write(_whole(given))
            await writer.drain()
            return True
        finally:
            self._active[outlet] -= 1


class _Counting:
    """A writer that counts what it writes, and waits until it is taken."""

    def __init__(self, writer: asyncio.StreamWriter, sent: Counter[str], outlet: str) -> None:
        self._writer, self._sent, self._outlet = writer, sent, outlet

    def write(self, data: bytes) -> None:
        self._writer.write(data)
        self._sent[self._outlet] += len(data)

    async def drain(self) -> None:
        await self._writer.drain()

    def abort(self) -> None:
        self._writer.transport.abort()


def _whole(given: Answer) -> bytes:
    headers = {
        "Content-Type": given.type,
        "Content-Length": str(len(given.body)),
        **given.headers,
    }
    lines = [f"HTTP/1.1 {given.status} {_REASONS.get(given.status, 'Answer')}"]
    lines += [f"{name}: {value}" for name, value in headers.items() if value]
    head = "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n"
    return head if given.status == 304 else head + given.body
