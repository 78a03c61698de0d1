"""What holds for every request: by which name, how often, in which form, and from which sites."""

from __future__ import annotations

import math

from flask import Flask, Response, g, request

from api import context
from api.auth.caller import Caller, look
from api.auth.sessions import End
from api.auth.throttle import network_of
from api.errors import MACHINE_PATHS, Problem
from api.gate import REFUSED
from api.rates import Limit, Verdict
from monitor.errors import StoreUnavailable

API = "/api/"
FREE = frozenset({"static", "health.healthz"})
"""Endpoints that are not counted: files of ours that browsers keep, and whether the process lives."""
_HOSTS = {
    "host_unreadable": ("Host 读不懂", "请求没有写明、或写了几个主机名"),
    "host_differs": ("Host 前后不一", "请求行里的主机名与 Host 不同"),
    "host_unknown": ("不是本服务的主机名", "请求用的主机名不在本服务的名单里"),
}


def install(flask: Flask) -> None:
    """Checks before the view; what is told of pace and origins after it."""
    flask.before_request(_check)
    flask.after_request(_tell)


def _check() -> Response | None:
    _right_host()
    if request.method == "OPTIONS" and (answer := _preflight()) is not None:
        return answer
    _plain_body()
    _pace()
    return None


def _right_host() -> None:
    refused = request.environ.get(REFUSED)
    if refused:
        title, detail = _HOSTS[refused]
        hint = "在 service.toml 的 http.allowed_hosts 或 http.public_url 写上所用的主机名"
        raise Problem(400, "bad_host", title, detail, hint=hint)


def _preflight() -> Response | None:
    """Answers a browser that asks whether a script of another site may call the API."""
    asked = "Access-Control-Request-Method" in request.headers
    if not asked or not request.path.startswith(API):
        return None
    response = Response(status=204)
    if _welcome_origin():
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, PUT"
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, If-None-Match"
        response.headers["Access-Control-Max-Age"] = "600"
    return response


def _plain_body() -> None:
    """A body that is packed could unfold to any size; nobody sends one to a service that takes a few lines."""
    if request.environ.get("HTTP_CONTENT_ENCODING", "").lower() not in ("", "identity"):
        raise Problem(
            415, "content_encoding", "不接受压缩的请求体", "请求体须不压缩地发送", hint="去掉 Content-Encoding",
            headers={"Accept-Encoding": "identity"},
        )  # fmt: skip


def _pace() -> None:
    """Counts the request for whoever asks: a signed-in user, or else an address."""
    if request.endpoint in FREE:
        return
    here = context.current()
    try:
        caller: Caller | End = look()
    except StoreUnavailable:
        # Who it is cannot be told: whatever needs to know will say so, the rest is answered as to a stranger.
        caller = End.UNKNOWN
    if isinstance(caller, Caller):
        limit, name = here.callers, f"{caller.name}.{caller.token.id[:16] if caller.token else ''}"
    else:
        limit, name = here.strangers, network_of(request.remote_addr or "")
    verdict = limit.take(name)
    if verdict is None:
        return
    g.pace = (limit, verdict)
    if not verdict.allowed:
        wait = math.ceil(verdict.wait_s)
        raise Problem(
            429, "too_many_requests", "请求太多", f"每分钟最多 {limit.per_min} 次；请 {wait} 秒后再试",
            hint="程序请按 Retry-After 等待；额度在 service.toml 的 [http.rate]", headers={"Retry-After": str(wait)},
        )  # fmt: skip


def _tell(response: Response) -> Response:
    headers = response.headers
    if request.path.startswith(MACHINE_PATHS):
        _tell_pace(response)
        if request.path.startswith(API) and _welcome_origin():
            headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
            headers["Access-Control-Expose-Headers"] = "ETag, RateLimit, Retry-After, X-Request-Id"
            response.vary.add("Origin")
    return response


def _tell_pace(response: Response) -> None:
    """How much is left, as the IETF draft on RateLimit fields (draft-ietf-httpapi-ratelimit-headers) writes it."""
    told: tuple[Limit, Verdict] | None = g.get("pace")
    if told is not None:
        limit, verdict = told
        response.headers["RateLimit-Policy"] = f'"minute";q={limit.per_min};w=60'
        response.headers["RateLimit"] = f'"minute";r={verdict.left};t={math.ceil(verdict.wait_s)}'


def _welcome_origin() -> bool:
    origin = request.environ.get("HTTP_ORIGIN", "")
    return bool(origin) and origin.lower() in context.settings().service.http.cors_origins
