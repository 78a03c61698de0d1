"""The commands as staff type them."""

from __future__ import annotations

import json

import pytest
import structlog
import typer
from typer.testing import CliRunner

from monitor.cli import alerts as commands
from monitor.errors import YuqingError
from monitor.settings import load
from monitor.store import open_store
from tests.alerts.desk import NOON, TO, Writer, burst, fill

RUN = CliRunner()


@pytest.fixture(autouse=True)
def logging_as_it_was():
    yield
    structlog.reset_defaults()


@pytest.fixture
def app():
    made = typer.Typer()
    commands.register(made)
    return made


@pytest.fixture
def config(tmp_path, sink):
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "district.toml").write_text('name = "示例区"\ncity = "示例市"\nprovince = "示例省"\n')
    (folder / "service.toml").write_text(
        f'data = "{tmp_path / "data"}"\n[smtp]\nhost = "127.0.0.1"\nport = {sink.port}\nsender = "yuqing@example.org"\n'
    )
    (folder / "topics.toml").write_text(
        '[[topic]]\nname = "供水"\nofficial = "城乡建设"\ndepartment = "区水务局"\nterms = ["停水"]\n'
    )
    (folder / "alerts.toml").write_text(f'[[channel]]\nid = "mail"\ntype = "email"\nto = ["{TO}"]\n')
    return folder


@pytest.fixture
def spiking(config):
    settings = load(config, {})
    settings.service.data.mkdir()
    store, writer = open_store(settings), Writer()
    store.init()
    fill(store, writer.history(NOON), burst(writer, NOON, n=45))
    store.close()
    return config


