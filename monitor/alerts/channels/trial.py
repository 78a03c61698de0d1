"""A marked test message through one channel, so that an operator knows before an alarm that it arrives."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from monitor.alerts.channels import build
from monitor.alerts.channels.base import Message
from monitor.alerts.render import render
from monitor.alerts.types import Event, Notification, NotificationState
from monitor.errors import NotificationFailed, YuqingError
from monitor.model import CHINA
from monitor.settings import Settings


class NoSuchChannel(YuqingError):
    """No channel of that id is configured."""

    code = "no_such_channel"


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one test message; ``error`` is empty when the other side accepted it."""

    to: str
    id: str
    error: str = ""


def try_channel(settings: Settings, channel_id: str, now: datetime) -> list[Trial]:
    """Sends a test to every recipient of a channel, at once and past the outbox. Raises ``NoSuchChannel``."""
    configured = {c.id: c for c in settings.alerts.channel}
    if channel_id not in configured:
        raise NoSuchChannel(
            f"没有名为“{channel_id}”的渠道", f"已配置：{'、'.join(configured) or '无'}；渠道写在 alerts.toml"
        )
    channel = build(settings)[channel_id]
    tried = []
    for to in configured[channel_id].to or ("",):
        message = _test_message(settings, channel_id, to, now)
        try:
            channel.send(message)
        except NotificationFailed as error:
            tried.append(Trial(to, message.id, str(error)))
        else:
            tried.append(Trial(to, message.id))
    return tried


def _test_message(settings: Settings, channel_id: str, to: str, now: datetime) -> Message:
    """A message that nobody can take for an alarm."""
    moment = now.astimezone(CHINA)
    subject = f"【测试】{settings.district.name}舆情预警渠道“{channel_id}”"
    text = (
        f"这是一条测试消息，不是预警，不需要处置。\n收到它，说明渠道“{channel_id}”可以正常送达。\n"
        f"发送时间：{moment:%Y-%m-%d %H:%M:%S}\n网页：{settings.public_url}\n"
    )
    domain = settings.service.smtp.sender.rpartition("@")[2] or "yuqing.invalid"
    id = secrets.token_hex(16)
    notification = Notification(
        id=id, alert_id="", event=Event.TEST, channel=channel_id, to=to, message_id=f"{id}@{domain}",
        state=NotificationState.PENDING, created=moment, next_try=moment, notice=(subject, text),
    )  # fmt: skip
    return render(notification, settings.public_url)
