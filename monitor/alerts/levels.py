"""How grave an alert is and what the response plan asks for: pure rules over figures that may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.settings import Settings
from monitor.settings.types import PlanRule
from monitor.signals.spikes import Spike


@dataclass(frozen=True, slots=True)
class LevelRule:
    """A level is reached by both: texts in the window, and how many times the upper end of the usual band."""

    level: int
    total: int
    ratio: float


# An internal convention of this service, gravest first; whatever is an alarm and reaches none of them is Ⅳ (blue).
LEVELS = (LevelRule(1, 150, 5.0), LevelRule(2, 40, 3.0), LevelRule(3, 20, 2.0))
LOWEST = 4
THIN_BEST = 2
"""A thin history is too little to proclaim the gravest level on."""


def level_of(spike: Spike, rules: tuple[LevelRule, ...] = LEVELS) -> int:
    """1 (gravest) to 4, from size and unusualness."""
    level = next((r.level for r in rules if spike.total >= r.total and spike.ratio >= r.ratio), LOWEST)
    return max(level, THIN_BEST) if spike.thin_history else level


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is responsible, by which rule of the response plan, with which steps, until when."""

    department: str
    rule: str | None = None
    steps: tuple[str, ...] = ()
    deadline: datetime | None = None


def duty_of(settings: Settings, topic: str, level: int, onset: datetime) -> Duty:
    """The most specific rule of the plan: of the topic itself, else of its official topic; gravest threshold first.

    The clock runs from the onset, as the State Council's hours do (国办发〔2016〕61号), so that alert, mail and brief
    name one deadline; found late, little of it may be left. Without a rule the topic's department is responsible and
    no clock runs.
    """
    known = settings.topic(topic)
    names = (topic, known.official.value) if known else (topic,)
    for name in names:
        rule = _rule(settings.response_plan.rule, name, level)
        if rule:
            return Duty(rule.department, rule.id, rule.steps, onset + timedelta(hours=rule.deadline_h))
    return Duty(known.department if known else "")


def _rule(rules: tuple[PlanRule, ...], topic: str, level: int) -> PlanRule | None:
    reached = [r for r in rules if r.topic == topic and level <= r.level]
    return min(reached, key=lambda r: r.level, default=None)
