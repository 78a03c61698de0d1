"""The API queries that reproduce a brief's figures: one place, so that the API and the briefs cannot drift apart."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import quote, urlencode

from monitor.model import Kind

ROOT = "/api/v1"


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


def topics(day: date) -> str:
    """Every topic with its counts of one day."""
    return f"{ROOT}/topics?" + urlencode(_span(day, day))


def responses(first: date, last: date, as_of: datetime) -> str:
    """How the messages of some days were answered, by department, as known at a moment."""
    return f"{ROOT}/board/summary?" + urlencode({**_span(first, last), "as_of": as_of.isoformat()})


def overdue(as_of: datetime) -> str:
    """All messages that were overdue at a moment, longest first."""
    return f"{ROOT}/board/overdue?" + urlencode({"as_of": as_of.isoformat()})


def articles(first: date, last: date, kind: Kind) -> str:
    return f"{ROOT}/articles?" + urlencode({"kind": kind.value, **_span(first, last)})


def alert(id: str) -> str:
    return f"{ROOT}/alerts/{quote(id, safe='')}"


def alerts(first: date, last: date) -> str:
    return f"{ROOT}/alerts?" + urlencode(_span(first, last))


def sources() -> str:
    return f"{ROOT}/sources"


def counters() -> str:
    """Counters of intake decisions (those about posts rounded), as Prometheus text."""
    return "/metrics"


def _span(first: date, last: date) -> dict[str, str]:
    """A bare date as ``until`` includes that day."""
    return {"since": first.isoformat(), "until": last.isoformat()}
