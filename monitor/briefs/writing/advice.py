"""六、研判与建议: early signs from figures, suggestions from the response plan and from nothing else."""

from __future__ import annotations

from datetime import timedelta

from monitor.alerts.types import Alert
from monitor.briefs import queries
from monitor.briefs.facts import DayFacts
from monitor.briefs.signs import early_signs, open_alerts
from monitor.briefs.types import Block, Bullets, Mark, Paragraph, Part, Parts, Section
from monitor.briefs.wording import count, decimal, joined, listed, moment_words
from monitor.model import Kind
from monitor.responses import UNASSIGNED
from monitor.settings import Settings
from monitor.settings.types import PlanRule, ResponsePlanSettings
from monitor.signals.figures import number

SHOWN = 8
DEPARTMENTS = 5


def section(facts: DayFacts, settings: Settings) -> Section:
    blocks: list[Block] = []
    signs = early_signs(facts)
    if signs:
        blocks.append(Bullets("苗头（增长明显、尚未达到预警）", tuple(_sign(m.topic.name, facts) for m, _ in signs)))
    else:
        blocks.append(Paragraph(("未发现增长明显而未达预警的事项。",)))
    suggestions = _suggestions(facts, settings.response_plan)
    if suggestions:
        blocks.append(Bullets("建议", tuple(suggestions)))
    else:
        blocks.append(Paragraph(("当前情况没有触发预案条目，本期无建议。",)))
    plan = settings.response_plan.title
    named = f"预案指：{plan}。" if suggestions and plan else ""
    blocks.append(Paragraph((f"本期不含预测。{named}",), small=True))
    return Section("advice", "研判与建议", tuple(blocks))


def _sign(name: str, facts: DayFacts) -> Parts:
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
            about = "约" if kind is Kind.POST else ""
            mean = decimal(figures_.mean, unit, queries.comparison(facts, kind, name), 0 if about else 1)
            parts += [f"（往期同日平均{about}", mean, "）"]
    return (*parts, f"；责任部门{matter.topic.department}。")


def _suggestions(facts: DayFacts, plan: ResponsePlanSettings) -> list[Parts]:
    found: list[Parts] = []
    for alert in open_alerts(facts)[:SHOWN]:
        rule = rule_for(alert, plan)
        if rule is not None:
            found.append(_from_rule(alert, rule, facts))
    return found + _answer(facts, plan)


def _answer(facts: DayFacts, plan: ResponsePlanSettings) -> list[Parts]:
    """That departments answer what is overdue, and that somebody is named for what nobody has."""
    query = queries.responses(facts.responses_month.first, facts.day, facts.as_of, facts.period.topics)
    late = [row for row in facts.responses_month.departments if row.overdue]
    theirs = [row for row in late if row.department != UNASSIGNED]
    clauses: list[Parts] = []
    if theirs:
        named: list[Parts] = [(row.department, count(row.overdue, "件", query)) for row in theirs[:DEPARTMENTS]]
        more = "等" if len(theirs) > DEPARTMENTS else ""
        clauses.append((f"请尽快答复{facts.rates}收到的逾期留言：", *listed(named), more))
    for row in late:
        if row.department == UNASSIGNED:
            clauses.append(("请为尚未分派的逾期留言", count(row.overdue, "件", query), "明确责任部门"))
    return [(*joined(clauses), f"。（依据：预案规定的答复时限{plan.reply_h}小时）")] if clauses else []


def rule_for(alert: Alert, plan: ResponsePlanSettings) -> PlanRule | None:
    """The rule that the alert itself names, else the strictest that matches its topic and level; None if none does."""
    matching = [r for r in plan.rule if r.topic == alert.topic and alert.level <= r.level]
    named = [r for r in matching if r.id == alert.rule]
    return min(named or matching, key=lambda r: (r.level, r.deadline_h, r.id), default=None)


def _from_rule(alert: Alert, rule: PlanRule, facts: DayFacts) -> Parts:
    due = alert.onset + timedelta(hours=rule.deadline_h)
    until = moment_words(due, facts.day.year)
    when = f"完成（时限{until}，已过）" if due < facts.as_of else f"于{until}前完成"
    steps = "；".join(step.rstrip("；。") for step in rule.steps) or "按预案处置"
    return (
        Mark(f"{alert.colour}预警"),
        f"{rule.topic}：请{rule.department}{when}：{steps}。（依据：预案条目 {rule.id}，时限{rule.deadline_h}小时）",
    )
