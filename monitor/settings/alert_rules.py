"""Checks of levels, rosters, escalation, response plan and watch windows: what is well-formed alone and wrong together.

Warnings are what an operator should know and may have meant: gaps of a roster in the coming days, for one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.settings.base import is_address
from monitor.settings.roster import gaps

if TYPE_CHECKING:
    from monitor.settings.types import PlanRule, Settings

Found = tuple[str, str, str]
"""File (without .toml), key, and what is wrong with a hint."""
MARKS = {1: "Ⅰ级", 2: "Ⅱ级", 3: "Ⅲ级", 4: "Ⅳ级"}
AHEAD = timedelta(days=14)
_GAPS_SHOWN = 3


def alert_problems(settings: Settings) -> list[Found]:
    """Every contradiction of alerts.toml, watch.toml and response_plan.toml with each other and in themselves."""
    return [*_levels(settings), *_people(settings), *_told(settings), *_plan(settings), *_watches(settings)]


def warnings_of(settings: Settings, now: datetime) -> list[Found]:
    """What is allowed and probably not meant: nobody on duty within 14 days, people nobody can reach, old windows."""
    return [*_gaps(settings, now), *_unreachable(settings), *_never(settings), *_unused(settings, now)]


def _levels(settings: Settings) -> Iterator[Found]:
    rows = settings.alerts.level
    for i, row in enumerate(rows):
        for j, other in enumerate(rows):
            if i == j or not row.easier_than(other):
                continue
            key = f"level[{j}]"
            if row.level < other.level:
                text = (
                    f"{MARKS[other.level]}的条件不比{MARKS[row.level]}（level[{i}]）宽：达到它就已是{MARKS[row.level]}"
                )
                yield "alerts", key, f"{text}；请放宽它，或收紧{MARKS[row.level]}"
            elif row.level == other.level and (i < j or not other.easier_than(row)):
                yield "alerts", key, f"与 level[{i}] 同级而更严，永远用不上；删去其一"
    topics = {t.name for t in settings.topics.topic}
    for name in settings.alerts.vulnerable.topics:
        if name not in topics:
            yield "alerts", "vulnerable.topics", f"topics.toml 中没有专题“{name}”"
    quiet = settings.alerts.quiet
    if quiet is not None and quiet.begin == quiet.end:
        yield "alerts", "quiet", "begin 与 end 相同：不是一段时间"


def _people(settings: Settings) -> Iterator[Found]:
    alerts = settings.alerts
    known, channels = {p.name for p in alerts.person}, {c.id: c for c in alerts.channel}
    for name in _doubled([p.name for p in alerts.person]):
        yield "alerts", f"person.{name}", "人员重名；请加以区分"
    for desk in _doubled([r.desk for r in alerts.roster]):
        yield "alerts", f"roster.{desk}", "值班台重复；同一值班台的班次写在一处"
    for person in alerts.person:
        for id, address in person.to.items():
            if id not in channels:
                yield "alerts", f"person.{person.name}.to.{id}", f"没有名为“{id}”的渠道"
            elif channels[id].type == "email" and not is_address(address):
                yield "alerts", f"person.{person.name}.to.{id}", f"“{address}”不是邮箱地址"
    for roster in alerts.roster:
        named = [("fallback", roster.fallback)]
        named += [(f"shift[{i}].people", shift.people) for i, shift in enumerate(roster.shift)]
        for key, names in named:
            for name in names:
                if name not in known:
                    yield "alerts", f"roster.{roster.desk}.{key}", f"“{name}”没有登记在 [[person]] 中"
    both = set(alerts.calendar.holidays) & set(alerts.calendar.workdays)
    for day in sorted(both):
        yield "alerts", "calendar", f"{day} 既是假日又是调休工作日"


def _told(settings: Settings) -> Iterator[Found]:
    """Channels, desks and windows that routes, escalations and watch windows name."""
    alerts = settings.alerts
    channels, desks = {c.id: c for c in alerts.channel}, {r.desk: r for r in alerts.roster}
    windows = {w.id for w in settings.watch.watch}
    people = {p.name: p for p in alerts.person}
    named = [("alerts", f"route[{i}]", r.channels, r.desk) for i, r in enumerate(alerts.route)]
    named += [("alerts", f"escalation[{i}]", e.channels, e.desk) for i, e in enumerate(alerts.escalation)]
    named += [("watch", f"watch.{w.id}", w.channels, w.desk) for w in settings.watch.watch]
    for file, key, ids, desk in named:
        if not key.startswith("route"):  # those of routes are checked with the channels
            for id in ids:
                if id not in channels:
                    known = "、".join(channels) or "无"
                    yield file, f"{key}.channels", f"没有名为“{id}”的渠道；已配置：{known}"
        if desk and desk not in desks:
            yield file, f"{key}.desk", f"没有值班台“{desk}”；已配置：{'、'.join(desks) or '无'}"
        elif desk and ids:
            fallback = [people[n] for n in desks[desk].fallback if n in people]
            personal = [id for id in ids if id in channels and channels[id].type == "email"]
            if personal == list(ids) and not any(id in p.to for p in fallback for id in personal):
                yield file, f"{key}.desk", f"值班台“{desk}”的后备人员没有这些渠道的地址：无人当班时通知发不出去"
    for i, route in enumerate(alerts.route):
        for id in route.watches:
            if id not in windows:
                yield "alerts", f"route[{i}].watches", f"watch.toml 中没有重点时段“{id}”"


def _plan(settings: Settings) -> Iterator[Found]:
    rules = settings.response_plan.rule
    for rule in rules:
        if rule.first_h is not None and rule.first_h > rule.deadline_h:
            yield "response_plan", f"rule.{rule.id}.first_h", "首次发布的时限不应晚于答复时限 deadline_h"
    for rule in rules:
        for other in rules:
            if rule.topic != other.topic or rule.id == other.id:
                continue
            if rule.level == other.level and rule.id < other.id:
                text = f"与 rule.{rule.id} 专题、级别相同，只有一条会用上"
                yield "response_plan", f"rule.{other.id}.level", text
            elif rule.level < other.level and _slower(rule, other):
                text = f"级别比 rule.{other.id} 重，时限却更长"
                yield "response_plan", f"rule.{rule.id}.deadline_h", text


def _slower(graver: PlanRule, milder: PlanRule) -> bool:
    first = graver.first_h is not None and milder.first_h is not None and graver.first_h > milder.first_h
    return first or graver.deadline_h > milder.deadline_h


def _watches(settings: Settings) -> Iterator[Found]:
    topics, sources = {t.name for t in settings.topics.topic}, {s.id for s in settings.sources.source}
    watches = settings.watch.watch
    for id in _doubled([w.id for w in watches]):
        yield "watch", f"watch.{id}", "重点时段编号重复"
    for w in watches:
        if w.end <= w.begin:
            yield "watch", f"watch.{w.id}.end", "结束须晚于开始 begin"
        for name in w.topics:
            if name not in topics:
                yield "watch", f"watch.{w.id}.topics", f"topics.toml 中没有专题“{name}”"
        for id in w.sources:
            if id not in sources:
                yield "watch", f"watch.{w.id}.sources", f"sources.toml 中没有信源“{id}”"
        if w.desk and not w.channels:
            yield "watch", f"watch.{w.id}.channels", "写了值班台 desk，还须写通知用的渠道 channels"


def _gaps(settings: Settings, now: datetime) -> Iterator[Found]:
    for roster in settings.alerts.roster:
        found = gaps(roster, settings.alerts.calendar, now, now + AHEAD)
        if not found:
            continue
        words = "、".join(f"{a:%m-%d %H:%M} 至 {b:%m-%d %H:%M}" for a, b in found[:_GAPS_SHOWN])
        more = f"等 {len(found)} 段" if len(found) > _GAPS_SHOWN else ""
        text = f"今后 14 天内无人当班：{words}{more}；届时通知后备人员{'、'.join(roster.fallback)}"
        yield "alerts", f"roster.{roster.desk}", text


def _unreachable(settings: Settings) -> Iterator[Found]:
    used = {n for r in settings.alerts.roster for s in r.shift for n in s.people}
    for person in settings.alerts.person:
        if person.name in used and not person.to:
            yield "alerts", f"person.{person.name}", "没有任何渠道的地址；当班时通知改发后备人员"


def _never(settings: Settings) -> Iterator[Found]:
    digest = settings.alerts.digest
    for i, row in enumerate(settings.alerts.escalation):
        if digest is not None and row.levels and set(row.levels) <= set(digest.levels):
            yield "alerts", f"escalation[{i}]", "这些级别汇总通知，不会催办；从 [digest] 的 levels 中去掉才会"


def _unused(settings: Settings, now: datetime) -> Iterator[Found]:
    for w in settings.watch.watch:
        if w.end <= now:
            yield "watch", f"watch.{w.id}", f"重点时段“{w.name}”已于 {w.end:%Y-%m-%d %H:%M} 结束，可以删去"


def _doubled(names: Sequence[str]) -> list[str]:
    return [name for name, n in Counter(names).items() if n > 1]
