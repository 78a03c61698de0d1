"""alerts.toml ``[[channel]]``: the ways a message takes, and the addresses at their ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from monitor.settings.base import Identifier, Part

if TYPE_CHECKING:
    from monitor.settings.types import Settings

ChannelType = Literal["email", "log", "wecom", "dingtalk", "feishu", "webhook"]
POSTED = frozenset({"wecom", "dingtalk", "feishu", "webhook"})
"""Types that post to a URL, which is a secret: whoever knows a group robot's address can write into the group."""
SIGNED = frozenset({"dingtalk", "feishu", "webhook"})
SECRET_LENGTH = 16
_LOCAL = ("127.0.0.1", "localhost", "::1")


class Channel(Part):
    """One way to tell somebody. ``to`` are the recipients of mail; a group robot or webhook has its ``url`` instead.

    ``url`` and ``secret`` may come from the environment (``YUQING_ALERTS__CHANNEL__<ID>__URL``, or ``…__URL_FILE``
    with the name of a file), with - and _ in an id taken for the same.
    """

    id: Identifier
    type: ChannelType
    to: tuple[str, ...] = ()
    url: SecretStr = SecretStr("")
    secret: SecretStr = SecretStr("")
    """Key of the signature (DingTalk 加签, Feishu 签名校验, webhook HMAC)."""
    timeout_s: float = Field(10.0, gt=0, le=60)
    """Longest time of one try."""


def channel_problems(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """(file, key, text) of every channel that could not work."""
    for channel in settings.alerts.channel:
        key = f"channel.{channel.id}"
        if channel.type not in POSTED:
            if channel.url.get_secret_value() or channel.secret.get_secret_value():
                yield "alerts", key, f"{channel.type} 渠道不用 url 和 secret"
            continue
        yield from (("alerts", f"{key}.{name}", text) for name, text in _posted(channel))


def _posted(channel: Channel) -> Iterator[tuple[str, str]]:
    variable = f"YUQING_ALERTS__CHANNEL__{channel.id.upper().replace('-', '_')}"
    url, secret = channel.url.get_secret_value(), channel.secret.get_secret_value()
    try:
        parts = urlsplit(url)
        host, scheme = parts.hostname or "", parts.scheme
    except ValueError:
        host, scheme = "", ""
    if not url:
        yield "url", f"缺少地址；写在这里，或用环境变量 {variable}__URL（机器人地址等同密码，建议用环境变量）"
    elif not host or scheme not in ("http", "https"):
        yield "url", "不是网址，应以 https:// 开头"
    elif scheme == "http" and host not in _LOCAL:
        yield "url", "须用 https://；只有本机地址可以用 http://"
    if channel.to:
        yield "to", "机器人和 Webhook 渠道没有收件人；收件人由其地址决定"
    if channel.type in SIGNED and not secret:
        yield "secret", f"缺少签名密钥；在平台上启用签名校验，把密钥写在这里或环境变量 {variable}__SECRET"
    elif channel.type == "webhook" and secret and len(secret) < SECRET_LENGTH:
        yield "secret", f"签名密钥太短，至少 {SECRET_LENGTH} 个字符"
