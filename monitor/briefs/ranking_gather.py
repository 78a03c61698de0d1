"""Reads the hot issues and the grave single messages of a period, and scores them; topics join in ``ranking_topics``.

Little is read whatever the store holds: the event cells of the days concerned, the public texts of the two dozen
largest matters (at most ``MEMBERS`` each) and the newest messages of the period (at most ``SCANNED``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from monitor.briefs import ranking, ranking_members, ranking_names
from monitor.briefs.ranking import Heard, Signs
from monitor.briefs.ranking_names import Public
from monitor.briefs.ranking_types import HotMatter, Sort, Standing
from monitor.disclosure import BASE
from monitor.model import Article, BoardMessage, Count, Facet, Kind, Polarity, day_of, day_span, start_of
from monitor.settings import Settings
from monitor.signals.figures import Shown, counted, number, shown
from monitor.signals.matters import KINDS, PUBLIC, named_by_posts
from monitor.store import FacetQuery, RecordQuery, Store

MONTH = 30
WEEK = 7
LOOKED_AT = 24
MEMBERS = 200
SCANNED = 500
SINGLES = 8
LEAST = 2
"""Public texts of thirty days, the one that began it among them, from which it is an issue and no single voice."""
USUAL_SPANS = 3
KNOWN_DAYS = 14
"""Days that messages must have been watched before something is called new."""
UP_TEXTS, UP_RATIO, UP_EXCESS = 3, 1.5, 2.0
"""An issue is marked 升 from so many texts a week on, at so many times its usual, and so many more than that."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read, each list best first. ``heard``: which concerns the messages read of each topic name."""

    issues: tuple[HotMatter, ...] = ()
    singles: tuple[HotMatter, ...] = ()
    heard: Mapping[str, tuple[Heard, ...]] = field(default_factory=dict)


def gather(
    settings: Settings, store: Store, first: date, last: date, as_of: datetime, *, topics: Sequence[str] = (),
    known_from: date | None = None, sums: bool = True,
) -> Reading:  # fmt: skip
    """The hot issues and singles of the local days ``first`` to ``last`` as known at ``as_of``.

    ``topics``: only matters of any of these. ``known_from``: since when messages are watched. ``sums``: sums of posts
    over the span may be released (S3). Raises ``StoreUnavailable``.
    """
    reader = _Reader(settings, store, first, last, as_of, tuple(topics), known_from, sums)
    scanned = reader.scanned()
    issues = reader.issues(scanned)
    taken = {id for issue in issues for id in (*issue.day_ids, issue.key.partition(":")[2])}
    heard_of: dict[str, list[Heard]] = {}
    for message in scanned:
        for topic in message.labels.topics:
            heard_of.setdefault(topic, []).append(reader.heard(message))
    return Reading(issues, reader.singles(scanned, taken), {t: tuple(h) for t, h in heard_of.items()})


@dataclass(slots=True)
class _Tally:
    """What the event cells say: public texts of the period and of the days before it, posts of the period."""

    now: int = 0
    earlier: int = 0
    posts: list[Count] = field(default_factory=list)

    @property
    def shown_posts(self) -> Shown:
        return shown(Kind.POST, self.posts)

    @property
    def rough(self) -> float:
        return self.now + ranking.EARLIER * self.earlier + counted(self.shown_posts) / BASE


