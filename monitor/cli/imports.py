"""``yuqing import``: a file of messages, news or posts through the same intake as crawled pages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, opened, print_json, print_table, say

if TYPE_CHECKING:
    from monitor.ops.import_files import Progress
    from monitor.ops.imports import ImportReport, Shown


def register(app: typer.Typer) -> None:
    app.command("import")(import_)


def import_(
    file: Annotated[Path, typer.Argument(help="CSV、XLSX 或 JSON Lines 文件", show_default=False)],
    source: Annotated[str, typer.Option("--source", help="导入到哪个信源（sources.toml 的 id）", show_default=False)],
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column", metavar="字段=列名", help="指定列，可多次，如 --column text=诉求内容", show_default=False
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只预览：读取并判断，不写入任何内容")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """导入文件（12345 热线导出等）：列 title、text、time、url、category、reply、reply_time、department。

    编码与分隔符自动识别；重复导入不会增加内容；读不出的行按行号报告，其余照常导入。
    """
    from monitor.ops.imports import import_file

    columns = _pairs(column or [])
    with opened(config) as app, _bar() as progress:
        report = import_file(
            app.settings, app.store, app.spool, app.keys.record, file, source,
            clock=app.clock, columns=columns, who="cli", dry_run=dry_run, progress=progress,
        )  # fmt: skip
        late_days = app.settings.service.analysis.late_days
    if as_json:
        print_json(report.as_json())
    else:
        _show(report, late_days)


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
    """A progress bar on a terminal, silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("导入", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)


def _show(report: ImportReport, late_days: int) -> None:
    from monitor.ops.import_rows import REASONS
    from monitor.ops.reasons import chinese

    def shown(value: Shown) -> str:
        return str(value) if isinstance(value, int) else value.text

    rows = [
        ("读到的行", shown(report.rows)),
        ("将新增" if report.dry_run else "新增", shown(report.new)),
        ("已有（未重复写入）", shown(report.duplicate)),
    ]
    optional = (("更新答复", report.replies), ("存储暂不可用，已暂存", report.spooled), ("未能保存", report.not_kept))
    rows += [(name, shown(value)) for name, value in optional if shown(value) != "0"]
    rows += [(f"未收：{chinese(r)}", shown(n)) for r, n in sorted(report.dropped.items())]
    rows += [(f"读不出：{REASONS[r]}", shown(report.refused[r])) for r in REASONS if r in report.refused]
    form = " ".join(part for part in (report.format, report.encoding.upper()) if part)
    print_table(
        f"{'预览' if report.dry_run else '导入'} {report.file}（{form}）→ {report.source}", ("项目", "条数"), rows
    )
    if report.refusals:
        named = [(str(r.row), r.detail or REASONS[r.reason]) for r in report.refusals]
        print_table("读不出的行", ("行号", "原因"), named)
    if "too_old" in report.dropped:
        say(
            f"提示：早于 {late_days} 天的内容未收；要导入历史数据，请调高 service.toml 的 analysis.late_days，最多 4000"
        )
