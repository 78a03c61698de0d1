"""三、群众反映集中的问题: hot issues and grave single messages, then topics by volume and growth."""

from __future__ import annotations

from monitor.briefs import queries
from monitor.briefs.facts import HISTORY_DAYS, DayFacts, Matter
from monitor.briefs.ranking_gather import WEEK
from monitor.briefs.signs import mark_of
from monitor.briefs.types import Block, Mark, Paragraph, Part, Parts, Section, Table
from monitor.briefs.wording import cell, change_cell, count, without_empty_columns
from monitor.briefs.writing import hot
from monitor.disclosure import THRESHOLD
from monitor.model import Kind
from monitor.signals.figures import number


def section(facts: DayFacts) -> Section:
    title = "群众反映集中的问题"
    if not (facts.matters or facts.classes or facts.further or hot.told(facts)):
        return Section("matters", title, (Paragraph((f"{facts.now}各专题均没有可列出的群众反映。",)),))
    posts = any(number(m.post.now) for m in facts.matters)
    issues = hot.bullets(facts)
    blocks: list[Block] = [issues] if issues is not None else []
    classes = [m for m in facts.classes if number(m.board.now)]
    if classes and not any(m in facts.matters for m in facts.classes):
        blocks.append(Paragraph(_classes(classes, facts)))
    if facts.matters:
        blocks.append(_table(facts, posts))
        remarks: Parts = (*_further(facts), _note(facts, posts))
        if remarks != ("",):
            blocks.append(Paragraph(remarks, small=True))
    else:
        # Beside a matter of the week that the day added little to, only the topics are said to be quiet.
        few: Parts = (f"没有反映集中的事项（{_limit(facts, '达到')}）",)
        if issues is not None:
            few = (f"按专题反映均不集中（{_limit(facts, '不足')}）",)
        if facts.further:
            few += ("，零星反映涉及", count(len(facts.further), "个", queries.topics(facts.first, facts.last)), "事项")
        blocks.append(Paragraph((*few, "。")))
        if note := _note(facts, posts):
            blocks.append(Paragraph((note,), small=True))
    return Section("matters", title, tuple(blocks))


def _further(facts: DayFacts) -> Parts:
    if not facts.further:
        return ()
    few = "" if any(m.concentrated for m in facts.further) else f"反映较少（{_limit(facts, '不足')}），"
    return ("另有", count(len(facts.further), "个", queries.topics(facts.first, facts.last)), f"事项{few}未列出。")


def _limit(facts: DayFacts, word: str) -> str:
    """留言不足3件、帖文不足10条; without the posts where none are watched."""
    limits = [f"留言{word}{facts.fewest}件"]
    if facts.kinds[Kind.POST].known_from:
        limits.append(f"帖文{word}{THRESHOLD}条")
    return ("或" if word == "达到" else "、").join(limits)


def _note(facts: DayFacts, posts: bool) -> str:
    meanings = {"新": "“新”指此前四周未见", "升": f"“升”指明显高于{facts.usual}"}
    topics, issues = {mark_of(m, facts) for m in facts.matters}, {m.mark for m in hot.told(facts)}
    if "升" in issues:
        past = "重点事项为此前三周" if facts.period.days <= WEEK else "重点事项为此前同样长的时段"
        meanings["升"] = f"{meanings['升']}（{past}）" if "升" in topics else f"“升”指明显多于{past[5:]}"
    notes = [words for mark, words in meanings.items() if mark in topics | issues]
    if posts:
        notes.append("帖文数取整到5，不足10条不列数")
    if len(facts.matters) > 1:
        notes.append("按数量与增量排序，一件反映可归入多个事项")
    return f"{'；'.join(notes)}。" if notes else ""


def _classes(classes: list[Matter], facts: DayFacts) -> Parts:
    parts: list[Part] = ["留言按类别："]
    ordered = sorted(classes, key=lambda m: (-(number(m.board.now) or 0), m.topic.name))
    for index, matter in enumerate(ordered):
        name = matter.topic.name
        parts += ["、" if index else "", name]
        parts.append(count(matter.board.now, "件", queries.counted(facts, Kind.BOARD, name)))
    return (*[p for p in parts if p != ""], "。")


def _table(facts: DayFacts, posts: bool) -> Table:
    columns = ["事项", "留言（件）", f"较{facts.usual}", "持续（天）", "已答复（件）", "主要词语", "街道（镇）"]
    if posts:
        columns.insert(2, "帖文（条）")
    return without_empty_columns(Table("", tuple(columns), tuple(_row(m, facts, posts) for m in facts.matters)))


def _row(matter: Matter, facts: DayFacts, posts: bool) -> tuple[Parts, ...]:
    name = matter.topic.name
    mark = mark_of(matter, facts)
    first = facts.board_days[0][0]
    today = queries.counted(facts, Kind.BOARD, name)
    # The comparison is that of the messages where there are any, else of the posts.
    kind, facts_of = (Kind.BOARD, matter.board) if number(matter.board.now) else (Kind.POST, matter.post)
    days = matter.days
    running: Parts = (cell(days, queries.trends(first, facts.day, Kind.BOARD, name)),) if days else ("—",)
    if days > HISTORY_DAYS:
        running = (f"{HISTORY_DAYS}以上",)
    row: list[Parts] = [
        (name, Mark(mark)) if mark else (name,),
        (cell(matter.board.now, today),),
        change_cell(facts_of, queries.comparison(facts, kind, name)),
        running,
        (cell(matter.answered, queries.board(facts.first, facts.last, name, answered=True)),),
        ("、".join(matter.terms) or "—",),
        ("、".join(matter.places) or "—",),
    ]
    if posts:
        row.insert(2, (cell(matter.post.now, queries.counted(facts, Kind.POST, name)),))
    return tuple(row)
