"""Retention (S6): post text goes after the configured days (at most 30); aggregates stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.disclosure import ReleasedCount, release
from monitor.model import ExactCount, Kind, day_of
from monitor.ops import audit, days
from monitor.settings import Settings
from monitor.store import Order, RecordQuery, Spool, Store

STATE = "prune"
KEEP_RUNS_DAYS = 90
KEEP_PRUNES_DAYS = 400
_LATE_ENTRIES = 200
"""Entries others may have written between that of a prune and its being looked for."""


@dataclass(frozen=True, slots=True)
class PruneReport:
    """What a prune did: the moment before which posts are gone, and how many went (released)."""

    now: datetime
    before: datetime
    posts: ReleasedCount


def prune(store: Store, spool: Spool, settings: Settings, now: datetime) -> PruneReport:
    """Removes posts past the retention, old crawl runs, and writes down that it ran (shown on the public page).

    The purge of posts also clears the store's files of what any publisher or resident took back since the last one.
    Records waiting in the spool are younger than the outage that put them there; they are refused by the store's
    next prune like any other if the outage lasted longer than the retention.
    """
    before = now - timedelta(days=settings.service.retention.post_days)
    spool.purge(Kind.POST, before)
    gone = store.purge(Kind.POST, before)
    for source in settings.sources.source:
        _prune_runs(store, source.id, now)
    store.prune_states(days.STATE, f"{day_of(now) - timedelta(days=KEEP_RUNS_DAYS)}")
    store.prune_states(STATE, f"{now - timedelta(days=KEEP_PRUNES_DAYS):%Y%m%dT%H%M%S}")
    posts = release(gone.records if isinstance(gone.records, ExactCount) else ExactCount(gone.records))
    report = PruneReport(now, before, posts)
    audit.record(store, "service", audit.Action.PRUNE, before.isoformat(), now)
    doc = {"now": now.isoformat(), "before": before.isoformat(), "posts": posts.as_json(),
           "audit": _receipt(store, before.isoformat())}  # fmt: skip
    if store.get(STATE, _id(now)) is None:
        store.create(STATE, _id(now), doc)
    return report


def holds(store: Store, before: datetime) -> bool:
    """Whether, looked at now, no post from before a moment is in the store."""
    query = RecordQuery(kinds=(Kind.POST,), until=before, order=Order.OLDEST, limit=1)
    return not store.find(query).records


def _receipt(store: Store, target: str) -> dict[str, str] | None:
    """Number and hash of the audit entry of this prune: what the public page shows cannot be rewritten unseen."""
    for state in store.list_states(audit.STATE, limit=_LATE_ENTRIES, backwards=True):
        if state.doc.get("action") == audit.Action.PRUNE.value and state.doc.get("target") == target:
            return {"entry": state.id, "hash": str(state.doc.get("hash", ""))}
    return None


def last_prune(store: Store) -> dict[str, object] | None:
    """The last prune as it was written down, or None if none has run."""
    states = store.list_states(STATE, limit=1, backwards=True)
    return dict(states[0].doc) if states else None


def _id(now: datetime) -> str:
    return f"{now:%Y%m%dT%H%M%S%f}"


def _prune_runs(store: Store, source: str, now: datetime) -> None:
    from monitor.ops import runs

    store.prune_states(runs.STATE_RUN + "." + source, f"{now - timedelta(days=KEEP_RUNS_DAYS):%Y%m%dT%H%M%S}")
