"""A text and everything that carries it: who had it first, who followed, how soon. Pure rules over outlines."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.coverage.outlets import Known, Outlets
from monitor.coverage.types import Story
from monitor.model import CHINA, Kind, day_of
from monitor.settings.media import OutletLevel
from monitor.store import Outline

_LEVELS = {level: n for n, level in enumerate(OutletLevel)}


@dataclass(frozen=True, slots=True)
class Family:
    """``members`` of one text, in the order of time; ``id`` is that of the record called the original."""

    id: str
    members: tuple[Outline, ...]


def families(articles: Iterable[Outline]) -> list[Family]:
    """Articles by the text they carry."""
    groups: dict[str, list[Outline]] = {}
    for article in articles:
        groups.setdefault(article.reprint_of or article.id, []).append(article)
    return [Family(id, tuple(sorted(members, key=lambda a: (a.published, a.id)))) for id, members in groups.items()]


def only_day(moment: datetime) -> bool:
    """Whether a page told a date and no time: midnight to the second is hardly ever a time of publication."""
    local = moment.astimezone(CHINA)
    return (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)


def not_after(one: Outline, other: Outline) -> bool:
    """Whether ``one`` came first or may have: where one of them has only a date, the days decide."""
    if only_day(one.published) or only_day(other.published):
        return day_of(one.published) <= day_of(other.published)
    return one.published <= other.published


def release_of(family: Family, own: Container[str]) -> Outline | None:
    """The release that a family goes back to: of an own source, and no news had the text before. None otherwise.

    The label says who was fetched first; a site that is read twice an hour is often fetched before the district's own.
    """
    releases = [a for a in family.members if a.kind is Kind.OFFICIAL and a.source in own]
    news = [a for a in family.members if a.kind is Kind.NEWS]
    first = next(iter(releases), None)
    return first if first is not None and all(not_after(first, a) for a in news) else None


def delay_hours(release: Outline, carrier: Outline) -> float | None:
    """Hours from a release to who carried it; None where one of the two has only a date."""
    if only_day(release.published) or only_day(carrier.published):
        return None
    return max(0.0, (carrier.published - release.published).total_seconds() / 3600)


def story(family: Family, release: Outline | None, known: Mapping[str, Known], fronts: Mapping[str, int]) -> Story:
    """A family as a story. ``known``: the outlet of each article by id; ``fronts``: places on front pages by id."""
    head = release or next((a for a in family.members if a.id == family.id), family.members[0])
    others = [a for a in family.members if a is not head and a.kind is Kind.NEWS]
    outlets = tuple(dict.fromkeys(known[a.id].name for a in others))
    first = others[0] if others else None
    places = [fronts[a.id] for a in family.members if a.id in fronts]
    return Story(
        article=head,
        outlet=known[head.id].name,
        reprints=len(others),
        outlets=outlets,
        own=release is not None,
        level=highest(known[a.id].level for a in others),
        first=first,
        first_outlet=known[first.id].name if first else "",
        delay_h=delay_hours(release, first) if release and first else None,
        front=min(places, default=None),
    )


def highest(levels: Iterable[OutletLevel | None]) -> OutletLevel | None:
    found = [level for level in levels if level is not None]
    return min(found, key=_LEVELS.__getitem__, default=None)


def level_order(level: OutletLevel | None) -> int:
    """The highest first, no level last."""
    return len(_LEVELS) if level is None else _LEVELS[level]


def outlets_of(articles: Sequence[Outline], table: Outlets) -> dict[str, Known]:
    """The outlet of every article by its id."""
    return {a.id: table.find(a.outlet or a.source, a.url) for a in articles}
