"""What every view needs: the App, the sign-in machinery, and one reading of the clock a request."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import current_app, g, request

from api.auth.header import Noted
from api.auth.sessions import Sessions
from api.auth.throttle import Throttle
from api.gate import REQUEST_ID
from api.kept import Access, Answers
from api.rates import Limit
from monitor.app import App
from monitor.ops.metrics import Metrics
from monitor.settings import Settings
from monitor.store import Store

EXTENSION = "yuqing"


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that lives as long as the Flask application."""

    app: App
    sessions: Sessions
    throttle: Throttle
    metrics: Metrics
    access: Access
    answers: Answers[tuple[bytes, str]]
    """Bodies of answers with their ETags."""
    values: Answers[Any]
    """What pages are made of, the same for all readers."""
    callers: Limit
    strangers: Limit
    noted: Noted


def current() -> Context:
    return cast("Context", current_app.extensions[EXTENSION])


def store() -> Store:
    return current().app.store


def settings() -> Settings:
    return current().app.settings


def now() -> datetime:
    """The moment this request is answered for; the same all through it."""
    if "now" not in g:
        g.now = current().app.clock()
    return cast("datetime", g.now)


def request_id() -> str:
    """An id that logs, problem details and error pages share, so that a report can be found again: that of a trusted
    proxy, else a random one."""
    if "request_id" not in g:
        g.request_id = request.environ.get(REQUEST_ID) or secrets.token_hex(8)
    return cast("str", g.request_id)
