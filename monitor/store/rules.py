"""What the keepings share: which cells a record counts in, when a reply replaces another, what a query may ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from monitor.errors import BadQuery
from monitor.model import (
    ALL_TOPICS,
    CHINA,
    AnyRecord,
    Article,
    BoardMessage,
    Facet,
    Kind,
    Post,
    Reply,
    day_of,
    hour_of,
    start_of,
)
from monitor.store import grams
from monitor.store.contract import Bucket, CellQuery, Order, Outline, Question, RecordQuery
from monitor.store.revising import stands

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
HOUR_US = 3_600_000_000
_WHOLE_HOURS = (datetime(1902, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(hours=1)
_PLACE, _TERM, _EVENT = Facet.PLACE.value, Facet.TERM.value, Facet.EVENT.value
SEARCHABLE = tuple(kind for kind in Kind if kind is not Kind.POST)
MAX_LIMIT = 5_000
MAX_TEXT = 200
TITLE_SCORE = 2
BEST_SCORE = 3
OUTLINED = (Kind.NEWS, Kind.OFFICIAL, Kind.HOTLIST)
SMALL = 10
"""Facet cells of posts below this are removed by a purge (S3: never shown, so not kept either)."""

CellKey = tuple[int, str, str, str, int, int]
"""(hour in microseconds since 1970, kind, source, topic, polarity, reprint)."""
FacetKey = tuple[int, str, str, str, str]
"""(proleptic ordinal of the local day, kind, topic, facet, value)."""


def micros(moment: datetime) -> int:
    """Whole microseconds since 1970. Raises ``BadQuery`` for a time without an offset."""
    if moment.tzinfo is None:
        raise BadQuery("时刻没有时区", "传入带时区的时刻")
    return (moment - EPOCH) // MICROSECOND


def moment_of(us: int) -> datetime:
    """The moment in China Standard Time."""
    return (EPOCH + timedelta(microseconds=us)).astimezone(CHINA)


def hour_us(published: datetime) -> int:
    return _hour_and_day(_hours(published), published)[0]


def day_number(published: datetime) -> int:
    return _hour_and_day(_hours(published), published)[1]


def day_of_hour(us: int) -> int:
    """The local day of an hour that ``hour_us`` gave."""
    return _of_hour(us // HOUR_US)[1] if us >= _WHOLE_HOURS * HOUR_US else day_of(moment_of(us)).toordinal()


def _hours(moment: datetime) -> int:
    return micros(moment) // HOUR_US


def _hour_and_day(hours: int, moment: datetime) -> tuple[int, int]:
    # Since 1901 the clock of China has differed from UTC by whole hours, so every moment of an hour shares its cells.
    if hours < _WHOLE_HOURS:
        return micros(hour_of(moment)), day_of(moment).toordinal()
    return _of_hour(hours)


@lru_cache(maxsize=4096)
def _of_hour(hours: int) -> tuple[int, int]:
    begin = moment_of(hours * HOUR_US)
    return micros(hour_of(begin)), day_of(begin).toordinal()


def day_start(ordinal: int) -> datetime:
    return start_of(date.fromordinal(ordinal))


def cell_topics(record: AnyRecord) -> tuple[str, ...]:
    """The topics under whose cells a record is counted: all, then each of its own once."""
    return tuple(dict.fromkeys((ALL_TOPICS, *record.labels.topics)))


def cells_of(record: AnyRecord) -> Iterator[CellKey]:
    """The cells that grow by one when a record is added."""
    labels = record.labels
    hour, kind, source = hour_us(record.published), record.kind.value, record.source
    polarity, reprint = int(labels.sentiment.polarity), int(labels.reprint_of is not None)
    for topic in cell_topics(record):
        yield hour, kind, source, topic, polarity, reprint


def facets_of(record: AnyRecord) -> Iterator[FacetKey]:
    """The facet cells that grow by one when a record is added."""
    labels = record.labels
    if not labels.places and not labels.terms and labels.event is None:
        return
    day, kind = day_number(record.published), record.kind.value
    values = [(_PLACE, place) for place in dict.fromkeys(labels.places)]
    values += [(_TERM, term) for term in dict.fromkeys(labels.terms)]
    if labels.event is not None:
        values.append((_EVENT, labels.event))
    for topic in cell_topics(record):
        for facet, value in values:
            yield day, kind, topic, facet, value


def searchable(record: AnyRecord) -> tuple[str, ...]:
    """The texts that a text query looks into; none for posts."""
    return () if isinstance(record, Post) else (record.title, record.text)


def score(record: AnyRecord, text: str) -> int:
    """How well a record that contains ``text`` answers a search for it (``Order.BEST``)."""
    if isinstance(record, Post):
        return 0
    return TITLE_SCORE * grams.contains(text, record.title) + (record.labels.reprint_of is None)


def outline(article: Article) -> Outline:
    """An article without its text."""
    return Outline(
        id=article.id, kind=article.kind, source=article.source, at=micros(article.published),
        polarity=article.labels.sentiment.polarity, outlet=article.outlet, title=article.title, url=article.url,
        rank=article.rank, reprint_of=article.labels.reprint_of,
    )  # fmt: skip


def matches(record: AnyRecord, query: RecordQuery) -> bool:
    """Whether a record is one of those that a query selects (limit, order and cursor ignored)."""
    labels = record.labels
    return (
        record.kind in wanted_kinds(query)
        and stands(record) is not query.withdrawn
        and (not query.sources or record.source in query.sources)
        and (not query.topics or not set(query.topics).isdisjoint(labels.topics))
        and (not query.polarities or labels.sentiment.polarity in query.polarities)
        and (query.since is None or record.published >= query.since)
        and (query.until is None or record.published < query.until)
        and (not query.events or labels.event in query.events)
        and (not query.reprints_of or labels.reprint_of in query.reprints_of)
        and (query.answered is None or _answered(record) is query.answered)
        and (not query.text.strip() or grams.contains(query.text, *searchable(record)))
    )


def _answered(record: AnyRecord) -> bool | None:
    return record.reply is not None if isinstance(record, BoardMessage) else None


def ranked(query: RecordQuery) -> bool:
    """Whether the order of a query's answers is by score."""
    return query.order is Order.BEST and bool(query.text.strip())


