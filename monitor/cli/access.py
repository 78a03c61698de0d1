"""``yuqing user token … sign-out``: the tokens of programs, and who is signed in."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, local, opened, print_json, print_table, say


class RoleName(StrEnum):
    READER = "reader"
    DUTY = "duty"
    ADMIN = "admin"


class ScopeName(StrEnum):
    READ = "read"
    EXPORT = "export"
    ALERTS = "alerts"
    BRIEFS = "briefs"
    ADMIN = "admin"


NameArgument = Annotated[str, typer.Argument(help="用户名")]
AnyName = Annotated[str, typer.Argument(help="只看这个用户")]


def register(user: typer.Typer) -> None:
    user.command("token")(token)
    user.command("tokens")(tokens)
    user.command("revoke-token")(revoke_token)
    user.command("sessions")(sessions)
    user.command("sign-out")(sign_out)


def token(
    name: NameArgument,
    role: Annotated[RoleName, typer.Option("--role", help="不得高于用户本人")] = RoleName.READER,
    scope: Annotated[
        list[ScopeName],
        typer.Option("--scope", help="用途，可写几次：read 读取 export 导出 alerts 预警 briefs 专报 admin 管理"),
    ] = [ScopeName.READ],  # noqa: B006 - typer wants the list itself
    label: Annotated[str, typer.Option("--label", help="谁在用、做什么，便于日后辨认")] = "",
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="有效天数")] = 90,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """建立供程序使用的令牌，只显示这一次。"""
    from datetime import timedelta

    from monitor.ops import people

    scopes = frozenset(people.Scope(s.value) for s in scope)
    with opened(config) as app:
        now = app.clock()
        expires = now + timedelta(days=days)
        text = people.add_token(app.store, name, label, people.Role(role.value), expires, now, scopes=scopes)
    uses = "、".join(s.label for s in sorted(scopes))
    say(f"令牌如下，只显示这一次；用途：{uses}。请求时放在 Authorization: Bearer 之后")
    sys.stdout.write(text + "\n")


def tokens(name: AnyName = "", config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """列出令牌：用途、期限、最近一次使用。令牌本身不保存，不能再显示。"""
    from monitor.ops import people

    with opened(config) as app:
        found, now = people.tokens(app.store, name), app.clock()
    if as_json:
        print_json(
            [
                {
                    "id": t.id[:12], "user": t.user, "label": t.label, "role": t.role.value,
                    "scopes": sorted(t.scopes), "expires": t.expires.isoformat(),
                    "used": t.used.isoformat() if t.used else None, "good": t.good(now),
                }
                for t in found
            ]
        )  # fmt: skip
        return
    rows = [
        [
            t.id[:8], t.user, t.label, "、".join(s.label for s in sorted(t.scopes)), local(t.expires),
            local(t.used) if t.used else "从未", "可用" if t.good(now) else "已撤销" if t.revoked else "已过期",
        ]
        for t in found
    ]  # fmt: skip
    print_table("令牌", ("编号", "用户", "说明", "用途", "有效至", "最近使用", "状态"), rows, "还没有令牌")


def revoke_token(
    id: Annotated[str, typer.Argument(help="编号，至少前 8 位")], config: ConfigOption = DEFAULT_CONFIG
) -> None:
    """撤销一个令牌，几秒之内失效。"""
    from monitor.ops import people

    with opened(config) as app:
        gone = people.revoke_token(app.store, id, app.clock())
    say(f"已撤销 {gone.user} 的令牌 {gone.id[:8]}")


def sessions(name: AnyName = "", config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """列出现有的登录。"""
    from datetime import timedelta

    from monitor.ops import people
    from monitor.ops.sessions import under_way

    with opened(config) as app:
        users = {u.name: u for u in people.everyone(app.store)}
        since = app.clock() - timedelta(hours=app.settings.service.http.session_hours)
        found = [s for s in under_way(app.store, users, since) if name in ("", s.user)]
    if as_json:
        print_json(
            [{"name": s.name, "user": s.user, "began": s.began.isoformat(), "seen": s.seen.isoformat()} for s in found]
        )
        return
    rows = [[s.name, s.user, local(s.began), local(s.seen)] for s in found]
    print_table("登录", ("编号", "用户", "登录时间", "最近操作"), rows, "现在没有人登录")


def sign_out(
    name: NameArgument,
    session: Annotated[str, typer.Option("--session", help="只结束这一次登录（编号见 yuqing user sessions）")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """让用户在所有设备上退出，几秒之内生效；令牌不受影响。"""
    from datetime import timedelta

    from monitor.ops import people
    from monitor.ops.sessions import end_named, under_way

    with opened(config) as app:
        now = app.clock()
        if session:
            users = {u.name: u for u in people.everyone(app.store)}
            since = now - timedelta(hours=app.settings.service.http.session_hours)
            end_named(app.store, name, session, under_way(app.store, users, since), now)
        else:
            people.end_sessions(app.store, name, now)
    say(f"{name} 已退出" + ("这一次登录" if session else "全部登录"))
