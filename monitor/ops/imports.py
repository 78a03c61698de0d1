"""Imports a file (CSV, XLSX, JSON Lines) into one source, through the same intake as every crawled page.

The intake's clock is the real one: rows older than ``service.analysis.late_days`` are dropped as too old like any late
text, and the report says which key to raise for an import of history.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from monitor.errors import ImportRefused, StoreUnavailable
from monitor.model import Fetched, Kind
from monitor.ops import audit, days, log, runs
from monitor.ops.import_columns import private, usual_names
from monitor.ops.import_fates import Batch, Known, settle
from monitor.ops.import_files import JSON_LINES, open_rows
from monitor.ops.import_journal import Earlier, Journal, fingerprint
from monitor.ops.import_report import Fate, ImportReport, Origin, Outcome, report
from monitor.ops.import_rows import NEEDED, BadRow, Mapped, chosen_fields, fetched, match, rules_of
from monitor.ops.import_types import Opened, Row, normal
from monitor.ops.ingest import Ingest
from monitor.ops.tally import Tally
from monitor.settings import Settings
from monitor.settings.types import Source
from monitor.store import Spool, Store

PORTION = 500
"""Rows that are handed to the intake, stored and noted together."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far an import is: ``rows`` read, and ``done`` of ``total`` in the file's own unit (0: not known)."""

    rows: int
    done: int
    total: int


Progress = Callable[[Step], None]


@dataclass(slots=True)
class _Reading:
    """What has become of the rows so far, and of the texts among them."""

    earlier: Earlier
    known: Known = field(default_factory=Known)
    fates: list[Fate] = field(default_factory=list)
    newest: datetime | None = None
    delays: Counter[str] = field(default_factory=Counter)


def import_file(
    settings: Settings, store: Store, spool: Spool, key: bytes, path: Path, source_id: str, *,
    clock: Callable[[], datetime], columns: Mapping[str, str] | None = None, sheet: str = "", who: str = "service",
    progress: Progress = lambda step: None, portion: int = PORTION,
) -> ImportReport:  # fmt: skip
    """Imports every row of ``path`` into the source ``source_id``; a second import of the same rows adds nothing.

    ``columns`` (field -> column name) overrides ``Source.columns``. A row is known by its key column, else its URL,
    else its content; one that is known and has a later answer or a changed text brings that. An import that was
    interrupted goes on behind the last rows that it wrote down, ``portion`` rows at a time. Raises ``ImportRefused``
    for a file or a source that cannot be used, ``StoreUnavailable`` if the audit entry cannot be written (nothing is
    imported then).
    """
    source = source_of(settings, source_id)
    try:
        opened, mapped = opened_file(source, path, dict(columns or {}), sheet)
    except ImportRefused:
        _count_refused_file(store, source, clock())
        raise
    began = clock()
    journal = Journal(store, fingerprint(path, source.id, mapped.columns, opened.sheet, key))
    audit.record(store, who, audit.Action.IMPORT, f"{source.id} {path.name}", began)
    earlier = journal.begin(began)
    reading = _Reading(earlier, newest=earlier.newest, delays=Counter(earlier.delays))
    ingest = Ingest(settings, store, spool, key, clock)
    try:
        for step in _portions(opened, mapped, source, ingest, store, clock, journal, reading, portion):
            progress(step)
    except ImportRefused:
        # A file that turns out damaged in the middle: what was read stays, and the run says so.
        _finish(store, ingest, source, began, clock(), reading, whole=False)
        journal.end(clock(), whole=False)
        raise
    _finish(store, ingest, source, began, clock(), reading, whole=True)
    journal.end(clock(), whole=True)
    went_on = len(earlier.fates)
    return report(
        origin_of(source, path, opened, mapped), reading.fates, dry_run=False, before=earlier.finished,
        resumed_at=reading.fates[went_on].row if went_on and went_on < len(reading.fates) else 0,
    )  # fmt: skip


def source_of(settings: Settings, id: str) -> Source:
    """The source to import into. Raises ``ImportRefused`` for one that is not configured or is a hot list."""
    source = settings.source(id)
    if source is None:
        known = "、".join(s.id for s in settings.sources.source) or "无"
        raise ImportRefused(f"sources.toml 中没有信源“{id}”", f"已配置：{known}")
    if source.kind is Kind.HOTLIST:
        raise ImportRefused("热榜不支持导入", "可导入的类别：news、official、board、post")
    return source


def wanted_names(rules: Mapping[str, str]) -> frozenset[str]:
    """The column names by which a header row is recognised: those that are set, and the usual ones."""
    return usual_names() | {normal(name) for name in rules.values() if name}


