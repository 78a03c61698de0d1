"""What every page does: find the caller or send them to sign in, check the role, note the visit, render."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from flask import Response, redirect, render_template, request
from pydantic import BaseModel
from werkzeug.wrappers import Response as AnyResponse

from api import context
from api.auth.caller import (
    FORM_COOKIE,
    SAFE_METHODS,
    Caller,
    check_csrf,
    cookie_name,
    find,
    required,
    set_cookie,
)
from api.auth.sessions import End
from api.dashboard import same
from api.operation import note, parse_query
from monitor.ops.audit import Action
from monitor.ops.people import Role

View = TypeVar("View", bound=Callable[..., Any])

NAVIGATION = (
    ("/", "今日", "today", Role.READER),
    ("/alerts", "预警", "alerts", Role.READER),
    ("/topics", "专题", "topics", Role.READER),
    ("/events", "事件", "events", Role.READER),
    ("/board", "留言办理", "board", Role.READER),
    ("/articles", "媒体", "articles", Role.READER),
    ("/briefs", "专报", "briefs", Role.READER),
    ("/sources", "信源", "sources", Role.READER),
    ("/wall", "大屏", "wall", Role.READER),
    ("/settings", "设置", "settings", Role.ADMIN),
    ("/audit", "审计", "audit", Role.ADMIN),
    ("/help", "帮助", "help", Role.READER),
)
"""Address, name, key and the role from which a page is offered."""


def page(
    role: Role = Role.READER, *, audited: Action | None = None, refreshes: bool = False, shared: bool = False
) -> Callable[[View], View]:
    """Guards a view. ``refreshes``: a fragment that a page asks for by itself; it keeps no idle session alive.

    ``shared``: the view returns a text that is the same for everybody of a role but for name and CSRF token, and
    changes nothing; it may be kept for a moment (``api.kept``).
    """

    def guard(view: View) -> View:
        @functools.wraps(view)
        def guarded(**path: Any) -> AnyResponse:
            caller = find(touch=not refreshes)
            if isinstance(caller, End):
                return to_sign_in(caller)
            caller = required(role)
            check_csrf(caller)
            answer: AnyResponse | str = same.text(caller, lambda: view(**path)) if shared else view(**path)
            if audited is not None:
                note(caller, audited)
            return Response(answer, content_type="text/html; charset=utf-8") if isinstance(answer, str) else answer

        return guarded  # type: ignore[return-value]

    return guard


def render(template: str, here: str = "", **values: Any) -> str:
    """A template with what the frame around every page needs."""
    caller = find()
    who = same.stand_in(caller) if isinstance(caller, Caller) else None
    return render_template(
        template, here=here, navigation=_offered(who), caller=who, csrf=who.csrf if who else "",
        district=context.settings().district.name, now=context.now(), **values,
    )  # fmt: skip


def _offered(caller: Caller | same.StandIn | None) -> list[tuple[str, str, str]]:
    """The pages in the order of the navigation that a caller may open."""
    return [(href, name, key) for href, name, key, role in NAVIGATION if caller is not None and caller.role.may(role)]


def query_of(model: type[BaseModel]) -> Any:
    """The parameters of a page; fields of a form that were left empty count as not given."""
    return parse_query(model, skip_empty=True)


def address(**changed: str) -> str:
    """This page's address with some parameters changed (empty: taken out)."""
    kept = [(k, v) for k, v in request.args.items(multi=True) if k not in changed and v]
    asked = urlencode([*kept, *((k, v) for k, v in changed.items() if v)])
    return request.path + (f"?{asked}" if asked else "")


def form_page(template: str, status: int = 200, **values: Any) -> Response:
    """A page with a form for people who have not signed in: its CSRF token is bound to a cookie of its own."""
    cookie = request.cookies.get(cookie_name(FORM_COOKIE), "") or secrets.token_urlsafe(32)
    text = render(template, form_csrf=context.current().sessions.csrf(cookie), **values)
    response = Response(text, status=status, content_type="text/html; charset=utf-8")
    set_cookie(response, FORM_COOKIE, cookie)
    return response


def to_sign_in(end: End) -> AnyResponse:
    """The sign-in form, which leads back to the page that was asked for."""
    wanted = request.full_path.rstrip("?") if request.method in SAFE_METHODS else "/"
    if request.headers.get("HX-Request"):
        # htmx follows this header by loading the whole page, rather than putting a sign-in form into a table.
        at = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = at.path + (f"?{at.query}" if at.query else "")
        where = "/sign-in?" + urlencode({"next": back or "/", "why": end.value})
        return Response("", status=401, headers={"HX-Redirect": where})
    asked = {} if wanted == "/" and end is End.ABSENT else {"next": wanted, "why": end.value}
    return redirect("/sign-in" + (f"?{urlencode(asked)}" if asked else ""), code=303)
