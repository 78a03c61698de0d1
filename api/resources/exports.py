"""Every list that may leave the house, as CSV and XLSX. Figures of posts are the released ones; no post is listed (S3).

Each export is written down in the audit log with its parameters. A list is cut at ``MOST`` rows and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response
from pydantic import BaseModel

from api import context
from api.operation import Resource
from api.parameters import Moment, Parameters, Topics, Until
from api.resources import alerts, articles, board, topics, trends
from api.resources.articles import ArticleFilter, ArticleQuery
from api.resources.board import BoardFilter, BoardQuery, SummaryQuery
from api.resources.topics import TopicQuery
from api.resources.trends import TrendQuery
from api.shapes import Released
from monitor import responses
from monitor.model import Article, BoardMessage, Kind
from monitor.ops import sheets
from monitor.ops.audit import Action
from monitor.ops.people import Role
from monitor.ops.sheets import Cell, moment
from monitor.store import Page

MOST = 10_000
_PAGE = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
KINDS = {Kind.NEWS: "新闻", Kind.OFFICIAL: "政务发布", Kind.BOARD: "留言", Kind.POST: "公开帖文", Kind.HOTLIST: "热榜"}
FEELINGS = {-1: "负面", 0: "中性", 1: "正面"}
Rows = Iterator[Sequence[Cell]]

resource = Resource("exports", "导出")


class AlertExport(Parameters):
    topic: Topics = ()
    since: Moment | None = None
    until: Until | None = None


@dataclass(frozen=True, slots=True)
class Export:
    """One table: its name in the address, its title, its parameters, its columns and how its rows are read."""

    name: str
    title: str
    query: type[BaseModel]
    heading: str
    """Names of the columns, with spaces between."""
    rows: Callable[[Any], Rows]

    @property
    def columns(self) -> list[str]:
        return self.heading.split()


def _articles(query: ArticleFilter) -> Rows:
    def page(cursor: str) -> Page:
        # Its parts have been checked as those of the export.
        return articles.find(ArticleQuery.model_construct(**dict(query), limit=_PAGE, cursor=cursor))

    for a in _all(page):
        if isinstance(a, Article):
            labels = a.labels
            yield (
                moment(a.published), KINDS[a.kind], a.outlet, a.title, a.url, FEELINGS[int(labels.sentiment.polarity)],
                "、".join(labels.topics), "、".join(labels.places), "是" if labels.reprint_of else "", a.id,
            )  # fmt: skip


def _board(query: BoardFilter) -> Rows:
    def page(cursor: str) -> Page:
        return board.find(BoardQuery.model_construct(**dict(query), limit=_PAGE, cursor=cursor))

    settings, now = context.settings(), context.now()
    for m in _all(page):
        if isinstance(m, BoardMessage):
            clock = responses.clock(m, now, settings.response_plan)
            reply = m.reply
            yield (
                moment(m.published), m.title, m.text, "、".join(m.labels.topics), "、".join(m.labels.places),
                responses.department_of(m, settings), clock.state.chinese, moment(clock.due),
                moment(reply.time) if reply else "", reply.text if reply else "", m.url, m.id,
            )  # fmt: skip


def _alerts(query: AlertExport) -> Rows:
    found = alerts.book().list(since=query.since, until=query.until, limit=MOST)
    for a in found:
        if not query.topic or a.topic in query.topic:
            yield (
                moment(a.onset), a.topic, a.colour, a.state.chinese, a.total_phrase, f"≤{a.expected_high}",
                a.department, moment(a.deadline), a.acknowledged_by, moment(a.acknowledged_at), moment(a.recovered_at),
                a.note, a.id,
            )  # fmt: skip


def _topics(query: TopicQuery) -> Rows:
    first, last = query.span()
    for row in topics.tables(context.settings().topics.topic, first, last):
        figures: list[Cell] = []
        for kind in (Kind.POST, Kind.BOARD, Kind.NEWS):
            figures += [_figure(row.total[kind]), _percent(row.change[kind]), _percent(row.negative_share[kind])]
        yield (row.name, row.official, row.department, *figures)


def _trends(query: TrendQuery) -> Rows:
    for series in trends.get_trends(query).series:
        topic = "全部（每条只计一次）" if series.topic == "*" else series.topic
        for p in series.points:
            yield (
                moment(p.start), KINDS[series.kind], topic, _figure(p.total), _figure(p.negative), _figure(p.neutral),
                _figure(p.positive), _figure(p.reprints),
            )  # fmt: skip


def _departments(query: SummaryQuery) -> Rows:
    first, last = query.span()
    as_of = query.as_of or context.now()
    found = responses.summary(context.store(), context.settings(), first, last, as_of)
    for d in (*found.departments, found.total):
        yield (
            d.department, d.received, d.answered, d.on_time, d.late, d.due_soon, d.overdue, d.empty,
            _percent(d.response_rate), _percent(d.on_time_rate), _hours(d.median_hours), _hours(d.p90_hours),
        )  # fmt: skip


EXPORTS = (
    Export(
        "articles", "媒体报道", ArticleFilter,
        "发布时间 种类 媒体 标题 网址 情感 专题 街道（镇） 转载 编号", _articles,
    ),
    Export(
        "board", "群众留言", BoardFilter,
        "时间 标题 内容（已去标识化） 专题 街道（镇） 部门 办理状态 应答复时间 答复时间 答复 网址 编号", _board,
    ),
    Export(
        "alerts", "预警", AlertExport,
        "开始 专题 级别 状态 观察 平时 责任部门 答复时限 签收人 签收时间 恢复时间 说明 编号", _alerts,
    ),
    Export(
        "topics", "专题", TopicQuery,
        "专题 官方分类 部门 帖文 帖文变化 帖文负面占比 留言 留言变化 留言负面占比 新闻 新闻变化 新闻负面占比", _topics,
    ),
    Export("trends", "走势", TrendQuery, "时间 种类 专题 合计 负面 中性 正面 转载", _trends),
    Export(
        "departments", "部门办理", SummaryQuery,
        "部门 收到 已答复 按时 超时 即将到期 逾期 空泛答复 答复率 按时率 用时中位（小时） 九成以内（小时）",
        _departments,
    ),
)  # fmt: skip


def _offer(export: Export, suffix: str, media: str) -> None:
    def view(query: Any) -> Response:
        # Read whole before a file is begun: what is wrong with the parameters shows while reading.
        rows = list(_bounded(export.rows(query), len(export.columns)))
        if suffix == "csv":
            body = sheets.csv_bytes(export.columns, rows)
        else:
            body = sheets.xlsx_bytes(export.title, export.columns, rows)
        name = f"{export.name}-{context.now():%Y%m%d-%H%M}.{suffix}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(body, content_type=media, headers=headers)

    view.__name__ = f"export_{export.name}_{suffix}"
    view.__doc__ = f"导出{export.title}（{suffix.upper()}）\n\n最多 {MOST} 行；帖文数量按披露规则处理。"
    resource.get(f"/exports/{export.name}.{suffix}", role=Role.READER, query=export.query, audited=Action.EXPORT,
                 media=media.partition(";")[0])(view)  # fmt: skip


for _export in EXPORTS:
    _offer(_export, "csv", CSV)
    _offer(_export, "xlsx", XLSX)


def _all(page: Callable[[str], Page]) -> Iterator[Any]:
    cursor = ""
    while True:
        found = page(cursor)
        yield from found.records
        if not found.cursor:
            return
        cursor = found.cursor


def _bounded(rows: Rows, width: int) -> Rows:
    for n, row in enumerate(rows):
        if n == MOST:
            yield (f"……只导出前 {MOST} 行，请缩小时间范围再导出", *("",) * (width - 1))
            return
        yield row


def _figure(value: int | Released) -> Cell:
    return value.text if isinstance(value, Released) else value


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value * 100:.1f}%"


def _hours(value: float | None) -> Cell:
    return None if value is None else round(value, 1)
