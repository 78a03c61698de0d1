"""What revising and withdrawing costs in a large store, and what it costs those who read. Prints JSON.

    python benchmarks/revising_speed.py FOLDER WORK [--withdraw 3000] [--rounds 7]

FOLDER is what ``benchmarks/big_store.py`` wrote; its database is copied into the folder WORK first and stays as it
is. The copy is opened (and brought up to date where it is older), the reads are timed, records are revised and
withdrawn one by one, a purge clears what is left of their texts, and the reads are timed again. Milliseconds of CPU of
this process, medians, which tell more than the clock on a machine that is busy with other things.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from monitor.model import Change, Kind  # noqa: E402
from monitor.store import CellQuery, Order, RecordQuery, Store  # noqa: E402
from monitor.store.sqlite import SqliteStore  # noqa: E402

KINDS = (Kind.NEWS, Kind.BOARD, Kind.POST)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the clock and of CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def reads(store: Store, rounds: int) -> dict[str, float]:
    last = store.find(RecordQuery(limit=1)).records[0].published
    month = last - timedelta(days=30)
    asked: dict[str, Callable[[], object]] = {
        "find the newest 50": lambda: store.find(RecordQuery(limit=50)),
        "find 50 unanswered messages": lambda: store.find(RecordQuery(kinds=(Kind.BOARD,), answered=False, limit=50)),
        "find a word, newest": lambda: store.find(RecordQuery(text="供水管网", limit=50)),
        "find a word, best": lambda: store.find(RecordQuery(text="停水", order=Order.BEST, limit=50)),
        "count messages of a month": lambda: store.count(RecordQuery(kinds=(Kind.BOARD,), since=month)),
        "count everything": lambda: store.count(RecordQuery()),
        "outlines of a month": lambda: store.outlines(RecordQuery(since=month)),
        "questions of a month": lambda: store.questions(RecordQuery(since=month), 40),
        "cells of a month": lambda: store.cells(CellQuery(since=month, until=last)),
    }
    for work in asked.values():
        work()
    return {
        name: round(statistics.median(timed(work)[1] for _ in range(rounds)) * 1000, 2) for name, work in asked.items()
    }


def changes(store: Store, each: int) -> dict[str, Any]:
    """Revises and withdraws ``each`` records of every kind, newest first."""
    told: dict[str, Any] = {}
    for kind in KINDS:
        found = store.find(RecordQuery(kinds=(kind,), limit=2 * each)).records
        at = found[0].published
        edits = [Change(at=at, title="更正", text=f"{record.text}（更正）") for record in found[:each]]
        pairs = list(zip(found, edits, strict=False))
        revised = timed(lambda: [store.revise(r.id, edit) for r, edit in pairs])  # noqa: B023
        gone = found[each:]
        withdrawn = timed(lambda: [store.withdraw(r.id, at, uncount=True) for r in gone])  # noqa: B023
        told[f"revise, {kind.value}"] = round(revised[1] / max(len(pairs), 1) * 1000, 2)
        told[f"withdraw, {kind.value}"] = round(withdrawn[1] / max(len(gone), 1) * 1000, 2)
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--withdraw", type=int, default=3000, help="records withdrawn, and as many revised")
    parser.add_argument("--rounds", type=int, default=7)
    chosen = parser.parse_args()
    path = chosen.work / "revising.db"
    chosen.work.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(chosen.folder / "data" / "yuqing.db", path)
    with sqlite3.connect(path) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    store = SqliteStore(path)
    opened = timed(store.init)[0]
    before = reads(store, chosen.rounds)
    costs = changes(store, chosen.withdraw // len(KINDS))
    purged = timed(lambda: store.purge(Kind.HOTLIST, store.find(RecordQuery()).records[0].published - timedelta(9999)))
    after = reads(store, chosen.rounds)
    store.close()
    path.unlink()
    figures = {
        "opened": {"from version": version, "seconds": round(opened, 3)},
        "reads, CPU ms": {name: [before[name], after[name]] for name in before},
        "changes, CPU ms each": costs,
        "purge afterwards": {"seconds": round(purged[0], 1), "CPU seconds": round(purged[1], 1)},
    }
    print(json.dumps(figures, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
