"""Pages a second of a whole crawl, everything on, beside bare Scrapy that drops the body. Prints JSON.

    python benchmarks/crawl_speed.py [--pages 5000] [--rounds 3] [--data DATA] [--real 600]

``feeds``: made articles of which no two say the same, named by feeds of a thousand. With DATA, the development data
folder, also ``lists``: the saved real pages, altered a little so that none repeats another, behind list pages.

Both crawlers read the same pages from one server process on loopback, at 16 requests at once and no delay, in turns.
``pages_per_s`` is requests between the first and the last that the server saw, median of the rounds; ``wall_s`` is the
whole process with its start and the keeping of what was read last. ``cpu_ms`` is the processor's time for a page, start
included; ``server_cpu_ms`` what the server took of the same processors. ``peak_mb`` is the most memory each had.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from crawl_pages import PER_FEED, PER_LIST, site

ROOT = Path(__file__).resolve().parent.parent
PEERS: dict[str, dict[str, object]] = {
    "bare_scrapy": {},
    # Without the hundred tasks that Scrapy by default starts for every response: as fast as it gets.
    "bare_scrapy_tuned": {"CONCURRENT_ITEMS": 1, "WARN_ON_GENERATOR_RETURN_VALUE": False},
}
TOLD = """
import json, resource, sys
from pathlib import Path

