"""/metrics tells operators how the service does, and nobody how many posts there were."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.gauges import Rooms
from monitor.app import App
from monitor.errors import StoreUnavailable
from monitor.model import CHINA, Fetched, Kind
from monitor.ops import days, retention, runs
from monitor.ops.exposition import COUNTERS, HISTOGRAMS, MARKS
from monitor.ops.ingest import Ingest
from monitor.ops.metrics import Metrics
from monitor.ops.timed import timed
from monitor.store import Spool
from monitor.store.sqlite import SqliteStore
from tests.api import district
from tests.conftest import ROOT

NOW = datetime(2026, 11, 22, 10, 20, tzinfo=CHINA)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# What a process tells of itself; it moves with every scrape.
_OWN = re.compile(r"^(process_|python_|yuqing_store_call_seconds|yuqing_http_)")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("metrics")


@contextmanager
def _opened(folder: Path, name: str, clock: district.Hands) -> Iterator[App]:
    (folder / name).mkdir()
    with district.opened(folder / name, clock) as app:
        yield app


@pytest.fixture
def clock() -> district.Hands:
    return district.Hands(NOW)


@pytest.fixture
def app(tmp_path: Path, clock: district.Hands) -> Iterator[App]:
    with _opened(tmp_path, "app", clock) as opened:
        yield opened


def _metrics(app: App) -> Metrics:
    made = Metrics(app.settings, app.store, app.spool, app.clock)
    made.add(Rooms(app))
    return made


def _series(text: str) -> dict[str, float]:
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


def _scrape(metrics: Metrics) -> dict[str, float]:
    return {k: v for k, v in _series(metrics.exposition().decode()).items() if not _OWN.match(k)}


def _post(n: int, at: datetime, source: str = "forum") -> Fetched:
    text = f"示例区桂园街道第{n}栋又停水了，自来水一滴都没有，已经两天，希望尽快修好，谢谢。"
    return Fetched(source=source, kind=Kind.POST, key=f"k{n}", title="", text=text, published=at, fetched_at=at)


def _news(n: int, at: datetime) -> Fetched:
    title = f"示例区供水管网第{n}期检修安排公布"
    text = f"{title}。示例区桂园街道今日起分片检修供水管网，期间停水，请居民提前储水，区水务局已安排送水车。"
    return Fetched(
        source="news", kind=Kind.NEWS, key=f"n{n}", title=title, text=text, published=at, fetched_at=at,
        url=f"http://n.invalid/{n}", outlet="示例日报",
    )  # fmt: skip


def _pass(app: App, ingest: Ingest, items: list[Fetched], kind: Kind, source: str) -> runs.SourceRun:
    """What a crawl does with the pages of one source: keep, count, write the run down, flush."""
    begun = app.clock()
    taken = ingest.take(items)
    run = runs.SourceRun(
        source=source, kind=kind, started=begun, finished=begun + timedelta(seconds=2 * len(items) + 1),
        state=runs.RunState.OK, pages=len(items), new=taken.new, duplicate=taken.duplicate,
        dropped=dict(taken.dropped), delays=dict(taken.delays),
    )  # fmt: skip
    days.count(ingest.tally, run)
    ingest.flush()
    runs.record(app.store, run)
    return run


def _ingest(app: App) -> Ingest:
    return Ingest(app.settings, app.store, app.spool, app.keys.record, app.clock)


def test_a_scrape_before_and_after_one_post_tells_them_not_apart(app: App, clock: district.Hands) -> None:
    """At every count from none to past the first rounding steps; the same minute, and the next day as well."""
    metrics = _metrics(app)
    _pass(app, _ingest(app), [], Kind.POST, "forum")
    before, empty = _scrape(metrics), set[str]()
    ingest = _ingest(app)  # as every crawl is a process of its own
    for _ in range(2):
        clock.now += HOUR
        _pass(app, ingest, [], Kind.POST, "forum")
        after = _scrape(metrics)
        empty, before = {k for k in after if after[k] != before.get(k)}, after
    assert len(empty) == 3, "that a pass took place shows, whatever it found: a counter and two times"
    for n in range(1, 17):
        clock.now += timedelta(minutes=20)
        run = _pass(app, ingest, [_post(n, clock.now - timedelta(minutes=3))], Kind.POST, "forum")
        assert run.new == 1, "the post of this test must be one that intake keeps"
        assert sum(run.delays.values()) == 1
        after = _scrape(metrics)
        assert {k for k in after if after[k] != before.get(k)} == empty, f"post {n} shows"
        assert set(before) == set(after)
        before = after
    clock.now += DAY
    _pass(app, ingest, [_post(50, clock.now)], Kind.POST, "forum")
    closed = _scrape(metrics)
    assert closed["yuqing_intake_decisions_total{kind=post,reason=kept,verdict=keep}"] == 15
    assert closed["yuqing_publish_to_seen_seconds_count{kind=post,source=forum}"] == 15
    _pass(app, ingest, [_post(99, clock.now)], Kind.POST, "forum")
    assert _scrape(metrics)["yuqing_publish_to_seen_seconds_count{kind=post,source=forum}"] == 15


def test_posts_in_the_spool_move_no_series_within_the_hour(app: App, clock: district.Hands, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    away = replace(app, store=SqliteStore(blocked / "x.db"))
    metrics, ingest = _metrics(app), _ingest(away)
    before = _scrape(metrics)
    ingest.take([_post(n, NOW) for n in range(1, 24)])
    assert app.spool.depth == 23
    assert _scrape(metrics) == before
    clock.now += HOUR
    assert _scrape(metrics)["yuqing_spool_depth{posts=yes}"] == 25
    ingest.take([_news(1, NOW), _news(2, NOW)])
    shown = _scrape(metrics)
    assert shown["yuqing_spool_depth{posts=no}"] == 2
    assert shown["yuqing_spool_oldest_timestamp_seconds{}"] == NOW.timestamp()


def test_the_crawl_counters_of_public_sources_are_exact(app: App, clock: district.Hands) -> None:
    metrics = _metrics(app)
    _pass(app, _ingest(app), [_news(0, NOW - 5 * DAY)], Kind.NEWS, "news")
    assert "yuqing_publish_to_seen_seconds_count{kind=news,source=news}" not in _scrape(metrics), "a first reading"
    clock.now += HOUR
    ingest = _ingest(app)
    _pass(app, ingest, [_news(1, clock.now - timedelta(minutes=4)), _news(2, clock.now - HOUR / 2)], Kind.NEWS, "news")
    shown = _scrape(metrics)
    assert shown["yuqing_crawl_runs_total{source=news,state=ok}"] == 2
    assert shown["yuqing_crawl_new_texts_total{kind=news,source=news}"] == 3
    assert shown["yuqing_publish_to_seen_seconds_count{kind=news,source=news}"] == 2
    assert shown["yuqing_publish_to_seen_seconds_sum{kind=news,source=news}"] == 4 * 60 + 30 * 60
    assert shown["yuqing_publish_to_seen_seconds_bucket{kind=news,le=300,source=news}"] == 1
    assert shown["yuqing_publish_to_seen_seconds_bucket{kind=news,le=1800,source=news}"] == 2
    assert shown["yuqing_crawl_duration_seconds_count{kind=news,source=news}"] == 2
    assert shown["yuqing_source_last_success_timestamp_seconds{source=news}"] == clock.now.timestamp()
    assert shown["yuqing_store_write_seconds_count{kind=news}"] == 2


def test_a_bare_date_and_an_undated_page_measure_no_freshness(app: App, clock: district.Hands) -> None:
    _pass(app, _ingest(app), [], Kind.NEWS, "news")
    clock.now = NOW + DAY
    ingest = _ingest(app)
    midnight = clock.now.replace(hour=0, minute=0)
    items = [_news(1, midnight), replace(_news(2, clock.now), published=None)]
    run = _pass(app, ingest, items, Kind.NEWS, "news")
    assert (run.new, sum(run.delays.values())) == (2, 0)


def test_the_clock_gauges_count_messages_by_department(app: App) -> None:
    district.fill(app)
    metrics = _metrics(app)
    retention.prune(app.store, app.spool, app.settings, NOW)
    shown = _scrape(metrics)
    overdue = {k: v for k, v in shown.items() if k.startswith("yuqing_board_messages{") and "state=overdue" in k}
    assert overdue["yuqing_board_messages{department=区水务局,state=overdue}"] > 0
    assert sum(v > 0 for v in overdue.values()) <= 3
    assert shown["yuqing_alerts_active{level=2}"] == 1 and shown["yuqing_alerts_unacknowledged{}"] == 2
    assert shown["yuqing_prune_last_timestamp_seconds{}"] == NOW.timestamp()
    yesterday = datetime(2026, 11, 21, tzinfo=CHINA).timestamp()
    assert shown["yuqing_brief_day_timestamp_seconds{}"] == yesterday


def test_names_and_help_follow_the_conventions(app: App) -> None:
    text = _metrics(app).exposition().decode()
    for family in text_string_to_metric_families(text):
        assert re.fullmatch(r"(yuqing|process|python)_[a-z][a-z0-9_]*", family.name), family.name
        assert family.documentation, family.name
        assert not re.search(r"_(ms|milliseconds|minutes|hours|days|kb|mb)$", family.name), "base units only"
        if family.type == "counter":
            assert all(s.name.endswith(("_total", "_created")) for s in family.samples)
        if family.type == "gauge":
            assert not family.name.endswith("_total")


def test_every_counter_that_is_counted_is_in_the_catalogue() -> None:
    counted: set[str] = set()
    for room in ("monitor", "crawlers", "api"):
        for file in (ROOT / room).rglob("*.py"):
            found = re.findall(r'(?:tally|counters)\.(?:add|mark)\(\s*"([a-z_]+)"', file.read_text("utf-8"))
            counted.update(found)
            counted.update(
                re.findall(r'latency\.observe\(\s*(?:self\.)?_?\w+(?:\.\w+)*, "([a-z_]+)"', file.read_text("utf-8"))
            )
    counted.add("audit_fault_timestamp_seconds")
    assert counted, "nothing found: the pattern is wrong"
    assert counted <= {*COUNTERS, *HISTOGRAMS, *MARKS}


def test_a_source_that_left_the_configuration_leaves_the_metrics(app: App) -> None:
    ingest = _ingest(app)
    ingest.tally.add("crawl_runs", source="gone", state="ok")
    ingest.tally.add("crawl_runs", source="news", state="ok")
    ingest.flush()
    shown = [k for k in _scrape(_metrics(app)) if k.startswith("yuqing_crawl_runs_total")]
    assert shown == ["yuqing_crawl_runs_total{source=news,state=ok}"]


def test_what_a_full_spool_turned_away_is_told_released_and_by_the_hour(
    app: App, clock: district.Hands, tmp_path: Path
) -> None:
    spool = Spool(tmp_path / "small.db", 40_000)
    metrics = Metrics(app.settings, app.store, spool, app.clock)
    assert _scrape(metrics)["yuqing_spool_refused_total{}"] == 0
    records = list(islice(district.records(), 60))
    assert spool.put(records) < 50
    assert _scrape(metrics)["yuqing_spool_refused_total{}"] == 0
    clock.now += HOUR
    shown = _scrape(metrics)["yuqing_spool_refused_total{}"]
    assert shown >= 10 and shown % 5 == 0 and abs(shown - spool.refused) <= 2
    spool.close()


def test_when_the_store_is_away_the_rest_is_still_told(app: App, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    away = replace(app, store=SqliteStore(blocked / "x.db"))
    shown = _scrape(_metrics(away))
    assert shown["yuqing_store_up{}"] == 0
    assert "yuqing_spool_depth{posts=no}" in shown and not [k for k in shown if k.startswith("yuqing_board")]


def test_calls_of_the_store_are_timed_by_operation_and_their_errors_apart(app: App, tmp_path: Path) -> None:
    metrics = _metrics(app)
    watched = timed(app.store, metrics.observe_call)
    watched.ping()
    watched.list_states("source")
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    with pytest.raises(StoreUnavailable):
        timed(SqliteStore(blocked / "x.db"), metrics.observe_call).ping()
    shown = _series(metrics.exposition().decode())
    assert shown["yuqing_store_call_seconds_count{operation=ping,outcome=ok}"] == 1
    assert shown["yuqing_store_call_seconds_count{operation=ping,outcome=error}"] == 1
    assert shown["yuqing_store_call_seconds_count{operation=list_states,outcome=ok}"] == 1
