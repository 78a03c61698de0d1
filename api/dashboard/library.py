"""媒体: pages that look things up."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from pydantic import BaseModel

from api import context
from api.dashboard.page import address, page, query_of, render
from api.parameters import Cursor, SearchText, Topics
from api.resources import articles as article_views
from api.resources.articles import ArticleKind, ArticleQuery, PolarityChoice
from monitor.model import Article
from monitor.ops.audit import Action

blueprint = Blueprint("library", __name__)
PAGE = 20


class ArticlesPage(BaseModel, extra="forbid"):
    q: SearchText = ""
    kind: ArticleKind | None = None
    polarity: PolarityChoice | None = None
    topic: Topics = ()
    cursor: Cursor = ""


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
