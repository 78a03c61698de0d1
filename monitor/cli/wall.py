"""``yuqing wall``: let wallboards in, list them, take them out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, local, opened, print_json, print_table, say

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.ops.walls import Wall

group = typer.Typer(no_args_is_help=True, help="大屏：不用登录、只能看值守大屏的屏幕。")


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="wall")


@group.command("add")
def add(
    name: Annotated[str, typer.Argument(help="放在哪里，例如 值班室大屏")], config: ConfigOption = DEFAULT_CONFIG
) -> None:
    """为一块大屏生成一次性链接（一小时内有效）。在那块屏幕的浏览器里打开它。"""
    from monitor.ops import walls

    with opened(config) as app:
        app.store.init()
        code = walls.add(app.store, name, app.clock())
        address = f"{app.settings.public_url}/wall/open"
    say("在大屏的浏览器里打开下面的链接，按一次确认；链接只能用一次，一小时内有效。")
    say(f"也可以打开 {address}，输入代码。")
    sys.stdout.write(f"{address}?code={code}\n")


@group.command("list")
def list_walls(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """列出大屏。"""
    from monitor.ops import walls

    with opened(config) as app:
        now = app.clock()
        found = walls.everyone(app.store)
    if as_json:
        print_json(
            [
                {"id": w.id, "name": w.name, "by": w.by, "opened": w.opened.isoformat(), "seen": w.seen.isoformat(),
                 "revoked": w.revoked.isoformat() if w.revoked else None, "good": w.good(now)}
                for w in found
            ]
        )  # fmt: skip
        return
    rows = [[w.id, w.name, w.by, local(w.opened), local(w.seen), _state(w, now)] for w in found]
    print_table("大屏", ("编号", "名称", "建立人", "接入", "最近", "状态"), rows, "还没有大屏；用 yuqing wall add 建立")


@group.command("revoke")
def revoke(
    id: Annotated[str, typer.Argument(help="编号，见 yuqing wall list")], config: ConfigOption = DEFAULT_CONFIG
) -> None:
    """撤销一块大屏：它下一次刷新时就看不到了。"""
    from monitor.ops import walls

    with opened(config) as app:
        gone = walls.revoke(app.store, id, app.clock())
    say(f"已撤销大屏 {gone.name}；要恢复请用 yuqing wall add 重新接入")


def _state(wall: Wall, now: datetime) -> str:
    if wall.revoked:
        return "已撤销"
    return "在用" if wall.good(now) else "久未使用，已失效"
