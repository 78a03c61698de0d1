"""``yuqing check``: the whole configuration, every problem at once."""

from __future__ import annotations

import typer

from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, print_json, say


def register(app: typer.Typer) -> None:
    app.command()(check)


def check(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """检查全部配置：列出每一处问题所在的文件、键和改法，并提醒值班缺口等可能的疏漏。"""
    from monitor.app import system_clock
    from monitor.briefs import fonts
    from monitor.intake.districts.hints import hints
    from monitor.settings import load, presets, problems_of
    from monitor.settings.load import warnings_of

    problems = problems_of(config)
    warnings: tuple[str, ...] = ()
    if not problems:
        settings = load(config)
        warnings = (
            *warnings_of(config, system_clock()), *hints(settings.district), *fonts.warnings(settings.brief.formats),
            *presets.problems_of(config),
        )  # fmt: skip
    if as_json:
        print_json({"config": str(config), "problems": list(problems), "warnings": list(warnings)})
        raise typer.Exit(1 if problems else 0)
    for warning in warnings:
        say(f"提醒：{warning}")
    if not problems:
        say(f"配置没有问题：{config}")
    else:
        for problem in problems:
            say(problem)
        say(f"共 {len(problems)} 处问题")
    raise typer.Exit(1 if problems else 0)
