"""News, official releases and hot lists: public as they stand."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api import context
from api.errors import not_found
from api.operation import Resource
from api.parameters import Cursor, Limit, Moment, Parameters, SearchText, Sources, Topics, Until
from api.record_shapes import ArticlePage, ArticleShape
from api.search import found_in, search
from monitor.model import Article, Kind, Polarity
from monitor.ops.audit import Action
from monitor.ops.people import Role
from monitor.store import Order, Page, RecordQuery

resource = Resource("articles", "媒体")
KINDS = (Kind.NEWS, Kind.OFFICIAL, Kind.HOTLIST)
ArticleKind = Literal["news", "official", "hotlist"]
PolarityChoice = Literal["negative", "neutral", "positive"]
POLARITIES = {"negative": Polarity.NEGATIVE, "neutral": Polarity.NEUTRAL, "positive": Polarity.POSITIVE}


class ArticleFilter(Parameters):
    """What narrows a list of reports down, on a page and in an export."""

    q: SearchText = Field("", description="标题或正文中的文字，按原样查找")
    kind: tuple[ArticleKind, ...] = Field((), max_length=3, description="news 新闻、official 政务发布、hotlist 热榜")
    topic: Topics = ()
    source: Sources = ()
    polarity: tuple[PolarityChoice, ...] = Field((), max_length=3)
    since: Moment | None = None
    until: Until | None = None
    withdrawn: bool = Field(False, description="true：只看发布者已撤回的；不填：只看没有撤回的")


class ArticleQuery(ArticleFilter):
    order: Order = Field(Order.NEWEST, description="newest 新的在前；oldest 旧的在前；best 标题里有的、首发的在前")
    limit: Limit = 50
    cursor: Cursor = ""


@resource.get("/articles", role=Role.READER, query=ArticleQuery, answer=ArticlePage, audited=Action.QUERY)
def list_articles(query: ArticleQuery) -> ArticlePage:
    """查找媒体报道

    只查新闻、政务发布和热榜；公开帖文不可检索，也没有任何操作列出帖文。
    """
    page = find(query)
    items = [
        ArticleShape.of(record, found=found_in(record.title, record.text, query.q))
        for record in page.records
        if isinstance(record, Article)
    ]
    return ArticlePage(items=items, next=page.cursor or None)


@resource.get("/articles/<id>", role=Role.READER, answer=ArticleShape, audited=Action.QUERY)
def get_article(id: str) -> ArticleShape:
    """一篇报道的全文与标签"""
    record = context.store().get_record(id)
    if not isinstance(record, Article):  # a post has an id too, and is not shown
        raise not_found("报道")
    return ArticleShape.of(record, whole=True)


def find(query: ArticleQuery) -> Page:
    return search(record_query(query))


def record_query(query: ArticleQuery) -> RecordQuery:
    return RecordQuery(
        kinds=tuple(Kind(k) for k in query.kind) or KINDS,
        sources=query.source,
        topics=query.topic,
        polarities=tuple(POLARITIES[p] for p in query.polarity),
        since=query.since,
        until=query.until,
        text=query.q,
        withdrawn=query.withdrawn,
        order=query.order,
        limit=query.limit,
        cursor=query.cursor,
    )
