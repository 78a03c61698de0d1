"""``yuqing demo`` as a user runs it: from an empty folder to the dashboard, and nothing of the residents on disk."""

from __future__ import annotations

import http.cookiejar
import json
import os
import queue
import re
import secrets
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from demo.timeline import RATES, Timeline

YUQING = Path(sys.executable).with_name("yuqing")
LIMIT_S = 240
pytestmark = pytest.mark.slow


class Demo:
    """One running ``yuqing demo --port 0`` and what it printed."""

    def __init__(self, folder: Path, engine: Mapping[str, str]) -> None:
        self.folder = folder / "data" / "demo"
        began = time.monotonic()
        self._process = subprocess.Popen(
            [str(YUQING), "demo", "--port", "0", "--no-browser"], cwd=folder, text=True, encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, **engine, "PYTHONUTF8": "1"},
        )  # fmt: skip
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.printed: list[str] = []
        threading.Thread(target=self._collect, daemon=True).start()
        self._wait_for("按 Ctrl+C 停止")
        self.seconds = time.monotonic() - began

    @property
    def text(self) -> str:
        return "".join(self.printed)

    def told(self, name: str) -> str:
        """The value of a row such as “看板：http://…”."""
        found = re.search(rf"^\s+{name}：(\S+?)(?:（|\s|$)", self.text, re.MULTILINE)
        assert found, self.text
        return found[1]

    def end(self, number: int = signal.SIGTERM) -> int:
        if self._process.poll() is None:
            self._process.send_signal(number)
        return self._process.wait(60)

    def _collect(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as out:
            for line in out:
                self._lines.put(line)
        self._lines.put(None)

    def _wait_for(self, words: str) -> None:
        end = time.monotonic() + LIMIT_S
        while words not in self.text:
            line = self._lines.get(timeout=max(0.1, end - time.monotonic()))
            if line is None:
                log = self.folder / "demo.log"
                shown = log.read_text(encoding="utf-8")[-3000:] if log.exists() else ""
                pytest.fail(f"the demo ended by itself:\n{self.text}\n{shown}")
            self.printed.append(line)


class Browser:
    """A person's browser without scripts: keeps cookies, follows redirects, fills in the sign-in form."""

    def __init__(self, base: str) -> None:
        self.base = base
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)

    def get(self, path: str, form: dict[str, str] | None = None) -> str:
        body = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(urllib.parse.urljoin(self.base, path), body)
        with self._opener.open(request, timeout=30) as response:
            return str(response.read().decode())

    def json(self, path: str) -> Any:
        return json.loads(self.get(path))

    def sign_in(self, user: str, password: str) -> str:
        page = self.get("/sign-in")
        hidden = {}
        for tag in re.findall(r"<input[^>]*type=\"?hidden[^>]*>", page):
            name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
            if name:
                hidden[name[1]] = unescape(value[1]) if value else ""
        return self.get("/sign-in", {**hidden, "name": user, "password": password})


@pytest.fixture(scope="module", params=["sqlite", pytest.param("elastic", marks=pytest.mark.elastic)])
def engine(request: pytest.FixtureRequest) -> dict[str, str]:
    """The whole path on the embedded default and on a real Elasticsearch, chosen by the environment."""
    if request.param == "sqlite":
        return {}
    return {
        "YUQING_SERVICE__STORE__ENGINE": "elastic",
        "YUQING_SERVICE__STORE__URL": request.getfixturevalue("elastic_url"),
        "YUQING_SERVICE__STORE__PREFIX": f"demo{secrets.token_hex(4)}",
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, engine: dict[str, str]) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def demo(folder: Path, engine: dict[str, str]) -> Iterator[Demo]:
    running = Demo(folder, engine)
    yield running
    running.end()


@pytest.fixture(scope="module")
def browser(demo: Demo) -> Browser:
    browser = Browser(demo.told("看板"))
    browser.sign_in(demo.told("用户"), demo.told("密码"))
    return browser


def test_it_reaches_the_dashboard(demo: Demo, browser: Browser) -> None:
    print(f"\nfrom the command to the dashboard: {demo.seconds:.1f} s")  # noqa: T201
    print(demo.text)  # noqa: T201
    assert "示例区" in browser.get("/")
    assert "示例" in Browser(demo.told("示例网站")).get("/")
    assert stat.S_IMODE((demo.folder / "sign-in.txt").stat().st_mode) == 0o600


def test_a_wrong_password_is_refused(demo: Demo) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        Browser(demo.told("看板")).sign_in("demo", "not the password")
    with refused.value as answer:
        assert answer.code == 401


def test_the_water_outage_is_alarmed(browser: Browser) -> None:
    alerts = browser.json("/api/v1/alerts")["items"]
    assert "供水" in [alert["topic"] for alert in alerts if alert["state"] == "open"]


