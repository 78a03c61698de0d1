"""Latency of the API and of 今日 under 16 clients, beside a constant page on the same kind of server. Prints JSON.

    python benchmarks/big_store.py FOLDER
    python benchmarks/api_load.py FOLDER/config [--clients 16] [--seconds 4] [--rounds 5]

The service is the real one (``python -m api``, waitress as shipped; only the limits of requests a minute are lifted,
by environment). The peer is a Flask application that returns a constant, under waitress with the same threads, in a
process of its own. Targets take turns, so that whatever else the machine does falls on all of them alike; the ratio of
p95s is taken within each round. Clients keep their connections and ask again as soon as they are answered (closed
loop): half of them with bearer tokens, half with a session, all of the same user. ``rss_mb``: of the service, when it
has been warmed up and at the end. ``first_ms``: the first answer after the start, when nothing has been kept yet.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import select
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.big_store import PASSWORD  # noqa: E402
from monitor.app import open_app  # noqa: E402
from monitor.ops import people  # noqa: E402

USER = "bench"
CONSTANT = """
import sys
from flask import Flask
from waitress import create_server
app = Flask(__name__)
@app.get("/")
def constant():
    return "x" * 1024
server = create_server(app, host="127.0.0.1", port=0, threads=int(sys.argv[1]), connection_limit=256)
print(server.effective_port, flush=True)
server.run()
"""
TARGETS = {
    "constant": "/",
    "healthz": "/healthz",
    "overview": "/api/v1/overview",
    "trends": "/api/v1/trends",
    "trends_hourly": "/api/v1/trends?bucket=hour&kind=post,board",
    "today_page": "/",
}
PEER = "constant"
LOG: Path | None = None
READY = r"http://127\.0\.0\.1:(\d+).*ready|ready.*http://127\.0\.0\.1:(\d+)"
_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)", re.IGNORECASE)


@dataclass
class Connection:
    """One client: asks, waits for the whole answer, asks again."""

    sock: socket.socket
    request: bytes
    asked: float = 0.0
    buffer: bytearray = field(default_factory=bytearray)
    wanted: int = -1

    def ask(self) -> None:
        self.buffer.clear()
        self.wanted = -1
        self.asked = time.perf_counter()
        self.sock.sendall(self.request)

    def answered(self) -> int:
        """The status once the whole answer is here, else 0."""
        chunk = self.sock.recv(262_144)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        self.buffer += chunk
        if self.wanted < 0:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return 0
            length = _LENGTH.search(self.buffer, 0, end + 2)
            self.wanted = end + 4 + (int(length[1]) if length else 0)
        return int(self.buffer[9:12]) if len(self.buffer) >= self.wanted else 0


def load(port: int, requests: Sequence[bytes], seconds: float) -> list[float]:
    """Seconds of every answer; raises on any that is not 200."""
    found: list[float] = []
    poll, open_ = select.epoll(), dict[int, Connection]()
    for request in requests:
        sock = socket.create_connection(("127.0.0.1", port), timeout=30)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        open_[sock.fileno()] = Connection(sock, request)
        poll.register(sock, select.EPOLLIN)
    end = time.perf_counter() + seconds
    for client in open_.values():
        client.ask()
    try:
        # A round has an answer for each client at least, however long the first takes.
        while (now := time.perf_counter()) < end or len(found) < len(open_):
            for number, _ in poll.poll(max(0.01, end - now)):
                client = open_[number]
                status = client.answered()
                if status:
                    if status != 200:
                        raise SystemExit(f"status {status}: {bytes(client.buffer[:400])!r}")
                    found.append(time.perf_counter() - client.asked)
                    client.ask()
    finally:
        for client in open_.values():
            client.sock.close()
    return found


def once(port: int, request: bytes) -> float:
    """Seconds of one answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as sock:
        client = Connection(sock, request)
        client.ask()
        while not client.answered():
            pass
        return time.perf_counter() - client.asked


