"""Bearer tokens: what they are for, when they end, and what is known of their use."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.auth.caller import scope_of
from api.resources import ALL
from monitor.alerts.book import AlertBook
from monitor.app import App
from monitor.ops import audit, people
from monitor.ops.people import PeopleError, Role, Scope
from tests.api import district
from tests.api.client import Client

DAY = timedelta(days=1)


def token(app: App, *scopes: Scope, role: Role = Role.ADMIN, days: int = 1) -> str:
    expires = district.NOW + days * DAY
    return people.add_token(
        app.store, "admin", "t", role, expires, district.NOW, scopes=frozenset(scopes) or people.ALL_SCOPES
    )


def id_of(app: App, text: str) -> str:
    found = people.find_token(app.store, text, district.NOW)
    assert found is not None
    return found[1].id


def test_a_token_does_only_what_it_is_for(port: int, app: App) -> None:
    id = AlertBook(app.store).list()[0].id
    asked = {
        Scope.READ: ("GET", "/api/v1/alerts", None),
        Scope.EXPORT: ("GET", "/api/v1/exports/alerts.csv", None),
        Scope.ALERTS: ("POST", f"/api/v1/alerts/{id}/ack", {"note": "已派人"}),
        Scope.ADMIN: ("GET", "/api/v1/users", None),
    }
    for scope in asked:
        client = Client(port, token(app, scope))
        for wanted, (method, path, data) in asked.items():
            reply = client.request(method, path, data=data)
            assert reply.status == (200 if wanted is scope else 403), (scope, wanted, reply.text)
            if wanted is not scope:
                assert reply.json()["type"] == "/problems/scope" and wanted.label in reply.json()["detail"]


def test_every_operation_that_changes_something_needs_more_than_read() -> None:
    for resource in ALL:
        for operation in resource.operations:
            reading = operation.method.value == "GET"
            assert reading or operation.scope is not Scope.READ, operation.name
            assert operation.role is not Role.ADMIN or operation.scope is Scope.ADMIN, operation.name


def test_a_page_asks_a_token_for_the_same_as_the_operation() -> None:
    assert scope_of("POST", "/alerts/x/ack", Role.DUTY) is Scope.ALERTS
    assert scope_of("POST", "/briefs/daily.2026-11-22/issue", Role.DUTY) is Scope.BRIEFS
    assert scope_of("GET", "/", Role.READER) is Scope.READ
    assert scope_of("POST", "/account", Role.READER) is Scope.ADMIN


def test_a_revoked_token_opens_nothing_at_once(port: int, app: App) -> None:
    text = token(app)
    client = Client(port, text)
    assert client.get("/api/v1/sources").status == 200
    id = id_of(app, text)
    people.revoke_token(app.store, id[:8], district.NOW)
    people.revoke_token(app.store, id[:8], district.NOW)
    assert client.get("/api/v1/sources").status == 401
    with pytest.raises(PeopleError, match="没有这个令牌"):
        people.revoke_token(app.store, "0", district.NOW)
    assert any(e.action is audit.Action.TOKEN_REVOKED for e in audit.read(app.store, limit=10))


def test_last_use_is_noted_every_ten_minutes(port: int, app: App, clock: district.Hands) -> None:
    text = token(app)
    client = Client(port, text)
    moments = []
    for minutes in (0, 5, 11):
        clock.now = district.NOW + timedelta(minutes=minutes)
        assert client.get("/api/v1/sources").status == 200
        found = people.find_token(app.store, text, clock.now)
        assert found is not None and found[1].used is not None
        moments.append((found[1].used - district.NOW).total_seconds() / 60)
    clock.now = district.NOW
    assert moments == [0, 0, 11]


def test_a_token_of_the_first_version_keeps_working(port: int, app: App) -> None:
    text = token(app)
    state = app.store.get("token", id_of(app, text))
    assert state is not None
    old = {k: state.doc[k] for k in ("label", "user", "role", "created", "expires")}
    app.store.replace("token", state.id, old, state.version)
    assert Client(port, text).get("/api/v1/users").status == 200


def test_a_user_who_loses_a_role_loses_it_in_tokens_too(port: int, app: App) -> None:
    people.add(app.store, "mover", Role.ADMIN, district.PASSWORD, district.NOW)
    text = people.add_token(app.store, "mover", "t", Role.ADMIN, district.NOW + DAY, district.NOW)
    assert Client(port, text).get("/api/v1/users").status == 200
    people.set_role(app.store, "mover", Role.READER, district.NOW)
    assert Client(port, text).get("/api/v1/users").status == 403


def test_what_another_process_changes_is_seen_within_two_seconds() -> None:
    from api.kept import ACCESS_S, Access
    from monitor.store.counted import CountedStore
    from monitor.store.memory import MemoryStore

    now, shared = 0.0, MemoryStore()
    ours = CountedStore(shared)
    shared.create("user", "li", {"disabled": False})
    access = Access(ours, lambda: now)  # type: ignore[arg-type]
    assert access.get("user", "li").doc["disabled"] is False  # type: ignore[union-attr]
    shared.replace("user", "li", {"disabled": True}, 1)
    now = ACCESS_S - 0.1
    assert access.get("user", "li").doc["disabled"] is False  # type: ignore[union-attr]
    now = ACCESS_S
    assert access.get("user", "li").doc["disabled"] is True  # type: ignore[union-attr]
    ours.replace("user", "li", {"disabled": False}, 2)
    assert access.get("user", "li").doc["disabled"] is False, "our own change is seen at once"  # type: ignore[union-attr]
    assert access.get("user", "nobody") is None