def test_calm_topics_are_not_alarmed(browser: Browser) -> None:
    topics = {alert["topic"] for alert in browser.json("/api/v1/alerts")["items"]}
    assert not topics & {"噪音", "公交地铁", "物业", "医保社保", "入学与学校"}


def test_there_is_a_brief(demo: Demo, browser: Browser) -> None:
    briefs = browser.json("/api/v1/briefs?kind=daily")["items"]
    assert len(briefs) == 2  # yesterday's, and today's as far as the day has gone
    assert "供水" in browser.get(f"/api/v1/briefs/{briefs[0]['id']}/document")
    assert "供水" in (demo.folder.parents[1] / demo.told("今日专报")).read_text(encoding="utf-8")


def test_trends_show_a_month_of_every_kind(browser: Browser) -> None:
    series = {s["kind"]: s["points"] for s in browser.json("/api/v1/trends?bucket=day")["series"]}
    for kind in ("news", "official", "board", "post"):
        days = [p for p in series[kind] if p["total"] is not None and p["total"] != 0]
        assert len(days) > 15, kind


def test_other_districts_and_chatter_are_not_kept(browser: Browser) -> None:
    for word in ("样板区", "范例区", "模范县"):
        query = urllib.parse.urlencode({"q": word})
        assert browser.json(f"/api/v1/articles?{query}")["items"] == []


def test_every_source_was_read(browser: Browser) -> None:
    sources = {s["id"]: s for s in browser.json("/api/v1/sources")["items"]}
    assert set(sources) == set(RATES)
    assert {s["state"] for s in sources.values()} == {"ok"}


def test_nothing_that_leads_to_a_resident_is_on_disk(demo: Demo, engine: dict[str, str], browser: Browser) -> None:
    browser.get("/")
    plan = json.loads((demo.folder / "demo.json").read_text(encoding="utf-8"))
    timeline = Timeline(plan["seed"], datetime.fromisoformat(plan["anchor"]), plan["days"])
    residents = [*timeline.part("forum", datetime.now(UTC)), *timeline.part("board", datetime.now(UTC))]
    planted = {item.person.handle for item in residents if item.person}
    planted |= {secret for item in residents for secret in item.secrets}
    planted |= {item.path for item in residents if item.part == "forum"}
    assert len(planted) > 1500
    files = [file for file in demo.folder.rglob("*") if file.is_file()]
    assert any(file.name == "demo.log" for file in files)
    assert any(file.name == "yuqing.db" for file in files) is not bool(engine)
    found = {word for file in files for content in [file.read_bytes()] for word in planted if word.encode() in content}
    assert found == set()


def test_every_line_of_the_log_is_an_event_and_none_is_a_crash(demo: Demo) -> None:
    lines = (demo.folder / "demo.log").read_text(encoding="utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    assert all({"timestamp", "level", "room", "event"} <= set(event) for event in events)
    assert {"ready", "request"} <= {event["event"] for event in events}
    assert not [event for event in events if event["event"] in ("crashed", "library", "library error")]


def test_ending_it_ends_everything_and_a_second_start_goes_on(
    folder: Path, engine: dict[str, str], demo: Demo, browser: Browser
) -> None:
    alerts = {alert["id"] for alert in browser.json("/api/v1/alerts")["items"]}
    board, site = demo.told("看板"), demo.told("示例网站")
    assert demo.end() == 0
    for url in (board, site):
        with pytest.raises(urllib.error.URLError):
            Browser(url).get("/")
    again = Demo(folder, engine)
    try:
        print(f"\nfrom the command to the dashboard, second start: {again.seconds:.1f} s")  # noqa: T201
        assert (again.told("密码"), again.told("示例网站")) == (demo.told("密码"), site)
        visitor = Browser(again.told("看板"))
        visitor.sign_in(again.told("用户"), again.told("密码"))
        assert alerts <= {alert["id"] for alert in visitor.json("/api/v1/alerts")["items"]}
    finally:
        code = again.end(signal.SIGINT)
    assert code == 0


def test_a_busy_port_is_refused_in_chinese(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [str(YUQING), "demo", "--port", port, "--no-browser"], cwd=tmp_path, capture_output=True, text=True,
            encoding="utf-8", timeout=60,
        )  # fmt: skip
    assert done.returncode == 1
    assert f"端口 {port} 已被占用" in done.stderr
    assert "提示" in done.stderr
    assert not (tmp_path / "data").exists()


def test_fresh_deletes_only_a_demo(tmp_path: Path) -> None:
    other = tmp_path / "data" / "demo" / "letters.txt"
    other.parent.mkdir(parents=True)
    other.write_text("not a demo", encoding="utf-8")
    done = subprocess.run(
        [str(YUQING), "demo", "--port", "0", "--fresh", "--no-browser"], cwd=tmp_path, capture_output=True, text=True,
        encoding="utf-8", timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "不是演示的数据文件夹" in done.stderr
    assert other.exists()
