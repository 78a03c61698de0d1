"""Whether the process lives and can work, metrics, and the description of the API."""

from __future__ import annotations

import json

from flask import Blueprint, Response, current_app

from api import context
from api.operation import conditional
from monitor.errors import StoreUnavailable, YuqingError
from monitor.ops import metrics

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers; says nothing about the store."""
    return _json({"status": "ok"}, 200)


@blueprint.get("/readyz")
def readyz() -> Response:
    """200 if the store answers and can write, else 503 with ``degraded``: then readers get an explanation page."""
    try:
        context.store().ping()
    except StoreUnavailable:
        detail = "数据库暂时连不上；采集到的内容在本机暂存，恢复后自动补上"
        return _json({"status": "degraded", "store": "unavailable", "detail": detail}, 503)
    except YuqingError as error:
        return _json({"status": "degraded", "store": error.code, "detail": error.message}, 503)
    return _json({"status": "ok", "store": "ok", "waiting": context.current().app.spool.standing().public > 0}, 200)


@blueprint.get("/metrics")
def metrics_() -> Response:
    return Response(context.current().metrics.exposition(), content_type=metrics.CONTENT_TYPE)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    text = json.dumps(current_app.extensions["openapi"], ensure_ascii=False)
    return conditional(Response(text, content_type="application/json"))


def _json(body: dict[str, object], status: int) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status=status, content_type="application/json")
