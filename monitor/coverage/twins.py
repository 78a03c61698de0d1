"""One article that two sources read (a feed of an outlet and its front page) is one article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from monitor.coverage.outlets import Known
from monitor.intake.pages import page_of
from monitor.model import Kind
from monitor.store import Outline


def once(articles: Sequence[Outline], known: Mapping[str, Known]) -> list[Outline]:
    """Each page of an outlet once, in the order of ``articles``: the original where one is, else the first, with the
    best place that any of them has. What was a reprint of one that is left out is one of the other.
    """
    groups: dict[tuple[Kind, str, str], list[Outline]] = {}
    for article in articles:
        if address := page_of(article.url):
            groups.setdefault((article.kind, known[article.id].name, address), []).append(article)
    kept: dict[str, Outline] = {}
    stands_for: dict[str, str] = {}
    for twins in groups.values():
        if len(twins) < 2:
            continue
        first = min(twins, key=lambda a: (a.reprint_of is not None, a.at, a.id))
        rank = min((a.rank for a in twins if a.rank is not None), default=None)
        kept[first.id] = replace(first, rank=rank)
        stands_for.update({a.id: first.id for a in twins if a is not first})
    if not stands_for:
        return list(articles)
    left = (kept.get(a.id, a) for a in articles if a.id not in stands_for)
    return [replace(a, reprint_of=of) if (of := _origin(a, stands_for)) != a.reprint_of else a for a in left]


def _origin(article: Outline, stands_for: Mapping[str, str]) -> str | None:
    of = stands_for.get(article.reprint_of or "", article.reprint_of)
    return None if of == article.id else of


def is_reprint(article: Outline, known: Mapping[str, Known]) -> bool:
    """Whether an article carries the text of somebody else: an outlet's own second page of it (the paper and the web
    site) is none.
    """
    of = article.reprint_of
    return of is not None and not (of in known and known[of].name == known[article.id].name)
