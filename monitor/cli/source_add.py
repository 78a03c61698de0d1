"""``yuqing source add``: from an address to an entry of sources.toml; the first items show what it brings."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, print_json, say
from monitor.cli.source_trial import KINDS, environment, show, trial

SHOWN = 5
WHOLE, ENOUGH = 40, 3
"""Characters of a text that is more than its headline, and how many such texts make a reading good."""
PATIENCE_S = 40
"""What a trial may take where the site asks for long pauses: then fewer items are shown."""
TRIED = 3
"""So many readings are tried by themselves; others can be chosen."""
OWN = ("news", "official", "board")
"""Kinds of which the district may have a site of its own."""
ADAPTERS = {
    "rss": "订阅", "html": "栏目页", "sitemap": "网站地图", "json": "接口", "forum": "论坛", "frontpage": "首页",
    "epaper": "数字报", "mastodon": "话题", "import": "导入",
}  # fmt: skip


def add(
    url: Annotated[str, typer.Argument(help="栏目页、订阅、论坛或接口的网址", show_default=False)],
    id: Annotated[str, typer.Option("--id", help="信源编号；默认取自网址", show_default=False)] = "",
    name: Annotated[str, typer.Option("--name", help="名称；默认取网页标题", show_default=False)] = "",
    kind: Annotated[
        str, typer.Option("--kind", help="news、official、board、post 或 hotlist；默认推测", show_default=False)
    ] = "",
    preset: Annotated[
        str, typer.Option("--preset", help="照哪个样例读（yuqing source presets 列出）", show_default=False)
    ] = "",
    choice: Annotated[int, typer.Option("--choice", min=0, help="用第几种读法；默认第一种读得好的")] = 0,
    trusted: Annotated[bool, typer.Option("--trusted", help="本区自己的网站或留言板，内容都与本区有关")] = False,
    local: Annotated[bool, typer.Option("--local", help="本单位内网的网站")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="不再询问，直接写入 sources.toml")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """看一眼网址，提出读法并试读前几条，确认后写入 sources.toml。"""
    if kind and kind not in KINDS:
        raise typer.BadParameter(f"“{kind}”不是信源类别；可用：{'、'.join(KINDS)}", param_hint="--kind")
    known = _known(config, url)
    if known and not id:
        say(f"信源“{known}”已经在读这个网址。要再加一个，请用 --id 另起编号。")
        raise typer.Exit(1)
    seen = _look(config, _whole(url), local)
    if preset:
        seen["proposals"] = [_of_preset(config, preset, seen["url"])]
        seen["name"], seen["id"] = seen["name"] or preset, seen["id"] or preset
    if not seen["proposals"]:
        _refuse(seen, as_json)
    own = {"local": True, "delay_s": 0.2} if local else {}
    common = {"id": id or seen["id"], "name": name or seen["name"], **own, **({"trusted": True} if trusted else {})}
    drafts = [{**p["source"], **common, **({"kind": kind} if kind else {})} for p in seen["proposals"]]
    if choice > len(drafts):
        raise typer.BadParameter(f"只有 {len(drafts)} 种读法", param_hint="--choice")
    best, found = _best(config, drafts, choice, _few(seen))
    if as_json:
        written = _written(config, drafts[best]) if yes else None
        print_json({"url": seen["url"], "robots": seen["robots"], "proposals": seen["proposals"], "chosen": best + 1,
                    "source": drafts[best], **found, "written": bool(yes) and not written,
                    "problems": list(written or ())})  # fmt: skip
        raise typer.Exit(1 if written else 0)
    _told(seen, drafts, best, found)
    while not yes:
        best, found = _asked(config, drafts, best, found, _few(seen))
        if best < 0:
            say("没有写入。")
            raise typer.Exit(1)
        break
    problems = _written(config, drafts[best])
    if problems:
        say("写入后配置有误，已恢复原样：")
        for problem in problems:
            say(f"  {problem}")
        raise typer.Exit(1)
    say(f"已写入 {config / 'sources.toml'}。下一轮采集就会读它；也可马上运行：yuqing crawl {drafts[best]['id']}")
    if not drafts[best].get("trusted") and drafts[best]["kind"] in OWN:
        say(_own_hint(found["items"]))


def _own_hint(items: list[dict[str, Any]]) -> str:
    """What to do about texts of the district's own site that do not name it."""
    from monitor.intake.reasons import IntakeReason

    strange = sum(not item["kept"] and item["reason"] == IntakeReason.NOT_DISTRICT.value for item in items)
    told = f"试读的 {len(items)} 条里有 {strange} 条因没有提到本区而不收。" if strange else ""
    return f"{told}若是本区自己的网站或留言板，请在这一条里加 trusted = true，内容不提区名也会收。"


def _refuse(seen: dict[str, Any], as_json: bool) -> None:
    if seen["failure"] == "private_address":
        seen["hint"] = "公网信源不得访问内网；若确是本单位的网站，请加 --local"
    if as_json:
        print_json(seen)
    else:
        say(f"不能作为信源：{seen['message']}")
        say(f"怎么办：{seen['hint']}")
    raise typer.Exit(1)


