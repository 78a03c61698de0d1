"""The API queries that reproduce a brief's figures: one place, so that the API and the briefs cannot drift apart."""

from __future__ import annotations

from datetime import date, datetime, timedelta
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


def overdue(asked_before: datetime, since: date | None = None) -> str:
    """Unanswered messages asked before a moment (and since a day), oldest first."""
    more = {"since": since.isoformat()} if since else {}
    query = {"answered": "false", **more, "until": asked_before.isoformat(), "order": "oldest"}
    return f"{ROOT}/board?{urlencode(query)}"


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
    """The API's spans are half-open: ``until`` is the day after the last."""
    return {"since": first.isoformat(), "until": (last + timedelta(days=1)).isoformat()}
