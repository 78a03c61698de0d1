"""The desk of briefs: draft, 编者按 and corrections, review, issue and 更正, distribution by mail with receipts."""

from monitor.briefs.desk.actions import Change, draft, drop, edit, issue, next_issue, review, send, working
from monitor.briefs.desk.types import DeskError, Edition, Refused, Stale, State

__all__ = [
    "Change", "DeskError", "Edition", "Refused", "Stale", "State", "draft", "drop", "edit", "issue", "next_issue",
    "review", "send", "working",
]  # fmt: skip
