"""How every source is: what the 信源 pages and the API tell of it, figures about posts released."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from api import context
from monitor.disclosure import ReleasedCount
from monitor.model import day_of
from monitor.ops import days, pace, runs
from monitor.settings.types import Source
from monitor.settings.watch import hastened
from monitor.signals.health import all_open
from monitor.signals.illness import Illness

CHART_DAYS = 14
SPAN_DAYS = 7
Condition = Literal["ill", "well", "never", "off"]
CONDITIONS: Mapping[Condition, str] = {"ill": "有问题", "well": "正常", "never": "未运行", "off": "已停用"}
_BADGES: Mapping[Condition, str] = {"ill": "bad", "well": "good", "never": "info", "off": ""}
_PLACE: Mapping[Condition, int] = {"ill": 0, "never": 1, "well": 2, "off": 3}
_PEAK = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One source as both pages show it. ``least_s`` is the shortest median that its interval allows."""

    source: Source
    state: runs.SourceState
    condition: Condition
    illnesses: tuple[Illness, ...]
    next_run: datetime | None
    interval_s: float
    week: days.Span
    chart: days.Span
    least_s: float | None

    @property
    def words(self) -> str:
        return CONDITIONS[self.condition]

    @property
    def badge(self) -> str:
        return _BADGES[self.condition]

    @property
    def imported(self) -> bool:
        return self.source.adapter == "import"

    @property
    def bars(self) -> list[tuple[int, int, date, days.Figure]]:
        """(x, height, day, figure) of a small chart of texts a day; heights 0 to 28, suppressed ones 0."""
        values = [_value(n) for _, n in self.chart.days]
        peak = max(values, default=0) or 1
        drawn = zip(self.chart.days, values, strict=True)
        return [(i, round(_PEAK * value / peak), day, n) for i, ((day, n), value) in enumerate(drawn)]


def cards(sources: Sequence[Source]) -> list[Card]:
    """The worst first: what is wrong, then what never ran, then the well ones by name, then those switched off."""
    store, settings, now = context.store(), context.settings(), context.now()
    today = day_of(now)
    span = [today - timedelta(days=i) for i in reversed(range(CHART_DAYS))]
    states, known, by_day = runs.states(store, sources), all_open(store), days.since(store, span[0])
    intervals = {s.id: s for s in hastened(settings, now)}
    made = []
    for one in sources:
        mine, state, illnesses = by_day.get(one.id, []), states[one.id], known.get(one.id, ())
        week = days.span(one.kind, mine, span[-SPAN_DAYS:])
        crawled = one.enabled and one.adapter != "import"
        due = runs.next_run(intervals.get(one.id, one), state, now) if crawled else None
        interval = pace.interval(intervals.get(one.id, one), state.factor)
        least = interval.total_seconds() / 2 + week.run_s if crawled and week.runs else None
        condition = _condition(one, state, illnesses)
        made.append(
            Card(source=one, state=state, condition=condition, illnesses=illnesses if one.enabled else (),
                 next_run=due, interval_s=interval.total_seconds(), week=week, chart=days.span(one.kind, mine, span),
                 least_s=least)
        )  # fmt: skip
    return sorted(made, key=lambda c: (_PLACE[c.condition], -c.state.failures_in_row, c.source.name))


def _condition(source: Source, state: runs.SourceState, illnesses: Sequence[Illness]) -> Condition:
    if not source.enabled:
        return "off"
    if state.state in (runs.RunState.FAILED, runs.RunState.REFUSED) or illnesses:
        return "ill"
    return "never" if state.last_run is None else "well"


def _value(figure: days.Figure) -> int:
    return (figure.value or 0) if isinstance(figure, ReleasedCount) else figure
