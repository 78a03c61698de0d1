"""``yuqing check``: the whole configuration, every problem at once."""

from __future__ import annotations

import typer

from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, print_json, say


def register(app: typer.Typer) -> None:
    app.command()(check)


def check(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """检查全部配置：列出每一处问题所在的文件、键和改法。"""
    from monitor.settings import problems_of

    problems = problems_of(config)
    if as_json:
        print_json({"config": str(config), "problems": list(problems)})
    elif not problems:
        say(f"配置没有问题：{config}")
    else:
        for problem in problems:
            say(problem)
        say(f"共 {len(problems)} 处问题")
    raise typer.Exit(1 if problems else 0)
