"""``service.toml``: where things are kept, how the service crawls, serves, sends mail, and when its jobs run."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from monitor.settings.base import Part
from monitor.settings.http import HttpSettings
from monitor.settings.logs import LogSettings
from monitor.settings.public import PublicSettings


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


class RetentionSettings(Part):
    post_days: int = Field(30, ge=1, le=30)
    """Safeguard S6: never more than 30."""


class AnalysisSettings(Part):
    sentiment: Literal["linear", "e5", "snow"] = "linear"
    late_days: int = Field(400, ge=1, le=4000)
    """Texts published longer ago than this are refused at intake (posts: at most the retention)."""


class SmtpSettings(Part):
    host: str = ""
    port: int = Field(25, ge=1, le=65535)
    security: Literal["none", "starttls", "tls"] = "none"
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: str = ""
    ca_file: Path | None = None
    """Certificates (PEM) to trust beside the system's, for a mail server with the house's own authority."""
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
    log: LogSettings = LogSettings()
    public: PublicSettings = PublicSettings()
