"""Tables and chart of own publicity (对外宣传) for weeks, months and other longer periods."""

from __future__ import annotations

from monitor.briefs import queries
from monitor.briefs.facts import Compared, PeriodFacts
from monitor.briefs.types import Bar, Bars, Block, Figure, Paragraph, Parts, Table
from monitor.briefs.wording import cell, change_cell, day_words, hours, link, plain_title, without_empty_columns
from monitor.coverage import Coverage, Story
from monitor.model import day_of
from monitor.settings.media import OutletLevel

CARRIED = 6
"""Own releases that are listed with who carried them."""
ACCOUNTS = 12
OUTLETS = 8
UNLISTED = 5
NO_LEVEL = "未列级别"


def query(facts: PeriodFacts) -> str:
    """The query behind every figure of the coverage."""
    return queries.coverage(facts.first, facts.last, facts.period.topics)


def blocks(facts: PeriodFacts) -> list[Block]:
    """What a longer period says beyond the sentences; nothing where there is nothing."""
    media = facts.media
    found: list[Block] = []
    if media.levels_configured and media.news:
        found += [_levels(facts), _bars(facts)]
    elif len(media.news_outlets) > 1:
        found.append(_bars(facts))
    if media.own_stories:
        found.append(_carried(facts))
    if len(media.accounts) > 1 and media.releases:
        found += _accounts(facts)
    return found


def _levels(facts: PeriodFacts) -> Table:
    media, about = facts.media, query(facts)
    before = {row.level: row.articles for row in media.before.levels} if media.before and not facts.partial else None
    rows = []
    for row in media.levels:
        change: Parts = ("—",)
        if before is not None:
            change = change_cell(Compared(row.articles, (before.get(row.level, 0),), facts.period.earlier), about)
        rows.append(
            (
                (str(row.level) if row.level else NO_LEVEL,), (cell(row.outlets, about),), (cell(row.articles, about),),
                change, (cell(row.of_own, about),) if row.of_own else ("—",),
            )
        )  # fmt: skip
    columns = ("媒体级别", "媒体（家）", "报道（篇）", "增减", "其中本区稿件（篇）")
    return without_empty_columns(Table("各级媒体报道", columns, tuple(rows), _unlisted(media)))


def _unlisted(media: Coverage) -> str:
    names = [outlet_name(o.outlet) for o in media.unlisted]
    if not names:
        return ""
    return f"{NO_LEVEL}的媒体：{'、'.join(names[:UNLISTED])}{'等' if len(names) > UNLISTED else ''}。"


def _bars(facts: PeriodFacts) -> Bars:
    """The news by outlet, the level behind the name."""
    media, about = facts.media, query(facts)
    shown = media.news_outlets[:OUTLETS]
    bars = tuple(Bar(f"{outlet_name(o.outlet, 12)}{_behind(o.level)}", cell(o.articles, about)) for o in shown)
    told = "，".join(f"{outlet_name(o.outlet, 12)}{o.articles}篇" for o in shown)
    return Bars("报道较多的媒体（篇）", bars, f"报道较多的媒体：{told}。", about)


def _behind(level: OutletLevel | None) -> str:
    return f"（{'商业' if level is OutletLevel.COMMERCIAL else level}）" if level else ""


def _carried(facts: PeriodFacts) -> Table:
    columns = ("本区稿件", "发布", "首家转载", "相隔", "转载（篇）", "媒体（家）", "最高级别")
    stories = facts.media.own_stories
    note = "" if len(stories) <= CARRIED else f"只列转载最多的{CARRIED}篇。"
    rows = tuple(_own_story(s, facts) for s in stories[:CARRIED])
    return without_empty_columns(Table("本区稿件转载情况", columns, rows, note))


def _own_story(story: Story, facts: PeriodFacts) -> tuple[Parts, ...]:
    about, article = query(facts), story.article
    delay: Parts = ("—",)
    if story.delay_h is not None:
        delay = (delay_hours(story.delay_h, about),)
    return (
        (link(article.title, article.url, article.id),),
        (day_words(day_of(article.published), facts.day.year),),
        (outlet_name(story.first_outlet),),
        delay,
        (cell(story.reprints, about),),
        (cell(story.sites, about),),
        (str(story.level) if story.level else "—",),
    )


def outlet_name(name: str, limit: int = 20) -> str:
    """The name of an outlet for a line or a cell."""
    return plain_title(name, "未注明来源", limit)


def delay_hours(value: float, query: str) -> Figure:
    """How long an outlet took; less than an hour is said in words."""
    return hours(value, query) if value >= 1 else Figure("不足1", "小时", query, None)


def _accounts(facts: PeriodFacts) -> list[Block]:
    about, accounts = query(facts), facts.media.accounts
    active = [a for a in accounts if a.releases]
    rows = tuple(
        (
            (outlet_name(a.name),),
            (a.platform or "—",),
            (cell(a.releases, about),),
            (cell(a.carried, about),),
        )
        for a in active[:ACCOUNTS]
    )
    found: list[Block] = []
    if len(active) > 1:
        table = Table("本区账号发布", ("账号", "平台", "发布（篇）", "被转载（篇）"), rows)
        found.append(without_empty_columns(table))
    silent = [outlet_name(a.name) for a in accounts if not a.releases]
    if silent:
        more = "等" if len(silent) > UNLISTED else ""
        found.append(Paragraph((f"{'、'.join(silent[:UNLISTED])}{more}{facts.now}没有发布被采集到的稿件。",)))
    return found
