"""Briefs issued: kept as they were issued, one a kind and day, numbered by date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from monitor.briefs.codec import of_json, to_json
from monitor.briefs.types import Brief
from monitor.errors import BadQuery, StoreConflict
from monitor.ops import audit
from monitor.store import StateDoc, Store

STATE = "brief"
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Issued:
    """A brief as it was issued. ``revision`` is 1 for the first issue and grows when a changed one replaces it."""

    id: str
    brief: Brief
    issued: datetime
    who: str
    revision: int


def id_of(day: date, kind: str = "daily") -> str:
    return f"{kind}.{day.isoformat()}"


def issue(store: Store, brief: Brief, now: datetime, who: str = "service") -> Issued:
    """Keeps a brief and notes it in the audit log. An unchanged brief is not issued twice; a changed one replaces it.

    Raises ``StoreUnavailable`` if the audit entry or the brief cannot be kept.
    """
    for _ in range(_TRIES):
        state = store.get(STATE, brief.id)
        if state is not None and state.doc["brief"] == to_json(brief):
            return _issued(state)
        audit.record(store, who, audit.Action.BRIEF_ISSUED, brief.id, now)
        revision = int(state.doc["revision"]) + 1 if state else 1
        doc = {"issued": now.astimezone(UTC).isoformat(), "who": who, "revision": revision, "brief": to_json(brief)}
        try:
            if state is None:
                store.create(STATE, brief.id, doc)
            else:
                store.replace(STATE, brief.id, doc, state.version)
        except StoreConflict:
            continue  # another process issued it in the meantime; look again
        return Issued(brief.id, brief, now, who, revision)
    raise StoreConflict("专报正被多处同时签发", "稍后重试")


def get(store: Store, id: str) -> Issued | None:
    """The brief issued under an id such as ``daily.2026-11-22``."""
    state = store.get(STATE, id)
    return _issued(state) if state else None


def list_issued(store: Store, *, kind: str = "daily", before: str = "", limit: int = 31) -> Sequence[Issued]:
    """Issued briefs, newest day first; ``before`` is the id of the last one of the page before."""
    if limit < 1:
        raise BadQuery("条数须为正数", "limit 至少为 1")
    states = store.list_states(STATE, prefix=f"{kind}.", after=before, limit=limit, backwards=True)
    return tuple(_issued(state) for state in states)


def _issued(state: StateDoc) -> Issued:
    doc = state.doc
    issued = datetime.fromisoformat(doc["issued"])
    return Issued(state.id, of_json(doc["brief"]), issued, doc["who"], int(doc["revision"]))
