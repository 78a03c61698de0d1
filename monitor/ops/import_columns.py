"""What the columns of an unknown export mean: a proposal from their names and, where these say nothing, their values.

Columns about persons (names, phones, addresses, identity cards of callers and of staff) are never proposed for
anything; they are named so that whoever reads the proposal sees that they stay unread (S1).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.ops.import_rows import moment, plain
from monitor.ops.import_types import Row, normal

SAMPLE = 50
"""Rows whose values are looked at."""
NAMES: Mapping[str, tuple[str, ...]] = {
    field: tuple(names.split())
    for field, names in {
        "key": (
            "工单编号 工单号 诉求编号 受理编号 事件编号 案件编号 信件编号 留言编号 任务号 "
            "工单流水号 流水号 单号 编号 id"
        ),
        "title": (
            "诉求标题 工单标题 事件标题 信件标题 留言标题 问题标题 诉求主题 工单主题 事项名称 标题 主题 title subject"
        ),
        "text": (
            "诉求内容 诉求描述 诉求详情 工单内容 反映内容 反映问题 来电内容 问题描述 事件描述 "
            "信件内容 留言内容 投诉内容 事件内容 具体内容 内容描述 正文 内容 描述 详情 text "
            "content body"
        ),
        "time": (
            "来电时间 受理时间 诉求时间 反映时间 登记时间 来件时间 来信时间 留言时间 提交时间 "
            "创建时间 工单时间 录入时间 来电日期 受理日期 登记日期 发布时间 时间 日期 time date"
        ),
        "street": "所属街道 所属镇街 所属街镇 所属乡镇 街道乡镇 镇街名称 街道 镇街 乡镇 street",
        "url": "链接 网址 原文链接 url link",
        "category": (
            "诉求类型 诉求类别 诉求分类 工单类型 工单类别 问题类型 问题分类 问题类别 事项类别 "
            "事项分类 内容分类 诉求性质 来电性质 分类 类别 类型 category type"
        ),
        "reply": (
            "办理结果 办理情况 处理结果 处理情况 处理意见 办理意见 办结意见 答复内容 回复内容 "
            "反馈内容 办结内容 处置结果 答复意见 答复情况 回复情况 答复 回复 reply answer"
        ),
        "reply_time": (
            "办结时间 答复时间 回复时间 反馈时间 办结日期 答复日期 回复日期 完成时间 结案时间 处理完成时间 reply_time"
        ),
        "department": (
            "承办单位 主办单位 办理单位 责任单位 承办部门 主办部门 办理部门 责任部门 处置单位 "
            "答复单位 回复单位 处理部门 处理单位 承办机构 department"
        ),
    }.items()
}
"""Usual names of each field's column in exports of 12345 systems, the most telling first."""
_PRIVATE = re.compile(
    r"(?:姓名|来电人|来信人|诉求人|投诉人|举报人|反映人|当事人|联系人|申请人|留言人|网友|市民|昵称|用户名?|账号|作者|头像|"
    r"属地|电话|手机|号码|联系方式|身份证|证件号?|住址|地址|位置|邮箱|邮件|微信|qq|性别|年龄|生日|出生日期|民族|职业|车牌|银行卡|"
    r"经办人|受理人|受理员|办理人|承办人|操作人|登记人|派单人|审核人|坐席|话务员|工号)(?:号码|号|名称|信息)?$|"
    r"(?:^|[_.-])(?:ip|author|name|username|nickname|user|caller|phone|mobile|tel|email|address|idcard|avatar|gender|age)$"
)
_PERSONAL = re.compile(
    r"(?:\+?86[- ]?)?1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|\d{17}[\dXx]|[^@\s]+@[^@\s]+\.\w+|\d{16,19}|"
    r"(?:\d{1,3}\.){3}\d{1,3}"
)
_CODE = re.compile(r"(?=.*\d)[0-9A-Za-z_/-]{4,40}")
_TIMES, _TEXTS = 0.8, 12
"""Share of values that are times, and mean characters, from which on a column is taken for one."""


class How(StrEnum):
    """Why a column is taken for what it is taken for."""

    SET = "set"
    NAME = "name"
    ALIKE = "alike"
    VALUES = "values"
    PRIVATE = "private"
    UNUSED = "unused"

    @property
    def chinese(self) -> str:
        return _HOW[self]


