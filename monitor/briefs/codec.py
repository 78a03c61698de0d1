"""A Brief to and from JSON: what the API answers with, the archive keeps and the JSON format is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from monitor.briefs.types import (
    Ask,
    Bar,
    Bars,
    Block,
    Brief,
    Bullets,
    Chart,
    ChartDay,
    Drawing,
    Figure,
    HeatMap,
    Link,
    Mark,
    Panels,
    Paragraph,
    Part,
    Parts,
    Section,
    Stack,
    Table,
)  # fmt: skip


def to_json(brief: Brief) -> dict[str, Any]:
    """Plain JSON values. Text parts are strings; figures, links and marks are objects with a ``type``."""
    return {
        "id": brief.id,
        "kind": brief.kind,
        "title": brief.title,
        "issue": brief.issue,
        "number": brief.number,
        "district": brief.district,
        "unit": brief.unit,
        "day": brief.day.isoformat(),
        "begin": brief.begin.isoformat(),
        "end": brief.end.isoformat(),
        "as_of": brief.as_of.isoformat(),
        "partial": brief.partial,
        "lead": _parts(brief.lead),
        "sections": [
            {"key": s.key, "title": s.title, "blocks": [_block(block) for block in s.blocks]} for s in brief.sections
        ],
        "foot": [{"label": label, "names": list(names)} for label, names in brief.foot],
        "copies": brief.copies,
        "subject": brief.subject,
        "slug": brief.slug,
        "note": list(brief.note),
        "revision": brief.revision,
        "changes": [_parts(change) for change in brief.changes],
        "asks": [_ask(ask) for ask in brief.asks],
    }


def of_json(doc: Mapping[str, Any]) -> Brief:
    """The inverse of :func:`to_json`."""
    return Brief(
        kind=doc["kind"],
        title=doc["title"],
        district=doc["district"],
        unit=doc["unit"],
        day=date.fromisoformat(doc["day"]),
        number=doc["number"],
        begin=datetime.fromisoformat(doc["begin"]),
        end=datetime.fromisoformat(doc["end"]),
        as_of=datetime.fromisoformat(doc["as_of"]),
        partial=doc["partial"],
        lead=_parts_of(doc["lead"]),
        sections=tuple(
            Section(s["key"], s["title"], tuple(_block_of(block) for block in s["blocks"])) for s in doc["sections"]
        ),
        foot=tuple((line["label"], tuple(line["names"])) for line in doc["foot"]),
        copies=doc["copies"],
        # Briefs that were issued before these were known lack them.
        subject=doc.get("subject", ""),
        slug=doc.get("slug", ""),
        note=tuple(doc.get("note", ())),
        revision=doc.get("revision", 1),
        changes=tuple(_parts_of(change) for change in doc.get("changes", ())),
        asks=tuple(_ask_of(ask) for ask in doc.get("asks", ())),
    )


def _ask(ask: Ask) -> dict[str, Any]:
    return {
        "id": ask.id, "rule": ask.rule, "department": ask.department, "topic": ask.topic, "alert": ask.alert,
        "first_due": ask.first_due.isoformat() if ask.first_due else None,
        "due": ask.due.isoformat() if ask.due else None, "messages": ask.messages,
        "since": ask.since.isoformat() if ask.since else None, "topics": list(ask.topics),
    }  # fmt: skip


def _ask_of(doc: Mapping[str, Any]) -> Ask:
    first_due, due, since = doc["first_due"], doc["due"], doc["since"]
    return Ask(
        id=doc["id"], rule=doc["rule"], department=doc["department"], topic=doc["topic"], alert=doc["alert"],
        first_due=datetime.fromisoformat(first_due) if first_due else None,
        due=datetime.fromisoformat(due) if due else None, messages=doc["messages"],
        since=date.fromisoformat(since) if since else None, topics=tuple(doc["topics"]),
    )  # fmt: skip


def _part(part: Part) -> Any:
    if isinstance(part, Figure):
        return {"type": "figure", "text": part.text, "unit": part.unit, "value": part.value, "query": part.query}
    if isinstance(part, Link):
        cited = {"record": part.record} if part.record else {}
        return {"type": "link", "text": part.text, "url": part.url, **cited}
    if isinstance(part, Mark):
        return {"type": "mark", "text": part.text}
    return part


def _part_of(value: Any) -> Part:
    if isinstance(value, str):
        return value
    if value["type"] == "figure":
        return Figure(value["text"], value["unit"], value["query"], value["value"])
    if value["type"] == "link":
        return Link(value["text"], value["url"], value.get("record", ""))
    return Mark(value["text"])


def _parts(parts: Parts) -> list[Any]:
    return [_part(part) for part in parts]


def _parts_of(values: Sequence[Any]) -> Parts:
    return tuple(_part_of(value) for value in values)


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"type": "paragraph", "parts": _parts(block.parts), "small": block.small}
    if isinstance(block, Bullets):
        return {"type": "bullets", "heading": block.heading, "items": [_parts(item) for item in block.items]}
    if isinstance(block, Table):
        rows = [[_parts(cell) for cell in row] for row in block.rows]
        return {"type": "table", "title": block.title, "columns": list(block.columns), "rows": rows, "note": block.note}
    return _drawing(block)


def _drawing(block: Drawing) -> dict[str, Any]:
    common = {"title": block.title, "alt": block.alt, "query": block.query}
    if isinstance(block, Bars):
        bars = [
            {"name": b.name, "value": _part(b.value), "change": _parts(b.change), "mark": b.mark} for b in block.bars
        ]
        return {"type": "bars", **common, "bars": bars}
    if isinstance(block, Stack):
        rows = [{"name": name, "values": list(values)} for name, values in block.rows]
        return {"type": "stack", **common, "names": list(block.names), "rows": rows}
    if isinstance(block, HeatMap):
        days = [{"day": day.isoformat(), "value": value} for day, value in block.days]
        return {"type": "heatmap", **common, "unit": block.unit, "days": days}
    if isinstance(block, Panels):
        return {"type": "panels", **common, "charts": [_drawing(chart) for chart in block.charts]}
    return {
        "type": "chart",
        **common,
        "bar_name": block.bar_name,
        "line_name": block.line_name,
        "days": [_chart_day(d) for d in block.days],
        "level": block.level,
        "level_name": block.level_name,
        "band_name": block.band_name,
    }


def _chart_day(d: ChartDay) -> dict[str, Any]:
    return {
        "day": d.day.isoformat(), "bar": d.bar, "line": d.line, "low": d.low, "high": d.high, "alert": d.alert,
        "ahead": d.ahead,
    }  # fmt: skip


def _block_of(doc: Mapping[str, Any]) -> Block:
    if doc["type"] == "paragraph":
        return Paragraph(_parts_of(doc["parts"]), doc["small"])
    if doc["type"] == "bullets":
        return Bullets(doc["heading"], tuple(_parts_of(item) for item in doc["items"]))
    if doc["type"] == "table":
        rows = tuple(tuple(_parts_of(cell) for cell in row) for row in doc["rows"])
        return Table(doc["title"], tuple(doc["columns"]), rows, doc["note"])
    return _drawing_of(doc)


def _drawing_of(doc: Mapping[str, Any]) -> Drawing:
    title, alt, query = doc["title"], doc["alt"], doc["query"]
    if doc["type"] == "bars":
        return Bars(title, tuple(_bar_of(bar) for bar in doc["bars"]), alt, query)
    if doc["type"] == "stack":
        rows = tuple((row["name"], tuple(row["values"])) for row in doc["rows"])
        return Stack(title, tuple(doc["names"]), rows, alt, query)
    if doc["type"] == "heatmap":
        days = tuple((date.fromisoformat(d["day"]), d["value"]) for d in doc["days"])
        return HeatMap(title, doc["unit"], days, alt, query)
    if doc["type"] == "panels":
        return Panels(title, tuple(_chart_of(chart) for chart in doc["charts"]), alt, query)
    return _chart_of(doc)


def _bar_of(doc: Mapping[str, Any]) -> Bar:
    value = _part_of(doc["value"])
    if not isinstance(value, Figure):
        raise ValueError("the value of a bar must be a figure")
    return Bar(doc["name"], value, _parts_of(doc["change"]), doc["mark"])


def _chart_of(doc: Mapping[str, Any]) -> Chart:
    days = tuple(
        ChartDay(
            date.fromisoformat(d["day"]), d["bar"], d["line"], d.get("low"), d.get("high"), d.get("alert", 0),
            d.get("ahead", False),
        )
        for d in doc["days"]
    )  # fmt: skip
    return Chart(
        doc["title"], doc["bar_name"], doc["line_name"], days, doc["level"], doc["level_name"], doc["alt"],
        doc["query"], doc.get("band_name", ""),
    )  # fmt: skip
