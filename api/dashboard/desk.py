"""预警: the list, one alert with its course, what the desk does about it, and who was told."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, redirect, request
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response as AnyResponse

from api import context
from api.auth.caller import required
from api.dashboard import charts
from api.dashboard.alert_story import steps
from api.dashboard.page import address, page, query_of, render
from api.parameters import Topics
from api.resources import alerts as alert_views
from api.resources.alerts import Acknowledgement, Closing, Done, SilenceRequest, StateChoice
from api.validation import form_of
from monitor.alerts import journal
from monitor.alerts.facts import standing
from monitor.alerts.types import Alert, AlertState, NotificationState
from monitor.alerts.wording import CLOCK_NAMES
from monitor.ops.people import Role

blueprint = Blueprint("desk", __name__)
PAGE = 30
BEFORE = timedelta(days=3)
LONGEST = timedelta(days=14)
DONE = {
    "ack": "已签收。", "done": "已标记完成，不再提醒这个时限。", "close": "已办结。级别加重时会重新打开。",
    "silence": "已设为静默：期间不再通知，预警照常记录。", "note": "已记下。", "unsilence": "已结束静默，恢复通知。",
}  # fmt: skip
STATES = tuple((state.value, state.chinese) for state in AlertState)


class AlertsPage(BaseModel, extra="forbid"):
    done: str = Field("", max_length=20)
    state: StateChoice | None = None
    topic: Topics = ()
    before: str = Field("", max_length=100)


class AlertPage(BaseModel, extra="forbid"):
    done: str = Field("", max_length=20)


class NotificationsPage(BaseModel, extra="forbid"):
    failed: str = Field("", max_length=1, pattern="^1?$")
    before: str = Field("", max_length=200)


@blueprint.get("/alerts")
@page()
def alerts() -> str:
    query: AlertsPage = query_of(AlertsPage)
    book = alert_views.book()
    found = book.list(
        states=(AlertState(query.state),) if query.state else (),
        topics=query.topic,
        limit=PAGE + 1,
        before=query.before,
    )
    return render(
        "alerts.html", "alerts", alerts=found[:PAGE], silences=book.silences(context.now()), states=STATES, query=query,
        more=address(before=found[PAGE - 1].id) if len(found) > PAGE else "", duty=Role.DUTY,
        topics=context.settings().topics.topic, done=DONE.get(query.done, ""),
    )  # fmt: skip


@blueprint.get("/alerts/notifications")
@page()
def notifications() -> str:
    query: NotificationsPage = query_of(NotificationsPage)
    found = alert_views.book().told(limit=PAGE + 1, before=query.before, failed=bool(query.failed))
    return render(
        "notifications.html", "alerts", notifications=found[:PAGE], query=query,
        more=address(before=found[PAGE - 1].id) if len(found) > PAGE else "",
    )  # fmt: skip


@blueprint.get("/alerts/<id>")
@page()
def alert(id: str) -> str:
    query: AlertPage = query_of(AlertPage)
    found = alert_views.one(id)
    now = context.now()
    told = alert_views.book().notifications(id)
    return render(
        "alert.html", "alerts", alert=found, told=told, related=standing(context.store(), found.related),
        failed=[n for n in told if n.state is NotificationState.FAILED_PERMANENTLY],
        steps=steps(found, told, journal.notes(context.store(), id)),
        silences=[s for s in alert_views.book().silences(now) if s.mutes(found.topic, now)],
        done=DONE.get(query.done, ""), duty=Role.DUTY, clock_names=CLOCK_NAMES, waiting=_waiting(found),
        charts=charts.topic(found.topic, found.onset, found.onset - BEFORE, _end(found, now)),
    )  # fmt: skip


@blueprint.post("/alerts/<id>/ack")
@page(Role.DUTY)
def acknowledge(id: str) -> AnyResponse:
    body = form_of(Acknowledgement, note=request.form.get("note", ""))
    alert_views.acknowledge(id, required(Role.DUTY).name, body.note)
    return redirect(f"/alerts/{id}?done=ack", code=303)


@blueprint.post("/alerts/<id>/note")
@page(Role.DUTY)
def write_note(id: str) -> AnyResponse:
    """One more line of the course; what was written before stays."""
    body = form_of(Closing, note=request.form.get("note", ""))
    alert_views.note(id, required(Role.DUTY).name, body.note)
    return redirect(f"/alerts/{id}?done=note#course", code=303)


@blueprint.post("/alerts/silences/<id>/end")
@page(Role.DUTY)
def end_silence(id: str) -> AnyResponse:
    alert_views.book().end_silence(id, required(Role.DUTY).name, context.now())
    return redirect("/alerts?done=unsilence", code=303)


@blueprint.post("/alerts/<id>/done")
@page(Role.DUTY)
def mark_done(id: str) -> AnyResponse:
    body = form_of(Done, clock=request.form.get("clock", ""))
    alert_views.done(id, body.clock, required(Role.DUTY).name, "")
    return redirect(f"/alerts/{id}?done=done", code=303)


@blueprint.post("/alerts/<id>/close")
@page(Role.DUTY)
def close(id: str) -> AnyResponse:
    body = form_of(Closing, note=request.form.get("note", ""))
    alert_views.close(id, required(Role.DUTY).name, body.note)
    return redirect(f"/alerts/{id}?done=close", code=303)


@blueprint.post("/alerts/<id>/silence")
@page(Role.DUTY)
def silence(id: str) -> AnyResponse:
    hours = request.form.get("hours", "")
    given = int(hours) if hours.isascii() and hours.isdigit() and len(hours) < 6 else hours
    body = form_of(SilenceRequest, hours=given, reason=request.form.get("reason", ""))
    alert_views.silence(id, required(Role.DUTY).name, body.hours, body.reason)
    return redirect(f"/alerts/{id}?done=silence", code=303)


def _end(alert: Alert, now: datetime) -> datetime:
    """Until now, or a day past the recovery; a long alert shows its first days."""
    over = alert.recovered_at + timedelta(days=1) if alert.recovered_at else now
    return min(now, over, alert.onset + LONGEST)


def _waiting(alert: Alert) -> str:
    """Why nobody has been told yet."""
    held = {o.muted for o in alert.owed if not o.planned}
    words = {"quiet": "夜间等候，早上通知。", "digest": "等候汇总通知。", "silence": "静默中，没有通知。"}
    if any(o.muted == "no_route" for o in alert.owed):
        words["no_route"] = "没有路由：没有通知任何人，请检查 alerts.toml。"
        held.add("no_route")
    return next((text for reason, text in words.items() if reason in held), "")
