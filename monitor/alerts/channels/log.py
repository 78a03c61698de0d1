"""The log channel: one structured line an alert, for a desk that watches logs and for trying a configuration out."""

from __future__ import annotations

from monitor.alerts.channels.base import Message
from monitor.ops import log


class LogChannel:
    """Writes what a mail would say in its subject line; figures are the released ones of the alert (S3)."""

    longest_s = 5.0

    def send(self, message: Message) -> None:
        alert = message.alert
        if alert is None:
            log.get("alerts").warning("notice", event_kind=message.event.value, message_id=message.id)
            return
        log.get("alerts").warning(
            "alert",
            alert=alert.id,
            event_kind=message.event.value,
            level=alert.level,
            topic=alert.topic,
            state=alert.state.value,
            observed={kind.value: figure for kind, figure in alert.observed.items()},
            usual_high=alert.expected_high,
            department=alert.department,
            message_id=message.id,
        )
