"""The device session of a wallboard: a cookie that opens the wall and nothing else, for as long as it is not revoked.

It does not end with ``http.session_hours``: a wall that goes dark at three in the morning is of no use. In exchange it
is nobody: it has no role, cannot change anything, and no page but the wall looks at it.
"""

from __future__ import annotations

from datetime import timedelta

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from api import context
from api.auth.caller import cookie_name, set_cookie
from monitor.ops import walls
from monitor.ops.walls import Wall

COOKIE = "yuqing_wall"
LIVES = timedelta(days=400)
"""The longest that browsers keep a cookie; it is renewed whenever the wall is loaded."""


def wall() -> Wall | None:
    """The wallboard that asks, if it is one that is let in. Raises ``StoreUnavailable``."""
    secret = _secret()
    return walls.find(context.store(), secret, context.now()) if secret else None


def known() -> bool:
    """Whether the request bears a wallboard's cookie at all, good or not."""
    return bool(_secret())


def keep(response: AnyResponse, secret: str = "") -> None:
    """Gives the cookie to a screen, or renews the one it has."""
    set_cookie(response, COOKIE, secret or _secret(), max_age=int(LIVES.total_seconds()))


def _secret() -> str:
    return request.cookies.get(cookie_name(COOKIE), "")
