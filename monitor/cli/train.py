"""``yuqing train`` rebuilds the shipped models; ``yuqing eval`` measures them against gold labels."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from monitor.cli.common import JsonOption, print_json, print_table, say

DataArgument = Annotated[Path, typer.Argument(metavar="DATA", help="数据文件夹（内有 sentiment、civic、names）")]
OutOption = Annotated[Path | None, typer.Option("--out", help="模型写到哪个文件夹，默认覆盖随软件的模型")]
GoldArgument = Annotated[
    str, typer.Argument(metavar="FILE", help="带标准答案的 JSON Lines 文件（可为 .gz）；- 为标准输入")
]
EnginesOption = Annotated[str, typer.Option("--engines", help="并列比较的情感引擎，以逗号分隔")]
SourceKindOption = Annotated[
    Literal["", "news", "official", "board", "post"], typer.Option("--kind", help="来源类别，默认不告诉引擎")
]
PrivateOption = Annotated[Literal["board", "post"], typer.Option("--kind", help="文本的来源类别")]

trainers = typer.Typer(no_args_is_help=True)
evaluations = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(trainers, name="train", help="重建随软件的模型：同样的数据得到逐字节相同的文件。")
    app.add_typer(evaluations, name="eval", help="用标准答案评测，附 95% 区间。")


@trainers.command("sentiment")
def train_sentiment(data: DataArgument, out: OutOption = None) -> None:
    """重建情感模型。"""
    from monitor.analysis.sentiment.train import train

    _report(train(data, out) if out else train(data))


@trainers.command("topic")
def train_topic(data: DataArgument, out: OutOption = None) -> None:
    """重建主题模型。"""
    from monitor.analysis.topics_train import train

    _report(train(data, out) if out else train(data))


@trainers.command("names")
def train_names(data: DataArgument, out: OutOption = None) -> None:
    """重建人名识别模型。"""
    from monitor.analysis.names_train import train

    _report(train(data, out) if out else train(data))


@evaluations.command("sentiment")
def eval_sentiment(
    file: GoldArgument, engines: EnginesOption = "linear,snow", kind: SourceKindOption = "", as_json: JsonOption = False
) -> None:
    """情感：宏平均 F1、正确率、校准误差。每行 {"text", "polarity"}。"""
    from monitor.intake.evaluate import eval_sentiment as evaluated
    from monitor.model import Kind

    _show(evaluated(_rows(file), [e for e in engines.split(",") if e], Kind(kind) if kind else None), as_json)


@evaluations.command("topic")
def eval_topic(file: GoldArgument, as_json: JsonOption = False) -> None:
    """主题：七类宏平均 F1、公共服务事项的召回。每行 {"text", "topic"}，topic 为 null 表示不是公共服务事项。"""
    from monitor.intake.evaluate import eval_topic as evaluated

    _show(evaluated(_rows(file)), as_json)


@evaluations.command("redact")
def eval_redact(file: GoldArgument, kind: PrivateOption = "board", as_json: JsonOption = False) -> None:
    """去标识化：各类的召回与精确率。每行 {"text", "spans"}；只有 "names" 时只评人名。"""
    from monitor.intake.evaluate import eval_redact as evaluated
    from monitor.model import Kind

    _show(evaluated(_rows(file), Kind(kind)), as_json)


def _rows(file: str) -> list[dict[str, Any]]:
    from monitor.cli.label import read

    return [row for chunk in read([file]) for row in chunk]


def _report(path: Path) -> None:
    from monitor.analysis.archive import load

    print_json({"file": str(path), "bytes": path.stat().st_size, **load(path)[1]})


def _show(found: dict[str, Any], as_json: bool) -> None:
    from monitor.analysis.evaluate import table

    if as_json:
        print_json(found)
        return
    print_table("评测", ("引擎", "指标", "值", "95% 区间"), table(found), "没有可比的内容")
    say("区间为自助法 500 次")