def tell():
    peak = next(l for l in Path("/proc/self/status").read_text().splitlines() if l.startswith("VmHWM"))
    mine, child = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    sys.stderr.write("\\n" + json.dumps({
        "cpu": [mine.ru_utime + mine.ru_stime, child.ru_utime + child.ru_stime],
        "mb": [int(peak.split()[1]) // 1024, child.ru_maxrss // 1024],
    }))
"""
BARE = (
    TOLD
    + """
import scrapy
from scrapy.crawler import AsyncCrawlerProcess

class Bare(scrapy.Spider):
    name = "bare"
    async def start(self):
        for address in sys.argv[2:]:
            yield scrapy.Request(address, self.index)
    def index(self, response):
        for link in response.xpath("//item/link/text() | //li/a/@href").getall():
            yield response.follow(link, self.page)
        for link in response.xpath("//a[@class='next']/@href").getall():
            yield response.follow(link, self.index)
    def page(self, response):
        pass

process = AsyncCrawlerProcess({
    "CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 16, "LOG_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False, "TELNETCONSOLE_ENABLED": False, **json.loads(sys.argv[1]),
})
process.crawl(Bare)
process.start()
tell()
"""
)
OURS = TOLD + 'from crawlers.__main__ import main\ncode = main(["--config", sys.argv[1]])\ntell()\nsys.exit(code)\n'


@dataclass(frozen=True, slots=True)
class Run:
    """``cpu`` in seconds and ``mb`` at most, of the process and its child; ``server`` seconds of the server's CPU."""

    rate: float
    wall: float
    cpu: tuple[float, float]
    mb: tuple[int, int]
    server: float


def serve(pages: int, data: Path | None, pipe: Connection) -> None:
    """A small keep-alive HTTP server; answers ``reset`` on the pipe with span, number and CPU of requests since."""
    asyncio.run(_serve(pages, data, pipe))


async def _serve(pages: int, data: Path | None, pipe: Connection) -> None:
    times: list[float] = []
    bodies: dict[bytes, bytes] = {}

    class Server(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = transport

        def data_received(self, data: bytes) -> None:
            times.append(time.monotonic())
            path = data.split(b" ", 2)[1]
            body = bodies.get(path)
            kind = b"application/rss+xml" if path.endswith(b".xml") else b"text/html"
            status = b"200 OK" if body is not None else b"404 Not Found"
            body = body or b""
            head = b"HTTP/1.1 %s\r\nContent-Type: %s; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
            self.transport.write(head % (status, kind, len(body)) + body)  # type: ignore[attr-defined]

    server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    bodies.update((path.encode(), body) for path, body in site(base, pages, data).items())
    pipe.send(base)
    spent = time.process_time()
    while True:
        while not pipe.poll():
            await asyncio.sleep(0.05)
        if pipe.recv() == "stop":
            return
        pipe.send((times[-1] - times[0] if times else 0.0, len(times), time.process_time() - spent))
        times.clear()
        spent = time.process_time()


def starts(base: str, pages: int, *, lists: bool) -> list[str]:
    return [f"{base}/list/0.html"] if lists else [f"{base}/feed/{n}.xml" for n in range(-(-pages // PER_FEED))]


def configure(folder: Path, addresses: list[str], pages: int) -> None:
    (folder / "district.toml").write_text('name = "示例区"\ncity = "示例市"\nprovince = "示例省"\n', encoding="utf-8")
    (folder / "service.toml").write_text(
        f"data = {json.dumps(str(folder / 'data'))}\n[crawl]\nper_site = 16\nconcurrency = 16\n"
        f"max_pages = {pages + 1000}\n",
        encoding="utf-8",
    )
    lines = []
    for n, url in enumerate(addresses):
        adapter = "rss" if url.endswith(".xml") else "html"
        source = {"id": f"news{n}", "name": f"news{n}", "kind": "news", "adapter": adapter, "url": url}
        lines += ["[[source]]", *(f"{key} = {json.dumps(value)}" for key, value in source.items())]
        lines += ["local = true", "trusted = true", "delay_s = 0"]
        if adapter == "html":
            lines += ["[source.list]", 'link = ".list a"', 'next = "a.next"', f"pages = {-(-pages // PER_LIST) + 1}"]
    (folder / "sources.toml").write_text("\n".join(lines), encoding="utf-8")


def run(command: list[str], pipe: Connection, expected: int) -> tuple[Run, str]:
    """The figures of one crawl, and what it printed."""
    begun = time.monotonic()
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
    wall = time.monotonic() - begun
    pipe.send("reset")
    span, seen, server = pipe.recv()
    if seen < expected:
        raise SystemExit(f"only {seen} of {expected} pages were asked for")
    told = json.loads(done.stderr.splitlines()[-1])
    return Run(seen / span, wall, tuple(told["cpu"]), tuple(told["mb"]), server), done.stdout


def compared(pages: int, rounds: int, data: Path | None) -> dict[str, Any]:
    """All crawlers in turns over one site."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(pages, data, theirs), daemon=True)
    server.start()
    addresses = starts(ours.recv(), pages, lists=data is not None)
    results: dict[str, list[Run]] = {"yuqing": [], **{name: [] for name in PEERS}}
    kept = 0
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            bare = Path(folder) / "bare.py"  # a file, because Scrapy reads its source
            bare.write_text(BARE, encoding="utf-8")
            for name, extra in PEERS.items():
                told = run([sys.executable, str(bare), json.dumps(extra), *addresses], ours, pages)
                results[name].append(told[0])
            configure(Path(folder), addresses, pages)
            found, printed = run([sys.executable, "-c", OURS, folder], ours, pages)
            results["yuqing"].append(found)
            kept = sum(json.loads(line)["new"] for line in printed.splitlines())
    ours.send("stop")
    server.join()
    return {"pages": pages, "rounds": rounds, "kept": kept, **_shown(results, pages)}


def _shown(results: dict[str, list[Run]], pages: int) -> dict[str, Any]:
    def median(name: str, what: str, part: int | None = None) -> float:
        told = [getattr(one, what) for one in results[name]]
        return float(statistics.median(t if part is None else t[part] for t in told))

    own = results["yuqing"]
    return {
        "pages_per_s": {name: round(median(name, "rate"), 1) for name in results},
        "wall_s": {name: round(median(name, "wall"), 2) for name in results},
        "cpu_ms": {
            "yuqing_reading": round(1000 * median("yuqing", "cpu", 0) / pages, 2),
            "yuqing_intake": round(1000 * median("yuqing", "cpu", 1) / pages, 2),
            **{name: round(1000 * median(name, "cpu", 0) / pages, 2) for name in PEERS},
        },
        "server_cpu_ms": {name: round(1000 * median(name, "server") / pages, 2) for name in results},
        "peak_mb": {"reading": max(r.mb[0] for r in own), "intake": max(r.mb[1] for r in own)},
        "ratio": {name: round(median("yuqing", "rate") / median(name, "rate"), 3) for name in PEERS},
        "wall_ratio": {name: round(median(name, "wall") / median("yuqing", "wall"), 3) for name in PEERS},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--real", type=int, default=600)
    asked = parser.parse_args()
    found = {"feeds": compared(asked.pages, asked.rounds, None)} if asked.pages else {}
    if asked.data:
        found["lists"] = compared(asked.real, asked.rounds, asked.data)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
