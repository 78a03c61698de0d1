"""四、媒体报道: main stories and who carried the district's own releases."""

from __future__ import annotations

from monitor.briefs import queries
from monitor.briefs.facts import DayFacts
from monitor.briefs.types import Block, Bullets, Mark, Paragraph, Part, Parts, Section, Table
from monitor.briefs.wording import (
    POLARITY_WORDS,
    cell,
    clock_words,
    count,
    day_words,
    link,
    listed,
    moment_words,
    plain_title,
    without_empty_columns,
)
from monitor.coverage import OutletCount, Story
from monitor.model import Kind, day_of
from monitor.store import Outline

STORIES = 8
OUTLETS = 5
CARRIERS = 2


def section(facts: DayFacts) -> Section:
    media, title = facts.media, "媒体报道"
    if not media.news and not media.releases and not facts.hotlist:
        return Section("media", title, (Paragraph((f"{facts.now}没有采集到涉及本区的新闻报道和政务发布。",)),))
    blocks: list[Block] = [Paragraph((*_news(facts), *_own(facts)))]
    stories = [s for s in media.stories if not s.own or s.reprints][:STORIES]
    if stories:
        table = Table("", ("主要报道", "媒体", "时间", "倾向", "转载（篇）"), tuple(_story(s, facts) for s in stories))
        blocks.append(without_empty_columns(table))
    if facts.hotlist:
        blocks.append(Bullets("公开热榜", tuple(_hot(facts))))
    return Section("media", title, tuple(blocks))


def _news(facts: DayFacts) -> Parts:
    media = facts.media
    query = queries.articles(facts.first, facts.last, Kind.NEWS, facts.period.topics)
    if not media.news:
        return (f"{facts.now}没有采集到涉及本区的新闻报道。",)
    parts: list[Part] = ["涉及本区的新闻报道", count(media.news, "篇", query)]
    if media.news_reprints:
        parts += ["（其中转载", count(media.news_reprints, "篇", query), "）"]
    parts += ["，来自", count(len(media.news_outlets), "家", query), "媒体"]
    return (*parts, *_outlets(media.news_outlets, query))


def _own(facts: DayFacts) -> Parts:
    media = facts.media
    query = queries.articles(facts.first, facts.last, Kind.OFFICIAL, facts.period.topics)
    if not media.releases:
        return (f"本区政务渠道{facts.now}没有发布被采集到的稿件。",)
    parts: Parts = ("本区政务渠道发布稿件", count(media.releases, "篇", query))
    if media.releases_carried:
        parts += ("，其中", count(media.releases_carried, "篇", query), f"{facts.now}被媒体转载")
    else:
        parts += (f"，{facts.now}未见媒体转载",)
    return (*parts, *_outlets(media.own_outlets, query))


def _outlets(outlets: tuple[OutletCount, ...], query: str) -> Parts:
    """：甲报2篇、乙网1篇等。"""
    if len(outlets) < 2:
        return ("。",)
    named: list[Parts] = [(_outlet(o.outlet), count(o.articles, "篇", query)) for o in outlets[:OUTLETS]]
    return ("：", *listed(named), "等。" if len(outlets) > OUTLETS else "。")


def _story(story: Story, facts: DayFacts) -> tuple[Parts, ...]:
    article = story.article
    title: Parts = (link(article.title, article.url),)
    reprints: Parts = ("—",)
    if story.reprints:
        named = [_outlet(o) for o in story.outlets if o != article.outlet]
        shown = f"（{'、'.join(named[:CARRIERS])}{'等' if len(named) > CARRIERS else ''}）" if named else ""
        reprints = (
            cell(story.reprints, queries.articles(facts.first, facts.last, Kind.NEWS, facts.period.topics)),
            shown,
        )
    return (
        (*title, Mark("本区发布")) if story.own else title,
        (_outlet(article.outlet or article.source),),
        (_when(article, facts),),
        (POLARITY_WORDS[article.polarity],),
        reprints,
    )


def _when(article: Outline, facts: DayFacts) -> str:
    """The hour of a day's story, the day of a longer period's."""
    if facts.first == facts.last:
        return clock_words(article.published)
    return day_words(day_of(article.published), facts.day.year)


def _outlet(name: str) -> str:
    return plain_title(name, "未注明来源", 20)


def _hot(facts: DayFacts) -> list[Parts]:
    items: list[Parts] = []
    for entry in facts.hotlist:
        query = queries.articles(facts.first, facts.last, Kind.HOTLIST, facts.period.topics)
        rank: Parts = ("，第", count(entry.rank, "位", query)) if entry.rank else ()
        words = f"（{_outlet(entry.outlet or entry.source)}，{moment_words(entry.published, facts.day.year)}"
        items.append((link(entry.title, entry.url), words, *rank, "）"))
    return items
