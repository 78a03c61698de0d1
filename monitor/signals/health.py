"""Looks at every source: what its runs wrote down and what its cells hold, judged by the rules of ``illness``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from monitor.model import ALL_TOPICS, day_of, day_span, hour_of
from monitor.ops import runs
from monitor.ops.runs import SourceRun, SourceState
from monitor.settings import Settings
from monitor.settings.types import Source
from monitor.signals.illness import FORM_TEXTS, HOUR, Ailment, Illness, Past, judge
from monitor.signals.quiet import SILENT_LEAST
from monitor.signals.series import exact
from monitor.store import Bucket, CellQuery, Store

HISTORY_DAYS = 28
_RECENT, _FAR = 40, 600
"""Runs that are looked at; the further ones where a source brings so little that the last ones hold too few texts."""
_SOURCES = 10_000


STATE_HEALTH = "source_health"
"""What is known to be wrong with a source: one state document a source, written by whoever tells the operator."""


@dataclass(frozen=True, slots=True)
class Known:
    """One illness as written down: since when, when it ended, and whether the operator has been told of this."""

    illness: Illness
    since: datetime
    fixed: datetime | None = None
    told: bool = False
    relapses: int = 0
    """How often it came back within a day of having ended."""
    calm: datetime | None = None
    """Since when it is not found any more, while that is not yet believed."""


def check(settings: Settings, store: Store, now: datetime) -> dict[str, tuple[Illness, ...]]:
    """The illnesses of every enabled source as its runs and cells show them now; one that is well has none."""
    sources = [s for s in settings.sources.source if s.enabled]
    states = runs.states(store, sources)
    past = _past(store, sources, states, now)
    found = {}
    known = all_open(store)
    for source in sources:
        under_way = frozenset(i.ailment for i in known.get(source.id, ()))
        recent = _recent(store, source.id, Ailment.LAYOUT in under_way)
        decisions = judge(source, states[source.id], recent, past[source.id], now, under_way)
        found[source.id] = tuple(d.value for d in decisions if d.value is not None)
    return found


def _recent(store: Store, source_id: str, suspected: bool) -> list[SourceRun]:
    """The last runs, newest first; many of them only when the newest one read something or a layout is suspected."""
    recent = runs.recent(store, source_id, _RECENT)
    little = len(recent) == _RECENT and sum(run.form.texts for run in recent) < 2 * FORM_TEXTS
    if little and (suspected or recent[0].form.texts or recent[0].failures):
        return runs.recent(store, source_id, _FAR)
    return recent


def written(store: Store, source_id: str) -> tuple[dict[Ailment, Known], int]:
    """What is written down of a source, and the version to replace it by (0: nothing yet)."""
    state = store.get(STATE_HEALTH, source_id)
    if state is None:
        return {}, 0
    return _of_doc(state.doc), state.version


def open_illnesses(store: Store, source_id: str) -> tuple[Illness, ...]:
    """The illnesses under way, in the order of ``Ailment``."""
    return _open(written(store, source_id)[0])


def all_open(store: Store) -> dict[str, tuple[Illness, ...]]:
    """The same for every source, in one reading."""
    return {state.id: _open(_of_doc(state.doc)) for state in store.list_states(STATE_HEALTH, limit=_SOURCES)}


def blind_sources(settings: Settings, store: Store) -> list[str]:
    """Ids of enabled sources whose quiet means nothing, as written down."""
    known = all_open(store)
    enabled = [s.id for s in settings.sources.source if s.enabled]
    return sorted(id for id in enabled if any(i.ailment.blinds for i in known.get(id, ())))


def health_doc(known: Mapping[Ailment, Known]) -> dict[str, Any]:
    return {
        a.value: {
            "seen": k.illness.seen, "hint": k.illness.hint, "since": k.since.isoformat(),
            "fixed": k.fixed.isoformat() if k.fixed else None, "told": k.told,
            "relapses": k.relapses, "calm": k.calm.isoformat() if k.calm else None,
        }
        for a, k in known.items()
    }  # fmt: skip


def _of_doc(doc: Mapping[str, Any]) -> dict[Ailment, Known]:
    return {Ailment(name): _known(Ailment(name), told) for name, told in doc.items()}


def _open(known: Mapping[Ailment, Known]) -> tuple[Illness, ...]:
    return tuple(known[a].illness for a in Ailment if a in known and known[a].fixed is None)


def _known(ailment: Ailment, doc: Mapping[str, Any]) -> Known:
    fixed, calm = (datetime.fromisoformat(doc[name]) if doc.get(name) else None for name in ("fixed", "calm"))
    illness = Illness(ailment, str(doc["seen"]), str(doc["hint"]))
    since = datetime.fromisoformat(doc["since"])
    return Known(illness, since, fixed, bool(doc["told"]), int(doc.get("relapses", 0)), calm)


def _past(store: Store, sources: Sequence[Source], known: Mapping[str, SourceState], now: datetime) -> dict[str, Past]:
    """Days of all sources, hours of those that have brought nothing for a while (the only ones that may be silent)."""
    today = day_of(now)
    since, _ = day_span(today - timedelta(days=HISTORY_DAYS), today)
    days: dict[str, dict[date, int]] = {s.id: {} for s in sources}
    begun: dict[str, date] = {}
    for cell in store.cells(CellQuery(since=since, until=now + HOUR, bucket=Bucket.DAY, by_source=True)):
        if cell.source in days and cell.topic == ALL_TOPICS:
            day = day_of(cell.start)
            days[cell.source][day] = days[cell.source].get(day, 0) + exact(cell.n)
            begun[cell.source] = min(day, begun.get(cell.source, day))
    quiet = [s.id for s in sources if _long_ago(known[s.id], now)]
    hours: dict[str, dict[datetime, int]] = {id: {} for id in quiet}
    if quiet:
        oldest = min(_last_new(known[id], now) for id in quiet) - timedelta(days=HISTORY_DAYS)
        for cell in store.cells(
            CellQuery(since=hour_of(oldest), until=now + HOUR, sources=tuple(quiet), by_source=True)
        ):
            mine = hours[cell.source]
            mine[cell.start] = mine.get(cell.start, 0) + exact(cell.n)
    return {s.id: Past(hours=hours.get(s.id), days=_whole(days[s.id], begun.get(s.id), today)) for s in sources}


def _whole(days: Mapping[date, int], first: date | None, today: date) -> dict[date, int]:
    """Every day from the first with a text on, those without any as 0; the first itself is a part of a day."""
    if first is None:
        return {}
    return {day: days.get(day, 0) for day in (first + timedelta(days=i) for i in range(1, (today - first).days))}


def _long_ago(state: SourceState, now: datetime) -> bool:
    return state.last_new is not None and now - state.last_new >= SILENT_LEAST


def _last_new(state: SourceState, now: datetime) -> datetime:
    """No further back than twice the history, whatever a clock once said."""
    oldest = now - timedelta(days=2 * HISTORY_DAYS)
    return max(state.last_new or oldest, oldest)
