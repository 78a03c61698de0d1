"""Which sources a turn of crawling takes: a site is read by one crawl at a time, and slow ones keep nobody waiting."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.app import App, open_app
from monitor.ops import runs
from monitor.schedule import jobs, leases
from tests.crawlers.desk import Desk
from tests.crawlers.test_crawl import news
from tests.site import Reply, Site

TTL = timedelta(minutes=5)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def read_since(app: App, began: datetime) -> set[str]:
    known = runs.states(app.store, app.settings.sources.source)
    return {id for id, state in known.items() if state.last_run is not None and state.last_run >= began}


def test_a_site_that_another_crawl_reads_is_left_for_now_with_all_of_its_sources(desk: Desk) -> None:
    with Site() as one, Site() as other:
        desk.configure([news(one), {**news(one, at="/second.xml"), "id": "second"}, {**news(other), "id": "other"}])
        with open_app(desk.config) as app:
            began = app.clock()
            held = jobs._site_lease(app.settings.sources.source[0])
            assert leases.acquire(app.store, held, "another host", began, TTL)
            jobs.crawl_due(app, began)
            assert read_since(app, began) == {"other"}
            leases.release(app.store, held, "another host", app.clock())
            jobs.crawl_due(app, app.clock())
            assert read_since(app, began) == {"news", "second", "other"}


def test_a_site_that_was_read_is_free_again_while_a_slow_one_is_still_being_read(desk: Desk) -> None:
    go_on = threading.Event()
    with Site() as fast, Site() as slow:
        slow_source = {**news(slow), "id": "slow"}
        slow.pages["/feed.xml"] = Reply("<rss version='2.0'><channel/></rss>", "application/rss+xml", hold=go_on)
        desk.configure([news(fast), slow_source], {"timeout_s": 30})
        with open_app(desk.config) as app:
            crawl = threading.Thread(target=jobs.crawl_due, args=(app, datetime.now(UTC)))
            crawl.start()
            with slow.changed:
                assert slow.changed.wait_for(lambda: slow.asked("/feed.xml"), 30)
            mine, theirs = (jobs._site_lease(s) for s in app.settings.sources.source)
            pause = threading.Event()
            for _ in range(150):
                if leases.acquire(app.store, mine, "another host", app.clock(), TTL):
                    break
                pause.wait(0.1)
            else:
                pytest.fail("the fast site was not given back")
            assert not leases.acquire(app.store, theirs, "another host", app.clock(), TTL)
            go_on.set()
            crawl.join(30)
            assert leases.acquire(app.store, theirs, "another host", app.clock(), TTL)
