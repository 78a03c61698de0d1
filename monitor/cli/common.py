"""What every command shares: the configuration option, JSON or table output, and errors as the reader should see them.

Modules under cli/ import at their top only the standard library, typer and this module, so that ``yuqing --help``
stays quick; everything else is imported inside the command that needs it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.app import App

ConfigOption = Annotated[
    Path, typer.Option("--config", envvar="YUQING_CONFIG", help="配置文件夹", show_default=True, file_okay=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="以 JSON 输出，供其他程序读取")]
NowOption = Annotated[str, typer.Option("--now", help="按此时刻计算（ISO 8601，如 2026-11-22T08:00），默认当前时刻")]
DEFAULT_CONFIG = Path("config")


@contextmanager
def opened(config: Path, now: str = "") -> Iterator[App]:
    """The App of a configuration folder, logging set up; ``now`` fixes its clock."""
    from monitor.app import open_app, system_clock
    from monitor.ops import log

    clock = system_clock
    if now:
        moment = parse_moment(now)
        clock = lambda: moment  # noqa: E731
    log.configure()
    with open_app(config, clock) as app:
        yield app


def parse_moment(text: str) -> Any:
    """An aware datetime; one without an offset is China Standard Time."""
    from datetime import datetime

    from monitor.model import CHINA

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"“{text}”不是时刻；应写成 2026-11-22T08:00 这样") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def local(moment: datetime) -> str:
    """A moment as tables show it: China Standard Time, to the minute."""
    from monitor.model import CHINA

    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"


def parse_day(text: str) -> Any:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"“{text}”不是日期；应写成 2026-11-22 这样") from None


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], empty: str = "没有内容") -> None:
    """A table on a terminal; ``empty`` is said where there are no rows."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not rows:
        console.print(Text(empty, style="dim"))
        return
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def say(text: str) -> None:
    """One line for the person at the terminal (standard error, so that pipes stay clean)."""
    sys.stderr.write(text + "\n")
