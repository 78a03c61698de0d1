"""Which briefs come by themselves: days, weeks, months and watch windows, and what was missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.app import App, derive
from monitor.briefs import archive
from monitor.model import CHINA
from monitor.schedule import jobs
from monitor.schedule.briefs import due_briefs
from monitor.settings import Settings
from monitor.store import Spool
from tests.briefs.build import TOML, messages, settings, store

MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=CHINA)
KEPT = [m for back in range(60) for m in messages(2, date(2026, 11, 29) - timedelta(days=back))]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    spool = Spool(tmp_path / "spool.db", 1_000_000)
    yield App(settings=settings(), folder=tmp_path, store=store(*KEPT), spool=spool, keys=derive(b"x"),
              clock=lambda: MONDAY)  # fmt: skip
    spool.close()


def wanted(app: App, now: datetime, rule: Settings | None = None) -> list[str]:
    return [d.id for d in due_briefs(rule or app.settings, app.store, now)]


def issued(app: App, now: datetime, kind: str = "") -> list[str]:
    jobs.issue_brief(app, now)
    return [
        i.id
        for k in ([kind] if kind else ["daily", "weekly", "monthly"])
        for i in archive.list_issued(app.store, kind=k)
    ]


def test_on_monday_the_week_comes_with_the_day_and_on_the_first_the_month(app: App) -> None:
    assert wanted(app, MONDAY) == ["monthly.2026-10-31", "daily.2026-11-22", "weekly.2026-11-22"]
    assert issued(app, MONDAY) == ["daily.2026-11-22", "weekly.2026-11-22", "monthly.2026-10-31"]
    assert wanted(app, MONDAY + timedelta(hours=5)) == []
    assert wanted(app, MONDAY + timedelta(days=1)) == ["daily.2026-11-23"]
    assert issued(app, MONDAY + timedelta(days=7), "weekly") == ["weekly.2026-11-29", "weekly.2026-11-22"]
    assert issued(app, datetime(2026, 12, 1, 7, 30, tzinfo=CHINA), "monthly")[0] == "monthly.2026-11-30"


def test_what_was_missed_while_the_service_was_down_is_made_up_for_in_order_and_numbered_without_a_gap(
    app: App,
) -> None:
    issued(app, MONDAY)
    back = MONDAY + timedelta(days=8, hours=3)
    assert wanted(app, back) == [
        *(f"daily.2026-11-{d}" for d in range(23, 30)), "weekly.2026-11-29", "daily.2026-11-30", "monthly.2026-11-30",
    ]  # fmt: skip
    jobs.issue_brief(app, back)
    numbers = [i.brief.number for i in archive.list_issued(app.store, limit=9)]
    assert numbers == list(range(334, 325, -1))
    assert wanted(app, back + timedelta(minutes=1)) == []


def test_nothing_comes_before_the_hour_and_no_week_before_there_was_anything(app: App) -> None:
    assert wanted(app, MONDAY - timedelta(minutes=1)) == ["monthly.2026-10-31", "weekly.2026-11-15"]
    young = App(settings=app.settings, folder=app.folder, store=store(*messages(3, date(2026, 11, 23))), spool=app.spool,
                keys=app.keys, clock=app.clock)  # fmt: skip
    assert wanted(young, MONDAY + timedelta(days=1)) == ["daily.2026-11-23"]


def test_only_the_kinds_that_are_named_come_by_themselves(app: App) -> None:
    assert wanted(app, MONDAY, settings(brief={"issued": ["weekly"]})) == ["weekly.2026-11-22"]
    assert wanted(app, MONDAY, settings(brief={"issued": []})) == []


def test_a_watch_window_has_a_brief_each_morning_while_it_is_open_and_one_after_it(app: App) -> None:
    window = {"id": "flood", "name": "秋汛", "begin": date(2026, 11, 20), "end": date(2026, 11, 23), "topics": ["供水"]}
    rule = settings(brief={"issued": ["watch"]}, watch={"watch": [window]})
    mornings = [MONDAY + timedelta(days=n) for n in range(-3, 4)]
    assert [wanted(app, now, rule) for now in mornings] == [
        [], ["watch.flood.2026-11-20"], ["watch.flood.2026-11-21"], ["watch.flood.2026-11-22"],
        ["watch.flood.2026-11-23"], [], [],
    ]  # fmt: skip


def test_the_kinds_of_the_configuration_are_checked() -> None:
    with pytest.raises(ValueError, match="issued"):
        settings(brief={**TOML["brief"], "issued": ["yearly"]})
