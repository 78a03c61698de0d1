"""附：数据说明: sources, what was dropped, how figures are disclosed, which models labelled the texts."""

from __future__ import annotations

from monitor.briefs import queries
from monitor.briefs.facts import DayFacts, open_at
from monitor.briefs.health import SourceFacts
from monitor.briefs.models import ModelNote
from monitor.briefs.types import Block, Bullets, Paragraph, Part, Parts, Section
from monitor.briefs.wording import count, moment_words, plain_title
from monitor.ops.reasons import chinese

NAMED = 10
CLOCKS = "预警级别为本服务内部约定；时限自预警起始时刻计算，未登记发布或答复的，请责任部门核对。"


def section(facts: DayFacts, models: tuple[ModelNote, ...]) -> Section:
    blocks: list[Block] = [Paragraph(_sources(facts))]
    down = [s for s in facts.sources if s.down]
    if down:
        blocks.append(Bullets("未能采集的信源", tuple(_down(s, facts) for s in down[:NAMED])))
    blocks.append(Paragraph(_dropped(facts)))
    blocks.append(
        Paragraph(
            (
                "披露规则：公开帖文的数量不足10条的不列数，其余取整到5，占比和增减由取整后的数计算；新闻、政务发布和"
                "群众留言为公开事项，列实数。专报不含任何帖文原文，也不含发帖人、留言人的任何信息。",
            )
        )
    )
    if any(open_at(alert, facts.as_of) for alert in facts.alerts):
        blocks.append(Paragraph((CLOCKS,)))
    if models:
        blocks.append(Paragraph(_models(models)))
    return Section("notes", "数据说明", tuple(blocks))


def _sources(facts: DayFacts) -> Parts:
    query = queries.sources()
    enabled = [s for s in facts.sources if s.source.enabled]
    if not enabled:
        return ("没有启用的信源。",)
    down = sum(1 for s in enabled if s.down)
    never = sum(1 for s in enabled if s.never)
    parts: list[Part] = ["启用信源", count(len(enabled), "个", query)]
    if never == len(enabled):
        parts.append("，均尚未运行过" if never > 1 else "，尚未运行过")
    elif never:
        parts += ["，其中", count(never, "个", query), "尚未运行过"]
    if down:
        parts += ["，" if len(parts) < 4 else "；", count(down, "个", query), "最近一次采集失败，相关数量可能偏低"]
    if not down and not never:
        parts.append("，最近一次采集或导入均正常" if len(enabled) > 1 else "，最近一次采集或导入正常")
    return (*parts, "。")


def _down(item: SourceFacts, facts: DayFacts) -> Parts:
    state, year = item.state, facts.day.year
    last = f"最近成功于{moment_words(state.last_ok, year)}" if state.last_ok else "从未成功"
    reason = plain_title(state.message, "未说明原因", 80)
    return (
        f"{item.source.name}：{reason}；连续失败", count(state.failures_in_row, "次", queries.sources()), f"，{last}"
    )  # fmt: skip


def _dropped(facts: DayFacts) -> Parts:
    if not facts.dropped:
        return ("目的限定：服务启用以来没有内容因与本区公共服务无关而被舍弃。",)
    parts: list[Part] = ["目的限定：服务启用以来未予留存的内容，"]
    about = "约" if facts.dropped_rounded else ""
    ordered = sorted(facts.dropped.items(), key=lambda item: (-item[1], item[0]))
    for index, (reason, n) in enumerate(ordered):
        parts.append(f"{'、' if index else ''}{chinese(reason)}{about}")
        parts.append(count(n, "条", queries.counters()))
    return (*parts, "；只计数，不保存。")


def _models(models: tuple[ModelNote, ...]) -> Parts:
    clauses = [f"{note.task}模型 {note.engine} {note.version}".rstrip() for note in models]
    bare = "没有随模型提供的实测准确率"
    if not any(note.measured for note in models):
        return (f"{'、'.join(clauses)}，{'均' if len(models) > 1 else ''}{bare}。",)
    told = [f"{clause}，{note.measured or bare}" for clause, note in zip(clauses, models, strict=True)]
    return (f"{'；'.join(told)}。",)
