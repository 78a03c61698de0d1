"""三、群众反映集中的问题: topics by volume and growth."""

from __future__ import annotations

from monitor.briefs import queries
from monitor.briefs.facts import HISTORY_DAYS, DayFacts, Matter, number
from monitor.briefs.signs import mark_of
from monitor.briefs.types import Block, Mark, Paragraph, Part, Parts, Section, Table
from monitor.briefs.wording import cell, change_cell, count, without_empty_columns
from monitor.model import Kind


def section(facts: DayFacts) -> Section:
    title = "群众反映集中的问题"
    if not facts.matters and not facts.classes:
        return Section("matters", title, (Paragraph(("当日各专题均没有可列出的群众反映。",)),))
    posts = any(number(m.post.now) for m in (*facts.matters, *facts.classes))
    blocks: list[Block] = []
    classes = [m for m in facts.classes if number(m.board.now)]
    if classes and facts.matters and facts.matters[0].topic.name != facts.matters[0].topic.official.value:
        blocks.append(Paragraph(_classes(classes, facts)))
    blocks.append(_table(facts, posts))
    note = "一件反映可归入多个专题，各项之和可大于总数。新：此前四周未见；升：明显高于往期同日。排序按数量与增量。"
    if posts:
        note += "帖文数按披露规则取整，不足10条不列数；词语和街道（镇）至少有10条帖文提到才列出。"
    blocks.append(Paragraph((note,), small=True))
    return Section("matters", title, tuple(blocks))


def _classes(classes: list[Matter], facts: DayFacts) -> Parts:
    parts: list[Part] = ["留言按类别："]
    ordered = sorted(classes, key=lambda m: (-(number(m.board.now) or 0), m.topic.name))
    for index, matter in enumerate(ordered):
        name = matter.topic.name
        parts += ["、" if index else "", name]
        parts.append(count(matter.board.now, "件", queries.trends(facts.day, facts.day, Kind.BOARD, name)))
    return (*[p for p in parts if p != ""], "。")


def _table(facts: DayFacts, posts: bool) -> Table:
    columns = ["事项", "留言（件）", "较往期同日", "持续（天）", "已答复（件）", "主要词语", "街道（镇）"]
    if posts:
        columns.insert(2, "帖文（条）")
    return without_empty_columns(Table("", tuple(columns), tuple(_row(m, facts, posts) for m in facts.matters)))


def _row(matter: Matter, facts: DayFacts, posts: bool) -> tuple[Parts, ...]:
    name = matter.topic.name
    mark = mark_of(matter, facts)
    first = facts.board_days[0][0]
    today = queries.trends(facts.day, facts.day, Kind.BOARD, name)
    # The comparison is that of the messages where there are any, else of the posts.
    kind, facts_of = (Kind.BOARD, matter.board) if number(matter.board.now) else (Kind.POST, matter.post)
    days = matter.days
    running: Parts = (cell(days, queries.trends(first, facts.day, Kind.BOARD, name)),) if days else ("—",)
    if days > HISTORY_DAYS:
        running = (f"{HISTORY_DAYS}以上",)
    row: list[Parts] = [
        (name, Mark(mark)) if mark else (name,),
        (cell(matter.board.now, today),),
        change_cell(facts_of, queries.trends(first, facts.day, kind, name)),
        running,
        (cell(matter.answered, queries.board(facts.day, facts.day, name, answered=True)),),
        ("、".join(matter.terms) or "—",),
        ("、".join(matter.places) or "—",),
    ]
    if posts:
        row.insert(2, (cell(matter.post.now, queries.trends(facts.day, facts.day, Kind.POST, name)),))
    return tuple(row)
