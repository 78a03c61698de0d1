"""``yuqing source``: add a source from its address, try one out, list them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, print_json, print_table, say

KINDS = {"news": "新闻", "official": "政务发布", "board": "留言板", "post": "公开帖文", "hotlist": "热榜"}
SHOWN = 5
WHOLE, ENOUGH = 40, 3
"""Characters of a text that is more than its headline, and how many such texts make a reading good."""


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="信源：添加、试采、列表。", no_args_is_help=True)
    group.command("add")(add)
    group.command("test")(try_)
    group.command("list")(list_)
    app.add_typer(group, name="source")


def try_(
    source: Annotated[str, typer.Argument(help="信源编号", show_default=False)],
    items: Annotated[int, typer.Option("--items", min=1, max=200, help="最多看几条")] = 10,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """试采一个信源：会读到什么、每条收不收、为什么。不写入任何内容。"""
    found, code = _trial(config, source, items)
    if code == 2:
        raise typer.Exit(2)
    if as_json:
        print_json(found)
    else:
        _show(f"试采 {source}", found)
    raise typer.Exit(0 if found["run"].get("state") in ("ok", "partial") else 1)


def add(
    url: Annotated[str, typer.Argument(help="栏目页、订阅、论坛或接口的网址", show_default=False)],
    id: Annotated[str, typer.Option("--id", help="信源编号；默认取自网址", show_default=False)] = "",
    name: Annotated[str, typer.Option("--name", help="名称；默认取网页标题", show_default=False)] = "",
    kind: Annotated[
        str, typer.Option("--kind", help="news、official、board 或 post；默认推测", show_default=False)
    ] = "",
    choice: Annotated[int, typer.Option("--choice", min=0, help="用第几种读法；默认第一种读得好的")] = 0,
    trusted: Annotated[bool, typer.Option("--trusted", help="本区自己的网站或留言板，内容都与本区有关")] = False,
    local: Annotated[bool, typer.Option("--local", help="本单位内网的网站")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="不再询问，直接写入 sources.toml")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """看一眼网址，提出读法并试采前几条，确认后写入 sources.toml。"""
    from monitor.settings.added import entry, write

    if kind and kind not in ("news", "official", "board", "post"):
        raise typer.BadParameter(f"“{kind}”不是信源类别；可用：news、official、board、post", param_hint="--kind")
    seen = _look(config, url, local)
    if not seen["proposals"]:
        say(f"不能作为信源：{seen.get('message') or '认不出这个网页是列表、订阅还是接口'}")
        if seen["failure"] == "private_address":
            seen["hint"] = "公网信源不得访问内网；若确是本单位的网站，请加 --local"
        say(f"怎么办：{seen.get('hint') or '请给出栏目列表页（能看到多篇标题的页面）、订阅或接口的网址'}")
        raise typer.Exit(1)
    own = {"local": True, "delay_s": 0.2} if local else {}
    common = {"id": id or seen["id"], "name": name or seen["name"], **own, **({"trusted": True} if trusted else {})}
    drafts = [{**common, **p["source"], **({"kind": kind} if kind else {})} for p in seen["proposals"]]
    best, found = _best(config, drafts, choice)
    print_table(
        f"{seen['url']} 的读法",
        ("", "类别", "方式", "网址", "理由"),
        [("→" if n == best else str(n + 1), KINDS[d["kind"]], d["adapter"], d["url"], p["why"])
         for n, (d, p) in enumerate(zip(drafts, seen["proposals"], strict=True))],
    )  # fmt: skip
    _show("试采前几条", found)
    text = entry(drafts[best])
    typer.echo(f"\n{text}")
    if not yes and not typer.confirm(f"写入 {config / 'sources.toml'}？"):
        say("没有写入。")
        raise typer.Exit(1)
    problems = write(config, drafts[best])
    if problems:
        say("写入后配置有误，已恢复原样：")
        for problem in problems:
            say(f"  {problem}")
        raise typer.Exit(1)
    say(f"已写入。下一轮采集就会读它；也可马上运行：yuqing crawl {drafts[best]['id']}")


def list_(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """列出配置的信源及最近状态。"""
    from monitor.cli.common import opened
    from monitor.cli.crawl import STATES
    from monitor.model import CHINA
    from monitor.ops import pace, runs

    with opened(config) as app:
        sources = app.settings.sources.source
        states = runs.states(app.store, sources)
        found = []
        for s in sources:
            state = states[s.id]
            minutes = None if s.adapter == "import" else round(pace.interval(s, state.factor).total_seconds() / 60)
            last = state.last_run.astimezone(CHINA) if state.last_run else None
            found.append((s, minutes, last, state.state.value if state.state else ""))
    if as_json:
        print_json([
            {"id": s.id, "name": s.name, "kind": s.kind.value, "adapter": s.adapter, "enabled": s.enabled,
             "interval_min": minutes, "last_run": last.isoformat() if last else None, "state": state}
            for s, minutes, last, state in found
        ])  # fmt: skip
        return
    print_table(
        "信源",
        ("编号", "名称", "类别", "方式", "启用", "间隔/分", "上次采集", "状态"),
        [(s.id, s.name, KINDS[s.kind.value], s.adapter, "是" if s.enabled else "停用", str(minutes or "—"),
          f"{last:%m-%d %H:%M}" if last else "从未", STATES.get(state, "")) for s, minutes, last, state in found],
        "还没有信源；用 yuqing source add 网址 添加",
    )  # fmt: skip


def _best(config: Path, drafts: list[dict[str, Any]], choice: int) -> tuple[int, dict[str, Any]]:
    """The first draft that reads well, else the one that reads most; and what it read. Each trial takes its pauses."""
    if choice:
        if choice > len(drafts):
            raise typer.BadParameter(f"只有 {len(drafts)} 种读法", param_hint="--choice")
        return choice - 1, _tried(config, drafts[choice - 1])
    tried = []
    for n, draft in enumerate(drafts):
        found = _tried(config, draft)
        whole = [i for i in found["items"] if i["published"] and i["characters"] >= WHOLE]
        if len(whole) >= ENOUGH:
            return n, found
        tried.append(((len(whole), len(found["items"]), -n), n, found))
    _, n, found = max(tried, key=lambda one: one[0])
    return n, found


def _tried(config: Path, draft: dict[str, Any]) -> dict[str, Any]:
    found, code = _trial(config, "-", SHOWN, json.dumps(draft, ensure_ascii=False))
    if code == 2:
        raise typer.Exit(2)
    return found


def _look(config: Path, url: str, local: bool) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "crawlers.look",
        "--config",
        str(config),
        *(["--local"] if local else []),
        "--",
        url,
    ]
    done = subprocess.run(command, env=_environment(), stdout=subprocess.PIPE, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise typer.Exit(done.returncode)
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def _trial(config: Path, source: str, items: int, given: str = "") -> tuple[dict[str, Any], int]:
    """Items and run of a trial in a child process, and its exit code; a spinner on a terminal."""
    from rich.console import Console

    command = [sys.executable, "-m", "crawlers.trial", "--config", str(config), "--items", str(items), "--", source]
    console = Console(stderr=True)
    with console.status("正在试采…") if console.is_terminal else open(os.devnull):
        done = subprocess.run(command, env=_environment(), input=given, stdout=subprocess.PIPE, text=True,
                              encoding="utf-8", check=False)  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    run: dict[str, Any] = next((line["run"] for line in lines if "run" in line), {})
    return {"items": [line["item"] for line in lines if "item" in line], "run": run}, done.returncode


def _environment() -> dict[str, str]:
    return {**os.environ, "YUQING_PARENT": str(os.getpid())}


def _show(title: str, found: dict[str, Any]) -> None:
    from monitor.cli.crawl import STATES
    from monitor.ops import reasons

    rows = []
    for n, item in enumerate(found["items"], 1):
        told = "收" if item["kept"] else f"不收：{reasons.chinese(item['reason'])}"
        about = "、".join((*item["topics"], *item["places"]))
        rows.append((str(n), (item["published"] or "—")[:16].replace("T", " "), item["title"] or "（不显示）",
                     str(item["characters"]), told + ("（已有）" if item["stored"] else ""), about))  # fmt: skip
    print_table(title, ("", "发布时间", "标题", "字数", "结果", "专题与地点"), rows, "没有读到内容")
    run = found["run"]
    if run:
        words = STATES.get(run["state"], run["state"])
        say(f"{words}：{run['message']}" if run["message"] else words)
