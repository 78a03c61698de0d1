"""House-level addresses: the street or estate stays, what leads to one door goes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.intake.redact.spans import Span, SpanKind

_N = r"(?:[A-Za-z]?-?\d{1,5}[A-Za-z]?|[零〇一二三四五六七八九十百]{1,5}|[A-Za-z甲乙丙丁东西南北])"
_BLOCK = rf"第?{_N}\s?(?:号楼|\#楼|\#栋|号栋|栋|幢|\#|座|期(?=\s?{_N}\s?(?:栋|幢|号楼|座)))"
_UNIT = rf"第?{_N}\s?(?:单元|门洞|梯(?!队))"
_FLOOR = rf"第?{_N}\s?(?:层楼?|楼)"
_ROOM = rf"第?{_N}\s?(?:室|房间|房(?!地|产|屋|子)|户(?!型|口|籍|人|家)|号房|号门)"
_BARE = r"[-－—]?\s?[A-Za-z]?\d{2,5}(?!\d|[元年月日万平米个人户名次%天小])"
_S = r"[\s,，、\-]{0,2}"
_AFTER_BLOCK = rf"(?:{_S}{_UNIT})?(?:{_S}{_FLOOR})?(?:{_S}{_ROOM}|{_S}(?:{_N}\s?号(?!线|文|令|公告|地块)|{_BARE}))?"

_BUILDING = re.compile(
    rf"(?<![共有建约达计第])(?<!\d)(?<!\d\.)(?:{_BLOCK})(?!楼房|居民|住宅|房屋|高层|别墅|违|建筑|小楼|大楼|危|厂房|商品|电梯|安置|老|新|桥|山|城|寺|庙|大桥|塔){_AFTER_BLOCK}"
)
_INSIDE = re.compile(rf"{_UNIT}(?:{_S}{_FLOOR})?(?:{_S}{_ROOM}|{_S}(?:{_N}\s?号|{_BARE}))?|{_FLOOR}{_S}{_ROOM}")
_NUMBER_UNIT = re.compile(rf"{_N}\s?号{_S}{_UNIT}(?:{_S}{_FLOOR})?(?:{_S}{_ROOM}|{_S}(?:{_N}\s?号|{_BARE}))?")
_ROOM_ALONE = re.compile(r"(?<![\dA-Za-z])[A-Za-z]?\d{3,5}[A-Za-z]?\s?(?:室|号房|房(?![地产屋子]))")
_STREET = re.compile(
    rf"(?<=[路街巷弄道里坊村队胡同径])(?<!轨道)(?<!隧道)(?<!通道)(?<!渠道)\s?(?:第?{_N}\s?(?:弄|支弄|巷)\s?)?"
    rf"第?(?:\d{{1,5}}|[一二三四五六七八九十百]{{1,4}})(?:[-–之]\d{{1,4}})?\s?号(?!线|文|公告|令|口|桥|井|地块|公交|站|出口|路灯|隧道|工地)"
    rf"(?:院|大院|附\d+号?|内|旁边)?(?:{_S}{_BLOCK})?{_AFTER_BLOCK}"
)
_DASHED = re.compile(
    r"(?:(?<=[苑园城墅府庭湾郡居庄寓区里坊村舍轩阁院])|(?<=家住)|(?<=住在)|(?<=房号)|(?<=房号[:：])|(?<=地址[:：]))"
    r"\s?[A-Za-z]?\d{1,3}[A-Za-z]?(?:\s?[-–—－#]\s?[A-Za-z]?\d{1,4}){1,3}(?!\d|[年月日元万])"
)
_FIRST = re.compile(r"[\d栋幢座楼室房号#元梯]|单元")


def addresses(text: str) -> Iterator[Span]:
    """Spans of the house-level parts of addresses in a folded text."""
    if _FIRST.search(text) is None:
        return
    for pattern in (_BUILDING, _NUMBER_UNIT, _INSIDE, _ROOM_ALONE, _STREET, _DASHED):
        for match in pattern.finditer(text):
            begin, end = match.span()
            while begin < end and text[begin].isspace():
                begin += 1
            if _says_something(text, begin, end):
                yield Span(begin, end, SpanKind.ADDRESS)


_COUNTED = re.compile(
    r"[一两三四五六七八九十百]{1,3}(?:座|层楼?|楼|户)$|(?:\d{1,2}|[一二三四五六七八九十])(?:层楼?|楼|座|户)$"
)


def _says_something(text: str, begin: int, end: int) -> bool:
    # "两座", "6楼", "30层" alone count things or name a floor that every house has.
    return _COUNTED.fullmatch(text, begin, end) is None
