"""Who may sign in: users (``users``) and the bearer tokens of programs (``tokens``)."""

from __future__ import annotations

from monitor.ops.tokens import (
    ALL_SCOPES,
    STATE_TOKEN,
    TOKEN_PREFIX,
    Scope,
    Token,
    add_token,
    find_token,
    revoke_token,
    token_used,
    tokens,
)
from monitor.ops.users import (
    NAME,
    STATE_USER,
    PeopleError,
    Reads,
    Role,
    User,
    add,
    check_password,
    disable,
    end_sessions,
    everyone,
    get,
    make_password,
    set_password,
    set_role,
    verify,
)

__all__ = [
    "ALL_SCOPES", "NAME", "STATE_TOKEN", "STATE_USER", "TOKEN_PREFIX", "PeopleError", "Reads", "Role", "Scope", "Token",
    "User", "add", "add_token", "check_password", "disable", "end_sessions", "everyone", "find_token", "get",
    "make_password", "revoke_token", "set_password", "set_role", "token_used", "tokens", "verify",
]  # fmt: skip
