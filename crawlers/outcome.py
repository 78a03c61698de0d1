"""How a pass ended, told to whoever looks after the sources: one state, and Chinese words that quote no page. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawlers.failures import MESSAGES, FetchFailure
from crawlers.reading import Note
from monitor.model import Kind
from monitor.ops.runs import RunState

if TYPE_CHECKING:
    from crawlers.passes import Pass

_REFUSED = frozenset({FetchFailure.ROBOTS, FetchFailure.FORBIDDEN})
# The pass met these by its own bounds or by courtesy: what is left is read next time.
_LEFT = frozenset({FetchFailure.PAGE_LIMIT, FetchFailure.TIME_LIMIT, FetchFailure.RATE_LIMITED})
_DEAD = frozenset(
    {FetchFailure.NOT_FOUND, FetchFailure.GONE, FetchFailure.CLIENT_ERROR, FetchFailure.PRIVATE_ADDRESS}
)  # fmt: skip

GAP = "列表自上次采集以来已全部换新，中间的内容可能漏采：已自动缩短间隔；若该站有翻页，可写 list.next 和 list.pages"
MOVED = "以前读过的网页这次大多打不开，网站可能搬家或改版：没有按撤稿处理；请核对信源网址"
ENDLESS = "读到的多是同一篇内容的不同网址或没有正文的网页（会话参数、日历等）：请写 list.link 或 list.ignore"
NOTES = {
    Note.LIST_BY_ITSELF: "list.link 规则找不到文章，网站可能改版：本轮已改为自动识别列表，请核对并修改规则",
    Note.TEXT_BY_ITSELF: "page.text 规则找不到正文，网站可能改版：本轮已改为自动识别正文，请核对并修改规则",
}
_MOST = 2
"""So many things are told at once: the rest comes when these are mended."""


def told(one: Pass) -> tuple[RunState, str]:
    """The state of a pass and its message; of a forum no number is told (S3)."""
    if one.index_failure is not None:
        state = RunState.REFUSED if one.index_failure in _REFUSED else RunState.FAILED
        return state, _message(one.index_failure)
    state, messages = RunState.OK, []
    if one.visits.moved:
        messages.append(MOVED)
    messages += [NOTES[note] for note in Note if one.notes[note]]
    if one.is_endless:
        messages.append(ENDLESS)
    if one.failures:
        worst, count = one.failures.most_common(1)[0]
        # A few dead links on a list of which the rest is known say nothing about the source.
        passed = _LEFT | _DEAD if one.known else _LEFT
        everything = sum(n for f, n in one.failures.items() if f not in passed)
        if everything and one.pages - one.revisited <= one.indexes < everything:
            state = RunState.FAILED
        messages.append(_message(worst) if one.source.kind is Kind.POST else f"{count} 处：{_message(worst)}")
    if one.gap:
        messages.append(GAP)
    if messages and state is RunState.OK:
        state = RunState.PARTIAL
    return state, "；".join(messages[:_MOST])


def _message(failure: FetchFailure) -> str:
    message, hint = MESSAGES[failure]
    return f"{message}：{hint}" if hint else message
