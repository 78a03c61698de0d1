"""Contradictions of levels, rosters, plan and watch windows are told all at once; gaps of duty are a warning."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from monitor.model import CHINA
from monitor.settings import load, problems_of
from monitor.settings.load import warnings_of
from tests.conftest import ROOT

NOW = datetime(2026, 11, 23, 9, tzinfo=CHINA)
MAIL = '[[channel]]\nid = "mail"\ntype = "email"\nto = ["a@example.org"]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = Path(shutil.copytree(ROOT / "config", tmp_path / "config"))
    text = (copy / "service.toml").read_text("utf-8")
    text = text.replace('host = ""', 'host = "127.0.0.1"').replace('sender = ""', 'sender = "a@example.org"')
    (copy / "service.toml").write_text(text, "utf-8")
    return copy


def write(folder: Path, file: str, text: str) -> Path:
    (folder / f"{file}.toml").write_text(text, encoding="utf-8")
    return folder


def said(folder: Path) -> str:
    return "\n".join(problems_of(folder, {}))


def test_the_shipped_configuration_is_right_and_warns_of_nothing() -> None:
    assert problems_of(ROOT / "config", {}) == () and warnings_of(ROOT / "config", NOW, {}) == ()


def test_a_grave_level_that_is_easier_to_reach_than_a_mild_one_is_refused(folder: Path) -> None:
    rows = "[[level]]\nlevel = 1\ntotal = 20\nratio = 2.0\n[[level]]\nlevel = 2\ntotal = 40\nratio = 2.0\n"
    text = said(write(folder, "alerts", rows))
    assert "level[1]: Ⅱ级的条件不比Ⅰ级（level[0]）宽" in text


def test_rows_that_no_order_compares_are_fine_and_a_row_that_is_never_used_is_not(folder: Path) -> None:
    fine = "[[level]]\nlevel = 1\ntotal = 20\nratio = 5.0\n[[level]]\nlevel = 2\ntotal = 40\nratio = 2.0\n"
    assert problems_of(write(folder, "alerts", fine), {}) == ()
    idle = fine + "[[level]]\nlevel = 2\ntotal = 50\nratio = 3.0\n"
    assert "level[2]: 与 level[1] 同级而更严" in said(write(folder, "alerts", idle))


def test_every_contradiction_is_told_at_once(folder: Path) -> None:
    write(
        folder,
        "alerts",
        MAIL
        + """
[vulnerable]
topics = ["没有"]
[quiet]
begin = 22:00:00
end = 22:00:00
[[route]]
channels = ["mail"]
desk = "nobody"
watches = ["nothing"]
[[escalation]]
after_min = 5
channels = ["gone"]
[[person]]
name = "甲"
to = { gone = "x", mail = "no address" }
[[roster]]
desk = "duty"
name = "值班室"
fallback = ["丙"]
[[roster.shift]]
people = ["乙"]
begin = 08:00:00
end = 20:00:00
[calendar]
holidays = [2026-10-01]
workdays = [2026-10-01]
""",
    )
    write(
        folder,
        "watch",
        """
[[watch]]
id = "w"
name = "汛期"
begin = 2026-06-02
end = 2026-05-01
topics = ["没有"]
sources = ["none"]
channels = ["gone"]
desk = "nobody"
""",
    )
    text = said(folder)
    for words in (
        "vulnerable.topics: topics.toml 中没有专题“没有”", "quiet: begin 与 end 相同", "route[0].desk: 没有值班台“nobody”",
        "watch.toml 中没有重点时段“nothing”", "escalation[0].channels: 没有名为“gone”的渠道", "to.gone: 没有名为“gone”的渠道",
        "“no address”不是邮箱地址", "fallback: “丙”没有登记", "shift[0].people: “乙”没有登记", "既是假日又是调休",
        "watch.w.end: 结束须晚于开始", "watch.w.topics", "watch.w.sources", "watch.w.channels", "watch.w.desk",
    ):  # fmt: skip
        assert words in text, words


def test_the_response_plan_may_not_contradict_itself(folder: Path) -> None:
    plan = """
[[department]]
name = "区水务局"
[[rule]]
id = "grave"
topic = "供水"
level = 1
department = "区水务局"
deadline_h = 48
first_h = 72
[[rule]]
id = "mild"
topic = "供水"
level = 3
department = "区水务局"
deadline_h = 24
[[rule]]
id = "mild-too"
topic = "供水"
level = 3
department = "区消防大队"
"""
    text = said(write(folder, "response_plan", plan))
    assert "rule.grave.first_h: 首次发布的时限不应晚于答复时限" in text
    assert "rule.grave.deadline_h: 级别比 rule.mild 重，时限却更长" in text
    assert "rule.mild-too.level: 与 rule.mild 专题、级别相同" in text
    assert "部门“区消防大队”没有登记" in text


def test_thresholds_of_a_window_may_not_fall_under_ten(folder: Path) -> None:
    watch = '[[watch]]\nid = "w"\nname = "汛期"\nbegin = 2026-06-01\nend = 2026-06-30\nminimum = 5\n'
    assert "watch.w.minimum: 不得小于 10" in said(write(folder, "watch", watch))


def test_the_grave_levels_can_neither_be_quiet_nor_in_a_digest(folder: Path) -> None:
    text = said(write(folder, "alerts", "[quiet]\nlevels = [2]\n[digest]\nlevels = [1]\n"))
    assert "quiet.levels" in text and "digest.levels" in text


def test_gaps_of_the_coming_fortnight_are_a_warning_and_no_problem(folder: Path) -> None:
    roster = (
        MAIL
        + """
[[person]]
name = "甲"
to = { mail = "jia@example.org" }
[[roster]]
desk = "duty"
name = "值班室"
fallback = ["甲"]
[[roster.shift]]
people = ["甲"]
days = ["mon", "tue", "wed", "thu", "fri", "sat"]
begin = 00:00:00
end = 00:00:00
"""
    )
    write(folder, "alerts", roster)
    assert problems_of(folder, {}) == ()
    [warning] = warnings_of(folder, NOW, {})
    assert "roster.duty: 今后 14 天内无人当班：11-29 00:00 至 11-30 00:00、12-06 00:00 至 12-07 00:00" in warning
    assert "后备人员甲" in warning


def test_a_desk_whose_fallback_cannot_be_reached_is_a_problem(folder: Path) -> None:
    roster = (
        MAIL
        + """
[[person]]
name = "甲"
[[roster]]
desk = "duty"
name = "值班室"
fallback = ["甲"]
[[route]]
channels = ["mail"]
desk = "duty"
"""
    )
    assert "后备人员没有这些渠道的地址" in said(write(folder, "alerts", roster))


def test_a_window_that_is_over_is_a_warning(folder: Path) -> None:
    write(folder, "watch", '[[watch]]\nid = "w"\nname = "高考"\nbegin = 2026-06-07\nend = 2026-06-09\n')
    assert "重点时段“高考”已于 2026-06-10 00:00 结束" in warnings_of(folder, NOW, {})[0]
    assert load(folder, {}).watch.watch[0].end == datetime(2026, 6, 10, tzinfo=CHINA)
