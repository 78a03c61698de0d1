"""The API queries that reproduce a brief's figures: one place, so that the API and the briefs cannot drift apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from monitor.briefs.periods import BriefKind
from monitor.model import Kind, day_of

if TYPE_CHECKING:
    from monitor.briefs.facts import PeriodFacts

ROOT = "/api/v1"


def counted(facts: PeriodFacts, kind: Kind, topic: str = "*") -> str:
    """The count of a kind (and topic) in the period of a brief; of a day by polarity, of a watch window day by day."""
    if facts.kind is BriefKind.DAILY or not facts.whole:
        return trends(facts.first, facts.upto, kind, scoped(facts, topic))
    return totals(facts.first, facts.last, kind, scoped(facts, topic))


def comparison(facts: PeriodFacts, kind: Kind, topic: str = "*") -> str:
    """The counts of the earlier periods that a brief compares with, and its own."""
    topic = scoped(facts, topic)
    if facts.kind is BriefKind.DAILY:
        return trends(facts.board_days[0][0], facts.day, kind, topic)
    if not facts.whole:
        return trends(facts.period.before[-1][0], facts.upto, kind, topic)
    return totals(facts.first, facts.last, kind, topic, 1 + len(facts.period.before))


def scoped(facts: PeriodFacts, topic: str) -> str:
    """The topic that a count of a brief on one topic is about."""
    return facts.period.topics[0] if topic == "*" and len(facts.period.topics) == 1 else topic


def totals(first: date, last: date, kind: Kind, topic: str = "*", periods: int = 1) -> str:
    """Totals of a whole week, month or 30 days, and of those before."""
    topics = {} if topic == "*" else {"topic": topic}
    more = {"periods": str(periods)} if periods > 1 else {}
    return f"{ROOT}/totals?" + urlencode({"kind": kind.value, **topics, **_span(first, last), **more})


def trends(first: date, last: date, kind: Kind, topic: str = "*") -> str:
    """Daily counts of a kind (and topic) from ``first`` to ``last``, by polarity."""
    topics = {} if topic == "*" else {"topic": topic}
    return f"{ROOT}/trends?" + urlencode({"bucket": "day", "kind": kind.value, **topics, **_span(first, last)})


def board(first: date, last: date, topic: str = "", answered: bool | None = None) -> str:
    """The messages of some days, each with its clock."""
    more = {"topic": topic} if topic else {}
    if answered is not None:
        more["answered"] = "true" if answered else "false"
    return f"{ROOT}/board?" + urlencode({**more, **_span(first, last)})


def topics(first: date, last: date | None = None) -> str:
    """Every topic with its counts of one day, week, month or 30 days."""
    return f"{ROOT}/topics?" + urlencode(_span(first, last or first))


def responses(first: date, last: date, as_of: datetime, topics: Sequence[str] = ()) -> str:
    """How the messages of some days were answered, by department, as known at a moment."""
    return f"{ROOT}/board/summary?" + _with(topics, {**_span(first, last), "as_of": as_of.isoformat()})


def overdue(as_of: datetime, topics: Sequence[str] = ()) -> str:
    """All messages that were overdue at a moment, longest first."""
    return f"{ROOT}/board/overdue?" + _with(topics, {"as_of": as_of.isoformat()})


def articles(first: date, last: date, kind: Kind, topics: Sequence[str] = ()) -> str:
    return f"{ROOT}/articles?" + _with(topics, {"kind": kind.value, **_span(first, last)})


def event(id: str, first: date, last: date) -> str:
    """A hot issue day by day, with its public texts; of thirty days or a month."""
    return f"{ROOT}/events/{quote(id, safe='')}?" + urlencode(_span(first, last))


def forecast(first: date, topic: str = "*") -> str:
    """The forecast of a topic, or of all texts, from a day on."""
    topics = {} if topic == "*" else {"topic": topic}
    return f"{ROOT}/forecast?" + urlencode({**topics, "since": first.isoformat()})


def brief(id: str) -> str:
    return f"{ROOT}/briefs/{quote(id, safe='')}"


def coverage(first: date, last: date, topics: Sequence[str] = ()) -> str:
    """Own releases and who carried them, news by outlet and level, of some days."""
    return f"{ROOT}/coverage?" + _with(topics, _span(first, last))


def alert(id: str) -> str:
    return f"{ROOT}/alerts/{quote(id, safe='')}"


def topic(name: str, first: date, last: date) -> str:
    """One topic over a span: counts, places and terms as they may be shown."""
    return f"{ROOT}/topics/{quote(name, safe='')}?" + urlencode(_span(first, last))


def hours(since: datetime, until: datetime, topic: str, kind: Kind | None = None) -> str:
    """Hourly counts of a topic."""
    kinds = {"kind": kind.value} if kind else {}
    span = {"since": since.isoformat(), "until": until.isoformat()}
    return f"{ROOT}/trends?" + urlencode({"bucket": "hour", **kinds, "topic": topic, **span})


def alerts_of(facts: PeriodFacts) -> str:
    """The alerts that a brief tells of, from the day on which the oldest of them began."""
    begun = min((day_of(alert.onset) for alert in facts.alerts), default=facts.first)
    return f"{ROOT}/alerts?" + _with(facts.period.topics, _span(min(begun, facts.first), facts.last))


def sources() -> str:
    return f"{ROOT}/sources"


def counters() -> str:
    """Counters of intake decisions (those about posts rounded), as Prometheus text."""
    return "/metrics"


def _with(topics: Sequence[str], values: dict[str, str]) -> str:
    return urlencode([*(("topic", topic) for topic in topics), *values.items()])


def _span(first: date, last: date) -> dict[str, str]:
    """A bare date as ``until`` includes that day."""
    return {"since": first.isoformat(), "until": last.isoformat()}
