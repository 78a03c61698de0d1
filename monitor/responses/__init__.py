"""Board messages: their clocks, how departments answer, what is overdue."""

from monitor.responses.clock import Clock, ClockState, clock
from monitor.responses.departments import UNASSIGNED, canonical, department_of
from monitor.responses.report import Overdue, OverdueMessage, ResponseSummary, Tallied, board_messages, overdue, summary

__all__ = [
    "UNASSIGNED",
    "Clock",
    "ClockState",
    "Overdue",
    "OverdueMessage",
    "ResponseSummary",
    "Tallied",
    "board_messages",
    "canonical",
    "clock",
    "department_of",
    "overdue",
    "summary",
]
