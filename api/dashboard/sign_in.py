"""Signing in and out."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from api import context
from api.auth import caller as callers
from api.auth.sessions import End, Session
from api.dashboard.page import form_page, page
from monitor.ops import audit, people
from monitor.ops.people import Role, User

blueprint = Blueprint("sign_in", __name__)

WHY = {
    End.ABSENT: "请先登录，登录后回到您要看的页面。",
    End.UNKNOWN: "登录已失效，请重新登录。",
    End.SIGNED_OUT: "您已退出登录。",
    End.IDLE: "较长时间没有操作，为安全起见请重新登录。登录后回到您要看的页面。",
    End.TOO_OLD: "登录已满时限，请重新登录。登录后回到您要看的页面。",
    End.USER_DISABLED: "这个用户已停用，请联系管理员。",
    End.PASSWORD_CHANGED: "密码已更改，请用新密码登录。",
}


@blueprint.get("/sign-in")
def form() -> AnyResponse:
    target = callers.safe_target(request.args.get("next", "/"))
    if isinstance(callers.find(), callers.Caller):
        return redirect(target, code=303)
    why = request.args.get("why", "")
    return _form(target, notice=WHY[End(why)] if why in [e.value for e in End] else "")


@blueprint.post("/sign-in")
def sign_in() -> AnyResponse:
    given = request.cookies.get(callers.cookie_name(callers.FORM_COOKIE), "")
    callers.check_form(given)
    name, password = request.form.get("name", "").strip()[:64], request.form.get("password", "")
    target = callers.safe_target(request.form.get("next", "/"))
    here, now = context.current(), context.now()
    address = request.remote_addr or ""
    wait = here.throttle.blocked(name, address, now)
    if wait:
        return _form(target, error=f"尝试次数太多，请{spoken(wait)}后再试。", name=name, status=429, wait=wait)
    user = people.verify(context.store(), name, password)
    if user is None:
        here.throttle.failed(name, address, now)
        # What was typed may be a password in the wrong field; only a name that exists is written down.
        known = people.get(context.store(), name) if name else None
        audit.record(context.store(), known.name if known else "?", audit.Action.SIGN_IN_REFUSED, "/sign-in", now)
        return _form(target, error="用户名或密码不对。", name=name, status=401)
    return _welcome(user, target)


@blueprint.post("/sign-out")
@page()
def sign_out() -> AnyResponse:
    caller = callers.required(Role.READER)
    if caller.session is not None:
        context.current().sessions.close(caller.session)
    audit.record(context.store(), caller.name, audit.Action.SIGN_OUT, "/sign-out", context.now())
    response = redirect("/sign-in?why=signed_out", code=303)
    callers.drop_cookie(response, callers.COOKIE)
    return response


def _welcome(user: User, target: str) -> AnyResponse:
    here, now = context.current(), context.now()
    here.throttle.succeeded(user.name, now)
    audit.record(context.store(), user.name, audit.Action.SIGN_IN, "/sign-in", now)
    return sign_in_anew(user, target)


def sign_in_anew(user: User, target: str) -> AnyResponse:
    """A new session for a user who has just shown the password; the one that the browser had ends."""
    here, now = context.current(), context.now()
    old = callers.find(touch=False)
    if isinstance(old, callers.Caller) and isinstance(old.session, Session):
        here.sessions.close(old.session)
    response = redirect(target, code=303)
    seconds = int(here.sessions.lifetime.total_seconds())
    callers.set_cookie(response, callers.COOKIE, here.sessions.open(user, now), max_age=seconds)
    callers.drop_cookie(response, callers.FORM_COOKIE)
    return response


def _form(
    target: str, *, notice: str = "", error: str = "", name: str = "", status: int = 200, wait: timedelta | None = None
) -> Response:
    response = form_page("sign_in.html", status, target=target, notice=notice, error=error, name=name)
    if wait:
        response.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return response


def spoken(wait: timedelta) -> str:
    """How long to wait, as one says it."""
    seconds = int(wait.total_seconds()) + 1
    return f"{seconds} 秒" if seconds < 90 else f"约 {-(-seconds // 60)} 分钟"
