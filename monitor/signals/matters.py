"""Hot issues of a span: what many texts are about, with counts as they may be shown.

Counts of news and board messages are exact; those of posts are released (S3). A matter that only posts are about
is named, and its topics and places told, only by what ten posts or more carry; nothing is said of a single one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from monitor.disclosure import THRESHOLD, release_facets
from monitor.model import (
    AnyRecord,
    Article,
    BoardMessage,
    Count,
    ExactCount,
    Facet,
    FacetCell,
    Kind,
    Post,
    count_of,
    day_of,
    day_span,
)
from monitor.signals.figures import Shown, change, counted, shown
from monitor.store import FacetQuery, Order, RecordQuery, Store
from monitor.store.revising import stands

PUBLIC = (Kind.BOARD, Kind.NEWS, Kind.OFFICIAL)
KINDS = (*PUBLIC, Kind.POST)
LEAST = 2
"""Public texts from which a matter is told; of posts, the ten of S3."""
_LOOKED_AT = 3
"""Matters looked at for one that is told."""
_MEMBERS = 200
_PAGE = 500
_PLACES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """``id``: that of the record that began it. ``first_seen`` is of the matter itself where a public text began it,
    the rest of the span. Days on which fewer than ten posts were all there was are not told: None where there is no
    other.

    ``counts``: texts by kind, reprints among them. ``growth``: change of all public texts against the span of the
    same length before; None where there was none. ``newest``: ids of its latest public texts.
    """

    id: str
    name: str
    topics: tuple[str, ...]
    places: tuple[str, ...]
    first_seen: date | None
    last_seen: date | None
    counts: Mapping[Kind, Shown]
    growth: float | None
    newest: tuple[str, ...]

    @property
    def public(self) -> int:
        """Public texts of all kinds."""
        return sum(n for n in self.counts.values() if isinstance(n, int))


@dataclass(slots=True)
class _Tally:
    """Cells of one event, days of the span first to last."""

    counts: dict[Kind, list[Count]] = field(default_factory=dict)
    days: set[date] = field(default_factory=set)
    """Days that may be named: those of public texts, and those of ten posts or more."""

    def add(self, kind: Kind, day: date, n: Count) -> None:
        self.counts.setdefault(kind, []).append(n)
        if counted(shown(kind, [n])):
            self.days.add(day)

    def shown(self, kind: Kind) -> Shown:
        return shown(kind, self.counts.get(kind, ()))

    def size(self) -> int:
        """For ranking: public texts and what is released of posts."""
        return sum(counted(self.shown(kind)) for kind in KINDS)


def matters(store: Store, first: date, last: date, *, topic: str = "*", limit: int = 10) -> list[Matter]:
    """The matters of whole local days that most texts are about, most first. ``topic``: of one topic only.

    Offer only fixed spans (S3). Raises ``StoreUnavailable``.
    """
    tallies = _tallies(store, first, last, topic)
    ranked = sorted(tallies, key=lambda event: (-tallies[event].size(), event))
    before = _tallies(store, first - (last - first) - timedelta(days=1), first - timedelta(days=1), topic)
    found = []
    for event in ranked[: limit * _LOOKED_AT]:
        one = _matter(store, event, tallies[event], before.get(event, _Tally()), first, last)
        if one is not None:
            found.append(one)
    found.sort(key=lambda m: (-sum(counted(n) for n in m.counts.values()), m.id))
    return found[:limit]


def matter(store: Store, event: str, first: date, last: date, *, topic: str = "*") -> Matter | None:
    """One matter as :func:`matters` would tell it; None where there is nothing of it that may be told."""
    tally = _tallies(store, first, last, topic).get(event, _Tally())
    before = _tallies(store, first - (last - first) - timedelta(days=1), first - timedelta(days=1), topic)
    return _matter(store, event, tally, before.get(event, _Tally()), first, last)


def members(store: Store, event: str, kinds: Sequence[Kind] = PUBLIC, limit: int = _MEMBERS) -> list[AnyRecord]:
    """Records of a matter, the one that began it first, then the newest first."""
    began = _beginning(store, event)
    rest = store.find(RecordQuery(kinds=tuple(kinds), events=(event,), order=Order.NEWEST, limit=limit)).records
    return [*([began] if began is not None and began.kind in kinds else []), *rest]


def named_by_posts(
    store: Store, event: str, first: date, last: date
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:  # fmt: skip
    """Name, topics and places of a matter that only posts are about: what ten of them or more carry (S3)."""
    since, until = day_span(first, last)
    query = RecordQuery(kinds=(Kind.POST,), events=(event,), since=since, until=until, limit=_MEMBERS)
    return _of_posts(store.find(query).records)


def _tallies(store: Store, first: date, last: date, topic: str) -> dict[str, _Tally]:
    topics = () if topic == "*" else (topic,)
    found: dict[str, _Tally] = {}
    gone = _withdrawn(store, first, last, topics)
    for cell in store.facets(FacetQuery(facet=Facet.EVENT, since=first, until=last, kinds=KINDS, topics=topics)):
        n = cell.n
        if isinstance(n, int):
            n -= gone[cell.value, cell.kind, cell.day]
        if not isinstance(n, int) or n > 0:
            found.setdefault(cell.value, _Tally()).add(cell.kind, cell.day, n)
    return found


def _withdrawn(store: Store, first: date, last: date, topics: tuple[str, ...]) -> Counter[tuple[str, Kind, date]]:
    """Public texts of matters that their publishers took back: cells still count them, a matter does not."""
    since, until = day_span(first, last)
    query = RecordQuery(kinds=PUBLIC, topics=topics, since=since, until=until, withdrawn=True, limit=_PAGE)
    gone: Counter[tuple[str, Kind, date]] = Counter()
    while True:
        page = store.find(query)
        gone.update((r.labels.event, r.kind, day_of(r.published)) for r in page.records if r.labels.event)
        if not page.cursor:
            return gone
        query = replace(query, cursor=page.cursor)


def _beginning(store: Store, event: str) -> AnyRecord | None:
    """The record that began a matter; None where it is gone or was withdrawn."""
    record = store.get_record(event)
    return record if record is not None and stands(record) else None


def _matter(store: Store, event: str, tally: _Tally, before: _Tally, first: date, last: date) -> Matter | None:
    began = _beginning(store, event)
    # The record that began a matter is in no cell of it; a post of the past is gone.
    if began is not None:
        began_on = day_of(began.published)
        if first <= began_on <= last:
            tally.add(began.kind, began_on, count_of(began.kind, 1))
        elif first - (last - first) - timedelta(days=1) <= began_on < first:
            before.add(began.kind, began_on, count_of(began.kind, 1))
    days = tally.days | ({day_of(began.published)} if began is not None and began.kind in PUBLIC else set())
    counts = {kind: tally.shown(kind) for kind in KINDS if tally.counts.get(kind)}
    public, earlier = (sum(counted(t.shown(kind)) for kind in PUBLIC) for t in (tally, before))
    if public < LEAST and not (Kind.POST in counts and counted(counts[Kind.POST]) >= THRESHOLD):
        return None
    told = _span(store, event, began, first, last)
    open_ = [r for r in told if not isinstance(r, Post)]
    if not open_ and not any(isinstance(r, Post) for r in told):
        return None
    name, topics, places = _of_public(open_) if len(open_) >= LEAST else _of_posts(told)
    if not name:
        return None
    return Matter(
        id=event, name=name, topics=topics, places=places, first_seen=min(days, default=None),
        last_seen=max(tally.days, default=None), counts=counts, growth=change(public, earlier),
        newest=tuple(r.id for r in open_[:5]),
    )  # fmt: skip


def _span(store: Store, event: str, began: AnyRecord | None, first: date, last: date) -> list[AnyRecord]:
    """Members of the span, the newest first: public ones, or posts where there are too few."""
    since, until = day_span(first, last)

    def found(kinds: tuple[Kind, ...]) -> list[AnyRecord]:
        query = RecordQuery(kinds=kinds, events=(event,), since=since, until=until, limit=_MEMBERS)
        return list(store.find(query).records)

    public = found(PUBLIC)
    if began is not None and began.kind in PUBLIC:
        public.append(began)
    return public if len(public) >= LEAST else [*public, *found((Kind.POST,))]


def _of_public(records: Sequence[Article | BoardMessage]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Name, topics and places of records that may be shown."""
    from monitor.analysis.event_names import name, without_names

    # Messages are redacted already; titles of news have to be read for names.
    own = [r.title for r in records if isinstance(r, BoardMessage)]
    titles = own if len(own) >= LEAST else [*own, *(without_names(r.title) for r in records if isinstance(r, Article))]
    terms = _often(r.labels.terms for r in records)
    topics = _often((r.labels.topics[:1] for r in records), share=0.3)
    return name(titles, terms), topics, _often((r.labels.places for r in records), share=0.3)[:_PLACES]


