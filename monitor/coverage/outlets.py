"""Which outlet of the table an article stands in, whatever its page calls it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from monitor.coverage.places import without_sheet
from monitor.settings import Settings
from monitor.settings.media import Outlet, OutletLevel
from monitor.settings.types import DistrictSettings

_HEAD = re.compile(r"^(?:来源|稿源|转自|据)\s*[:：]?\s*")
_QUOTES = str.maketrans("", "", "《》“”\"'「」【】 \u3000")
_TAIL = re.compile(
    r"(?:新闻客户端|客户端|官方微博|官方微信|官微|微信公众号|公众号|微博|视频号|抖音号|百家号|头条号|搜狐号|网易号"
    r"|APP|移动端|手机版|官网)$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[-－—–|｜·/、]+")


@dataclass(frozen=True, slots=True)
class Known:
    """What an outlet is called and whose it is; ``level`` is None for one that the table does not have."""

    name: str
    level: OutletLevel | None


class Outlets:
    """The table of media.toml, looked up by name, by the parts of a joint name (人民网－人民日报: the first that is
    known, the site where the text stands), and then by the host of the page."""

    def __init__(self, table: Sequence[Outlet]) -> None:
        self._names: dict[str, Known] = {}
        self._domains: dict[str, Known] = {}
        for outlet in table:
            known = Known(outlet.name, outlet.level)
            for name in (outlet.name, *outlet.aliases):
                self._names[plain(name)] = known
            self._domains.update(dict.fromkeys(outlet.domains, known))
        self._by_name = lru_cache(maxsize=4096)(self._named)

    def find(self, name: str, url: str) -> Known:
        """Never fails: an outlet that is not in the table keeps its name and has no level."""
        found = self._by_name(name)
        if found.level is None and self._domains:
            return self._hosted(url) or found
        return found

    def _named(self, name: str) -> Known:
        name = without_sheet(name)
        whole = plain(name)
        for part in (whole, *_BETWEEN.split(whole)):
            if found := self._names.get(part) or self._names.get(_TAIL.sub("", part)):
                return found
        return Known(name.strip(), None)

    def _hosted(self, url: str) -> Known | None:
        try:
            host = (urlsplit(url).hostname or "").lower()
        except ValueError:
            return None
        while "." in host:
            if found := self._domains.get(host):
                return found
            host = host.partition(".")[2]
        return None


def plain(name: str) -> str:
    """A name without what pages put around it: 来源：《示例日报》 is 示例日报."""
    return _HEAD.sub("", unicodedata.normalize("NFKC", name).strip()).translate(_QUOTES)


def guess(name: str, district: DistrictSettings) -> OutletLevel | None:
    """The level that a name suggests by the place in it; for a person to confirm, never used by itself."""
    places = (
        (OutletLevel.DISTRICT, (district.name, *district.aliases)),
        (OutletLevel.CITY, (district.city,)),
        (OutletLevel.PROVINCE, (district.province,)),
    )
    for level, names in places:
        if any(place in name for place in names):
            return level
    for level, names in places:
        if any(len(short) >= 2 and short in name for short in map(_short, names)):
            return level
    return None


def _short(place: str) -> str:
    return re.sub(r"(?:特别行政区|自治区|自治州|新区|[省市区县])$", "", place)


def table_of(settings: Settings) -> Outlets:
    return Outlets(settings.media.outlet)
