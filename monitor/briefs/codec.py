"""A Brief to and from JSON: what the API answers with, the archive keeps and the JSON format is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from monitor.briefs.types import (
    Block,
    Brief,
    Bullets,
    Chart,
    ChartDay,
    Figure,
    Link,
    Mark,
    Paragraph,
    Part,
    Parts,
    Section,
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
    )


def _part(part: Part) -> Any:
    if isinstance(part, Figure):
        return {"type": "figure", "text": part.text, "unit": part.unit, "value": part.value, "query": part.query}
    if isinstance(part, Link):
        return {"type": "link", "text": part.text, "url": part.url}
    if isinstance(part, Mark):
        return {"type": "mark", "text": part.text}
    return part


def _part_of(value: Any) -> Part:
    if isinstance(value, str):
        return value
    if value["type"] == "figure":
        return Figure(value["text"], value["unit"], value["query"], value["value"])
    return Link(value["text"], value["url"]) if value["type"] == "link" else Mark(value["text"])


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
    return {
        "type": "chart",
        "title": block.title,
        "bar_name": block.bar_name,
        "line_name": block.line_name,
        "days": [{"day": d.day.isoformat(), "bar": d.bar, "line": d.line} for d in block.days],
        "level": block.level,
        "level_name": block.level_name,
        "alt": block.alt,
        "query": block.query,
    }


def _block_of(doc: Mapping[str, Any]) -> Block:
    if doc["type"] == "paragraph":
        return Paragraph(_parts_of(doc["parts"]), doc["small"])
    if doc["type"] == "bullets":
        return Bullets(doc["heading"], tuple(_parts_of(item) for item in doc["items"]))
    if doc["type"] == "table":
        rows = tuple(tuple(_parts_of(cell) for cell in row) for row in doc["rows"])
        return Table(doc["title"], tuple(doc["columns"]), rows, doc["note"])
    days = tuple(ChartDay(date.fromisoformat(d["day"]), d["bar"], d["line"]) for d in doc["days"])
    return Chart(
        doc["title"], doc["bar_name"], doc["line_name"], days, doc["level"], doc["level_name"], doc["alt"], doc["query"]
    )
