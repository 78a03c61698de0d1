"""How grave an alert is and what the response plan asks for: pure rules over figures that may be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.alerts.types import LEVEL_MARKS
from monitor.model import Kind
from monitor.settings import Settings
from monitor.settings.alerting import AlertsSettings, LevelRow
from monitor.settings.types import PlanRule
from monitor.signals.spikes import Pattern, Spike

LOWEST = 4
_WORDS_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What stands around a spike and may be shown: public facts and released terms.

    ``news``: news reports of the topic in its window and shortly before, reprints included. ``words``: texts to look
    for vulnerable subjects in: released terms and titles of public records, never a post. ``own``: the words by which
    the topic is searched.
    """

    news: int = 0
    words: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Graded:
    """A level, 1 (gravest) to 4, and why, in Chinese sentences that may be shown."""

    level: int
    reasons: tuple[str, ...]


def level_of(spike: Spike, rule: AlertsSettings, around: Surroundings = Surroundings()) -> Graded:
    """The gravest ``[[level]]`` row that the spike reaches, made graver by vulnerable subjects, then capped.

    The levels are an internal convention of this service. Caps are applied last: a slow rise or a thin history never
    gives more than the configuration allows, whatever words stand beside it.
    """
    row = next((r for r in sorted(rule.level, key=lambda r: r.level) if _reached(r, spike, around)), None)
    level: int = row.level if row else LOWEST
    reasons = [_because(row, spike, around) if row else f"超出平时水平，规模未达到更高级别：{_figures(spike)}"]
    words = vulnerable(spike.topic, rule, around)
    if words:
        raised = min(level, max(level - rule.vulnerable.raises, rule.vulnerable.best))
        if raised < level:
            shown = "、".join(words[:_WORDS_SHOWN])
            reasons.append(f"涉及{shown}：由{LEVEL_MARKS[level]}提高到{LEVEL_MARKS[raised]}")
            level = raised
    caps = [(spike.pattern is Pattern.RISE, rule.rise_best, "缓慢上升，属于苗头")]
    caps.append((spike.thin_history, rule.thin_history_best, "历史资料不足"))
    for holds, best, why in caps:
        if holds and level < best:
            reasons.append(f"{why}：不高于{LEVEL_MARKS[best]}")
            level = best
    return Graded(level, tuple(reasons))


def vulnerable(topic: str, rule: AlertsSettings, around: Surroundings) -> Sequence[str]:
    """The configured words found, in the order of the configuration; the topic itself if it is listed as one."""
    texts = (topic, *around.words)
    asked = [*(w for w in rule.vulnerable.people if w not in around.own), *rule.vulnerable.dangers]
    found = [word for word in dict.fromkeys(asked) if any(word in text for text in texts)]
    return [topic, *found] if topic in rule.vulnerable.topics and topic not in found else found


def _reached(row: LevelRow, spike: Spike, around: Surroundings) -> bool:
    return (
        spike.total >= row.total
        and spike.ratio >= row.ratio
        and spike.growth >= row.growth
        and around.news >= row.news
    )  # fmt: skip


def _because(row: LevelRow, spike: Spike, around: Surroundings) -> str:
    """达到Ⅱ级：3小时内45条（Ⅱ级至少40条），为平时上限的4.5倍（至少3倍）."""
    said = (
        f"达到{LEVEL_MARKS[row.level]}：{_figures(spike)}（{LEVEL_MARKS[row.level]}至少{row.total}条、{row.ratio:g}倍）"
    )
    if row.growth > 1:
        said += f"，比前一时段增至{spike.growth:.1f}倍（至少{row.growth:g}倍）"
    if row.news:
        said += f"，已有{around.news}篇新闻报道（至少{row.news}篇）"
    return said


def _figures(spike: Spike) -> str:
    hours = (
        f"近{spike.window_h // 24}天" if spike.window_h > 24 and spike.window_h % 24 == 0 else f"{spike.window_h}小时内"
    )
    about = "约" if Kind.POST in spike.observed else ""
    return f"{hours}{about}{spike.total}条，为平时上限的{spike.ratio:.1f}倍"


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is responsible, by which rule of the response plan, with which steps, until when.

    ``first``: when authoritative information is to be published; ``deadline``: when residents are to be answered.
    """

    department: str
    rule: str | None = None
    steps: tuple[str, ...] = ()
    deadline: datetime | None = None
    first: datetime | None = None


def duty_of(settings: Settings, topic: str, level: int, onset: datetime) -> Duty:
    """The most specific rule of the plan: of the topic itself, else of its official topic; gravest threshold first.

    The clocks run from the onset, as the State Council's hours do (国办发〔2016〕61号), so that alert, mail and brief
    name one deadline; found late, little of it may be left. Without a rule the topic's department is responsible and
    no clock runs.
    """
    known = settings.topic(topic)
    names = (topic, known.official.value) if known else (topic,)
    for name in names:
        rule = _rule(settings.response_plan.rule, name, level)
        if rule:
            first = onset + timedelta(hours=rule.first_h) if rule.first_h is not None else None
            return Duty(rule.department, rule.id, rule.steps, onset + timedelta(hours=rule.deadline_h), first)
    return Duty(known.department if known else "")


def _rule(rules: tuple[PlanRule, ...], topic: str, level: int) -> PlanRule | None:
    reached = [r for r in rules if r.topic == topic and level <= r.level]
    return min(reached, key=lambda r: r.level, default=None)
