"""``yuqing brief`` at the desk: the commands as a person types them, and the form in her own editor."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.app import open_app
from monitor.briefs import archive, desk
from monitor.briefs.desk import form
from monitor.briefs.desk.types import Refused
from monitor.briefs.types import Table, words
from monitor.cli import app as cli
from monitor.errors import YuqingError
from monitor.ops import audit
from tests.alerts.sink import Sink, smtp_sink
from tests.briefs.desk import NOW, brief

ID = "daily.2026-11-21"


@pytest.fixture
def sink() -> Iterator[Sink]:
    with smtp_sink() as made:
        yield made


@pytest.fixture
def config(tmp_path: Path, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "service.toml").write_text(
        f'data = "{tmp_path / "data"}"\n[smtp]\nhost = "127.0.0.1"\nport = {sink.port}\nsender = "yuqing@example.org"\n'
    )
    (folder / "district.toml").write_text('name = "示例区"\ncity = "示例市"\nprovince = "示例省"\n')
    (folder / "brief.toml").write_text(
        '[[distribution]]\nname = "区委办公室"\nto = ["office@example.org"]\nformats = ["html"]\n'
    )
    with open_app(folder) as opened:
        opened.store.init()
        desk.draft(opened.store, brief(), "service", NOW)
    monkeypatch.setenv("YUQING_CONFIG", str(folder))
    return folder


def run(*words_: str, fails: bool = False) -> str:
    result = CliRunner().invoke(cli, ["brief", *words_], catch_exceptions=True)
    if fails:
        assert isinstance(result.exception, YuqingError), result.output
        return str(result.exception)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def editor(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor that runs a line of sed over the form, as a person would change it."""
    path = folder / "editor.sh"
    path.write_text(f"#!/bin/sh\nsed -i '{script}' \"$1\"\ntouch -d '2040-01-01' \"$1\"\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("EDITOR", str(path))
    monkeypatch.delenv("VISUAL", raising=False)


def test_a_draft_is_edited_issued_sent_and_its_receipt_read(config: Path, sink: Sink) -> None:
    assert "草稿" in run("list")
    run("edit", ID, "--note", "请尽快答复。", "--who", "zhang")
    assert "停水留言" in run("edit", ID, "--replace", "供水留言", "停水留言", "--who", "zhang") + run("diff", ID)
    run("issue", ID, "--who", "li")
    assert json.loads(run("list", "--json"))[0] | {"title": "", "issue": ""} == {
        "id": ID, "title": "", "issue": "", "state": "issued", "revision": 1,
    }  # fmt: skip
    assert "已送达" in run("send", ID) and sink.recipients == ["office@example.org"]
    assert json.loads(run("receipts", ID, "--json"))[0]["状态"] == "已送达"
    run("send", ID)
    assert len(sink.raw) == 1
    shown = run("show", ID)
    assert "停水留言12件" in shown and "编者按：请尽快答复。" in shown and "区水务局　12　正在办理" in shown
    with open_app(config) as opened:
        names = {(e.action.value, e.who) for e in audit.read(opened.store)}
    assert {("brief_edited", "zhang"), ("brief_issued", "li")} <= names


def test_a_reissue_says_what_it_changed_and_the_first_is_still_to_be_read(config: Path) -> None:
    run("issue", ID, "--no-send")
    run("edit", ID, "--replace", "正在办理", "已派员抢修")
    run("issue", ID, "--no-send")
    assert "正在办理更正为已派员抢修" in run("diff", ID, "--revision", "2")
    assert "正在办理" in run("show", ID, "--revision", "1") and "已派员抢修" in run("show", ID, "--revision", "2")
    assert "没有第 7 次签发" in run("show", ID, "--revision", "7", fails=True)


def test_what_cannot_be_done_is_said_in_words(config: Path) -> None:
    assert "没有编号为" in run("show", "../../etc/passwd", fails=True)
    assert "没有启用审核" in run("review", ID, fails=True)
    assert "由数据得出，不可改" in run("edit", ID, "--replace", "12件", "13件", fails=True)
    assert "有 4 处文字含“区水务局”" in run("edit", ID, "--replace", "区水务局", "水务局", fails=True)
    assert "不能新写数字" in run("edit", ID, "--replace", "正在办理", "已办结3件", fails=True)


def test_the_form_in_an_editor_changes_words_and_the_note(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(tmp_path, "s/正在办理/已派员抢修/; s/^\\[编者按\\]$/[编者按]\\n请尽快答复。/", monkeypatch)
    run("edit", ID, "--who", "zhang")
    run("issue", ID, "--no-send")
    with open_app(config) as opened:
        issued = archive.get(opened.store, ID)
    assert issued is not None and issued.brief.note == ("请尽快答复。",)
    table = issued.brief.section("matters").blocks[1]
    assert isinstance(table, Table) and words(table.rows[0][2]) == "已派员抢修"


def test_a_figure_touched_in_an_editor_is_refused_and_nothing_is_written(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(tmp_path, "s/⟦12件⟧/⟦2件⟧/; s/正在办理/已派员抢修/", monkeypatch)
    monkeypatch.chdir(tmp_path)
    assert "⟦⟧里的内容被改动了" in run("edit", ID, fails=True)
    assert "没有不同" in run("diff", ID)
    assert "已派员抢修" in (tmp_path / f"{ID}.txt").read_text(encoding="utf-8"), "what she wrote is not lost"


def test_an_editor_left_without_saving_changes_nothing(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.delenv("VISUAL", raising=False)
    assert "没有改动" in run("edit", ID)
    assert os.environ["EDITOR"] == "true"


@pytest.mark.parametrize(
    ("line", "told"),
    [("[lead/9] 供水", "没有“lead/9”这个位置"), ("供水留言", "看不懂"), ("[lead] 供水留言⟦13件⟧，请答复。", "被改动了"),
     ("[lead] 供水留言12件，请区水务局答复。", "被改动了")],
)  # fmt: skip
def test_a_form_that_cannot_be_read_says_which_line(line: str, told: str) -> None:
    with pytest.raises(Refused, match="第 1 行") as caught:
        form.changes(brief(), line)
    assert told in str(caught.value)


def test_a_form_nobody_touched_asks_for_nothing_even_with_brackets_in_titles() -> None:
    made = brief(lead=("【通告】停水 ", *brief().lead, "⟦未列⟧"))
    change = form.changes(made, form.form(made))
    assert change.note is None and change.texts == ()
