"""What coverage finds, as values. All of it is public: counts are exact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from statistics import median

from monitor.coverage.places import place
from monitor.settings.media import OutletLevel
from monitor.store import Outline


@dataclass(frozen=True, slots=True)
class OutletCount:
    """Articles of one outlet in the span; ``reprints`` of them carried a text that another had first, ``of_own`` of
    them one of the district's own releases."""

    outlet: str
    articles: int
    reprints: int
    level: OutletLevel | None = None
    of_own: int = 0


@dataclass(frozen=True, slots=True)
class LevelCount:
    """News of the outlets of one level; None for those without one."""

    level: OutletLevel | None
    outlets: int
    articles: int
    of_own: int


@dataclass(frozen=True, slots=True)
class AccountCount:
    """What one of the district's own accounts put out; ``carried`` of its releases were carried by news."""

    name: str
    platform: str
    releases: int
    carried: int


@dataclass(frozen=True, slots=True)
class Front:
    """A place that a source told: on the front page of an outlet (``listed`` False) or on a hot list."""

    article: Outline
    outlet: str
    level: OutletLevel | None
    rank: int
    listed: bool
    own: bool
    """Whether the text is a release of the district."""
    page: str = "首页"
    """What the front page is called: 头版 of a printed paper."""

    @property
    def words(self) -> str:
        """首页头条, 首页第 4 位, 头版第 2 条, 热榜第 7 位."""
        return f"热榜第 {self.rank} 位" if self.listed else place(self.rank, self.page)


@dataclass(frozen=True, slots=True)
class Story:
    """A text and who carried it. ``reprints`` counts news articles of the span that carry the text of ``article``.

    ``article`` is the original, or where that lies before the span and is no release, the first reprint within it.
    ``outlets`` are those of the reprints, each once, in the order of time; ``level`` is the highest of the outlets that
    carry it (that of a report of its own, too).
    ``first`` is the first reprint, and ``delay_h`` the hours from a release to it: None where one of the two has only
    a date.
    """

    article: Outline
    outlet: str
    reprints: int
    outlets: tuple[str, ...]
    own: bool
    """Whether the district published it first, as far as the times of the pages show."""
    level: OutletLevel | None = None
    first: Outline | None = None
    first_outlet: str = ""
    delay_h: float | None = None
    front: int | None = None
    """Best place on a front page, where one was told."""
    front_page: str = ""
    """What that front page is called (首页, 头版)."""

    @property
    def sites(self) -> int:
        return len(self.outlets)


@dataclass(frozen=True, slots=True)
class CoverageDay:
    day: date
    releases: int
    news: int
    of_own: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """News and own releases of the local days ``first`` to ``last``."""

    first: date
    last: date
    releases: int
    originals: int
    """Different texts among the releases: a release that two accounts put out counts once."""
    releases_carried: int
    """Own texts of the span that at least one news article of the span carried."""
    news: int
    news_reprints: int
    news_of_own: int
    """News articles that carried a release of the district, of the span or of the month before."""
    own_outlets: tuple[OutletCount, ...]
    news_outlets: tuple[OutletCount, ...]
    levels: tuple[LevelCount, ...]
    """Levels that have articles, the highest first, None last."""
    accounts: tuple[AccountCount, ...]
    stories: tuple[Story, ...]
    """Most reprinted first, then by level, place on a front page and time; of those nobody carried only some."""
    fronts: tuple[Front, ...]
    days: tuple[CoverageDay, ...]
    own_configured: bool
    """Whether the configuration has any source of the district's own."""
    levels_configured: bool
    before: Coverage | None = None
    """The span that it is compared with, where one was asked for."""

    @property
    def unlisted(self) -> tuple[OutletCount, ...]:
        """Outlets that the table does not have, most articles first."""
        return tuple(o for o in self.news_outlets if o.level is None)

    @property
    def carried_share(self) -> float | None:
        return self.releases_carried / self.originals if self.originals else None

    @property
    def median_delay_h(self) -> float | None:
        """Median hours from a release of the span to its first reprint, over those whose hours are told."""
        known = [s.delay_h for s in self.stories if s.own and s.delay_h is not None]
        return median(known) if known else None

    @property
    def own_stories(self) -> tuple[Story, ...]:
        """Own texts that were carried, most reprinted first."""
        return tuple(s for s in self.stories if s.own and s.reprints)
