"""事件: the matters that many texts are about, and one of them from its beginning."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint

from api import context
from api.dashboard.clocked import clocked
from api.dashboard.page import page, query_of, render
from api.dashboard.spans import SpanPage, choice
from api.parameters import Topics, last_days
from api.resources import alerts as alert_views
from api.resources import events as event_views
from api.resources.events import EventQuery
from monitor.alerts.types import Alert
from monitor.model import day_span
from monitor.ops.audit import Action
from monitor.signals import stories
from monitor.signals.stories import Story

blueprint = Blueprint("events", __name__)
LISTED = 30
TEXTS = 60


class EventsPage(SpanPage):
    topic: Topics = ()


@blueprint.get("/events")
@page(audited=Action.QUERY)
def events() -> str:
    query: EventsPage = query_of(EventsPage)
    first, last = query.span()
    asked = EventQuery(topic=query.topic[0] if query.topic else "", limit=LISTED)
    return render(
        "events.html", "events", matters=event_views.told(first, last, asked), span=choice(query), query=query,
        first=first, last=last, topics=context.settings().topics.topic,
    )  # fmt: skip


@blueprint.get("/events/<id>")
@page(audited=Action.QUERY)
def event(id: str) -> str:
    query: SpanPage = query_of(SpanPage)
    first, last = query.span(usual=30)
    story = stories.story(context.store(), id, first, last)
    if story is None:
        # Nothing in this span; where there was something in thirty days, the page says so and offers other spans.
        known = event_views.one(id, *last_days(30))
        return render(
            "event.html",
            "events",
            story=None,
            matter=known.matter,
            span=choice(query, usual=30),
        )
    return render(
        "event.html", "events", story=story, matter=story.matter, span=choice(query, usual=30),
        messages=[clocked(m) for m in story.messages[:TEXTS]], alerts=_alerts(story),
        tallest=max([day.total for day in story.days], default=1),
    )  # fmt: skip


def _alerts(story: Story) -> list[Alert]:
    """Alerts of the matter's topics while it lasted, the newest first."""
    begin, end, topics = story.matter.first_seen, story.matter.last_seen, story.topics
    if not topics or begin is None or end is None:
        return []
    since, until = day_span(begin - timedelta(days=1), end)
    return alert_views.book().list(topics=topics, since=since, until=until, limit=10)
