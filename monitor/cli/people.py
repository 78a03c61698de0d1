"""``yuqing user …``: who may sign in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.access import RoleName
from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, local, opened, print_json, print_table, say

user = typer.Typer(no_args_is_help=True, help="用户与令牌。")


NameArgument = Annotated[str, typer.Argument(help="用户名：汉字、字母、数字和 . _ -")]
RoleOption = Annotated[RoleName, typer.Option("--role", help="reader 阅览，duty 值班（可签收、静默预警），admin 管理")]
FileOption = Annotated[
    Path | None, typer.Option("--password-file", help="从文件第一行读密码", exists=True, dir_okay=False)
]
StdinOption = Annotated[bool, typer.Option("--password-stdin", help="从标准输入读密码")]
GenerateOption = Annotated[bool, typer.Option("--generate", help="生成一个密码并只显示这一次")]


def register(app: typer.Typer) -> None:
    from monitor.cli import access
    from monitor.cli.audit_log import log_group

    access.register(user)
    app.add_typer(user, name="user")
    app.add_typer(log_group, name="audit", help="审计记录：谁在何时做了什么；核对有没有被改动。")


@user.command("add")
def add(
    name: NameArgument,
    role: RoleOption,
    password_file: FileOption = None,
    password_stdin: StdinOption = False,
    generate: GenerateOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """新建用户。不给密码来源时在终端输入；非终端则生成一个并显示一次。"""
    from monitor.ops import people

    password, made = _password(password_file, password_stdin, generate)
    with opened(config) as app:
        app.store.init()
        made_user = people.add(app.store, name, people.Role(role.value), password, app.clock())
    say(f"已新建用户 {made_user.name}（{made_user.role.label}）")
    _tell(made, password)


@user.command("password")
def password(
    name: NameArgument,
    password_file: FileOption = None,
    password_stdin: StdinOption = False,
    generate: GenerateOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """更改密码：已有的登录全部失效，停用的用户恢复可用。"""
    from monitor.ops import people

    new, made = _password(password_file, password_stdin, generate)
    with opened(config) as app:
        changed = people.set_password(app.store, name, new, app.clock())
    say(f"已更改 {changed.name} 的密码")
    _tell(made, new)


@user.command("list")
def list_users(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """列出用户。"""
    from monitor.ops import people

    with opened(config) as app:
        users = people.everyone(app.store)
    if as_json:
        print_json(
            [
                {
                    "name": u.name,
                    "role": u.role.value,
                    "created": u.created.isoformat(),
                    "disabled": u.disabled.isoformat() if u.disabled else None,
                }
                for u in users
            ]
        )
        return
    rows = [[u.name, u.role.label, local(u.created), "已停用" if u.disabled else "可用"] for u in users]
    print_table("用户", ("用户名", "角色", "建立", "状态"), rows, "还没有用户；用 yuqing user add 新建")


@user.command("disable")
def disable(name: NameArgument, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """停用用户：登录与令牌立即失效。"""
    from monitor.ops import people

    with opened(config) as app:
        people.disable(app.store, name, app.clock())
    say(f"已停用用户 {name}；恢复请用 yuqing user password")


@user.command("role")
def role(name: NameArgument, new: Annotated[RoleName, typer.Argument(help="reader、duty 或 admin")],
         config: ConfigOption = DEFAULT_CONFIG) -> None:  # fmt: skip
    """更改角色：已有的登录全部失效，令牌的权限随之降低。"""
    from monitor.ops import people

    with opened(config) as app:
        changed = people.set_role(app.store, name, people.Role(new.value), app.clock())
    say(f"{changed.name} 的角色改为{changed.role.label}；需要重新登录")


def _password(file: Path | None, stdin: bool, generate: bool) -> tuple[str, bool]:
    """The password and whether it was made here (then it is shown once)."""
    from monitor.ops import people

    if sum((file is not None, stdin, generate)) > 1:
        raise typer.BadParameter("--password-file、--password-stdin、--generate 只能用一个")
    if file is not None:
        return file.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r"), False
    if stdin:
        return sys.stdin.readline().rstrip("\r\n"), False
    if generate or not sys.stdin.isatty():
        return people.make_password(), True
    entered: str = typer.prompt("密码", hide_input=True, confirmation_prompt="再输入一次")
    return entered, False


def _tell(made: bool, text: str) -> None:
    if made:
        say("密码如下，只显示这一次")
        sys.stdout.write(text + "\n")
