"""The streets, estates and roads of the fictional district, read from the demo's own district.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CONFIG = Path(__file__).parent / "config"

_SCHOOL = ("小学", "中学", "学校")
_ROAD = ("路", "大道")


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """One street or town with the names that its residents use."""

    street: str
    estates: tuple[str, ...]
    roads: tuple[str, ...]
    schools: tuple[str, ...]
    parks: tuple[str, ...]


@cache
def neighbourhoods() -> tuple[Neighbourhood, ...]:
    """Every street and town; landmarks are sorted into estates, roads, schools and parks by how their names end."""
    places = tomllib.loads((CONFIG / "district.toml").read_text(encoding="utf-8"))["places"]
    return tuple(_sorted_out(place["name"], place["landmarks"]) for place in places)


def _sorted_out(street: str, landmarks: list[str]) -> Neighbourhood:
    schools = tuple(x for x in landmarks if x.endswith(_SCHOOL))
    roads = tuple(x for x in landmarks if x.endswith(_ROAD))
    parks = tuple(x for x in landmarks if x.endswith("公园"))
    estates = tuple(x for x in landmarks if x not in {*schools, *roads, *parks})
    return Neighbourhood(street, estates, roads, schools, parks)
