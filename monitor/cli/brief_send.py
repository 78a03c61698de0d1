"""``yuqing brief send|receipts``: a brief to its distribution list by mail, and what became of each mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, NowOption, opened, print_json, print_table

if TYPE_CHECKING:
    from monitor.app import App

IdArgument = Annotated[str, typer.Argument(help="专报编号，如 daily.2026-11-21；用 yuqing brief list 查看")]
WhoOption = Annotated[str, typer.Option("--who", help="操作人，记入审计日志，不印在专报上", show_default=False)]
_RECEIPT_COLUMNS = ("签发", "收件", "地址", "状态", "时间", "说明")


def register(group: typer.Typer) -> None:
    for command in (send, receipts):
        group.command(command.__name__)(command)


def send(
    id: IdArgument,
    name: Annotated[list[str] | None, typer.Option("--name", help="只送分送单中的这一家；可多次")] = None,
    who: WhoOption = "cli",
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
) -> None:
    """分送最近一次签发的专报：给还没有收到的人，被拒收的再试；立即发送并列出回执。"""
    from monitor.briefs import desk
    from monitor.briefs.desk import mailing, sendings
    from monitor.briefs.desk import receipts as kept

    with opened(config, now) as app:
        known = {line.name for line, _ in sendings.recipients(app.settings, id.partition(".")[0])}
        strange = [n for n in name or () if n not in known]
        if strange or not known:
            told = "、".join(sorted(known)) or "空的；在 brief.toml 写 [[distribution]]"
            raise typer.BadParameter(
                f"分送单里没有“{'、'.join(strange)}”；分送单：{told}" if strange else f"分送单是{told}"
            )
        edition = desk.actions.there(app.store, id)
        if not edition.revisions or not kept.waiting(app.store, edition):
            desk.send(app.store, id, who, app.clock(), names=tuple(name or ()))
        mailing.dispatch(app.settings, app.store, app.keys.session, app.clock())
        rows = _receipt_rows(app, id)
    print_table("分送回执", _RECEIPT_COLUMNS, rows, empty="没有分送")


def receipts(id: IdArgument, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """分送回执：邮件服务器的答复，和收件人登录后确认的“已阅”。"""
    with opened(config) as app:
        rows = _receipt_rows(app, id)
    if as_json:
        print_json([dict(zip(_RECEIPT_COLUMNS, row, strict=True)) for row in rows])
        return
    print_table("分送回执", _RECEIPT_COLUMNS, rows, empty="没有分送：签发后用 yuqing brief send 编号")


def _receipt_rows(app: App, id: str) -> list[tuple[str, ...]]:
    from monitor.briefs.desk import actions
    from monitor.briefs.desk import receipts as kept

    edition = actions.there(app.store, id)
    return [
        (str(r.revision), r.name, r.to, "已阅" if r.read else r.arrival.chinese,
         f"{r.read or r.at:%m-%d %H:%M}", "" if r.arrival is kept.Arrival.ACCEPTED else r.error)
        for r in kept.receipts(app.store, edition)
    ]  # fmt: skip
