"""The wallboard: read from across a room, for hours, through restarts. Released figures and public facts only.

No words of residents at all, not even titles of public messages: whoever walks past a wall has not signed in.

It asks again every quarter of a minute by itself (static/wall.js). Server-sent events would hold one of the few threads
of the server for every wall, are kept back by proxies that buffer, and need the same care after a restart; a question
every fifteen seconds needs none of that.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from api import context
from api.auth import caller as callers
from api.auth import device
from api.auth.caller import Caller
from api.auth.sessions import End
from api.dashboard import wall_facts
from api.dashboard.assets import version
from api.dashboard.page import form_page, to_sign_in
from api.errors import Problem
from api.operation import note
from monitor.alerts import snapshots
from monitor.errors import StoreUnavailable
from monitor.ops import audit, walls
from monitor.ops.people import Role
from monitor.ops.walls import Wall

blueprint = Blueprint("wall", __name__)
REVOKED = ("这块屏幕不再是大屏", "它已被撤销，或太久没有使用", "请管理员在“设置”页或用 yuqing wall add 重新接入")


@blueprint.get("/wall")
def wall() -> AnyResponse:
    """The whole board; while the store is away an empty one that fills itself later, so that a screen may start."""
    try:
        who = _who()
        if isinstance(who, End):
            return _sent_away(who)
        if isinstance(who, Wall):
            audit.record(context.store(), f"大屏：{who.name}", audit.Action.QUERY, "/wall", context.now())
        else:
            note(who, audit.Action.QUERY)
        text, status = _board("wall.html", device=isinstance(who, Wall), **wall_facts.facts()), 200
    except StoreUnavailable:
        # The frame and its script hold nothing that needs a permission; they ask until the store is back.
        text, status = _board("wall.html", device=device.known(), at=None), 503
    response = Response(text, status=status, content_type="text/html; charset=utf-8")
    if device.known():
        device.keep(response)
    return response


@blueprint.get("/parts/wall")
def now_() -> AnyResponse:
    """What the wall asks for; a person's session ends when it ends, a screen's when it is revoked."""
    who = _who()
    if isinstance(who, End):
        # No redirect: what stands on the wall stays, with the word that it is old.
        return Response("", status=401, headers={"X-Wall": "revoked" if device.known() else "signed-out"})
    return Response(_board("parts/wall_now.html", **wall_facts.facts()), content_type="text/html; charset=utf-8")


@blueprint.get("/wall/open")
def asks() -> AnyResponse:
    """The form that lets a screen in. Reading it changes nothing: chat programs open links to show what they are."""
    return _form(request.args.get("code", "")[:40])


@blueprint.post("/wall/open")
def opens() -> AnyResponse:
    callers.check_form(request.cookies.get(callers.cookie_name(callers.FORM_COOKIE), ""))
    here, now, address = context.current(), context.now(), request.remote_addr or ""
    who = f"wall {address}"
    if here.throttle.blocked(who, address, now):
        return _form("", error="试错太多，请过一会儿再试。", status=429)
    opened = walls.open_(context.store(), request.form.get("code", "")[:40], now)
    if opened is None:
        here.throttle.failed(who, address, now)
        return _form("", error="代码不对、已用过，或已过一小时。请管理员重新生成。", status=400)
    response = redirect("/wall", code=303)
    device.keep(response, opened[1])
    callers.drop_cookie(response, callers.FORM_COOKIE)
    return response


def _who() -> Wall | Caller | End:
    """The screen or the person that asks. A person's wall counts as use, or it would be signed out at noon."""
    screen = device.wall()
    if screen is not None:
        return screen
    caller = callers.find()
    return callers.required(Role.READER) if isinstance(caller, Caller) else caller


def _sent_away(end: End) -> AnyResponse:
    if not device.known():
        return to_sign_in(end)
    title, detail, hint = REVOKED
    raise Problem(403, "wall_revoked", title, detail, hint=hint)


def _form(code: str, *, error: str = "", status: int = 200) -> AnyResponse:
    name = walls.waiting(context.store(), code, context.now()) if code else None
    return form_page("wall_open.html", status, code=code, name=name, error=error)


def _board(template: str, **values: Any) -> str:
    return render_template(
        template, version=version(), district=context.settings().district.name, compared=snapshots.compared, **values
    )
