"""``yuqing watch``: the watch windows (重点时段), and how their topics compare with the normal level."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    NowOption,
    opened,
    print_json,
    print_table,
)

group = typer.Typer(help="重点时段：列表与对比。", no_args_is_help=True)
HoursOption = Annotated[int, typer.Option("--hours", min=1, max=24, help="没有快报间隔时，统计最近多少小时")]


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="watch")


@group.command("list")
def list_(config: ConfigOption = DEFAULT_CONFIG, now: NowOption = "", as_json: JsonOption = False) -> None:
    """列出 watch.toml 中的重点时段。"""
    with opened(config, now) as app:
        moment, watches = app.clock(), app.settings.watch.watch
    rows = []
    for w in watches:
        state = "进行中" if w.open_at(moment) else ("已结束" if w.end <= moment else "未开始")
        refresh = f"{w.refresh_min} 分钟" if w.refresh_min else "—"
        snapshots = f"{w.snapshot_h} 小时" if w.snapshot_h else "—"
        span = (f"{w.begin:%Y-%m-%d %H:%M}", f"{w.end:%Y-%m-%d %H:%M}")
        rows.append((w.id, w.name, state, *span, "、".join(w.topics) or "全部", refresh, snapshots))
    if as_json:
        print_json({"watches": [w.model_dump(mode="json") | {"active": w.open_at(moment)} for w in watches]})
        return
    columns = ("编号", "名称", "状态", "开始", "结束", "专题", "采集间隔", "快报")
    print_table("重点时段", columns, rows, "watch.toml 中没有重点时段。")


@group.command()
def show(
    id: str,
    hours: HoursOption = 6,
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """一个重点时段的设置，以及其专题最近几小时与平时的对比。"""
    from monitor.alerts.snapshots import row_doc, rows, snapshot_text
    from monitor.model import CHINA, hour_of

    with opened(config, now) as app:
        watch = next((w for w in app.settings.watch.watch if w.id == id), None)
        if watch is None:
            known = "、".join(w.id for w in app.settings.watch.watch) or "无"
            raise typer.BadParameter(f"没有重点时段“{id}”；已配置：{known}")
        end = hour_of(app.clock()).astimezone(CHINA)
        span = watch.snapshot_h or hours
        found = rows(app.settings, app.store, watch.topics, end, span)
        doc = {"at": end.isoformat(), "hours": span, "rows": [row_doc(r) for r in found]}
        _, text = snapshot_text(watch, doc, app.settings.public_url)
    if as_json:
        print_json({"watch": watch.model_dump(mode="json"), **doc})
        return
    typer.echo(f"{watch.name}（{watch.id}）：{watch.begin:%Y-%m-%d %H:%M} 至 {watch.end:%Y-%m-%d %H:%M}")
    typer.echo(text)
