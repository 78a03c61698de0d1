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
from typing import Any

from monitor.disclosure import ReleasedCount, release
from monitor.errors import ImportRefused, StoreUnavailable
from monitor.model import ExactCount, Fetched, Kind
from monitor.ops import audit, days, log, runs
from monitor.ops.import_files import Progress, Row, normal, open_rows
from monitor.ops.import_rows import BadRow, Mapped, chosen_fields, fetched, match, rules_of
from monitor.ops.ingest import Ingest, Taken
from monitor.ops.tally import Tally
from monitor.settings import Settings
from monitor.settings.types import Source
from monitor.store import Spool, Store

BATCH = 500
NAMED_ROWS = 50
"""How many bad rows a report names by number; all are counted."""

Shown = int | ReleasedCount


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that could not be read: its number in the file and why. Never its text (S2)."""

    row: int
    reason: BadRow
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of a file. Counts are as they may be shown: about posts rounded, of public kinds exact.

    ``rows`` = ``new`` + ``duplicate`` + ``spooled`` + ``not_kept`` + all of ``dropped`` (by intake reason) + all of
    ``refused`` (by :class:`BadRow`). ``columns`` is the mapping used, field -> column.
    """

    source: str
    kind: Kind
    file: str
    format: str
    encoding: str
    columns: Mapping[str, str]
    dry_run: bool
    rows: Shown
    new: Shown
    duplicate: Shown
    replies: Shown
    spooled: Shown
    not_kept: Shown
    dropped: Mapping[str, Shown] = field(default_factory=dict)
    refused: Mapping[str, Shown] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()

    def as_json(self) -> dict[str, Any]:
        def shown(value: Shown) -> Any:
            return value.as_json() if isinstance(value, ReleasedCount) else value

        counts = ("rows", "new", "duplicate", "replies", "spooled", "not_kept")
        return {
            "source": self.source,
            "kind": self.kind.value,
            "file": self.file,
            "format": self.format,
            "encoding": self.encoding,
            "columns": dict(self.columns),
            "dry_run": self.dry_run,
            **{name: shown(getattr(self, name)) for name in counts},
            "dropped": {reason: shown(n) for reason, n in sorted(self.dropped.items())},
            "refused": {reason: shown(n) for reason, n in sorted(self.refused.items())},
            "refusals": [{"row": r.row, "reason": r.reason.value, "detail": r.detail} for r in self.refusals],
        }


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    rows: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, row: int, reason: BadRow, detail: str = "") -> None:
        self.refused[reason.value] += 1
        if len(self.refusals) < NAMED_ROWS:
            self.refusals.append(Refusal(row, reason, detail))


def import_file(
    settings: Settings, store: Store, spool: Spool, key: bytes, path: Path, source_id: str, *,
    clock: Callable[[], datetime], columns: Mapping[str, str] | None = None, who: str = "service",
    dry_run: bool = False, progress: Progress = lambda done, total: None,
) -> ImportReport:  # fmt: skip
    """Imports every row of ``path`` into the source ``source_id``; a second import of the same rows adds nothing.

    ``columns`` (field -> column name) overrides ``Source.columns``. A row is known by its key column, else its URL,
    else its content. ``dry_run`` reads and decides without writing anything. Raises ``ImportRefused`` for a file or a
    source that cannot be used, ``StoreUnavailable`` if the audit entry cannot be written (nothing is imported then).
    """
    source = _source(settings, source_id)
    overrides = dict(columns or {})
    rules = rules_of(source, overrides)
    try:
        opened = open_rows(path, [normal(name) for name in rules.values() if name], progress)
        mapped = match(rules, opened.columns, chosen_fields(source, overrides))
    except ImportRefused:
        if not dry_run:
            _count_refused_file(store, source, clock())
        raise
    started = clock()
    if not dry_run:
        audit.record(store, who, audit.Action.IMPORT, f"{source.id} {path.name}", started)
    reading, taken = _Reading(), Taken()
    ingest = Ingest(settings, store, spool, key, clock)
    items = _items(opened.rows, mapped, source, started, reading)
    try:
        while batch := list(islice(items, BATCH)):
            taken.merge(_preview(ingest, store, batch, clock()) if dry_run else _take(ingest, store, batch))
    finally:
        # A file that turns out damaged in the middle: what was read stays, and the run says so.
        if not dry_run:
            for reason, n in reading.refused.items():
                ingest.tally.add("import_rows_refused", n, kind=source.kind.value, source=source.id, reason=reason)
            run = _run(source, started, clock(), reading, taken)
            days.count(ingest.tally, run)
            ingest.flush()
            _write_down(store, run)
    return _report(source, path, (opened.format, opened.encoding), mapped, reading, taken, dry_run)


