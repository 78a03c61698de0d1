"""What ``yuqing label redact``, ``district`` and ``all`` print; nothing is stored."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from monitor.analysis.labelling import Row, Task
from monitor.intake.clean import clean, clean_line
from monitor.intake.district import DistrictRule
from monitor.intake.pipeline import Intake
from monitor.intake.redact import redact
from monitor.model import CHINA, AnyRecord, Article, BoardMessage, Decision, Fetched, Kind
from monitor.settings import Settings


def redact_task(kind: Kind) -> Task:
    """``{"text", "spans": [[start, end, kind]]}`` a row; offsets into the input text."""

    def task(chunk: list[Row]) -> list[Row]:
        found = [redact(row.get("text") or "", kind) for row in chunk]
        return [{"text": r.text, "spans": [[s.begin, s.end, s.kind.value] for s in r.spans]} for r in found]

    return task


def district_task(settings: Settings) -> Task:
    """``{"mention", "places", "reason"}`` a row, for the configured district."""
    rule = DistrictRule(settings.district)

    def task(chunk: list[Row]) -> list[Row]:
        out = []
        for row in chunk:
            told = f"{clean_line(row.get('title') or '')}\n{clean(row.get('text') or '')}".strip()
            mention = rule.judge(told, str(row.get("source_city") or ""))
            out.append({"mention": mention.mention, "places": list(mention.places), "reason": mention.reason.value})
        return out

    return task


def all_task(settings: Settings, kind: Kind, now: datetime) -> Task:
    """Every label and decision of intake a row; rows without a ``time`` count as published now."""
    intake = Intake(settings, b"labels only: no id leaves")

    def task(chunk: list[Row]) -> list[Row]:
        items = [_fetched(row, kind, now) for row in chunk]
        cities = [str(row.get("source_city") or "") for row in chunk]
        return [_shown(d) for d in intake.decide_many(items, now, cities)]

    return task


def _fetched(row: Row, kind: Kind, now: datetime) -> Fetched:
    title, text = row.get("title") or "", row.get("text") or ""
    return Fetched(
        source="label", kind=kind, key=f"{title}\n{text}", title=title, text=text, fetched_at=now,
        published=_moment(row.get("time")) or now,
    )  # fmt: skip


def _moment(told: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(told).replace("/", "-")) if told else None
    except ValueError:
        return None
    return moment.replace(tzinfo=CHINA) if moment and moment.tzinfo is None else moment


def _shown(decision: Decision[AnyRecord]) -> Row:
    record = decision.value
    if record is None:
        return {"kept": False, "reason": decision.reason.value}
    labels = asdict(record.labels)
    labels["sentiment"]["polarity"] = int(record.labels.sentiment.polarity)
    shown: Row = {"kept": True, "reason": decision.reason.value, "id": record.id, "kind": record.kind.value}
    if isinstance(record, Article | BoardMessage):
        shown["title"] = record.title
    shown["text"] = record.text
    return {**shown, "published": record.published.isoformat(), **labels}
