"""我的账户: one's own password and sign-ins."""

from __future__ import annotations

import pytest

from monitor.app import App
from monitor.ops import audit, people
from monitor.ops.people import Role
from tests.api import district
from tests.api.client import Client, csrf_of

NEW = "another quite good password"


@pytest.fixture
def user(app: App) -> str:
    """A user with a name of their own, so that tests do not sign each other out."""
    name = f"user{len(people.everyone(app.store))}"
    people.add(app.store, name, Role.READER, district.PASSWORD, district.NOW)
    return name


def signed_in(port: int, name: str, password: str = district.PASSWORD) -> Client:
    client = Client(port)
    assert client.sign_in(name, password).status == 303
    return client


def change(client: Client, old: str = district.PASSWORD, new: str = NEW, again: str = NEW) -> tuple[int, str]:
    fields = {"csrf": csrf_of(client.get("/account")), "password": old, "new": new, "again": again}
    reply = client.post("/account/password", fields)
    return reply.status, reply.text


def test_a_new_password_keeps_this_sign_in_and_ends_the_others(port: int, app: App, user: str) -> None:
    here, elsewhere = signed_in(port, user), signed_in(port, user)
    before = here.cookies["yuqing_session"]
    assert change(here)[0] == 303
    assert here.cookies["yuqing_session"] != before
    assert "密码已更改" in here.get("/account?done=password").text
    assert "why=password_changed" in elsewhere.get("/").headers["Location"]
    assert Client(port, cookies={"yuqing_session": before}).get("/").status == 303
    assert signed_in(port, user, NEW).get("/account").status == 200
    changed = [e for e in audit.read(app.store, limit=20) if e.action is audit.Action.PASSWORD_CHANGED]
    assert (changed[0].who, changed[0].target) == (user, user)


@pytest.mark.parametrize(
    ("old", "new", "again", "status", "said"),
    [
        ("wrong password", NEW, NEW, 403, "现在的密码不对"),
        (district.PASSWORD, NEW, NEW + "x", 400, "不一样"),
        (district.PASSWORD, "short", "short", 400, "至少 12 个字符"),
        (district.PASSWORD, "Password1234", "Password1234", 400, "太常见"),
    ],
)
def test_a_wrong_or_weak_password_changes_nothing(
    port: int, user: str, old: str, new: str, again: str, status: int, said: str
) -> None:
    client = signed_in(port, user)
    found, text = change(client, old, new, again)
    assert found == status and said in text and new not in text.replace("至少 12", "")
    assert client.get("/account").status == 200
    assert signed_in(port, user).get("/").status == 200


def test_one_sign_in_or_all_of_them_are_ended(port: int, user: str) -> None:
    here, other, third = (signed_in(port, user) for _ in range(3))
    page = here.get("/account").text
    assert page.count("/account/sessions/") == 2 and page.count("本次") == 1
    name = page.split("/account/sessions/")[1].split("/")[0]
    assert here.post(f"/account/sessions/{name}/end", {"csrf": csrf_of(here.get("/account"))}).status == 303
    assert sorted(c.get("/").status for c in (other, third)) == [200, 303]
    assert here.post("/account/sign-out", {"csrf": csrf_of(here.get("/account"))}).status == 303
    assert [c.get("/").status for c in (here, other, third)] == [303] * 3


def test_nobody_ends_the_sign_in_of_another(port: int, user: str) -> None:
    mine, other = signed_in(port, user), signed_in(port, "reader")
    theirs = signed_in(port, "reader").get("/account").text.split("/account/sessions/")[1].split("/")[0]
    mine.post(f"/account/sessions/{theirs}/end", {"csrf": csrf_of(mine.get("/account"))})
    assert other.get("/").status == 200
