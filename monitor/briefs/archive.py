"""Briefs issued: the last issue of each, older ones by revision, and the archive of all kinds by day.

What people change before an issue and after it is the desk's matter (:mod:`monitor.briefs.desk`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from monitor.briefs.desk import actions, keeping
from monitor.briefs.desk.types import Edition
from monitor.briefs.types import Brief
from monitor.errors import BadQuery
from monitor.store import Store

STATE = keeping.STATE


@dataclass(frozen=True, slots=True)
class Issued:
    """A brief as it was issued. ``revision`` is 1 for the first issue and grows with every 更正."""

    id: str
    brief: Brief
    issued: datetime
    who: str
    revision: int


def id_of(day: date, kind: str = "daily", slug: str = "") -> str:
    return ".".join(filter(None, (kind, slug, day.isoformat())))


def issue(store: Store, brief: Brief, now: datetime, who: str = "service") -> Issued:
    """Issues a brief without review and notes it in the audit log.

    An unchanged brief is not issued twice; a changed one is a 更正, in which texts that people had corrected stay
    corrected where they still fit. Raises ``StoreUnavailable`` if the audit entry or the brief cannot be kept.
    """
    return _issued(store, actions.issue_at_once(store, brief, who, now))


def get(store: Store, id: str, revision: int = 0) -> Issued | None:
    """The brief issued under an id such as ``daily.2026-11-22``: the last issue, or the one of a number."""
    edition = keeping.load(store, id)
    if edition is None or not edition.revisions:
        return None
    if revision and revision not in {r.number for r in edition.revisions}:
        return None
    return _issued(store, edition, revision)


def list_issued(
    store: Store, *, kind: str = "daily", before: str = "", limit: int = 31, month: str = ""
) -> Sequence[Issued]:
    """Issued briefs of a kind (empty: all), newest day first; ``before`` is the id of the last of the page before."""
    if limit < 1:
        raise BadQuery("条数须为正数", "limit 至少为 1")
    kinds = (kind,) if kind else ()
    found = keeping.listed(store, kinds=kinds, month=month, before=before, issued=True, limit=limit)
    return tuple(_issued(store, edition) for edition in found)


def _issued(store: Store, edition: Edition, number: int = 0) -> Issued:
    wanted = next(r for r in reversed(edition.revisions) if number in (0, r.number))
    return Issued(edition.id, keeping.content(store, wanted.content), wanted.issued, wanted.who, wanted.number)
