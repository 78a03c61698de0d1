"""Jobs do what is due, once, whenever they are called; a missed one is done at the next call."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.app import App, open_app
from monitor.briefs import archive
from monitor.model import CHINA, Fetched, Kind
from monitor.ops import audit, retention, runs
from monitor.ops.ingest import Ingest
from monitor.ops.tally import read
from monitor.schedule import jobs
from monitor.store import RecordQuery
from monitor.store.sqlite import SqliteStore
from tests.conftest import ROOT

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=CHINA)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    folder = Path(shutil.copytree(ROOT / "config", tmp_path / "config"))
    monkeypatch.setenv("YUQING_SERVICE__DATA", str(tmp_path / "data"))
    with open_app(folder, lambda: NOW) as opened:
        yield opened


def _message(key: str, text: str, published: datetime, kind: Kind = Kind.BOARD) -> Fetched:
    return Fetched(
        source="hotline", kind=kind, key=key, title="" if kind is Kind.POST else text[:12], text=text,
        published=published, fetched_at=NOW,
    )  # fmt: skip


def _ingest(app: App) -> Ingest:
    return Ingest(app.settings, app.store, app.spool, app.keys.record, app.clock)


def _count(app: App, kind: Kind) -> int:
    return len(app.store.find(RecordQuery(kinds=(kind,), limit=500)).records)


def test_the_brief_of_yesterday_is_issued_once_after_the_hour_and_not_before(app: App) -> None:
    jobs.issue_brief(app, NOW.replace(hour=7, minute=29))
    assert archive.get(app.store, archive.id_of(date(2026, 11, 21))) is None
    for _ in range(2):
        jobs.issue_brief(app, NOW)
    assert archive.get(app.store, archive.id_of(date(2026, 11, 21))) is not None
    assert [e.action for e in audit.read(app.store)].count(audit.Action.BRIEF_ISSUED) <= 1


def test_a_partial_brief_is_replaced_by_the_whole_one_the_next_morning(app: App) -> None:
    from monitor import briefs

    day = date(2026, 11, 21)
    noon = datetime(2026, 11, 21, 12, tzinfo=CHINA)
    archive.issue(app.store, briefs.daily(app.settings, app.store, day, noon), noon, who="zhang")
    _ingest(app).take([_message("b1", "示例区青石街道锦绣花园又停水了", noon + timedelta(hours=6))])
    for _ in range(2):
        jobs.issue_brief(app, NOW)
    issued = archive.get(app.store, archive.id_of(day))
    assert issued is not None
    assert (issued.brief.partial, issued.revision, issued.who) == (False, 2, "service")
    assert "1" in {figure.text for figure in issued.brief.figures()}
    assert len(archive.list_issued(app.store)) == 1


def test_a_service_that_was_down_in_the_morning_issues_the_brief_when_it_is_back(app: App) -> None:
    jobs.issue_brief(app, NOW.replace(hour=22))
    assert archive.get(app.store, archive.id_of(date(2026, 11, 21))) is not None


def test_pruning_runs_once_a_day_removes_old_posts_and_keeps_the_rest(app: App) -> None:
    ingest = _ingest(app)
    text = "示例区青石街道锦绣花园又停水了，自来水公司电话打不通"
    ingest.take([_message("p1", text, NOW - timedelta(days=29, hours=23), Kind.POST), _message("b1", text, NOW)])
    assert _count(app, Kind.POST) == 1
    tomorrow = NOW + timedelta(days=1)
    for _ in range(2):
        jobs.prune_daily(app, tomorrow)
    assert _count(app, Kind.POST) == 0
    assert _count(app, Kind.BOARD) == 1
    assert [e.action for e in audit.read(app.store)].count(audit.Action.PRUNE) == 1
    last = retention.last_prune(app.store)
    assert last is not None
    assert last["posts"] == {"value": None, "text": "<10", "rounded_to": 5, "suppressed": True}


def test_what_waited_in_the_spool_is_stored_once_the_store_is_back(app: App, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    away = replace(app, store=SqliteStore(blocked / "x.db"))
    ingest = _ingest(away)
    taken = ingest.take([_message(f"k{i}", f"示例区新城街道第{i}次反映路灯不亮", NOW) for i in range(30)])
    ingest.flush()
    assert (taken.new, taken.spooled, app.spool.depth) == (0, 30, 30)
    for _ in range(2):
        jobs.replay_spool(app, NOW)
    assert (_count(app, Kind.BOARD), app.spool.depth) == (30, 0)


def test_a_job_that_meets_a_store_that_is_away_does_not_raise(app: App, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    away = replace(app, store=SqliteStore(blocked / "x.db"))
    for job in jobs.all_jobs(app):
        jobs.perform(job, away)
        jobs.perform(job, app)
    done = {s.labels["job"]: s.value for s in read(app.store) if s.name == "job_runs"}
    # Nothing was due to be crawled, and that is not worth a counter.
    assert done == {job.name: 1 for job in jobs.all_jobs(app) if job.name != jobs.CRAWL}


def test_a_crawl_child_that_dies_leaves_a_failed_run_so_that_the_source_backs_off(app: App) -> None:
    source = app.settings.sources.source[0]
    jobs._note_unfinished(app, [source.id], NOW, -9)
    state = runs.states(app.store, [source])[source.id]
    assert state.failures_in_row == 1
    assert "异常结束" in state.message


def test_a_later_answer_to_a_stored_message_is_recorded(app: App) -> None:
    from monitor.model import BoardMessage, Reply

    ingest = _ingest(app)
    first = _message("m1", "示例区河东街道河东菜市场旁边井盖坏了，请尽快修理", NOW - timedelta(days=1))
    answered = replace(first, reply=Reply("您好，井盖已于今日更换。", NOW, "区城市管理局"))
    assert ingest.take([first]).new == 1
    assert ingest.take([answered]).replies == 1
    assert ingest.take([answered]).replies == 0
    stored = app.store.find(RecordQuery(kinds=(Kind.BOARD,))).records[0]
    assert isinstance(stored, BoardMessage)
    assert stored.reply is not None
    assert stored.reply.department == "区城市管理局"
