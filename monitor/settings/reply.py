"""response_plan.toml ``[[reply]]`` and ``[reminder]``: how soon a board message is answered, and who is reminded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from monitor.settings.base import Identifier, Name, Part, is_address

if TYPE_CHECKING:
    from monitor.settings.types import Settings


class ReplyRule(Part):
    """Messages of ``topics`` are to be answered within ``reply_h`` hours instead of the plan's."""

    topics: tuple[Name, ...] = Field(min_length=1)
    reply_h: int = Field(ge=1, le=2400)


class BoardReminder(Part):
    """Once a day: to each department what it has to answer, to the duty desk how all of them stand.

    ``channel`` is an e-mail channel of alerts.toml: its recipients get the digest, and its server carries the
    reminders to the departments' own addresses. Empty: nobody is reminded.
    """

    channel: Identifier | Literal[""] = ""
    at: time = time(8, 30)
    workdays_only: bool = True
    list_most: int = Field(20, ge=1, le=200)
    """Messages listed in one mail, the most urgent first."""


def reply_problems(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """(file, key, text) of every rule and reminder that could not work."""
    plan = settings.response_plan
    topics = {t.name for t in settings.topics.topic}
    for i, rule in enumerate(plan.reply):
        for name in rule.topics:
            if name not in topics:
                yield "response_plan", f"reply[{i}].topics", f"topics.toml 中没有专题“{name}”"
    channels = {c.id: c for c in settings.alerts.channel}
    wanted = plan.reminder.channel
    if wanted and wanted not in channels:
        known = "、".join(channels) or "无"
        yield "response_plan", "reminder.channel", f"alerts.toml 中没有名为“{wanted}”的渠道；已配置：{known}"
    elif wanted and channels[wanted].type != "email":
        yield "response_plan", "reminder.channel", f"“{wanted}”不是邮件渠道；部门提醒只能用邮件"
    for department in plan.department:
        if department.email and not is_address(department.email):
            yield "response_plan", f"department.{department.name}.email", f"“{department.email}”不是邮箱地址"
