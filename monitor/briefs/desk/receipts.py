"""What became of each mail of a brief: the mail server's answer, and 已阅 where the recipient confirmed it.

There is no tracking pixel and no counting of opened mails: a receipt is what the server said and what a person did.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from monitor.alerts.types import Notification, NotificationState
from monitor.briefs.desk.sendings import ISSUE, STATE_MAIL, STATE_SENDING, mails, order_of
from monitor.briefs.desk.types import Edition
from monitor.errors import StoreConflict
from monitor.model import CHINA
from monitor.ops import audit
from monitor.ops.audit import Action
from monitor.store import Store

STATE_READ = "brief_read"


class Arrival(StrEnum):
    QUEUED = "queued"
    ACCEPTED = "accepted"
    """The recipient's mail server took it; whether it was read, only the person can say."""
    REFUSED = "refused"

    @property
    def chinese(self) -> str:
        return {"queued": "待发送", "accepted": "已送达", "refused": "被拒收"}[self.value]


@dataclass(frozen=True, slots=True)
class Receipt:
    """``error`` is the last failed try in Chinese, also while more tries follow; ``read`` when 已阅 was confirmed."""

    mail: str
    revision: int
    name: str
    to: str
    arrival: Arrival
    tries: int
    at: datetime
    error: str
    read: datetime | None
    reader: str


_ARRIVALS = {
    NotificationState.PENDING: Arrival.QUEUED, NotificationState.SENT: Arrival.ACCEPTED,
    NotificationState.FAILED_PERMANENTLY: Arrival.REFUSED,
}  # fmt: skip


def receipts(store: Store, edition: Edition) -> list[Receipt]:
    """The mails of all issues of a brief, newest issue first, in the order of the distribution list's names."""
    found = list(_of(store, edition))
    return sorted(found, key=lambda r: (-r.revision, r.name, r.to, r.mail))


def waiting(store: Store, edition: Edition) -> bool:
    """Whether an order of it has not been turned into mails yet."""
    states = (store.get(STATE_SENDING, id) for id in edition.sendings)
    return any(s is not None and not s.doc["planned"] for s in states)


def _of(store: Store, edition: Edition) -> Iterator[Receipt]:
    for id in edition.sendings:
        state = store.get(STATE_SENDING, id)
        if state is None:
            continue
        order = order_of(id, state.doc)
        for mail in mails(store, [id]) if order.what == ISSUE else ():
            read = store.get(STATE_READ, mail.id)
            yield Receipt(
                mail.id, order.revision, mail.name, mail.to, _ARRIVALS[mail.state], mail.tries,
                mail.sent_at or mail.created, mail.error,
                datetime.fromisoformat(read.doc["at"]).astimezone(CHINA) if read else None,
                str(read.doc["who"]) if read else "",
            )  # fmt: skip


def signature(key: bytes, mail_id: str) -> str:
    """What makes the link in a mail that mail's own; ``key`` is the service's for sessions."""
    return hmac.new(key, b"brief receipt:" + mail_id.encode(), hashlib.sha256).hexdigest()[:32]


def link(key: bytes, brief_id: str, mail: Notification, public_url: str) -> str:
    """The address in a mail under which its recipient, signed in, can confirm that the brief was read."""
    return f"{public_url}/briefs/{brief_id}/read?mail={_url(mail.id)}&sign={signature(key, mail.id)}"


def confirm(store: Store, edition: Edition, mail_id: str, sign: str, key: bytes, who: str, now: datetime) -> bool:
    """Notes 已阅 for a mail; False where the link is not one of this brief's mails. Twice changes nothing."""
    if not genuine(store, edition, mail_id, sign, key):
        return False
    if store.get(STATE_READ, mail_id) is not None:
        return True
    audit.record(store, who, Action.BRIEF_READ, edition.id, now)
    with suppress(StoreConflict):  # confirmed at this very moment
        store.create(STATE_READ, mail_id, {"at": now.astimezone(UTC).isoformat(), "who": who})
    return True


def genuine(store: Store, edition: Edition, mail_id: str, sign: str, key: bytes) -> bool:
    """Whether a link names a mail of this brief and bears its signature."""
    order, _, _ = mail_id.partition("/")
    known = order in edition.sendings and hmac.compare_digest(signature(key, mail_id).encode(), sign.encode())
    return known and store.get(STATE_MAIL, mail_id) is not None


def _url(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")
