"""Whether a page that is read again tells something else than before.

A page changes at every visit without anybody having edited it: counters, the time of the visit, a wider space, another
quotation mark. And it is sometimes read badly: cut in the middle, or replaced by a notice of the site's own. Neither
may become a revision of what was published, so a change is told by what is left when all of that is taken away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from monitor.model import AnyRecord, Decision, Post, Verdict

_DAY = r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?"
_TIME = r"\d{1,2}[:：时]\d{1,2}(?:[:：分]\d{1,2}秒?|分)?"
_WEEKDAY = r"(?:星期|周)[一二三四五六日天]"
_WHEN = rf"(?:{_DAY})?\s?(?:{_WEEKDAY})?\s?(?:{_TIME})?"
_NUMBER = r"[(（\[【]?\s?\d[\d,.]*\s?[万亿kKwW]?\+?\s?[)）\]】]?\s?(?:人次|次|人|条|个)?"
_COUNTED = (
    r"(?:阅读|浏览|点击|访问|播放|评论|回复|查看|点赞|赞|转发|分享|收藏|热度|人气|围观|参与|跟帖|在线|关注|下载|views?|likes?|replies)"
    r"(?:量|数|次数|人数|人次)?"
)
_VISIT = re.compile(
    rf"(?<![^\s|｜/·，。（(\[【])(?:"
    rf"(?:已有)?{_COUNTED}\s?[:：]?\s?{_NUMBER}"
    rf"|(?:已有)?{_NUMBER}\s?(?:已)?{_COUNTED}"
    rf"|(?:打印|当前|现在|系统|访问|(?:最后|最近)?(?:更新|修改|编辑))(?:时间|日期|于)?\s?[:：]?\s?{_DAY}\s?(?:{_WEEKDAY})?\s?(?:{_TIME})?"
    rf"|今天(?:是|日期)?\s?[:：]?\s?{_DAY}{_WHEN}"
    rf"|(?:刚刚|(?:\d+\s?|几)(?:秒钟?|分钟|个?小时|天)前)(?:更新|发布|发表|编辑|回复)?"
    rf"|(?:今天|昨天|前天)\s?{_TIME}"
    r")(?![^\s|｜/·，。）)\]】])",
    re.IGNORECASE,
)
"""What tells of the visit and not of the matter; only where it stands for itself, not within a sentence."""
_LIGHT = re.compile(r"[\s“”\"‘’'｜|·\u200b]+")
_MASK = re.compile(r"〔(?:姓名|电话|证件号|银行卡|车牌|邮箱|账号|链接|住址)〕")
_OPEN = r"(?:…{1,12}|\.{3,12}|。{3,12})"
_MORE = re.compile(
    rf"(?:{_OPEN}\s?|(?<=[。！？!?\s]))?[\[【(（<]?(?:阅读|查看|展开|显示|点击)?(?:全文|更多|原文|详情)(?:>>|»|›)?[\]】)）>]?\s{{0,2}}$"
    rf"|{_OPEN}\s{{0,2}}$"
)
"""How a text says itself that it goes on elsewhere."""
_ENDS = frozenset("。！？!?…；;：:）)」』】》.")
_WILD = 60
_PRIVATE = re.compile(rf"[^〔〕。！？；，\n]{{1,{_WILD}}}")
"""What may stand behind a mask: a name, a number, an address or a link, and no more than one of them."""
_SITE = re.compile(r"[-_—–/]{1,2}[^，。！？]{1,20}")
_CORRECTS = re.compile(
    "更正|更新|勘误|撤[回稿销下]|致歉|道歉|删除|有误|不实|失实|下架|收回|声明|说明|核实|纠正|取消|解决|处理"
)
_DATES = re.compile(r"[\d年月日时分秒:：/.-]+")
_SHARED = 0.2
_TITLE_SHARED = 0.5


class RevisionReason(StrEnum):
    CHANGED = "changed"
    SAME = "same"
    """Nothing but counters, dates of the visit, white space and the like."""
    CUT = "cut"
    """Only less of the same text, or none: the page, not the publisher, has shortened it."""
    OTHER_PAGE = "other_page"
    """Hardly a word in common under another title, or a scrap: a notice of the site, not a new version."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Title and text of a record as they are kept; the title of a post is part of its text."""

    title: str
    text: str


