"""The store's contract: one Protocol, kept by memory, SQLite and Elasticsearch, held by one test suite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from monitor.model import CHINA, AnyRecord, Cell, Change, Count, Facet, FacetCell, Kind, Polarity, Reply

Doc = Mapping[str, Any]
"""A JSON object: str keys; str, int, float, bool, None, lists and objects as values."""


class Order(StrEnum):
    """BEST needs a text to look for; without one it is NEWEST."""

    NEWEST = "newest"
    OLDEST = "oldest"
    BEST = "best"


class Bucket(StrEnum):
    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordQuery:
    """Which records. Spans are half-open ``[since, until)`` over ``published``; empty tuples mean "any".

    ``text`` is an exact substring of title or text (Chinese as it stands; case-insensitive for Latin letters; white
    space at the ends ignored); it is refused for posts, which are not searchable. ``answered`` selects board messages
    with or without a reply. ``topics`` matches records that carry any of them. ``cursor`` is ``Page.cursor`` of the
    page before, used with the otherwise same query. ``reprints_of`` selects the reprints of any of these records.
    ``withdrawn`` False selects the records that stand, True only those that their publisher took back.

    ``order`` BEST goes by a score that a record has for a text once and for all, whatever else is stored: 2 if the
    title contains the text, and 1 if the record is no reprint; records of one score come newest first.
    """

    kinds: tuple[Kind, ...] = ()
    sources: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    polarities: tuple[Polarity, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    answered: bool | None = None
    events: tuple[str, ...] = ()
    reprints_of: tuple[str, ...] = ()
    withdrawn: bool = False
    order: Order = Order.NEWEST
    limit: int = 50
    cursor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A board message without its text: what answering is counted from. ``at`` is the time of publication in
    microseconds since 1970, ``topics`` as in ``Labels``, ``reply`` with the beginning of its text only."""

    id: str
    at: int
    topics: tuple[str, ...]
    reply: Reply | None

    @property
    def published(self) -> datetime:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=self.at)).astimezone(CHINA)


@dataclass(frozen=True, slots=True)
class Page:
    """``cursor`` is empty on the last page."""

    records: tuple[AnyRecord, ...]
    cursor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """An article without its text: what coverage is counted from. ``rank`` as in ``Article``.

    ``at`` is the time of publication in microseconds since 1970: there are tens of thousands of outlines in a month,
    and most are only put in order.
    """

    id: str
    kind: Kind
    source: str
    at: int
    polarity: Polarity
    outlet: str
    title: str
    url: str
    rank: int | None
    reprint_of: str | None

    @property
    def published(self) -> datetime:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=self.at)).astimezone(CHINA)


