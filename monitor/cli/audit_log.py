"""``yuqing audit``: who did what, and whether somebody has changed the record."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, local, opened, print_json, print_table, say

log_group = typer.Typer()


@log_group.callback(invoke_without_command=True)
def audit(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="条数")] = 50,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """审计记录：谁在何时做了什么，最新的在前。"""
    if context.invoked_subcommand is not None:
        return
    from monitor.ops import audit as log

    with opened(config) as app:
        entries = log.read(app.store, limit=limit)
    if as_json:
        print_json(
            [
                {"id": e.id, "time": e.time.isoformat(), "who": e.who, "action": e.action.value, "target": e.target}
                for e in entries
            ]
        )
        return
    rows = [[local(e.time), e.who, e.action.value, e.target] for e in entries]
    print_table("审计记录", ("时间", "谁", "操作", "对象"), rows, "还没有记录")


@log_group.command()
def verify(
    head: Annotated[str, typer.Option("--head", help="以前抄下的链尾，核对它仍在链上")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """核对审计记录的哈希链：有没有记录被改动、插入或删除。"""
    from dataclasses import asdict

    from monitor.ops import audit as log

    with opened(config) as app:
        found = log.verify(app.store)
        missing = bool(head) and not log.holds(app.store, head)
    fault = found.fault or ("抄下的链尾不在链上：记录被整段替换过" if missing else "")
    if as_json:
        print_json({**asdict(found), "fault": fault})
    elif fault:
        say(f"审计记录不完整：{fault}")
    else:
        say(f"审计记录完整：共 {found.entries} 条。链尾 {found.head}")
        say("请把链尾抄到本系统以外；日后用 --head 核对。")
    if fault:
        raise typer.Exit(1)
