"""What each source brought on each local day: texts, drops by reason, how fresh. The 信源 page and its charts read it.

One state document a source and day, merged at the end of every run, so that a month of all sources is one reading.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from monitor.disclosure import ReleasedCount, release
from monitor.errors import StoreConflict
from monitor.model import ExactCount, Kind, day_of
from monitor.ops import latency
from monitor.ops.runs import RunState, SourceRun
from monitor.ops.tally import Tally
from monitor.store import Doc, Store

STATE = "source_day"
"""Ids are ``2026-11-22.<source>``."""
_LIMIT = 100_000
_TRIES = 60
_COUNTERS = ("dropped", "failures", "delays")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDay:
    """One source on one local day. Of a post source ``new``, ``duplicate``, ``pages``, ``revisited``, ``edited``,
    ``withdrawn``, ``dropped``, ``failures`` and ``delays`` are exact counts about posts: :class:`Span` may be shown.

    ``delays``: new texts by bucket of published → seen (:mod:`monitor.ops.latency`); ``seconds``: length of its runs.
    """

    source: str
    day: date
    kind: Kind
    runs: int = 0
    failed: int = 0
    seconds: float = 0.0
    pages: int = 0
    new: int = 0
    duplicate: int = 0
    revisited: int = 0
    edited: int = 0
    withdrawn: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    failures: Mapping[str, int] = field(default_factory=dict)
    delays: Mapping[str, int] = field(default_factory=dict)


Figure = int | ReleasedCount


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Several days of one source as they may be shown: posts released over the whole span, and day by day.

    ``median_s`` and ``p90_s`` of published → seen, None where nothing (of posts: too little) was measured; ``measured``
    is over how many texts. ``run_s`` is the mean length of a run.
    """

    days: tuple[tuple[date, Figure], ...]
    runs: int
    failed: int
    run_s: float
    new: Figure
    duplicate: Figure
    revisited: Figure
    edited: Figure
    withdrawn: Figure
    dropped: tuple[tuple[str, Figure], ...]
    failures: tuple[tuple[str, Figure], ...]
    measured: Figure
    median_s: float | None
    p90_s: float | None


def add(store: Store, run: SourceRun) -> None:
    """Merges one run into its day. A run that is given twice counts twice: ``runs.record`` gives each once."""
    day = day_of(run.started)
    id = f"{day.isoformat()}.{run.source}"
    for _ in range(_TRIES):
        state = store.get(STATE, id)
        doc = _doc(_merged(_of(day, run.source, run.kind, state.doc if state else {}), run))
        try:
            if state is None:
                store.create(STATE, id, doc)
            else:
                store.replace(STATE, id, doc, state.version)
            return
        except StoreConflict:
            continue
    raise StoreConflict("信源日记录合并多次冲突", "稍后会自动重试")


def since(store: Store, first: date) -> dict[str, list[SourceDay]]:
    """By source, the days from ``first`` on that had a run, oldest first."""
    found: dict[str, list[SourceDay]] = {}
    for state in store.list_states(STATE, after=first.isoformat(), limit=_LIMIT):
        day, _, source = state.id.partition(".")
        found.setdefault(source, []).append(_of(date.fromisoformat(day), source, None, state.doc))
    return found


def span(kind: Kind, known: Sequence[SourceDay], days: Sequence[date]) -> Span:
    """What may be shown of the given days; a day without a document brought nothing."""

    def shown(n: int) -> Figure:
        return release(ExactCount(n)) if kind is Kind.POST else n

    by_day = {d.day: d for d in known if d.day in set(days)}
    mine = list(by_day.values())
    dropped, failures, delays = (_sum(getattr(d, name) for d in mine) for name in _COUNTERS)
    fresh, runs = latency.shown(kind, delays), sum(d.runs for d in mine)
    return Span(
        days=tuple((day, shown(by_day[day].new if day in by_day else 0)) for day in days),
        runs=runs, failed=sum(d.failed for d in mine), run_s=sum(d.seconds for d in mine) / runs if runs else 0.0,
        new=shown(sum(d.new for d in mine)), duplicate=shown(sum(d.duplicate for d in mine)),
        revisited=shown(sum(d.revisited for d in mine)), edited=shown(sum(d.edited for d in mine)),
        withdrawn=shown(sum(d.withdrawn for d in mine)),
        dropped=_ranked(dropped, shown), failures=_ranked(failures, shown),
        measured=shown(sum(delays.values())), median_s=latency.quantile(fresh, 0.5), p90_s=latency.quantile(fresh, 0.9),
    )  # fmt: skip


