"""``yuqing prune``: posts past the retention go now (the service does it every night)."""

from __future__ import annotations

import typer

from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, NowOption, opened, print_json, say


def register(app: typer.Typer) -> None:
    app.command()(prune)


def prune(config: ConfigOption = DEFAULT_CONFIG, now: NowOption = "", as_json: JsonOption = False) -> None:
    """清除超过保留期的帖文（汇总数字保留）；服务每天夜里自动执行。"""
    from monitor.model import CHINA
    from monitor.ops.retention import prune as remove

    with opened(config, now) as app:
        report = remove(app.store, app.spool, app.settings, app.clock())
    before = report.before.astimezone(CHINA)
    if as_json:
        print_json({"now": report.now.isoformat(), "before": before.isoformat(), "posts": report.posts.as_json()})
    else:
        say(f"已清除 {before:%Y年%m月%d日 %H:%M} 之前的公开帖文：{report.posts.phrase}条")
