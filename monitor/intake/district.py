"""Second step: does a text concern the configured district, and which of its streets and towns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from monitor.settings.types import DistrictSettings


class DistrictReason(StrEnum):
    TRUSTED = "trusted"
    FULL_NAME = "full_name"
    """The district's name or an alias, and nothing that points elsewhere."""
    WITH_CITY = "with_city"
    PLACE = "place"
    """A street, town or landmark of the district, with the city or the source's city as evidence."""
    ELSEWHERE = "elsewhere"
    """The name, but beside another city."""
    SIBLING = "sibling"
    """Only other districts of the same city."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Mention:
    """``places`` are streets or towns by their configured names, in order of first appearance."""

    mention: bool
    places: tuple[str, ...]
    reason: DistrictReason


_OTHER_CITY = re.compile(r"([一-鿿]{2,3}?)[市省]\s?$")
_EVEN_SHORTER = 2


class DistrictRule:
    """The rule with its patterns made once; see :meth:`judge`."""

    def __init__(self, district: DistrictSettings) -> None:
        self._names = (district.name, *district.aliases)
        self._full = re.compile("|".join(_longest_first(self._names)))
        city, province = _short(district.city, "市"), _short(district.province, "省")
        self._home = {city, province, district.city, district.province}
        self._city = re.compile("|".join(_longest_first((district.city, city))))
        self._siblings = _pattern(district.siblings)
        self._not_this = _pattern(district.not_this)
        owners: dict[str, str] = {}
        for place in district.places:
            for word in (place.name, *place.aliases, *place.landmarks):
                owners.setdefault(word, place.name)
        self._owners, self._places = owners, _pattern(tuple(owners))

    def judge(self, text: str, source_city: str = "", trusted: bool = False) -> Mention:
        """Whether ``text`` is about the district.

        A trusted source needs no evidence. The district's name counts unless another city stands before it. A street
        or landmark alone counts only with evidence: the city in the text, or as the city of the source.
        """
        told = self._not_this.sub("\x00", text) if self._not_this else text
        places = self._places_in(told)
        if trusted:
            return Mention(True, places, DistrictReason.TRUSTED)
        local = bool(source_city) and (source_city in self._names or self._city.search(source_city) is not None)
        in_city = self._city.search(told) is not None
        named = [m for m in self._full.finditer(told) if not self._elsewhere(told, m.start())]
        if named:
            return Mention(True, places, DistrictReason.WITH_CITY if in_city else DistrictReason.FULL_NAME)
        if places and (local or in_city) and not (self._siblings and self._siblings.search(told)):
            return Mention(True, places, DistrictReason.PLACE)
        if source_city in self._names:
            return Mention(True, places, DistrictReason.PLACE if places else DistrictReason.WITH_CITY)
        if self._full.search(told):
            return Mention(False, (), DistrictReason.ELSEWHERE)
        sibling = self._siblings is not None and self._siblings.search(told) is not None
        return Mention(False, (), DistrictReason.SIBLING if sibling else DistrictReason.NONE)

    def _elsewhere(self, text: str, at: int) -> bool:
        before = _OTHER_CITY.search(text, max(0, at - 5), at)
        return before is not None and not any(before[1].endswith(home) for home in self._home)

    def _places_in(self, text: str) -> tuple[str, ...]:
        if self._places is None:
            return ()
        return tuple(dict.fromkeys(self._owners[m[0]] for m in self._places.finditer(text)))


def _pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(_longest_first(words))) if words else None


def _longest_first(words: tuple[str, ...]) -> list[str]:
    return [re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w))]


def _short(name: str, ending: str) -> str:
    return name.removesuffix(ending) if len(name) > _EVEN_SHORTER else name
