"""Group robots of WeCom, DingTalk and Feishu: one message to one group, with the platform's signature.

Sources: the platforms' public descriptions of their group robots (企业微信“群机器人配置说明”, 钉钉“自定义机器人接入”,
飞书“自定义机器人使用指南”). None of them takes an idempotency key: when the outcome of a send cannot be known (killed,
or no answer in time), the repeat bears the same message number in its last line, so that readers see what it is.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus

from monitor.alerts.channels.base import ChannelAway, Message, one_line
from monitor.alerts.channels.post import TRIES_S, answer_of, as_body, check_status, post_json
from monitor.errors import NotificationFailed
from monitor.settings.channels import Channel as ChannelSettings

Seconds = Callable[[], float]


class Robot(ABC):
    """What the three have in common. ``now`` gives Unix seconds; signatures hold for an hour at most."""

    most_bytes: int
    """Longest text the platform takes, UTF-8."""
    busy: frozenset[int]
    """Answer codes that say "too fast" or "out of order": another try may help."""
    hints: Mapping[int, str]
    """Answer codes that only the operator can mend."""

    def __init__(self, channel: ChannelSettings, now: Seconds = time.time) -> None:
        self._url = channel.url.get_secret_value()
        self._secret = channel.secret.get_secret_value()
        self._timeout_s = channel.timeout_s
        self._now = now
        self.longest_s = TRIES_S * channel.timeout_s

    def send(self, message: Message) -> None:
        """See :class:`monitor.alerts.channels.base.Channel`."""
        url, body = self.request(message)
        status, answer = post_json(url, as_body(body), {}, self._timeout_s)
        code = self._code(answer) if status < 500 and status != 429 else None
        if code is None:
            check_status(status)
            raise ChannelAway("对方的应答里没有结果", "稍后自动重试；长期如此请核对 url")
        if code == 0:
            return
        if code in self.busy:
            raise ChannelAway(f"群机器人要求放慢发送（{code}）", "稍后自动重试")
        hint = self.hints.get(code, "在平台的说明中查此错误码，核对 url、secret 与机器人的安全设置")
        raise NotificationFailed(f"群机器人拒绝了消息（{code}）", hint, permanent=True)

    @abstractmethod
    def request(self, message: Message) -> tuple[str, dict[str, Any]]:
        """URL (with what the platform wants in it) and JSON body of a message."""

    def _code(self, body: bytes) -> int | None:
        answer = answer_of(body)
        code = next((answer[k] for k in ("errcode", "code", "StatusCode") if k in answer), None)
        return code if isinstance(code, int) else None


class WeCom(Robot):
    """markdown, at most 4,096 bytes, 20 messages a minute."""

    most_bytes = 4_096
    busy = frozenset({-1, 45009, 45033})
    hints = {93000: "机器人的地址无效：机器人可能已被移出群聊，请在企业微信里重新添加并更新 url"}  # noqa: RUF012

    def request(self, message: Message) -> tuple[str, dict[str, Any]]:
        text = fitted(message, self.most_bytes, bold="**", quote="> ")
        return self._url, {"msgtype": "markdown", "markdown": {"content": text}}


class DingTalk(Robot):
    """markdown, at most 20,000 bytes, 20 messages a minute; signed with HMAC-SHA256 over time and key."""

    most_bytes = 18_000
    busy = frozenset({-1, 130101, 410100, 430101, 430102, 430103, 430104, 90018})
    hints = {  # noqa: RUF012
        310000: "签名或关键词不符：核对渠道的 secret，并检查本机时钟是否准确",
        300001: "机器人的地址无效：在钉钉群里重新复制 Webhook 并更新 url",
        400101: "机器人的地址无效：在钉钉群里重新复制 Webhook 并更新 url",
        400102: "机器人已停用：请群主启用",
        400013: "群已被解散：请更换渠道",
    }

    def request(self, message: Message) -> tuple[str, dict[str, Any]]:
        stamp = str(round(self._now() * 1000))
        sign = base64.b64encode(_hmac(self._secret.encode(), f"{stamp}\n{self._secret}".encode())).decode()
        joint = "&" if "?" in self._url else "?"
        url = f"{self._url}{joint}timestamp={stamp}&sign={quote_plus(sign)}"
        # A line ends a paragraph only where an empty one follows.
        text = fitted(message, self.most_bytes, bold="**", quote="> ", between="\n\n")
        return url, {"msgtype": "markdown", "markdown": {"title": one_line(message.subject), "text": text}}


class Feishu(Robot):
    """A card of one markdown element, at most 20 kB, 100 a minute; the signature's key is time and key."""

    most_bytes = 18_000
    busy = frozenset({9499, 11232, 99991400})
    hints = {  # noqa: RUF012
        19001: "机器人的地址无效：在飞书群里重新复制 Webhook 并更新 url",
        19021: "签名不符：核对渠道的 secret，并检查本机时钟是否准确",
        19022: "本机地址不在机器人的 IP 白名单里：请在飞书群的机器人设置里添加",
        19024: "消息不含机器人设置的关键词：请在飞书群的机器人设置里改用签名校验",
    }
    _COLOURS = {1: "red", 2: "orange", 3: "yellow", 4: "blue"}  # noqa: RUF012

    def request(self, message: Message) -> tuple[str, dict[str, Any]]:
        stamp = str(int(self._now()))
        sign = base64.b64encode(_hmac(f"{stamp}\n{self._secret}".encode(), b"")).decode()
        colour = self._COLOURS[message.alert.level] if message.alert else "grey"
        title = {"tag": "plain_text", "content": one_line(message.subject)}
        text = fitted(message, self.most_bytes, bold="**", quote="", heading=False)
        card = {
            "header": {"title": title, "template": colour},
            "elements": [{"tag": "div", "text": {"tag": "lark_md", "content": text}}],
        }
        return self._url, {"timestamp": stamp, "sign": sign, "msg_type": "interactive", "card": card}


def fitted(
    message: Message, most_bytes: int, *, bold: str, quote: str, between: str = "\n", heading: bool = True
) -> str:
    """The plain text of a message as modest markdown: subject in bold, then its lines, cut at a line to fit.

    What is markup for the platform is defused, so that a headline cannot mention people (``<@all>``) or hide a link.
    The last line is the message number, the same on every try.
    """
    subject = one_line(message.subject)
    lines = [line.strip() for line in message.text.splitlines() if line.strip() and one_line(line) != subject]
    head = [f"{bold}{_defused(subject)}{bold}"] if heading else []
    tail = f"{quote}消息编号 {message.id.partition('@')[0][:12]}"
    kept: list[str] = []
    room = most_bytes - len(between.join([*head, "……其余见上方链接或邮件", tail]).encode()) - len(between.encode())
    for line in lines:
        told = f"{quote}{_defused(line)}"
        room -= len((told + between).encode())
        if room < 0:
            kept.append("……其余见网页" if not any("http" in k for k in kept) else "……其余见上方链接")
            break
        kept.append(told)
    return between.join([*head, *kept, tail])


def _defused(line: str) -> str:
    return line.translate(_MARKUP)


_MARKUP = str.maketrans({"<": "＜", ">": "＞", "@": "＠", "[": "［", "]": "］", "*": "＊", "`": "｀", "#": "＃"})


def _hmac(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, hashlib.sha256).digest()
