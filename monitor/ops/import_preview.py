"""What an import would do, before it does anything: which column is taken for what, the first rows as they would be
stored, what would become of every row. Nothing is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from monitor.analysis import revisions
from monitor.model import AnyRecord, Article, BoardMessage, Fetched, Post
from monitor.ops.import_columns import SAMPLE, Proposal, propose
from monitor.ops.import_fates import Known
from monitor.ops.import_files import open_rows
from monitor.ops.import_report import Fate, ImportReport, Outcome, report
from monitor.ops.import_rows import NEEDED, BadRow, Mapped, match, rules_of
from monitor.ops.import_types import Opened, normal
from monitor.ops.imports import PORTION, Progress, Step, origin_of, read_row, source_of, wanted_names
from monitor.ops.ingest import Ingest
from monitor.settings import Settings
from monitor.settings.types import ColumnRules, Source
from monitor.store import Spool, Store

FIRST = 5
"""Rows that are shown as they would be stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """``toml`` is the ``[source.columns]`` to write down so that the file is read as proposed (empty: nothing to
    write). ``report`` is None where text or time could not be found (``missing`` names the fields). ``first``: records
    as they would be stored, redacted; none of a post source (S3)."""

    source: str
    columns: Proposal
    missing: tuple[str, ...] = ()
    toml: str = ""
    report: ImportReport | None = None
    first: tuple[Article | BoardMessage, ...] = field(default=(), repr=False)


def preview(
    settings: Settings, store: Store, spool: Spool, key: bytes, path: Path, source_id: str, *,
    clock: Callable[[], datetime], columns: Mapping[str, str] | None = None, sheet: str = "",
    progress: Progress = lambda step: None,
) -> Preview:  # fmt: skip
    """Reads the whole file as ``import_file`` would; columns that nobody has set are proposed.

    Raises ``ImportRefused`` for a file or a source that cannot be used, ``StoreUnavailable``.
    """
    source = source_of(settings, source_id)
    overrides = dict(columns or {})
    proposal = _proposal(source, path, overrides, sheet)
    missing = tuple(name for name in NEEDED if name not in proposal.mapping)
    toml = _toml(source, proposal)
    if missing:
        return Preview(source=source.id, columns=proposal, missing=missing, toml=toml)
    opened = open_rows(path, wanted_names(rules_of(source, overrides)), sheet)
    mapped = Mapped(proposal.mapping)
    ingest = Ingest(settings, store, spool, key, clock)
    fates, first = _decide(opened, mapped, source, ingest, store, clock, progress)
    told = report(origin_of(source, path, opened, mapped), fates, dry_run=True)
    return Preview(source=source.id, columns=proposal, toml=toml, report=told, first=tuple(first))


def proposed_columns(
    settings: Settings, path: Path, source_id: str, columns: Mapping[str, str], sheet: str = ""
) -> dict[str, str]:
    """The columns as a preview proposes them, for an import that takes them without their being written down.

    Raises ``ImportRefused`` where text or time cannot be found.
    """
    source = source_of(settings, source_id)
    proposal = _proposal(source, path, columns, sheet)
    if any(name not in proposal.mapping for name in NEEDED):
        match({**rules_of(source, columns), **proposal.mapping}, [c.name for c in proposal.columns], frozenset())
    return {**dict.fromkeys(ColumnRules.model_fields, ""), **proposal.mapping}


def _proposal(source: Source, path: Path, columns: Mapping[str, str], sheet: str) -> Proposal:
    rules = rules_of(source, columns)
    opened = open_rows(path, wanted_names(rules), sheet)
    sample = list(islice(opened.rows, SAMPLE))
    present = {normal(name): name for name in reversed(opened.columns) if name}
    known = {f: present[normal(name)] for f, name in rules.items() if name and normal(name) in present}
    return propose(opened.columns, sample, known)


def _decide(
    opened: Opened, mapped: Mapped, source: Source, ingest: Ingest, store: Store, clock: Callable[[], datetime],
    progress: Progress,
) -> tuple[list[Fate], list[Article | BoardMessage]]:  # fmt: skip
    fates: list[Fate] = []
    first: list[Article | BoardMessage] = []
    known, now, rows = Known(), clock(), iter(opened.rows)
    while portion := list(islice(rows, PORTION)):
        told: list[Fate | None] = []
        items: list[tuple[int, Fetched]] = []
        for row in portion:
            item = read_row(row, mapped, source, now)
            fate = item if isinstance(item, Fate) else _met(row.number, item, known, ingest)
            told.append(fate)
            if fate is None and isinstance(item, Fetched):
                items.append((len(told) - 1, item))
        decisions = ingest.intake.decide_many([item for _, item in items], now)
        for (place, _), decision in zip(items, decisions, strict=True):
            number, record = portion[place].number, decision.value
            if record is None:
                told[place] = Fate(number, Outcome.DROPPED, decision.reason.value)
                continue
            before = store.get_record(record.id)
            told[place] = Fate(number, Outcome.NEW if before is None else _would(before, record))
            if isinstance(record, Article | BoardMessage) and len(first) < FIRST:
                first.append(record)
        fates += [fate for fate in told if fate is not None]
        progress(Step(len(fates), opened.position.done, opened.position.total))
    return fates, first


def _met(row: int, item: Fetched, known: Known, ingest: Ingest) -> Fate | None:
    met = known.add(ingest.intake.id_of(item), item)
    if isinstance(met, BadRow):
        return Fate(row, Outcome.REFUSED, met.value)
    return Fate(row, met) if met is not None else None


def _would(before: AnyRecord, record: AnyRecord) -> Outcome:
    """What the row would do to its record, by the same rule as a page that is read again."""
    if isinstance(before, Post) or before.withdrawn is not None:
        return Outcome.DUPLICATE
    reply = record.reply if isinstance(record, BoardMessage) else None
    if isinstance(before, BoardMessage) and reply is not None and reply != before.reply:
        return Outcome.REPLIED
    return Outcome.EDITED if revisions.judge(before, revisions.wording(record)).kept else Outcome.DUPLICATE


def _toml(source: Source, proposal: Proposal) -> str:
    """``[source.columns]`` for what differs from the usual names; empty where everything is set already."""
    defaults = ColumnRules()
    lines = [
        f"{name} = {json.dumps(column, ensure_ascii=False)}"
        for name, column in sorted(
            proposal.mapping.items(), key=lambda pair: list(ColumnRules.model_fields).index(pair[0])
        )
        if normal(getattr(defaults, name)) != normal(column)
    ]
    new = [n for n, column in proposal.mapping.items() if normal(getattr(source.columns, n)) != normal(column)]
    return "[source.columns]\n" + "\n".join(lines) + "\n" if new else ""
