"""The frozen types that every room shares.

Nothing here can hold who wrote a text: no author, handle, avatar, profile, IP or place of a person (safeguard S1).
All times are aware; hours and days of cells are those of China Standard Time, the readers' own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any, Generic, NoReturn, TypeVar
from zoneinfo import ZoneInfo

from monitor.errors import DisclosureError

CHINA = ZoneInfo("Asia/Shanghai")
ALL_TOPICS = "*"
"""The topic of the cell that counts a record once, however many topics it has."""


class Kind(StrEnum):
    """What sort of source a text comes from; decides what is kept and what may be shown (design: kinds of source)."""

    NEWS = "news"
    OFFICIAL = "official"
    BOARD = "board"
    POST = "post"
    HOTLIST = "hotlist"


class Polarity(IntEnum):
    NEGATIVE = -1
    NEUTRAL = 0
    POSITIVE = 1


@dataclass(frozen=True, slots=True)
class Reply:
    """The official answer to a board message; ``time`` is None where the page shows none."""

    text: str
    time: datetime | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a page, a feed entry or an import row said, before any rule has looked at it.

    ``published`` is None where the page names no date. ``key`` identifies the item within its source (a URL or a row
    id); it is hashed with a key before anything is stored. ``street`` is the street or town that a message says its
    matter is in; only one of the district's own counts.
    """

    source: str
    kind: Kind
    key: str
    title: str
    text: str
    fetched_at: datetime
    published: datetime | None = None
    url: str = ""
    outlet: str = ""
    category: str | None = None
    rank: int | None = None
    reply: Reply | None = None
    street: str = ""


@dataclass(frozen=True, slots=True)
class Sentiment:
    """Probabilities of the three polarities, summing to 1, and who computed them."""

    negative: float
    neutral: float
    positive: float
    engine: str
    version: str

    @property
    def polarity(self) -> Polarity:
        """The most probable polarity; ties go to neutral, then to positive (no alarm on a coin toss)."""
        top = max(self.negative, self.neutral, self.positive)
        if self.neutral == top:
            return Polarity.NEUTRAL
        return Polarity.POSITIVE if self.positive == top else Polarity.NEGATIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What analysis found in a text.

    ``topics``: names from topics.toml, most probable first. ``places``: streets or towns of the district, never finer.
    ``event``: id of the record that began the larger matter; None for that record itself and for one that belongs to
    none. ``reprint_of``: id of the record that carried the same text first.
    """

    sentiment: Sentiment
    topics: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    event: str | None = None
    reprint_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What we keep of every text. ``id`` is a keyed hash (S1); ``seen`` is when it was first fetched."""

    id: str
    source: str
    kind: Kind
    published: datetime
    seen: datetime
    labels: Labels


MAX_REVISIONS = 20
"""Revisions that are kept of a record: the latest."""


