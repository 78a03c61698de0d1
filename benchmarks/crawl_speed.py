"""Pages a second of a whole crawl, everything on, beside bare Scrapy that drops the body. Prints JSON.

    python benchmarks/crawl_speed.py [--pages 1000] [--rounds 3]

Both read the same feed and the same article pages from one server process on loopback, at 16 requests at once and no
delay, in turns. ``pages_per_s`` is pages between the first and the last request that the server saw, median of the
rounds; ``wall_s`` is the whole process with its start.
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
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARAGRAPHS = (
    "昨日，{street}街道组织排查老旧小区供水管网，对发现的漏点逐一登记，并与供水公司约定第{n}批维修时间。",
    "街道办负责人介绍，此次排查覆盖十二个小区，预计月底前完成全部维修，期间如需停水将提前两天张贴通知。",
    "居民可拨打社区服务热线反映用水问题，工作人员会在二十四小时内上门查看，并在公告栏公布处理结果。",
    "此外，街道还将对二次供水设施进行清洗消毒，水质检测结果将在每个小区的公告栏张贴，接受居民监督。",
)
STREETS = ("青石", "河东", "新城", "柳林", "南湖", "北站")
PEERS: dict[str, dict[str, object]] = {
    "bare_scrapy": {},
    # Without the hundred tasks that Scrapy by default starts for every response: as fast as it gets.
    "bare_scrapy_tuned": {"CONCURRENT_ITEMS": 1, "WARN_ON_GENERATOR_RETURN_VALUE": False},
}
BARE = """
import json
import sys
import scrapy
from scrapy.crawler import AsyncCrawlerProcess

class Bare(scrapy.Spider):
    name = "bare"
    async def start(self):
        yield scrapy.Request(sys.argv[1] + "/feed.xml", self.feed)
    def feed(self, response):
        for link in response.xpath("//item/link/text()").getall():
            yield scrapy.Request(link, self.page)
    def page(self, response):
        pass

process = AsyncCrawlerProcess({
    "CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 16, "LOG_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False, "TELNETCONSOLE_ENABLED": False, **json.loads(sys.argv[2]),
})
process.crawl(Bare)
process.start()
"""


def page(n: int) -> bytes:
    street = STREETS[n % len(STREETS)]
    title = f"{street}街道开展第{n}次供水管网排查"
    text = "".join(f"<p>{line.format(street=street, n=n)}</p>" for line in PARAGRAPHS)
    nav = "".join(f"<li><a href='/c/{i}'>栏目{i}</a></li>" for i in range(30))
    side = "".join(f"<li><a href='/s/{i}.html'>示例区近期发布的第{i}条相关新闻标题</a></li>" for i in range(20))
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}_示例区新闻网</title></head><body>"
        f"<ul>{nav}</ul>"
        f"<div class='main'><h1>{title}</h1><p class='info'>发布时间：2026-11-20 08:30 来源：示例区新闻网</p>"
        f"<div class='content'>{text}</div></div><div class='side'><ul>{side}</ul></div><div>版权所有</div>"
        "</body></html>"
    ).encode()


def serve(pages: int, pipe: Connection) -> None:
    """A small keep-alive HTTP server; answers ``reset`` on the pipe with the span and number of requests since."""
    asyncio.run(_serve(pages, pipe))


async def _serve(pages: int, pipe: Connection) -> None:
    times: list[float] = []
    bodies: dict[bytes, bytes] = {}

    class Server(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = transport

        def data_received(self, data: bytes) -> None:
            times.append(time.monotonic())
            path = data.split(b" ", 2)[1]
            body = bodies.get(path)
            kind = b"application/rss+xml" if path == b"/feed.xml" else b"text/html"
            status = b"200 OK" if body is not None else b"404 Not Found"
            body = body or b""
            head = b"HTTP/1.1 %s\r\nContent-Type: %s; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
            self.transport.write(head % (status, kind, len(body)) + body)  # type: ignore[attr-defined]

    server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    for n in range(pages):
        bodies[f"/a/{n}.html".encode()] = page(n)
    items = "".join(f"<item><title>第{n}条</title><link>{base}/a/{n}.html</link></item>" for n in range(pages))
    bodies[b"/feed.xml"] = f"<?xml version='1.0'?><rss version='2.0'><channel>{items}</channel></rss>".encode()
    pipe.send(base)
    while True:
        while not pipe.poll():
            await asyncio.sleep(0.05)
        if pipe.recv() == "stop":
            return
        pipe.send((times[-1] - times[0] if times else 0.0, len(times)))
        times.clear()


def configure(folder: Path, base: str, pages: int) -> None:
    (folder / "district.toml").write_text('name = "示例区"\ncity = "示例市"\nprovince = "示例省"\n', encoding="utf-8")
    (folder / "service.toml").write_text(
        f"data = {json.dumps(str(folder / 'data'))}\n[crawl]\nper_site = 16\nconcurrency = 16\n"
        f"max_pages = {pages + 10}\n",
        encoding="utf-8",
    )
    source = {"id": "news", "name": "news", "kind": "news", "adapter": "rss", "url": f"{base}/feed.xml"}
    lines = [f"{key} = {json.dumps(value)}" for key, value in source.items()]
    switches = ("local = true", "trusted = true", "delay_s = 0")
    text = "\n".join(["[[source]]", *lines, *switches])
    (folder / "sources.toml").write_text(text, encoding="utf-8")


def run(command: list[str], pipe: Connection, expected: int) -> tuple[float, float]:
    """Pages a second as the server saw them, and seconds of the whole process."""
    begun = time.monotonic()
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    wall = time.monotonic() - begun
    pipe.send("reset")
    span, seen = pipe.recv()
    if seen < expected:
        raise SystemExit(f"only {seen} of {expected} pages were asked for")
    return seen / span, wall


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(options.pages, theirs), daemon=True)
    server.start()
    base = ours.recv()
    results: dict[str, list[tuple[float, float]]] = {"yuqing": [], **{name: [] for name in PEERS}}
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            bare = Path(folder) / "bare.py"
            bare.write_text(BARE, encoding="utf-8")
            for name, extra in PEERS.items():
                results[name].append(run([sys.executable, str(bare), base, json.dumps(extra)], ours, options.pages))
            configure(Path(folder), base, options.pages)
            command = [sys.executable, "-m", "crawlers", "--config", folder]
            results["yuqing"].append(run(command, ours, options.pages))
    ours.send("stop")
    rates = {name: statistics.median(rate for rate, _ in runs) for name, runs in results.items()}
    print(
        json.dumps(
            {
                "pages": options.pages,
                "rounds": options.rounds,
                "pages_per_s": {name: round(rate, 1) for name, rate in rates.items()},
                "wall_s": {name: round(statistics.median(w for _, w in runs), 2) for name, runs in results.items()},
                "ratio": {name: round(rates["yuqing"] / rates[name], 3) for name in PEERS},
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
