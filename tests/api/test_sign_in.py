"""Signing in as a person does: sessions, back-off, CSRF, expiry, and where one lands afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.alerts.book import AlertBook
from monitor.app import App
from monitor.ops import audit, people
from tests.api import district
from tests.api.client import Client, csrf_of

COOKIE = "yuqing_session"


@pytest.fixture
def at(clock: district.Hands) -> Iterator[district.Hands]:
    """The clock, put back afterwards."""
    yield clock
    clock.now = district.NOW


def signed_in(port: int, name: str = "duty") -> Client:
    client = Client(port)
    assert client.sign_in(name, district.PASSWORD).status == 303
    return client


def test_a_person_signs_in_and_lands_on_the_page_asked_for(port: int) -> None:
    client = Client(port)
    sent = client.get("/board?show=overdue")
    assert sent.status == 303
    where = sent.headers["Location"]
    assert where.startswith("/sign-in?next=%2Fboard%3Fshow%3Doverdue")
    form = client.get(where)
    assert "请先登录" in form.text
    target = re.search(r'name="next" value="([^"]+)"', form.text)
    assert target
    reply = client.post(
        "/sign-in", {"csrf": csrf_of(form), "name": "duty", "password": district.PASSWORD, "next": target[1]}
    )
    assert (reply.status, reply.headers["Location"]) == (303, "/board?show=overdue")
    assert client.get("/board?show=overdue").status == 200
    cookie = next(c for c in reply.headers.get_all("Set-Cookie") or [] if c.startswith(COOKIE))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie


def test_a_wrong_password_and_an_unknown_name_look_the_same(port: int) -> None:
    wrong = Client(port).sign_in("reader", "not the password")
    unknown = Client(port).sign_in("nobody", "not the password")
    assert wrong.status == unknown.status == 401
    assert "用户名或密码不对" in wrong.text and "用户名或密码不对" in unknown.text
    assert "not the password" not in wrong.text


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/sign-out", "/nope", "//[",
     "/\n/evil.example", "\t//evil.example", "/api/v1/audit", ""],
)  # fmt: skip
def test_signing_in_never_leads_to_another_site(port: int, target: str) -> None:
    client = Client(port)
    reply = client.sign_in("duty", district.PASSWORD, target)
    assert (reply.status, reply.headers["Location"]) == (303, "/")


def test_the_session_changes_at_sign_in_and_the_old_one_ends(port: int) -> None:
    client = signed_in(port)
    old = client.cookies[COOKIE]
    form = Client(port).get("/sign-in")
    fixed = Client(port, cookies={COOKIE: old, **{"yuqing_form": _cookie(form)}})
    fixed.post("/sign-in", {"csrf": csrf_of(form), "name": "duty", "password": district.PASSWORD})
    assert fixed.cookies[COOKIE] != old
    assert Client(port, cookies={COOKIE: old}).get("/").status == 303


def test_signing_out_ends_the_session_in_the_store(port: int) -> None:
    client = signed_in(port)
    copy = Client(port, cookies=dict(client.cookies))
    reply = client.post("/sign-out", {"csrf": csrf_of(client.get("/"))})
    assert reply.status == 303 and COOKIE not in client.cookies
    assert copy.get("/").status == 303


def test_an_idle_session_ends_and_says_so(port: int, at: district.Hands) -> None:
    client = signed_in(port)
    at.now += timedelta(minutes=119)
    assert client.get("/").status == 200
    at.now += timedelta(minutes=119)
    assert client.get("/").status == 200, "use keeps a session alive"
    at.now += timedelta(minutes=121)
    sent = client.get("/alerts")
    assert sent.status == 303 and "why=idle" in sent.headers["Location"]
    assert "较长时间没有操作" in client.get(sent.headers["Location"]).text
    assert client.get("/api/v1/alerts").status == 401


def test_a_page_that_refreshes_itself_keeps_nobody_signed_in(port: int, at: district.Hands) -> None:
    client = signed_in(port)
    for _ in range(5):
        at.now += timedelta(minutes=25)
        reply = client.request("GET", "/parts/alerts", headers={"HX-Request": "true"})
    assert reply.status == 401 and "why=idle" in reply.headers["HX-Redirect"]


def test_a_session_ends_after_its_lifetime_however_busy(port: int, at: district.Hands) -> None:
    client = signed_in(port)
    for _ in range(11):
        at.now += timedelta(hours=1)
        assert client.get("/sources").status == 200
    at.now += timedelta(hours=1)
    assert "why=too_old" in client.get("/sources").headers["Location"]


def test_disabling_a_user_or_a_new_password_ends_sessions_and_tokens(port: int, app: App) -> None:
    people.add(app.store, "leaver", people.Role.READER, district.PASSWORD, district.NOW)
    text = people.add_token(
        app.store, "leaver", "t", people.Role.READER, district.NOW + timedelta(days=1), district.NOW
    )
    client = signed_in(port, "leaver")
    people.set_password(app.store, "leaver", "another good password", district.NOW)
    assert "why=password_changed" in client.get("/").headers["Location"]
    again = Client(port)
    assert again.sign_in("leaver", "another good password").status == 303
    assert Client(port, text).get("/api/v1/alerts").status == 200
    people.disable(app.store, "leaver", district.NOW)
    assert "why=user_disabled" in again.get("/").headers["Location"]
    assert Client(port, text).get("/api/v1/alerts").status == 401
    assert Client(port).sign_in("leaver", "another good password").status == 401


def test_an_unsafe_request_without_the_page_token_is_refused(port: int, app: App) -> None:
    client = signed_in(port)
    id = AlertBook(app.store).list()[0].id
    for path in (f"/alerts/{id}/ack", "/sign-out"):
        for form in ({}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": "中"}):
            reply = client.post(path, form)
            assert reply.status == 403 and "页面已过期" in reply.text
    assert client.post(f"/api/v1/alerts/{id}/ack", data={"note": "x"}).status == 403
    other = csrf_of(signed_in(port, "admin").get("/"))
    assert client.post(f"/alerts/{id}/ack", {"csrf": other}).status == 403
    mine = csrf_of(client.get("/"))
    assert (
        client.request("POST", f"/api/v1/alerts/{id}/ack", data={"note": "x"}, headers={"X-CSRF-Token": mine}).status
        == 200
    )
    assert client.get("/").status == 200


def test_the_sign_in_form_itself_is_protected(port: int) -> None:
    form = {"name": "duty", "password": district.PASSWORD}
    assert Client(port).post("/sign-in", form).status == 403
    elsewhere = csrf_of(Client(port).get("/sign-in"))
    assert Client(port, cookies={"yuqing_form": "attacker"}).post("/sign-in", {**form, "csrf": elsewhere}).status == 403


def test_guessing_is_slowed_down_and_a_right_password_waits_too(port: int, app: App, at: district.Hands) -> None:
    people.add(app.store, "target", people.Role.READER, district.PASSWORD, district.NOW)
    client = Client(port)
    for _ in range(5):
        assert client.sign_in("target", "wrong password").status == 401
    blocked = client.sign_in("target", district.PASSWORD)
    assert blocked.status == 429 and "尝试次数太多" in blocked.text and int(blocked.headers["Retry-After"]) > 0
    at.now += timedelta(seconds=31)
    assert client.sign_in("target", "wrong password").status == 401
    at.now += timedelta(seconds=31)
    assert client.sign_in("target", district.PASSWORD).status == 429, "the wait doubles"
    at.now += timedelta(minutes=16)
    assert client.sign_in("target", district.PASSWORD).status == 303
    refused = [e for e in audit.read(app.store, limit=50) if e.action is audit.Action.SIGN_IN_REFUSED]
    assert any(e.who == "target" for e in refused)


def test_the_cookie_of_a_stranger_is_worth_nothing(port: int) -> None:
    for cookie in ("", "x", "20261122T000000000000." + "A" * 43, "../../etc", "20261122T003000000000." + "é" * 43):
        assert Client(port, cookies={COOKIE: cookie}).request("GET", "/board").status == 303


def test_the_store_keeps_neither_passwords_nor_cookies_nor_tokens(port: int, app: App, tokens: dict[str, str]) -> None:
    client = signed_in(port)
    secret = client.cookies[COOKIE].partition(".")[2]
    kept = "".join(
        str(s) for kind in ("user", "token", "session", "sign-in", "audit") for s in app.store.list_states(kind)
    )
    for word in (district.PASSWORD, secret, *tokens.values(), "127.0.0.1"):
        assert word not in kept
    assert "$argon2id$" in kept


def _cookie(reply: object) -> str:
    found = re.search(r"yuqing_form=([^;]+)", str(reply.headers.get("Set-Cookie")))  # type: ignore[attr-defined]
    assert found
    return found[1]
