"""What a crawl has brought is judged when it ends, not at the next turn of the rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from monitor.alerts.tick import STATE_WATCH
from monitor.app import open_app
from monitor.ops import days
from monitor.schedule import jobs
from tests.crawlers.desk import Desk
from tests.site import Site, feed

TEXT = "<description>示例区青石街道停水三天，区水务局今日派人抢修供水管网，预计晚上恢复供水。</description>"


def test_a_crawl_that_brings_something_is_followed_by_the_rules_and_measured(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with Site() as site:
        entries = [("/a/1", "青石街道停水抢修", format_datetime(datetime.now(UTC) - timedelta(days=1)))]
        site.pages["/feed.xml"] = feed(site, entries, extra=TEXT)
        desk.configure([{"id": "news", "url": site.url("/feed.xml"), "follow": False, "interval_min": 1}])
        with open_app(desk.config) as app:
            app.store.init()
            jobs.crawl_due(app, app.clock())
            [judged] = app.store.list_states(STATE_WATCH)
            later = app.clock() + timedelta(minutes=10)
            assert not jobs._brought(app, ["news"], later), "nothing new: the rules wait for their own turn"
            # A feed tells whole seconds: cut off, it would lie before the first reading if that took less than one.
            published = datetime.now(UTC) + timedelta(seconds=1)
            entries.append(("/a/2", "青石街道恢复供水", format_datetime(published)))
            site.pages["/feed.xml"] = feed(site, entries, extra=TEXT)
            jobs.crawl_due(app, later)
            [again] = app.store.list_states(STATE_WATCH)
            assert again.version >= judged.version
            by_day = days.since(app.store, published.date() - timedelta(days=2))["news"]
            fresh = {le: n for day in by_day for le, n in day.delays.items()}
            assert sum(fresh.values()) == 1 and float(next(iter(fresh))) <= 60, "the first reading is no measure"