def count(tally: Tally, run: SourceRun) -> None:
    """Counts a run for /metrics. Whatever grows with the number of pages bears the kind, so that posts are released."""
    kind, source = run.kind.value, run.source
    tally.add("crawl_runs", source=source, state=run.state.value)
    tally.add("crawl_pages", run.pages, source=source, kind=kind)
    tally.add("crawl_new_texts", run.new, source=source, kind=kind)
    for failure, n in run.failures.items():
        tally.add("fetch_failures", n, source=source, kind=kind, failure=failure)
    seconds = (run.finished - run.started).total_seconds()
    latency.observe(tally, "crawl_duration_seconds", seconds, latency.RUNS, source=source, kind=kind)


def _ranked(counts: Mapping[str, int], shown: Any) -> tuple[tuple[str, Figure], ...]:
    """Most first. Of posts those under ten are left out: that there is one at all tells more than none to nine."""

    def place(item: tuple[str, Figure]) -> tuple[int, str]:
        figure = item[1]
        return -((figure.value or 0) if isinstance(figure, ReleasedCount) else figure), item[0]

    figures = ((name, shown(n)) for name, n in counts.items() if n)
    told = (item for item in figures if not (isinstance(item[1], ReleasedCount) and item[1].suppressed))
    return tuple(sorted(told, key=place))


def _sum(parts: Any) -> Counter[str]:
    whole: Counter[str] = Counter()
    for part in parts:
        whole.update(part)
    return whole


def _merged(day: SourceDay, run: SourceRun) -> SourceDay:
    good = run.state in (RunState.OK, RunState.PARTIAL)
    return SourceDay(
        source=day.source, day=day.day, kind=run.kind, runs=day.runs + 1, failed=day.failed + (not good),
        seconds=day.seconds + max(0.0, (run.finished - run.started).total_seconds()),
        pages=day.pages + run.pages, new=day.new + run.new, duplicate=day.duplicate + run.duplicate,
        revisited=day.revisited + run.revisited, edited=day.edited + run.edited,
        withdrawn=day.withdrawn + run.withdrawn, dropped=_sum((day.dropped, run.dropped)),
        failures=_sum((day.failures, run.failures)), delays=_sum((day.delays, run.delays)),
    )  # fmt: skip


def _doc(day: SourceDay) -> dict[str, Any]:
    return {
        "kind": day.kind.value, "runs": day.runs, "failed": day.failed, "seconds": round(day.seconds, 3),
        "pages": day.pages, "new": day.new, "duplicate": day.duplicate, "revisited": day.revisited,
        "edited": day.edited, "withdrawn": day.withdrawn,
        **{name: dict(getattr(day, name)) for name in _COUNTERS},
    }  # fmt: skip


def _of(day: date, source: str, kind: Kind | None, doc: Doc) -> SourceDay:
    return SourceDay(
        source=source, day=day, kind=Kind(doc["kind"]) if doc else kind or Kind.NEWS, runs=int(doc.get("runs", 0)),
        failed=int(doc.get("failed", 0)), seconds=float(doc.get("seconds", 0.0)), pages=int(doc.get("pages", 0)),
        new=int(doc.get("new", 0)), duplicate=int(doc.get("duplicate", 0)),
        revisited=int(doc.get("revisited", 0)), edited=int(doc.get("edited", 0)),
        withdrawn=int(doc.get("withdrawn", 0)),
        dropped=dict(doc.get("dropped", {})), failures=dict(doc.get("failures", {})),
        delays=dict(doc.get("delays", {})),
    )  # fmt: skip
