"""Once a working day: each department is told what it has to answer, the duty desk how all of them stand.

Board messages are public, so their titles and links may stand in a mail; who wrote them is not known here at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor import responses
from monitor.alerts.planning import notify
from monitor.alerts.routing import Recipient
from monitor.alerts.types import Event, moment_key
from monitor.model import CHINA, Kind, day_of
from monitor.responses import ClockState, OverdueMessage
from monitor.settings import Settings
from monitor.settings.types import Department
from monitor.signals.calendar import DayType, day_type
from monitor.store import RecordQuery, Store

LOOK_BACK = timedelta(days=60)
"""Older unanswered messages are counted in the digest, and no longer listed to a department every day."""
_PAGE = 500
_URGENT = (ClockState.OVERDUE, ClockState.DUE_SOON)


def remind(settings: Settings, store: Store, now: datetime) -> int:
    """Creates today's reminders once its hour has come; how many were owed (0: not today, or nobody to remind).

    Harmless when repeated, by the same process or another: one mail a department and day.
    """
    plan = settings.response_plan.reminder
    local = now.astimezone(CHINA)
    resting = plan.workdays_only and day_type(local.date()) is not DayType.WORKDAY
    if not plan.channel or resting or local.time() < plan.at:
        return 0
    urgent = _urgent(settings, store, now)
    made = 0
    for department in settings.response_plan.department:
        mine = [item for item in urgent if item.department == department.name]
        if department.email and mine:
            to = [Recipient(plan.channel, department.email, department.name)]
            notice = _department_mail(settings, department, mine, now)
            made += notify(settings, store, _about(now, department.name), Event.BOARD_DUE, notice, now, to=to)
    desk = next((c for c in settings.alerts.channel if c.id == plan.channel), None)
    if desk is not None and urgent:
        everybody = [Recipient(desk.id, to) for to in desk.to]
        notice = _digest(settings, store, urgent, now)
        made += notify(settings, store, _about(now, ""), Event.BOARD_DUE, notice, now, to=everybody)
    return made


def _urgent(settings: Settings, store: Store, now: datetime) -> list[OverdueMessage]:
    """Unanswered messages that are overdue or soon due, the longest overdue first."""
    query = RecordQuery(kinds=(Kind.BOARD,), answered=False, since=now - LOOK_BACK, until=now, limit=_PAGE)
    plan = settings.response_plan
    found = [
        OverdueMessage(m, responses.clock(m, now, plan), responses.department_of(m, settings))
        for m in responses.board_messages(store, query)
    ]
    urgent = [item for item in found if item.clock.state in _URGENT]
    return sorted(urgent, key=lambda item: (item.clock.due, item.message.id))


def _department_mail(
    settings: Settings, department: Department, mine: Sequence[OverdueMessage], now: datetime
) -> tuple[str, str]:
    late, soon = _split(mine)
    subject = f"【留言办理】{department.name}：逾期{late}件，即将到期{soon}件"
    most = settings.response_plan.reminder.list_most
    lines = [f"截至{now.astimezone(CHINA):%m月%d日 %H:%M}，以下留言等待{department.name}答复（最急的在前）：", ""]
    for item in mine[:most]:
        lines += [f"· {item.message.title or '（无标题）'}", f"  {_clock_phrase(item)}"]
        lines += [f"  {item.message.url}"] if item.message.url.startswith(("http://", "https://")) else []
    if len(mine) > most:
        lines += ["", f"另有{len(mine) - most}件，见 {settings.public_url}/board?show=open"]
    lines += ["", f"全部待办：{settings.public_url}/board?show=open"]
    return subject, "\n".join(lines) + "\n"


def _digest(settings: Settings, store: Store, urgent: Sequence[OverdueMessage], now: datetime) -> tuple[str, str]:
    late, soon = _split(urgent)
    names = list(dict.fromkeys(item.department for item in urgent))
    rows = [(name, *_split([i for i in urgent if i.department == name])) for name in names]
    rows.sort(key=lambda row: (-row[1], -row[2], row[0]))
    older = responses.overdue(store, settings, now, limit=1).total - late
    lines = [f"截至{now.astimezone(CHINA):%m月%d日 %H:%M}，各部门待答复留言：", ""]
    lines += [f"· {name}：逾期{n}件，即将到期{m}件{'' if _email(settings, name) else '（未登记邮箱，没有提醒）'}"
              for name, n, m in rows]  # fmt: skip
    if older > 0:
        lines += ["", f"另有{LOOK_BACK.days}天以前的逾期留言{older}件。"]
    lines += ["", f"明细：{settings.public_url}/board?show=overdue"]
    return f"【留言办理】全区逾期{late + max(older, 0)}件，即将到期{soon}件", "\n".join(lines) + "\n"


def _email(settings: Settings, name: str) -> str:
    return next((d.email for d in settings.response_plan.department if d.name == name), "")


def _split(items: Sequence[OverdueMessage]) -> tuple[int, int]:
    late = sum(1 for i in items if i.clock.state is ClockState.OVERDUE)
    return late, len(items) - late


def _clock_phrase(item: OverdueMessage) -> str:
    due = item.clock.due.astimezone(CHINA)
    if item.clock.state is ClockState.OVERDUE:
        over = item.clock.hours_overdue
        told = f"{over / 24:.0f}天" if over >= 48 else f"{max(1, round(over))}小时"
        return f"应于{due:%m月%d日 %H:%M}前答复，已逾期{told}"
    return f"请于{due:%m月%d日 %H:%M}前答复，还剩{max(1, round(item.clock.hours_left or 0))}小时"


def _about(now: datetime, department: str) -> str:
    day = datetime.combine(day_of(now), datetime.min.time(), tzinfo=CHINA)
    tail = hashlib.sha256(department.encode()).hexdigest()[:12] if department else "all"
    return f"{moment_key(day)}.board.{tail}"
