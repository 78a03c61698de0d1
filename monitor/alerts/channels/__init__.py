"""One file and one row a channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from monitor.alerts.channels.base import Attachment, Channel, ChannelAway, Message
from monitor.alerts.channels.chat import DingTalk, Feishu, WeCom
from monitor.alerts.channels.email import EmailChannel
from monitor.alerts.channels.log import LogChannel
from monitor.alerts.channels.webhook import Webhook
from monitor.settings import Settings
from monitor.settings.channels import Channel as ChannelSettings

CHANNELS: Mapping[str, Callable[[Settings, ChannelSettings], Channel]] = {
    "email": lambda settings, channel: EmailChannel(settings.service.smtp),
    "log": lambda settings, channel: LogChannel(),
    "wecom": lambda settings, channel: WeCom(channel),
    "dingtalk": lambda settings, channel: DingTalk(channel),
    "feishu": lambda settings, channel: Feishu(channel),
    "webhook": lambda settings, channel: Webhook(channel),
}
"""Channel types of alerts.toml and what builds them."""


def build(settings: Settings) -> dict[str, Channel]:
    """The configured channels by id."""
    return {c.id: CHANNELS[c.type](settings, c) for c in settings.alerts.channel}


__all__ = ["CHANNELS", "Attachment", "Channel", "ChannelAway", "Message", "build"]
