"""``yuqing label events`` and ``yuqing eval events | reprints``: rows in, rows or figures out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from monitor.analysis import event_measures
from monitor.analysis.evaluate import interval
from monitor.analysis.events import EventIndex
from monitor.analysis.labelling import BadRow, Row, Task
from monitor.analysis.reprints import ReprintIndex

_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]*(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2}))?)?"
)
_LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)


def events_task() -> Task:
    """``{"id", "event"}`` a row, in the order given: the event is the id of the text that began it, its own id for a
    text that is alone so far. Rows have ``id``, ``text`` and ``time``, and may have a ``title``."""
    index = EventIndex()
    time = _LONG_AGO

    def task(chunk: list[Row]) -> list[Row]:
        nonlocal time
        out = []
        for row in chunk:
            id = _id(row)
            # A row without a time is as old as the one before it.
            time = moment(row.get("time")) or time
            event = index.assign(id, row.get("title") or "", row.get("text") or "", time)
            out.append({"id": row["id"], "event": event or id})
        return out

    return task


def moment(told: Any) -> datetime | None:
    """Any usual way to write a date with or without a clock time; None for anything else."""
    found = _MOMENT.search(str(told)[:40]) if told else None
    if found is None:
        return None
    try:
        return datetime(*(int(part or 0) for part in found.groups()), tzinfo=UTC)  # type: ignore[arg-type,misc]
    except ValueError:
        return None


def eval_events(rows: Sequence[Row]) -> dict[str, Any]:
    """Pairs of texts rightly and wrongly together. Rows have ``id``, ``text``, ``time``, ``title``? and ``event``: the
    issue, null for none; a row without ``event`` belongs to no issue that the others name."""
    gold = {_id(row): row["event"] for row in rows if "event" in row}
    if not any(gold.values()):
        raise BadRow("没有一行给出 event", "每行一个 JSON 对象；属于同一事件的行写同一个 event，其余写 null 或不写")
    found = {str(row["id"]): str(row["event"]) for row in events_task()(list(rows))}
    return {"events": event_measures.measured(event_measures.pairs(gold, found))}


def eval_reprints(rows: Sequence[Row]) -> dict[str, Any]:
    """Recall and precision over rows in the order they came, with ``id``, ``text`` and ``reprint_of`` (id of the
    original, null for an original). A reprint is found when it is given its original or another of its reprints."""
    if not rows:
        raise BadRow("文件里没有可评测的行", "每行一个带标准答案的 JSON 对象")
    family = {_id(row): str(row.get("reprint_of") or _id(row)) for row in rows}
    index = ReprintIndex()
    table = []
    for row in rows:
        told = index.seen(_id(row), row.get("text") or "")
        right = told is not None and family.get(told) == family[_id(row)]
        table.append((row.get("reprint_of") is not None, told is not None, right))
    told_as = np.asarray(table, dtype=np.int64)

    def ratio(part: int, whole: int) -> float:
        return part / whole if whole else 1.0

    return {
        "reprints": {
            "texts": len(rows),
            "recall": interval(len(rows), lambda i: ratio(int(told_as[i, 2].sum()), int(told_as[i, 0].sum()))),
            "precision": interval(len(rows), lambda i: ratio(int(told_as[i, 2].sum()), int(told_as[i, 1].sum()))),
        }
    }


def _id(row: Row) -> str:
    id = row.get("id")
    if not isinstance(id, str | int) or isinstance(id, bool) or id == "":
        raise BadRow("有一行没有 id", '每行一个对象，如 {"id": "1", "text": "正文", "time": "2026-11-22 08:00"}')
    return str(id)