def _of_posts(records: Sequence[AnyRecord]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The same from what ten posts or more carry (S3)."""
    from monitor.analysis.event_names import name

    posts = [r for r in records if isinstance(r, Post)]
    terms = _released(posts, Facet.TERM)
    return name((), terms), _released(posts, None)[:1], _released(posts, Facet.PLACE)[:_PLACES]


def _released(posts: Sequence[Post], facet: Facet | None) -> tuple[str, ...]:
    """Terms, places or (None) topics that at least ten of the posts carry."""
    cells = []
    for post in posts:
        labels = post.labels
        values = labels.topics if facet is None else labels.places if facet is Facet.PLACE else labels.terms
        # Every value of a post counts once; the facet of a topic plays no part in the release.
        for value in dict.fromkeys(values):
            cells.append(FacetCell(day=day_of(post.published), kind=Kind.POST, topic="*",
                                   facet=facet or Facet.TERM, value=value, n=ExactCount(1)))  # fmt: skip
    return tuple(value for value, _ in release_facets(cells))


def _often(lists: Iterable[Iterable[str]], share: float = 0.0) -> tuple[str, ...]:
    """Values by how many of the lists have them, most first; those of a share of the lists."""
    every = [tuple(dict.fromkeys(values)) for values in lists]
    counted = Counter(value for values in every for value in values)
    least = max(1, share * len(every))
    return tuple(v for v, n in sorted(counted.items(), key=lambda item: (-item[1], item[0])) if n >= least)
