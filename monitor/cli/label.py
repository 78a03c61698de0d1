"""``yuqing label``: JSON Lines in, JSON Lines out; one line a line, in order, as they come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, NowOption

if TYPE_CHECKING:
    from monitor.analysis.labelling import Row, Task

FilesArgument = Annotated[list[str], typer.Argument(metavar="FILE...", help="JSON Lines 文件；- 为标准输入")]
EngineOption = Annotated[Literal["linear", "e5", "snow"], typer.Option("--engine", help="情感引擎")]
PrivateOption = Annotated[Literal["board", "post"], typer.Option("--kind", help="文本的来源类别")]
KindOption = Annotated[Literal["news", "official", "board", "post"], typer.Option("--kind", help="文本的来源类别")]

group = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="label", help="给文本打标签：逐行读入 JSON，逐行输出 JSON，什么都不保存。")


@group.command("all")
def label_all(
    files: FilesArgument, kind: KindOption = "board", config: ConfigOption = DEFAULT_CONFIG, now: NowOption = ""
) -> None:
    """入库前的全部判断：去留及原因、去标识化文本、主题、情感、街道、词语、转载。"""
    from monitor.app import system_clock
    from monitor.cli.common import parse_moment
    from monitor.intake.labelling import all_task
    from monitor.model import Kind
    from monitor.settings import load

    _print(files, all_task(load(config), Kind(kind), parse_moment(now) if now else system_clock()))


@group.command()
def sentiment(files: FilesArgument, engine: EngineOption = "linear") -> None:
    """情感：负面、中性、正面的概率，以及极性（-1、0、1）。"""
    from monitor.analysis.labelling import sentiment_task

    _print(files, sentiment_task(engine))


@group.command()
def topic(files: FilesArgument) -> None:
    """主题：七类官方分类的概率，以及是否公共服务事项。"""
    from monitor.analysis.labelling import topic_task

    _print(files, topic_task())


@group.command()
def redact(files: FilesArgument, kind: PrivateOption = "board") -> None:
    """去标识化：姓名、电话、证件号、银行卡、车牌、邮箱、账号、链接、住址。"""
    from monitor.intake.labelling import redact_task
    from monitor.model import Kind

    _print(files, redact_task(Kind(kind)))


@group.command()
def events(files: FilesArgument) -> None:
    """热点事件：每条文本属于哪一件事；{"id", "text", "time", "title"?} → {"id", "event"}。"""
    from monitor.analysis.event_labelling import events_task

    _print(files, events_task())


@group.command()
def district(files: FilesArgument, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """是否涉及本区，以及涉及哪些街道、乡镇。"""
    from monitor.intake.labelling import district_task
    from monitor.settings import load

    _print(files, district_task(load(config)))


@group.command()
def page(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="保存下来的 HTML 网页；- 为标准输入")],
    now: NowOption = "",
) -> None:
    """网页：标题、正文、发布时间，以及是文章、列表还是其他。不联网，自动识别编码。"""
    import subprocess
    import sys

    from monitor.cli.common import parse_moment

    told = ["--now", parse_moment(now).isoformat()] if now else []
    call = [sys.executable, "-m", "crawlers.label", *told, "--", *files]
    raise typer.Exit(subprocess.run(call, check=False).returncode)


def _print(files: Sequence[str], task: Task) -> None:
    """Prints as it reads."""
    from monitor.analysis.labelling import dumped

    for chunk in read(files):
        typer.echo("\n".join(dumped(row) for row in task(chunk)))


def read(files: Sequence[str]) -> Iterator[list[Row]]:
    """The rows of all files in turn (``.gz`` too), in batches. Raises ``YuqingError`` where one cannot be read."""
    import gzip
    import sys

    from monitor.analysis.labelling import chunks
    from monitor.errors import YuqingError

    for name in files:
        with ExitStack() as stack:
            try:
                if name == "-":
                    stream: Any = sys.stdin.buffer
                elif name.endswith(".gz"):
                    stream = stack.enter_context(gzip.open(name, "rb"))
                else:
                    stream = stack.enter_context(open(name, "rb"))
                yield from chunks(stream, name)
            except (OSError, EOFError) as error:
                raise YuqingError(
                    f"读不了 {name}：{getattr(error, 'strerror', None) or '文件不完整或已损坏'}",
                    "给出 UTF-8 编码的 JSON Lines 文件，或用 - 表示标准输入",
                ) from error
