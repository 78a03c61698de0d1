"""Who is calling: a session cookie or a bearer token, and whether they may do what they ask."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, g, request
from werkzeug.wrappers import Response as AnyResponse

from api import context
from api.auth.sessions import End, Session
from api.errors import Problem
from monitor.ops import people
from monitor.ops.people import Role, User

COOKIE = "yuqing_session"
FORM_COOKIE = "yuqing_form"
CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Caller:
    """``session`` is None for a bearer token."""

    user: User
    role: Role
    session: Session | None

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def csrf(self) -> str:
        return context.current().sessions.csrf(self.session.id) if self.session else ""


def find(*, touch: bool = True) -> Caller | End:
    """The caller of this request, or why there is none; looked up once a request."""
    if "caller" not in g:
        g.caller = _find(touch)
    caller: Caller | End = g.caller
    return caller


def required(role: Role) -> Caller:
    """The caller, if allowed; raises the problem 401 or 403."""
    caller = find()
    if isinstance(caller, End):
        raise Problem(
            401, "unauthorized", "请先登录",
            "需要登录，或提供有效的 Bearer 令牌" if caller is End.ABSENT else "登录已失效，请重新登录",
            hint="在浏览器打开 /sign-in 登录；程序请用 yuqing user token 建立令牌",
            headers={"WWW-Authenticate": 'Bearer realm="yuqing"'},
        )  # fmt: skip
    if not caller.role.may(role):
        raise Problem(403, "forbidden", "没有权限", f"此操作需要“{role.label}”角色", hint="如确有需要，请联系管理员")
    return caller


def check_csrf(caller: Caller) -> None:
    """Refuses an unsafe request of a session that does not carry the session's token; bearer tokens need none."""
    if request.method in SAFE_METHODS or caller.session is None:
        return
    if not context.current().sessions.csrf_fits(_given(), caller.session.id):
        refuse_csrf()


def check_form(form_cookie: str) -> None:
    """The same for the sign-in form, whose token is bound to a cookie of its own."""
    if not context.current().sessions.csrf_fits(_given(), form_cookie):
        refuse_csrf()


def refuse_csrf() -> None:
    raise Problem(
        403, "csrf", "页面已过期", "请求没有带上本页面的防伪标记，可能是页面打开太久或来自其他网站",
        hint="返回页面刷新后再试",
    )  # fmt: skip


def cookie_name(name: str) -> str:
    """With the ``__Host-`` prefix where cookies travel by TLS only: then no other host can plant one."""
    return f"__Host-{name}" if context.settings().service.http.secure_cookie else name


def set_cookie(response: AnyResponse, name: str, value: str, max_age: int | None = None) -> None:
    secure = context.settings().service.http.secure_cookie
    response.set_cookie(
        cookie_name(name), value, max_age=max_age, httponly=True, secure=secure, samesite="Lax", path="/"
    )


def drop_cookie(response: AnyResponse, name: str) -> None:
    secure = context.settings().service.http.secure_cookie
    response.delete_cookie(cookie_name(name), path="/", httponly=True, secure=secure, samesite="Lax")


def safe_target(target: str) -> str:
    """A page of this site to go to after sign-in; the front page for anything else (an open redirect, a form)."""
    try:
        parts = urlsplit(target.replace("\\", "/"))
    except ValueError:
        return "/"
    plain = target.startswith("/") and not target.startswith("//") and not parts.netloc and not parts.scheme
    if (
        not plain
        or any(ord(c) < 33 for c in target)
        or len(target) > 2000
        or parts.path.startswith(("/sign-", "/api/"))
    ):
        return "/"
    adapter = current_app.create_url_adapter(request)
    return target if adapter is not None and adapter.test(parts.path, "GET") else "/"


def _given() -> str:
    return request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")


def _find(touch: bool) -> Caller | End:
    header = request.headers.get("Authorization", "")
    if header:
        scheme, _, text = header.partition(" ")
        found = people.find_token(context.store(), text.strip(), context.now()) if scheme.lower() == "bearer" else None
        return Caller(found[0], found[1], None) if found else End.UNKNOWN
    cookie = request.cookies.get(cookie_name(COOKIE), "")
    session = context.current().sessions.find(cookie, context.now(), touch=touch)
    return session if isinstance(session, End) else Caller(session.user, session.user.role, session)
