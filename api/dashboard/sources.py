"""信源: is every source well, how fresh is what it brings, what was not kept and why, and what is to be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from flask import Blueprint
from pydantic import BaseModel

from api import context
from api.dashboard.page import page, query_of, render
from api.errors import not_found
from monitor.disclosure import ReleasedCount
from monitor.model import day_of
from monitor.ops import days, pace, runs
from monitor.ops.failures import MESSAGES, FetchFailure
from monitor.ops.import_rows import REASONS as ROWS
from monitor.ops.import_rows import BadRow
from monitor.ops.reasons import chinese, meant
from monitor.settings.types import Source
from monitor.settings.watch import hastened
from monitor.signals.health import all_open
from monitor.signals.illness import Illness

blueprint = Blueprint("sources", __name__)
CHART_DAYS = 14
SPAN_DAYS = 7
RUNS = 12
Condition = Literal["ill", "well", "never", "off"]
CONDITIONS: dict[str, str] = {"ill": "有问题", "well": "正常", "never": "未运行", "off": "已停用"}
_BADGES = {"ill": "bad", "well": "good", "never": "info", "off": ""}
_PEAK = 28


class SourcesPage(BaseModel, extra="forbid"):
    show: Literal["all", "ill", "well", "never", "off"] = "all"


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


@blueprint.get("/sources")
@page()
def sources() -> str:
    query: SourcesPage = query_of(SourcesPage)
    cards = _cards(context.settings().sources.source)
    counts = Counter(card.condition for card in cards)
    tabs = [("all", "全部", len(cards)), *((key, words, counts[key]) for key, words in CONDITIONS.items())]
    return render(
        "sources.html", "sources", tabs=[t for t in tabs if t[2] or t[0] == query.show], show=query.show,
        cards=[card for card in cards if query.show in ("all", card.condition)], any=bool(cards), days=SPAN_DAYS,
    )  # fmt: skip


@blueprint.get("/sources/<id>")
@page()
def source(id: str) -> str:
    found = context.settings().source(id)
    if found is None:
        raise not_found("信源", "现有信源见信源页")
    (card,) = _cards((found,))
    recent = [(run, runs.shown(run)) for run in runs.recent(context.store(), id, RUNS)]
    return render(
        "source.html", "sources", card=card, days=SPAN_DAYS, chart_days=CHART_DAYS,
        runs=[_told(run, shown) for run, shown in recent],
        dropped=[(chinese(name), n, meant(name)) for name, n in card.week.dropped],
        failures=[(*failure_words(name), n) for name, n in card.week.failures],
    )  # fmt: skip


def failure_words(name: str) -> tuple[str, str]:
    """What went wrong with a page or a row, and what to do about it."""
    if name in {f.value for f in FetchFailure}:
        return MESSAGES[FetchFailure(name)]
    if name in {r.value for r in BadRow}:
        return ROWS[BadRow(name)], "在原文件中补正这些行，再导入一次；已收的不会重复"
    return name, ""


def _cards(sources: Sequence[Source]) -> list[Card]:
    """The worst first: what is wrong, then what never ran, then the well ones by name, then those switched off."""
    store, settings, now = context.store(), context.settings(), context.now()
    today = day_of(now)
    span = [today - timedelta(days=i) for i in reversed(range(CHART_DAYS))]
    states, known, by_day = runs.states(store, sources), all_open(store), days.since(store, span[0])
    intervals = {s.id: s for s in hastened(settings, now)}
    cards = []
    for one in sources:
        mine, state, illnesses = by_day.get(one.id, []), states[one.id], known.get(one.id, ())
        week = days.span(one.kind, mine, span[-SPAN_DAYS:])
        crawled = one.enabled and one.adapter != "import"
        due = runs.next_run(intervals.get(one.id, one), state, now) if crawled else None
        interval = pace.interval(intervals.get(one.id, one), state.factor)
        least = interval.total_seconds() / 2 + week.run_s if crawled and week.runs else None
        condition = _condition(one, state, illnesses)
        cards.append(
            Card(source=one, state=state, condition=condition, illnesses=illnesses if one.enabled else (),
                 next_run=due, interval_s=interval.total_seconds(), week=week, chart=days.span(one.kind, mine, span), least_s=least)
        )  # fmt: skip
    order = list(CONDITIONS)
    place = {"ill": 0, "never": 1, "well": 2, "off": 3}
    assert set(place) == set(order)
    return sorted(cards, key=lambda c: (place[c.condition], -c.state.failures_in_row, c.source.name))


def _condition(source: Source, state: runs.SourceState, illnesses: Sequence[Illness]) -> Condition:
    if not source.enabled:
        return "off"
    if state.state in (runs.RunState.FAILED, runs.RunState.REFUSED) or illnesses:
        return "ill"
    return "never" if state.last_run is None else "well"


def _told(run: runs.SourceRun, shown: dict[str, Any]) -> dict[str, Any]:
    """A run for the page: its length (of posts in whole minutes), reasons in words."""
    begun, ended = (datetime.fromisoformat(str(shown[name])) for name in ("started", "finished"))
    return shown | {
        "begun": begun, "seconds": (ended - begun).total_seconds(),
        "dropped": [(chinese(name), shown["dropped"][name]) for name, n in run.dropped.items() if n],
    }  # fmt: skip


def _value(figure: days.Figure) -> int:
    return (figure.value or 0) if isinstance(figure, ReleasedCount) else figure
