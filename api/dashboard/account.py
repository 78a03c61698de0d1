"""我的账户: one's own password and sign-ins."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from api import context
from api.auth import caller as callers
from api.auth.caller import Caller
from api.dashboard.page import page, render
from api.dashboard.sign_in import sign_in_anew, spoken
from monitor.ops import people, sessions
from monitor.ops.people import PeopleError, Role
from monitor.ops.sessions import Signed

blueprint = Blueprint("account", __name__)
DONE = {"password": "密码已更改，其他地方的登录都已退出。", "ended": "那一次登录已退出。"}


@blueprint.get("/account")
@page()
def account() -> Response:
    return _shown(DONE.get(request.args.get("done", ""), ""))


@blueprint.post("/account/password")
@page()
def change_password() -> AnyResponse:
    """Whoever finds a screen unlocked cannot take the account over: the present password is asked for."""
    caller, here, now = callers.required(Role.READER), context.current(), context.now()
    if caller.session is None:
        return _shown(error="只有用密码登录的人才能在这里改密码。", status=403)
    given = {key: request.form.get(key, "") for key in ("password", "new", "again")}
    address = request.remote_addr or ""
    wait = here.throttle.blocked(caller.name, address, now)
    if wait:
        return _shown(error=f"尝试次数太多，请{spoken(wait)}后再试。", status=429)
    if people.verify(context.store(), caller.name, given["password"]) is None:
        here.throttle.failed(caller.name, address, now)
        return _shown(error="现在的密码不对。", status=403)
    if given["new"] != given["again"]:
        return _shown(error="两次输入的新密码不一样。", status=400)
    try:
        user = people.set_password(context.store(), caller.name, given["new"], now, who=caller.name)
    except PeopleError as error:
        return _shown(error=f"{error.message}。{error.hint}。", status=400)
    return sign_in_anew(user, "/account?done=password")


@blueprint.post("/account/sessions/<name>/end")
@page()
def end_session(name: str) -> AnyResponse:
    caller = callers.required(Role.READER)
    try:
        sessions.end_named(context.store(), caller.name, name, _sessions(caller), context.now(), who=caller.name)
    except PeopleError:
        return redirect("/account", code=303)  # ended already
    return redirect("/account?done=ended", code=303)


@blueprint.post("/account/sign-out")
@page()
def sign_out_everywhere() -> AnyResponse:
    caller = callers.required(Role.READER)
    if caller.session is None:
        return _shown(error="这个登录由单位的统一认证管理，请在那里退出。", status=403)
    people.end_sessions(context.store(), caller.name, context.now(), who=caller.name)
    response = redirect("/sign-in?why=signed_out", code=303)
    callers.drop_cookie(response, callers.COOKIE)
    return response


def _sessions(caller: Caller) -> list[Signed]:
    store = context.store()
    user = people.get(store, caller.name)
    since = context.now() - context.current().sessions.lifetime
    return sessions.under_way(store, {user.name: user}, since) if user else []


def _shown(done: str = "", *, error: str = "", status: int = 200) -> Response:
    caller = callers.required(Role.READER)
    signed = _sessions(caller) if caller.session else []
    mine = caller.session.id if caller.session else ""
    text = render("account.html", "account", signed=signed, mine=mine, done=done, error=error)
    return Response(text, status=status, content_type="text/html; charset=utf-8")
