"""media.toml: the outlets that may write about the district, each with its level, and the district's own accounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from monitor.model import Kind
from monitor.settings.base import Identifier, Name, Part

if TYPE_CHECKING:
    from monitor.settings.types import Settings

Domain = Annotated[str, Field(min_length=4, max_length=100, pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]


class OutletLevel(StrEnum):
    """Who an outlet belongs to, the highest first; what is neither of these is commercial or something else."""

    CENTRAL = "中央"
    PROVINCE = "省级"
    CITY = "市级"
    DISTRICT = "区级"
    COMMERCIAL = "商业及其他"


class Outlet(Part):
    """An outlet is known by its name, an alias, or the host of its pages (``domains``, their subdomains included)."""

    name: Name
    level: OutletLevel
    aliases: tuple[Name, ...] = ()
    domains: tuple[Domain, ...] = ()


class Account(Part):
    """One of the district's own official sources, as people call it. ``source``: its id in sources.toml."""

    name: Name
    source: Identifier
    platform: Literal["网站", "微信", "微博", "客户端", "视频号", "抖音", "报纸", "电视", "其他"] = "网站"


class MediaSettings(Part):
    outlet: tuple[Outlet, ...] = ()
    account: tuple[Account, ...] = ()
    """Empty: whatever is of kind ``official`` is the district's own."""


@dataclass(frozen=True, slots=True)
class Own:
    """Which official sources are the district's own. ``accounts``: name, platform and source id of each."""

    accounts: tuple[tuple[str, str, str], ...]
    all_official: bool

    def __contains__(self, source: object) -> bool:
        return self.all_official or any(source == id for _, _, id in self.accounts)


def own_of(settings: Settings) -> Own:
    """The district's own accounts, or where none is listed all official sources."""
    listed = tuple((a.name, str(a.platform), a.source) for a in settings.media.account)
    official = tuple((s.outlet or s.name, "", s.id) for s in settings.sources.source if s.kind is Kind.OFFICIAL)
    return Own(listed or official, all_official=not listed)


def media_problems(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """What is wrong in media.toml: one name or domain of two outlets, accounts of no official source."""
    names: dict[str, str] = {}
    domains: dict[str, str] = {}
    for outlet in settings.media.outlet:
        key = f"outlet.{outlet.name}"
        for name in dict.fromkeys((outlet.name, *outlet.aliases)):
            if (other := names.setdefault(name, outlet.name)) != outlet.name:
                yield "media", key, f"名称“{name}”已属于“{other}”；一个名称只能属于一家媒体"
        for domain in outlet.domains:
            if (other := domains.setdefault(domain, outlet.name)) != outlet.name:
                yield "media", f"{key}.domains", f"域名 {domain} 已属于“{other}”；一个域名只能属于一家媒体"
    for name, n in Counter(o.name for o in settings.media.outlet).items():
        if n > 1:
            yield "media", f"outlet.{name}", "媒体重复；同一家媒体写在一处"
    taken: set[str] = set()
    for account in settings.media.account:
        key, source = f"account.{account.name}", settings.source(account.source)
        if source is None:
            yield "media", f"{key}.source", f"sources.toml 中没有信源“{account.source}”"
        elif source.kind is not Kind.OFFICIAL:
            yield "media", f"{key}.source", f"信源“{account.source}”不是政务发布（official），不能算本区发布"
        if account.source in taken:
            yield "media", f"{key}.source", f"信源“{account.source}”已属于另一个账号；一个信源一个账号"
        taken.add(account.source)
