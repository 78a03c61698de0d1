"""The frozen shape of the configuration: one class a TOML file, every key with its unit and default."""

from __future__ import annotations

from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from monitor.model import Kind

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,47}$")]
Name = Annotated[str, Field(min_length=1, max_length=60)]
HttpUrl = Annotated[str, Field(pattern=r"^https?://[^\s/]+")]
Level = Literal[1, 2, 3, 4]
"""Ⅰ (red, gravest) to Ⅳ (blue): an internal convention."""


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


# service.toml


class StoreSettings(Part):
    engine: Literal["sqlite", "elastic", "memory"] = "sqlite"
    path: Path = Path("yuqing.db")
    """SQLite file, relative to ``service.data``."""
    url: str = "http://127.0.0.1:9200"
    prefix: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,30}$")] = "yuqing"
    """Beginning of every Elasticsearch index name."""
    user: str = ""
    password: SecretStr = SecretStr("")
    api_key: SecretStr = SecretStr("")
    ca_file: Path | None = None
    timeout_s: float = Field(10.0, gt=0, le=120)


class SpoolSettings(Part):
    path: Path = Path("spool.db")
    max_mb: int = Field(512, ge=1, le=100_000)


class CrawlSettings(Part):
    contact: str = Field("", max_length=200)
    """Mail address or page of the office, part of the User-Agent; required as soon as a source is not local."""
    concurrency: int = Field(16, ge=1, le=64)
    per_site: int = Field(2, ge=1, le=16)
    delay_s: float = Field(2.0, ge=0, le=600)
    timeout_s: float = Field(30.0, gt=0, le=300)
    max_bytes: int = Field(5_000_000, ge=10_000, le=50_000_000)
    max_pages: int = Field(500, ge=1, le=100_000)
    """Pages of one source in one run."""
    run_limit_s: int = Field(900, ge=10, le=86_400)


class HttpSettings(Part):
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    threads: int = Field(8, ge=1, le=64)
    public_url: str = ""
    """How readers reach the dashboard, for links in mails; empty: http://host:port."""
    session_hours: int = Field(12, ge=1, le=72)
    secure_cookie: bool = False


class RetentionSettings(Part):
    post_days: int = Field(30, ge=1, le=30)
    """Safeguard S6: never more than 30."""


class AnalysisSettings(Part):
    sentiment: Literal["linear", "snow"] = "linear"
    late_days: int = Field(400, ge=1, le=4000)
    """Texts published longer ago than this are refused at intake (posts: at most the retention)."""


class SmtpSettings(Part):
    host: str = ""
    port: int = Field(25, ge=1, le=65535)
    security: Literal["none", "starttls", "tls"] = "none"
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: str = ""
    timeout_s: float = Field(20.0, gt=0, le=120)


class ScheduleSettings(Part):
    tick_s: int = Field(60, ge=5, le=3600)
    """How often rules are evaluated."""
    brief_at: time = time(7, 30)
    prune_at: time = time(3, 10)


class ServiceSettings(Part):
    data: Path = Path("data")
    """Folder of everything the service writes; relative to the working directory."""
    secret: SecretStr = SecretStr("")
    """Key for record ids and sessions; empty: made at first start and kept in data/secret.key (mode 0600)."""
    store: StoreSettings = StoreSettings()
    spool: SpoolSettings = SpoolSettings()
    crawl: CrawlSettings = CrawlSettings()
    http: HttpSettings = HttpSettings()
    retention: RetentionSettings = RetentionSettings()
    analysis: AnalysisSettings = AnalysisSettings()
    smtp: SmtpSettings = SmtpSettings()
    schedule: ScheduleSettings = ScheduleSettings()


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
    """CSS selectors of an HTML list page. ``link`` finds article links; ``next`` the following list page."""

    link: str = Field("", max_length=300)
    next: str = Field("", max_length=300)
    pages: int = Field(5, ge=1, le=200)


class PageRules(Part):
    """CSS selectors of an article, board or forum page; empty: found by itself."""

    title: str = Field("", max_length=300)
    text: str = Field("", max_length=300)
    time: str = Field("", max_length=300)
    category: str = Field("", max_length=300)
    reply: str = Field("", max_length=300)
    reply_time: str = Field("", max_length=300)
    department: str = Field("", max_length=300)


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


class Source(Part):
    id: Identifier
    name: Name
    kind: Kind
    adapter: Literal["rss", "html", "import"]
    url: HttpUrl | Literal[""] = ""
    outlet: str = Field("", max_length=60)
    city: str = Field("", max_length=60)
    """City or district of the outlet or forum, as evidence for the district rule."""
    trusted: bool = False
    """Everything from this source is about the district (its own site or board)."""
    local: bool = False
    """Allows loopback and private addresses; only for a site of one's own network."""
    enabled: bool = True
    interval_min: int = Field(30, ge=1, le=10_080)
    delay_s: float | None = Field(None, ge=0, le=600)
    """Seconds between two requests to this site; None: crawl.delay_s. Below 1 only for local sources."""
    follow: bool = True
    """RSS: read each entry's page for the full text; False: keep what the feed says."""
    list: ListRules = ListRules()
    page: PageRules = PageRules()
    columns: ColumnRules = ColumnRules()


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


# alerts.toml


class SpikeSettings(Part):
    minimum: int = Field(10, ge=10)
    """Fewest texts in the window for an alarm; never under 10 (S3)."""
    p_value: float = Field(1e-4, gt=0, lt=0.05)
    """Tail probability under the baseline below which a count is an alarm."""
    window_h: int = Field(3, ge=1, le=24)
    baseline_days: int = Field(28, ge=7, le=400)
    history_days: int = Field(14, ge=1, le=60)
    """Below this much history more evidence is asked for, and the alert says so."""
    recover_h: int = Field(2, ge=1, le=72)
    """Hours in a row within the band before an alert recovers."""


class Channel(Part):
    id: Identifier
    type: Literal["email", "log"]
    to: tuple[str, ...] = ()


class Route(Part):
    """Who is told: alerts of ``levels`` (empty: all) and ``topics`` (empty: all) go to ``channels``."""

    channels: tuple[Identifier, ...] = Field(min_length=1)
    levels: tuple[Level, ...] = ()
    topics: tuple[Name, ...] = ()


class AlertsSettings(Part):
    spike: SpikeSettings = SpikeSettings()
    channel: tuple[Channel, ...] = ()
    route: tuple[Route, ...] = ()


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
    formats: tuple[Literal["html", "json"], ...] = ("html", "json")


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
    steps: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = ()


class ResponsePlanSettings(Part):
    title: str = Field("", max_length=100)
    reply_h: int = Field(48, ge=1, le=2400)
    """Hours within which a board message is to be answered."""
    due_soon_h: int = Field(24, ge=1, le=2400)
    department: tuple[Department, ...] = ()
    rule: tuple[PlanRule, ...] = ()


class Settings(Part):
    """The whole configuration. Field names are the names of the TOML files."""

    service: ServiceSettings = ServiceSettings()
    district: DistrictSettings
    sources: SourcesSettings = SourcesSettings()
    topics: TopicsSettings = TopicsSettings()
    alerts: AlertsSettings = AlertsSettings()
    brief: BriefSettings = BriefSettings()
    response_plan: ResponsePlanSettings = ResponsePlanSettings()

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
