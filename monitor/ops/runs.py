"""Crawl and import runs, and the last known state of every source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from monitor.disclosure import release
from monitor.errors import StoreConflict
from monitor.model import ExactCount, Kind
from monitor.ops import pace
from monitor.ops.form import Form, form_doc, form_of
from monitor.settings.types import Source
from monitor.store import Store

STATE_RUN = "run"
"""Runs of one source are state documents of kind ``run.<source>`` with their start as id."""
STATE_SOURCE = "source"


class RunState(StrEnum):
    OK = "ok"
    PARTIAL = "partial"
    FAILED = "failed"
    REFUSED = "refused"
    """robots.txt or the site forbids reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRun:
    """One pass over one source. ``message`` is Chinese and says what went wrong; it quotes no page.

    ``new``, ``duplicate`` and ``dropped`` (by intake reason) count texts; of a post source they are exact counts about
    posts, so whoever shows them goes through :func:`shown`. ``failures`` count pages by fetch failure.
    """

    source: str
    kind: Kind
    started: datetime
    finished: datetime
    state: RunState
    pages: int = 0
    new: int = 0
    duplicate: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    failures: Mapping[str, int] = field(default_factory=dict)
    newest: datetime | None = None
    message: str = ""
    form: Form = field(default_factory=Form, repr=False)
    delays: Mapping[str, int] = field(default_factory=dict, repr=False)
    """New texts by bucket of published → seen; kept with the day (``ops/days``), not with the run."""
    listed: int = 0
    known: int = 0
    """Entries of the source's list, and those of them that had been read before."""
    gap: bool = False
    """Nothing of the list was known although all of it had been read the last time: some may have come and gone."""
    revisited: int = 0
    """Pages that had been read before and were asked for again; they are among ``pages``."""
    edited: int = 0
    withdrawn: int = 0
    """Texts that their publisher changed or took back. All three of a post source are exact counts about posts."""
    factors: tuple[float, float] = (1.0, 1.0)
    """Bounds of ``SourceState.factor``."""
    paused_until: datetime | None = None
    """Until when the site asked to be left alone (Retry-After)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """The last known state of a source: ``failures_in_row`` counts runs that were not OK or PARTIAL."""

    source: str
    last_run: datetime | None = None
    first_ok: datetime | None = None
    """When it was first read: what was published before is no measure of freshness."""
    last_ok: datetime | None = None
    last_new: datetime | None = None
    state: RunState | None = None
    failures_in_row: int = 0
    message: str = ""
    factor: float = 1.0
    """By how much its interval is stretched (``pace``)."""
    failing: pace.Failing = pace.Failing.NO
    paused_until: datetime | None = None


def record(store: Store, run: SourceRun) -> None:
    """Writes a run down and updates the state of its source."""
    doc = {
        "source": run.source,
        "kind": run.kind.value,
        "started": _iso(run.started),
        "finished": _iso(run.finished),
        "state": run.state.value,
        "pages": run.pages,
        "new": run.new,
        "duplicate": run.duplicate,
        "revisited": run.revisited,
        "edited": run.edited,
        "withdrawn": run.withdrawn,
        "dropped": dict(run.dropped),
        "failures": dict(run.failures),
        "newest": _iso(run.newest) if run.newest else None,
        "message": run.message,
        "form": form_doc(run.form),
    }
    try:
        store.create(f"{STATE_RUN}.{run.source}", f"{run.started.astimezone(UTC):%Y%m%dT%H%M%S%f}", doc)
    except StoreConflict:
        return  # the same run was recorded before
    from monitor.ops import days  # which counts runs

    days.add(store, run)
    while True:
        state = store.get(STATE_SOURCE, run.source)
        after = _after(_state(run.source, state.doc if state else {}), run)
        try:
            if state is None:
                store.create(STATE_SOURCE, run.source, _state_doc(after))
            else:
                store.replace(STATE_SOURCE, run.source, _state_doc(after), state.version)
            return
        except StoreConflict:
            continue  # another process finished a run of the same source


def states(store: Store, sources: Sequence[Source]) -> dict[str, SourceState]:
    """The state of each configured source; a source that never ran has an empty one."""
    known = {s.id: s.doc for s in store.list_states(STATE_SOURCE, limit=10_000)}
    return {source.id: _state(source.id, known.get(source.id, {})) for source in sources}


def recent(store: Store, source: str, limit: int = 20) -> list[SourceRun]:
    """The last runs of a source, newest first."""
    return [_run(s.doc) for s in store.list_states(f"{STATE_RUN}.{source}", limit=limit, backwards=True)]


def due(sources: Sequence[Source], known: Mapping[str, SourceState], now: datetime) -> list[Source]:
    """The sources to crawl now: enabled, not import-only, their wait over, their site not pausing us."""
    result = []
    pausing = {
        pace.site_of(source.url, source.local)
        for source in sources
        if (state := known.get(source.id)) is not None and _pausing(state, now)
    }
    for source in sources:
        if not source.enabled or source.adapter == "import":
            continue
        if pace.site_of(source.url, source.local) in pausing:
            continue
        state = known.get(source.id) or SourceState(source=source.id)
        # A start in the future is a clock that jumped back: then the source is due.
        if state.last_run is None or state.last_run > now or next_run(source, state, now) <= now:
            result.append(source)
    return result


def next_run(source: Source, state: SourceState, now: datetime) -> datetime:
    """When a source is due again; ``now`` for one that never ran."""
    if state.last_run is None:
        return now
    usual = state.last_run + pace.wait(source, state.factor, state.failures_in_row, state.failing, state.last_run)
    return max(usual, state.paused_until) if state.paused_until is not None else usual


def _pausing(state: SourceState, now: datetime) -> bool:
    """A pause further off than any that is noted is a clock that jumped back."""
    return state.paused_until is not None and now < state.paused_until <= now + pace.LONGEST


def shown(run: SourceRun) -> dict[str, Any]:
    """A run as it may be shown: counts of post sources rounded (S3)."""

    def count(n: int) -> Any:
        return release(ExactCount(n)).as_json() if run.kind is Kind.POST else n

    return {
        "source": run.source,
        "started": _iso(run.started),
        "finished": _iso(_whole_minute(run.finished) if run.kind is Kind.POST else run.finished),
        "state": run.state.value,
        "pages": count(run.pages),
        "new": count(run.new),
        "duplicate": count(run.duplicate),
        "revisited": count(run.revisited),
        "edited": count(run.edited),
        "withdrawn": count(run.withdrawn),
        "dropped": {reason: count(n) for reason, n in sorted(run.dropped.items())},
        "failures": {failure: count(n) for failure, n in sorted(run.failures.items())},
        "newest": _iso(run.newest) if run.newest and run.kind is not Kind.POST else None,
        "message": run.message,
    }


def _after(state: SourceState, run: SourceRun) -> SourceState:
    good = run.state in (RunState.OK, RunState.PARTIAL)
    return replace(
        state,
        last_run=run.started,
        first_ok=state.first_ok or (run.started if good else None),
        last_ok=run.started if good else state.last_ok,
        last_new=run.started if run.new else state.last_new,
        state=run.state,
        failures_in_row=0 if good else state.failures_in_row + 1,
        message=run.message,
        factor=_factor(state, run) if good else state.factor,
        failing=pace.Failing.NO if good else pace.failing(run.failures),
        paused_until=run.paused_until,
    )


def _factor(state: SourceState, run: SourceRun) -> float:
    """The first reading of a source finds everything new: it says nothing about its rate."""
    if state.first_ok is None:
        return state.factor
    return pace.factor_after(state.factor, run.listed, run.known, run.gap, run.factors)


def _whole_minute(moment: datetime) -> datetime:
    """Rounded up: with a pause between pages, the seconds of a run would tell how many posts it read."""
    return (moment + timedelta(seconds=59, microseconds=999_999)).replace(second=0, microsecond=0)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None


def _state(source: str, doc: Mapping[str, Any]) -> SourceState:
    return SourceState(
        source=source,
        last_run=_moment(doc.get("last_run")),
        first_ok=_moment(doc.get("first_ok")),
        last_ok=_moment(doc.get("last_ok")),
        last_new=_moment(doc.get("last_new")),
        state=RunState(doc["state"]) if doc.get("state") else None,
        failures_in_row=int(doc.get("failures_in_row", 0)),
        message=str(doc.get("message", "")),
        factor=float(doc.get("factor", 1.0)),
        failing=pace.Failing(doc.get("failing", "")),
        paused_until=_moment(doc.get("paused_until")),
    )


def _state_doc(state: SourceState) -> dict[str, Any]:
    return {
        "last_run": _iso(state.last_run) if state.last_run else None,
        "first_ok": _iso(state.first_ok) if state.first_ok else None,
        "last_ok": _iso(state.last_ok) if state.last_ok else None,
        "last_new": _iso(state.last_new) if state.last_new else None,
        "state": state.state.value if state.state else None,
        "failures_in_row": state.failures_in_row,
        "message": state.message,
        "factor": round(state.factor, 4),
        "failing": state.failing.value,
        "paused_until": _iso(state.paused_until) if state.paused_until else None,
    }


def _run(doc: Mapping[str, Any]) -> SourceRun:
    return SourceRun(
        source=doc["source"],
        kind=Kind(doc["kind"]),
        started=datetime.fromisoformat(doc["started"]),
        finished=datetime.fromisoformat(doc["finished"]),
        state=RunState(doc["state"]),
        pages=doc["pages"],
        new=doc["new"],
        duplicate=doc["duplicate"],
        revisited=int(doc.get("revisited", 0)),
        edited=int(doc.get("edited", 0)),
        withdrawn=int(doc.get("withdrawn", 0)),
        dropped=dict(doc["dropped"]),
        failures=dict(doc["failures"]),
        newest=_moment(doc["newest"]),
        message=doc["message"],
        form=form_of(doc.get("form", {})),
    )
