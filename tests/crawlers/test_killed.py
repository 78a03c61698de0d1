"""kill -9 in the middle of a crawl, again and again: after a restart every public item is stored exactly once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

from monitor.model import CHINA, Kind
from monitor.store import CellQuery, RecordQuery
from tests.crawlers.desk import Desk
from tests.crawlers.test_crawl import BODY, news
from tests.site import Site

PAGES = 60


def test_every_item_is_stored_once_over_kill_and_restart(site: Site, desk: Desk) -> None:
    desk.configure([{**news(site, PAGES), "delay_s": 0.01}])
    for after in (1, 3, 9, 5, 14, 8):
        enough = asked(site) + after
        with desk.start() as child:
            wait_until(site, child, enough)
            child.kill()
            child.communicate()
    done = desk.crawl()
    assert done.code == 0, done.log
    records = desk.records()
    assert len(records) == len({r.id for r in records}) == PAGES
    assert {getattr(r, "text", "") for r in records} == {BODY}
    with desk.store() as store:
        query = CellQuery(since=datetime(2020, 1, 1, tzinfo=CHINA), until=datetime.now(CHINA) + timedelta(days=1))
        assert sum(int(c.n) for c in store.cells(query)) == PAGES  # type: ignore[arg-type]  # news counts are plain
        assert store.count(RecordQuery(kinds=(Kind.NEWS,))) == PAGES
    site.log.clear()
    assert desk.crawl().only()["new"] == 0
    assert asked(site) == 0, "pages that were acknowledged are asked for again"


def wait_until(site: Site, child: subprocess.Popen[str], pages: int) -> None:
    """Returns when so many pages have been asked for in all, or the child has ended."""
    with site.changed:
        assert site.changed.wait_for(lambda: asked(site) >= pages or child.poll() is not None, 30)


def asked(site: Site) -> int:
    return len([a for a in site.log if a.path.startswith("/a/")])


def test_a_crawl_whose_intake_is_killed_says_so_and_the_next_one_loses_nothing(site: Site, desk: Desk) -> None:
    desk.configure([{**news(site, PAGES), "delay_s": 0.01}])
    with desk.start() as child:
        wait_until(site, child, 10)
        for pid in children_of(child.pid):
            os.kill(pid, signal.SIGKILL)
        out, told = child.communicate(timeout=30)
    (run,) = [json.loads(line) for line in out.splitlines()]
    assert run["failures"]["internal"] > 0, told
    assert "意外结束" in told or "intake failed" in told
    assert desk.crawl().code == 0
    assert len(desk.records()) == PAGES


def children_of(pid: int) -> list[int]:
    """The processes that a process has started (Linux keeps them by thread)."""
    return [int(c) for task in Path(f"/proc/{pid}/task").iterdir() for c in (task / "children").read_text().split()]
