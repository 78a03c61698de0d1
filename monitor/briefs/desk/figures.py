"""No figure by hand: what is typed into a brief may not bring a figure that its data do not have.

Every figure of a brief is a part of its own with the query that reproduces it. A figure typed into words would be one
that nobody can check, so new digits and new Chinese quantities are refused: in a correction unless they stand in the
text that is replaced, in the 编者按 unless they are a date, a deadline, the number of a
document, or a figure of the brief as it is shown there.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from monitor.briefs.types import Figure

_UNITS = "件|条|起|次|人|户|家|篇|个|名|处|例|项|元|万|亿|倍|成|折|%|‰|分之|天|日|小时|分钟|周|年|公里|米|吨|度"
_NUMERAL = "〇零一二三四五六七八九十百千万亿两廿卅壹贰叁肆伍陆柒捌玖拾佰仟半"
# 一起、一次 are words more often than figures, and a quantity of one says little.
_SPELLED = re.compile(f"第?[{_NUMERAL}]+(?:余|多|几)?(?:{_UNITS})")
_WORDS = re.compile(
    "千家万户|千方百计|三天两头|二次供水|二次污染|五险一金|百年大计|第一|十分|万一|百姓|一一"
    "|一(?:起|次|家|个|件|条|项|处|名|人|户|年|日|天|度|成|半)"
)
_DIGITS = re.compile(r"\d+(?:[.,:/-]\d+)*")
_TIMES = re.compile(
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}(?:日|号)?(?:\d{1,2}(?:时|点)(?:\d{1,2}分)?)?|\d{4}年(?:\d{1,2}月)?|\d{1,2}月(?:份|底|初|中旬)?"
    r"|\d{1,2}[日号](?!线)|\d{1,2}[时点](?:\d{1,2}分|半|整)?|\d{1,2}:\d{2}|\d{4}-\d{2}-\d{2}"
)
_DEADLINES = re.compile(
    f"(?:[0-9]{{1,3}}|[{_NUMERAL}]{{1,3}})个?(?:小时|分钟|工作日|日|天|周|月)(?:之内|以内|内|之前|前)"
)
_DOCUMENTS = re.compile(r"〔\d{4}〕\d+号|〔\d{4}〕第?\d+期|第\d+[号期条款]|12345|GB/T\d+(?:\.\d+)?(?:-\d{4})?")


def added(old: str, new: str) -> tuple[str, ...]:
    """The figures of ``new`` that ``old`` does not have, each as often as it is more; empty: none."""
    more = Counter(_figures(new)) - Counter(_figures(old))
    return tuple(more.elements())


def foreign(text: str, known: Iterable[Figure]) -> tuple[str, ...]:
    """The figures of a 编者按 that are neither dates, deadlines or document numbers nor figures of the brief."""
    plain = _plain(text)
    shown = sorted({_plain(f.text + f.unit) for f in known if f.unit}, key=len, reverse=True)
    for phrase in shown:
        plain = re.sub(rf"(?<![\d.]){re.escape(phrase)}", "#", plain)
    plain = _TIMES.sub("#", _DEADLINES.sub("#", _DOCUMENTS.sub("#", plain)))
    return tuple(_figures(plain))


def _figures(text: str) -> list[str]:
    plain = _plain(text)
    found = _DIGITS.findall(plain)
    return found + _SPELLED.findall(_WORDS.sub("#", plain))


def _plain(text: str) -> str:
    """Digits of every script and shape as ASCII ones (３, ③, ٣, Ⅲ stays a letter pair), white space out."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(
        str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in folded if not c.isspace()
    )
