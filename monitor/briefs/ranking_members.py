"""The public texts of one matter: how it stands, whose it is, where it is. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from monitor.briefs.ranking_gist import gist
from monitor.briefs.ranking_names import Public
from monitor.briefs.ranking_types import Quoted, Standing
from monitor.model import BoardMessage, day_of
from monitor.responses import UNASSIGNED, clock, department_of
from monitor.responses.substance import substance
from monitor.settings import Settings

PLACES = 3
QUOTED = 2
LONGEST_TEXT = 30
_SHARE = 0.3


def standing(messages: Sequence[BoardMessage], since: datetime, as_of: datetime, settings: Settings) -> Standing:
    """How messages stand at a moment; those before ``since`` are not counted, but they may wait and be answered.

    An answer that says nothing of its own does not end the waiting.
    """
    answered = empty = 0
    waited, latest = 0.0, None
    for message in messages:
        state = clock(message, as_of, settings.response_plan).state
        says = message.reply is not None and substance(message.reply).kept
        if state.answered and message.reply is not None:
            answered += message.published >= since
            empty += not says and message.published >= since
            if says and (latest is None or (message.reply.time or message.published) > _answered_at(latest)):
                latest = message
        if not (state.answered and says):
            waited = max(waited, (as_of - message.published).total_seconds() / 3600)
    told = gist(latest.reply) if latest is not None and latest.reply is not None else ""
    when = latest.reply.time if latest is not None and latest.reply is not None else None
    return Standing(
        messages=sum(m.published >= since for m in messages), answered=answered, empty=empty, waited_h=waited,
        gist=told,
        gist_by=department_of(latest, settings) if latest is not None and told else "",
        gist_on=day_of(when) if when is not None and told else None,
    )  # fmt: skip


def _answered_at(message: BoardMessage) -> datetime:
    return (message.reply.time if message.reply is not None else None) or message.published


def topic_of(records: Sequence[Public], settings: Settings) -> str:
    """The topic with terms that most of them carry, else the official class; "" where they carry none."""
    counts = Counter(topic for record in records for topic in record.labels.topics)
    known = [(topic, counts[topic.name]) for topic in settings.topics.topic if counts[topic.name]]
    finer = [(topic, n) for topic, n in known if topic.terms and 2 * n >= len(records)]
    ranked = sorted(finer or known, key=lambda item: (-item[1], item[0].name))
    return ranked[0][0].name if ranked else ""


def department(messages: Sequence[BoardMessage], topic: str, settings: Settings) -> str:
    """Who is to answer most of the messages; of a matter without messages, whose topic it is; "" if nobody."""
    counts = Counter(department_of(message, settings) for message in messages)
    counts.pop(UNASSIGNED, None)
    if counts:
        return min(counts, key=lambda name: (-counts[name], name))
    known = settings.topic(topic)
    return known.department if known is not None else ""


def places(records: Sequence[Public]) -> tuple[str, ...]:
    """Streets and towns that a third of them name, most first."""
    counts = Counter(place for record in records for place in set(record.labels.places))
    told = [p for p, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if n >= _SHARE * len(records)]
    return tuple(told[:PLACES])


def quoted(records: Sequence[Public]) -> tuple[Quoted, ...]:
    """The newest texts with different titles."""
    found: dict[str, Quoted] = {}
    for record in records:
        title = record.title or (record.text[:LONGEST_TEXT] if isinstance(record, BoardMessage) else "")
        if title:
            found.setdefault("".join(title.split()), Quoted(record.id, title, record.url))
    return tuple(found.values())[:QUOTED]
