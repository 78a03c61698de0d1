"""The frozen shape of the configuration: one class a TOML file, every key with its unit and default."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from monitor.model import Kind
from monitor.settings.alerting import AlertsSettings, Level
from monitor.settings.api_rules import ApiRules
from monitor.settings.base import HttpUrl, Identifier, Name, Part
from monitor.settings.concerns import ConcernsSettings
from monitor.settings.distribution import Address, Distribution, ReviewRule
from monitor.settings.media import MediaSettings
from monitor.settings.paper import PaperRules
from monitor.settings.reply import BoardReminder, ReplyRule
from monitor.settings.service import ServiceSettings
from monitor.settings.watch import WatchSettings

# district.toml


class PlaceKind(StrEnum):
    STREET = "street"
    TOWN = "town"


class Place(Part):
    name: Name
    kind: PlaceKind = PlaceKind.STREET
    aliases: tuple[Name, ...] = ()
    landmarks: tuple[Name, ...] = ()
    """Names of estates, roads, squares that mean this street or town; a record keeps the street, never the landmark."""

    @model_validator(mode="before")
    @classmethod
    def _bare_name(cls, told: Any) -> Any:
        """``places = ["青石街道", "白塔镇"]``: a name alone is a place without aliases."""
        if not isinstance(told, str):
            return told
        return {"name": told, "kind": PlaceKind.TOWN if told.strip().endswith(("镇", "乡")) else PlaceKind.STREET}


class DistrictSettings(Part):
    name: Name
    city: Name
    province: Name
    adcode: Annotated[str, Field(pattern=r"^\d{6}$")] = "000000"
    aliases: tuple[Name, ...] = ()
    places: tuple[Place, ...] = ()
    siblings: tuple[Name, ...] = ()
    """Other districts of the same city: a text that names only these is not about this district."""
    not_this: tuple[Name, ...] = ()
    """Everyday words and places elsewhere that contain a name of the district but do not mean it."""


# sources.toml


class ListRules(Part):
    """CSS selectors or XPath of an HTML list page. ``link`` finds article links; ``next`` the following list page;
    ``head`` on a front page the headline's links.
    """

    link: str = Field("", max_length=300)
    next: str = Field("", max_length=300)
    pages: int = Field(5, ge=1, le=200)
    ignore: tuple[Annotated[str, Field(min_length=1, max_length=40)], ...] = ()
    """Parameters of addresses that mean nothing on this site (a session, a way in): one page whatever they say."""
    head: str = Field("", max_length=300)


class PageRules(Part):
    """CSS selectors or XPath of an article, board or forum page; empty: found by itself. ``status`` is what a board
    says of a message (受理中, 已办结).
    """

    title: str = Field("", max_length=300)
    text: str = Field("", max_length=300)
    time: str = Field("", max_length=300)
    category: str = Field("", max_length=300)
    reply: str = Field("", max_length=300)
    reply_time: str = Field("", max_length=300)
    department: str = Field("", max_length=300)
    status: str = Field("", max_length=300)
    pages: int = Field(10, ge=1, le=50)
    """At most so many further pages of one item are read in a pass (a thread of several pages)."""


class ColumnRules(Part):
    """Names of the columns of an import file."""

    key: str = ""
    title: str = "title"
    text: str = "text"
    time: str = "time"
    url: str = "url"
    category: str = "category"
    reply: str = "reply"
    reply_time: str = "reply_time"
    department: str = "department"
    street: str = "street"
    """Street or town that a message says its matter is in; never read of posts (it may be the author's)."""


class Source(Part):
    id: Identifier
    name: Name
    kind: Kind
    adapter: Literal["rss", "html", "json", "sitemap", "frontpage", "epaper", "forum", "mastodon", "import"]
    url: HttpUrl | Literal[""] = ""
    outlet: str = Field("", max_length=60)
    city: str = Field("", max_length=60)
    """City or district of the outlet or forum, as evidence for the district rule."""
    trusted: bool = False
    """Everything from this source is about the district (its own site or board)."""
    local: bool = False
    """Allows loopback and private addresses; only for a site of one's own network."""
    enabled: bool = True
    purpose: str = Field("", max_length=120)
    """Why it is read, for the public page; empty: what its kind is read for."""
    interval_min: int = Field(30, ge=1, le=10_080)
    fastest_min: int | None = Field(None, ge=1, le=10_080)
    slowest_min: int | None = Field(None, ge=1, le=10_080)
    """Bounds within which the interval follows the source's own rate; None: a quarter and twice ``interval_min``."""
    delay_s: float | None = Field(None, ge=0, le=600)
    """Seconds between two requests to this site; None: crawl.delay_s. Below 1 only for local sources."""
    follow: bool = True
    """RSS: read each entry's page for the full text; False: keep what the feed says."""
    list: ListRules = ListRules()
    page: PageRules = PageRules()
    api: ApiRules = ApiRules()
    paper: PaperRules = PaperRules()
    columns: ColumnRules = ColumnRules()
    drop: Path | None = None
    """Folder whose files are imported by themselves; a relative one lies in the data folder."""
    drop_keep_days: int = Field(7, ge=0, le=400)
    """How long imported files are kept there."""

    @property
    def bounds(self) -> tuple[int, int]:
        """Fewest and most minutes between two readings that succeed."""
        fastest = self.fastest_min or max(1, self.interval_min // 4)
        slowest = self.slowest_min or min(2 * self.interval_min, 10_080)
        return min(fastest, self.interval_min), max(slowest, self.interval_min)


class SourcesSettings(Part):
    source: tuple[Source, ...] = ()


# topics.toml


class OfficialTopic(StrEnum):
    """The seven official classes of citizens' messages."""

    URBAN = "城乡建设"
    LABOUR = "劳动和社会保障"
    EDUCATION = "教育文体"
    COMMERCE = "商贸旅游"
    ENVIRONMENT = "环境保护"
    HEALTH = "卫生计生"
    TRANSPORT = "交通运输"


class Topic(Part):
    """A public-service matter. ``name`` is what people read and what cells are counted under.

    With ``terms`` a text that contains one of them has the topic; the seven official topics carry no terms and come
    from the classifier.
    """

    name: Name
    official: OfficialTopic
    department: Name
    terms: tuple[Name, ...] = ()
    not_terms: tuple[Name, ...] = ()


class TopicsSettings(Part):
    topic: tuple[Topic, ...] = ()


# brief.toml


class BriefSettings(Part):
    unit: Name = "区网信办"
    """编辑单位."""
    first_issue: str = Field("", pattern=r"^(\d{4}-\d{2}-\d{2})?$")
    """Day of issue No. 1 of its year when the service started within a year; empty: January 1st."""
    report_to: tuple[Name, ...] = ()
    send_to: tuple[Name, ...] = ()
    copy_to: tuple[Name, ...] = ()
    copies: int = Field(10, ge=1, le=10_000)
    formats: tuple[Literal["html", "json", "docx", "pdf"], ...] = ("html", "json", "docx")
    issued: tuple[Literal["daily", "weekly", "monthly", "watch"], ...] = ("daily", "weekly", "monthly")
    """Kinds that are made by themselves, at ``schedule.brief_at`` of the morning after their day, week, month, or
    each morning of a watch window."""
    review: ReviewRule = "none"
    """Who has to see a brief before it is issued: nobody (it goes out on schedule), one person, or one and another."""
    editors: tuple[Address, ...] = ()
    """Who is told by mail that a draft waits."""
    remind_min: int = Field(60, ge=5, le=1440)
    """Minutes after which the editors are reminded of a draft that still waits."""
    distribution: tuple[Distribution, ...] = ()


# response_plan.toml


class Department(Part):
    name: Name
    email: str = ""
    phone: str = Field("", max_length=40)


class PlanRule(Part):
    """What the response plan asks for when an alert of ``topic`` reaches ``level`` or worse."""

    id: Identifier
    topic: Name
    level: Level = 4
    department: Name
    deadline_h: int = Field(48, ge=1, le=240)
    """Hours from the onset within which residents are answered."""
    first_h: int | None = Field(None, ge=1, le=240)
    """Hours from the onset within which authoritative information is first published; None: no such clock."""
    steps: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = ()


class ResponsePlanSettings(Part):
    title: str = Field("", max_length=100)
    reply_h: int = Field(48, ge=1, le=2400)
    """Hours within which a board message is to be answered."""
    due_soon_h: int = Field(24, ge=1, le=2400)
    reply: tuple[ReplyRule, ...] = ()
    """Other limits than ``reply_h`` for some topics; of several that apply the shortest counts."""
    reminder: BoardReminder = BoardReminder()
    department: tuple[Department, ...] = ()
    rule: tuple[PlanRule, ...] = ()


class Settings(Part):
    """The whole configuration. Field names are the names of the TOML files."""

    service: ServiceSettings = ServiceSettings()
    district: DistrictSettings
    sources: SourcesSettings = SourcesSettings()
    topics: TopicsSettings = TopicsSettings()
    alerts: AlertsSettings = AlertsSettings()
    watch: WatchSettings = WatchSettings()
    media: MediaSettings = MediaSettings()
    brief: BriefSettings = BriefSettings()
    response_plan: ResponsePlanSettings = ResponsePlanSettings()
    concerns: ConcernsSettings = ConcernsSettings()

    @property
    def public_url(self) -> str:
        http = self.service.http
        return (http.public_url or f"http://{http.host}:{http.port}").rstrip("/")

    def data_file(self, path: Path) -> Path:
        """A path below ``service.data`` unless it is absolute."""
        return path if path.is_absolute() else self.service.data / path

    def source(self, id: str) -> Source | None:
        return next((s for s in self.sources.source if s.id == id), None)

    def topic(self, name: str) -> Topic | None:
        return next((t for t in self.topics.topic if t.name == name), None)
