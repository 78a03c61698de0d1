"""六、研判与建议: what is to come, early signs, whom it touches, what the plan asks for, what came of the last.

Suggestions come from the response plan and from nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.briefs import queries
from monitor.briefs.facts import PeriodFacts
from monitor.briefs.outlook_plan import DEPARTMENTS, would_apply
from monitor.briefs.outlook_types import Suggestion
from monitor.briefs.ranking_types import Sort
from monitor.briefs.signs import early_signs
from monitor.briefs.types import Block, Bullets, Mark, Paragraph, Part, Parts, Section
from monitor.briefs.wording import count, joined, listed, moment_words, usual_words
from monitor.briefs.writing import followed, forecasts, hot
from monitor.model import Kind
from monitor.responses import UNASSIGNED
from monitor.settings import Settings
from monitor.settings.types import ResponsePlanSettings
from monitor.signals.figures import number

TOUCHED = 2


def section(facts: PeriodFacts, settings: Settings) -> Section:
    plan = settings.response_plan
    blocks: list[Block] = [*forecasts.blocks(facts), *_signs(facts, plan), *_touched(facts)]
    asked = [*(_from_rule(s, facts) for s in _alarmed(facts)), *_answer(facts, plan)]
    if asked:
        blocks.append(Bullets("建议", tuple(asked)))
    else:
        blocks.append(Paragraph(("当前情况没有触发预案条目，本期无建议。",)))
    blocks += followed.blocks(facts)
    if asked and plan.title:
        blocks.append(Paragraph((f"预案指：{plan.title}。",), small=True))
    return Section("advice", "研判与建议", tuple(blocks))


def _signs(facts: PeriodFacts, plan: ResponsePlanSettings) -> list[Block]:
    signs = early_signs(facts)
    if not signs:
        return [Paragraph(("未发现增长明显而未达预警的事项。",))]
    return [Bullets("苗头（增长明显、尚未达到预警）", tuple(_sign(m.topic.name, facts, plan) for m, _ in signs))]


def _sign(name: str, facts: PeriodFacts, plan: ResponsePlanSettings) -> Parts:
    matter = next(m for m in facts.matters if m.topic.name == name)
    parts: list[Part] = [f"{name}："]
    for kind, word, unit, figures_ in (
        (Kind.BOARD, "留言", "件", matter.board),
        (Kind.POST, "公开帖文", "条", matter.post),
    ):
        if not number(figures_.now):
            continue
        if len(parts) > 1:
            parts.append("，")
        parts += [word, count(figures_.now, unit, queries.counted(facts, kind, name))]
        if figures_.mean:
            parts += ["（", *usual_words(figures_, facts.usual, unit, queries.comparison(facts, kind, name)), "）"]
    parts += _mostly(name, facts)
    rule = would_apply(name, plan)
    if rule is None:
        return (*parts, f"；责任部门{matter.topic.department}。")
    return (*parts, f"；责任部门{matter.topic.department}，如升级为预警，适用预案条目 {rule.id}。")


def _mostly(name: str, facts: PeriodFacts) -> Parts:
    """，其中3件反映“丽发新城搅拌站”: the one thing that at least half of the topic's messages are about."""
    total = next((number(m.board.now) or 0 for m in facts.matters if m.topic.name == name), 0)
    issues = [m for m in hot.told(facts) if m.sort is Sort.ISSUE and m.topic == name]
    found = [m for m in issues if m.of_topic >= 2 and 2 * m.of_topic >= total]
    if not found:
        return ()
    most = max(found, key=lambda m: m.of_topic)
    n = count(most.of_topic, "件", hot.query_of(most, facts))
    return (f"，均反映“{most.name}”",) if most.of_topic == total else ("，其中", n, f"反映“{most.name}”")


def _touched(facts: PeriodFacts) -> list[Block]:
    """影响: whom and where the foremost matters touch, and whether they go on."""
    sentences: list[Parts] = []
    for matter in [m for m in hot.told(facts) if m.concerns or len(m.places) > 1][:TOUCHED]:
        parts: list[Part] = [f"“{matter.name}”"]
        if matter.concerns:
            parts.append(f"事关{'、'.join(matter.concerns)}")
        if len(matter.places) > 1:
            several = count(len(matter.places), "个", hot.query_of(matter, facts))
            parts += ["，" if matter.concerns else "", "涉及", several, "街道（镇）"]
        sentences.append(tuple(p for p in parts if p != ""))
    return [Paragraph(("影响：", *joined(sentences), "。"))] if sentences else []


def _alarmed(facts: PeriodFacts) -> Sequence[Suggestion]:
    return [s for s in facts.outlook.suggestions if s.alert is not None]


def _answer(facts: PeriodFacts, plan: ResponsePlanSettings) -> list[Parts]:
    """That departments answer what is overdue, and that somebody is named for what nobody has."""
    query = queries.responses(facts.responses_month.first, facts.day, facts.as_of, facts.period.topics)
    late = [s.ask for s in facts.outlook.suggestions if s.alert is None]
    theirs = [ask for ask in late if ask.department != UNASSIGNED]
    clauses: list[Parts] = []
    if theirs:
        named: list[Parts] = [(ask.department, count(ask.messages, "件", query)) for ask in theirs[:DEPARTMENTS]]
        more = "等" if len(theirs) > DEPARTMENTS else ""
        clauses.append((f"请尽快答复{facts.rates}收到的逾期留言：", *listed(named), more))
    for ask in late:
        if ask.department == UNASSIGNED:
            clauses.append(("请为尚未分派的逾期留言", count(ask.messages, "件", query), "明确责任部门"))
    return [(*joined(clauses), f"。（依据：预案规定的答复时限{plan.reply_h}小时）")] if clauses else []


def _from_rule(asked: Suggestion, facts: PeriodFacts) -> Parts:
    alert, ask = asked.alert, asked.ask
    assert alert is not None
    assert ask.due is not None
    year = facts.day.year
    clocks = []
    if ask.first_due is not None:
        clocks.append(_clock(ask.first_due, asked.first_done, "发布权威信息", facts.as_of, year))
    clocks.append(_clock(ask.due, asked.reply_done, "答复群众", facts.as_of, year))
    steps = "；".join(step.rstrip("；。") for step in asked.steps) or "按预案处置"
    limits = [f"发布时限{asked.first_h}小时"] if asked.first_h is not None else []
    limits.append(f"答复时限{asked.deadline_h}小时")
    told = f"{ask.topic}：请{ask.department}{'，'.join(clocks)}：{steps}。"
    return Mark(f"{alert.colour}预警"), f"{told}（依据：预案条目 {ask.rule}，{'，'.join(limits)}）"


def _clock(due: datetime, done: datetime | None, what: str, as_of: datetime, year: int) -> str:
    """于11月22日1时前发布权威信息; 尽快…（时限…已过）; what is done is said."""
    if done is not None:
        return f"（已于{moment_words(done, year)}{what}）"
    until = moment_words(due, year)
    return f"尽快{what}（时限{until}，已过）" if due < as_of else f"于{until}前{what}"
