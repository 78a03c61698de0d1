"""``yuqing source presets``: the ready-made entries, what each is for and what it was checked against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, print_json, print_table

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.settings.presets import Preset


def presets(
    name: Annotated[str, typer.Argument(help="样例编号；不写则列出全部", show_default=False)] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """信源样例：列出全部，或看一个的写法；用 source add --preset 编号 网址 添加。"""
    from monitor.cli.source_trial import KINDS
    from monitor.settings.added import entry
    from monitor.settings.presets import load

    chosen = [named(config, name)] if name else list(load(config))
    if as_json:
        told = [{"name": p.name, "file": p.file, **p.mark.model_dump(mode="json"), "source": p.source} for p in chosen]
        print_json(told[0] if name else told)
        return
    if not name:
        rows = [(p.name, p.mark.about, KINDS[p.source["kind"]], p.mark.short) for p in chosen]
        print_table("信源样例", ("编号", "用于", "类别", "核对情况"), rows, "没有样例")
        return
    preset = chosen[0]
    typer.echo(f"{preset.mark.about}\n核对情况：{preset.mark.chinese}")
    if preset.mark.note:
        typer.echo(f"注意：{preset.mark.note}")
    typer.echo(f"\n{entry(preset.source)}")
    typer.echo(f"添加：yuqing source add --preset {preset.name} 网址")


def named(config: Path, name: str) -> Preset:
    """The preset of that name; says which there are where it is none."""
    import difflib

    from monitor.settings.presets import load

    known = {p.name: p for p in load(config)}
    if name not in known:
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
        hint = f"；是否想写 {'、'.join(near)}？" if near else "；用 yuqing source presets 看有哪些"
        raise typer.BadParameter(f"没有样例“{name}”{hint}", param_hint="--preset")
    return known[name]
