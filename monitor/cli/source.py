"""``yuqing source``: add a source from its address, try one out, list them and the ready-made entries."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, print_json, print_table
from monitor.cli.source_add import add
from monitor.cli.source_presets import presets
from monitor.cli.source_trial import KINDS, show, trial


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="信源：添加、试读、列表、样例。", no_args_is_help=True)
    group.command("add")(add)
    group.command("test")(try_)
    group.command("list")(list_)
    group.command("presets")(presets)
    app.add_typer(group, name="source")


def try_(
    source: Annotated[str, typer.Argument(help="信源编号", show_default=False)],
    items: Annotated[int, typer.Option("--items", min=1, max=200, help="最多看几条")] = 10,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """试读一个信源：会读到什么、每条收不收、为什么。不写入任何内容。"""
    found, code = trial(config, source, items)
    if code == 2:
        raise typer.Exit(2)
    if as_json:
        print_json(found)
    else:
        show(f"试读 {source}", found)
    raise typer.Exit(0 if found["run"].get("state") in ("ok", "partial") else 1)


def list_(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """列出配置的信源及最近状态。"""
    from monitor.cli.common import opened
    from monitor.cli.crawl import STATES
    from monitor.model import CHINA
    from monitor.ops import pace, runs

    with opened(config) as app:
        sources = app.settings.sources.source
        states = runs.states(app.store, sources)
        found = []
        for s in sources:
            state = states[s.id]
            minutes = None if s.adapter == "import" else round(pace.interval(s, state.factor).total_seconds() / 60)
            last = state.last_run.astimezone(CHINA) if state.last_run else None
            found.append((s, minutes, last, state.state.value if state.state else ""))
    if as_json:
        print_json([
            {"id": s.id, "name": s.name, "kind": s.kind.value, "adapter": s.adapter, "enabled": s.enabled,
             "interval_min": minutes, "last_run": last.isoformat() if last else None, "state": state}
            for s, minutes, last, state in found
        ])  # fmt: skip
        return
    print_table(
        "信源",
        ("编号", "名称", "类别", "方式", "启用", "间隔/分", "上次采集", "状态"),
        [(s.id, s.name, KINDS[s.kind.value], s.adapter, "是" if s.enabled else "停用", str(minutes or "—"),
          f"{last:%m-%d %H:%M}" if last else "从未", STATES.get(state, "")) for s, minutes, last, state in found],
        "还没有信源；用 yuqing source add 网址 添加",
    )  # fmt: skip
