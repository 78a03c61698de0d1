"""Who may sign in, for administrators: names, roles, sign-ins and tokens. Made and changed on the command line only."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ConfigDict, Field

from api import context
from api.operation import Resource
from api.shapes import Moment, Shape
from monitor.ops import people, sessions
from monitor.ops.audit import Action
from monitor.ops.people import Role, Scope, Token, User
from monitor.ops.sessions import Signed

resource = Resource("users", "用户")


class SignedShape(Shape):
    """一次登录。"""

    name: str = Field(description="编号，供 yuqing user sign-out --session 使用；不能用来登录")
    began: Moment
    seen: Moment

    @classmethod
    def of(cls, s: Signed) -> SignedShape:
        return cls(name=s.name, began=s.began, seen=s.seen)


class TokenShape(Shape):
    """一个供程序使用的令牌；它的文字不保存，也不能再显示。"""

    id: str = Field(description="编号（开头几位），供 yuqing user revoke-token 使用")
    label: str
    role: Role
    scopes: Sequence[Scope]
    created: Moment
    expires: Moment
    used: Moment | None = Field(description="最近一次使用，精确到十分钟")
    revoked: Moment | None

    @classmethod
    def of(cls, t: Token) -> TokenShape:
        return cls(
            id=t.id[:12], label=t.label, role=t.role, scopes=sorted(t.scopes), created=t.created, expires=t.expires,
            used=t.used, revoked=t.revoked,
        )  # fmt: skip


class UserShape(Shape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "zhiban01", "role": "duty", "created": "2026-11-01T09:00:00+08:00", "disabled": None,
                    "sessions": [
                        {"name": "3fa9c1d2", "began": "2026-11-22T07:58:00+08:00", "seen": "2026-11-22T08:20:00+08:00"}
                    ],
                    "tokens": [],
                }
            ]
        }
    )  # fmt: skip

    name: str
    role: Role
    created: Moment
    disabled: Moment | None
    sessions: Sequence[SignedShape]
    tokens: Sequence[TokenShape]


class UserList(Shape):
    items: Sequence[UserShape]


@resource.get("/users", role=Role.ADMIN, answer=UserList, audited=Action.QUERY)
def list_users() -> UserList:
    """全部用户、他们的登录与令牌

    新建、停用和改密码只能在服务器上用 yuqing user 进行。
    """
    store = context.store()
    users = {user.name: user for user in people.everyone(store)}
    since = context.now() - context.current().sessions.lifetime
    signed, tokens = sessions.under_way(store, users, since), people.tokens(store)
    return UserList(items=[_shape(user, signed, tokens) for user in users.values()])


def _shape(user: User, signed: Sequence[Signed], tokens: Sequence[Token]) -> UserShape:
    return UserShape(
        name=user.name, role=user.role, created=user.created, disabled=user.disabled,
        sessions=[SignedShape.of(s) for s in signed if s.user == user.name],
        tokens=[TokenShape.of(t) for t in tokens if t.user == user.name],
    )  # fmt: skip
