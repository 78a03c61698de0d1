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
    assert [a["id"] for a in listed] == [id] and listed[0]["observed"]["post"]["value"] == 45
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
