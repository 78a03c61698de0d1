"""``yuqing run | schedule | serve``: the service, its scheduler half, its API half."""

from __future__ import annotations

import typer

from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, say


def register(app: typer.Typer) -> None:
    app.command("run")(run)
    app.command("schedule")(schedule)
    app.command("serve")(serve)


def run(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """启动整个服务：定时采集、评估预警、签发专报，并提供网页与接口。"""
    from monitor.ops import log
    from monitor.schedule import service
    from monitor.settings import load

    url = load(config).public_url
    log.configure()
    service.run(config, ready=lambda: say(f"服务已启动：{url}（按 Ctrl+C 停止）"))


def schedule(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """只启动定时部分（采集、预警、专报）；可在多台主机上同时运行。"""
    from monitor.ops import log
    from monitor.schedule import service

    log.configure()
    service.run(config, with_api=False, ready=lambda: say("定时任务已启动（按 Ctrl+C 停止）"))


def serve(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """只启动网页与接口。"""
    import os
    import sys

    from monitor.settings import load

    load(config)
    os.execv(sys.executable, [sys.executable, "-m", "api", "--config", str(config)])
