"""A board message with its clock and department, as lists of messages show it."""

from __future__ import annotations

from api import context
from monitor import responses
from monitor.model import BoardMessage
from monitor.responses import OverdueMessage


def clocked(message: BoardMessage) -> OverdueMessage:
    """The message as it stands at the moment of this request."""
    settings = context.settings()
    clock = responses.clock(message, context.now(), settings.response_plan)
    return OverdueMessage(message, clock, responses.department_of(message, settings))
