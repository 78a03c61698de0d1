"""The numbers of a drawing as a table: for whoever cannot see it, and where no picture can be made."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from monitor.briefs.charts.plot import LEVELS, day_label
from monitor.briefs.types import Bars, Chart, ChartDay, Drawing, HeatMap, Panels, Parts, Stack, Table

_NONE: Parts = ("—",)


def table(block: Drawing) -> Table:
    """One row a day, bar or department; a dash where there is no figure or it is suppressed."""
    if isinstance(block, Bars):
        rows = tuple((((f"{b.name}〔{b.mark}〕" if b.mark else b.name),), (b.value,), b.change) for b in block.bars)
        return _trimmed(Table(block.title, ("名称", "数量", "变化"), rows))
    if isinstance(block, Stack):
        stacked = (((name,), *((str(v),) for v in values), (str(sum(values)),)) for name, values in block.rows)
        return Table(block.title, ("名称", *block.names, "合计"), tuple(stacked))
    if isinstance(block, HeatMap):
        unit = f"数量（{block.unit}）" if block.unit else "数量"
        return Table(block.title, ("日期", unit), tuple(((day_label(day),), _cell(v)) for day, v in block.days))
    return _panels(block) if isinstance(block, Panels) else _chart(block)


def _chart(chart: Chart) -> Table:
    columns = ("日期", chart.bar_name or "数量", chart.line_name or "折线", chart.band_name or "通常范围", "预警")
    rows = tuple(
        ((_day(d),), _cell(d.bar), _cell(d.line), _range(d), (LEVELS[d.alert - 1],) if d.alert else _NONE)
        for d in chart.days
    )
    return _trimmed(Table(chart.title, columns, rows))


def _panels(block: Panels) -> Table:
    days: Iterable[date] = dict.fromkeys(d.day for chart in block.charts for d in chart.days)
    known = [{d.day: d for d in chart.days} for chart in block.charts]
    rows = tuple(
        ((day_label(day),), *(_cell(of[day].bar) if day in of else _NONE for of in known)) for day in sorted(days)
    )
    return Table(block.title, ("日期", *(chart.title for chart in block.charts)), rows)


def _trimmed(table: Table) -> Table:
    """Without columns that say nothing."""
    keep = [0, *(at for at in range(1, len(table.columns)) if any(row[at] not in (_NONE, ()) for row in table.rows))]
    rows = tuple(tuple(row[at] or _NONE for at in keep) for row in table.rows)
    return Table(table.title, tuple(table.columns[at] for at in keep), rows)


def _day(d: ChartDay) -> str:
    return f"{day_label(d.day)}{'（预测）' if d.ahead else ''}"


def _cell(value: int | None) -> Parts:
    return _NONE if value is None else (str(value),)


def _range(d: ChartDay) -> Parts:
    return _NONE if d.high is None else (f"{d.low or 0:.0f}至{d.high:.0f}",)