def _told(seen: dict[str, Any], drafts: list[dict[str, Any]], best: int, found: dict[str, Any]) -> None:
    """What was seen, how it could be read, what the chosen reading brings and how it would be written down."""
    from monitor.settings.added import entry

    typer.echo(f"{seen['name']}  {seen['url']}")
    typer.echo(f"robots.txt：{_robots(seen['robots'])}")
    if seen["failure"]:
        typer.echo(f"注意：{seen['message']}。{seen['hint']}")
    typer.echo("\n读法：")
    for n, (draft, proposal) in enumerate(zip(drafts, seen["proposals"], strict=True)):
        mark = "→" if n == best else " "
        typer.echo(f"{mark} {n + 1}. {ADAPTERS[draft['adapter']]}（{KINDS[draft['kind']]}）{proposal['why']}")
        typer.echo(f"      {draft['url']}")
    typer.echo("")
    show(f"试读前 {len(found['items'])} 条", found)
    typer.echo(f"\n{entry(drafts[best])}")


def _asked(
    config: Path, drafts: list[dict[str, Any]], best: int, found: dict[str, Any], items: int
) -> tuple[int, dict[str, Any]]:
    """Asks until a reading is taken or all are refused (-1); a number tries another reading first."""
    from monitor.settings.added import entry

    others = "" if len(drafts) == 1 else f"，1-{len(drafts)} 换一种读法"
    while True:
        try:
            answer = (
                typer.prompt(f"写入 {config / 'sources.toml'}？（y 写入，n 不写{others}）", default="n").strip().lower()
            )
        except typer.Abort:
            return -1, found
        if answer in ("y", "yes", "是", "好"):
            return best, found
        if answer in ("n", "no", "否", "不"):
            return -1, found
        if answer.isdecimal() and 1 <= int(answer) <= len(drafts):
            best = int(answer) - 1
            found = _tried(config, drafts[best], items)
            show(f"第 {answer} 种读法，试读前 {len(found['items'])} 条", found)
            typer.echo(f"\n{entry(drafts[best])}")


def _robots(robots: dict[str, Any] | None) -> str:
    if robots is None:
        return "没有询问"
    state = {"allows": "允许采集", "none": "网站没有写，可以采集", "refuses": "不允许采集这个网址", "away": "读不到"}
    delay = robots["delay_s"]
    pause = f"；要求每次间隔 {delay:g} 秒，采集时照办" if delay else ""
    return state[robots["state"]] + pause


def _few(seen: dict[str, Any]) -> int:
    """How many items a trial reads within the patience of whoever waits for it."""
    delay = (seen["robots"] or {}).get("delay_s") or 0
    return max(1, min(SHOWN, int(PATIENCE_S // delay) - 1)) if delay else SHOWN


def _best(config: Path, drafts: list[dict[str, Any]], choice: int, items: int) -> tuple[int, dict[str, Any]]:
    """The first draft that reads well, else the one that reads most; and what it read. Each trial takes its pauses."""
    if choice:
        return choice - 1, _tried(config, drafts[choice - 1], items)
    tried = []
    for n, draft in enumerate(drafts[:TRIED]):
        found = _tried(config, draft, items)
        whole = [
            i for i in found["items"] if i["published"] and (i["characters"] >= WHOLE or draft["kind"] == "hotlist")
        ]
        if len(whole) >= min(ENOUGH, items):
            return n, found
        tried.append(((len(whole), len(found["items"]), -n), n, found))
    _, n, found = max(tried, key=lambda one: one[0])
    return n, found


def _tried(config: Path, draft: dict[str, Any], items: int) -> dict[str, Any]:
    found, code = trial(config, "-", items, json.dumps(draft, ensure_ascii=False))
    if code == 2:
        raise typer.Exit(2)
    return found


def _written(config: Path, draft: dict[str, Any]) -> tuple[str, ...]:
    from monitor.settings.added import write

    return write(config, draft)


def _of_preset(config: Path, name: str, url: str) -> dict[str, Any]:
    from monitor.cli.source_presets import named

    preset = named(config, name)
    return {"source": preset.at(url), "why": f"照样例 {name}：{preset.mark.chinese}"}


def _whole(url: str) -> str:
    """An address as people type it: without http:// it means https."""
    url = url.strip()
    return url if "://" in url else f"https://{url}"


def _known(config: Path, url: str) -> str:
    """The id of the source that reads this address already."""
    from monitor.settings import load

    told = _whole(url).rstrip("/")
    return next((s.id for s in load(config).sources.source if s.url.rstrip("/") == told), "")


def _look(config: Path, url: str, local: bool) -> dict[str, Any]:
    own = ["--local"] if local else []
    command = [sys.executable, "-m", "crawlers.look", "--config", str(config), *own, "--", url]
    done = subprocess.run(command, env=environment(), stdout=subprocess.PIPE, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise typer.Exit(done.returncode)
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen
