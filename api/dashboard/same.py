"""One rendering of a page for all who would see the same but for their name and their CSRF token.

The page is rendered with marks in place of both, kept for a moment, and each reader's own are put in. The marks are
random, so nothing that a page quotes can look like one.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from flask import g, request
from markupsafe import escape

from api import context
from api.auth.caller import Caller
from monitor.ops.people import Role

_NAME = secrets.token_hex(16)
_CSRF = secrets.token_hex(32)


@dataclass(frozen=True, slots=True)
class StandIn:
    """What a template may ask of a caller, with marks for what is their own. ``session``: whether they can sign out."""

    name: str
    role: Role
    csrf: str
    session: bool


def stand_in(caller: Caller) -> Caller | StandIn:
    """The caller as a template sees them now."""
    if not g.get("shared_page"):
        return caller
    return StandIn(_NAME, caller.role, _CSRF, caller.session is not None)


def text(caller: Caller, view: Callable[[], str]) -> str:
    """The text of a view for this caller."""

    def made() -> tuple[bytes, str]:
        g.shared_page = True
        try:
            return view().encode(), ""
        finally:
            g.shared_page = False

    asked = tuple(sorted(request.args.items(multi=True)))
    key = ("page", request.path, asked, caller.role, caller.session is not None)
    kept, _ = context.current().answers.get(key, context.now(), made, lambda value: len(value[0]) + 500)
    return kept.decode().replace(_NAME, str(escape(caller.name))).replace(_CSRF, caller.csrf)
