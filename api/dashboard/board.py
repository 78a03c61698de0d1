"""留言办理: what residents asked on official boards, the clocks of the answers, how departments answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import urlencode

from flask import Blueprint, request
from pydantic import BaseModel, Field

from api import context
from api.dashboard.clocked import clocked
from api.dashboard.page import address, page, query_of, render
from api.parameters import Cursor, SearchText, Topics
from api.resources import board as board_views
from api.resources.board import BoardQuery
from monitor import responses
from monitor.model import CHINA, BoardMessage, Kind
from monitor.ops.audit import Action
from monitor.responses import OverdueMessage
from monitor.store import Order, RecordQuery, grams

blueprint = Blueprint("board", __name__)
PAGE = 20
OVERDUE_PAGE = 200
SUMMARY_DAYS = 30
SORTS = {
    "overdue": ("逾期最久", lambda row: (-row.overdue, -row.received, row.department)),
    "received": ("收到最多", lambda row: (-row.received, row.department)),
    "rate": ("按时率最低", lambda row: (row.on_time_rate if row.on_time_rate is not None else 2, -row.received)),
    "slow": ("用时最长", lambda row: (-(row.median_hours or 0), -row.received)),
}


class BoardPage(BaseModel, extra="forbid"):
    q: SearchText = ""
    topic: Topics = ()
    show: Literal["all", "open", "due", "answered", "overdue", "withdrawn"] = "all"
    order: Order = Order.NEWEST
    department: str = Field("", max_length=60)
    sort: Literal["overdue", "received", "rate", "slow"] = "overdue"
    cursor: Cursor = ""


@blueprint.get("/board")
@page(audited=Action.QUERY)
def board() -> str:
    query: BoardPage = query_of(BoardPage)
    store, settings, now = context.store(), context.settings(), context.now()
    today = now.astimezone(CHINA).date()
    late = responses.overdue(store, settings, now, OVERDUE_PAGE) if query.show == "overdue" else None
    items, cursor = _found(query, late.messages if late else ())
    values: dict[str, Any] = {"items": items, "query": query, "more": address(cursor=cursor) if cursor else ""}
    if request.headers.get("HX-Request"):
        return render("parts/board_rows.html", **values)
    summary = responses.summary(store, settings, today - timedelta(days=SUMMARY_DAYS - 1), today, now)
    rows = sorted(summary.departments, key=SORTS[query.sort][1])
    return render(
        "board.html", "board", summary=summary, departments=rows, topics=settings.topics.topic,
        export=_export(query),
        sorts=[(address(sort=key), words, key == query.sort) for key, (words, _) in SORTS.items()],
        overdue=(late or responses.overdue(store, settings, now, limit=0)).total,
        reply_h=settings.response_plan.reply_h, due_soon_h=settings.response_plan.due_soon_h, **values,
    )  # fmt: skip


def _export(query: BoardPage) -> str:
    """The export of what is listed, as far as an export can be narrowed down: its name and parameters."""
    asked = [("topic", topic) for topic in query.topic]
    if query.show == "overdue":
        return "overdue.{}" + (f"?{urlencode(asked)}" if asked else "")
    answered = {"open": "false", "due": "false", "answered": "true"}.get(query.show, "")
    withdrawn = "true" if query.show == "withdrawn" else ""
    more = [("q", query.q), ("answered", answered), ("withdrawn", withdrawn)]
    asked += [(name, value) for name, value in more if value]
    return "board.{}" + (f"?{urlencode(asked)}" if asked else "")


def _found(query: BoardPage, late: Sequence[OverdueMessage]) -> tuple[list[OverdueMessage], str]:
    """The messages of a page and the cursor of the next one; ``late``: those that are overdue."""
    if query.show in ("overdue", "due") or query.department:
        return _by_clock(query, late), ""
    answered = {"open": False, "answered": True}.get(query.show)
    result = board_views.find(
        BoardQuery(
            q=query.q,
            topic=query.topic,
            answered=answered,
            withdrawn=query.show == "withdrawn",
            order=query.order,
            limit=PAGE,
            cursor=query.cursor,
        )
    )
    return [clocked(m) for m in result.records if isinstance(m, BoardMessage)], result.cursor


def _by_clock(query: BoardPage, late: Sequence[OverdueMessage]) -> list[OverdueMessage]:
    """What the store cannot select: overdue or soon due messages, or those of a department, of the last 30 days."""
    now = context.now()
    if query.show == "overdue":
        found = list(late)
    else:
        answered = {"open": False, "due": False, "answered": True}.get(query.show)
        wanted = RecordQuery(
            kinds=(Kind.BOARD,), topics=query.topic, text=query.q, answered=answered, order=query.order,
            since=now - timedelta(days=SUMMARY_DAYS), until=now, limit=500, withdrawn=query.show == "withdrawn",
        )  # fmt: skip
        found = [clocked(m) for m in responses.board_messages(context.store(), wanted)]
    if query.show == "due":
        found = sorted((m for m in found if m.clock.state.value == "due_soon"), key=lambda m: m.clock.due)
    fitting = [m for m in found if _fits(m, query)]
    return fitting[:OVERDUE_PAGE]


def _fits(item: OverdueMessage, query: BoardPage) -> bool:
    message = item.message
    return (
        (not query.department or item.department == query.department)
        and (not query.topic or bool(set(query.topic) & set(message.labels.topics)))
        and (not query.q or grams.contains(query.q, message.title, message.text))
    )
