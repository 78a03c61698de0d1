"""What duty officers do to alerts through the API, and what reaches the disk of it."""

from __future__ import annotations

from urllib.parse import quote

from monitor.alerts.book import AlertBook
from monitor.app import App
from monitor.ops import audit
from tests.api.client import Client


def test_acknowledging_is_for_duty_officers_and_is_written_down(reader: Client, duty: Client, app: App) -> None:
    id = AlertBook(app.store).list()[0].id
    path = f"/api/v1/alerts/{quote(id)}/ack"
    assert reader.post(path, data={"note": "x"}).status == 403
    reply = duty.post(path, data={"note": "已联系水务局"})
    assert reply.status == 200
    assert reply.json()["state"] == "acknowledged" and reply.json()["acknowledged_by"] == "duty"
    entry = next(e for e in audit.read(app.store) if e.action is audit.Action.ACKNOWLEDGE)
    assert (entry.who, entry.target) == ("duty", id)


def test_silencing_needs_a_reason_and_an_end(duty: Client, app: App) -> None:
    path = f"/api/v1/alerts/{quote(AlertBook(app.store).list()[0].id)}/silence"
    for wrong in (
        {},
        {"hours": 2},
        {"hours": 0, "reason": "x"},
        {"hours": 1, "reason": "  "},
        [],
        "x",
        {"hours": 1, "a": 2},
    ):
        assert duty.post(path, data=wrong).status == 400, wrong
    reply = duty.post(path, data={"hours": 2, "reason": "计划停水，已公告"})
    assert reply.status == 200 and reply.json()["topic"] == "供水"


def test_a_body_that_is_not_json_is_refused(duty: Client, app: App) -> None:
    path = f"/api/v1/alerts/{quote(AlertBook(app.store).list()[0].id)}/ack"
    assert duty.post(path, {"note": "form"}).status == 415
    broken = duty.request("POST", path, headers={"Content-Type": "application/json"})
    assert broken.status == 400
    assert duty.post(path, data={"note": "x" * 300_000}).status == 413


def test_personal_data_in_searches_and_notes_reach_no_disk(duty: Client, app: App) -> None:
    duty.get(f"/api/v1/board?q={quote('13812345678')}")
    id = AlertBook(app.store).list()[0].id
    duty.post(f"/api/v1/alerts/{quote(id)}/ack", data={"note": "已联系住户，电话13812345678"})
    assert "〔电话〕" in AlertBook(app.store).list()[0].note
    kept = b"".join(p.read_bytes() for p in app.settings.service.data.rglob("*") if p.is_file())
    assert b"13812345678" not in kept


def test_a_clock_is_stopped_and_an_alert_closed_by_duty_officers_and_written_down(
    reader: Client, duty: Client, app: App
) -> None:
    id = AlertBook(app.store).list()[0].id
    path = f"/api/v1/alerts/{quote(id)}"
    assert reader.post(f"{path}/close", data={"note": "x"}).status == 403
    assert duty.post(f"{path}/done", data={"clock": "never"}).status == 400
    assert duty.post(f"{path}/done", data={"clock": "first"}).status == 400, "the plan names no such clock here"
    done = duty.post(f"{path}/done", data={"clock": "reply", "note": "已逐条答复，联系人电话13812345678"})
    assert (done.status, done.json()["answered_by"]) == (200, "duty")
    assert "〔电话〕" in done.json()["note"]
    assert duty.post(f"{path}/close", data={"note": " "}).status == 400
    closed = duty.post(f"{path}/close", data={"note": "已办结"})
    assert (closed.status, closed.json()["state"], closed.json()["closed_by"]) == (200, "closed", "duty")
    assert duty.get("/api/v1/alerts?state=closed").json()["items"][0]["id"] == id
    actions = {e.action for e in audit.read(app.store) if e.target.startswith(id)}
    assert {audit.Action.ALERT_ANSWERED, audit.Action.ALERT_CLOSED} <= actions