def _count_refused_file(store: Store, source: Source, now: datetime) -> None:
    tally = Tally()
    tally.add("import_files_refused", source=source.id)
    try:
        tally.flush(store, now)
    except StoreUnavailable as error:
        log.get("imports").warning("refused file not counted", code=error.code, source=source.id)


def _source(settings: Settings, id: str) -> Source:
    source = settings.source(id)
    if source is None:
        known = "、".join(s.id for s in settings.sources.source) or "无"
        raise ImportRefused(f"sources.toml 中没有信源“{id}”", f"已配置：{known}")
    if source.kind is Kind.HOTLIST:
        raise ImportRefused("热榜不支持导入", "可导入的类别：news、official、board、post")
    return source


def _items(
    rows: Iterator[Row], mapped: Mapped, source: Source, now: datetime, reading: _Reading
) -> Iterator[Fetched]:  # fmt: skip
    for row in rows:
        reading.rows += 1
        if row.problem:
            reading.refuse(row.number, BadRow.UNREADABLE, row.problem)
            continue
        item = fetched(row.cells, mapped, source, now)
        if isinstance(item, BadRow):
            reading.refuse(row.number, item)
        else:
            yield item


def _take(ingest: Ingest, store: Store, batch: list[Fetched]) -> Taken:
    """Keeps a batch. Rows that are there already and bring no answer are not analysed again: exports overlap."""
    try:
        fresh = [item for item in batch if item.reply or store.get_record(ingest.intake.id_of(item)) is None]
    except StoreUnavailable:
        fresh = batch
    taken = ingest.take(fresh)
    taken.duplicate += len(batch) - len(fresh)
    return taken


def _preview(ingest: Ingest, store: Store, batch: list[Fetched], now: datetime) -> Taken:
    """Decides without keeping; whether a row is already there is asked of the store."""
    taken = Taken()
    for item in batch:
        decision = ingest.intake.decide(item, now)
        if decision.value is None:
            taken.dropped[decision.reason.value] += 1
        elif store.get_record(decision.value.id) is not None:
            taken.duplicate += 1
        else:
            taken.new += 1
    return taken


def _run(source: Source, started: datetime, finished: datetime, reading: _Reading, taken: Taken) -> runs.SourceRun:
    bad = sum(reading.refused.values())
    good = reading.rows - bad
    state = runs.RunState.OK if not bad else runs.RunState.PARTIAL if good else runs.RunState.FAILED
    return runs.SourceRun(
        source=source.id,
        kind=source.kind,
        started=started,
        finished=finished,
        state=state,
        pages=1,
        new=taken.new,
        duplicate=taken.duplicate,
        dropped=dict(taken.dropped),
        failures=dict(reading.refused),
        newest=taken.newest,
        delays=dict(taken.delays),
        message="文件导入" if not bad else "文件导入，有读不出的行",
    )


def _write_down(store: Store, run: runs.SourceRun) -> None:
    try:
        runs.record(store, run)
    except StoreUnavailable as error:
        # The rows are safe in the spool; only the note about the run is lost.
        log.get("imports").warning("run not recorded", code=error.code, source=run.source)


def _report(
    source: Source, path: Path, form: tuple[str, str], mapped: Mapped, reading: _Reading, taken: Taken, dry_run: bool
) -> ImportReport:
    def shown(n: int) -> Shown:
        return release(ExactCount(n)) if source.kind is Kind.POST else n

    return ImportReport(
        source=source.id,
        kind=source.kind,
        file=path.name,
        format=form[0],
        encoding=form[1],
        columns=dict(mapped.columns),
        dry_run=dry_run,
        rows=shown(reading.rows),
        new=shown(taken.new),
        duplicate=shown(taken.duplicate),
        replies=shown(taken.replies),
        spooled=shown(taken.spooled),
        not_kept=shown(taken.refused),
        dropped={reason: shown(n) for reason, n in taken.dropped.items()},
        refused={reason: shown(n) for reason, n in reading.refused.items()},
        refusals=tuple(reading.refusals),
    )
