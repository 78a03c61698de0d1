"""A signed webhook for other systems: JSON, one key a message on every try.

Signature and headers follow the Standard Webhooks specification 1.0 (standardwebhooks.com): ``webhook-id``,
``webhook-timestamp`` (Unix seconds of this try) and ``webhook-signature`` (``v1,`` and base64 of HMAC-SHA256 over
``id.timestamp.body``). ``Idempotency-Key`` repeats the id for receivers that know only that header.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import Any

from monitor.alerts.channels.base import Message, one_line
from monitor.alerts.channels.chat import Seconds
from monitor.alerts.channels.post import TRIES_S, as_body, check_status, post_json
from monitor.alerts.codec import alert_doc
from monitor.settings.channels import Channel as ChannelSettings

_TOLD = (
    "id", "topic", "level", "state", "measure", "onset", "opened_at", "updated", "recovered_at", "window_h",
    "window_begin", "window_end", "observed", "shown_total", "expected_low", "expected_high", "thin_history",
    "department", "rule", "steps", "deadline", "terms", "places", "related",
)  # fmt: skip
"""The fields of an alert that leave the house. Not among them: who of the staff took it on, and what they noted."""


class Webhook:
    def __init__(self, channel: ChannelSettings, now: Seconds = time.time) -> None:
        self._url = channel.url.get_secret_value()
        self._secret = channel.secret.get_secret_value().encode()
        self._timeout_s = channel.timeout_s
        self._now = now
        self.longest_s = TRIES_S * channel.timeout_s

    def send(self, message: Message) -> None:
        """See :class:`monitor.alerts.channels.base.Channel`. Any 2xx is acceptance."""
        body, stamp = as_body(payload(message)), str(int(self._now()))
        headers = {
            "webhook-id": message.id,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,{signature(self._secret, message.id, stamp, body)}",
            "Idempotency-Key": message.id,
        }
        status, _ = post_json(self._url, body, headers, self._timeout_s)
        check_status(status)


def payload(message: Message) -> dict[str, Any]:
    """The body: what the mail says, as released figures (S3); the same on every try."""
    known = alert_doc(message.alert) if message.alert else {}
    alert = {name: known[name] for name in _TOLD} if known else None
    return {
        "type": f"alert.{message.event.value}" if message.alert else f"service.{message.event.value}",
        "timestamp": message.created.isoformat(),
        "data": {"subject": one_line(message.subject), "text": message.text, "alert": alert},
    }


def signature(secret: bytes, id: str, stamp: str, body: bytes) -> str:
    """base64 of HMAC-SHA256 over ``id.stamp.body``."""
    return base64.b64encode(hmac.new(secret, f"{id}.{stamp}.".encode() + body, hashlib.sha256).digest()).decode()
