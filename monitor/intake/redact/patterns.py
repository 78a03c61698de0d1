"""Numbers, plates, mail addresses, handles and links: what has a form of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple


class SpanKind(StrEnum):
    """Kinds of personal data, the most specific first: the first wins where two overlap."""

    URL = "URL"
    EMAIL = "EMAIL"
    ID = "ID"
    BANK = "BANK"
    PHONE = "PHONE"
    PLATE = "PLATE"
    HANDLE = "HANDLE"
    ADDRESS = "ADDRESS"
    PERSON = "PERSON"


class Span(NamedTuple):
    """Half-open offsets."""

    begin: int
    end: int
    kind: SpanKind


_NUMERALS = str.maketrans("零〇○幺一二三四五六七八九壹贰叁肆伍陆柒捌玖两", "00011234567891234567892")
_GAP = r"[\s\-–—‐‑−.·•_*~/\\|]{0,3}"
"""What people put between digits to dodge a filter."""
_NOT_A_COUNT = r"(?!\d)(?!\s{0,2}(?:元|万元|亿元|万吨|吨|平方|平米|公里|千瓦|立方|%))"


def _spread(count: str | int, digit: str = r"\d") -> str:
    return rf"(?:{_GAP}{digit}){{{count}}}"


_URL = re.compile(
    r"(?:https?|ftp|hxxps?)\s{0,2}[:：]\s{0,2}//\s{0,2}[^\s一-鿿，。；！？、（）《》〔〕“”\"'<>]+"
    r"|\bwww\s?\.\s?[^\s一-鿿，。；！？、（）《》〔〕“”\"'<>]+"
    r"|(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,5}(?:com|cn|net|org|gov|edu|info|top|xyz|cc|vip|site|club|shop|online|io|me|tv|link|ltd)"
    r"(?![a-z0-9-])(?:[:/?#][^\s一-鿿，。；！？、（）《》〔〕“”\"'<>]*)?",
    re.IGNORECASE | re.ASCII,
)
_EMAIL = re.compile(
    r"(?<![a-z0-9._%+-])[a-z0-9._%+-]++\s{0,2}(?:@|\(at\)|\[at\]|（at）|#(?=(?:qq|163|126|gmail|sina|foxmail|139)\.))\s{0,2}"
    r"(?:[a-z0-9-]{1,63}\s?(?:\.|\(dot\)|\[dot\]|点)\s?){1,4}[a-z]{2,12}",
    re.IGNORECASE | re.ASCII,
)
_ID18 = re.compile(
    rf"(?<!\d)[1-9]{_spread(5)}{_GAP}(?:1{_GAP}[89]|2{_GAP}0){_spread(2)}{_GAP}(?:0{_GAP}[1-9]|1{_GAP}[0-2])"
    rf"{_GAP}(?:0{_GAP}[1-9]|[12]{_GAP}\d|3{_GAP}[01]){_spread(3)}{_GAP}[\dXx×✕](?!\d)"
)
_ID15 = re.compile(r"(?<!\d)[1-6]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)")
_PASSPORT = re.compile(
    r"(?:护照|通行证|证件|军官证)(?:号码|号|编号)?\s?[:：是为]?\s?([A-Za-z]{1,2}\d{7,9})(?!\d)|(?<![A-Za-z0-9])([EGDPSehHMCc][A-Za-z]?\d{8})(?!\d)"
)
_BANK = re.compile(rf"(?<!\d)[3-9]{_spread('14,18')}{_NOT_A_COUNT}")
_ACCOUNT = re.compile(
    rf"(?:卡号|账号|帐号|账户|帐户|存折|户头)(?:号码|是|为|号)?\s?[:：]?\s?(\d{_spread('9,20')})(?!\d)"
)
_LONG = re.compile(r"(?<!\d)\d{17,21}(?!\d)")
_MOBILE = re.compile(rf"(?<!\d)(?:\(?(?:\+|00)\s?8\s?6\)?{_GAP})?(?:86{_GAP})?1{_GAP}[3-9]{_spread(9)}{_NOT_A_COUNT}")
_LANDLINE = re.compile(
    r"(?<!\d)\(?0(?:10|2\d|[3-9]\d{2})\)?\s?[-–—]?\s?[2-8]\d{2,3}\s?-?\s?\d{4}(?!\d)(?:\s?转\s?\d{1,5})?"
)
_LOCAL = re.compile(
    r"(?:电话|座机|致电|来电|固话|tel)(?:号码|号|是|为)?\s?[:：]?\s?([2-8]\d{2,3}[-\s]?\d{4})(?!\d)", re.IGNORECASE
)
_HOTLINE = re.compile(
    r"(?:热线|客服|服务电话|举报电话|监督电话|咨询电话|值班电话|投诉电话|办公电话|报修电话|预约电话|总机|传真|公司电话|公开电话|便民电话"
    r"|服务中心|办公室|(?:局|委|院|所|厅|处|大队|街道办)(?:的|联系)?电话)(?:号码|号|是|为|[:：\s()（）])*$"
)
"""Before a landline: it is an office's, and public."""
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领]\s?[A-HJ-Za-hj-z]\s?[·•・.\-–_*]?\s?"
    r"(?=[A-Za-z\s·•\-]{0,8}\d)(?:[A-HJ-NP-Za-hj-np-z0-9][\s·•\-]?){4,5}[A-HJ-NP-Za-hj-np-z0-9挂学警港澳试超](?![A-Za-z0-9])"
    r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领]\s?[A-HJ-Za-hj-z]\s?[·•・.\-–_*]?\s?"
    r"(?=[A-Za-z\s·•\-]{0,8}\d)(?:[A-HJ-NP-Za-hj-np-z0-9][\s·•\-]?){3}[A-HJ-NP-Za-hj-np-z0-9][挂学警港澳试超]"
)
_AT = re.compile(r"@\s?[\w·.\-]{1,30}|(?<=[/\s])u/[\w-]{2,30}")
_CHAT = re.compile(
    r"(?:微\s?信|薇信|威信|徽信|v\s?信|vx|v\s?x|wx|wechat|weixin|加\s?[vV]|q\s?q|扣扣|企鹅|抖\s?音|快\s?手|小红书|微\s?博|陌陌|支付宝|钉钉|telegram|tg|飞机)"
    r"(?:同号|账号|帐号|号码|昵称|群号|群|号|id|名)?\s?(?:是|为|叫)?\s?[:：=]?\s?"
    r"([a-z][-_a-z0-9.]{4,29}|[1-9]\d{4,11}|[a-z]{1,4}\d[-_a-z0-9]{2,20})(?![a-z0-9])",
    re.IGNORECASE,
)
_NICK = re.compile(
    r"(?:昵称|网名|用户名|用户|ID|账号|帐号|楼主|层主|作者|发帖人|博主|群主|回复)\s?[:：]\s?([^\s，。；、！？,;!?〔〕\[\]()（）“”\"]{2,24})"
    r"|(?:网友|用户|博主|楼主|群友)\s?[“\"「『‘']([^”\"」』’'〔〕]{1,30})[”\"」』’']",
    re.IGNORECASE,
)
_ANY_DIGIT = re.compile(r"[\d零〇○幺一二三四五六七八九壹贰叁肆伍陆柒捌玖]{2}|\d")
_LATIN = re.compile(r"[A-Za-z@]")