_HOW = {
    How.SET: "已配置", How.NAME: "按列名", How.ALIKE: "列名相近，请核对", How.VALUES: "按内容推断，请核对",
    How.PRIVATE: "个人信息，不读", How.UNUSED: "用不到，不读",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file: the field it is taken for (empty: not read) and why."""

    name: str
    field: str
    how: How


@dataclass(frozen=True, slots=True)
class Proposal:
    """What each column is taken for, in the order of the file."""

    columns: tuple[Column, ...]

    @property
    def mapping(self) -> Mapping[str, str]:
        """Field -> column name."""
        return {c.field: c.name for c in self.columns if c.field}


def usual_names() -> frozenset[str]:
    """Every usual column name as it is compared: by them the header row of an unknown export is found."""
    return frozenset(normal(name) for names in NAMES.values() for name in names)


def private(name: str) -> bool:
    """Whether a column is, by its name, about persons."""
    return _PRIVATE.search(_bare(name)) is not None


def propose(columns: Sequence[str], rows: Sequence[Row], known: Mapping[str, str]) -> Proposal:
    """Proposes a meaning for every column. ``known``: fields whose column is set already, which stands.

    Names decide before values, whole names before parts of them; no two columns get the same field. A column whose
    values are mostly phone numbers, identity cards or addresses is private whatever its name.
    """
    values = {name: [v for row in rows if (v := plain(row.cells.get(name)))] for name in columns if name}
    taken = {field: (column, How.SET) for field, column in known.items()}
    hidden = {
        name for name, told in values.items() if name not in known.values() and (private(name) or _personal(told))
    }
    open_ = [name for name in values if name not in hidden and name not in known.values()]
    _by_name(open_, values, taken)
    _by_values(open_, values, taken)
    fields = {column: (field, how) for field, (column, how) in taken.items()}
    return Proposal(
        tuple(Column(name, *fields.get(name, ("", How.PRIVATE if name in hidden else How.UNUSED))) for name in values)
    )


def _by_name(open_: Sequence[str], values: Mapping[str, list[str]], taken: dict[str, tuple[str, How]]) -> None:
    for whole in (True, False):
        for field, names in NAMES.items():
            for usual in names:
                if field in taken:
                    break
                used = {column for column, _ in taken.values()}
                fitting = [n for n in open_ if n not in used and _named(n, usual, whole) and _fits(field, values[n])]
                if fitting:
                    taken[field] = (fitting[0], How.NAME if whole else How.ALIKE)


def _named(column: str, usual: str, whole: bool) -> bool:
    name = _bare(column)
    return name == usual if whole else len(usual) > 1 and name.endswith(usual)


def _fits(field: str, values: Sequence[str]) -> bool:
    """Whether the values do not speak against a field."""
    if field in ("time", "reply_time"):
        return not values or _times(values) >= _TIMES
    if field == "url":
        return not values or sum(v.startswith(("http://", "https://")) for v in values) >= _TIMES * len(values)
    return not values or _times(values) < _TIMES or field == "key"


def _by_values(open_: Sequence[str], values: Mapping[str, list[str]], taken: dict[str, tuple[str, How]]) -> None:
    """Time, text and number of a row from the values; the answer and the like cannot be told from them."""

    def left() -> list[str]:
        used = {column for column, _ in taken.values()}
        return [name for name in open_ if name not in used and values[name]]

    if "time" not in taken:
        # Of several times a message begins with the earliest.
        times = [n for n in left() if len(values[n]) > 1 and _times(values[n]) >= _TIMES]
        if times:
            taken["time"] = (min(times, key=lambda n: (min(values[n]), open_.index(n))), How.VALUES)
    if "text" not in taken:
        long = [n for n in left() if _length(values[n]) >= _TEXTS and _times(values[n]) < _TIMES]
        if long:
            taken["text"] = (max(long, key=lambda n: _length(values[n])), How.VALUES)
    if "key" not in taken:
        codes = [n for n in left() if len(values[n]) > 1 and _codes(values[n])]
        if codes:
            taken["key"] = (codes[0], How.VALUES)


def _times(values: Sequence[str]) -> float:
    return sum(moment(v) is not None for v in values) / len(values) if values else 0.0


def _length(values: Sequence[str]) -> float:
    return sum(map(len, values)) / len(values)


def _codes(values: Sequence[str]) -> bool:
    return len(set(values)) == len(values) and all(_CODE.fullmatch(v) for v in values) and _times(values) < _TIMES


def _personal(values: Sequence[str]) -> bool:
    return len(values) > 1 and 2 * sum(_PERSONAL.fullmatch(v) is not None for v in values) > len(values)


def _bare(name: str) -> str:
    """Without what stands in brackets: 诉求内容（必填）is 诉求内容."""
    return re.sub(r"[(\[【〔].*?[)\]】〕]", "", normal(name)) or normal(name)
