"""4,326 real messages imported as a board; every figure of a brief equals a recount from the raw file."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from monitor import briefs
from monitor.app import App
from monitor.briefs import render
from monitor.briefs.types import Bullets, Figure, parts_of, words
from monitor.model import CHINA, Fetched, Kind
from monitor.ops.imports import import_file
from monitor.ops.ingest import Ingest
from monitor.responses import board_messages
from monitor.store import RecordQuery
from tests.briefs.recount import Recount
from tests.conftest import ROOT
from tests.imports.district import configure, running

NOW = datetime(2020, 2, 1, 8, tzinfo=CHINA)
DAYS = [date(2019, 9, 5), date(2019, 4, 17), date(2019, 1, 3), date(2020, 1, 1)]
DISTRICT = 'name = "A市"\ncity = "A市"\nprovince = "西地省"\n'
SOURCES = """
[[source]]
id = "board"
name = "问政留言板"
kind = "board"
adapter = "import"
trusted = true
[source.columns]
key = "id"
text = "body"
"""


@pytest.fixture(scope="module")
def raw(shared_data: Path) -> list[dict[str, str]]:
    with gzip.open(shared_data / "civic" / "messages.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def app(raw: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("a-city")
    config = configure(folder, late_days=4000, sources=SOURCES, district=DISTRICT)
    for name in ("topics.toml", "response_plan.toml"):
        shutil.copy(ROOT / "config" / name, config / name)
    file = folder / "messages.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in raw), encoding="utf-8")
    with running(config, NOW) as app:
        report = import_file(app.settings, app.store, app.spool, app.keys.record, file, "board", clock=app.clock)
        assert (report.rows, report.new, report.refusals) == (4326, 4326, ())
        yield app


@pytest.fixture(scope="module")
def recount(app: App, raw: list[dict[str, str]]) -> Recount:
    """Times from the raw file; topics and polarity of each row as labelled, and every fiftieth labelled once more."""
    intake = Ingest(app.settings, app.store, app.spool, app.keys.record, app.clock).intake
    rows = []
    for index, row in enumerate(raw):
        separator = "-" if "-" in row["time"] else "/"
        when = datetime.strptime(row["time"], f"%Y{separator}%m{separator}%d %H:%M:%S")  # noqa: DTZ007
        item = Fetched(source="board", kind=Kind.BOARD, key=f"row:{row['id']}", title=row["title"], text=row["body"],
                       fetched_at=NOW, published=when.replace(tzinfo=CHINA))  # fmt: skip
        record = app.store.get_record(intake.id_of(item))
        assert record is not None
        labels = record.labels
        if index % 50 == 0:
            again = intake.decide(item, NOW).value
            assert again is not None
            # Which matter a text belongs to depends on what was read before it.
            assert replace(again.labels, event=labels.event) == labels
        rows.append((when, labels.topics, labels.sentiment.polarity < 0))
    topics = app.settings.topics.topic
    official = frozenset(t.name for t in topics if t.name == t.official.value)
    return Recount(rows, official, {t.name: t.department for t in topics})


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_figure_of_a_brief_equals_a_recount_of_the_raw_file(app: App, recount: Recount, day: date) -> None:
    brief = briefs.daily(app.settings, app.store, day, NOW)
    assert [(figure.text, figure.unit) for figure in _of_topics(brief)] == recount.figures(day)
    shown = brief.figures()
    assert len(shown) > 40
    chart = next(b for b in brief.section("overview").blocks if type(b).__name__ == "Chart")
    assert [d.bar or 0 for d in chart.days] == [recount.day(d.day) for d in chart.days]  # type: ignore[union-attr]


def _of_topics(brief: briefs.Brief) -> list[Figure]:
    """The figures of the sections but for hot issues, single messages and forecasts, which are recounted below."""
    found: list[Figure] = []
    for section in brief.sections:
        for block in section.blocks:
            if not (isinstance(block, Bullets) and block.heading == "重点事项"):
                found += [part for part in parts_of(block) if isinstance(part, Figure)]
    return [f for f in found if not f.query.startswith(("/api/v1/forecast", "/api/v1/events"))]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_counts_of_hot_issues_equal_a_recount_by_their_label(app: App, day: date) -> None:
    brief = briefs.daily(app.settings, app.store, day, NOW)
    items = next(
        (b.items for b in brief.section("matters").blocks if isinstance(b, Bullets) and b.heading == "重点事项"), ()
    )
    assert items, "every one of these days has something to tell"
    records = list(board_messages(app.store, RecordQuery(kinds=(Kind.BOARD,), limit=500)))
    for parts in items:
        figures = [p for p in parts if isinstance(p, Figure) and p.unit == "件" and "/events/" in p.query]
        if not figures:
            continue
        event = figures[0].query.split("/events/")[1].split("?")[0]
        days = [r.published.astimezone(CHINA).date() for r in records if event in (r.labels.event, r.id)]
        counts = [sum(day - timedelta(days=n - 1) <= d <= day for d in days) for n in (1, 7, 30)]
        told = [f.value for f in figures]
        grown = [n for n, before in zip(counts[1:], counts, strict=False) if n > before]
        assert told[: 1 + len(grown)] == [counts[0], *grown]


@pytest.mark.parametrize("day", [date(2019, 11, 15), date(2019, 11, 25)], ids=str)
def test_the_real_hot_issue_leads_the_brief_of_its_days(app: App, day: date) -> None:
    """Three and four messages about the mixing plant beside 丽发新城 came in on these days, a dozen within the week."""
    lead = words(briefs.daily(app.settings, app.store, day, NOW).lead)
    assert "“丽发新城" in lead
    assert "均未答复" in lead
    assert "责任部门" in lead


def test_the_brief_names_the_raw_number_of_messages(app: App, raw: list[dict[str, str]]) -> None:
    """The plainest recount of all, straight from the file."""
    found = sum(1 for row in raw if re.match(r"2019[-/]0?9[-/]0?5\s", row["time"]))
    brief = briefs.daily(app.settings, app.store, DAYS[0], NOW)
    figure = next(f for f in brief.section("overview").blocks[0].parts if isinstance(f, Figure))  # type: ignore[union-attr]
    assert figure.value == found == 15


def test_a_second_import_adds_nothing_and_changes_no_byte_of_a_brief(app: App, raw: list[dict[str, str]]) -> None:
    before = render.html(briefs.daily(app.settings, app.store, DAYS[0], NOW))
    again = app.settings.service.data / "again.jsonl"
    again.write_text("".join(json.dumps(row) + "\n" for row in reversed(raw)), encoding="utf-8")
    report = import_file(app.settings, app.store, app.spool, app.keys.record, again, "board", clock=app.clock)
    assert (report.new, report.duplicate, report.replies) == (0, 4326, 0)
    assert render.html(briefs.daily(app.settings, app.store, DAYS[0], NOW)) == before