def call(app, *words):
    result = RUN.invoke(app, [str(w) for w in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_tick_list_show_and_ack_from_the_command_line(app, spiking, sink):
    report = json.loads(call(app, "tick", "--now", NOON.isoformat(), "--config", spiking, "--json").stdout)
    assert len(report["opened"]) == 1 and len(report["sent"]) == 1
    [id] = report["opened"]
    listed = json.loads(call(app, "alerts", "list", "--config", spiking, "--json").stdout)["alerts"]
    assert [a["id"] for a in listed] == [id] and listed[0]["observed"]["post"]["value"] in (45, 50)
    shown = call(app, "alerts", "show", id, "--config", spiking).stdout
    assert "区水务局" in shown and "已发送" in shown
    assert "已签收" in call(app, "alerts", "ack", id, "--who", "王", "--note", "已派单", "--config", spiking).stderr
    told = json.loads(call(app, "alerts", "show", id, "--config", spiking, "--json").stdout)
    assert told["alert"]["acknowledged_by"] == "王" and told["notifications"][0]["state"] == "sent"


def test_tables_and_empty_states_are_chinese(app, config):
    assert "当前没有未恢复的预警" in call(app, "alerts", "list", "--config", config).stdout
    assert "没有预警" in call(app, "alerts", "list", "--all", "--config", config).stdout
    assert "研判完成" in call(app, "tick", "--now", NOON.isoformat(), "--config", config).stderr


def test_a_silence_needs_a_known_topic_and_a_reason(app, spiking, sink):
    wrong = call(app, "alerts", "silence", "没有", "--who", "李", "--reason", "x", "--config", spiking)
    assert wrong.exit_code == 2 and "供水" in wrong.stderr
    assert call(app, "alerts", "silence", "供水", "--who", "李", "--config", spiking).exit_code == 2
    done = call(
        app, "alerts", "silence", "供水", "--who", "李", "--reason", "计划停水", "--hours", 2, "--config", spiking
    )
    assert "已静默 供水" in done.stderr


def test_an_unknown_alert_is_named_with_a_hint(app, config):
    with pytest.raises(YuqingError, match="alerts list"):
        call(app, "alerts", "ack", "nothing", "--who", "李", "--config", config)


ROSTER = """
[[route]]
channels = ["mail"]
desk = "duty"
[[escalation]]
after_min = 15
channels = ["mail"]
[quiet]
begin = 22:00:00
end = 07:00:00
[[person]]
name = "王"
to = { mail = "wang@example.org" }
[[roster]]
desk = "duty"
name = "值班室"
fallback = ["王"]
[[roster.shift]]
people = ["王"]
begin = 08:00:00
end = 20:00:00
"""


def test_an_operator_sees_who_is_on_duty_and_who_would_be_told_without_an_alarm(app, config, sink):
    with (config / "alerts.toml").open("a") as file:
        file.write(ROSTER)
    duty = json.loads(call(app, "alerts", "duty", "--at", "2026-11-22T12:00", "--config", config, "--json").stdout)
    assert duty["desks"] == [{"desk": "duty", "name": "值班室", "people": ["王"], "gap": False}]
    assert "无人当班" in call(app, "alerts", "duty", "--at", "2026-11-22T23:00", "--config", config).stdout
    words = ("alerts", "route", "--topic", "供水", "--config", config, "--json")
    now = json.loads(call(app, *words, "--level", 2, "--at", "2026-11-22T23:00").stdout)
    assert now["when"] == ["立即通知。"]
    assert [(t["when"], t["to"]) for t in now["told"]] == [("11-22 23:00", "wang@example.org"), ("11-22 23:15", TO)]
    waits = json.loads(call(app, *words, "--level", 4, "--at", "2026-11-22T23:00").stdout)
    assert "等到 11-23 07:00" in waits["when"][0] and waits["told"][0]["when"] == "11-23 07:00"
    assert call(app, "alerts", "route", "--topic", "没有", "--level", 1, "--config", config).exit_code == 2
    assert sink.raw == []


def test_a_clock_is_stopped_and_an_alert_is_closed_from_the_command_line(app, spiking, sink):
    plan = (
        '[[department]]\nname = "区水务局"\n[[rule]]\nid = "w"\ntopic = "供水"\ndepartment = "区水务局"\nfirst_h = 5\n'
    )
    (spiking / "response_plan.toml").write_text(plan)
    report = json.loads(call(app, "tick", "--now", NOON.isoformat(), "--config", spiking, "--json").stdout)
    [id] = report["opened"]
    assert "发布权威信息" in call(app, "alerts", "done", id, "first", "--who", "王", "--config", spiking).stderr
    with pytest.raises(YuqingError):
        call(app, "alerts", "done", id, "other", "--who", "王", "--config", spiking)
    closed = call(app, "alerts", "close", id, "--who", "王", "--note", "已恢复供水", "--config", spiking)
    assert "已办结" in closed.stderr
    shown = call(app, "alerts", "show", id, "--config", spiking).stdout
    assert "已办结（王）" in shown and "级" in shown and "依据" in shown
    assert call(app, "alerts", "close", id, "--who", "王", "--config", spiking).exit_code == 2, "a note is required"


def test_watch_windows_are_listed_and_compared(config):
    from monitor.cli import watch

    (config / "watch.toml").write_text('[[watch]]\nid = "w"\nname = "汛期"\nbegin = 2026-11-01\nend = 2026-11-30\n')
    made = typer.Typer()
    watch.register(made)
    settings = load(config, {})
    settings.service.data.mkdir()
    store, writer = open_store(settings), Writer()
    store.init()
    fill(store, writer.history(NOON), burst(writer, NOON, n=45))
    store.close()
    listed = json.loads(call(made, "watch", "list", "--config", config, "--now", NOON.isoformat(), "--json").stdout)
    assert [(w["id"], w["active"]) for w in listed["watches"]] == [("w", True)]
    shown = call(made, "watch", "show", "w", "--config", config, "--now", NOON.isoformat()).stdout
    assert "供水：帖文约" in shown and "明显高于平时" in shown
    assert call(made, "watch", "show", "none", "--config", config).exit_code == 2
