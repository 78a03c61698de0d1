"""One POST of JSON, bounded in time and size, and what its failure means: the ground of every channel over HTTP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from monitor.alerts.channels.base import ChannelAway
from monitor.errors import NotificationFailed

_MOST = 64_000
"""Bytes read of an answer: an answer is a line, and a page that never ends is none."""
TRIES_S = 2.0
"""A try takes at most the time-out for connecting and once more for the answer."""
_PERMANENT = frozenset({400, 401, 403, 404, 405, 410, 413, 415, 422})


def post_json(url: str, body: bytes, headers: Mapping[str, str], timeout_s: float) -> tuple[int, bytes]:
    """Status and body of the answer. No redirect is followed: an address that moved is a matter for the operator.

    Raises ``ChannelAway`` where no whole answer arrives in time. Errors never quote ``url``, which is a secret.
    """
    import urllib3
    from urllib3.exceptions import HTTPError, MaxRetryError, SSLError, TimeoutError

    pool = urllib3.PoolManager(num_pools=1, retries=False, timeout=urllib3.Timeout(total=timeout_s))
    try:
        with pool.request(
            "POST", url, body=body, headers={"Content-Type": "application/json; charset=utf-8", **headers},
            redirect=False, preload_content=False,
        ) as answer:  # fmt: skip
            return answer.status, answer.read(_MOST)
    except TimeoutError as error:
        raise ChannelAway("对方没有及时应答", "稍后自动重试；长期如此可调大渠道的 timeout_s") from error
    except SSLError as error:
        raise ChannelAway("与对方的加密连接失败", "检查地址与对方的证书") from error
    except (MaxRetryError, HTTPError, OSError, UnicodeError) as error:
        raise ChannelAway("连接不上通知地址", "稍后自动重试；检查渠道的 url 与本机网络") from error
    finally:
        pool.clear()


def check_status(status: int) -> None:
    """Raises for every status that is not 2xx; 429 and 5xx pass, other 4xx do not."""
    if 200 <= status < 300:
        return
    if status == 429:
        raise ChannelAway("对方要求放慢发送（429）", "稍后自动重试")
    if 300 <= status < 400:
        raise NotificationFailed(f"通知地址已经改变（{status}）", "在平台上核对渠道的 url", permanent=True)
    if status in _PERMANENT:
        raise NotificationFailed(f"对方拒绝接收（{status}）", "核对渠道的 url 和 secret", permanent=True)
    raise ChannelAway(f"对方内部出错（{status}）", "稍后自动重试")


def answer_of(body: bytes) -> dict[str, Any]:
    """The JSON object of an answer; an answer that is none is a fault that may pass (a proxy's error page)."""
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise ChannelAway("对方的应答看不懂", "可能中间有代理或网关出错；稍后自动重试，长期如此请核对 url")
    return answer


def as_body(value: Mapping[str, Any]) -> bytes:
    """The bytes of a JSON object, the same on every try."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
