"""``yuqing user`` and ``yuqing audit``."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from monitor.app import open_app
from monitor.cli import people as commands
from monitor.ops import people
from monitor.ops.people import PeopleError, Role
from tests.api import district

Run = Callable[..., str]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return district.write_config(tmp_path)


@pytest.fixture
def run(config: Path) -> Run:
    app = typer.Typer()
    commands.register(app)

    def run(*words: str, stdin: str = "") -> str:
        result = CliRunner().invoke(app, [*words, "--config", str(config)], input=stdin, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    return run


def test_a_user_is_added_listed_and_disabled(run: Run, config: Path, tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("from a file it comes\nsecond line\n")
    run("user", "add", "值班员01", "--role", "duty", "--password-file", str(secret))
    run("user", "add", "admin", "--role", "admin", "--password-stdin", stdin="from a pipe it comes\n")
    made = run("user", "add", "reader", "--role", "reader", "--generate").strip()
    with open_app(config) as app:
        assert people.verify(app.store, "值班员01", "from a file it comes") is not None
        assert people.verify(app.store, "admin", "from a pipe it comes") is not None
        assert people.verify(app.store, "reader", made) is not None
    run("user", "disable", "reader")
    listed = {u["name"]: u for u in json.loads(run("user", "list", "--json"))}
    assert listed["reader"]["disabled"] and not listed["admin"]["disabled"]
    assert listed["值班员01"]["role"] == "duty"
    with open_app(config) as app:
        assert people.verify(app.store, "reader", made) is None


def test_a_new_password_lets_a_disabled_user_in_again(run: Run, config: Path) -> None:
    run("user", "add", "reader", "--role", "reader", "--generate")
    run("user", "disable", "reader")
    run("user", "password", "reader", "--password-stdin", stdin="the next password\n")
    with open_app(config) as app:
        assert people.verify(app.store, "reader", "the next password") is not None


def test_a_token_is_shown_once_and_kept_as_a_hash(run: Run, config: Path) -> None:
    run("user", "add", "reader", "--role", "reader", "--generate")
    text = run("user", "token", "reader", "--label", "大屏").strip()
    with open_app(config) as app:
        found = people.find_token(app.store, text, app.clock())
        assert found is not None and found[1].role is Role.READER
        assert text not in str(app.store.list_states("token"))
        with pytest.raises(PeopleError, match="不得高于"):
            people.add_token(app.store, "reader", "x", Role.ADMIN, app.clock(), app.clock())


def test_who_did_what_is_in_the_audit_log(run: Run) -> None:
    run("user", "add", "reader", "--role", "reader", "--generate")
    run("user", "disable", "reader")
    entries = json.loads(run("audit", "--json"))
    assert [(e["who"], e["action"]) for e in entries] == [("cli", "user_disabled"), ("cli", "user_added")]
    assert "reader" in run("audit")


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", "x" * 300, "reader-read", "READERreader1"])
def test_weak_passwords_are_refused(config: Path, password: str) -> None:
    with open_app(config) as app:
        app.store.init()
        with pytest.raises(PeopleError):
            people.add(app.store, "reader", Role.READER, password, app.clock())


@pytest.mark.parametrize("name", ["", "a b", "a/b", "x" * 33, "名\u202e字", "../x"])
def test_odd_names_are_refused(config: Path, name: str) -> None:
    with open_app(config) as app, pytest.raises(PeopleError):
        people.add(app.store, name, Role.READER, "a good password", app.clock())


def test_a_name_is_taken_once(config: Path) -> None:
    with open_app(config) as app:
        app.store.init()
        people.add(app.store, "reader", Role.READER, "a good password", app.clock())
        with pytest.raises(PeopleError, match="已有用户"):
            people.add(app.store, "reader", Role.ADMIN, "a good password", app.clock())


def test_the_commands_load_nothing_heavy_until_they_are_used() -> None:
    code = "import sys, monitor.cli.people; print([m for m in ('argon2','flask','numpy') if m in sys.modules])"
    root = Path(__file__).parents[2]
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert told.stdout.strip() == "[]"


def test_tokens_are_listed_and_revoked_by_the_beginning_of_their_id(run: Run, config: Path) -> None:
    run("user", "add", "reader", "--role", "reader", "--generate")
    text = run("user", "token", "reader", "--scope", "read", "--scope", "export", "--label", "数据大屏").strip()
    listed = json.loads(run("user", "tokens", "--json"))
    assert [(t["user"], t["scopes"], t["label"], t["good"], t["used"]) for t in listed] == [
        ("reader", ["export", "read"], "数据大屏", True, None)
    ]
    assert "导出、读取" in run("user", "tokens", "reader") and text not in run("user", "tokens")
    run("user", "revoke-token", listed[0]["id"])
    assert "已撤销" in run("user", "tokens")
    with open_app(config) as app:
        assert people.find_token(app.store, text, app.clock()) is None


def test_sessions_are_listed_and_ended_one_or_all(run: Run, config: Path) -> None:
    from monitor.ops import sessions

    run("user", "add", "reader", "--role", "reader", "--generate")
    with open_app(config) as app:
        user = people.get(app.store, "reader")
        assert user is not None
        for _ in range(3):
            sessions.open_(app.store, user, app.clock())
    names = [s["name"] for s in json.loads(run("user", "sessions", "--json"))]
    assert len(names) == 3
    run("user", "sign-out", "reader", "--session", names[1])
    assert [s["name"] for s in json.loads(run("user", "sessions", "reader", "--json"))] == [names[0], names[2]]
    run("user", "sign-out", "reader")
    assert json.loads(run("user", "sessions", "--json")) == []
    assert "sessions_ended" in run("audit")


def test_another_role_is_given_and_written_down(run: Run, config: Path) -> None:
    run("user", "add", "reader", "--role", "reader", "--generate")
    run("user", "role", "reader", "duty")
    assert json.loads(run("user", "list", "--json"))[0]["role"] == "duty"
    assert "role_changed" in run("audit")


@pytest.mark.parametrize(
    "password",
    ["Password1234", "P@ssw0rd2026!", "Admin@123456", "1qaz2wsx3edc", "woaini5201314", "123456789012", "yuqing202611!",
     "qwerASDF1234", "zhongguo1949", "13800138000138", "舆情2026舆情2026", "Summer2026!!!"],
)  # fmt: skip
def test_passwords_that_everybody_thinks_of_are_refused(password: str) -> None:
    with pytest.raises(PeopleError):
        people.check_password("reader", password)


@pytest.mark.parametrize(
    "password", ["红烧 台灯 骆驼 电梯井", "correct horse battery", "k7 Vd9-xu2 pWq", "a" * 5 + " bicycle repair"]
)
def test_length_counts_and_nothing_else_is_asked_of_a_password(password: str) -> None:
    people.check_password("reader", password)
