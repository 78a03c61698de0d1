"""Own publicity (对外宣传): who carried the district's releases, and which outlets write about the district."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from pydantic import Field

from api import context
from api.operation import Resource
from api.parameters import Day, Parameters, Topics
from api.shapes import Moment, Shape, Share
from api.validation import problem_of
from monitor import coverage
from monitor.coverage import Coverage, Front, Story
from monitor.model import CHINA
from monitor.ops.audit import Action
from monitor.ops.people import Role
from monitor.settings.media import OutletLevel
from monitor.store import Outline

resource = Resource("coverage", "本区宣传")
LONGEST = timedelta(days=92)
STORIES = 50


class OutletShape(Shape):
    outlet: str
    level: OutletLevel | None = Field(description="媒体名单中的级别；没有列入时为 null")
    articles: int
    reprints: int
    of_own: int = Field(description="其中转载本区稿件的篇数")


class LevelShape(Shape):
    level: OutletLevel | None
    outlets: int
    articles: int
    of_own: int


class AccountShape(Shape):
    name: str
    platform: str
    releases: int
    carried: int = Field(description="其中被媒体转载的篇数")


class LightShape(Shape):
    """一篇报道或发布的题目与出处。"""

    id: str
    title: str
    url: str
    outlet: str
    published: Moment

    @classmethod
    def of(cls, a: Outline, outlet: str = "") -> LightShape:
        return cls(id=a.id, title=a.title, url=a.url, outlet=outlet or a.outlet, published=a.published)


class StoryShape(Shape):
    article: LightShape
    own: bool = Field(description="是否本区首发")
    reprints: int
    outlets: Sequence[str]
    level: OutletLevel | None = Field(description="刊登它的媒体中最高的级别")
    first: LightShape | None = Field(description="首家转载")
    delay_h: float | None = Field(description="发布到首家转载的小时数；页面只写日期时为 null")
    front: int | None = Field(description="在媒体首页的最好位次，1 为头条；信源没有说明时为 null")

    @classmethod
    def of(cls, s: Story) -> StoryShape:
        delay = None if s.delay_h is None else round(s.delay_h, 2)
        first = LightShape.of(s.first, s.first_outlet) if s.first else None
        return cls(
            article=LightShape.of(s.article, s.outlet), own=s.own, reprints=s.reprints, outlets=s.outlets,
            level=s.level, first=first, delay_h=delay, front=s.front,
        )  # fmt: skip


class FrontShape(Shape):
    article: LightShape
    outlet: str
    level: OutletLevel | None
    rank: int
    listed: bool = Field(description="true 为热榜，false 为媒体首页")
    own: bool
    page: str = Field(description="首页，或报纸的头版")

    @classmethod
    def of(cls, f: Front) -> FrontShape:
        article = LightShape.of(f.article)
        return cls(
            article=article, outlet=f.outlet, level=f.level, rank=f.rank, listed=f.listed, own=f.own, page=f.page
        )


class CoverageDayShape(Shape):
    day: date
    releases: int
    news: int
    of_own: int


class CoverageShape(Shape):
    """媒体报道和本区发布都是公开信息，数量准确。"""

    first: date
    last: date
    releases: int = Field(description="本区政务渠道发布的篇数")
    originals: int = Field(description="其中不同的稿件数")
    releases_carried: int = Field(description="被媒体转载的不同稿件数")
    carried_share: Share
    median_delay_h: float | None
    news: int
    news_reprints: int
    news_of_own: int = Field(description="刊登本区稿件的报道数")
    levels: Sequence[LevelShape]
    outlets: Sequence[OutletShape]
    accounts: Sequence[AccountShape]
    stories: Sequence[StoryShape] = Field(description="转载最多的稿件")
    fronts: Sequence[FrontShape]
    days: Sequence[CoverageDayShape]


class CoverageQuery(Parameters):
    since: Day | None = Field(None, description="第一天，默认 until 所在月的 1 日")
    until: Day | None = Field(None, description="最后一天（含），默认今天")
    topic: Topics = ()

    def span(self) -> tuple[date, date]:
        last = self.until or context.now().astimezone(CHINA).date()
        first = self.since or last.replace(day=1)
        if not timedelta(0) <= last - first <= LONGEST:
            raise problem_of({"since": f"开始须不晚于结束，最多 {LONGEST.days} 天"})
        return first, last


@resource.get("/coverage", role=Role.READER, query=CoverageQuery, answer=CoverageShape, audited=Action.QUERY)
def get_coverage(query: CoverageQuery) -> CoverageShape:
    """一段时间的媒体报道与本区宣传

    各级媒体的篇数、本区稿件被谁转载、首家转载相隔多久、媒体首页位次、各账号的发布量。
    """
    return shape(found(query))


def found(query: CoverageQuery) -> Coverage:
    first, last = query.span()
    return coverage.span(context.store(), context.settings(), first, last, topics=query.topic)


def shape(c: Coverage) -> CoverageShape:
    return CoverageShape(
        first=c.first,
        last=c.last,
        releases=c.releases,
        originals=c.originals,
        releases_carried=c.releases_carried,
        carried_share=None if c.carried_share is None else round(c.carried_share, 4),
        median_delay_h=None if c.median_delay_h is None else round(c.median_delay_h, 2),
        news=c.news,
        news_reprints=c.news_reprints,
        news_of_own=c.news_of_own,
        levels=[LevelShape(level=r.level, outlets=r.outlets, articles=r.articles, of_own=r.of_own) for r in c.levels],
        outlets=[
            OutletShape(outlet=o.outlet, level=o.level, articles=o.articles, reprints=o.reprints, of_own=o.of_own)
            for o in c.news_outlets
        ],
        accounts=[
            AccountShape(name=a.name, platform=a.platform, releases=a.releases, carried=a.carried) for a in c.accounts
        ],
        stories=[StoryShape.of(s) for s in c.stories[:STORIES]],
        fronts=[FrontShape.of(f) for f in c.fronts],
        days=[CoverageDayShape(day=d.day, releases=d.releases, news=d.news, of_own=d.of_own) for d in c.days],
    )