@dataclass(frozen=True, slots=True)
class Added:
    """Ids in the order given; a second copy of an id within one call counts as duplicate."""

    new: tuple[str, ...] = ()
    duplicate: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CellQuery:
    """Which cells, by their ``start`` in the half-open span ``[since, until)``.

    ``topics`` empty means the all-topics cell only (``ALL_TOPICS``), never a mixture that counts a record twice.
    ``bucket`` DAY adds the hours of a local day up. Empty ``kinds``, ``sources``, ``polarities`` mean any.
    ``by_source`` False adds the sources up and returns cells with ``source == ""``.
    """

    since: datetime
    until: datetime
    bucket: Bucket = Bucket.HOUR
    kinds: tuple[Kind, ...] = ()
    sources: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    polarities: tuple[Polarity, ...] = ()
    by_source: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetQuery:
    """Which facet cells, over local days ``since`` to ``until`` inclusive. ``topics`` empty means ``ALL_TOPICS``."""

    facet: Facet
    since: date
    until: date
    kinds: tuple[Kind, ...] = ()
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge removed: records, and facet cells of fewer than ten posts."""

    records: Count
    facets: Count


@dataclass(frozen=True, slots=True)
class StateDoc:
    """A small document of the service itself (an alert, a lease, a brief issued). ``version`` starts at 1."""

    id: str
    version: int
    doc: Doc


@dataclass(frozen=True, slots=True)
class Head:
    """A document that tells where a row of others ends. ``version``: the one it has now; 0 where there is none."""

    kind: str
    id: str
    doc: Doc
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreStats:
    """``records`` that stand by kind (posts guarded), ``withdrawn`` ones by kind (no posts: nothing is left of them),
    ``states`` by state kind, ``size_bytes`` on disk (None if not known)."""

    engine: str
    schema: int
    records: Mapping[Kind, Count] = field(default_factory=dict)
    withdrawn: Mapping[Kind, int] = field(default_factory=dict)
    states: Mapping[str, int] = field(default_factory=dict)
    size_bytes: int | None = None


class Store(Protocol):
    """Keeps records, their cells and the service's own state. Safe to use from many threads and processes.

    Every method raises ``StoreUnavailable`` when the store is away or cannot write, and then has written nothing that
    a repeat of the same call would double. Reads see every write that returned before them. Bad queries and foreign
    cursors raise ``BadQuery``.

    Records
        ``add`` is idempotent by id: the first record of an id wins, a later one is reported as duplicate and changes
        nothing. A record and its cells appear together or not at all. For each record the all-topics cell and the
        cell of each of its topics grow by one at ``hour_of(published)``; its facet cells (each place, each term, its
        event; for the all-topics cell and each topic) grow by one at ``day_of(published)``. Labels are final: they do
        not change after ``add``.
        ``get_record`` gives the record of an id, be it withdrawn; None where there is none.
        ``questions`` is the same for board messages, with the first ``reply_chars`` characters of each reply's text;
        a query for other kinds, or for a text, is refused.
        ``record_reply`` sets the reply of a board message and tells whether it changed anything (unknown id, same
        reply: False). A reply once recorded may be replaced by a different, later one.
        ``find`` returns pages in the order of (published, id), or (score, published, id) for BEST; following the
        cursor meets every record that was there when the first page was read exactly once, even while others are
        added, never one twice.
        ``outlines`` returns every article that a query selects (limit, order and cursor ignored), oldest first; it
        reads no texts, so a month of a large store takes a fraction of a second. Kinds other than news, official and
        hotlist are refused.
        ``revise`` sets the title and text of a record that stands to those of the change, for searches too, and notes
        a ``Revision`` of an article or a board message (of a post: nothing but the text changes); of the two ranks the
        better one stays, and a better rank alone is no revision. Labels and cells stay as they are. False: an unknown
        or withdrawn record, nothing different, or a change read no later than the last one that is noted.
        ``withdraw`` marks an article or a board message as taken back: text and reply text (and a message's former
        titles) are emptied, title, URL and cells stay. Of a post the record goes; with ``uncount`` the cells and facet
        cells that it was counted in shrink by one in the same step, without it they stay. Either way ``add`` of the
        id later is a duplicate (for a post: until a purge of its time). False: an unknown id, or one that is withdrawn
        already.
        What is withdrawn is selected by no query but those with ``withdrawn`` True, and gets no reply.
        ``purge`` removes the records of a kind published before a moment so that no byte of their text is left in any
        file of the store when it returns; cells stay as they are. For posts it also removes facet cells of fewer than
        ten posts on days that lie wholly before the moment, and the ids of withdrawn posts published before it. The
        same holds then for every text, of any kind, that ``revise`` or ``withdraw`` took out before: until a purge,
        no read finds it, but the files may hold remains of it (a log, a segment of an index). An Elasticsearch node
        whose shard is busy removes the files of what was dropped moments after it has answered.

    Cells
        ``cells`` and ``facets`` return each selected cell once, ordered by start, kind, source, topic, polarity,
        reprint (facets: day, kind, topic, value). Empty cells are left out. Counts of posts are ``ExactCount``.

    State
        ``create`` fails with ``StoreConflict`` if the id is present; ``replace`` fails with it unless the stored
        version equals ``version``, and returns the new version. ``list_states`` returns documents in the order of id
        (or backwards), ids beginning with ``prefix``, strictly after ``after`` in that order, at most ``limit``.
        Nothing deletes a state document but ``prune_states``: documents of a kind whose id sorts before ``before``.
    """

    def add(self, records: Sequence[AnyRecord]) -> Added: ...

    def get_record(self, id: str) -> AnyRecord | None: ...

    def find(self, query: RecordQuery) -> Page: ...

    def count(self, query: RecordQuery) -> Count:
        """How many records a query selects (limit, order and cursor ignored); guarded if posts can be among them."""
        ...

    def outlines(self, query: RecordQuery) -> Sequence[Outline]: ...

    def questions(self, query: RecordQuery, reply_chars: int = 0) -> Sequence[Question]: ...

    def record_reply(self, id: str, reply: Reply) -> bool: ...

    def revise(self, id: str, change: Change) -> bool: ...

    def withdraw(self, id: str, at: datetime, *, uncount: bool) -> bool: ...

    def purge(self, kind: Kind, before: datetime) -> Purged: ...

    def cells(self, query: CellQuery) -> Sequence[Cell]: ...

    def facets(self, query: FacetQuery) -> Sequence[FacetCell]: ...

    def get(self, kind: str, id: str) -> StateDoc | None: ...

    def create(self, kind: str, id: str, doc: Doc) -> int: ...

    def append(self, kind: str, docs: Sequence[tuple[str, Doc]], head: Head, *, durable: bool = True) -> int:
        """Creates (id, document) in the order given, up to the first id that is present, and tells how many it made.

        If it made all of them, ``head`` is brought up to date in the same write, unless somebody has moved it on
        meanwhile. ``durable`` False: what returned outlives this process, but with the power its end may be lost.
        """
        ...

    def replace(self, kind: str, id: str, doc: Doc, version: int) -> int: ...

    def list_states(
        self, kind: str, *, prefix: str = "", after: str = "", limit: int = 1000, backwards: bool = False
    ) -> Sequence[StateDoc]: ...

    def prune_states(self, kind: str, before: str) -> int: ...

    def init(self) -> None:
        """Creates tables, indices and templates; harmless when they exist. Raises StoreCorrupt on a foreign schema."""
        ...

    def ping(self) -> None:
        """Returns if the store answers and can write, else raises StoreUnavailable."""
        ...

    def stats(self) -> StoreStats: ...

    def close(self) -> None: ...
