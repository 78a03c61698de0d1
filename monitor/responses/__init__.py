"""Board messages: their clocks, how departments answer, what is overdue."""

from monitor.responses.asked import Asked, asked
from monitor.responses.clock import Clock, ClockState, clock
from monitor.responses.departments import UNASSIGNED, canonical, department_of
from monitor.responses.report import (
    Overdue,
    OverdueMessage,
    ResponseSummary,
    Tallied,
    board_messages,
    longest,
    overdue,
    summary,
    summary_of,
)

__all__ = [
    "UNASSIGNED",
    "Asked",
    "Clock",
    "ClockState",
    "Overdue",
    "OverdueMessage",
    "ResponseSummary",
    "Tallied",
    "asked",
    "board_messages",
    "canonical",
    "clock",
    "department_of",
    "longest",
    "overdue",
    "summary",
    "summary_of",
]
