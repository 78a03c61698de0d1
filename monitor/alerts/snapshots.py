"""A snapshot of watched topics: what the last hours brought, beside what the same hours usually bring.

Counted from whole hours that end at fixed moments, each figure released by itself (S3); the usual level is the median
of released totals of the same hours of earlier days, so that it tells no more than they do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from monitor.alerts.wording import figure_text, moment
from monitor.disclosure import BASE
from monitor.model import Cell, Kind, Polarity, hour_of
from monitor.settings import Settings
from monitor.settings.watch import Watch
from monitor.signals.figures import Shown, as_json, counted, shown
from monitor.store import CellQuery, Store

KINDS = (Kind.POST, Kind.BOARD, Kind.NEWS)
NAMES = {Kind.POST: "帖文", Kind.BOARD: "留言", Kind.NEWS: "新闻"}
DAYS = 14
FEWEST_DAYS = 5
"""With fewer earlier days nothing is called usual."""


@dataclass(frozen=True, slots=True)
class Row:
    """One topic: figures by kind in all and negative ones, and the usual total (None: history too short)."""

    topic: str
    total: Mapping[Kind, Shown]
    negative: Mapping[Kind, Shown]
    usual: int | None

    @property
    def sum(self) -> int:
        """Of what is shown; posts under ten count nothing."""
        return _sum(self.total)


def rows(settings: Settings, store: Store, topics: Sequence[str], end: datetime, hours: int) -> list[Row]:
    """One row a topic (empty: all) over the ``hours`` whole hours before ``end``, the most unusual first."""
    names = tuple(topics) or tuple(t.name for t in settings.topics.topic)
    end = hour_of(end)
    if not names:
        return []
    first = end - timedelta(days=DAYS, hours=hours)
    cells = store.cells(CellQuery(since=first, until=end, kinds=KINDS, topics=names))
    known = min((c.start for c in cells), default=end)
    spans = [(end - timedelta(days=d, hours=hours), end - timedelta(days=d)) for d in range(DAYS + 1)]
    found = [_row(name, [c for c in cells if c.topic == name], spans, known) for name in names]
    return sorted(found, key=lambda r: (-(r.sum - (r.usual or 0)), r.topic))


def _row(topic: str, cells: Sequence[Cell], spans: Sequence[tuple[datetime, datetime]], known: datetime) -> Row:
    now, *earlier = [(begin, [c for c in cells if begin <= c.start < end]) for begin, end in spans]
    past = [_sum(_by_kind(some)) for begin, some in earlier if begin >= known]
    usual = round(median(past) / BASE) * BASE if len(past) >= FEWEST_DAYS else None
    negative = [c for c in now[1] if c.polarity is Polarity.NEGATIVE]
    return Row(topic, _by_kind(now[1]), _by_kind(negative), usual)


def _by_kind(cells: Sequence[Cell]) -> dict[Kind, Shown]:
    return {kind: shown(kind, [c.n for c in cells if c.kind is kind]) for kind in KINDS}


def _sum(figures: Mapping[Kind, Shown]) -> int:
    return sum(counted(f) for f in figures.values())


def row_doc(row: Row) -> dict[str, Any]:
    return {
        "topic": row.topic,
        "total": {kind.value: as_json(figure) for kind, figure in row.total.items()},
        "negative": {kind.value: as_json(figure) for kind, figure in row.negative.items()},
        "sum": row.sum,
        "usual": row.usual,
    }


def compared(row: Mapping[str, Any]) -> str:
    """平时约20条，高于平时 or 历史不足."""
    usual = row["usual"]
    if usual is None:
        return "历史资料不足，不作比较"
    if row["sum"] >= 1.5 * max(usual, BASE):
        word = "明显高于平时"
    elif row["sum"] > usual + BASE:
        word = "略高于平时"
    else:
        word = "与平时相当" if row["sum"] + BASE >= usual else "低于平时"
    return f"平时{f'约{usual}条' if usual else '很少'}，{word}"


def row_text(row: Mapping[str, Any]) -> str:
    """约45条，平时约20条，明显高于平时."""
    return f"{'约' + str(row['sum']) + '条' if row['sum'] else '很少'}，{compared(row)}"


def snapshot_text(watch: Watch, doc: Mapping[str, Any], public_url: str) -> tuple[str, str]:
    """Subject and text of a snapshot."""
    end = datetime.fromisoformat(doc["at"])
    high = [r["topic"] for r in doc["rows"] if "高于" in compared(r)]
    said = f"{'、'.join(high[:3])}{'等' if len(high) > 3 else ''}高于平时" if high else "各专题与平时相当或更少"
    lines = [f"{watch.name}快报：{moment(end - timedelta(hours=doc['hours']))} 至 {moment(end)}，{said}。", ""]
    for row in doc["rows"]:
        figures = "，".join(f"{NAMES[Kind(k)]}{figure_text(f)}条" for k, f in row["total"].items())
        negative = "，".join(
            f"{NAMES[Kind(k)]}{figure_text(f)}条" for k, f in row["negative"].items() if _tells(f)
        )  # fmt: skip
        lines.append(f"{row['topic']}：{figures}{f'（其中负面：{negative}）' if negative else ''}；{compared(row)}")
    lines += ["", f"网页：{public_url}/", "帖文数量不足10不显示具体数，其余取整到5，不含任何帖文原文。"]
    return f"【重点时段】{watch.name}快报 {moment(end)}：{said}", "\n".join(lines) + "\n"


def _tells(figure: Any) -> bool:
    return bool(figure["value"] if isinstance(figure, dict) else figure)
