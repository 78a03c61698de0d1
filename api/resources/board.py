"""Messages on official boards with the clocks of their answers; redacted, and without who wrote them."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import Field

from api import context
from api.errors import not_found
from api.operation import Resource
from api.parameters import Cursor, Day, Limit, Moment, Parameters, SearchText, Sources, Topics, Until
from api.record_shapes import BoardPage, BoardShape, ClockShape, OverdueList, OverdueShape
from api.search import found_in, search
from api.shapes import SummaryShape, TalliedShape
from api.validation import problem_of
from monitor import responses
from monitor.model import CHINA, BoardMessage, Kind
from monitor.ops.audit import Action
from monitor.ops.people import Role
from monitor.store import Order, Page, RecordQuery

resource = Resource("board", "留言办理")
LONGEST = timedelta(days=400)


class BoardFilter(Parameters):
    """What narrows a list of messages down, on a page and in an export."""

    q: SearchText = Field("", description="标题或正文中的文字，按原样查找")
    topic: Topics = ()
    source: Sources = ()
    answered: bool | None = Field(None, description="是否已有答复")
    since: Moment | None = None
    until: Until | None = None
    withdrawn: bool = Field(False, description="true：只看已撤回的；不填：只看没有撤回的")


class BoardQuery(BoardFilter):
    order: Order = Field(Order.NEWEST, description="newest 新的在前；oldest 旧的在前；best 标题里有的在前")
    limit: Limit = 50
    cursor: Cursor = ""


@resource.get("/board", role=Role.READER, query=BoardQuery, answer=BoardPage, audited=Action.QUERY)
def list_board(query: BoardQuery) -> BoardPage:
    """查找留言，附办理时限"""
    page = find(query)
    return BoardPage(
        items=[shape(m, query.q) for m in page.records if isinstance(m, BoardMessage)], next=page.cursor or None
    )


class SummaryQuery(Parameters):
    since: Day | None = Field(None, description="第一天，默认 30 天前")
    until: Day | None = Field(None, description="最后一天（含），默认今天")
    as_of: Moment | None = Field(None, description="按此时刻的情况，默认当前时刻")
    topic: Topics = ()

    def span(self) -> tuple[date, date]:
        last = self.until or context.now().astimezone(CHINA).date()
        first = self.since or last - timedelta(days=29)
        if not timedelta(0) <= last - first <= LONGEST:
            raise problem_of({"since": f"开始须不晚于结束，最多 {LONGEST.days} 天"})
        return first, last


class OverdueQuery(Parameters):
    as_of: Moment | None = Field(None, description="按此时刻的情况，默认当前时刻")
    topic: Topics = ()
    limit: Limit = 50


@resource.get("/board/summary", role=Role.READER, query=SummaryQuery, answer=SummaryShape, audited=Action.QUERY)
def get_board_summary(query: SummaryQuery) -> SummaryShape:
    """按部门的答复情况：答复率、按时率、逾期数"""
    first, last = query.span()
    return summary_shape(
        responses.summary(
            context.store(), context.settings(), first, last, query.as_of or context.now(), topics=query.topic
        )
    )


@resource.get("/board/overdue", role=Role.READER, query=OverdueQuery, answer=OverdueList, audited=Action.QUERY)
def get_board_overdue(query: OverdueQuery) -> OverdueList:
    """逾期未答复的留言，逾期最久的在前"""
    as_of = query.as_of or context.now()
    found = responses.overdue(context.store(), context.settings(), as_of, query.limit, topics=query.topic)
    items = [
        OverdueShape(message=shape(o.message), department=o.department, hours_overdue=round(o.clock.hours_overdue, 1))
        for o in found.messages
    ]
    return OverdueList(total=found.total, items=items)


@resource.get("/board/<id>", role=Role.READER, answer=BoardShape, audited=Action.QUERY)
def get_board_message(id: str) -> BoardShape:
    """一条留言与答复"""
    record = context.store().get_record(id)
    if not isinstance(record, BoardMessage):
        raise not_found("留言")
    return shape(record)


def shape(message: BoardMessage, sought: str = "") -> BoardShape:
    if message.withdrawn is not None:
        return BoardShape.of(message, None, found_in(message.title, message.text, sought))
    clock = responses.clock(message, context.now(), context.settings().response_plan)
    shown = ClockShape(state=clock.state.value, label=clock.state.chinese, due=clock.due)
    return BoardShape.of(message, shown, found_in(message.title, message.text, sought))


def summary_shape(found: responses.ResponseSummary) -> SummaryShape:
    return SummaryShape(
        first=found.first,
        last=found.last,
        total=TalliedShape.of(found.total),
        departments=[TalliedShape.of(row) for row in found.departments],
    )


def find(query: BoardQuery) -> Page:
    return search(
        RecordQuery(
            kinds=(Kind.BOARD,),
            sources=query.source,
            topics=query.topic,
            answered=query.answered,
            since=query.since,
            until=query.until,
            text=query.q,
            withdrawn=query.withdrawn,
            order=query.order,
            limit=query.limit,
            cursor=query.cursor,
        )
    )
