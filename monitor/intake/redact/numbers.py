"""Numbers that lead to one person: phones, identity cards, bank accounts; however they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from monitor.intake.redact.spans import Span, SpanKind

_NUMERALS = dict(zip("零〇○幺一二三四五六七八九壹贰叁肆伍陆柒捌玖貳參陸两", "00011234567891234567892362", strict=True))
_NUMERAL = re.compile(f"[{''.join(_NUMERALS)}]")
GAP_CHARS = r"\s\-–—‐‑−―－.·•・‧_*~～/\\|,，、()（）\[\]【】:：^&$#%!！;；\U0001F000-\U0001FAFF\u2190-\u2bff"
"""What people put between digits to dodge a filter: punctuation, arrows, emoji."""
_GAP = rf"[{GAP_CHARS}]{{0,3}}"
_NOT_A_COUNT = (
    r"(?!\d)(?!\s{0,2}(?:元|块钱|万元|亿元|万吨|吨|平方|平米|㎡|公里|千米|千瓦|立方|%|人次|份|票|次"
    r"|[多余][元名个户]))"
)
_NUMBERED = re.compile(
    r"(?:工单|订单|单号|受理|编号|编码|流水|案号|信用代码|税号|执照|备案|许可证|批号|条形码|条码|发票|批准文号|文号|安备|号牌|合同号|项目代码|代码"
    r"|准考证号?|运单|快递|留言号|留言ID|序列号)(?:号码|号|码|[:：为是\s])*$"
)
"""Before a long number: it names a case or a thing, not a person."""


def _spread(count: str | int, digit: str = r"\d") -> str:
    return rf"(?:{_GAP}{digit}){{{count}}}"


_ID18 = re.compile(
    rf"(?<!\d)[1-9]{_spread(5)}{_GAP}(?:1{_GAP}[89]|2{_GAP}0){_spread(2)}{_GAP}(?:0{_GAP}[1-9]|1{_GAP}[0-2])"
    rf"{_GAP}(?:0{_GAP}[1-9]|[12]{_GAP}\d|3{_GAP}[01]){_spread(3)}{_GAP}[\dXx×✕Ⅹ](?!\d)"
)
_ID15 = re.compile(r"(?<!\d)[1-6]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)")
_ID_SAID = re.compile(
    rf"(?:身份证|证件|公民身份)(?:号码|号|编号)?\s?[:：是为]?\s?([1-9]{_spread(16)}{_GAP}[\dXx×✕Ⅹ])(?!\d)"
)
_BANK = re.compile(rf"(?<!\d)[3-9]{_spread('14,18')}{_NOT_A_COUNT}")
_LONG = re.compile(r"(?<!\d)\d{17,21}(?!\d)")
_ACCOUNT = re.compile(
    rf"(?:卡号|账号|帐号|账户|帐户|存折|户头|银行卡|储蓄卡|工资卡|社保卡|医保卡)(?:号码|是|为|号)?\s?[:：]?\s?(\d{_spread('9,20')})"
    rf"{_NOT_A_COUNT}"
)
_MOBILE = re.compile(
    rf"(?<!\d)(?<!\d\.)(?:\(?(?:\+|00)\s?8\s?6\)?{_GAP})?(?:86{_GAP})?(1{_GAP}[3-9]{_spread(9)}){_NOT_A_COUNT}"
)
_LETTERED = re.compile(r"(?<![A-Za-z0-9])[1lI|][3-9][0-9OoIl|]{9}(?![A-Za-z0-9])")
"""Letters that look like digits among them."""
_LANDLINE = re.compile(
    r"(?<!\d)\(?0(?:10|2\d|[3-9]\d{2})\)?\s?[-–—]?\s?[2-8]\d{2,3}\s?-?\s?\d{4}(?!\d)(?:\s?(?:转|-)\s?\d{1,5}(?!\d))?"
)
_LOCAL = re.compile(
    r"(?:电话|座机|致电|来电|固话|tel)(?:号码|号|是|为)?\s?[:：]?\s?([2-8]\d{2,3}[-\s]?\d{4})(?!\d)", re.IGNORECASE
)
_HOTLINE = re.compile(
    r"(?:热线|客服|服务电话|举报电话|监督电话|咨询电话|值班电话|投诉电话|办公电话|报修电话|预约电话|报名电话|总机|传真|公司电话|公开电话"
    r"|便民电话|服务中心|办公室|(?:局|委|院|所|厅|处|大队|街道办|政府|中心|医院|学校)(?:的|联系|办公|值班)?电话)(?:号码|号|是|为|[:：\s()（）])*$"
)
"""Before a landline: it is an office's, and public."""
_PUBLIC = re.compile(r"1[12]\d{1,3}|9[56]\d{3,4}|(?:19|20)\d\d|[48]00")
"""A group of digits that is a hotline or a year."""


