"""Every bad habit at once: the crawl of the hostile web ends in time and memory, and the decent outlet loses nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import pytest

from monitor.model import AnyRecord, Post
from tests.crawlers.desk import Desk
from tests.crawlers.sites import measure, traps, wire
from tests.crawlers.sites.feeds import Rss
from tests.crawlers.sites.harness import Visit, configure, start, visit
from tests.crawlers.sites.hostile import Trap
from tests.crawlers.sites.outlet import Outlet
from tests.crawlers.sites.server import Answer, Seen, Web

TIMEOUT_S = 4
LIMITS = {"timeout_s": TIMEOUT_S, "max_pages": 60, "run_limit_s": 60}
AGAIN = ("once-cut", "moved", "robots-changes", "sessions", "calm", "strange-links", "scripts", "tokens")
"""Outlets that show something at the second visit."""


@dataclass
class Siege:
    outlets: dict[str, Outlet]
    first: Visit
    second: Visit
    log: list[Seen]
    later: list[Seen]
    sent: Mapping[str, int]
    records: list[AnyRecord]
    later_records: list[AnyRecord]

    def asked(self, name: str) -> list[Seen]:
        return [s for s in self.log if s.outlet == name]

    def kept(self, name: str) -> measure.Kept:
        return measure.kept(self.outlets[name], self.records)


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Siege]:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    with Web() as web:
        outlets = {o.name: o for o in traps.build(web)}
        configure(desk, list(outlets.values()), LIMITS)
        first, log, sent, records = visit(desk), list(web.log), dict(web.sent), desk.records()
        web.visit = 1
        cast(Trap, outlets["robots-changes"]).robots = "User-agent: *\nDisallow: /\n"
        web.log.clear()
        second = visit(desk, *AGAIN)
        yield Siege(outlets, first, second, log, list(web.log), sent, records, desk.records())


NAMES = list(traps.NAMES)


def test_the_crawl_ends_by_itself_and_says_how_each_source_fared(siege: Siege) -> None:
    assert (siege.first.code, siege.second.code) == (0, 0), siege.first.log[-2000:]
    assert sorted(siege.first.runs) == sorted(["calm", *NAMES])
    assert siege.first.seconds < 45
    assert siege.first.peak_mb < 600
    assert [name for name, run in siege.first.runs.items() if "internal" in run["failures"]] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_habit_costs_few_requests_and_is_called_by_its_name(siege: Siege, name: str) -> None:
    outlet = cast(Trap, siege.outlets[name])
    assert len(siege.asked(name)) <= outlet.most
    assert not outlet.failures or siege.first.failures(name) <= outlet.failures
    assert siege.sent.get(name, 0) < 40_000_000, "an endless body was not cut off"


@pytest.mark.parametrize("name", [n for n in NAMES if traps.NAMES[n]])
def test_what_is_only_strange_is_collected_all_the_same(siege: Siege, name: str) -> None:
    assert siege.kept(name).well, siege.kept(name)


def test_what_is_no_report_is_not_kept_as_one(siege: Siege) -> None:
    strange = [(r.source, getattr(r, "title", ""), r.text[:60]) for r in siege.records if measure.mark(r) is None]
    # Where a page tells nothing, the list's own words for it are kept, and no text.
    assert [told for told in strange if told[0] not in ("calendar", "deep") or told[2]] == []
    assert len(strange) <= 20


def test_the_decent_outlet_among_them_loses_nothing(siege: Siege) -> None:
    assert siege.kept("calm").well
    assert siege.first.runs["calm"]["state"] == "ok"


@pytest.mark.parametrize("name", ["away", "always-busy"])
def test_after_a_plea_to_wait_nothing_more_is_asked(siege: Siege, name: str) -> None:
    # What was under way at that moment (crawl.per_site) could not be called back.
    assert 1 <= len([s for s in siege.asked(name) if s.status in (429, 503)]) <= 2


def test_a_short_pause_is_kept_and_then_everything_is_read(siege: Siege) -> None:
    by_page: dict[str, list[float]] = {}
    for s in siege.asked("busy"):
        by_page.setdefault(s.path, []).append(s.time)
    again = [later - first for times in by_page.values() for first, later in pairwise(times)]
    assert again and min(again) >= 1.0


def test_a_crawl_delay_is_kept(siege: Siege) -> None:
    times = sorted(s.time for s in siege.asked("crawl-delay"))
    assert len(times) == 5
    # robots.txt itself is asked for before its rule is known.
    assert min(b - a for a, b in pairwise(times[1:])) >= 0.9


def test_robots_txt_is_read_anew_and_obeyed(siege: Siege) -> None:
    assert siege.kept("robots-changes").well
    assert [s.path for s in siege.later if s.outlet == "robots-changes"] == ["/robots.txt"]
    assert siege.second.runs["robots-changes"]["state"] == "refused"
    for name in ("robots-in-parts", "robots-for-us"):
        assert siege.outlets[name].forbidden_asked() == []


def test_cookies_are_never_sent_and_passwords_never_either(siege: Siege) -> None:
    assert not any("cookie" in s.headers or "authorization" in s.headers for s in siege.log)


def test_a_page_that_was_cut_off_is_read_whole_at_the_next_visit(siege: Siege) -> None:
    name = "once-cut"
    assert [r for r in siege.records if r.source == name] == []
    assert measure.kept(siege.outlets[name], siege.later_records).well
    for record in siege.later_records:
        if record.source == name:
            assert not isinstance(record, Post)
            item = siege.outlets[name].everything()[measure.mark(record) or 0]
            assert record.text == item.text


def test_a_list_that_moved_on_the_page_is_told_and_not_taken_for_quiet(siege: Siege) -> None:
    assert siege.first.runs["moved"]["state"] == "ok"
    assert siege.second.runs["moved"]["state"] in ("failed", "partial")
    assert "list.link" in siege.second.runs["moved"]["message"]


def test_dead_links_beside_good_ones_do_not_make_a_source_fail(siege: Siege) -> None:
    assert siege.first.runs["strange-links"]["state"] != "failed"
    assert siege.second.runs["strange-links"]["state"] != "failed"


@pytest.mark.parametrize("name", ["sessions", "tokens"])
def test_new_session_ids_make_no_new_items(siege: Siege, name: str) -> None:
    assert measure.kept(siege.outlets[name], siege.later_records).well
    assert len([s for s in siege.later if s.outlet == name]) <= 7


def test_slow_sites_delay_no_other(desk: Desk) -> None:
    """Twenty sites answer nothing until the decent one has been read to its end: more than there are places for."""
    with Web() as web:
        slow = [
            Trap(web, f"slow{n}", 60 + n, 4, habit=lambda trap, ask: Answer(wire=wire.stalled())) for n in range(20)
        ]
        calm = Rss(web, "calm", 95, 20)
        configure(desk, [*slow, calm], {"timeout_s": 60, "run_limit_s": 120, "concurrency": 16})
        child = start(desk)
        try:
            assert child.stdout is not None
            first = json.loads(child.stdout.readline())
        finally:
            child.kill()
            child.communicate()
    assert (first["source"], first["new"]) == ("calm", 20)
    assert {s.outlet for s in web.log} == {"calm", *(t.name for t in slow)}


def test_no_markup_and_no_trick_of_writing_stands_in_a_title(siege: Siege) -> None:
    titles = [getattr(r, "title", "") for r in siege.records if r.source == "scripts"]
    assert titles
    for title in titles:
        assert not any(bad in title for bad in ("<script", "onerror", "alert(", "\u202e", "\x00")), title


def test_the_log_names_no_address(siege: Siege) -> None:
    for told in (siege.first.log, siege.second.log, siege.first.out, siege.second.out):
        assert "http://" not in told and "/a/" not in told and "passwd" not in told