def cookies(port: int) -> str:
    """Of a session that was signed in as a person does."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/sign-in")
    form = connection.getresponse()
    page = form.read().decode()
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)
    assert csrf
    body = urlencode({"csrf": csrf[1], "name": USER, "password": PASSWORD, "next": "/"})
    given = form.headers["Set-Cookie"].partition(";")[0]
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": given}
    connection.request("POST", "/sign-in", body, headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 303, answer.status
    return next(c.partition(";")[0] for c in answer.headers.get_all("Set-Cookie") or [] if "session" in c)


def requests(path: str, credentials: Sequence[str], clients: int) -> list[bytes]:
    ways = credentials or [""]
    return [
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n{ways[n % len(ways)]}\r\n".encode()
        for n in range(clients)
    ]


@contextmanager
def running(command: Sequence[str], ready: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A child server and its port, which it tells in the line that matches ``ready``."""
    child = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    assert child.stdout is not None
    try:
        for line in child.stdout:
            found = re.search(ready, line)
            if found:
                break
        else:
            raise SystemExit("the server did not start")
        # Its log goes nowhere, but it is read: a full pipe would stop the server.
        drain = subprocess.Popen(["cat"], stdin=child.stdout, stdout=LOG.open("ab") if LOG else subprocess.DEVNULL)
        yield child, int(next(filter(None, found.groups())))
        child.terminate()
        child.wait(20)
        drain.wait(5)
    finally:
        if child.poll() is None:
            child.kill()


def rss_mb(pid: int) -> float:
    text = Path(f"/proc/{pid}/status").read_text()
    return round(int(re.findall(r"VmRSS:\s+(\d+)", text)[0]) / 1024, 1)


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def measure(config: Path, clients: int, seconds: float, rounds: int) -> dict[str, Any]:
    with open_app(config) as app:
        now = app.clock()
        threads = app.settings.service.http.threads
        token = people.add_token(app.store, USER, "api_load", people.Role.READER, now + timedelta(hours=6), now)
        stats = app.store.stats()
    lifted = {f"YUQING_SERVICE__HTTP__RATE__{who}_PER_MIN": "1000000" for who in ("CALLER", "STRANGER")}
    lifted["YUQING_SERVICE__HTTP__RATE__BURST"] = "100000"
    service = [sys.executable, "-m", "api", "--config", str(config), "--host", "127.0.0.1", "--port", "0"]
    times: dict[str, list[list[float]]] = {name: [] for name in TARGETS}
    cold: dict[str, float] = {}
    with (
        running([sys.executable, "-c", CONSTANT, str(threads)], r"^(\d+)$") as (_, peer),
        running(service, r"http://127\.0\.0\.1:(\d+).*ready|ready.*http://127\.0\.0\.1:(\d+)", **lifted) as (
            child,
            port,
        ),
    ):
        ways = [f"Authorization: Bearer {token}\r\n", f"Cookie: {cookies(port)}\r\n"]
        asked = {name: requests(path, [] if name in (PEER, "healthz") else ways, clients)
                 for name, path in TARGETS.items()}  # fmt: skip
        for name in TARGETS:
            cold[name] = once(peer if name == PEER else port, asked[name][0])
            load(peer if name == PEER else port, asked[name], min(seconds, 2.0))
        memory = [rss_mb(child.pid)]
        for number in range(rounds):
            order = list(TARGETS) if number % 2 == 0 else list(reversed(TARGETS))
            for name in order:
                times[name].append(load(peer if name == PEER else port, asked[name], seconds))
            memory.append(rss_mb(child.pid))
    kept = {kind.value: n if isinstance(n, int) else None for kind, n in stats.records.items()}
    return {
        "clients": clients, "threads": threads, "rounds": rounds, "seconds": seconds, "public_records": kept,
        "targets": {
            name: {"first_ms": round(cold[name] * 1000), **told(times[name], times[PEER])} for name in TARGETS
        },
        "rss_mb": memory,
    }  # fmt: skip


def told(rounds: Sequence[Sequence[float]], peer: Sequence[Sequence[float]]) -> dict[str, Any]:
    """Medians over the rounds; the ratio is the median of the rounds' own ratios, all of which are shown."""
    ratios = [percentile(a, 0.95) / percentile(b, 0.95) for a, b in zip(rounds, peer, strict=True)]
    return {
        "answers": sum(map(len, rounds)),
        "p50_ms": round(statistics.median(percentile(r, 0.5) for r in rounds), 2),
        "p95_ms": round(statistics.median(percentile(r, 0.95) for r in rounds), 2),
        "p95_ratio": round(statistics.median(ratios), 2),
        "ratios": [round(r, 2) for r in ratios],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--log", type=Path, help="file for the servers' logs")
    given = parser.parse_args()
    global LOG  # noqa: PLW0603
    LOG = given.log
    print(json.dumps(measure(given.config, given.clients, given.seconds, given.rounds), ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