def as_digits(text: str) -> str:
    """``text`` with Chinese numerals as digits."""
    return _NUMERAL.sub(lambda found: _NUMERALS[found[0]], text)


def numbers(text: str, strict: bool) -> Iterator[Span]:
    """Spans in a folded text. ``strict`` False (news): landlines stay."""
    for match in _LETTERED.finditer(text):
        if 6 <= sum(c.isdigit() for c in match[0]) < len(match[0]):
            yield Span(match.start(), match.end(), SpanKind.PHONE)
    text = as_digits(text)
    for pattern in (_ID18, _ID15, _ID_SAID):
        yield from _spans(pattern, text, SpanKind.ID)
    for match in _BANK.finditer(text):
        if _like_a_card(match[0]) and not _numbered(text, match.start()):
            yield Span(match.start(), match.end(), SpanKind.BANK)
    for match in _LONG.finditer(text):
        if not _numbered(text, match.start()):
            yield Span(match.start(), match.end(), SpanKind.BANK)
    yield from _spans(_ACCOUNT, text, SpanKind.BANK)
    for match in _MOBILE.finditer(text):
        if _like_a_phone(match[1]) and not _numbered(text, match.start()):
            yield Span(match.start(), match.end(), SpanKind.PHONE)
    if strict:
        yield from _landlines(text)


def _landlines(text: str) -> Iterator[Span]:
    for pattern in (_LANDLINE, _LOCAL):
        for span in _spans(pattern, text, SpanKind.PHONE):
            if not _HOTLINE.search(text, max(0, span.begin - 16), span.begin) and not _numbered(text, span.begin):
                yield span


def _spans(pattern: re.Pattern[str], text: str, kind: SpanKind) -> Iterator[Span]:
    group = 1 if pattern.groups else 0
    return (Span(m.start(group), m.end(group), kind) for m in pattern.finditer(text))


def _numbered(text: str, begin: int) -> bool:
    return _NUMBERED.search(text, max(0, begin - 12), begin) is not None


_DIGITS = re.compile(r"\d+")
_PHONE_SHAPES = frozenset({(3, 4, 4), (3, 3, 5), (4, 4, 3), (4, 3, 4), (3, 8), (3, 5, 3), (3, 2, 2, 2, 2)})
_LIST_MARKS = frozenset(".,，、/:：;；~～%")
"""Marks that also stand between the numbers of a list, an amount or a time."""
_PICTURE = re.compile("[\U0001f000-\U0001faff\u2190-\u2bff]+")
"""Nobody puts pictures or arrows between the digits of a list."""


def _parts(told: str) -> tuple[list[str], set[str]]:
    """The groups of digits, and the kinds of mark between them."""
    groups = _DIGITS.findall(told)
    gaps = {"".join(gap.split()) or " " for gap in _DIGITS.split(told)[1:-1]}
    return groups, gaps


def _like_a_phone(told: str) -> bool:
    """Whether eleven digits with marks between them are one number rather than a list, a period or an amount."""
    groups, gaps = _parts(told)
    if len(groups) in (1, 11):
        return True
    shape = tuple(map(len, groups))
    if any(_PICTURE.search(gap) for gap in gaps):
        return True
    if shape in _PHONE_SHAPES:
        return True
    if len(gaps) > 1 or any(mark in _LIST_MARKS for gap in gaps for mark in gap):
        return len(gaps) == 1 and gaps <= {"-"} and max(shape) <= 2
    if gaps <= {"-", "–", "—"} and len(groups) == 2:
        return False  # 15000-180000
    return not _counting_up(groups)


def _like_a_card(told: str) -> bool:
    """The same for 15 to 19 digits: in fours, each alone, or with a right check digit (ISO/IEC 7812-1)."""
    groups, gaps = _parts(told)
    if len(groups) == 1 or all(len(g) == 1 for g in groups) or any(_PICTURE.search(gap) for gap in gaps):
        return True
    if len(gaps) > 1:
        return False
    if all(len(g) == 4 for g in groups[:-1]) and not all(_PUBLIC.fullmatch(g) for g in groups):
        return True
    if any(mark in _LIST_MARKS for gap in gaps for mark in gap):
        return False
    return _luhn("".join(groups)) and not _counting_up(groups)


def _luhn(digits: str) -> bool:
    total = 0
    for i, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if i % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _counting_up(groups: Sequence[str]) -> bool:
    """13 15 16 18 19: bus lines, buildings, days."""
    values = [int(g) for g in groups]
    return len(values) > 3 and all(a < b for a, b in pairwise(values))
