"""媒体, 专报, 信源: pages that look things up."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from pydantic import BaseModel, Field

from api import context
from api.dashboard.page import address, page, query_of, render
from api.parameters import Cursor, SearchText, Topics
from api.resources import articles as article_views
from api.resources import briefs as brief_views
from api.resources.articles import ArticleKind, ArticleQuery, PolarityChoice
from monitor.model import Article
from monitor.ops import runs
from monitor.ops.audit import Action
from monitor.signals.health import all_open

blueprint = Blueprint("library", __name__)
PAGE = 20


class ArticlesPage(BaseModel, extra="forbid"):
    q: SearchText = ""
    kind: ArticleKind | None = None
    polarity: PolarityChoice | None = None
    topic: Topics = ()
    cursor: Cursor = ""


class BriefsPage(BaseModel, extra="forbid"):
    before: str = Field("", max_length=60)


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
