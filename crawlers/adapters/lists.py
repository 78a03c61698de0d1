"""List pages: the main list found by itself, what stands beside a headline, and pages that only lead to a list."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice

from crawlers.adapters.anchors import Anchor, anchors, beside, hop
from crawlers.adapters.contract import Link, Meta, Role
from crawlers.adapters.links import same_site
from crawlers.page.title import without_site
from crawlers.page.tree import Element
from monitor.model import Fetched, Kind
from monitor.settings.types import Source

HEADLINE = 8
"""Characters of a link's text from which it may be a headline."""
_DATED = 4
"""the same where a date stands beside it."""
_LEAST = 3
"""Fewest links of one shape that make a list."""
_AROUND = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|menu|foot|footer|friend|links?-?(?:box|list)|copyright|crumbs?|breadcrumb|login|search|"
    r"sitemap|toolbar|pager?|pagination|page-?nav|ads?|banner-?ad)s?(?:$|[-_\s\d])", re.IGNORECASE,
)  # fmt: skip
_BESIDE = re.compile(
    r"(?:^|[-_\s])(?:hot|rank\w*|paihang|recommend|side\w*|right|related|aside)(?:$|[-_\s\d])", re.IGNORECASE
)
_TURN = re.compile(r"[-_]?(?:\d+|odd|even|first|last|on|cur(?:rent)?|active|hover|top)$", re.IGNORECASE)
"""What one row of a list has in its class and the next has not."""
_DEPTH = 5
NEAR = 30
"""Elements around a link that are looked at."""
_APART = timedelta(days=7)
"""A page whose date is so far from the list's tells another one."""


def main_list(root: Element, base: str, meta: Meta) -> list[Anchor]:
    """The links of the page's main list: the shape of link (its tags and classes upwards) with most headline text.

    Dates beside the links say most: with them short titles count, and twice.
    """
    shapes: dict[str, list[Anchor]] = defaultdict(list)
    for anchor in anchors(root, base):
        if len(anchor.text) >= _DATED and same_site(anchor.url, base) and anchor.url != meta.url:
            shapes[_shape(anchor.element)].append(anchor)
    lists = [
        found for found in shapes.values() if len({a.url for a in found}) >= _LEAST and not is_around(found[0].element)
    ]
    best = max(lists, key=lambda found: _weight(found, meta), default=[])
    return best if _weight(best, meta) else []


def _weight(found: Sequence[Anchor], meta: Meta) -> float:
    """How much a shape looks like the list that the page is for."""
    some = found[:12]
    dated = sum(1 for a in some if beside(a.element, meta.fetched_at)) >= 0.6 * len(some) if some else False
    least = _DATED if dated else HEADLINE
    told = {a.url: min(40, len(a.text)) for a in found if len(a.text) >= least}
    if len(told) < _LEAST:
        return 0.0
    names = " ".join(_names(e) for e in [*found[0].element.iterancestors()][:_DEPTH])
    return sum(told.values()) * (2.0 if dated else 1.0) * (0.5 if _BESIDE.search(names) else 1.0)


def is_around(element: Element) -> bool:
    """Whether an element lies in what every page of a site has: navigation, footer, links to other sites."""
    return any(
        e.tag in ("nav", "footer") or (e.tag not in ("body", "html") and _AROUND.search(_names(e)) is not None)
        for e in islice(element.iterancestors(), NEAR)
    )


def entries(found: Iterable[Anchor], meta: Meta, source: Source, most: int) -> dict[str, Link]:
    """Links to the items of a list by address, each with what the list says: its title and the date beside it."""
    links: dict[str, Link] = {}
    for anchor in found:
        if anchor.url in (meta.key, meta.url) or len(links) >= most:
            continue
        entry = listed(anchor, meta, source)
        held = links.get(anchor.url)
        if held is None:
            links[anchor.url] = Link(anchor.url, Role.ITEM, entry)
        elif held.entry is not None and len(held.entry.title) < len(entry.title):
            # A picture and its headline lead to one page.
            links[anchor.url] = Link(
                anchor.url, Role.ITEM, replace(entry, published=held.entry.published or entry.published)
            )
    return links


def listed(anchor: Anchor, meta: Meta, source: Source) -> Fetched:
    """What a list says of an item."""
    # What links to a thread may be called by who wrote there last (S1): a thread's page has its title.
    title = "" if source.kind is Kind.POST else without_site(anchor.text[:200])
    return Fetched(
        source=source.id, kind=source.kind, key=anchor.url, url=anchor.url, title=title,
        text="", fetched_at=meta.fetched_at, published=beside(anchor.element, meta.fetched_at), outlet=source.outlet,
    )  # fmt: skip


def completed(item: Fetched, entry: Fetched) -> Fetched:
    """A page's own words, and what only the list knows: its place, its outlet, its date where the page tells none.

    A list cuts its headlines short and dates by the day; the page knows better, unless its date lies far away, which is
    then that of something else on it.
    """
    page, told = item.published, entry.published
    far = page is not None and told is not None and abs(page - told) > _APART
    return replace(
        item,
        title=item.title or entry.title.rstrip("….．"),
        text=item.text or entry.text,
        published=told if page is None or far else page,
        outlet=entry.outlet or item.outlet,
        rank=entry.rank,
        category=item.category or entry.category,
    )


def way_on(root: Element, meta: Meta, source: Source) -> Link | None:
    """The page that a frame, a refresh or a script of the source's own page leads to, one step and no further."""
    if meta.key != source.url:
        return None
    url = hop(root, meta.url)
    return Link(url, Role.INDEX, part=True) if url and url != meta.key and same_site(url, meta.url) else None


def _shape(element: Element) -> str:
    path = [element, *element.iterancestors()][:_DEPTH]
    return ">".join(f"{e.tag}.{_steady(e.get('class') or '')}" for e in path)


def _steady(name: str) -> str:
    return " ".join(sorted(filter(None, (_TURN.sub("", part) for part in name.split()))))


def _names(element: Element) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"
