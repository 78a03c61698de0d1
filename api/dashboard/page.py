"""What every page does: find the caller or send them to sign in, check the role, note the visit, render."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Response, redirect, render_template, request
from pydantic import BaseModel
from werkzeug.wrappers import Response as AnyResponse

from api import context
from api.auth.caller import SAFE_METHODS, Caller, check_csrf, find, required
from api.auth.sessions import End
from api.operation import note, parse_query
from monitor.ops.audit import Action
from monitor.ops.people import Role

View = TypeVar("View", bound=Callable[..., Any])

NAVIGATION = (
    ("/", "今日", "today"),
    ("/alerts", "预警", "alerts"),
    ("/board", "留言办理", "board"),
    ("/articles", "媒体", "articles"),
    ("/briefs", "专报", "briefs"),
    ("/sources", "信源", "sources"),
    ("/wall", "大屏", "wall"),
)


def page(role: Role = Role.READER, *, audited: Action | None = None, refreshes: bool = False) -> Callable[[View], View]:
    """Guards a view. ``refreshes``: a fragment that a page asks for by itself; it keeps no idle session alive."""

    def guard(view: View) -> View:
        @functools.wraps(view)
        def guarded(**path: Any) -> AnyResponse:
            caller = find(touch=not refreshes)
            if isinstance(caller, End):
                return _to_sign_in(caller)
            caller = required(role)
            check_csrf(caller)
            answer: AnyResponse | str = view(**path)
            if audited is not None:
                note(caller, audited)
            return Response(answer, content_type="text/html; charset=utf-8") if isinstance(answer, str) else answer

        return guarded  # type: ignore[return-value]

    return guard


def render(template: str, here: str = "", **values: Any) -> str:
    """A template with what the frame around every page needs."""
    caller = find()
    who = caller if isinstance(caller, Caller) else None
    return render_template(
        template, here=here, navigation=NAVIGATION, caller=who, csrf=who.csrf if who else "",
        district=context.settings().district.name, now=context.now(), **values,
    )  # fmt: skip


def query_of(model: type[BaseModel]) -> Any:
    """The parameters of a page; fields of a form that were left empty count as not given."""
    return parse_query(model, skip_empty=True)


def address(**changed: str) -> str:
    """This page's address with some parameters changed (empty: taken out)."""
    kept = [(k, v) for k, v in request.args.items(multi=True) if k not in changed and v]
    asked = urlencode([*kept, *((k, v) for k, v in changed.items() if v)])
    return request.path + (f"?{asked}" if asked else "")


def _to_sign_in(end: End) -> AnyResponse:
    wanted = request.full_path.rstrip("?") if request.method in SAFE_METHODS else "/"
    if request.headers.get("HX-Request"):
        # htmx follows this header by loading the whole page, rather than putting a sign-in form into a table.
        where = "/sign-in?" + urlencode({"why": end.value})
        return Response("", status=401, headers={"HX-Redirect": where})
    asked = {} if wanted == "/" and end is End.ABSENT else {"next": wanted, "why": end.value}
    return redirect("/sign-in" + (f"?{urlencode(asked)}" if asked else ""), code=303)