def fits(record: AnyRecord) -> bool:
    """Whether kind and class of a record agree."""
    if isinstance(record, Post):
        return record.kind is Kind.POST
    if isinstance(record, BoardMessage):
        return record.kind is Kind.BOARD
    return record.kind in (Kind.NEWS, Kind.OFFICIAL, Kind.HOTLIST)


def supersedes(new: Reply, old: Reply | None) -> bool:
    """Whether a reply read now replaces the recorded one: it says more or other things and is not older."""
    if old is None:
        return True
    if new == old:
        return False
    if new.time is not None and old.time is not None and new.time != old.time:
        return new.time > old.time
    if new.text == old.text:
        # A page that shows less than the one before takes nothing away.
        return (new.time is not None and old.time is None) or (
            new.department is not None and new.department != old.department
        )
    return True


def wanted_kinds(query: RecordQuery) -> tuple[Kind, ...]:
    """The kinds that a record query can return, checked: posts are not searchable, and none is kept withdrawn."""
    check(query)
    text = query.text.strip()
    if text and Kind.POST in query.kinds:
        raise BadQuery("网民帖文不提供全文检索", "只在新闻、政务发布、留言和热榜中检索")
    if query.kinds:
        return tuple(kind for kind in dict.fromkeys(query.kinds) if kind in SEARCHABLE or not query.withdrawn)
    if query.answered is not None:
        return (Kind.BOARD,)
    return SEARCHABLE if text or query.withdrawn else tuple(Kind)


def outlined_kinds(query: RecordQuery) -> tuple[Kind, ...]:
    """The kinds of articles that a query asks for, checked."""
    if not set(query.kinds) <= set(OUTLINED) or query.answered is not None or query.text.strip():
        raise BadQuery("提要只有新闻、政务发布和热榜，且不按文字检索", "去掉其余种类和检索词")
    check(query)
    return tuple(dict.fromkeys(query.kinds)) or OUTLINED


def questioned(query: RecordQuery) -> RecordQuery:
    """The query for board messages that may be read without their texts, checked."""
    if set(query.kinds) - {Kind.BOARD} or query.text.strip():
        raise BadQuery("办理情况只有群众留言，且不按文字检索", "去掉其余种类和检索词")
    check(query)
    return replace(query, kinds=(Kind.BOARD,))


def question(message: BoardMessage, reply_chars: int) -> Question:
    """A board message without its text."""
    reply = message.reply
    return Question(
        id=message.id, at=micros(message.published), topics=message.labels.topics,
        reply=None if reply is None else replace(reply, text=reply.text[:reply_chars]),
    )  # fmt: skip


def check(query: RecordQuery) -> None:
    """Raises ``BadQuery`` for a limit, a time or a text that no keeping can answer."""
    if not 1 <= query.limit <= MAX_LIMIT:
        raise BadQuery(f"每页条数应在 1 到 {MAX_LIMIT} 之间", "调整每页条数")
    if len(query.text.strip()) > MAX_TEXT:
        raise BadQuery(f"检索词不能超过 {MAX_TEXT} 个字", "缩短检索词")
    for moment in (query.since, query.until):
        if moment is not None:
            micros(moment)


@dataclass(frozen=True, slots=True)
class CellSpan:
    """The half-open span of a cell query: in microseconds for hours, in day ordinals for days."""

    first: int
    end: int


def span_of(query: CellQuery) -> CellSpan:
    """The hours or days whose *beginning* lies in ``[since, until)``."""
    since, until = micros(query.since), micros(query.until)
    if query.bucket is Bucket.HOUR:
        return CellSpan(since, until)
    return CellSpan(_first_day(query.since), _first_day(query.until))


def _first_day(moment: datetime) -> int:
    day = day_of(moment)
    return day.toordinal() + (start_of(day) < moment)
