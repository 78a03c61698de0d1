"""四、媒体报道: main stories, the news by outlet and level, and who carried the district's own releases."""

from __future__ import annotations

from monitor.briefs import queries
from monitor.briefs.facts import Compared, PeriodFacts
from monitor.briefs.periods import BriefKind
from monitor.briefs.types import Block, Bullets, Mark, Paragraph, Part, Parts, Section, Table
from monitor.briefs.wording import (
    POLARITY_WORDS,
    THIN,
    THIN_MEAN,
    cell,
    clock_words,
    compared,
    count,
    day_words,
    earlier_words,
    link,
    listed,
    moment_words,
    percent,
    without_empty_columns,
)
from monitor.briefs.writing import media_tables
from monitor.briefs.writing.media_tables import delay_hours, outlet_name
from monitor.coverage import Coverage, Front, OutletCount, Story
from monitor.model import Kind, day_of
from monitor.store import Outline

STORIES = 8
OUTLETS = 5
CARRIERS = 2
FRONTS = 3


def section(facts: PeriodFacts) -> Section:
    media, title = facts.media, "媒体报道"
    if not media.news and not media.releases and not facts.hotlist:
        return Section("media", title, (Paragraph((f"{facts.now}没有采集到涉及本区的新闻报道和政务发布。",)),))
    blocks: list[Block] = [Paragraph((*_news(facts), *_fronts(facts))), Paragraph(_own(facts))]
    if facts.kind is BriefKind.DAILY:
        blocks = [Paragraph(tuple(part for block in blocks if isinstance(block, Paragraph) for part in block.parts))]
    # Longer periods tell of the district's own texts in a table of their own.
    own_too = facts.kind is BriefKind.DAILY
    stories = [s for s in media.stories if not s.own or (own_too and s.reprints)][:STORIES]
    if stories:
        columns = ("主要报道", "媒体", "时间", "倾向", "版位", "转载（篇）")
        blocks.append(without_empty_columns(Table("", columns, tuple(_story(s, facts) for s in stories))))
    if facts.kind is not BriefKind.DAILY:
        blocks += media_tables.blocks(facts)
    if facts.hotlist:
        blocks.append(Bullets("公开热榜", tuple(_hot(facts))))
    return Section("media", title, tuple(blocks))


def _news(facts: PeriodFacts) -> Parts:
    media = facts.media
    query = queries.articles(facts.first, facts.last, Kind.NEWS, facts.period.topics)
    if not media.news:
        return (f"{facts.now}没有采集到涉及本区的新闻报道。",)
    parts: list[Part] = ["涉及本区的新闻报道", count(media.news, "篇", query)]
    if media.news_reprints:
        parts += ["（其中转载", count(media.news_reprints, "篇", query), "）"]
    parts += _against(media.news, media.before.news if media.before else None, facts)
    parts += ["，来自", count(len(media.news_outlets), "家", media_tables.query(facts)), "媒体"]
    return (*parts, *_outlets(media.news_outlets, query), *_levels(facts))


def _against(now: int, before: int | None, facts: PeriodFacts) -> Parts:
    """The change against the period before; nothing for a daily brief, which has none."""
    if not before or facts.media.before is None or facts.partial:
        return ()
    query = queries.coverage(facts.media.before.first, facts.media.before.last, facts.period.topics)
    change = Compared(now, (before,), facts.period.earlier)
    if before < THIN_MEAN:
        return (f"，{earlier_words(change)}", count(before, "篇", query))
    return compared(change, "篇", query)


def _levels(facts: PeriodFacts) -> Parts:
    """按级别：中央1篇、市级2篇，未列级别1篇。"""
    media, query = facts.media, media_tables.query(facts)
    known: list[Parts] = [(str(r.level), count(r.articles, "篇", query)) for r in media.levels if r.level is not None]
    if not media.levels_configured or not known:
        return ()
    rest = next((row for row in media.levels if row.level is None), None)
    more: Parts = ("，未列级别", count(rest.articles, "篇", query)) if rest else ()
    return ("按媒体级别：", *listed(known), *more, "。")


def _fronts(facts: PeriodFacts) -> Parts:
    """What stood on the front page of an outlet, the best places first."""
    found = [front for front in facts.media.fronts if not front.listed][:FRONTS]
    if not found:
        return ()
    printed = "、头版" if any(front.page != "首页" for front in found) else ""
    return (f"登上媒体首页{printed}的有", *listed([_front(front, facts) for front in found]), "。")


def _front(front: Front, facts: PeriodFacts) -> Parts:
    return (
        "《",
        link(front.article.title, front.article.url, front.article.id),
        f"》（{outlet_name(front.outlet)}",
        *_place(front.rank, front.page, facts),
        "）",
    )


