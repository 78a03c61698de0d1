"""What the schedule does with a brief that is due: issues it, or lays it before the editors and reminds them.

With ``review`` the service never issues by itself, however late it gets: a brief that nobody has seen would make the
review worthless. It reminds instead, once, after ``remind_min`` minutes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.briefs.desk import actions, keeping, sendings
from monitor.briefs.desk.types import Act, DeskError, Edition, State
from monitor.briefs.types import Brief
from monitor.settings import Settings
from monitor.store import Store

SERVICE = "service"
_LOOK_BACK = timedelta(days=7)


def done(store: Store, id: str) -> bool:
    """Whether the desk has the whole brief already, issued or as a draft, so that it need not be made again."""
    edition = keeping.load(store, id)
    if edition is None:
        return False
    if edition.revisions and edition.pending:
        return not keeping.content(store, edition.made).partial
    return not edition.outline.partial


def submit(settings: Settings, store: Store, brief: Brief, now: datetime, who: str = SERVICE) -> Edition:
    """Issues a brief that is due and orders its distribution; with review makes a draft and tells the editors."""
    rule, listed = settings.brief.review, bool(sendings.recipients(settings, brief.kind))
    edition = actions.draft(store, brief, who, now)
    if edition.revisions and not edition.pending:
        return edition
    if rule != "none":
        if settings.brief.editors and edition.state is State.DRAFT:
            sendings.order(store, edition, edition.revision + 1, who, _made_at(edition), what=sendings.DRAFT)
        return edition
    try:
        return actions.issue(store, brief.id, who, rule, now, send=listed)
    except DeskError:
        found = keeping.load(store, brief.id)
        if found is not None and found.revisions:
            return found  # another process issued it, or it says the same as the last issue
        raise


def remind(settings: Settings, store: Store, now: datetime) -> list[str]:
    """Orders a reminder for every draft of the service that has waited too long; returns their ids."""
    brief = settings.brief
    if brief.review == "none" or not brief.editors:
        return []
    late = []
    for edition in keeping.listed(store, limit=60):
        if edition.state is State.ISSUED or edition.revisions or edition.steps[0].who != SERVICE:
            continue
        made = _made_at(edition)
        if timedelta(minutes=brief.remind_min) <= now - made <= _LOOK_BACK:
            sendings.order(store, edition, edition.revision + 1, SERVICE, made, what=sendings.OVERDUE)
            late.append(edition.id)
    return late


def _made_at(edition: Edition) -> datetime:
    """When the facts were last put on the desk: one word to the editors for each."""
    return next(s.at for s in reversed(edition.steps) if s.act in (Act.MADE, Act.REMADE, Act.ISSUED))
