"""留言办理, 媒体, 专报, 信源: pages that look things up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

from flask import Blueprint, request
from pydantic import BaseModel, Field

from api import context
from api.dashboard.page import address, page, query_of, render
from api.parameters import Cursor, SearchText, Topics
from api.resources import articles as article_views
from api.resources import board as board_views
from api.resources import briefs as brief_views
from api.resources.articles import ArticleKind, ArticleQuery, PolarityChoice
from api.resources.board import BoardQuery
from monitor import responses
from monitor.model import CHINA, Article, BoardMessage
from monitor.ops import runs
from monitor.ops.audit import Action
from monitor.responses import OverdueMessage
from monitor.signals.health import all_open

blueprint = Blueprint("library", __name__)
PAGE = 20
SUMMARY_DAYS = 30


class BoardPage(BaseModel, extra="forbid"):
    q: SearchText = ""
    topic: Topics = ()
    show: Literal["all", "open", "answered", "overdue"] = "all"
    cursor: Cursor = ""


class ArticlesPage(BaseModel, extra="forbid"):
    q: SearchText = ""
    kind: ArticleKind | None = None
    polarity: PolarityChoice | None = None
    topic: Topics = ()
    cursor: Cursor = ""


class BriefsPage(BaseModel, extra="forbid"):
    before: str = Field("", max_length=60)


@blueprint.get("/board")
@page(audited=Action.QUERY)
def board() -> str:
    query: BoardPage = query_of(BoardPage)
    store, settings, now = context.store(), context.settings(), context.now()
    today = now.astimezone(CHINA).date()
    if query.show == "overdue":
        found = responses.overdue(store, settings, now, 50)
        items, cursor = list(found.messages), ""
    else:
        answered = {"all": None, "open": False, "answered": True}[query.show]
        result = board_views.find(
            BoardQuery(q=query.q, topic=query.topic, answered=answered, limit=PAGE, cursor=query.cursor)
        )
        items, cursor = [_clocked(m) for m in result.records if isinstance(m, BoardMessage)], result.cursor
    values: dict[str, Any] = {"items": items, "query": query, "more": address(cursor=cursor) if cursor else ""}
    if request.headers.get("HX-Request"):
        return render("parts/board_rows.html", **values)
    summary = responses.summary(store, settings, today - timedelta(days=SUMMARY_DAYS - 1), today, now)
    return render("board.html", "board", summary=summary, topics=settings.topics.topic, **values)


@blueprint.get("/articles")
@page(audited=Action.QUERY)
def articles() -> str:
    query: ArticlesPage = query_of(ArticlesPage)
    result = article_views.find(
        ArticleQuery(
            q=query.q,
            kind=(query.kind,) if query.kind else (),
            topic=query.topic,
            polarity=(query.polarity,) if query.polarity else (),
            limit=PAGE,
            cursor=query.cursor,
        )
    )
    items = [record for record in result.records if isinstance(record, Article)]
    values: dict[str, Any] = {
        "items": items,
        "query": query,
        "more": address(cursor=result.cursor) if result.cursor else "",
    }
    if request.headers.get("HX-Request"):
        return render("parts/article_rows.html", **values)
    return render("articles.html", "articles", topics=context.settings().topics.topic, **values)


@blueprint.get("/briefs")
@page()
def briefs() -> str:
    query: BriefsPage = query_of(BriefsPage)
    found = brief_views.page_of(PAGE + 1, query.before)
    more = address(before=found[PAGE - 1].id) if len(found) > PAGE else ""
    return render("briefs.html", "briefs", briefs=found[:PAGE], more=more, shown=None)


@blueprint.get("/briefs/<id>")
@page(audited=Action.QUERY)
def brief(id: str) -> str:
    return render("briefs.html", "briefs", briefs=brief_views.page_of(PAGE, ""), more="", shown=brief_views.one(id))


@blueprint.get("/sources")
@page()
def sources() -> str:
    configured = context.settings().sources.source
    states = runs.states(context.store(), configured)
    store = context.store()
    known = all_open(store)
    rows = [
        (s, states[s.id], [runs.shown(r) for r in runs.recent(store, s.id, 5)], known.get(s.id, ())) for s in configured
    ]
    rows.sort(key=lambda row: (-len(row[3]), -row[1].failures_in_row, row[0].name))
    return render("sources.html", "sources", rows=rows)


def _clocked(message: BoardMessage) -> OverdueMessage:
    settings = context.settings()
    clock = responses.clock(message, context.now(), settings.response_plan)
    return OverdueMessage(message, clock, responses.department_of(message, settings))
