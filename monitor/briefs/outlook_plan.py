"""Suggestions: what the response plan asks for, and nothing else. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.alerts.types import Alert, topic_hash
from monitor.briefs.outlook_types import Suggestion
from monitor.briefs.types import Ask
from monitor.settings.types import PlanRule, ResponsePlanSettings

if TYPE_CHECKING:
    from monitor.briefs.facts import PeriodFacts

ALERTS, DEPARTMENTS = 8, 5


def suggestions(facts: PeriodFacts, alerts: Sequence[Alert], plan: ResponsePlanSettings) -> tuple[Suggestion, ...]:
    """Those of the open alerts, gravest first, then those about overdue messages, a department each."""
    found = [_of_alert(alert, rule, facts.as_of) for alert in alerts if (rule := rule_for(alert, plan)) is not None]
    late = [row for row in facts.responses_month.departments if row.overdue]
    overdue = [
        Suggestion(Ask(
            id=f"overdue.{topic_hash(row.department)}", rule="", department=row.department, messages=row.overdue,
            since=facts.responses_month.first, topics=facts.period.topics,
        ))
        for row in late
    ]  # fmt: skip
    return (*found[:ALERTS], *overdue)


def rule_for(alert: Alert, plan: ResponsePlanSettings) -> PlanRule | None:
    """The rule that the alert itself names, else the strictest that matches its topic and level; None if none does."""
    matching = [r for r in plan.rule if r.topic == alert.topic and alert.level <= r.level]
    named = [r for r in matching if r.id == alert.rule]
    return min(named or matching, key=lambda r: (r.level, r.deadline_h, r.id), default=None)


def would_apply(topic: str, plan: ResponsePlanSettings) -> PlanRule | None:
    """The rule that the mildest alert of a topic would call for; None where the plan has none."""
    rules = [r for r in plan.rule if r.topic == topic]
    return min(rules, key=lambda r: (-r.level, r.deadline_h, r.id), default=None)


def _of_alert(alert: Alert, rule: PlanRule, as_of: datetime) -> Suggestion:
    first_due = alert.onset + timedelta(hours=rule.first_h) if rule.first_h is not None else None
    ask = Ask(
        id=f"{rule.id}.{topic_hash(rule.topic)}.{alert.id}", rule=rule.id, department=rule.department,
        topic=rule.topic, alert=alert.id, first_due=first_due, due=alert.onset + timedelta(hours=rule.deadline_h),
    )  # fmt: skip
    return Suggestion(
        ask=ask, alert=alert, steps=rule.steps, first_h=rule.first_h, deadline_h=rule.deadline_h,
        first_done=known_by(alert.first_done_at, as_of), reply_done=known_by(alert.answered_at, as_of),
    )  # fmt: skip


def known_by(moment: datetime | None, as_of: datetime) -> datetime | None:
    """A moment that had come by ``as_of``."""
    return moment if moment is not None and moment <= as_of else None