def contacts(text: str, strict: bool) -> Iterator[Span]:
    """Spans of everything but addresses and names, in a folded text. ``strict`` False: landlines stay (news)."""
    if _LATIN.search(text):
        for kind, pattern in ((SpanKind.URL, _URL), (SpanKind.EMAIL, _EMAIL), (SpanKind.HANDLE, _AT)):
            yield from (Span(m.start(), m.end(), kind) for m in pattern.finditer(text))
        yield from _groups(_CHAT, text, SpanKind.HANDLE)
        yield from _groups(_PASSPORT, text, SpanKind.ID)
        yield from (Span(m.start(), m.end(), SpanKind.PLATE) for m in _PLATE.finditer(text))
    yield from _groups(_NICK, text, SpanKind.HANDLE)
    if _ANY_DIGIT.search(text):
        yield from _numbers(text.translate(_NUMERALS), strict)


def _numbers(text: str, strict: bool) -> Iterator[Span]:
    for kind, pattern in (
        (SpanKind.ID, _ID18),
        (SpanKind.ID, _ID15),
        (SpanKind.BANK, _BANK),
        (SpanKind.BANK, _LONG),
        (SpanKind.PHONE, _MOBILE),
    ):
        yield from (Span(m.start(), m.end(), kind) for m in pattern.finditer(text))
    yield from _groups(_ACCOUNT, text, SpanKind.BANK)
    if strict:
        for match in _LANDLINE.finditer(text):
            if not _HOTLINE.search(text, max(0, match.start() - 16), match.start()):
                yield Span(match.start(), match.end(), SpanKind.PHONE)
        for span in _groups(_LOCAL, text, SpanKind.PHONE):
            if not _HOTLINE.search(text, max(0, span.begin - 16), span.begin):
                yield span


def _groups(pattern: re.Pattern[str], text: str, kind: SpanKind) -> Iterator[Span]:
    for match in pattern.finditer(text):
        group = match.lastindex or 0
        yield Span(match.start(group), match.end(group), kind)
