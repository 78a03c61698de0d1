"""Orders to send: written down before the step that they belong to, expanded into one mail a recipient afterwards.

The order of an issue is created before the issue itself is kept; while the issue is not there the order waits, and is
given up after a day. A process killed anywhere in between thus loses no mail and sends none of a brief that was never
issued. Mails have ids made of order and address, and Message-IDs made of brief, issue and address: planned twice they
are the same mails.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.alerts.codec import notification_doc, notification_of
from monitor.alerts.types import Event, Notification, NotificationState, moment_key
from monitor.briefs.desk import keeping
from monitor.briefs.desk.types import Edition, parts_of_id
from monitor.errors import StoreConflict
from monitor.model import CHINA
from monitor.settings import Settings
from monitor.settings.distribution import Distribution
from monitor.store import Doc, StateDoc, Store

STATE_SENDING = "brief_sending"
STATE_MAIL = "brief_mail"
CHANNEL = "email"
ISSUE = "issue"
DRAFT = "draft"
OVERDUE = "overdue"
SCAN_BACK = timedelta(days=45)
_WAIT = timedelta(days=1)
"""An order whose issue has not come for so long belongs to a step that never happened."""
_FORMATS_APART = ","


@dataclass(frozen=True, slots=True)
class Order:
    """``what``: an issue for the distribution list, or a word to the editors. ``names`` empty: the whole list."""

    id: str
    brief: str
    revision: int
    what: str
    names: tuple[str, ...]
    ordered: datetime
    who: str
    planned: bool


def order(
    store: Store,
    edition: Edition,
    revision: int,
    who: str,
    now: datetime,
    *,
    names: Sequence[str] = (),
    what: str = ISSUE,
) -> str:
    """Writes an order down and returns its id; the same step asked again has the same."""
    tail = f"r{revision:03d}" if what == ISSUE else what
    again = f".s{len(edition.sendings) + 1}" if what == ISSUE and revision <= edition.revision else ""
    id = f"{moment_key(now)}.{edition.id}.{tail}{again}"
    doc = {
        "brief": edition.id, "revision": revision, "what": what, "names": list(names),
        "ordered": now.astimezone(UTC).isoformat(), "who": who, "planned": False,
    }  # fmt: skip
    with suppress(StoreConflict):  # written by a process that was killed before the step, or at this very moment
        store.create(STATE_SENDING, id, doc)
    return id


def expand(settings: Settings, store: Store, now: datetime) -> int:
    """Writes down the mails of every order whose issue is there; returns how many are new."""
    made = 0
    for state in _open(store, now):
        wanted = order_of(state.id, state.doc)
        edition = keeping.load(store, wanted.brief)
        if edition is not None and (wanted.what != ISSUE or wanted.id in edition.sendings):
            made += sum(_create(store, mail) for mail in _mails(settings, store, edition, wanted, now))
        elif now - wanted.ordered < _WAIT:
            continue
        with suppress(StoreConflict):  # another process planned it as well: the mails are the same
            store.replace(STATE_SENDING, state.id, {**state.doc, "planned": True}, state.version)
    return made


def mails(store: Store, orders: Sequence[str]) -> list[Notification]:
    """The mails of some orders, in the order of their ids."""
    return [
        notification_of(s.id, s.doc) for id in orders for s in store.list_states(STATE_MAIL, prefix=f"{id}/", limit=500)
    ]


def recipients(settings: Settings, kind: str, names: Sequence[str] = ()) -> list[tuple[Distribution, str]]:
    """(line of the list, address) for a kind of brief, each address once."""
    found: dict[str, tuple[Distribution, str]] = {}
    for line in settings.brief.distribution:
        if kind in line.kinds and (not names or line.name in names):
            for address in line.to:
                found.setdefault(address.casefold(), (line, address))
    return list(found.values())


def tail_of(address: str) -> str:
    """The address in ids: a hash, so that ids can stand in links and logs."""
    return hashlib.sha256(address.casefold().encode()).hexdigest()[:12]


def order_of(id: str, doc: Doc) -> Order:
    return Order(
        id, doc["brief"], int(doc["revision"]), doc["what"], tuple(doc["names"]),
        datetime.fromisoformat(doc["ordered"]), doc["who"], bool(doc["planned"]),
    )  # fmt: skip


def _open(store: Store, now: datetime) -> Iterator[StateDoc]:
    after = moment_key(now - SCAN_BACK)
    while True:
        page = store.list_states(STATE_SENDING, after=after, limit=200)
        yield from (s for s in page if not s.doc["planned"])
        if len(page) < 200:
            return
        after = page[-1].id


def _mails(settings: Settings, store: Store, edition: Edition, wanted: Order, now: datetime) -> Iterator[Notification]:
    local = now.astimezone(CHINA)
    domain = settings.service.smtp.sender.rpartition("@")[2] or "yuqing.invalid"
    kind = parts_of_id(edition.id)[0]
    if wanted.what == ISSUE:
        content = next(r.content for r in edition.revisions if r.number == wanted.revision)
        had = _had(store, edition, wanted)
        people = [
            (line.name, to, _FORMATS_APART.join(line.formats))
            for line, to in recipients(settings, kind, wanted.names) if tail_of(to) not in had
        ]  # fmt: skip
    else:
        content, people = edition.made, [("", to, "") for to in dict.fromkeys(settings.brief.editors)]
    for name, to, formats in people:
        about = f"{edition.id}.{wanted.what}.{wanted.revision}.{tail_of(to)}"
        message = f"{hashlib.sha256(about.encode()).hexdigest()[:32]}@{domain}"
        yield Notification(
            id=f"{wanted.id}/{tail_of(to)}", alert_id=content, event=Event.BRIEF, channel=CHANNEL, to=to, name=name,
            message_id=message, state=NotificationState.PENDING, created=local, next_try=local,
            notice=(wanted.what, formats),
        )  # fmt: skip


def _had(store: Store, edition: Edition, wanted: Order) -> set[str]:
    """Those who have this issue already, or have it on the way, by another order."""
    others = [
        id for id in edition.sendings
        if id != wanted.id and (state := store.get(STATE_SENDING, id)) and state.doc["revision"] == wanted.revision
    ]  # fmt: skip
    return {
        m.id.rpartition("/")[2] for m in mails(store, others) if m.state is not NotificationState.FAILED_PERMANENTLY
    }


def _create(store: Store, mail: Notification) -> int:
    try:
        store.create(STATE_MAIL, mail.id, notification_doc(mail))
    except StoreConflict:
        return 0
    return 1
