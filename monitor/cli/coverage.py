"""``yuqing coverage``: who wrote about the district in a month, and which outlets have no level yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, opened, print_json, print_table, say

if TYPE_CHECKING:
    from datetime import date

    from monitor.coverage import Coverage

MonthOption = Annotated[str, typer.Option("--month", help="月份，如 2026-11；默认本月")]
DaysOption = Annotated[int, typer.Option("--days", min=1, max=400, help="最近多少天")]


def register(app: typer.Typer) -> None:
    commands = typer.Typer(help="对外宣传：各级媒体的报道、本区稿件的转载、还没有级别的媒体。", no_args_is_help=True)
    commands.command("month")(month)
    commands.command("outlets")(outlets)
    app.add_typer(commands, name="coverage")


def month(month: MonthOption = "", config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """一个月的媒体报道与本区稿件转载情况。"""
    from monitor import coverage

    with opened(config) as app:
        found = coverage.month(app.store, app.settings, _first(month, app.clock().date()))
    if as_json:
        print_json(_plain(found))
        return
    title = f"{found.first.year}年{found.first.month}月：报道 {found.news} 篇，本区发布 {found.releases} 篇"
    title += f"，被转载 {found.releases_carried} 篇"
    rows = [
        [str(r.level) if r.level else "未列级别", str(r.outlets), str(r.articles), str(r.of_own)] for r in found.levels
    ]
    print_table(title, ["级别", "媒体", "报道", "其中本区稿件"], rows, "这个月没有采集到涉及本区的报道")
    accounts = [[a.name, a.platform or "—", str(a.releases), str(a.carried)] for a in found.accounts]
    print_table("本区账号", ["账号", "平台", "发布", "被转载"], accounts, "没有接入本区政务渠道")


def outlets(days: DaysOption = 90, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """采集到、但 media.toml 中没有级别的媒体：输出可以直接贴进 media.toml 的内容，级别请核对。"""
    import json
    from datetime import timedelta

    from monitor import coverage
    from monitor.coverage.outlets import guess

    with opened(config) as app:
        today = app.clock().date()
        found = coverage.span(app.store, app.settings, today - timedelta(days=days - 1), today).unlisted
        told = [(row, guess(row.outlet, app.settings.district)) for row in found]
    if as_json:
        print_json([{"outlet": o.outlet, "articles": o.articles, "suggested": level} for o, level in told])
        return
    say(f"最近 {days} 天有 {len(told)} 家媒体没有级别" if told else f"最近 {days} 天采集到的媒体都有级别")
    for row, level in told:
        name = json.dumps(row.outlet or "未注明来源", ensure_ascii=False)
        typer.echo(f'[[outlet]]\nname = {name}\nlevel = "{level or "商业及其他"}"    # {row.articles} 篇，请核对级别\n')


def _first(month: str, today: date) -> date:
    from datetime import date

    if not month:
        return today.replace(day=1)
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise typer.BadParameter(f"“{month}”不是月份；应写成 2026-11 这样") from None


def _plain(found: Coverage) -> dict[str, Any]:
    return {
        "first": found.first.isoformat(),
        "last": found.last.isoformat(),
        "news": found.news,
        "news_of_own": found.news_of_own,
        "releases": found.releases,
        "originals": found.originals,
        "releases_carried": found.releases_carried,
        "median_delay_h": found.median_delay_h,
        "levels": [{"level": r.level, "outlets": r.outlets, "articles": r.articles} for r in found.levels],
        "outlets": [{"outlet": o.outlet, "level": o.level, "articles": o.articles} for o in found.news_outlets],
        "accounts": [{"name": a.name, "releases": a.releases, "carried": a.carried} for a in found.accounts],
    }
