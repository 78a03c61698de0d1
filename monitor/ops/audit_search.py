"""The audit log looked through: by who, what and day. Entries are numbered, so a day is found without reading all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from monitor.model import day_of, day_span
from monitor.ops.audit import STATE, Action, Entry, read
from monitor.store import Store

LOOKED_AT = 5000
"""Entries looked at for one page; a rare action further back is found by going on."""
_PAGE = 500
_NAMES = """
sign_in 登录
sign_in_refused 登录被拒
sign_out 退出
query 查阅
export 导出
import 导入
acknowledge 签收预警
alert_answered 标记时限完成
alert_closed 办结预警
alert_noted 记录处置
silence 设静默
silence_ended 结束静默
brief_made 生成专报
brief_edited 修改专报
brief_reviewed 审核专报
brief_issued 签发专报
brief_sent 发送专报
brief_read 查看专报
user_added 新建用户
password_changed 更改密码
user_disabled 停用用户
token_added 建立令牌
settings_changed 更改配置
prune 清理
wall_added 建立大屏
wall_opened 大屏接入
wall_revoked 撤销大屏
"""
NAMES = dict(line.split(" ", 1) for line in _NAMES.strip().split("\n"))


@dataclass(frozen=True, slots=True)
class Found:
    """``more``: what to give as ``before`` to go on; empty at the end. ``looked_at`` entries were read for it."""

    entries: tuple[Entry, ...]
    more: str
    looked_at: int


def name(action: Action) -> str:
    """What an action is called in Chinese."""
    return NAMES.get(action.value, action.value)


def search(
    store: Store, *, who: str = "", action: Action | None = None, day: date | None = None, before: str = "",
    limit: int = 50
) -> Found:  # fmt: skip
    """Entries that fit, the newest first. Raises ``StoreUnavailable``."""
    found: list[Entry] = []
    at, looked = before or (_after_day(store, day) if day else ""), 0
    while looked < LOOKED_AT:
        page = read(store, before=at, limit=_PAGE)
        for entry in page:
            looked += 1
            at = entry.id
            if day is not None and day_of(entry.time) < day:
                return Found(tuple(found), "", looked)
            fits = (not who or entry.who == who) and action in (None, entry.action)
            if fits and (day is None or day_of(entry.time) == day):
                found.append(entry)
                if len(found) == limit:
                    return Found(tuple(found), at if not at.endswith(_FIRST) else "", looked)
        if len(page) < _PAGE:
            return Found(tuple(found), "", looked)
    return Found(tuple(found), at, looked)


_FIRST = "0" * 11 + "1"


def _after_day(store: Store, day: date) -> str:
    """The id of the first entry after a day ("" if there is none): where reading backwards begins. By bisection."""
    newest = read(store, limit=1)
    if not newest or not newest[0].id.startswith("c"):
        return ""
    end = day_span(day)[1]
    low, high = 1, int(newest[0].id[1:]) + 1
    while low < high:
        middle = (low + high) // 2
        state = store.get(STATE, f"c{middle:012d}")
        if state is not None and datetime.fromisoformat(state.doc["time"]) < end:
            low = middle + 1
        else:
            high = middle
    return f"c{low:012d}"
