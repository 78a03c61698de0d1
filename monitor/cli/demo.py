"""``yuqing demo``: a fictional district on a bundled sample site."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="看板端口；0 表示自动选择空闲端口")] = 8000,
    fresh: Annotated[bool, typer.Option("--fresh", help="清空 data/demo，从头开始")] = False,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="不打开浏览器")] = False,
) -> None:
    """演示：虚构的示例区，从采集、预警、专报到看板，数据在 data/demo。"""
    from monitor.app import system_clock
    from monitor.ops import log
    from monitor.schedule import demo as room
    from monitor.schedule.demo_folder import FOLDER

    log.configure()
    room.run(FOLDER, system_clock(), port=port, fresh=fresh, browser=not no_browser)
