"""``yuqing import``: a file of messages, news or posts through the same intake as crawled pages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, opened, print_json, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.app import App
    from monitor.ops.import_preview import Preview
    from monitor.ops.import_report import ImportReport
    from monitor.ops.imports import Progress, Step

UNREAD_ROWS = 3
"""Exit code: the file was imported, and some of its rows could not be read."""


def register(app: typer.Typer) -> None:
    app.command("import")(import_)


def import_(
    file: Annotated[Path, typer.Argument(help="CSV、XLSX 或 JSON Lines 文件", show_default=False)],
    source: Annotated[
        str, typer.Option("--source", help="导入到哪个信源（sources.toml 的 id）；只有一个时可不写", show_default=False)
    ] = "",
    preview: Annotated[
        bool, typer.Option("--preview", "--dry-run", help="只看会怎样：各列当作什么、前五行、新增多少；不写入任何内容")
    ] = False,
    proposed: Annotated[
        bool, typer.Option("--proposed", help="按 --preview 建议的列导入，不必先写进 sources.toml")
    ] = False,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column", metavar="字段=列名", help="指定列，可多次，如 --column text=诉求内容", show_default=False
        ),
    ] = None,
    sheet: Annotated[str, typer.Option("--sheet", help="读哪张工作表；不写则自己找有表头的那张")] = "",
    report: Annotated[
        Path | None, typer.Option("--report", help="把每一行的结果（行号、结果、原因）写成 CSV", show_default=False)
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """导入文件（12345 热线导出等）。先用 --preview 看一遍，再导入。

    编码、分隔符、表头自动识别；重复导入不会增加内容，只更新答复和改动；读不出的行按行号报告，其余照常导入；
    中断后再运行一次会接着导入。

    结束码：0 全部读出；1 文件不能导入；2 用法有误；3 已导入，但有的行读不出。
    """
    columns = _pairs(column or [])
    with opened(config) as app, _bar() as progress:
        call = _Call(app, file, source or _only(app), columns, sheet, progress)
        seen = call.preview() if preview else None
        done = seen.report if seen else call.run(proposed)
        late_days = app.settings.service.analysis.late_days
    if report is not None and done is not None:
        _write(report, done)
    _tell(seen, done, late_days, as_json=as_json)
    if done is None:
        raise typer.Exit(1)
    raise typer.Exit(0 if done.complete else UNREAD_ROWS)


def _write(path: Path, done: ImportReport) -> None:
    from monitor.ops.import_report import rows_csv

    path.write_bytes(b"".join(rows_csv(done)))
    say(f"每一行的结果已写入 {path}")


def _tell(seen: Preview | None, done: ImportReport | None, late_days: int, *, as_json: bool) -> None:
    from monitor.cli import import_show

    if as_json:
        print_json(import_show.preview_json(seen) if seen else done.as_json() if done else {})
    elif seen is not None:
        import_show.preview(seen, late_days)
    elif done is not None:
        import_show.report(done, late_days)


@dataclass(frozen=True, slots=True)
class _Call:
    """What was asked for at the terminal."""

    app: App
    file: Path
    source: str
    columns: Mapping[str, str]
    sheet: str
    progress: Progress

    def preview(self) -> Preview:
        from monitor.ops.import_preview import preview

        app = self.app
        return preview(
            app.settings, app.store, app.spool, app.keys.record, self.file, self.source,
            clock=app.clock, columns=self.columns, sheet=self.sheet, progress=self.progress,
        )  # fmt: skip

    def run(self, proposed: bool) -> ImportReport:
        from monitor.ops.import_preview import proposed_columns
        from monitor.ops.imports import import_file

        app, columns = self.app, self.columns
        if proposed:
            columns = proposed_columns(app.settings, self.file, self.source, columns, self.sheet)
        try:
            return import_file(
                app.settings, app.store, app.spool, app.keys.record, self.file, self.source,
                clock=app.clock, columns=columns, sheet=self.sheet, who="cli", progress=self.progress,
            )  # fmt: skip
        except KeyboardInterrupt:
            say("已中断。已导入的部分保留；再运行一次同样的命令会接着导入")
            raise typer.Exit(130) from None


def _only(app: App) -> str:
    """The source for imports, where there is but one."""
    from monitor.errors import ImportRefused

    ids = [s.id for s in app.settings.sources.source if s.adapter == "import"]
    if len(ids) == 1:
        return ids[0]
    raise ImportRefused("请用 --source 写明导入到哪个信源", f"可导入的信源：{'、'.join(ids) or '还没有'}")


def _pairs(given: list[str]) -> dict[str, str]:
    pairs = {}
    for pair in given:
        field, equals, name = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"“{pair}”应写成 字段=列名，如 text=诉求内容", param_hint="--column")
        pairs[field.strip()] = name.strip()
    return pairs


@contextmanager
def _bar() -> Iterator[Progress]:
    """Share done, rows, rows a second and the time left on a terminal, silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[rows]} 行"),
        TextColumn("{task.fields[speed]}"), TextColumn("还需"), TimeRemainingColumn(compact=True),
        TextColumn("已用"), TimeElapsedColumn(),
    )  # fmt: skip
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("导入", total=None, rows=0, speed="")
        began = monotonic()

        def tell(step: Step) -> None:
            speed = f"{step.rows / max(monotonic() - began, 0.001):.0f} 行/秒"
            bar.update(task, completed=step.done, total=step.total or None, rows=step.rows, speed=speed)

        yield tell
