"""kill -9 in the middle of a crawl, again and again: after a restart every public item is stored exactly once."""

from __future__ import annotations

import subprocess
from datetime import datetime, timedelta

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
