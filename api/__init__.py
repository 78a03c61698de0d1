"""Flask API, dashboard and transparency page."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Flask, Response, g, request

from api import context, dashboard, errors, health, openapi, security, transparency
from api.auth.header import Noted
from api.auth.sessions import Sessions
from api.auth.throttle import Throttle
from api.gate import Gate
from api.gauges import Rooms
from api.kept import Access, Answers
from api.rates import Limit
from api.resources import ALL
from monitor.app import App
from monitor.ops import log
from monitor.ops.metrics import Metrics
from monitor.ops.timed import timed

MAX_BODY = 256 * 1024
QUIET = frozenset({"static", "health.healthz", "health.readyz", "health.metrics_"})
"""Endpoints that machines ask all day: logged at level DEBUG only."""
_log = log.get("api")


class Server(Flask):
    """Flask, but a failure is logged by its type and place only: messages may quote what a resident wrote (S2)."""

    def ensure_sync(self, func: Any) -> Any:
        """Every view and hook here is synchronous; asking each of them at each request costs more than some of them."""
        return func

    def log_exception(self, exc_info: Any) -> None:
        kind, _, trace = exc_info
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else ""
        log.get("api").error(
            "request failed", error=kind.__name__ if kind else "", place=place, request_id=context.request_id()
        )


def create_app(app: App) -> Flask:
    """The whole web application over an App; safe to serve from many threads."""
    settings = app.settings
    flask = Server(__name__, static_folder=None)
    flask.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    flask.json.ensure_ascii = False  # type: ignore[attr-defined]
    measured = Metrics(settings, app.store, app.spool, app.clock)
    measured.add(Rooms(app))
    app = replace(app, store=timed(app.store, measured.observe_call))
    flask.extensions[context.EXTENSION] = _context(app, measured)
    for resource in ALL:
        flask.register_blueprint(resource.blueprint)
    operations = [operation for resource in ALL for operation in resource.operations]
    flask.extensions["openapi"] = openapi.document(operations, f"{settings.district.name}舆情监测服务")
    flask.register_blueprint(health.blueprint)
    flask.register_blueprint(transparency.blueprint)
    dashboard.install(flask)
    errors.install(flask)
    _measure(flask)
    security.install(flask)
    flask.wsgi_app = Gate(flask.wsgi_app, settings.service.http)  # type: ignore[method-assign]
    return flask


def _context(app: App, metrics: Metrics) -> context.Context:
    http, access = app.settings.service.http, Access(app.store)
    lifetime, idle = timedelta(hours=http.session_hours), timedelta(minutes=http.idle_min)
    return context.Context(
        app=app,
        sessions=Sessions(app.store, app.keys.session, lifetime, idle, access),
        throttle=Throttle(app.store, app.keys.session),
        metrics=metrics,
        access=access,
        answers=Answers(app.store),
        values=Answers(app.store),
        callers=Limit(http.rate.caller_per_min, http.rate.burst),
        strangers=Limit(http.rate.stranger_per_min, http.rate.burst),
        noted=Noted(),
    )


def _measure(flask: Flask) -> None:
    @flask.before_request
    def start() -> None:
        g.began = time.perf_counter()
        log.bind(request_id=context.request_id())

    @flask.after_request
    def stop(response: Response) -> Response:
        seconds = time.perf_counter() - g.began if "began" in g else 0.0
        endpoint = request.endpoint or "unknown"
        context.current().metrics.observe(_method(), endpoint, response.status_code, seconds)
        response.headers["X-Request-Id"] = context.request_id()
        note = _log.debug if endpoint in QUIET else _log.info
        note("request", method=_method(), endpoint=endpoint, status=response.status_code, ms=round(seconds * 1000))
        return response

    @flask.teardown_request
    def forget(_: BaseException | None) -> None:
        log.unbind()


def _method() -> str:
    """Methods somebody made up are one label value."""
    return request.method if request.method in ("GET", "HEAD", "POST", "PUT", "OPTIONS") else "OTHER"
