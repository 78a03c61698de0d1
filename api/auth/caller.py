"""Who is calling: a session cookie, a bearer token or a trusted proxy's word, and whether they may do what they ask."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, g, request
from werkzeug.wrappers import Response as AnyResponse

from api import context
from api.auth import header
from api.auth.sessions import End, Session
from api.errors import Problem
from monitor.ops import people
from monitor.ops.people import Role, Scope, Token, User

COOKIE = "yuqing_session"
FORM_COOKIE = "yuqing_form"
CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Caller:
    """``session`` is None for a bearer token and for a user whom a trusted proxy names; ``token`` for the others."""

    user: User
    role: Role
    session: Session | None
    token: Token | None = None

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def bound_to(self) -> str:
        """What the CSRF token of this caller's pages is bound to; empty for a bearer token."""
        if self.token is not None:
            return ""
        return self.session.id if self.session else f"proxy:{self.name}"

    @property
    def csrf(self) -> str:
        return context.current().sessions.csrf(self.bound_to) if self.bound_to else ""


def look() -> Caller | End:
    """The caller of this request, or why there is none, looked up once a request; a look changes nothing."""
    if "caller" not in g:
        g.caller = _find()
    caller: Caller | End = g.caller
    return caller


def find(*, touch: bool = True) -> Caller | End:
    """The same, noted as used. ``touch`` False, the first time that it is asked: a page that refreshes itself keeps
    nobody signed in."""
    caller = look()
    if "touched" not in g:
        g.touched = touch
        if touch and isinstance(caller, Caller):
            _touch(caller)
    return caller


def _touch(caller: Caller) -> None:
    here, now = context.current(), context.now()
    if caller.session is not None:
        here.sessions.touch(caller.session, now)
    elif caller.token is not None:
        people.token_used(context.store(), caller.token, now)
    else:
        here.noted.note(context.store(), caller.user, now)


def required(role: Role, scope: Scope | None = None) -> Caller:
    """The caller, if allowed; raises the problem 401 or 403. ``scope``: what a token has to be for."""
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
    wanted = scope or scope_of(request.method, request.path, role)
    if caller.token is not None and wanted not in caller.token.scopes:
        raise Problem(
            403, "scope", "令牌不作此用", f"这个令牌没有“{wanted.label}”（{wanted.value}）这项用途",
            hint="用 yuqing user token --scope 建立合用的令牌",
        )  # fmt: skip
    return caller


def scope_of(method: str, path: str, role: Role) -> Scope:
    """What a token has to be for to ask this: by who may, then by what is changed."""
    if role is Role.ADMIN:
        return Scope.ADMIN
    if method in SAFE_METHODS:
        return Scope.EXPORT if "/exports/" in path else Scope.READ
    part = path.removeprefix("/api/v1").split("/")[1:2]
    return {"alerts": Scope.ALERTS, "silences": Scope.ALERTS, "briefs": Scope.BRIEFS}.get("".join(part), Scope.ADMIN)


def check_csrf(caller: Caller) -> None:
    """Refuses an unsafe request that a browser may have been made to send: without the caller's own token, or from
    another site. Bearer tokens need none, because no browser sends them by itself."""
    if request.method in SAFE_METHODS or caller.token is not None:
        return
    if _from_elsewhere() or not context.current().sessions.csrf_fits(_given(), caller.bound_to):
        refuse_csrf()


def check_form(form_cookie: str) -> None:
    """The same for the sign-in form, whose token is bound to a cookie of its own."""
    if _from_elsewhere() or not context.current().sessions.csrf_fits(_given(), form_cookie):
        refuse_csrf()


def refuse_csrf() -> None:
    raise Problem(
        403, "csrf", "页面已过期", "请求没有带上本页面的防伪标记，可能是页面打开太久或来自其他网站",
        hint="返回页面刷新后再试",
    )  # fmt: skip


def cookie_name(name: str) -> str:
    """With the ``__Host-`` prefix where cookies travel by TLS only: then no other host can plant one."""
    return f"__Host-{name}" if context.settings().service.http.secure else name


def set_cookie(response: AnyResponse, name: str, value: str, max_age: int | None = None) -> None:
    secure = context.settings().service.http.secure
    response.set_cookie(
        cookie_name(name), value, max_age=max_age, httponly=True, secure=secure, samesite="Lax", path="/"
    )


def drop_cookie(response: AnyResponse, name: str) -> None:
    secure = context.settings().service.http.secure
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


def _from_elsewhere() -> bool:
    """Whether the browser itself says that another site made it send this (Fetch Metadata, else Origin)."""
    site = request.headers.get("Sec-Fetch-Site", "")
    if site:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin", "")
    # By name and port only: behind a proxy that ends TLS, the scheme that we see need not be the browser's.
    own = (request.host.lower(), urlsplit(context.settings().public_url).netloc.lower())
    return bool(origin) and origin.lower().partition("://")[2] not in own


def _find() -> Caller | End:
    here, now = context.current(), context.now()
    given = request.headers.get("Authorization", "")
    if given:
        scheme, _, text = given.partition(" ")
        found = here.access.token(text.strip(), now) if scheme.lower() == "bearer" else None
        return Caller(found[0], found[1].role, None, found[1]) if found else End.UNKNOWN
    cookie = request.cookies.get(cookie_name(COOKIE), "")
    session = here.sessions.find(cookie, now, touch=False)
    if isinstance(session, Session):
        return Caller(session.user, session.user.role, session)
    named, groups = header.named()
    return (_proxied(named, groups) or End.USER_DISABLED) if named else session


def _proxied(name: str, groups: str) -> Caller | None:
    role = header.role_of(groups, context.settings().service.http.header_sign_in)
    user = header.user_of(name, role, context.current().access, context.now()) if role else None
    return Caller(user, user.role, None) if user else None
