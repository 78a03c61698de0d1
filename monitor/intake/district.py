"""Second step: does a text concern the configured district, and which of its streets and towns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from monitor.intake.districts import words
from monitor.intake.districts.evidence import Map, Rivals, Side, Token, beside, nearest
from monitor.intake.districts.gazetteer import china, stem
from monitor.intake.districts.landmarks import Landmarks
from monitor.settings.types import DistrictSettings


class DistrictReason(StrEnum):
    TRUSTED = "trusted"
    FULL_NAME = "full_name"
    """The district's name or an alias, and nothing that points elsewhere."""
    WITH_CITY = "with_city"
    """The name with its city as evidence, in the text or as the city of the source."""
    PLACE = "place"
    """A street, town or landmark of the district: one that exists nowhere else, or with evidence of the city."""
    ELSEWHERE = "elsewhere"
    """The name or a landmark, but of another city."""
    EVERYDAY = "everyday"
    """The name as an everyday word, a brand, a road or a dish."""
    SIBLING = "sibling"
    """Only other districts of the same city."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Mention:
    """``places`` are streets or towns by their configured names, in order of first appearance."""

    mention: bool
    places: tuple[str, ...]
    reason: DistrictReason


@dataclass(frozen=True, slots=True)
class _Source:
    """What the city of the source is: the district itself, its city, or another."""

    district: bool
    side: Side
    tokens: tuple[Token, ...]


_MOST = 20_000
"""Characters of a text that are read; what it is about stands at its head."""
_HITS = 40
"""Times that a name is looked at."""
_NOWHERE = _Source(False, Side.UNKNOWN, ())


class DistrictRule:
    """The rule with its patterns made once; see :meth:`judge`.

    It resolves each name the way a reader does (toponym resolution by containment: Leidner, "Toponym Resolution in
    Text", 2007): what stands right before it, else the nearest city of which it could be, else the city of the source.
    The national list says which cities have a district of the same name, so that only those compete.
    """

    def __init__(self, district: DistrictSettings) -> None:
        national = china()
        self._map = Map(district, national)
        self._name = district.name
        self._stem = short = stem(district.name)
        shorts = {short, *(a for a in district.aliases if stem(district.name) == a)} - {district.name}
        full = [n for n in (district.name, *district.aliases) if n not in shorts]
        self._full = _pattern(full)
        self._short = _pattern([s for s in shorts if len(s) >= 2])
        self._named_like = Rivals.of([a for n in full for a in national.by_name.get(n, ())], self._map.home)
        likes = [a for s in shorts for a in national.by_stem.get(s, ())]
        self._short_like = Rivals.of(likes, self._map.home)
        self._city_like = any(a.code.endswith("00") for a in likes)
        others = [a for a in likes if a.home != self._map.home]
        self._distinct = not others and short not in words.EVERYDAY
        self._feature = short[-1:] in words.FEATURE
        self._masked = _pattern(district.not_this)
        self._landmarks = Landmarks(district, self._map, national)
        parts = [p.pattern for p in (self._full, self._short, self._landmarks.pattern) if p is not None]
        self._any = re.compile("|".join(parts))

    def judge(self, text: str, source_city: str = "", trusted: bool = False) -> Mention:
        """Whether ``text`` is about the district.

        A trusted source needs no evidence. The full name counts unless it is another city's or a plain noun; the short
        name (朝阳) counts with its city and words of an office or of people; a street or landmark counts where only
        this district has one of that name, else with the city in the text or as the city of the source.
        """
        told = words.simplified(text[:_MOST])
        told = self._masked.sub(lambda m: "\x00" * len(m[0]), told) if self._masked else told
        if trusted:
            return Mention(True, self._landmarks.names_in(told), DistrictReason.TRUSTED)
        source = self._source(source_city)
        if source.district or self._any.search(told):
            return self._weigh(told, source)
        return Mention(False, (), self._absent(self._map.tokens(told[:2_000])))

    def _weigh(self, told: str, source: _Source) -> Mention:
        """Of a text that says the name or a place, or comes from the district itself."""
        seen = self._map.tokens(told)
        tokens = [t for t in seen if not t.mute]
        named, resolved = self._named(told, seen, source)
        around = sorted((*seen, *resolved), key=lambda t: t.begin)
        sides, places = self._landmarks.judge(told, around, source.side, named is Side.OWN)
        reason = self._absent(tokens)
        if named is Side.OWN:
            cited = source.side is Side.OWN or any(t.own for t in tokens)
            reason = DistrictReason.WITH_CITY if cited else DistrictReason.FULL_NAME
        elif Side.OWN in sides:
            reason = DistrictReason.PLACE
        elif source.district and named is not Side.OTHER and not self._away(tokens):
            reason = DistrictReason.WITH_CITY
        elif named is Side.OTHER or (Side.OTHER in sides and any(not t.own for t in tokens)):
            reason = DistrictReason.ELSEWHERE
        elif reason is DistrictReason.NONE and self._says_name(told):
            reason = DistrictReason.EVERYDAY
        mention = reason in (DistrictReason.FULL_NAME, DistrictReason.WITH_CITY, DistrictReason.PLACE)
        return Mention(mention, places if mention else (), reason)

    @staticmethod
    def _absent(tokens: list[Token]) -> DistrictReason:
        return DistrictReason.SIBLING if any(t.sibling for t in tokens) else DistrictReason.NONE

    def _says_name(self, told: str) -> bool:
        return any(p is not None and p.search(told) for p in (self._full, self._short))

    def _source(self, city: str) -> _Source:
        city = words.simplified(city.strip())
        if not city:
            return _NOWHERE
        tokens = tuple(self._map.tokens(city))
        own = any(t.own and not t.sibling for t in tokens)
        other = any(not t.own for t in tokens)
        named = self._full is not None and self._full.search(city) is not None
        if (named or (self._distinct and city == self._stem)) and not other:
            return _Source(True, Side.OWN, tokens)
        if own or any(t.sibling for t in tokens):
            return _Source(False, Side.OWN, tokens)
        return _Source(False, Side.OTHER if other else Side.UNKNOWN, tokens)

    def _away(self, tokens: list[Token]) -> bool:
        """Whether a text of the district's own forum only speaks of somewhere else."""
        return any(not t.own or t.sibling for t in tokens) and not any(t.own and not t.sibling for t in tokens)

    def _named(self, told: str, seen: list[Token], source: _Source) -> tuple[Side, list[Token]]:
        """OWN where any name in the text is the district's; OTHER where all that are districts are others'.

        And each name that is a district, with its side, as a place that tells where others are.
        """
        found: list[Token] = []
        tokens = [t for t in seen if not t.mute]
        for pattern, side_of in ((self._full, self._side_of_full), (self._short, self._side_of_short)):
            for match in islice(pattern.finditer(told), _HITS) if pattern else ():
                if _within(match.start(), match.end(), seen):
                    continue
                side = side_of(told, match.start(), match.end(), tokens, source)
                if side is not Side.UNKNOWN:
                    found.append(Token(match.start(), match.end(), (), side is Side.OWN, False))
        if not found:
            return Side.UNKNOWN, found
        return (Side.OWN if any(t.own for t in found) else Side.OTHER), found

    def _side_of_full(self, told: str, begin: int, end: int, tokens: list[Token], source: _Source) -> Side:
        name = told[begin:end]
        if words.AFTER_FULL.match(told, end) or words.is_land(told[max(0, begin - 1) : begin], name):
            return Side.UNKNOWN
        side, by = beside(told, begin, tokens)
        if by is not None and by.sibling:
            side = Side.UNKNOWN
        if side is Side.OWN and name not in words.NOUN_NAMES:
            return side
        if side is Side.OTHER:
            return side
        if name in words.NOUN_NAMES:
            return self._side_of_noun(told, begin, end, side, tokens, source)
        side = nearest(told, begin, end, tokens, self._named_like)
        if side is Side.UNKNOWN:
            side = self._by_source(source, self._named_like)
        return Side.OWN if side is Side.UNKNOWN else side

    def _side_of_noun(self, told: str, begin: int, end: int, side: Side, tokens: list[Token], source: _Source) -> Side:
        """A name that is also a plain noun (新城区, 城区): only right behind its city, or with an office after it."""
        noun = words.NEW_TOWN.search(told, 0, begin) or words.NEW_TOWN_AFTER.match(told, end)
        if side is Side.OWN:
            return side if not words.NEW_TOWN_AFTER.match(told, end) else Side.UNKNOWN
        listed = begin and told[begin - 1] in "和与及跟" and any(t.end == begin - 1 for t in tokens)
        if noun or (
            begin and not listed and "一" <= told[begin - 1] <= "鿿" and not words.LIVES.search(told, 0, begin)
        ):
            return Side.UNKNOWN
        near = nearest(told, begin, end, tokens, self._named_like)
        return self._by_source(source, self._named_like) if near is Side.UNKNOWN else near

    def _side_of_short(self, told: str, begin: int, end: int, tokens: list[Token], source: _Source) -> Side:
        office = words.OFFICE.match(told, end) is not None
        if told.startswith(self._name, begin) or (not office and words.NOT_SHORT.match(told, end)):
            return Side.UNKNOWN
        side, by = beside(told, begin, tokens)
        if side is Side.OWN and not (by is not None and by.sibling):
            return side if office or not self._scenic(told, end) else Side.UNKNOWN
        if side is Side.OTHER and not (by is not None and by.sibling):
            return side
        near = nearest(told, begin, end, tokens, self._short_like)
        if near is Side.UNKNOWN:
            near = self._by_source(source, self._short_like)
        if self._distinct:
            return near if near is Side.OTHER else Side.OWN
        if office:
            return Side.OWN if near is Side.UNKNOWN and not self._city_like else near
        meant = near is Side.OWN and self._as_place(told, begin, end)
        return Side.OWN if meant else Side.UNKNOWN

    def _scenic(self, told: str, end: int) -> bool:
        """杭州西湖 is a lake unless people or houses follow, or nothing in the text is of a view."""
        return self._feature and not words.PEOPLE.match(told, end) and words.SCENIC.search(told) is not None

    def _as_place(self, told: str, begin: int, end: int) -> bool:
        """Whether the words around say that people live there; a lake or tower needs people right behind it."""
        if words.PEOPLE.match(told, end) or self._feature:
            return words.PEOPLE.match(told, end) is not None
        lives = words.LIVES.search(told, max(0, begin - 3), begin) is not None
        return lives and words.ENDS.match(told, end) is not None

    @staticmethod
    def _by_source(source: _Source, rivals: Rivals) -> Side:
        if source.side is Side.OTHER:
            return Side.OTHER if any(rivals.near(t) for t in source.tokens) else Side.UNKNOWN
        return source.side


def _within(begin: int, end: int, tokens: list[Token]) -> bool:
    """Whether a name is a part of a longer one (西湖区 in 东西湖区) or cut out of two (浦东 in 青浦东方)."""
    return any(t.begin < end and begin < t.end and (t.begin, t.end) != (begin, end) for t in tokens)


def _pattern(names: tuple[str, ...] | list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(longest_first(names))) if names else None


def longest_first(names: tuple[str, ...] | list[str]) -> list[str]:
    return [re.escape(name) for name in sorted(set(names), key=lambda w: (-len(w), w))]
