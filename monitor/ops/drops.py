"""Folder watch: files that another system drops every day (hotline exports) are imported by themselves.

A file at rest in a source's ``drop`` folder is imported, then moved to ``已导入`` beside a note of what became of its
rows, or to ``未导入`` with the reason. A crash before the move costs another reading, never a double: rows are known by
their key. Files that were imported are removed after ``drop_keep_days``, since they hold what residents wrote in full.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.errors import ImportRefused
from monitor.model import CHINA
from monitor.ops import log
from monitor.ops.import_rows import REASONS
from monitor.ops.imports import ImportReport, Shown, import_file
from monitor.ops.reasons import chinese
from monitor.settings import Settings
from monitor.settings.types import Source
from monitor.store import Spool, Store

DONE, REFUSED = "已导入", "未导入"
NOTE = ".结果.txt"
AT_REST = timedelta(seconds=10)
"""A file that was written to more recently may still be growing."""
SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xls", ".json", ".jsonl", ".ndjson"})
_PASSING = ("~$", ".", "_")
"""Beginnings of names that office programs and copying tools give to what is not finished."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """One file that was taken: where it lies now, and its report or the reason why it was refused."""

    source: str
    file: Path
    report: ImportReport | None = None
    refused: str = ""


def folder_of(settings: Settings, source: Source) -> Path | None:
    """The drop folder of a source (a relative one lies in the data folder); None for a source without one."""
    return settings.service.data / source.drop if source.drop is not None else None


def waiting(folder: Path, now: datetime) -> list[Path]:
    """The files to take, oldest first: plain files of a known kind that have been at rest for a while."""
    found = []
    for path in _files(folder):
        state = path.stat()
        # The time of change and not of content: a copy keeps the latter from the beginning.
        rested = now.timestamp() - state.st_ctime >= AT_REST.total_seconds()
        if rested and path.suffix.lower() in SUFFIXES and not path.name.startswith(_PASSING):
            found.append((state.st_mtime, path.name, path))
    return [path for *_, path in sorted(found)]


def take(
    settings: Settings, store: Store, spool: Spool, key: bytes, clock: Callable[[], datetime]
) -> list[Dropped]:  # fmt: skip
    """Imports what waits in every source's drop folder. Raises ``StoreUnavailable``: the rest comes next time."""
    taken = []
    for source in settings.sources.source:
        folder = folder_of(settings, source)
        if folder is None or not source.enabled:
            continue
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for path in waiting(folder, clock()):
                taken.append(_take(settings, store, spool, key, clock, source, path))
            _forget(folder, source, clock())
        except OSError as error:
            log.get("imports").error("drop folder unusable", source=source.id, errno=error.errno)
    return taken


def _take(
    settings: Settings, store: Store, spool: Spool, key: bytes, clock: Callable[[], datetime], source: Source,
    path: Path,
) -> Dropped:  # fmt: skip
    try:
        report = import_file(settings, store, spool, key, path, source.id, clock=clock, who="drop")
    except ImportRefused as error:
        moved = _move(path, REFUSED, clock(), str(error))
        log.get("imports").warning("dropped file refused", source=source.id)
        return Dropped(source.id, moved, refused=str(error))
    moved = _move(path, DONE, clock(), told(report))
    log.get("imports").info("dropped file imported", source=source.id)
    return Dropped(source.id, moved, report)


def told(report: ImportReport) -> str:
    """The report as lines of text. It quotes no row."""
    lines = [
        f"读到的行：{_shown(report.rows)}",
        f"新增：{_shown(report.new)}",
        f"已有（未重复写入）：{_shown(report.duplicate)}",
        f"更新答复：{_shown(report.replies)}",
        *(f"未收（{chinese(reason)}）：{_shown(n)}" for reason, n in sorted(report.dropped.items())),
        *(
            f"读不出（{REASONS[reason]}）：{_shown(report.refused[reason])}"
            for reason in REASONS
            if reason in report.refused
        ),
    ]
    if _shown(report.spooled) != "0" or _shown(report.not_kept) != "0":
        lines.append(f"存储暂不可用，已暂存：{_shown(report.spooled)}；未能保存：{_shown(report.not_kept)}")
    lines += [f"第 {r.row} 行：{r.detail or REASONS[r.reason]}" for r in report.refusals]
    return "\n".join(lines)


def _shown(value: Shown) -> str:
    return str(value) if isinstance(value, int) else value.text


def _move(path: Path, where: str, now: datetime, note: str) -> Path:
    """Moves a file into a folder beside it, under a name of its own, and writes the note there."""
    folder = path.parent / where
    folder.mkdir(exist_ok=True, mode=0o700)
    stamp = f"{now.astimezone(CHINA):%Y%m%d-%H%M%S}"
    at = folder / f"{stamp}-{path.name}"
    number = 1
    while at.exists():
        number += 1
        at = folder / f"{stamp}-{number}-{path.name}"
    at.with_name(at.name + NOTE).write_text(note + "\n", encoding="utf-8")
    os.replace(path, at)
    return at


def _forget(folder: Path, source: Source, now: datetime) -> None:
    """Removes imported files after their days; notes stay. Refused ones wait for a person."""
    edge = now.astimezone(UTC) - timedelta(days=source.drop_keep_days)
    for path in _files(folder / DONE):
        # ctime: when it was moved here, whatever the age of the export itself.
        if not path.name.endswith(NOTE) and datetime.fromtimestamp(path.stat().st_ctime, UTC) < edge:
            path.unlink()


def _files(folder: Path) -> Iterator[Path]:
    """Plain files of a folder; a link may point anywhere and is left alone."""
    if folder.is_dir():
        yield from (p for p in folder.iterdir() if p.is_file() and not p.is_symlink())
