"""Which places a text names, and whether a name in it stands in the district's own city or in another one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from monitor.intake.districts.gazetteer import MUNICIPALITIES, Area, Gazetteer, home_of, stem
from monitor.intake.districts.words import DISH, EVERYDAY, EVERYDAY_CITIES, NOUN_NAMES, ROAD
from monitor.settings.types import DistrictSettings


class Side(IntEnum):
    """Where something is, as far as the words tell."""

    OTHER = -1
    UNKNOWN = 0
    OWN = 1


@dataclass(frozen=True, slots=True)
class Token:
    """A division named at ``begin``:``end``. ``own``: it is the district's city or province, or inside that city."""

    begin: int
    end: int
    codes: tuple[str, ...]
    own: bool
    sibling: bool
    """Another district of the own city."""
    mute: bool = False
    """It tells nothing about where things are: the district's own name, or a city in the name of a road or dish."""


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    codes: tuple[str, ...]
    own: bool
    sibling: bool
    short: bool


_SENTENCE = re.compile(r"[。！？!?；;\n]")
_JOIN = re.compile(r"[\s·\-—/的市省（(“\"]{0,2}$")
_UNKNOWN_CITY = re.compile(r"([一-鿿]{1,3})[市省州盟]\s?$")
_NO_CITY = frozenset("同联加自本全我该城都超集夜门股楼菜花车房债汇罢上入开闹早区县贵省两各跨")
_OF_CITY = re.compile("市[中北南]区(?!域)")


class Map:
    """The divisions that count for one district: everything of the list, and what the configuration adds."""

    def __init__(self, district: DistrictSettings, china: Gazetteer) -> None:
        self.area = china.find(district.name, district.city, district.adcode)
        self.home = self.area.home if self.area else self._city_home(district, china)
        self._province = self.home[:2]
        self._entries: dict[str, list[_Entry]] = {}
        self._own_names = {district.name, *district.aliases}
        for name, areas in china.by_name.items():
            if len(name) > 2 and name not in NOUN_NAMES:
                self._add(name, areas, short=False)
        for short, areas in china.by_stem.items():
            above = [a for a in areas if a.code.endswith("00")]
            if above and short not in EVERYDAY_CITIES:
                self._add(short, above, short=True)
        for name in (district.city, stem(district.city), district.province, stem(district.province)):
            if name not in self._own_names and name not in EVERYDAY_CITIES:
                self._put(_Entry(name, (), True, False, name not in (district.city, district.province)))
        for name in district.siblings:
            self._put(_Entry(name, (), True, True, False))
        for area in china.districts_of(self.home) if self.home else ():
            if (short := stem(area.name)) not in EVERYDAY and area.name not in self._own_names:
                self._put(_Entry(short, (area.code,), True, True, True))
        for name in self._own_names:
            self._put(_Entry(name, (), True, False, False))
        for entries in self._entries.values():
            entries.sort(key=lambda e: -len(e.name))

    @staticmethod
    def _city_home(district: DistrictSettings, china: Gazetteer) -> str:
        """The city's digits where the list has the city but not this district (a new one); "" where neither."""
        found = [a for a in china.by_name.get(district.city, ()) if a.code.endswith("00")]
        found = found or [a for a in china.by_stem.get(district.city, ()) if a.code.endswith("00")]
        return found[0].home if found else ""

    def _add(self, name: str, areas: list[Area], *, short: bool) -> None:
        codes = tuple(a.code for a in areas)
        own = any(self.is_own(code) for code in codes)
        sibling = own and not short and all(not c.endswith("00") for c in codes) and name not in self._own_names
        self._put(_Entry(name, codes, own, sibling, short))

    def _put(self, entry: _Entry) -> None:
        if len(entry.name) < 2:
            return
        row = self._entries.setdefault(entry.name[:2], [])
        same = next((i for i, e in enumerate(row) if e.name == entry.name), None)
        if same is None:
            row.append(entry)
        elif entry.own and not entry.codes:
            row[same] = entry

    def is_own(self, code: str) -> bool:
        """Whether a code is the own city, its province, or lies inside the city."""
        if not self.home:
            return False
        return code.startswith(self.home) or code == self._province + "0000"

    def tokens(self, text: str) -> list[Token]:
        """The divisions named in ``text``, leftmost and longest first, none overlapping another."""
        found: list[Token] = []
        entries, at, size = self._entries, 0, len(text) - 1
        while at < size:
            row = entries.get(text[at : at + 2])
            entry = next((e for e in row if text.startswith(e.name, at)), None) if row else None
            if entry is None:
                at += 1
                continue
            end = at + len(entry.name)
            # 济南市中区 is 济南 and 市中区: three districts' names begin with 市.
            end -= text[end - 1] == "市" and _OF_CITY.match(text, end - 1) is not None
            mute = entry.name in self._own_names or (
                entry.short and (ROAD.match(text, end) or DISH.match(text, end)) is not None
            )
            found.append(Token(at, end, entry.codes, entry.own, entry.sibling, mute))
            at = end
        return found


@dataclass(frozen=True, slots=True)
class Rivals:
    """The cities that have something of the same name: only these can be meant instead, unless right before it."""

    homes: frozenset[str]
    province: str
    """The first two digits of the own province."""

    @classmethod
    def of(cls, areas: list[Area], own_home: str) -> Rivals:
        return cls(frozenset(a.home for a in areas) - {own_home}, own_home[:2])

    def near(self, token: Token) -> bool:
        """Whether a token lies in another province that has such a city: an outlet of 吉林市 means 长春's 朝阳区."""
        return self.has(token) or any(
            home.startswith(code[:2]) and code[:2] != self.province for code in token.codes for home in self.homes
        )

    def has(self, token: Token) -> bool:
        """Whether a token is such a city, lies in one, or is the province of one."""
        return any(self._covers(code) for code in token.codes)

    def _covers(self, code: str) -> bool:
        if code.endswith("0000") and code[:2] not in MUNICIPALITIES:
            return any(home.startswith(code[:2]) for home in self.homes)
        return home_of(code) in self.homes


def beside(text: str, at: int, tokens: list[Token]) -> tuple[Side, Token | None]:
    """What stands right before ``at``: the own city, another one (also one that is in no list), or nothing telling."""
    before = next((t for t in reversed(tokens) if t.end <= at), None)
    if before is not None and _JOIN.fullmatch(text, before.end, at):
        return (Side.OWN if before.own and not before.sibling else Side.OTHER), before
    unknown = _UNKNOWN_CITY.search(text, max(0, at - 6), at)
    if unknown and unknown[1][-1] not in _NO_CITY and (before is None or before.end < unknown.end()):
        return Side.OTHER, None
    return Side.UNKNOWN, None


def nearest(text: str, begin: int, end: int, tokens: list[Token], rivals: Rivals | None) -> Side:
    """The side of the nearest telling token: of the same sentence first, those before it first.

    With ``rivals`` only the own city and rival cities tell; without, every place does.
    """
    telling = [t for t in tokens if (t.end <= begin or t.begin >= end) and (t.own or rivals is None or rivals.has(t))]
    if not telling:
        return Side.UNKNOWN
    start = max((m.end() for m in _SENTENCE.finditer(text, 0, begin)), default=0)
    stop_match = _SENTENCE.search(text, end)
    stop = stop_match.start() if stop_match else len(text)
    inside = [t for t in telling if start <= t.begin < stop]
    for group in (inside, telling):
        before = [t for t in group if t.end <= begin]
        after = [t for t in group if t.begin >= end]
        if before or after:
            return Side.OWN if (before[-1] if before else after[0]).own else Side.OTHER
    return Side.UNKNOWN
