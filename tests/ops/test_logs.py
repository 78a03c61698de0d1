"""Logs are JSON lines that tell what happened and never what somebody wrote."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog

from monitor.app import App
from monitor.ops import log
from monitor.schedule import jobs
from monitor.settings.logs import LogSettings
from tests.api import district
from tests.api.client import Client, serving
from tests.conftest import ROOT
from tests.crawlers.desk import Desk
from tests.safeguards.test_author_on_the_crawl_path import LATIN, POST_TEXT, WHO, build
from tests.site import Site

_ROW = re.compile(r"^\| `([^`]+)` \| [a-z, ]+ \| (?:debug|info|warning|error|critical)", re.M)


@pytest.fixture
def own_process() -> Iterator[None]:
    """Lets a test set logging up as a process of ours does, and puts everything back."""
    hooks = sys.excepthook, threading.excepthook
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    sys.excepthook, threading.excepthook = hooks
    logging.captureWarnings(False)
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with district.opened(tmp_path_factory.mktemp("logs"), district.Hands()) as opened:
        yield opened


def _events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_every_event_of_the_code_is_in_the_documented_list_and_no_other() -> None:
    found: set[str] = set()
    for room in ("monitor", "crawlers", "api"):
        for file in (ROOT / room).rglob("*.py"):
            found.update(re.findall(r'\.(?:debug|info|warning|error|critical)\(\s*"([^"]+)"', file.read_text("utf-8")))
    found |= {"request", "library"}  # called through a name, their level is chosen at the moment
    page = (ROOT / "docs/operation.md").read_text("utf-8")
    assert len(found) > 20
    assert set(_ROW.findall(page)) == found


def test_all_that_a_crawl_logs_is_json_with_its_run_and_without_what_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(log.ENVIRONMENT, "run0123456789")
    monkeypatch.setenv("YUQING_SERVICE__LOG__LEVEL", "DEBUG")
    # A store that is away in the middle, a page that is none, a forum that refuses: all of them are logged.
    desk = Desk(tmp_path)
    with Site() as site:
        build(site)
        desk.configure(
            [
                {"id": "news", "url": site.url("/feed.xml")},
                {"id": "forum", "kind": "post", "adapter": "html", "url": site.url("/forum"),
                 "list": {"link": ".l a[href^='/t']"}, "page": {"title": "h1", "text": ".t", "time": ".d"}},
                {"id": "broken", "kind": "post", "adapter": "html", "url": site.url(f"/u/{LATIN}/{WHO}")},
            ],
            path=str(tmp_path / "no-folder" / "x.db"),
        )  # fmt: skip
        (tmp_path / "no-folder").write_text("a file where the folder should be")
        crawled = desk.crawl()
    assert crawled.code == 0, crawled.log
    events = _events(crawled.log)
    assert {"store away, records spooled", "run not recorded"} <= {e["event"] for e in events}, crawled.log
    for event in events:
        assert event["run_id"] == "run0123456789" and event["room"] and event["level"] and event["timestamp"]
    for word in (WHO, LATIN, POST_TEXT[:12], "供水管网", "〔"):
        assert word not in crawled.log


def test_every_answer_and_every_event_of_a_request_bear_its_id(
    app: App, own_process: None, capsys: pytest.CaptureFixture[str]
) -> None:
    log.configure("INFO", "json", process=True)
    with serving(app) as port:
        ids = [Client(port).get(path).headers["X-Request-Id"] for path in ("/transparency", "/nowhere", "/healthz")]
        Client(port).get("/sources?show=%E5%81%9C%E6%B0%B4")
    events = _events(capsys.readouterr().err)
    asked = [e for e in events if e["event"] == "request"]
    assert [e["request_id"] for e in asked][:2] == ids[:2], "probes are not logged at this level"
    assert [e["status"] for e in asked][:2] == [200, 404]
    assert all({"method", "endpoint", "status", "ms", "room"} <= set(e) for e in asked)
    assert len({e["request_id"] for e in asked}) == len(asked), "nothing of one request is left for the next"
    assert "停水" not in json.dumps(events, ensure_ascii=False) and "%E5" not in json.dumps(events)


def test_every_event_of_a_job_bears_its_run_and_so_does_the_crawl_it_starts(
    app: App, own_process: None, capsys: pytest.CaptureFixture[str]
) -> None:
    log.configure("INFO", "json")
    handed: list[str] = []

    def work(_: App, __: object) -> None:
        log.get("test").info("at work")
        handed.append(log.handed_on()[log.ENVIRONMENT])

    jobs.perform(jobs.Job("crawl", 15, work), app)
    (event,) = _events(capsys.readouterr().err)
    assert event["job"] == "crawl" and event["run_id"] == handed[0]
    assert log.handed_on() == {}


def test_what_ends_a_process_is_told_by_kind_and_place_only(tmp_path: Path) -> None:
    """An exception in a thread, a library's warning, a Python warning, and an uncaught exception, in one process."""
    script = tmp_path / "script.py"
    script.write_text(
        """
import logging, threading, warnings
from monitor.ops import log
log.configure("INFO", "json", process=True)
def thread(): raise KeyError("小区停水三天")
t = threading.Thread(target=thread); t.start(); t.join()
logging.getLogger("twisted").error("cannot read http://x.invalid/u/%s", "zhangsan")
try: int("小区停水三天")
except ValueError: logging.getLogger("scrapy").exception("小区停水三天")
warnings.warn("小区停水三天")
raise ValueError("小区停水三天")
""",
        "utf-8",
    )
    done = subprocess.run([sys.executable, str(script)], cwd=ROOT, capture_output=True, text=True, encoding="utf-8",
                          env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin"}, check=False)  # fmt: skip
    events = _events(done.stderr)
    assert done.returncode == 1
    assert [(e["event"], e.get("error", ""), e.get("library", "")) for e in events] == [
        ("crashed", "KeyError", ""), ("library", "", "twisted"), ("library", "ValueError", "scrapy"),
        ("library", "", "py.warnings"), ("crashed", "ValueError", ""),
    ]  # fmt: skip
    assert events[0]["place"] == "thread:5"
    assert "停水" not in done.stderr and "zhangsan" not in done.stderr


def test_level_and_style_come_from_the_configuration(own_process: None, capsys: pytest.CaptureFixture[str]) -> None:
    log.follow(LogSettings(level="ERROR", style="json"))
    log.get("a").warning("quiet")
    log.get("a").error("loud", author="张三", title="停水")
    (event,) = _events(capsys.readouterr().err)
    assert event["event"] == "loud" and set(event) == {"event", "level", "room", "timestamp"}
    log.follow(LogSettings(style="plain"))
    log.get("a").warning("seen")
    printed = capsys.readouterr().err
    assert "seen" in printed and not printed.startswith("{")


def test_a_job_that_breaks_is_counted_and_leaves_its_error_to_the_scheduler(app: App) -> None:
    from monitor.ops.tally import read

    def work(_: App, __: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        jobs.perform(replace(jobs.Job("prune", 300, work)), app)
    assert ("prune", "failed") in {(s.labels.get("job"), s.labels.get("outcome")) for s in read(app.store)}
