"""``yuqing brief``: 专报 of every kind as files."""

from __future__ import annotations

from datetime import date as Day
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import brief_edit
from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, NowOption, opened, parse_day, print_json, say

FormatOption = Annotated[
    str, typer.Option("--format", help="html、docx、pdf、json，逗号分隔；默认按 brief.toml", show_default=False)
]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="写到哪个文件夹；默认数据文件夹下的 briefs", show_default=False)
]


def _date_option(help: str) -> object:
    return typer.Option("--date", help=help, show_default=False)


DailyDate = Annotated[str, _date_option("报告哪一天，如 2026-11-21；默认昨天（早上的专报写前一天）")]
WeeklyDate = Annotated[str, _date_option("报告哪一周：其中任何一天；周一至周日，默认上一周")]
MonthlyDate = Annotated[str, _date_option("报告哪个月：其中任何一天；默认上个月")]
TopicDate = Annotated[str, _date_option("近 30 日的最后一天；默认昨天")]
WatchDate = Annotated[str, _date_option("写到哪一天；默认今天，时段已结束的写到最后一天")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="编写、编辑、签发、分送舆情专报。", no_args_is_help=True)
    for command in (daily, weekly, monthly, topic, watch):
        group.command(command.__name__)(command)
    brief_edit.register(group)
    app.add_typer(group, name="brief")


def daily(
    date: DailyDate = "", format: FormatOption = "", out: OutOption = None, config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "", as_json: JsonOption = False,
) -> None:  # fmt: skip
    """编写一天的每日舆情专报，写成文件并列出位置。"""
    _make("daily", date, "", format, out, config, now, as_json)


def weekly(
    date: WeeklyDate = "", format: FormatOption = "", out: OutOption = None, config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "", as_json: JsonOption = False,
) -> None:  # fmt: skip
    """编写一周（周一至周日）的舆情周报，与上周和前四周比较。"""
    _make("weekly", date, "", format, out, config, now, as_json)


def monthly(
    date: MonthlyDate = "", format: FormatOption = "", out: OutOption = None, config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "", as_json: JsonOption = False,
) -> None:  # fmt: skip
    """编写一个自然月的舆情月报，与上月比较，附日历图和专题变化。"""
    _make("monthly", date, "", format, out, config, now, as_json)


def topic(
    topic: Annotated[str, typer.Option("--topic", help="专题名称，见 topics.toml", show_default=False)] = "",
    date: TopicDate = "", format: FormatOption = "", out: OutOption = None, config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "", as_json: JsonOption = False,
) -> None:  # fmt: skip
    """编写一个专题近 30 日的监测专报，与此前 30 日比较。"""
    _make("topic", date, topic, format, out, config, now, as_json)


def watch(
    window: Annotated[str, typer.Option("--window", help="重点时段的编号，见 watch.toml", show_default=False)] = "",
    date: WatchDate = "", format: FormatOption = "", out: OutOption = None, config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "", as_json: JsonOption = False,
) -> None:  # fmt: skip
    """编写一个重点时段的快报：从开始到现在（或结束），与时段前比较。"""
    _make("watch", date, window, format, out, config, now, as_json)


def _make(
    kind: str, date: str, subject: str, format: str, out: Path | None, config: Path, now: str, as_json: bool
) -> None:
    from monitor import briefs
    from monitor.briefs import fonts
    from monitor.briefs.files import write
    from monitor.briefs.periods import BriefKind, usual_day

    wanted = _formats(format)
    day: Day | None = parse_day(date) if date else None
    with opened(config, now) as app:
        moment = app.clock()
        if day is None:
            day = usual_day(BriefKind(kind), moment)
        say("正在汇总数据……")
        brief = briefs.make(app.settings, app.store, BriefKind(kind), day, moment, subject)
        last = brief.end - timedelta(microseconds=1)
        say(f"{brief.begin:%Y-%m-%d} 至 {last:%Y-%m-%d}，正在写文件……")
        folder = out or app.settings.service.data / "briefs"
        formats = wanted or app.settings.brief.formats
        if lost := fonts.missing(formats):
            say(f"提醒：{lost}")
        paths = write(brief, formats, folder, app.settings.public_url)
    if as_json:
        print_json({"id": brief.id, "issue": brief.issue, "files": {name: str(path) for name, path in paths.items()}})
        return
    say(f"{brief.district}{brief.title}{brief.issue}")
    for path in paths.values():
        typer.echo(str(path))


def _formats(format: str) -> tuple[str, ...]:
    from monitor.briefs.render import FORMATS

    wanted = tuple(dict.fromkeys(part.strip() for part in format.split(",") if part.strip()))
    for name in wanted:
        if name not in FORMATS:
            raise typer.BadParameter(f"“{name}”不是可用的格式；可用：{'、'.join(FORMATS)}", param_hint="--format")
    return wanted
