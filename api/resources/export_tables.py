"""The tables that can be exported: their parameters, their columns, and how their rows are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field

from api import context
from api.parameters import Moment, Parameters, Topics, Until
from api.resources import alerts, articles, audit_log, board, coverage, events, topics, trends
from api.resources.articles import ArticleFilter, ArticleQuery
from api.resources.audit_log import AuditFilter
from api.resources.board import BoardFilter, BoardQuery, SummaryQuery
from api.resources.coverage import CoverageQuery
from api.resources.events import EventQuery
from api.resources.topics import TopicQuery
from api.resources.trends import TrendQuery
from api.shapes import Released
from monitor import responses
from monitor.coverage.outlets import table_of
from monitor.model import Article, BoardMessage, Kind
from monitor.ops import runs
from monitor.ops.people import Role
from monitor.ops.sheets import Cell, Percent
from monitor.signals.health import all_open
from monitor.store import Order, Page

_PAGE = 1000
KINDS = {Kind.NEWS: "新闻", Kind.OFFICIAL: "政务发布", Kind.BOARD: "留言", Kind.POST: "公开帖文", Kind.HOTLIST: "热榜"}
FEELINGS = {-1: "负面", 0: "中性", 1: "正面"}
OVERDUE = 10_000
ALERTS = 10_000
Rows = Iterator[Sequence[Cell]]


class ArticleExport(ArticleFilter):
    order: Order = Order.NEWEST


class BoardExport(BoardFilter):
    order: Order = Order.NEWEST


class AlertExport(Parameters):
    topic: Topics = ()
    since: Moment | None = None
    until: Until | None = None


class OverdueExport(Parameters):
    as_of: Moment | None = Field(None, description="按此时刻的情况，默认当前时刻")
    topic: Topics = ()


class Nothing(Parameters):
    """An export that cannot be narrowed down."""


@dataclass(frozen=True, slots=True)
class Export:
    """One table: its name in the address, its title, its parameters, its columns and how its rows are read."""

    name: str
    title: str
    query: type[BaseModel]
    heading: str
    """Names of the columns, with spaces between."""
    rows: Callable[[Any], Rows]
    role: Role = Role.READER

    @property
    def columns(self) -> list[str]:
        return self.heading.split()


def _articles(query: ArticleExport) -> Rows:
    def page(cursor: str) -> Page:
        # Its parts have been checked as those of the export.
        return articles.find(ArticleQuery.model_construct(**dict(query), limit=_PAGE, cursor=cursor))

    table = table_of(context.settings())
    for a in _all(page):
        if isinstance(a, Article):
            labels, outlet = a.labels, table.find(a.outlet or a.source, a.url)
            yield (
                a.published, KINDS[a.kind], a.outlet, str(outlet.level) if outlet.level else "", a.title, a.url,
                FEELINGS[int(labels.sentiment.polarity)], "、".join(labels.topics), "、".join(labels.places),
                "是" if labels.reprint_of else "", labels.reprint_of, *_told_later(a), a.id,
            )  # fmt: skip


def _board(query: BoardExport) -> Rows:
    def page(cursor: str) -> Page:
        return board.find(BoardQuery.model_construct(**dict(query), limit=_PAGE, cursor=cursor))

    settings, now = context.settings(), context.now()
    for m in _all(page):
        if isinstance(m, BoardMessage):
            clock = responses.clock(m, now, settings.response_plan) if m.withdrawn is None else None
            reply = m.reply
            yield (
                m.published, m.title, m.text, "、".join(m.labels.topics), "、".join(m.labels.places),
                responses.department_of(m, settings), clock.state.chinese if clock else "已撤回",
                clock.due if clock else None, reply.time if reply else None, reply.text if reply else "", m.url,
                *_told_later(m), m.id,
            )  # fmt: skip


def _told_later(record: Article | BoardMessage) -> tuple[Cell, Cell]:
    """When it was last changed and when it was withdrawn, as far as it was."""
    return record.revisions[-1].time if record.revisions else None, record.withdrawn


def _overdue(query: OverdueExport) -> Rows:
    store, settings, as_of = context.store(), context.settings(), query.as_of or context.now()
    for o in responses.overdue(store, settings, as_of, OVERDUE, topics=query.topic).messages:
        m = o.message
        yield (
            m.published, m.title, "、".join(m.labels.topics), o.department, o.clock.due,
            round(o.clock.hours_overdue, 1), m.url, m.id,
        )  # fmt: skip


def _alerts(query: AlertExport) -> Rows:
    for a in alerts.book().list(since=query.since, until=query.until, limit=ALERTS):
        if not query.topic or a.topic in query.topic:
            yield (
                a.onset, a.topic, a.colour, a.state.chinese, a.total_phrase, f"≤{a.expected_high}", a.department,
                a.deadline, a.acknowledged_by, a.acknowledged_at, a.recovered_at, a.note, a.id,
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
                p.start, KINDS[series.kind], topic, _figure(p.total), _figure(p.negative), _figure(p.neutral),
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


def _events(query: EventQuery) -> Rows:
    for e in events.list_events(query).items:
        yield (
            e.name, "、".join(e.topics), "、".join(e.places), str(e.first_seen or ""), str(e.last_seen or ""),
            *(_figure(e.counts.get(kind, 0)) for kind in (Kind.BOARD, Kind.NEWS, Kind.OFFICIAL, Kind.POST)),
            _percent(e.growth), e.id,
        )  # fmt: skip


def _coverage(query: CoverageQuery) -> Rows:
    for o in coverage.found(query).news_outlets:
        yield o.outlet, str(o.level) if o.level else "未列级别", o.articles, o.reprints, o.of_own


def _releases(query: CoverageQuery) -> Rows:
    for s in coverage.found(query).own_stories:
        yield (
            s.article.published, s.article.title, s.outlet, s.article.url, s.reprints, s.sites, "、".join(s.outlets),
            str(s.level) if s.level else "", s.first_outlet, s.first.published if s.first else None, _hours(s.delay_h),
            s.front,
        )  # fmt: skip


def _sources(_: Nothing) -> Rows:
    configured = context.settings().sources.source
    states, ill = runs.states(context.store(), configured), all_open(context.store())
    for s in configured:
        state = states[s.id]
        yield (
            s.name, KINDS[s.kind], s.adapter, "是" if s.enabled else "", state.last_run, state.last_ok,
            state.failures_in_row, "、".join(i.ailment.chinese for i in ill.get(s.id, ())), s.id,
        )  # fmt: skip


EXPORTS = (
    Export(
        "articles", "媒体报道", ArticleExport,
        "发布时间 种类 媒体 级别 标题 网址 情感 专题 街道（镇） 转载 原文编号 修改时间 撤回时间 编号", _articles,
    ),
    Export(
        "board", "群众留言", BoardExport,
        "时间 标题 内容（已去标识化） 专题 街道（镇） 部门 办理状态 应答复时间 答复时间 答复 网址 "
        "修改时间 撤回时间 编号",
        _board,
    ),
    Export("overdue", "逾期留言", OverdueExport, "时间 标题 专题 部门 应答复时间 逾期（小时） 网址 编号", _overdue),
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
    Export("events", "事件", EventQuery, "事件 专题 街道（镇） 最早 最近 留言 新闻 政务发布 帖文 变化 编号", _events),
    Export("coverage", "媒体报道情况", CoverageQuery, "媒体 级别 报道 转载 其中本区稿件", _coverage),
    Export(
        "releases", "本区稿件转载情况", CoverageQuery,
        "发布时间 标题 发布账号 网址 转载（篇） 媒体（家） 转载媒体 最高级别 首家转载 首家时间 相隔（小时） 首页位次",
        _releases,
    ),
    Export("sources", "信源", Nothing, "信源 种类 方式 启用 最近采集 最近成功 连续失败 异常 编号", _sources),
    Export("audit", "审计记录", AuditFilter, "时间 谁 操作 对象 编号", audit_log.rows, Role.ADMIN),
)  # fmt: skip


def _all(page: Callable[[str], Page]) -> Iterator[Any]:
    cursor = ""
    while True:
        found = page(cursor)
        yield from found.records
        if not found.cursor:
            return
        cursor = found.cursor


def _figure(value: int | Released) -> Cell:
    return value.text if isinstance(value, Released) and value.value is None else _plain(value)


def _plain(value: int | Released) -> int | None:
    return value.value if isinstance(value, Released) else value


def _percent(value: float | None) -> Percent | None:
    return None if value is None else Percent(round(value, 4))


def _hours(value: float | None) -> Cell:
    return None if value is None else round(value, 1)
