"""Errors as readers meet them: problem details (RFC 9457) for programs, a friendly Chinese page for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from api import context
from monitor.errors import BadQuery, StoreConflict, StoreUnavailable, YuqingError
from monitor.ops import log

CONTENT_TYPE = "application/problem+json"
MACHINE_PATHS = ("/api/", "/openapi.json", "/transparency.json", "/healthz", "/readyz", "/metrics")

_SAID: Mapping[int, tuple[str, str, str, str]] = {
    400: ("bad_request", "请求有误", "服务器读不懂这个请求", "检查网址和参数后再试"),
    404: ("not_found", "没有这个页面", "网址可能写错了，或页面已经移走", "从首页重新进入"),
    405: ("method_not_allowed", "不支持这种操作", "这个网址不接受该请求方法", "查看 /openapi.json 中的说明"),
    413: ("too_large", "请求太大", "提交的内容超过上限", "缩短后再试"),
    415: (
        "unsupported_media_type",
        "内容类型不对",
        "请求体须为 JSON",
        "设置 Content-Type: application/json",
    ),
    429: ("too_many_requests", "请求太多", "一分钟内的请求超过上限", "稍后再试"),
    431: ("header_too_large", "请求头太大", "请求头（含 Cookie）超过上限", "清除本站的 Cookie 后再试"),
    500: ("internal", "服务出错了", "已记录这次错误", "稍后再试；仍不行请把编号告诉管理员"),
    501: (
        "not_implemented",
        "不支持这种传输方式",
        "只接受不分块或按块（chunked）的请求体",
        "去掉 Transfer-Encoding 里的其他编码",
    ),
    503: ("unavailable", "服务暂时不可用", "数据库或服务正忙", "稍等片刻再试"),
}


class Problem(Exception):
    """An answer that is an error: status, a stable English ``kind``, and Chinese words for the reader."""

    def __init__(
        self, status: int, kind: str, title: str, detail: str, *, hint: str = "",
        problems: tuple[Mapping[str, str], ...] = (), headers: Mapping[str, str] | None = None
    ) -> None:  # fmt: skip
        super().__init__(kind)
        self.status = status
        self.kind = kind
        self.title = title
        self.detail = detail
        self.hint = hint
        self.problems = problems
        self.headers = dict(headers or {})

    def body(self, request_id: str = "") -> dict[str, Any]:
        """The members of RFC 9457, with ``hint``, ``request_id`` and ``problems`` (one a wrong parameter) added.

        ``request_id``: of a request that never reached Flask.
        """
        body: dict[str, Any] = {
            "type": f"/problems/{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "hint": self.hint,
            "request_id": request_id or context.request_id(),
        }
        if self.problems:
            body["problems"] = [dict(p) for p in self.problems]
        return body


def install(app: Flask) -> None:
    """Every error of this application leaves as a Problem."""
    app.register_error_handler(Problem, answer)
    app.register_error_handler(YuqingError, lambda error: answer(of_service(error)))
    app.register_error_handler(HTTPException, lambda error: answer(_of_http(error)))


def answer(problem: Problem) -> Response:
    """The problem as this request's reader wants it."""
    if request.path.startswith(MACHINE_PATHS):
        text = json.dumps(problem.body(), ensure_ascii=False)
        response = Response(text, status=problem.status, content_type=CONTENT_TYPE)
    else:
        page = render_template("error.html", problem=problem, request_id=context.request_id())
        response = Response(page, status=problem.status, content_type="text/html; charset=utf-8")
    response.headers.update(problem.headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def of_service(error: YuqingError) -> Problem:
    """A service error as a problem; only messages that are written for readers leave."""
    if isinstance(error, StoreUnavailable):
        return Problem(
            503, error.code, "数据库暂时连不上", "采集仍在继续，数据会在恢复后补上；现在还不能查询",
            hint="稍等片刻再刷新；持续不好请通知管理员", headers={"Retry-After": "30"},
        )  # fmt: skip
    if isinstance(error, BadQuery):
        return Problem(400, error.code, "查询条件有误", error.message, hint=error.hint)
    if isinstance(error, StoreConflict):
        return Problem(409, error.code, "同时有人修改", "内容刚刚被别人改过", hint="刷新后再试")
    log.get("api").error("service error", code=error.code, request_id=context.request_id())
    return said(500)


def not_found(what: str, hint: str = "") -> Problem:
    return Problem(404, "not_found", f"没有这个{what}", f"编号不对，或该{what}已不在库中", hint=hint)


def _of_http(error: HTTPException) -> Problem:
    status = error.code or 500
    if status < 400:
        return said(500)
    problem = said(status)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        problem.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return problem


def said(status: int) -> Problem:
    """The problem of a status that has no more to say than itself."""
    kind, title, detail, hint = _SAID.get(status, ("error", "请求未能完成", "服务器没有完成这个请求", "稍后再试"))
    return Problem(status, kind, title, detail, hint=hint)
