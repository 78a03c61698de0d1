"""A text and everything that carries it: who had it first, who followed, how soon. Pure rules over outlines."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.coverage.outlets import Known, Outlets
from monitor.coverage.types import Front, Story
from monitor.model import CHINA, Kind, day_of
from monitor.settings.media import OutletLevel
from monitor.store import Outline

_LEVELS = {level: n for n, level in enumerate(OutletLevel)}
_MINUTE = 60_000_000
_HOUR = 60 * _MINUTE


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
    for members in groups.values():
        if len(members) > 1:
            members.sort(key=lambda a: (a.at, a.id))
    return [Family(id, tuple(members)) for id, members in groups.items()]


def only_day(article: Outline) -> bool:
    """Whether a page told a date and no time: midnight to the second is hardly ever a time of publication."""
    if article.at % _MINUTE:
        return False
    local = article.published.astimezone(CHINA)
    return (local.hour, local.minute) == (0, 0)


def not_after(one: Outline, other: Outline) -> bool:
    """Whether ``one`` came first or may have: where one of them has only a date, the days decide."""
    if only_day(one) or only_day(other):
        return day_of(one.published) <= day_of(other.published)
    return one.at <= other.at


def release_of(family: Family, own: Container[str]) -> Outline | None:
    """The release that a family goes back to: of an own source, and no news had the text before. None otherwise.

    The label says who was fetched first; a site that is read twice an hour is often fetched before the district's own.
    """
    first = next((a for a in family.members if a.kind is Kind.OFFICIAL and a.source in own), None)
    if first is None:
        return None
    return first if all(not_after(first, a) for a in family.members if a.kind is Kind.NEWS) else None


def delay_hours(release: Outline, carrier: Outline) -> float | None:
    """Hours from a release to who carried it; None where one of the two has only a date."""
    if only_day(release) or only_day(carrier):
        return None
    return max(0, carrier.at - release.at) / _HOUR


def story(family: Family, release: Outline | None, known: Mapping[str, Known], fronts: Mapping[str, Front]) -> Story:
    """A family as a story. ``known``: the outlet of each article by id; ``fronts``: places on front pages by id.

    An outlet does not reprint itself: its second page of a text (the paper and the web site) is no reprint.
    """
    head = release or next((a for a in family.members if a.id == family.id), family.members[0])
    itself = known[head.id].name if head.kind is Kind.NEWS else None
    others = [a for a in family.members if a is not head and a.kind is Kind.NEWS and known[a.id].name != itself]
    best = min((fronts[a.id] for a in family.members if a.id in fronts), key=lambda f: f.rank, default=None)
    first = others[0] if others else None
    return Story(
        article=head,
        outlet=known[head.id].name,
        reprints=len(others),
        outlets=tuple(dict.fromkeys(known[a.id].name for a in others)),
        own=release is not None,
        level=highest(known[a.id].level for a in family.members if a.kind is Kind.NEWS),
        first=first,
        first_outlet=known[first.id].name if first else "",
        delay_h=delay_hours(release, first) if release and first else None,
        front=best.rank if best else None,
        front_page=best.page if best else "",
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
