"""What a channel is given and what it promises."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from monitor.alerts.types import Alert, Event
from monitor.errors import NotificationFailed


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a mail; ``media`` is its type, such as ``application/pdf``."""

    name: str
    media: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to one recipient, ready to be sent; the same on every try.

    ``id`` and ``thread`` are Message-IDs without <>; ``thread`` is empty for the first message of an alert.
    """

    id: str
    to: str
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    created: datetime
    thread: str = ""
    event: Event
    alert: Alert | None = field(repr=False)
    """None where the message is about the service itself."""
    attachments: tuple[Attachment, ...] = ()
    """Sent by mail only."""


def one_line(text: str) -> str:
    """Text without line breaks: a topic's name is configuration, and must not become a header or a second line."""
    return " ".join(text.split())


class ChannelAway(NotificationFailed):
    """The channel itself does not answer or refuses to work now: the other messages need not be tried either."""

    code = "channel_away"


class Channel(Protocol):
    """Delivers messages one at a time. ``longest_s`` bounds how long one try can take.

    ``send`` returns when the other side has accepted the message for this recipient. It raises ``NotificationFailed``
    with ``permanent`` when another try cannot help, without it when it may, and ``ChannelAway`` when the failure is
    not about this message. It never quotes the message in an error.
    """

    longest_s: float

    def send(self, message: Message) -> None: ...
