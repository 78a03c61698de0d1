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
    alerts = sorted((f for f in outlook.followed if f.ask.alert), key=_worst)
    items = [_item(f, facts) for f in alerts[:SHOWN]]
    for outcome in _ORDER:
        theirs = sorted((f for f in outlook.followed if not f.ask.alert and f.outcome is outcome), key=_worst)
        items += [_overdue(theirs, facts)] if theirs else []
    return [Bullets("上期建议落实情况", (summed, *items))]


_ORDER = {Outcome.NOT: 0, Outcome.PARTLY: 1, Outcome.DONE: 2}


def _worst(followed: Followed) -> tuple[int, int, str]:
    """What is not done first, most messages first."""
    return _ORDER[followed.outcome], -followed.messages, followed.ask.department


def _item(followed: Followed, facts: PeriodFacts) -> Parts:
    ask = followed.ask
    head = f"{ask.topic}（{ask.department}，预案条目 {ask.rule}）："
    return (Mark(followed.outcome.chinese), head, *joined(_alert(followed, facts)), "。")


def _overdue(theirs: list[Followed], facts: PeriodFacts) -> Parts:
    """逾期留言均未答复：区水务局37件、区教育局12件等; one line for all departments of an outcome."""
    outcome, said = theirs[0].outcome, []
    for followed in theirs[:SHOWN]:
        ask = followed.ask
        query = queries.responses(ask.since or facts.first, facts.day, facts.as_of, ask.topics)
        name = "尚未分派的" if ask.department == UNASSIGNED else ask.department
        part: Parts = (name, count(followed.messages, "件", query))
        if outcome is Outcome.PARTLY:
            part += ("中的", count(followed.answered, "件", query))
        said.append(part)
    words = {
        Outcome.NOT: "逾期留言仍未答复：",
        Outcome.PARTLY: "逾期留言已部分答复：",
        Outcome.DONE: "逾期留言已答复：",
    }
    return (Mark(outcome.chinese), words[outcome], *listed(said), "等。" if len(theirs) > SHOWN else "。")


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
