"""``yuqing brief daily``: the 每日舆情专报 as files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, NowOption, opened, parse_day, print_json, say


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="编写舆情专报。", no_args_is_help=True)
    group.command("daily")(daily)
    app.add_typer(group, name="brief")


def daily(
    date: Annotated[
        str,
        typer.Option("--date", help="报告哪一天，如 2026-11-21；默认昨天（早上的专报写前一天）", show_default=False),
    ] = "",
    format: Annotated[
        str, typer.Option("--format", help="html、docx、pdf、json，逗号分隔；默认按 brief.toml", show_default=False)
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="写到哪个文件夹；默认数据文件夹下的 briefs", show_default=False)
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """编写一天的每日舆情专报，写成文件并列出位置。"""
    from monitor import briefs
    from monitor.briefs.files import write
    from monitor.briefs.render import FORMATS
    from monitor.model import day_of

    wanted = tuple(dict.fromkeys(part.strip() for part in format.split(",") if part.strip()))
    for name in wanted:
        if name not in FORMATS:
            raise typer.BadParameter(f"“{name}”不是可用的格式；可用：{'、'.join(FORMATS)}", param_hint="--format")
    day = parse_day(date) if date else None
    with opened(config, now) as app:
        moment = app.clock()
        brief = briefs.daily(app.settings, app.store, day or day_of(moment) - timedelta(days=1), moment)
        folder = out or app.settings.service.data / "briefs"
        paths = write(brief, wanted or app.settings.brief.formats, folder, app.settings.public_url)
    if as_json:
        print_json({"id": brief.id, "issue": brief.issue, "files": {name: str(path) for name, path in paths.items()}})
        return
    say(f"{brief.district}{brief.title}{brief.issue}")
    for path in paths.values():
        typer.echo(str(path))
