"""反映情况 of a brief on one topic: when, where, in which words, and the newest messages with their answers."""

from __future__ import annotations

from monitor.briefs import queries
from monitor.briefs.facts import PeriodFacts
from monitor.briefs.facts.focus import Answered, Named
from monitor.briefs.types import Block, Paragraph, Parts, Section, Table
from monitor.briefs.wording import cell, count, day_words, link, listed, plain_title, without_empty_columns
from monitor.briefs.writing import hot
from monitor.model import Kind, day_of
from monitor.signals.figures import number

TITLE = "反映情况"


def section(facts: PeriodFacts) -> Section:
    """The topic's own blocks, then the matters in it; the topic itself is not one of them."""
    found, issues = facts.focus, hot.bullets(facts)
    further = () if issues is None else (issues,)
    if found is None:
        return Section("matters", TITLE, further)
    own: list[Block] = [Paragraph(_days(facts))]
    if found.places:
        own.append(without_empty_columns(_places(found.places, facts)))
    if found.terms:
        own.append(Paragraph(_terms(found.terms, facts)))
    if found.messages:
        own.append(_messages(found.messages, facts))
    return Section("matters", TITLE, (*own, *further))


def _days(facts: PeriodFacts) -> Parts:
    """近30日中有25天收到留言，最多的是11月19日，12件."""
    days = [(n or 0, day) for day, n in facts.board_days if facts.first <= day <= facts.upto]
    some = [item for item in days if item[0]]
    if not some:
        return (f"{facts.now}没有收到有关留言。",)
    topic = facts.period.topics[0]
    span = queries.trends(facts.first, facts.upto, Kind.BOARD, topic)
    most = max(some, key=lambda item: (item[0], item[1]))
    year = facts.day.year
    return (
        f"{facts.now}中有", count(len(some), "天", span), f"收到有关留言，最多的是{day_words(most[1], year)}，",
        count(most[0], "件", queries.trends(most[1], most[1], Kind.BOARD, topic)), "。",
    )  # fmt: skip


def _places(places: tuple[Named, ...], facts: PeriodFacts) -> Table:
    query = queries.topic(facts.period.topics[0], facts.first, facts.last)
    rows = tuple(((p.name,), (cell(p.board, query),) if p.board else ("—",), _post(p, query)) for p in places)
    return Table("涉及的街道（镇）", ("街道（镇）", "留言（件）", "帖文（条）"), rows)


def _post(named: Named, query: str) -> Parts:
    return (cell(named.post, query),) if named.post is not None and number(named.post) else ("—",)


def _terms(terms: tuple[Named, ...], facts: PeriodFacts) -> Parts:
    query = queries.topic(facts.period.topics[0], facts.first, facts.last)
    items: list[Parts] = []
    for term in terms:
        if term.board:
            items.append((f"{term.name}（留言", count(term.board, "件", query), "）"))
        elif term.post is not None:
            items.append((f"{term.name}（帖文", count(term.post, "条", query), "）"))
    return ("主要词语：", *listed(items), "。")


def _messages(messages: tuple[Answered, ...], facts: PeriodFacts) -> Table:
    """Title, day, department, how its clock stands; public as they are on the board."""
    rows = tuple(_row(item, facts) for item in messages)
    return Table("最近的留言与办理", ("留言", "收到日期", "责任部门", "办理情况"), rows)


def _row(item: Answered, facts: PeriodFacts) -> tuple[Parts, ...]:
    message = item.message
    title = message.title or plain_title(message.text, limit=30)
    return (
        (link(title, message.url, message.id),),
        (day_words(day_of(message.published), facts.day.year),),
        (item.department,),
        (item.clock.state.chinese,),
    )