def opened_file(source: Source, path: Path, overrides: Mapping[str, str], sheet: str = "") -> tuple[Opened, Mapped]:
    """The file and its columns as they are set. Raises ``ImportRefused``."""
    rules = rules_of(source, overrides)
    opened = open_rows(path, wanted_names(rules), sheet)
    chosen = chosen_fields(source, overrides)
    present = opened.columns
    if opened.format == JSON_LINES:
        # An object leaves out what it does not have: the first ones may all be without an answer.
        present += tuple(name for field, name in rules.items() if name and field not in NEEDED)
    mapped = match(rules, present, chosen)
    for field_name, column in mapped.columns.items():
        if private(column):
            raise ImportRefused(
                f"列“{column}”是个人信息，不能作为 {field_name} 读入", "来电人、经办人的姓名、电话、住址一律不读"
            )
    return opened, mapped


def origin_of(source: Source, path: Path, opened: Opened, mapped: Mapped) -> Origin:
    return Origin(
        source=source.id, kind=source.kind, file=path.name, format=opened.format, encoding=opened.encoding,
        columns=mapped.columns, sheet=opened.sheet, other_sheets=opened.others,
    )  # fmt: skip


def read_row(row: Row, mapped: Mapped, source: Source, now: datetime) -> Fetched | Fate:
    """The row as the intake takes it, or why it cannot be read."""
    if row.problem:
        return Fate(row.number, Outcome.REFUSED, BadRow.UNREADABLE.value, row.problem)
    item = fetched(row.cells, mapped, source, now)
    return Fate(row.number, Outcome.REFUSED, item.value) if isinstance(item, BadRow) else item


def _portions(
    opened: Opened, mapped: Mapped, source: Source, ingest: Ingest, store: Store, clock: Callable[[], datetime],
    journal: Journal, reading: _Reading, portion: int,
) -> Iterator[Step]:  # fmt: skip
    """Reads, keeps and notes a portion after the other; what an earlier import has done is passed over."""
    started = reading.earlier.started
    rows = iter(opened.rows)
    done = len(reading.earlier.fates)
    for row in islice(rows, done):
        item = read_row(row, mapped, source, started)
        if isinstance(item, Fetched):
            reading.known.add(ingest.intake.id_of(item), item)
    reading.fates.extend(reading.earlier.fates)
    while read := list(islice(rows, portion)):
        batch = Batch(source, started, clock(), resumed=reading.earlier.interrupted)
        for row in read:
            item = read_row(row, mapped, source, started)
            batch.add(row.number, item, ingest.intake.id_of(item) if isinstance(item, Fetched) else "", reading.known)
        fates, taken = settle(batch, ingest, store)
        journal.note(len(reading.fates), fates, taken.newest, taken.delays)
        reading.fates.extend(fates)
        reading.newest = max((t for t in (reading.newest, taken.newest) if t), default=None)
        reading.delays.update(taken.delays)
        yield Step(len(reading.fates), opened.position.done, opened.position.total)


def _finish(
    store: Store, ingest: Ingest, source: Source, began: datetime, now: datetime, reading: _Reading, *, whole: bool
) -> None:  # fmt: skip
    run = _run(source, began, now, reading, whole)
    for reason, n in run.failures.items():
        ingest.tally.add("import_rows_refused", n, kind=source.kind.value, source=source.id, reason=reason)
    days.count(ingest.tally, run)
    ingest.flush()
    try:
        runs.record(store, run)
    except StoreUnavailable as error:
        # The rows are safe in the spool; only the note about the run is lost.
        log.get("imports").warning("run not recorded", code=error.code, source=run.source)


def _run(source: Source, started: datetime, finished: datetime, reading: _Reading, whole: bool) -> runs.SourceRun:
    counts = Counter(fate.outcome for fate in reading.fates)
    bad = Counter(fate.reason for fate in reading.fates if fate.outcome is Outcome.REFUSED)
    state = runs.RunState.OK
    if bad or not whole:
        state = runs.RunState.PARTIAL if len(reading.fates) > bad.total() else runs.RunState.FAILED
    return runs.SourceRun(
        source=source.id,
        kind=source.kind,
        started=started,
        finished=finished,
        state=state,
        pages=1,
        new=counts[Outcome.NEW],
        duplicate=counts[Outcome.DUPLICATE] + counts[Outcome.EDITED] + counts[Outcome.REPLIED],
        edited=counts[Outcome.EDITED],
        dropped=dict(Counter(fate.reason for fate in reading.fates if fate.outcome is Outcome.DROPPED)),
        failures=dict(bad),
        newest=reading.newest,
        delays=dict(reading.delays),
        message=("文件导入，有读不出的行" if bad else "文件导入") if whole else "文件导入，读到中途文件损坏",
    )


def _count_refused_file(store: Store, source: Source, now: datetime) -> None:
    tally = Tally()
    tally.add("import_files_refused", source=source.id)
    try:
        tally.flush(store, now)
    except StoreUnavailable as away:
        log.get("imports").warning("refused file not counted", code=away.code, source=source.id)
