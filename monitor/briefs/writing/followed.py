"""上期建议的落实情况: what came of what the last brief suggested."""

from __future__ import annotations

from collections import Counter

from monitor.briefs import queries
from monitor.briefs.facts import PeriodFacts
from monitor.briefs.outlook_plan import known_by
from monitor.briefs.outlook_types import Followed, Outcome
from monitor.briefs.types import Block, Bullets, Mark, Part, Parts
from monitor.briefs.wording import count, day_words, joined, listed, moment_words
from monitor.model import day_of
from monitor.responses import UNASSIGNED

SHOWN = 6
NAMES = {"daily": "上期", "weekly": "上周", "monthly": "上月"}


def blocks(facts: PeriodFacts) -> list[Block]:
    """Bullets; nothing where the last brief asked for nothing, or there was none."""
    outlook = facts.outlook
    if outlook.previous is None or not outlook.followed:
        return []
    query = queries.brief(".".join(filter(None, (facts.kind.value, facts.period.slug, outlook.previous.isoformat()))))
    when = day_words(outlook.previous, facts.day.year)
    counts = Counter(f.outcome for f in outlook.followed)
    told: list[Parts] = [(o.chinese, count(counts[o], "项", query)) for o in Outcome if counts[o]]
    total = len(outlook.followed)
    head: Parts = (f"{NAMES.get(facts.kind.value, '上期')}（{when}）提出建议", count(total, "项", query), "：")
    summed = (*head, *listed(told), "。") if len(told) > 1 or total > 1 else (
        *head, f"{outlook.followed[0].outcome.chinese}。")  # fmt: skip
    items = [_item(f, facts) for f in sorted(outlook.followed, key=_worst)]
    return [Bullets("上期建议落实情况", (summed, *items[:SHOWN]))]


_ORDER = {Outcome.NOT: 0, Outcome.PARTLY: 1, Outcome.DONE: 2}


def _worst(followed: Followed) -> tuple[int, bool, int]:
    """What is not done first, alerts before overdue messages, most messages first."""
    return _ORDER[followed.outcome], not followed.ask.alert, -followed.messages


def _item(followed: Followed, facts: PeriodFacts) -> Parts:
    ask = followed.ask
    head: Parts = (Mark(followed.outcome.chinese),)
    if not ask.alert:
        return (*head, *_overdue(followed, facts), "。")
    clauses = _alert(followed, facts)
    return (*head, f"{ask.topic}（{ask.department}，预案条目 {ask.rule}）：", *joined(clauses), "。")


def _overdue(followed: Followed, facts: PeriodFacts) -> Parts:
    ask = followed.ask
    query = queries.responses(ask.since or facts.first, facts.day, facts.as_of, ask.topics)
    name = "尚未分派的" if ask.department == UNASSIGNED else f"{ask.department}"
    asked: Parts = (f"{name}逾期留言", count(followed.messages, "件", query))
    if followed.outcome is Outcome.DONE:
        return (*asked, "已全部答复" if followed.messages > 1 else "已答复")
    if followed.outcome is Outcome.NOT:
        return (*asked, "均未答复" if followed.messages > 1 else "仍未答复")
    return (*asked, "，已答复", count(followed.answered, "件", query))


def _alert(followed: Followed, facts: PeriodFacts) -> list[Parts]:
    alert, as_of, year = followed.alert, facts.as_of, facts.day.year
    if alert is None:
        return [("预警记录已不存在",)]
    said = []
    for moment, words in (
        (alert.first_done_at, "发布权威信息"), (alert.answered_at, "答复群众"), (alert.closed_at, "办结"),
        (alert.recovered_at, "恢复平稳"),
    ):  # fmt: skip
        known = known_by(moment, as_of)
        if known is not None:
            said.append(f"{moment_words(known, year)}{words}")
    clauses: list[Parts] = [(f"{'，'.join(said)}",)] if said else [("未登记发布或答复，预警尚未恢复",)]
    if followed.messages:
        clauses.append(_messages(followed, facts))
    return clauses


def _messages(followed: Followed, facts: PeriodFacts) -> Parts:
    alert, ask = followed.alert, followed.ask
    assert alert is not None
    query = queries.board(day_of(alert.onset), facts.outlook.previous or facts.day, ask.topic)
    parts: list[Part] = ["期间相关留言", count(followed.messages, "件", query)]
    if not followed.answered:
        parts.append("均未答复" if followed.messages > 1 else "尚未答复")
    elif followed.answered == followed.messages:
        parts.append("已全部答复" if followed.messages > 1 else "已答复")
    else:
        parts += ["，已答复", count(followed.answered, "件", query)]
    return tuple(parts)
