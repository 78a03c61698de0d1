"""The national list of provinces, cities, districts and streets, read once from ``china.txt``."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

MUNICIPALITIES = frozenset(("11", "12", "31", "50"))
_DIRECT = "90"
"""The third and fourth digit of the code of a county-level city that no prefecture governs."""
_PEOPLES = re.compile(
    r"(?:朝鲜族|土家族|苗族|藏族|羌族|彝族|布依族|侗族|哈尼族|壮族|傣族|白族|景颇族|傈僳族|回族|蒙古族|蒙古|哈萨克|柯尔克孜|"
    r"满族|瑶族|畲族|土族|撒拉族|东乡族|保安族|裕固族|黎族|纳西族|拉祜族|佤族|布朗族|仫佬族|毛南族|水族|仡佬族|各族|达斡尔族|鄂温克族)+"
    r"自治[州县旗]$"
)
_ENDING = re.compile(
    r"(?:特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|新区|自治州|自治县|地区|林区|特区|[省市区县旗盟])$"
)
_STREET_ENDING = re.compile(r"(?:街道办事处|街道|地区|民族乡|[镇乡])$")


@dataclass(frozen=True, slots=True)
class Area:
    """A division of any level down to the district; ``code`` has six digits, with zeros below its level."""

    code: str
    name: str

    @property
    def home(self) -> str:
        """The code's part that it shares with everything of its city."""
        return home_of(self.code)


def home_of(code: str) -> str:
    """The leading digits of a code that stand for its city: two in a municipality, six where no city is above."""
    if code[:2] in MUNICIPALITIES:
        return code[:2]
    return code if code[2:4] == _DIRECT else code[:4]


def stem(name: str) -> str:
    """``name`` as people shorten it: 朝阳区 -> 朝阳, 浦东新区 -> 浦东, 恩施土家族苗族自治州 -> 恩施."""
    if len(name) == 3 and name[2] in "市区县旗盟省":
        return name[:2]
    short = _PEOPLES.sub("", name) if "自治" in name else name
    short = _ENDING.sub("", short) if short == name else short
    return short if len(short) >= 2 else name


def street_stem(name: str) -> str:
    """三里屯街道 -> 三里屯."""
    short = _STREET_ENDING.sub("", name)
    return short if len(short) >= 2 else name


class Gazetteer:
    """The divisions by name. Streets stay unread text until they are asked for."""

    def __init__(self, text: str) -> None:
        self.areas: list[Area] = []
        self._streets: dict[str, str] = {}
        for line in text.splitlines():
            if line[:1] in "#":
                continue
            code, _, said = line.removeprefix("-").partition(" ")
            name, _, streets = said.partition(" ")
            self.areas.append(Area(code.ljust(6, "0"), name))
            if streets:
                self._streets[code] = streets
        self.by_name: dict[str, list[Area]] = {}
        self.by_stem: dict[str, list[Area]] = {}
        for area in self.areas:
            self.by_name.setdefault(area.name, []).append(area)
            self.by_stem.setdefault(stem(area.name), []).append(area)

    def streets_of(self, code: str) -> tuple[str, ...]:
        """Streets and towns of a district by their official names."""
        return tuple(self._streets.get(code, "").split())

    def find(self, name: str, city: str, adcode: str = "") -> Area | None:
        """The district of that name in that city (either with or without its ending), else the one with the adcode."""
        named = [a for a in self.by_name.get(name, ()) if not a.code.endswith("00")]
        for area in named:
            if city and self._is_city(area, city):
                return area
        if any(area.code == adcode for area in named):
            return next(area for area in named if area.code == adcode)
        return None

    def _is_city(self, area: Area, city: str) -> bool:
        above = {a.name for a in self.areas if a.code == area.home.ljust(6, "0")}
        return city in above or city in {stem(n) for n in above}

    def at(self, code: str) -> Area | None:
        return next((a for a in self.areas if a.code == code), None)

    def districts_of(self, home: str) -> list[Area]:
        return [a for a in self.areas if a.home == home and not a.code.endswith("00")]

    def stands(self, wanted: Collection[str]) -> dict[str, frozenset[str]]:
        """For each wanted name of a street or town, the codes of the districts that have one of exactly this name."""
        found: dict[str, set[str]] = {name: set() for name in wanted}
        for code, streets in self._streets.items():
            for street in streets.split():
                if street in found:
                    found[street].add(code)
        return {name: frozenset(codes) for name, codes in found.items()}


def street_forms(short: str) -> tuple[str, ...]:
    """The official names that a street's short name may have."""
    return tuple(short + ending for ending in ("街道", "镇", "乡", "地区", ""))


@functools.cache
def china() -> Gazetteer:
    """The national list (about 3,400 divisions and 41,000 streets); read at the first call."""
    return Gazetteer(Path(__file__).with_name("china.txt").read_text(encoding="utf-8"))