def _place(rank: int, page: str, facts: PeriodFacts) -> Parts:
    """头条 and 第4位 of a site's front page, 头版头条 and 头版第2条 of a printed one."""
    printed = "" if page == "首页" else page
    if rank == 1:
        return (f"{printed}头条",)
    return (f"{printed}第", count(rank, "条" if printed else "位", media_tables.query(facts)))


def _own(facts: PeriodFacts) -> Parts:
    media = facts.media
    query = queries.articles(facts.first, facts.last, Kind.OFFICIAL, facts.period.topics)
    if not media.own_configured:
        return ("尚未接入本区政务渠道，不统计本区稿件。",)
    if not media.releases:
        return (f"本区政务渠道{facts.now}没有发布被采集到的稿件。", *_still_carried(media, facts))
    parts: list[Part] = ["本区政务渠道发布稿件", count(media.releases, "篇", query)]
    parts += _against(media.releases, media.before.releases if media.before else None, facts)
    about = media_tables.query(facts)
    if media.releases_carried:
        parts += ["，其中", count(media.releases_carried, "篇", about), f"{facts.now}被媒体转载", *_share(media, about)]
        parts += _delay(media, about)
    else:
        parts.append(f"，{facts.now}未见媒体转载")
    return (*parts, *_outlets(media.own_outlets, query), *_of_own(media, facts))


def _share(media: Coverage, query: str) -> Parts:
    """（占不同稿件的40.0%）, where there are enough to speak of a share."""
    share = media.carried_share
    return ("（占不同稿件的", percent(share, query), "）") if share is not None and media.originals >= THIN else ()


def _delay(media: Coverage, query: str) -> Parts:
    delay = media.median_delay_h
    if delay is None:
        return ()
    middle = "，发布到首家转载的时间中位数为" if media.releases_carried > 1 else "，发布到首家转载相隔"
    return (middle, delay_hours(delay, query))


def _of_own(media: Coverage, facts: PeriodFacts) -> Parts:
    """How much of the news is the district's own text; of longer periods only, and where it is not said already."""
    if facts.kind is BriefKind.DAILY or not media.news_of_own:
        return ()
    query = media_tables.query(facts)
    outlets = sum(1 for outlet in media.news_outlets if outlet.of_own)
    parts: list[Part] = [
        "媒体刊登本区稿件",
        count(media.news_of_own, "篇次", query),
        "，涉及",
        count(outlets, "家", query),
        "媒体",
    ]
    if media.news >= THIN:
        parts += ["，占涉及本区报道的", percent(media.news_of_own / media.news, query)]
    return (*parts, "。")


def _still_carried(media: Coverage, facts: PeriodFacts) -> Parts:
    if not media.news_of_own:
        return ()
    return ("此前发布的稿件仍有媒体转载，", "共", count(media.news_of_own, "篇次", media_tables.query(facts)), "。")


def _outlets(outlets: tuple[OutletCount, ...], query: str) -> Parts:
    """：甲报2篇、乙网1篇等。"""
    if len(outlets) < 2:
        return ("。",)
    named: list[Parts] = [(outlet_name(o.outlet), count(o.articles, "篇", query)) for o in outlets[:OUTLETS]]
    return ("：", *listed(named), "等。" if len(outlets) > OUTLETS else "。")


def _story(story: Story, facts: PeriodFacts) -> tuple[Parts, ...]:
    article = story.article
    title: Parts = (link(article.title, article.url, article.id),)
    reprints: Parts = ("—",)
    if story.reprints:
        named = [outlet_name(o) for o in story.outlets if o != story.outlet]
        shown = f"（{'、'.join(named[:CARRIERS])}{'等' if len(named) > CARRIERS else ''}）" if named else ""
        reprints = (cell(story.reprints, media_tables.query(facts)), shown)
    return (
        (*title, Mark("本区发布")) if story.own else title,
        (outlet_name(story.outlet),),
        (_when(article, facts),),
        (POLARITY_WORDS[article.polarity],),
        _place(story.front, story.front_page, facts) if story.front else ("—",),
        reprints,
    )


def _when(article: Outline, facts: PeriodFacts) -> str:
    """The hour of a day's story, the day of a longer period's."""
    if facts.first == facts.last:
        return clock_words(article.published)
    return day_words(day_of(article.published), facts.day.year)


def _hot(facts: PeriodFacts) -> list[Parts]:
    items: list[Parts] = []
    for entry in facts.hotlist:
        query = queries.articles(facts.first, facts.last, Kind.HOTLIST, facts.period.topics)
        rank: Parts = ("，第", count(entry.rank, "位", query)) if entry.rank else ()
        words = f"（{outlet_name(entry.outlet or entry.source)}，{moment_words(entry.published, facts.day.year)}"
        items.append((link(entry.title, entry.url, entry.id), words, *rank, "）"))
    return items
