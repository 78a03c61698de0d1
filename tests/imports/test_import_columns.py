"""What the columns of an unknown export are taken for."""

from __future__ import annotations

import pytest

from monitor.errors import ImportRefused
from monitor.ops.import_columns import How, private, propose
from monitor.ops.import_types import Row, header
from monitor.ops.imports import wanted_names

DEFAULT = wanted_names({})


def rows(columns: list[str], *values: tuple[object, ...]) -> list[Row]:
    return [Row(n, dict(zip(columns, one, strict=True))) for n, one in enumerate(values, 2)]


def test_an_export_of_a_12345_system_is_understood_from_its_headers() -> None:
    columns = [
        "序号", "工单编号", "来电时间", "来电人", "联系电话", "联系地址", "诉求标题", "诉求内容（必填）", "诉求类型", "所属街道",
        "承办单位", "办结时间", "办理结果", "满意度",
    ]  # fmt: skip
    found = propose(columns, [], {})
    assert found.mapping == {
        "key": "工单编号", "title": "诉求标题", "text": "诉求内容（必填）", "time": "来电时间", "category": "诉求类型",
        "reply": "办理结果", "reply_time": "办结时间", "department": "承办单位", "street": "所属街道",
    }  # fmt: skip
    hidden = [c.name for c in found.columns if c.how is How.PRIVATE]
    assert hidden == ["来电人", "联系电话", "联系地址"]


def test_names_that_only_end_like_a_usual_one_are_proposed_to_be_checked() -> None:
    found = propose(["市民诉求内容", "工单受理时间", "第三方回访时间"], [], {})
    assert [(c.field, c.how) for c in found.columns] == [
        ("text", How.ALIKE), ("time", How.ALIKE), ("", How.UNUSED),
    ]  # fmt: skip


def test_columns_without_telling_names_are_told_by_their_values() -> None:
    columns = ["甲", "乙", "丙", "丁", "戊"]
    told = rows(
        columns,
        ("GD-1001", "2026-11-21 09:00", "家里停水两天了，请尽快恢复供水", "13912345678", "2026-11-22 10:00"),
        ("GD-1002", "2026-11-21 10:00", "门口的路灯坏了一周没有人修", "13812345679", "2026-11-22 11:00"),
    )
    found = propose(columns, told, {})
    assert found.mapping == {"key": "甲", "time": "乙", "text": "丙"}
    assert next(c.how for c in found.columns if c.name == "丁") is How.PRIVATE


def test_a_column_of_another_kind_is_not_taken_for_a_time_by_its_name() -> None:
    columns = ["时间", "内容", "登记"]
    told = rows(columns, ("上班时段", "停水了没人管怎么办", "2026-11-21"), ("下班", "路灯坏了没有人修", "2026-11-22"))
    assert propose(columns, told, {}).mapping == {"text": "内容", "time": "登记"}


def test_what_is_set_stands() -> None:
    found = propose(["标题", "诉求内容", "来电时间"], [], {"text": "标题"})
    assert found.mapping["text"] == "标题"
    assert found.columns[0].how is How.SET
    assert "title" not in found.mapping


@pytest.mark.parametrize(
    "name",
    ["姓名", "来电人", "来电人姓名", "联系电话", "手机号码", "来电号码", "身份证号", "家庭住址", "联系地址", "邮箱", "经办人",
     "受理人工号", "IP属地", "phone", "user_name", "ip"],
)  # fmt: skip
def test_columns_about_persons_are_private(name: str) -> None:
    assert private(name)


@pytest.mark.parametrize(
    "name", ["诉求内容", "承办单位", "所属街道", "来电时间", "工单编号", "title", "text", "区域", "vip"]
)
def test_columns_about_matters_are_not(name: str) -> None:
    assert not private(name)


def test_a_header_of_two_rows_is_read_as_one() -> None:
    top = [
        ["12345 工单导出", None, None, None],
        ["工单编号", "诉求信息", None, "办理信息"],
        [None, "诉求内容", "来电时间", "办理结果"],
        ["1", "停水了", "2026-11-21", None],
    ]
    found = header(top, DEFAULT)
    assert (found.last, found.names) == (2, ("工单编号", "诉求内容", "来电时间", "办理结果"))


def test_a_header_of_one_row_does_not_swallow_the_row_below() -> None:
    found = header([["诉求内容", "来电时间"], ["停水了", "2026-11-21"]], DEFAULT)
    assert (found.last, found.names) == (0, ("诉求内容", "来电时间"))


def test_nothing_written_is_no_header() -> None:
    with pytest.raises(ImportRefused, match="没有表头"):
        header([[None, None], []], DEFAULT)