@dataclass(frozen=True, slots=True)
class Revision:
    """That a publisher changed something: the time it was seen, the former title if it changed, whether the text did.

    A former text is not kept: who takes back a sentence has taken it back.
    """

    time: datetime
    title: str | None = None
    text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a page says now of a record that is kept: all of its title and text as they would be kept, redacted.

    ``at`` is when it was read; None where this reading says nothing of the title, the text, or the ``rank`` (as in
    ``Article``). The title of a post is part of its text.
    """

    at: datetime
    title: str | None
    text: str | None
    rank: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Record):
    """News, an official release or an entry of a hot list: public as it stands.

    ``rank`` is its place on the hot list or, where the source says so, on the front page of its outlet (1: the
    headline); None where nothing is said. ``revisions`` are its last changes, oldest first. ``withdrawn`` is when its
    page was found to be gone; title and URL of a withdrawn article stay, its text is empty.
    """

    title: str
    text: str
    url: str
    outlet: str
    rank: int | None = None
    revisions: tuple[Revision, ...] = ()
    withdrawn: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardMessage(Record):
    """A message addressed to government on a public board, redacted; with the official answer once there is one.

    ``revisions`` and ``withdrawn`` as in ``Article``; of a withdrawn message the answer keeps its time and department
    and loses its text.
    """

    title: str
    text: str
    url: str
    category: str | None = None
    reply: Reply | None = None
    revisions: tuple[Revision, ...] = ()
    withdrawn: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post(Record):
    """A public post: redacted text for the retention period, and nothing that leads back to the page."""

    text: str


AnyRecord = Article | BoardMessage | Post


class ExactCount:
    """An exact count about posts. It can be compared and added, and nothing else: showing it raises (safeguard S3).

    Rules that decide on it call :meth:`for_rules`; ways out call ``monitor.disclosure.release``.
    """

    __slots__ = ("__n",)

    def __init__(self, n: int) -> None:
        if n < 0:
            raise ValueError("a count is not negative")
        self.__n = n

    def for_rules(self) -> int:
        """The plain number, for arithmetic inside signals/ and the store. A test holds every caller to that."""
        return self.__n

    def __add__(self, other: ExactCount) -> ExactCount:
        return ExactCount(self.__n + other.for_rules())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ExactCount) and self.__n == other.for_rules()

    def __hash__(self) -> int:
        return hash((ExactCount, self.__n))

    def _refuse(self, *_: Any) -> NoReturn:
        raise DisclosureError("an exact count about posts leaves only through monitor.disclosure.release")

    __repr__ = __str__ = __format__ = _refuse
    __int__ = __index__ = __float__ = __bool__ = _refuse
    __reduce__ = __reduce_ex__ = __getstate__ = _refuse


Count = int | ExactCount
"""``int`` for public kinds, ``ExactCount`` for posts."""


def count_of(kind: Kind, n: int) -> Count:
    """Wraps a count by what it counts: posts are guarded, public facts are plain."""
    return ExactCount(n) if kind is Kind.POST else n


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A fixed aggregate: records of one hour (or one local day), kind, source, topic and polarity.

    ``start`` is the beginning of the hour or of the local day. ``topic`` is a topic name, or ``ALL_TOPICS`` for the
    cell that counts each record once. Reprints are counted apart from originals.
    """

    start: datetime
    kind: Kind
    source: str
    topic: str
    polarity: Polarity
    reprint: bool
    n: Count


class Facet(StrEnum):
    PLACE = "place"
    TERM = "term"
    EVENT = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCell:
    """A coarser fixed aggregate: records of one local day, kind and topic that carry one place or one term, or that
    joined one event (the record that began it is not among them)."""

    day: date
    kind: Kind
    topic: str
    facet: Facet
    value: str
    n: Count


T = TypeVar("T")


class Verdict(StrEnum):
    KEEP = "keep"
    DROP = "drop"
    ALARM = "alarm"
    CALM = "calm"
    SEND = "send"
    MUTE = "mute"


_NO_FACTS: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Decision(Generic[T]):
    """The outcome of a pure rule: a verdict, why (an enumeration that metrics count), and the value if there is one.

    ``facts`` are for logs and explanations; they never carry a text or an exact count about posts.
    """

    verdict: Verdict
    reason: StrEnum
    value: T | None = None
    facts: Mapping[str, Any] = field(default_factory=lambda: _NO_FACTS)

    @property
    def kept(self) -> bool:
        return self.verdict in (Verdict.KEEP, Verdict.ALARM, Verdict.SEND)


def hour_of(moment: datetime) -> datetime:
    """The beginning of the hour in China Standard Time."""
    return moment.astimezone(CHINA).replace(minute=0, second=0, microsecond=0)


def day_of(moment: datetime) -> date:
    """The local day (China Standard Time)."""
    return moment.astimezone(CHINA).date()


def start_of(day: date) -> datetime:
    """The first moment of a local day."""
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)


def day_span(first: date, last: date | None = None) -> tuple[datetime, datetime]:
    """The half-open span of local days from ``first`` to ``last`` inclusive (one day if ``last`` is None)."""
    return start_of(first), start_of(last or first) + timedelta(days=1)
