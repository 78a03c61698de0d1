"""Folder watch: files that another system drops every day (hotline exports) are imported by themselves.

A file at rest in a source's ``drop`` folder is imported, then moved to ``已导入`` beside a note of what became of its
rows, or to ``未导入`` with the reason: the source counts as failing, which its page shows and the operator is told,
until somebody has taken that file away. A crash before the move costs another reading, never a double: rows are known
by their key. Files that were imported are removed after ``drop_keep_days``: they hold what residents wrote in full.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.errors import ImportRefused
from monitor.model import CHINA
from monitor.ops import log, runs
from monitor.ops.import_report import ImportReport, remarks, summary
from monitor.ops.imports import import_file
from monitor.settings import Settings
from monitor.settings.types import Source
from monitor.store import Spool, Store

DONE, REFUSED = "已导入", "未导入"
NOTE = ".结果.txt"
AT_REST = timedelta(seconds=10)
"""A file that was written to more recently may still be growing,"""
PATIENCE = timedelta(minutes=2)
"""and for so long one that does not look whole: a copy over a slow line pauses."""
SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xls", ".json", ".jsonl", ".ndjson"})
_PASSING = ("~$", ".", "_")
_UNFINISHED = frozenset(
    {".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".download", ".swp", ".lock"}
)
"""Beginnings and ends of names that office programs and copying tools give to what is not finished."""
_TABLES = "支持 CSV、XLSX、JSON Lines；压缩包请先解开，文档请另存为表格"


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
    """The files to take, oldest first: plain files that have been at rest for a while."""
    found = []
    for path in _files(folder):
        if path.name.startswith(_PASSING) or path.suffix.lower() in _UNFINISHED:
            continue
        state = path.stat()
        # The time of change and not of content: a copy keeps the latter from the beginning.
        rested = now.timestamp() - state.st_ctime
        if rested >= AT_REST.total_seconds() and (rested >= PATIENCE.total_seconds() or _whole(path)):
            found.append((state.st_mtime, path.name, path))
    return [path for *_, path in sorted(found)]


def _whole(path: Path) -> bool:
    """Whether a file ends as a whole one does: a workbook with its directory, a text with the end of a line."""
    if path.suffix.lower() == ".xlsx":
        return zipfile.is_zipfile(path)
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4))
        return file.read().rstrip(b"\x00").endswith((b"\n", b"\r"))


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
            _tell(store, source, clock(), _left(folder / REFUSED))
        except OSError as error:
            log.get("imports").error("drop folder unusable", source=source.id, errno=error.errno)
            _tell(store, source, clock(), f"投放文件夹不能使用：{error.strerror}")
    return taken


def _left(folder: Path) -> str:
    """What to say of refused files that nobody has looked after: the latest and why. Empty: there are none."""
    left = sorted(path for path in _files(folder) if not path.name.endswith(NOTE))
    if not left:
        return ""
    note = left[-1].with_name(left[-1].name + NOTE)
    why = note.read_text(encoding="utf-8").strip() if note.is_file() else "没有说明"
    more = f"（共 {len(left)} 个，处理后请移走）" if len(left) > 1 else "（处理后请移走）"
    return f"投放的文件没有导入：{why}{more}"


def _tell(store: Store, source: Source, now: datetime, problem: str) -> None:
    """Notes a failed run of the source, or a good one when its problem is gone; nothing where that is known."""
    latest = next(iter(runs.recent(store, source.id, 1)), None)
    failing = latest is not None and latest.state is runs.RunState.FAILED and latest.message.startswith("投放")
    known = latest.message if latest is not None and failing else ""
    if problem == known:
        return
    run = runs.SourceRun(
        source=source.id, kind=source.kind, started=now, finished=now, message=problem or "未导入的文件已移走",
        state=runs.RunState.FAILED if problem else runs.RunState.OK,
    )  # fmt: skip
    runs.record(store, run)


def _take(
    settings: Settings, store: Store, spool: Spool, key: bytes, clock: Callable[[], datetime], source: Source,
    path: Path,
) -> Dropped:  # fmt: skip
    try:
        if path.suffix.lower() not in SUFFIXES:
            raise ImportRefused(f"{path.name} 不是表格文件", _TABLES)
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
    lines = [f"{name.strip('　')}：{count}" for name, count in summary(report)]
    lines += [f"第 {fate.row} 行：{fate.why}" for fate in report.refusals]
    return "\n".join([*lines, *remarks(report)])


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