def wording(record: AnyRecord) -> Wording:
    return Wording("", record.text) if isinstance(record, Post) else Wording(record.title, record.text)


def judge(before: AnyRecord, now: Wording) -> Decision[Wording]:
    """KEEP with the wording that a record is to have from now on, or DROP with why it stays as it is."""
    told, personal = wording(before), isinstance(before, Post)
    if told.text and plain(now.text) in plain(now.title) and plain(told.text) not in plain(told.title):
        # Nothing but a title was found where there was a text: even that is doubtful.
        return Decision(Verdict.DROP, RevisionReason.CUT)
    titled = bool(plain(now.title)) and not _same_title(told.title, now.title)
    if _same(told.text, now.text):
        text, reason = told.text, RevisionReason.SAME
    elif _cut(told.text, now.text, personal=personal):
        text, reason = told.text, RevisionReason.CUT
    else:
        text, reason = now.text, RevisionReason.CHANGED
    if reason is RevisionReason.CHANGED and not personal and _foreign(told, now, titled=titled):
        return Decision(Verdict.DROP, RevisionReason.OTHER_PAGE)
    after = Wording(now.title if titled else told.title, text)
    if after == told:
        return Decision(Verdict.DROP, reason)
    return Decision(Verdict.KEEP, RevisionReason.CHANGED, after)


def plain(text: str) -> str:
    """A text as it is compared: without what tells of the visit, white space, quotation marks and case."""
    return _LIGHT.sub("", _VISIT.sub(" ", text)).casefold()


def _same(one: str, other: str) -> bool:
    first, second = plain(one), plain(other)
    # A name that is masked now and was not when the text was kept (or the reverse) is our doing, not the publisher's.
    return first == second or _fits(first, second) or _fits(second, first)


def _fits(masked: str, text: str) -> bool:
    """Whether a text is another one in which some words are masked."""
    first, *rest = _MASK.split(masked)
    if not rest or not text.startswith(first):
        return False
    at = len(first)
    for n, (mask, piece) in enumerate(zip(_MASK.findall(masked), rest, strict=True), 1):
        begin = len(text) - len(piece) if n == len(rest) else text.find(piece, at, at + _WILD + len(piece))
        hidden = text[at:begin] if begin > at else ""
        if not text.endswith(piece, at, begin + len(piece)) or not (hidden == mask or _PRIVATE.fullmatch(hidden)):
            return False
        at = begin + len(piece)
    return True


def _cut(before: str, now: str, *, personal: bool) -> bool:
    """Whether a text is only a piece of the one before: it says so, stops within a sentence, or is less than its half.

    Who shortens a post of their own wants it shorter, so of posts (and titles) only the mark at the end counts.
    """
    open_end = _MORE.search(now)
    piece, whole = plain(now[: open_end.start()] if open_end else now), plain(before)
    at = whole.find(piece) if piece and len(piece) < len(whole) else -1
    if at < 0 or open_end or personal:
        return at >= 0 and open_end is not None
    return 2 * len(piece) < len(whole) or (at == 0 and piece[-1] not in _ENDS)


def _same_title(before: str, now: str) -> bool:
    """Whether a title is the one before, be it cut, or with the name of the site behind it."""
    short, long = sorted((plain(before), plain(now)), key=len)
    return (
        _same(before, now)
        or _cut(before, now, personal=True)
        or (bool(short) and long.startswith(short) and _SITE.fullmatch(long[len(short) :]) is not None)
    )


def _foreign(before: Wording, now: Wording, *, titled: bool) -> bool:
    """Whether a page says something else altogether: under another title, or too little to be a version and not a word
    of correction."""
    if not before.text or _contained(now.text, before.text) >= _SHARED:
        return False
    if titled:
        return _contained(now.title, before.title) < _TITLE_SHARED
    return 5 * len(now.text) < len(before.text) and not _CORRECTS.search(now.text)


def _contained(part: str, whole: str) -> float:
    """Share of the part's bigrams that the whole has (containment, Broder 1997). Dates are in every text: left out."""
    mine, theirs = (_bigrams(_DATES.sub("", plain(text))) for text in (part, whole))
    return len(mine & theirs) / max(len(mine), 1)


def _bigrams(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)} or {text}
