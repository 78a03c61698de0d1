"""What became of an import file: counts as they may be shown, and the fate of each row by its number."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from monitor.disclosure import ReleasedCount, release
from monitor.model import CHINA, ExactCount, Kind
from monitor.ops.import_rows import REASONS, BadRow
from monitor.ops.reasons import chinese

NAMED_ROWS = 50
"""How many bad rows a report names by number; all are counted, and all are in the list of fates."""

Shown = int | ReleasedCount


class Outcome(StrEnum):
    NEW = "new"
    EDITED = "edited"
    """A ticket that is there already and whose title or text has changed since."""
    REPLIED = "replied"
    """One that is there already and whose answer is new or another."""
    DUPLICATE = "duplicate"
    SPOOLED = "spooled"
    NOT_KEPT = "not_kept"
    DROPPED = "dropped"
    REFUSED = "refused"

    @property
    def chinese(self) -> str:
        return _OUTCOMES[self]


_OUTCOMES = {
    Outcome.NEW: "新增", Outcome.EDITED: "文字有改动", Outcome.REPLIED: "更新答复", Outcome.DUPLICATE: "已有",
    Outcome.SPOOLED: "已暂存", Outcome.NOT_KEPT: "未能保存", Outcome.DROPPED: "未收", Outcome.REFUSED: "读不出",
}  # fmt: skip
_THERE = (Outcome.EDITED, Outcome.REPLIED, Outcome.DUPLICATE)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a row: its number in the file, the outcome and why. Never its text (S2).

    ``reason`` is an intake reason (dropped) or a :class:`BadRow` (refused); ``detail`` says more where there is more.
    """

    row: int
    outcome: Outcome
    reason: str = ""
    detail: str = ""

    @property
    def why(self) -> str:
        if self.detail:
            return self.detail
        if self.outcome is Outcome.REFUSED:
            return REASONS[BadRow(self.reason)]
        return chinese(self.reason) if self.reason else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of a file. Counts are as they may be shown: about posts rounded, of public kinds exact.

    ``rows`` = ``new`` + ``duplicate`` + ``spooled`` + ``not_kept`` + all of ``dropped`` (by intake reason) + all of
    ``refused`` (by :class:`BadRow`); ``replies`` and ``edited`` are among the duplicates. ``columns`` is the mapping
    used, field -> column. ``fates`` has a row each in the order of the file; of posts only those that were refused.
    ``resumed_at`` is the row at which an import that had been interrupted went on (0: from the beginning); ``before``
    when the very same file had been imported to its end.
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
    edited: Shown
    spooled: Shown
    not_kept: Shown
    dropped: Mapping[str, Shown] = field(default_factory=dict)
    refused: Mapping[str, Shown] = field(default_factory=dict)
    refusals: tuple[Fate, ...] = ()
    fates: tuple[Fate, ...] = field(default=(), repr=False)
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()
    resumed_at: int = 0
    before: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        def shown(value: Shown) -> Any:
            return value.as_json() if isinstance(value, ReleasedCount) else value

        counts = ("rows", "new", "duplicate", "replies", "edited", "spooled", "not_kept")
        return {
            "source": self.source,
            "kind": self.kind.value,
            "file": self.file,
            "format": self.format,
            "encoding": self.encoding,
            "sheet": self.sheet,
            "other_sheets": list(self.other_sheets),
            "columns": dict(self.columns),
            "dry_run": self.dry_run,
            "resumed_at": self.resumed_at,
            "before": self.before.isoformat() if self.before else None,
            **{name: shown(getattr(self, name)) for name in counts},
            "dropped": {reason: shown(n) for reason, n in sorted(self.dropped.items())},
            "refused": {reason: shown(n) for reason, n in sorted(self.refused.items())},
            "refusals": [{"row": r.row, "reason": r.reason, "detail": r.detail} for r in self.refusals],
        }

    @property
    def complete(self) -> bool:
        """Whether every row could be read."""
        return not self.refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Which file was read into which source, and how."""

    source: str
    kind: Kind
    file: str
    format: str
    encoding: str
    columns: Mapping[str, str]
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()


def report(
    origin: Origin, fates: Sequence[Fate], *, dry_run: bool, resumed_at: int = 0, before: datetime | None = None
) -> ImportReport:
    """The report of all rows of a file."""

    def shown(n: int) -> Shown:
        return release(ExactCount(n)) if origin.kind is Kind.POST else n

    counts = Counter(fate.outcome for fate in fates)
    refused = [fate for fate in fates if fate.outcome is Outcome.REFUSED]
    dropped = Counter(fate.reason for fate in fates if fate.outcome is Outcome.DROPPED)
    return ImportReport(
        source=origin.source,
        kind=origin.kind,
        file=origin.file,
        format=origin.format,
        encoding=origin.encoding,
        columns=dict(origin.columns),
        sheet=origin.sheet,
        other_sheets=origin.other_sheets,
        dry_run=dry_run,
        rows=shown(len(fates)),
        new=shown(counts[Outcome.NEW]),
        duplicate=shown(sum(counts[outcome] for outcome in _THERE)),
        replies=shown(counts[Outcome.REPLIED]),
        edited=shown(counts[Outcome.EDITED]),
        spooled=shown(counts[Outcome.SPOOLED]),
        not_kept=shown(counts[Outcome.NOT_KEPT]),
        dropped={reason: shown(n) for reason, n in dropped.items()},
        refused={reason: shown(n) for reason, n in Counter(fate.reason for fate in refused).items()},
        refusals=tuple(refused[:NAMED_ROWS]),
        fates=tuple(refused if origin.kind is Kind.POST else fates),
        resumed_at=resumed_at,
        before=before,
    )


def summary(told: ImportReport) -> list[tuple[str, str]]:
    """The report as lines for people: what, how many."""
    lines = [
        ("读到的行", _text(told.rows)),
        ("将新增" if told.dry_run else "新增", _text(told.new)),
        ("已有（不重复写入）", _text(told.duplicate)),
    ]
    among = (("　其中更新答复", told.replies), ("　其中文字有改动", told.edited))
    kept = (("存储暂不可用，已暂存", told.spooled), ("未能保存", told.not_kept))
    lines += [(name, _text(value)) for name, value in (*among, *kept) if _text(value) != "0"]
    lines += [(f"未收：{chinese(reason)}", _text(n)) for reason, n in sorted(told.dropped.items())]
    lines += [(f"读不出：{REASONS[r]}", _text(told.refused[r])) for r in REASONS if r in told.refused]
    return lines


def remarks(told: ImportReport) -> list[str]:
    """What else whoever imported should know."""
    lines = []
    if told.resumed_at:
        lines.append(f"上次导入中断过，这次从第 {told.resumed_at} 行接着导入；以上是整个文件的结果")
    if told.before is not None:
        lines.append(f"完全相同的文件已于 {told.before.astimezone(CHINA):%Y-%m-%d %H:%M} 导入过")
    if told.other_sheets:
        lines.append(f"只读了工作表“{told.sheet}”，未读：{'、'.join(told.other_sheets)}（用 --sheet 指定）")
    return lines


def rows_csv(told: ImportReport) -> Iterator[bytes]:
    """The fate of every row as a CSV file for spreadsheets. No texts."""
    yield from _csv([fate.row, fate.outcome.chinese, fate.why] for fate in told.fates)


def _csv(rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    out.write("\ufeff")
    writer.writerow(["行号", "结果", "原因"])
    writer.writerows(rows)
    yield out.getvalue().encode()


def _text(value: Shown) -> str:
    return str(value) if isinstance(value, int) else value.text
