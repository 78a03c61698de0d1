"""媒体: reports with their reprints under them, and how the district's own releases were carried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal
from urllib.parse import urlencode

from flask import Blueprint, request
from pydantic import BaseModel, Field

from api import context
from api.dashboard.page import address, page, query_of, render
from api.dashboard.spans import last_months
from api.memo import memo
from api.parameters import Cursor, Day, SearchText, Topics
from api.resources import articles as article_views
from api.resources.articles import ArticleKind, ArticleQuery, PolarityChoice
from api.search import search
from api.validation import problem_of
from monitor import coverage
from monitor.coverage.outlets import Known, guess, table_of
from monitor.coverage.places import front_of, sheet_of
from monitor.model import CHINA, Article, Kind, day_span
from monitor.ops.audit import Action
from monitor.store import Order, Outline, RecordQuery
from monitor.store.rules import matches

blueprint = Blueprint("media", __name__)
PAGE = 20
READ = 6
"""Pages of the store that are read at most for one page shown, where most of them are reprints."""
MONTHS = 13
UNLISTED = 12
KEEP_S = 30.0


@dataclass(frozen=True, slots=True)
class Row:
    """A report as the page lists it. ``reprints``: who carried it, oldest first. ``original``: what it is a reprint
    of, where that is not listed itself."""

    article: Article
    outlet: Known
    reprints: Sequence[tuple[Outline, Known]]
    original: Article | None

    @property
    def sites(self) -> Sequence[str]:
        """The outlets that carried it, each once."""
        return tuple(dict.fromkeys(known.name for _, known in self.reprints))

    @property
    def sheet(self) -> str:
        """The page of a printed paper that it stood on; empty for what stood on a site."""
        return sheet_of(self.article.outlet)

    @property
    def front(self) -> str:
        return front_of(self.article.outlet)


class ArticlesPage(BaseModel, extra="forbid"):
    q: SearchText = ""
    kind: ArticleKind | None = None
    polarity: PolarityChoice | None = None
    topic: Topics = ()
    since: Day | None = None
    until: Day | None = None
    order: Order = Order.NEWEST
    reprints: Literal["under", "listed"] = "under"
    state: Literal["stands", "withdrawn"] = "stands"
    cursor: Cursor = ""

    def filters(self) -> list[tuple[str, str]]:
        """What narrows the list down, as parameters of the API and of the exports."""
        given: list[tuple[str, object]] = [
            ("q", self.q),
            ("kind", self.kind),
            ("polarity", self.polarity),
            *(("topic", t) for t in self.topic),
        ]
        given += [("since", self.since), ("until", self.until)]
        given += [("withdrawn", "true" if self.state == "withdrawn" else "")]
        return [(name, str(value)) for name, value in given if value]


class OwnPage(BaseModel, extra="forbid"):
    month: str = Field("", pattern=r"^(20\d{2}-(0[1-9]|1[0-2]))?$")


@blueprint.get("/articles")
@page(audited=Action.QUERY)
def articles() -> str:
    query: ArticlesPage = query_of(ArticlesPage)
    if query.since and query.until and query.since > query.until:
        raise problem_of({"since": "开始日期须不晚于结束日期"})
    found, cursor = _rows(query)
    values: dict[str, Any] = {"rows": found, "query": query, "more": address(cursor=cursor) if cursor else ""}
    if request.headers.get("HX-Request"):
        return render("parts/article_rows.html", **values)
    return render(
        "articles.html", "articles", topics=context.settings().topics.topic, asked=urlencode(query.filters()), **values
    )


@blueprint.get("/articles/own")
@page(audited=Action.QUERY)
def own() -> str:
    query: OwnPage = query_of(OwnPage)
    today = context.now().astimezone(CHINA).date()
    first = date.fromisoformat(f"{query.month}-01") if query.month else today.replace(day=1)
    if first > today:
        raise problem_of({"month": "这个月还没有开始"})
    settings = context.settings()
    found = memo().get(("coverage", first), KEEP_S, lambda: coverage.month(context.store(), settings, first))
    until = min(found.last, today)
    asked = urlencode({"since": first.isoformat(), "until": until.isoformat()})
    unlisted = [(row, guess(row.outlet, settings.district)) for row in found.unlisted[:UNLISTED]]
    return render(
        "own_coverage.html", "articles", found=found, until=until, months=last_months(MONTHS), asked=asked,
        unlisted=unlisted, complete=until == found.last,
    )  # fmt: skip


def _rows(query: ArticlesPage) -> tuple[list[Row], str]:
    """The rows of a page and the cursor of the next. A reprint is left out where its original is listed itself."""
    asked = article_views.record_query(
        ArticleQuery.model_construct(
            q=query.q,
            kind=(query.kind,) if query.kind else (),
            topic=query.topic,
            polarity=(query.polarity,) if query.polarity else (),
            since=day_span(query.since)[0] if query.since else None,
            until=day_span(query.until)[1] if query.until else None,
            withdrawn=query.state == "withdrawn",
            order=query.order,
            limit=PAGE,
            cursor=query.cursor,
        )
    )
    kept: list[tuple[Article, Article | None]] = []
    for _ in range(READ):
        result = search(asked)
        kept += _unfolded([r for r in result.records if isinstance(r, Article)], asked, query)
        asked = replace(asked, cursor=result.cursor)
        if not result.cursor or len(kept) >= PAGE // 2:
            break
    return _told(kept), asked.cursor


def _unfolded(
    found: Sequence[Article], asked: RecordQuery, query: ArticlesPage
) -> list[tuple[Article, Article | None]]:
    """The articles that are listed, each with its original where that is not listed."""
    there = {a.id: a for a in found}
    kept: list[tuple[Article, Article | None]] = []
    for article in found:
        of = article.labels.reprint_of
        if of is None:
            kept.append((article, None))
            continue
        if of not in there:
            record = context.store().get_record(of)
            if isinstance(record, Article):
                there[of] = record
        original = there.get(of)
        if query.reprints == "listed" or original is None or not matches(original, asked):
            kept.append((article, original))
    return kept


def _told(kept: Sequence[tuple[Article, Article | None]]) -> list[Row]:
    settings = context.settings()
    table = table_of(settings)
    heads = [article.id for article, _ in kept if article.labels.reprint_of is None]
    reprints = coverage.reprints_of(context.store(), settings, heads)
    return [
        Row(article, outlet, _of_others(article, outlet, reprints.get(article.id, ())), original)
        for article, original in kept
        for outlet in [table.find(article.outlet or article.source, article.url)]
    ]


def _of_others(
    article: Article, outlet: Known, found: Sequence[tuple[Outline, Known]]
) -> Sequence[tuple[Outline, Known]]:
    """The reprints of a report by others: an outlet whose front page and feed are both read does not reprint itself."""
    return [(a, known) for a, known in found if article.kind is not Kind.NEWS or known.name != outlet.name]
