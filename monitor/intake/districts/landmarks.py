"""Streets, towns and landmarks of a district: which are named in a text, and which of them stand in the district."""

from __future__ import annotations

import re
from itertools import islice

from monitor.intake.districts.evidence import Map, Side, Token, beside, nearest
from monitor.intake.districts.gazetteer import Gazetteer, street_forms, street_stem
from monitor.intake.districts.words import BRAND, EVERYDAY, EVERYDAY_CITIES
from monitor.settings.types import DistrictSettings

_OFFICES = ("街办", "办事处", "地区")
_TOWN = re.compile(r"(?:街道|地区|[镇乡])$")
_TYPE = re.compile(
    r"(?:公园|广场|大道|[东西南北中]?[路街]|大街|花园|小区|家园|新村|社区|医院|小学|中学|学校|市场|菜场|大厦|中心|大桥|桥|村|苑|里|站|地铁站|"
    r"车站|水库|湖|山|寺|体育[场馆]|图书馆|工业园|产业园|科技园|集市|商场|码头|老街|步行街|立交桥?)$"
)
"""What a landmark is; what is left of its name shows how common it is."""
_COMMON = re.compile(
    r"第?[一二三四五六七八九十百\d]+$|人民|解放|建设|中心|实验|新|老|大|东|西|南|北|中|市|区|县|省|儿童|妇幼|工人|职工|体育|文化|火车|汽车|"
    r"高铁|公交|客运|商业|批发|农贸|万达|万科|恒大|碧桂园|保利|阳光|金色|幸福|世纪|时代|国际|创业|科技|绿地|华润|中海"
)
_LIST = re.compile(r"[、和与及跟同]")
_FEW = 2
"""So many streets of the same full name elsewhere still leave it telling; 城关镇 and 人民路街道 have dozens."""
_HITS = 60
"""Places of a text that are looked at."""
_FAR = 14
"""A sibling's name this many characters before a landmark owns it, unless they are listed side by side."""


class Landmarks:
    """The places of one district: configured ones, and its streets and towns of the national list as evidence."""

    def __init__(self, district: DistrictSettings, map: Map, national: Gazetteer) -> None:
        self._owner: dict[str, str] = {}
        for place in district.places:
            for word in (place.name, *place.aliases, *place.landmarks):
                self._owner.setdefault(word, place.name)
        own_code = map.area.code if map.area else ""
        self._listed = national.streets_of(own_code)
        official = {w: w for w in (*self._owner, *self._listed) if _TOWN.search(w)}
        for place in district.places:
            for ending in _OFFICES if place.name.endswith("街道") else ():
                self._owner.setdefault(street_stem(place.name) + ending, place.name)
                official.setdefault(street_stem(place.name) + ending, place.name)
        for street in self._listed:
            self._owner.setdefault(street, "")
        shorts = {street_stem(s) for s in self._listed} - EVERYDAY
        cores = {word: _TYPE.sub("", word) for word in self._owner if word not in official}
        asked = {form for s in (*shorts, *cores.values()) for form in street_forms(s)}
        stands = national.stands({*official.values(), *asked})
        lone = {s for s in shorts if len(frozenset().union(*(stands[f] for f in street_forms(s))) - {own_code}) <= 1}
        stems = tuple(s for s in lone if len(s) >= 2)
        self._alone = frozenset(
            word
            for word in self._owner
            if (stems and word.startswith(stems))
            or (_TOWN.search(official.get(word, "")) and len(stands[official[word]] - {own_code}) <= _FEW)
        )
        everyday = EVERYDAY | EVERYDAY_CITIES
        self._telling = frozenset(
            word
            for word, core in cores.items()
            if len(core) >= 2
            and core not in everyday
            and not _COMMON.match(core)
            and not any(stands[form] - {own_code} for form in street_forms(core))
        )
        ordered = sorted(self._owner, key=lambda w: (-len(w), w))
        self.pattern = re.compile("|".join(re.escape(word) for word in ordered)) if ordered else None

    def names_in(self, text: str) -> tuple[str, ...]:
        """Configured streets and towns named in ``text``, wherever they are."""
        if self.pattern is None:
            return ()
        owners = (self._owner[m[0]] for m in self.pattern.finditer(text))
        return tuple(dict.fromkeys(owner for owner in owners if owner))

    def judge(self, text: str, tokens: list[Token], source: Side, named: bool) -> tuple[set[Side], tuple[str, ...]]:
        """The sides of all places named, and the configured ones that are the district's.

        ``named``: the text names the district itself, which is evidence for every place that nothing puts elsewhere.
        """
        sides: set[Side] = set()
        found: dict[str, None] = {}
        telling = [t for t in tokens if not t.mute]
        for match in islice(self.pattern.finditer(text), _HITS) if self.pattern else ():
            if any(t.begin < match.start() < t.end or t.begin < match.end() < t.end for t in tokens):
                continue
            side = self._side(text, match.start(), match.end(), telling, source)
            sides.add(side)
            if (side is Side.OWN or (named and side is Side.UNKNOWN)) and self._owner[match[0]]:
                found.setdefault(self._owner[match[0]])
        return sides, tuple(found)

    def _side(self, text: str, begin: int, end: int, tokens: list[Token], source: Side) -> Side:
        side, _ = beside(text, begin, tokens)
        if side is not Side.UNKNOWN:
            return side
        if text[begin:end] in self._alone:
            return Side.OWN
        before = next((t for t in reversed(tokens) if t.end <= begin), None)
        if before is not None and before.sibling and begin - before.end <= _FAR:
            between = text[before.end : begin]
            if not _LIST.search(between) and not re.search(r"[。！？；\n]", between):
                return Side.OTHER
        side = nearest(text, begin, end, tokens, None)
        if side is Side.UNKNOWN:
            side = source if source is Side.OWN else side
            if source is Side.UNKNOWN and text[begin:end] in self._telling and not BRAND.match(text, end):
                return Side.OWN
        return side
