"""What ``yuqing source add`` and ``yuqing source test`` share: a trial in a child process and how it is shown."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from monitor.cli.common import print_table, say

KINDS = {"news": "新闻", "official": "政务发布", "board": "留言板", "post": "公开帖文", "hotlist": "热榜"}


def trial(config: Path, source: str, items: int, given: str = "") -> tuple[dict[str, Any], int]:
    """Items and run of a trial in a child process, and its exit code; a spinner on a terminal."""
    from rich.console import Console

    command = [sys.executable, "-m", "crawlers.trial", "--config", str(config), "--items", str(items), "--", source]
    console = Console(stderr=True)
    with console.status("正在试读…") if console.is_terminal else open(os.devnull):
        done = subprocess.run(command, env=environment(), input=given, stdout=subprocess.PIPE, text=True,
                              encoding="utf-8", check=False)  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    run: dict[str, Any] = next((line["run"] for line in lines if "run" in line), {})
    read = [line["item"] for line in lines if "item" in line]
    again = next((line["revisits"] for line in lines if "revisits" in line), None)
    return {"items": read, "run": run, **({"revisits": again} if again else {})}, done.returncode


def environment() -> dict[str, str]:
    return {**os.environ, "YUQING_PARENT": str(os.getpid())}


def show(title: str, found: dict[str, Any]) -> None:
    """A trial as a table that fits a terminal of 80 columns, and how it ended in a line."""
    from monitor.cli.crawl import STATES

    rows = []
    for n, item in enumerate(found["items"], 1):
        when = (item["published"] or "—")[:16].replace("T", " ")
        title_ = item["title"] or "（不显示）"
        about = "、".join((*filter(None, (item.get("stood"),)), *item["topics"], *item["places"]))
        rows.append((str(n), when, f"{title_}\n{about}" if about else title_, str(item["characters"]), _judged(item)))
    print_table(title, ("", "发布时间", "标题、专题与地点", "字数", "收不收"), rows, "没有读到内容")
    if again := found.get("revisits"):
        some = "；".join(again["titles"])
        say(f"另有 {again['due']} 个读过的网页到期要再看一次（有没有更正、撤下、答复），如：{some}")
    run = found["run"]
    if not run:
        say("试读中断：程序出错，请把上面的运行日志交给维护人员。")
    elif run["message"] or run["state"] != "ok" or not rows:
        words = STATES.get(run["state"], run["state"])
        say(f"{words}：{run['message']}" if run["message"] else words)


def _judged(item: dict[str, Any]) -> str:
    from monitor.ops import reasons

    told = "收" if item["kept"] else f"不收：{reasons.chinese(item['reason'])}"
    return told + ("（已有）" if item["stored"] else "") + ("，有答复" if item.get("answered") else "")