@dataclass(frozen=True, slots=True)
class _Reader:
    settings: Settings
    store: Store
    first: date
    last: date
    as_of: datetime
    topics: tuple[str, ...]
    known_from: date | None
    sums: bool

    @property
    def month(self) -> date:
        """First day of the thirty that end with the period, or of the period where that is longer."""
        return min(self.first, self.last - timedelta(days=MONTH - 1))

    @property
    def begin(self) -> date:
        """First day of the week that ends with the period, or of the period where that is longer."""
        return min(self.first, self.last - timedelta(days=WEEK - 1))

    def heard(self, record: Public) -> Heard:
        return ranking.heard(record.title, record.text, self.settings.concerns.concern)

    def scanned(self) -> list[BoardMessage]:
        """The newest messages of the period."""
        since, until = day_span(self.first, self.last)
        query = RecordQuery(kinds=(Kind.BOARD,), topics=self.topics, since=since, until=min(until, self.as_of),
                            limit=SCANNED)  # fmt: skip
        return [r for r in self.store.find(query).records if isinstance(r, BoardMessage)] if since < self.as_of else []

    def issues(self, scanned: Sequence[BoardMessage]) -> tuple[HotMatter, ...]:
        tallies = self._tallies()
        usual = Counter(term for message in scanned for term in set(message.labels.terms))
        largest = sorted(tallies, key=lambda e: (-tallies[e].rough, e))[:LOOKED_AT]
        found = [issue for event in largest if (issue := self._issue(event, tallies[event], usual)) is not None]
        return tuple(sorted(found, key=order))

    def singles(self, scanned: Sequence[BoardMessage], taken: set[str]) -> tuple[HotMatter, ...]:
        """Grievances that belong to nothing greater.

        Of a single day only: in a week or month, a message has been in the brief of its day.
        """
        if self.first != self.last:
            return ()
        alone = [
            m for m in scanned
            if m.id not in taken and m.labels.event is None and _grievance(m)
        ]  # fmt: skip
        by_title: dict[str, list[BoardMessage]] = {}
        for message in alone:
            by_title.setdefault("".join(message.title.split()) or message.id, []).append(message)
        return tuple(sorted((self._single(group) for group in by_title.values()), key=order)[:SINGLES])

    def _tallies(self) -> dict[str, _Tally]:
        """Events with a public text or shown posts in the period."""
        found: dict[str, _Tally] = {}
        most: dict[tuple[str, date, Kind], int] = {}
        query = FacetQuery(facet=Facet.EVENT, since=self.begin, until=self.last, kinds=KINDS, topics=self.topics)
        for cell in self.store.facets(query):
            tally = found.setdefault(cell.value, _Tally())
            if cell.kind is not Kind.POST:
                assert isinstance(cell.n, int)
                # A text of two of the topics is in the cells of both; no fewer texts than the greater of them.
                key = (cell.value, cell.day, cell.kind)
                most[key] = max(most.get(key, 0), cell.n)
            elif self.first <= cell.day and len(self.topics) < 2 and (self.sums or self.first == self.last):
                tally.posts.append(cell.n)
        for (event, day, _), n in most.items():
            if day >= self.first:
                found[event].now += n
            else:
                found[event].earlier += n
        return {event: t for event, t in found.items() if t.now or number(t.shown_posts)}

    def _issue(self, event: str, tally: _Tally, usual: Mapping[str, int]) -> HotMatter | None:
        records = self._members(event)
        inside = [r for r in records if self.first <= day_of(r.published) <= self.last]
        if len(records) < LEAST or len(inside) < (1 if self.first == self.last else LEAST):
            return self._of_posts(event, tally)
        boards = [r for r in inside if isinstance(r, BoardMessage)]
        if len(boards) == len(inside) and not any(_grievance(m) for m in boards):
            return None
        # What only media and offices tell, and tell well, is no grievance; it stands under 媒体报道.
        if not boards and not counted(tally.shown_posts) and not any(_negative(r) for r in inside):
            return None
        week = self._count(event, records, self.begin, self.last)
        before = self._before(event, records)
        recent = [r for r in records if day_of(r.published) >= self.begin]
        topic = ranking_members.topic_of(recent, self.settings)
        # Grouping errs now and then: what is not about the same must not tell since when it lasts or what was answered.
        same = [r for r in records if topic in r.labels.topics] or records
        first = min(day_of(r.published) for r in same)
        messages = [r for r in same if isinstance(r, BoardMessage)]
        state = ranking_members.standing(messages, start_of(self.month), self.as_of, self.settings)
        weight, named = ranking.concern([self.heard(r) for r in recent], self.settings.concerns.concern)
        name = ranking_names.issue_name(records)
        new = first >= self.begin and self._watched
        texts = week if self.first == self.begin else self._count(event, records, self.first, self.last)
        return HotMatter(
            key=f"issue:{event}", sort=Sort.ISSUE, name=name, topic=topic,
            department=ranking_members.department(messages, topic, self.settings), texts=texts, week=week,
            month=week if self.month == self.begin else self._count(event, records, self.month, self.last),
            board=texts if len(boards) == len(inside) else len(boards),
            of_topic=sum(topic in r.labels.topics for r in boards),
            posts=tally.shown_posts if tally.posts else None, usual=before, first=first,
            days=(self.last - first).days + 1, mark="新" if new else self._up(week, before),
            terms=ranking_names.telling_terms(recent, usual, name), places=ranking_members.places(recent),
            concerns=named, standing=state, quoted=ranking_members.quoted(inside),
            day_ids=tuple(r.id for r in inside),
            score=ranking.score(Signs(
                texts=texts - _repeats(inside), earlier=week - texts - _repeats([r for r in recent if r not in inside]),
                posts=counted(tally.shown_posts), now=week, usual=before, new=first >= self.begin,
                waited_h=state.waited_h, limit_h=self.settings.response_plan.reply_h, concern=weight,
            )),
        )  # fmt: skip

    def _single(self, messages: Sequence[BoardMessage]) -> HotMatter:
        """A message, or some of one title, the newest first."""
        newest, n = messages[0], len(messages)
        weight, named = ranking.concern([self.heard(m) for m in messages], self.settings.concerns.concern)
        state = ranking_members.standing(messages, start_of(self.month), self.as_of, self.settings)
        topic = ranking_members.topic_of(messages, self.settings)
        signs = Signs(
            texts=n - _repeats(messages), waited_h=state.waited_h, limit_h=self.settings.response_plan.reply_h,
            concern=weight,
        )  # fmt: skip
        return HotMatter(
            key=f"single:{newest.id}", sort=Sort.SINGLE,
            name=ranking_names.title_name(newest.title or newest.text[: ranking_names.LONGEST]), topic=topic,
            department=ranking_members.department(messages, topic, self.settings), texts=n, week=n, month=n, board=n,
            of_topic=sum(topic in m.labels.topics for m in messages), first=day_of(newest.published), days=1,
            places=ranking_members.places(messages), concerns=named, standing=state,
            quoted=ranking_members.quoted(messages[:1]), day_ids=tuple(m.id for m in messages),
            score=ranking.score(signs),
        )  # fmt: skip

    def _of_posts(self, event: str, tally: _Tally) -> HotMatter | None:
        """A matter of which only posts tell: what ten of them or more carry (S3)."""
        posts = tally.shown_posts
        if number(posts) is None:
            return None
        name, topics, places = named_by_posts(self.store, event, self.first, self.last)
        if not name:
            return None
        topic = self.settings.topic(topics[0]) if topics else None
        return HotMatter(
            key=f"issue:{event}", sort=Sort.ISSUE, name=name.replace(" ", ""), topic=topic.name if topic else "",
            department=topic.department if topic else "", texts=0, week=0, month=0, posts=posts, places=places,
            standing=Standing(), score=ranking.score(Signs(texts=0, posts=counted(posts))),
        )  # fmt: skip

    def _members(self, event: str) -> list[Public]:
        """Public texts of the period and of what it is compared with, and the one that began it; newest first."""
        since = start_of(min(self.month, self.begin - USUAL_SPANS * (self.last - self.begin + timedelta(days=1))))
        until = min(day_span(self.last)[1], self.as_of)
        query = RecordQuery(kinds=PUBLIC, events=(event,), since=since, until=until, limit=MEMBERS)
        found = [r for r in self.store.find(query).records if isinstance(r, BoardMessage | Article)]
        began = self.store.get_record(event)
        public = isinstance(began, BoardMessage | Article) and began.kind in PUBLIC and began.withdrawn is None
        if isinstance(began, BoardMessage | Article) and public and began.published < until:
            found.append(began)
        return sorted(found, key=lambda r: (r.published, r.id), reverse=True)

    def _count(self, event: str, records: Sequence[Public], first: date, last: date) -> int:
        """Public texts of some days: of those read, or where these were cut off, as the store counts them."""
        if len(records) < MEMBERS:
            return sum(first <= day_of(r.published) <= last for r in records)
        since, until = day_span(first, last)
        n = self.store.count(RecordQuery(kinds=PUBLIC, events=(event,), since=since, until=min(until, self.as_of)))
        assert isinstance(n, int)
        return n + any(r.id == event and first <= day_of(r.published) <= last for r in records)

    def _before(self, event: str, records: Sequence[Public]) -> float | None:
        """Mean of the spans before the week, each as long; None where messages were not watched then."""
        length = self.last - self.begin + timedelta(days=1)
        counts = []
        for n in range(1, USUAL_SPANS + 1):
            first = self.begin - n * length
            if self.known_from is not None and first >= self.known_from:
                counts.append(self._count(event, records, first, first + length - timedelta(days=1)))
        return sum(counts) / len(counts) if counts else None

    @property
    def _watched(self) -> bool:
        return self.known_from is not None and self.known_from <= self.begin - timedelta(days=KNOWN_DAYS)

    def _up(self, week: int, usual: float | None) -> str:
        if usual is None or week < UP_TEXTS:
            return ""
        return "升" if week >= UP_RATIO * usual and week - usual >= UP_EXCESS else ""


def order(matter: HotMatter) -> tuple[float, int, str]:
    """The best first; ties by size, then by key."""
    return -matter.score.total, -matter.texts, matter.key


def _negative(record: Public) -> bool:
    return record.labels.sentiment.polarity is Polarity.NEGATIVE


def _grievance(message: BoardMessage) -> bool:
    """Whether somebody complains; who asks or proposes something has no matter to report."""
    return message.labels.sentiment.polarity is Polarity.NEGATIVE


def _repeats(records: Sequence[Public]) -> int:
    """How many texts say word for word what another of the same day says: one sent twice is no second voice."""
    said = {("".join(r.title.split()), "".join(r.text.split()), day_of(r.published)) for r in records}
    return len(records) - len(said)
