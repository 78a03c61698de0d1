"""Plates, mail addresses, handles and links: what has a form of its own. Numbers are in :mod:`.numbers`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.intake.redact.numbers import as_digits, numbers
from monitor.intake.redact.spans import Span, SpanKind

_LINK = r"[^\s一-鿿，。；！？、（）《》〔〕“”\"'<>]"
_URL = re.compile(
    rf"(?:https?|ftp|hxxps?)\s{{0,2}}[:：]\s{{0,2}}//\s{{0,2}}{_LINK}+"
    rf"|\bwww\s?\.\s?{_LINK}+"
    r"|(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,5}(?:com|cn|net|org|gov|edu|info|top|xyz|cc|vip|site|club|shop|online|io|me|tv|link|ltd)"
    rf"(?![a-z0-9-])(?:[:/?#]{_LINK}*)?",
    re.IGNORECASE | re.ASCII,
)
_MAILBOX = r"(?:qq|163|126|139|189|gmail|sina|foxmail|hotmail|outlook|yeah|sohu)"
_EMAIL = re.compile(
    r"(?<![a-z0-9._%+-])[a-z0-9._%+-]++\s{0,2}(?:@|\(at\)|\[at\]|【at】|（at）|\bat\b(?=\s{0,2}" + _MAILBOX + r"\b)"
    r"|艾特(?=\s?[a-z0-9])|[#＃*](?=" + _MAILBOX + r"\s?(?:\.|点|。)))\s{0,2}"
    r"(?:[a-z0-9-]{1,63}\s?(?:\.|\(dot\)|\[dot\]|点|。(?=\s?(?:com|cn|net)))\s?){1,4}[a-z]{2,12}",
    re.IGNORECASE | re.ASCII,
)
_PASSPORT = re.compile(
    r"(?:护照|通行证|证件|军官证)(?:号码|号|编号)?\s?[:：是为]?\s?([A-Za-z]{1,2}\d{7,9})(?!\d)|(?<![A-Za-z0-9])([EGDPSehHMCc][A-Za-z]?\d{8})(?!\d)"
)
_HOME = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
_BETWEEN = r"[\s·•・.\-–—_*\U0001F000-\U0001FAFF\u2600-\u27bf]{0,2}"
_MARK = r"[A-HJ-NP-Za-hj-np-z0-9]"
_HEAD = rf"[{_HOME}]{_BETWEEN}[A-HJ-OQ-Za-hj-oq-z]{_BETWEEN}(?=(?:[A-Za-z]|{_BETWEEN}){{0,16}}\d)"
_PLATE = re.compile(
    rf"{_HEAD}(?:{_MARK}{_BETWEEN}){{3}}{_MARK}{_BETWEEN}(?:[挂学警港澳试超领]|{_MARK}(?:{_BETWEEN}{_MARK})?)(?![A-Za-z0-9])(?!\s?次)"
)
_AT = re.compile(r"@\s?[\w·.\-]{1,30}|(?<=[/\s])u/[\w-]{2,30}")
_CHAT = re.compile(
    r"(?:微\s?信|薇\s?信|威信|徽信|卫星(?=号?\s?[:：])|v\s?信|vx|v\s?x|wx|wechat|weixin|[加➕+＋]\s?[vV微]\s?[:：]?|(?<![A-Za-z])[vV](?=\s?[:：])"
    r"|q\s?q|(?<![A-Za-z])q(?=\s?[:：]\s?\d)|扣扣|企鹅(?=号|\s?[:：])|抖\s?音|快\s?手|小红书|微\s?博|陌陌|支付宝|钉钉|telegram|tg)"
    r"(?:同号|账号|帐号|号码|昵称|群号|群|号|id|名)?\s?(?:是|为|叫)?\s?[:：=]?\s?"
    r"([a-z][-_a-z0-9.]{4,29}|[1-9]\d{4,11}|[a-z]{1,4}\d[-_a-z0-9]{2,20})(?![a-z0-9])",
    re.IGNORECASE,
)
_WORD = r"[^\s，。；、！？,;!?〔〕\[\]()（）“”\"：:]"
_NICK = re.compile(
    rf"(?:昵称|网名|用户名|用户|ID|账号|帐号|楼主|层主|作者|发帖人|博主|群主)\s?[:：]\s?({_WORD}{{2,24}})"
    rf"|(?:微信|微博|抖音|快手|小红书|QQ)(?:名|昵称|号|账号|用户)\s?(?:是|叫|为|[:：])\s?({_WORD}{{2,24}})"
    r"|(?:网友|用户|博主|楼主|群友)\s?[“\"「『‘']([^”\"」』’'〔〕]{1,30})[”\"」』’']",
    re.IGNORECASE,
)
_ANY_DIGIT = re.compile(r"[\d零〇○幺一二三四五六七八九壹贰叁肆伍陆柒捌玖貳參陸]{2}|\d")
_LATIN = re.compile(r"[A-Za-z@艾]")


def contacts(text: str, strict: bool) -> Iterator[Span]:
    """Spans of everything but addresses and names, in a folded text. ``strict`` False: landlines stay (news)."""
    if _LATIN.search(text):
        mails = [Span(m.start(), m.end(), SpanKind.EMAIL) for m in _EMAIL.finditer(text)]
        yield from mails
        for match in _URL.finditer(text):
            if not any(mail.begin < match.start() < mail.end for mail in mails):
                yield Span(match.start(), match.end(), SpanKind.URL)
        for match in _AT.finditer(text):
            if not any(mail.begin <= match.start() < mail.end for mail in mails):
                yield Span(match.start(), match.end(), SpanKind.HANDLE)
        yield from _groups(_CHAT, text, SpanKind.HANDLE)
        yield from _groups(_PASSPORT, text, SpanKind.ID)
        for match in _PLATE.finditer(as_digits(text)):
            yield Span(match.start(), match.end(), SpanKind.PLATE)
    yield from _groups(_NICK, text, SpanKind.HANDLE)
    if _ANY_DIGIT.search(text):
        yield from numbers(text, strict)


def _groups(pattern: re.Pattern[str], text: str, kind: SpanKind) -> Iterator[Span]:
    for match in pattern.finditer(text):
        group = match.lastindex or 0
        yield Span(match.start(group), match.end(group), kind)
