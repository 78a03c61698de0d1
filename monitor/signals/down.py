"""Hours in which sources were down, from their run records, so that what was missed then is not taken for quiet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from monitor.model import hour_of
from monitor.ops import runs
from monitor.ops.runs import RunState
from monitor.settings import Settings
from monitor.signals.health import blind_sources
from monitor.signals.series import HOUR
from monitor.store import Doc, Store

BROKEN_RUNS = 3
"""A source that failed so often in a row is broken."""
_GOOD = (RunState.OK.value, RunState.PARTIAL.value)
_PAGE = 1000


def broken_sources(settings: Settings, store: Store) -> list[str]:
    """Ids of enabled sources that have failed ``BROKEN_RUNS`` times in a row, or are known to be forbidden, silent or
    of a changed layout: their quiet means nothing."""
    known = runs.states(store, [s for s in settings.sources.source if s.enabled])
    failing = {id for id, state in known.items() if state.failures_in_row >= BROKEN_RUNS}
    return sorted(failing | set(blind_sources(settings, store)))


def down_hours(store: Store, source: str, start: datetime, end: datetime) -> frozenset[int]:
    """Hours, counted from ``start``, in which a source was down: from the first of ``BROKEN_RUNS`` failures in a row
    to the next good run. What a later run still fetched is in its right hour and only makes the hours left out fuller.
    """
    hours: set[int] = set()
    failed: list[datetime] = []
    for begun, good in [*_runs(store, source, start, end), (end, True)]:
        if not good:
            failed.append(begun)
            continue
        if len(failed) >= BROKEN_RUNS:
            first, last = (hour_of(failed[0]) - start) // HOUR, (hour_of(begun) - start) // HOUR
            hours.update(range(max(first, 0), last))
        failed = []
    return frozenset(hours)


def _runs(store: Store, source: str, start: datetime, end: datetime) -> Iterator[tuple[datetime, bool]]:
    """Start and success of the runs in a span, oldest first."""
    after = f"{start.astimezone(UTC):%Y%m%dT%H%M%S%f}"
    while True:
        page: Sequence[tuple[str, Doc]] = [
            (s.id, s.doc) for s in store.list_states(f"{runs.STATE_RUN}.{source}", after=after, limit=_PAGE)
        ]
        for _, doc in page:
            begun = datetime.fromisoformat(doc["started"])
            if begun >= end:
                return
            yield begun, doc["state"] in _GOOD
        if len(page) < _PAGE:
            return
        after = page[-1][0]
