"""``yuqing detect``, ``yuqing backtest``, ``yuqing forecast``: the detector on any table, on the past, and ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from monitor.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    NowOption,
    opened,
    parse_day,
    print_json,
    print_table,
    say,
)

if TYPE_CHECKING:
    from monitor.signals.detect import Row

EveryOption = Annotated[Literal["5min", "1h", "1d", "1w"], typer.Option("--every", help="一行是多长时间")]


def register(app: typer.Typer) -> None:
    app.command("detect")(detect)
    app.command("backtest")(backtest)
    app.command("forecast")(forecast)


def detect(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="CSV 或 CSV.gz，第一行是列名，UTF-8 或 GBK")],
    time: Annotated[str, typer.Option("--time", help="时间列的列名")] = "time",
    count: Annotated[str, typer.Option("--count", help="数量列的列名")] = "count",
    every: EveryOption = "1h",
    level: Annotated[float | None, typer.Option("--level", help="p 低于多少为异常；默认随间隔而定", min=0)] = None,
    minimum: Annotated[int | None, typer.Option("--minimum", help="至少多少条才算异常；默认随间隔而定", min=1)] = None,
    as_json: JsonOption = False,
) -> None:
    """对任意一列数量逐行判断异常：每一行只看它之前的行。--json 每行输出一个 JSON。"""
    from monitor.signals.detect import detect as judged
    from monitor.signals.rhythm import RHYTHMS
    from monitor.signals.series_files import read_table

    rhythm = RHYTHMS[every]
    table = read_table(file, time, count, rhythm)
    if table.gaps:
        say(f"提示：缺 {table.gaps} 行，按没有数据处理，既不判断也不计入常态")
    rows = judged(table.times, table.counts, rhythm, level, minimum)
    shown = [(label, row) for label, row in zip(table.labels, rows, strict=True) if row.count is not None]
    if as_json:
        _print_lines(shown)
        return
    print_table(
        f"{file.name}：{len(shown)} 行，{sum(row.alarm for _, row in shown)} 行异常",
        ("时间", "数量", "常态", "上限", "p", "异常"),
        [
            (label, f"{row.count:g}", f"{row.expected:.1f}", str(row.upper), f"{row.p:.2g}", "●")
            for label, row in shown
            if row.alarm
        ],
        empty="没有异常的行（--json 列出全部行）",
    )


def _print_lines(rows: list[tuple[str, Row]]) -> None:
    import json
    import sys

    for label, row in rows:
        line: dict[str, Any] = {
            "time": label, "count": _plain(row.count or 0.0), "expected": round(row.expected, 4),
            "upper": row.upper, "p": row.p, "alarm": row.alarm,
        }  # fmt: skip
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


def _plain(value: float) -> float | int:
    return int(value) if value.is_integer() else value


def backtest(
    first: Annotated[str, typer.Option("--from", help="从哪一天起，如 2026-06-01")],
    last: Annotated[str, typer.Option("--to", help="到哪一天止（含），如 2026-08-31")],
    rules: Annotated[
        Path | None,
        typer.Option("--rules", help="要比较的规则（TOML，每条一个 rule 表），默认现用、更严、更松等"),
    ] = None,
    onsets: Annotated[
        Path | None, typer.Option("--onsets", help="标注的事件开始时刻（CSV：topic,time，或 TOML，每条一个 onset 表）")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="把表（JSON）和图（SVG）写到哪个文件夹")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """把库存历史逐小时重放：各规则会发出哪些预警、每周几次、比标注的开始晚多久。"""
    import json

    from monitor.signals import backtest_files as files
    from monitor.signals.backtest import backtest as replay
    from monitor.signals.backtest import usual_candidates

    begin, end = parse_day(first), parse_day(last)
    if end < begin:
        raise typer.BadParameter("--to 早于 --from", param_hint="--to")
    with opened(config) as app:
        rule = app.settings.alerts.spike
        usual = usual_candidates(rule)
        candidates = (usual[0], *files.read_rules(rules, rule), *usual[3:]) if rules else usual
        marked = files.read_onsets(onsets, [t.name for t in app.settings.topics.topic]) if onsets else ()
        with progress("重放") as step:
            outcomes = replay(app.settings, app.store, begin, end, candidates, marked, step)
    report = files.as_json(outcomes, begin, end)
    if out:
        out.mkdir(parents=True, exist_ok=True)
        name = f"backtest.{begin}.{end}"
        (out / f"{name}.json").write_text(json.dumps(report, ensure_ascii=False, indent=2), encoding="utf-8")
        (out / f"{name}.svg").write_text(files.picture(outcomes, begin, end, marked), encoding="utf-8")
        say(f"已写入 {out / name}.json 和 .svg")
    if as_json:
        print_json(report)
        return
    _print_backtest(report)


def _print_backtest(report: dict[str, Any]) -> None:
    rows = [
        (
            r["name"], str(r["alerts"]), f"{r['a_week']:.1f}",
            f"{r['found']}/{r['onsets']}" if r["onsets"] else "—",
            "—" if r["median_lag_h"] is None else f"{r['median_lag_h']:.0f} 小时",
        )
        for r in report["rules"]
    ]  # fmt: skip
    print_table(f"{report['from']} 至 {report['to']}", ("规则", "预警", "每周", "找到", "滞后中位数"), rows)
    first = report["rules"][0]
    print_table(
        f"{first['name']}会发出的预警",
        ("时刻", "止", "专题", "形态", "窗口", "条数", "平时上限"),
        [
            (
                f["begin"], f["end"], f["topic"], "苗头" if f["pattern"] == "rise" else "突增",
                f"{f['window_h']} 小时", str(f["total"]), str(f["usual_high"] or "—"),
            )
            for f in first["firings"]
        ],
        empty="没有预警",
    )  # fmt: skip


@contextmanager
def progress(title: str) -> Iterator[Callable[[float], None]]:
    """A progress bar on a terminal's standard error; the step takes the share done, 0 to 1."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda done: bar.update(task, completed=done)


def forecast(
    days: Annotated[int, typer.Option("--days", help="往后几天", min=1, max=28)] = 7,
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """各专题今后几天的数量及八成把握的区间；帖文的数字按规定取整、隐去小数目。"""
    from monitor.signals import figures
    from monitor.signals.ahead import forecast_topics

    with opened(config, now) as app:
        found = forecast_topics(app.settings, app.store, app.clock(), days)
    known = [f for f in found if f.days]
    if as_json:
        print_json([
            {
                "topic": f.topic, "kind": f.kind.value,
                "days": [
                    {"day": d.day.isoformat(), "mean": figures.as_json(d.mean), "low": d.low, "high": d.high}
                    for d in f.days
                ],
            }
            for f in known
        ])  # fmt: skip
        return
    kinds = {"post": "帖文", "board": "留言", "news": "新闻"}
    print_table(
        "今后几天（括号内为八成把握的区间）",
        ("专题", "类别", *(f"{d.day:%m-%d}" for d in (known[0].days if known else ()))),
        [
            (f.topic, kinds[f.kind.value], *(f"{figures.text(d.mean)}（{d.low}–{d.high}）" for d in f.days))
            for f in known
        ],
        empty="历史不足两周，还不能预测",
    )
