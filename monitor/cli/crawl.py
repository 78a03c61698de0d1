"""``yuqing crawl [SOURCE...]``: one pass now, in a child process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, print_json, print_table

STATES = {"ok": "正常", "partial": "部分读到", "failed": "失败", "refused": "网站不允许"}


def register(app: typer.Typer) -> None:
    app.command()(crawl)


def crawl(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE]...", help="信源编号；不写则为全部启用的信源")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    due: Annotated[bool, typer.Option("--due", help="只采集到期的信源")] = False,
    as_json: JsonOption = False,
) -> None:
    """立即采集一轮，列出每个信源的结果。"""
    runs, code = _run(config, sources or [], due)
    if code == 2:
        raise typer.Exit(2)
    if as_json:
        print_json({"runs": runs})
    else:
        print_table(
            "采集结果",
            ("信源", "状态", "网页", "新增", "重复", "未收", "说明"),
            [_row(r) for r in runs],
            "没有需要采集的信源",
        )
    failed = [r for r in runs if r["state"] in ("failed", "refused")]
    raise typer.Exit(1 if code or (runs and len(failed) == len(runs)) else 0)


def _run(config: Path, sources: list[str], due: bool) -> tuple[list[dict[str, Any]], int]:
    """The runs of the child as they may be shown, and its exit code. Its log goes where ours goes."""
    command = [sys.executable, "-m", "crawlers", "--config", str(config), *(["--due"] if due else []), "--", *sources]
    environment = {**os.environ, "YUQING_PARENT": str(os.getpid())}
    runs = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment) as child:
        assert child.stdout is not None
        with _progress() as told:
            for line in child.stdout:
                run = json.loads(line)
                runs.append(run)
                told(run, len(runs))
    return runs, child.returncode


@contextmanager
def _progress() -> Iterator[Any]:
    """On a terminal, a spinner that names the source that ended last."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda run, n: None
        return
    with console.status("正在采集…") as status:
        yield lambda run, n: status.update(f"正在采集… 已完成 {n} 个信源，最近：{run['source']}")


def _row(run: dict[str, Any]) -> tuple[str, ...]:
    from monitor.ops import reasons

    dropped = run["dropped"]
    # Counts of post sources are released one by one; their sum would be more than was released (S3).
    unkept = "、".join(f"{reasons.chinese(reason)} {_count(n)}" for reason, n in dropped.items()) or "0"
    return (
        run["source"],
        STATES.get(run["state"], run["state"]),
        _count(run["pages"]),
        _count(run["new"]),
        _count(run["duplicate"]),
        unkept,
        run["message"],
    )


def _count(n: int | dict[str, Any]) -> str:
    return n["text"] if isinstance(n, dict) else str(n)
