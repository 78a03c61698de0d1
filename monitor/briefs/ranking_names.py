"""What a matter is called and which terms tell it from the rest of its days. Pure; public texts only."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from monitor.analysis.terms import burst
from monitor.model import Article, BoardMessage

Public = Article | BoardMessage
TERMS = 4
UNUSUAL = 1.0
"""Least z of the log-odds of a term that is told: of a handful of texts few terms reach the 1.96 of a test."""
LONGEST = 30
_OPENING = re.compile(
    r"^(?:(?:再次|三次|四次|多次|实名|强烈|坚决|严重|恳请|请求|请|希望|建议|要求|呼吁|关于|对于|针对|反映|投诉|举报|咨询|求助|控告|盼)+)(?!者|人)"
)
_ELSE = re.compile(r"〔[^〔〕]{1,8}〕|[A-Z]\d{0,2}[市区县]|\d+")
_HAN = re.compile("[一-鿿]")
_LOOSE = frozenset("的了在对请被把及和与并或又再于从向给为是有无不没太很都也就能可会要将诉映报询求议望何时么吗呢啊")
"""Characters at which a name does not go on."""
_CUT = ("路", "号", "栋", "期")
"""Beginnings of a phrase that a number stood before."""
WIDEST = 14
_CLOSING = re.compile(
    r"(?:(?:的)?(?:问题|投诉|咨询|反映|建议|情况|诉求|请求))+[。！!？?…～~]*$|[。！!？?…～~，,、\s]+$"
)


def issue_name(records: Sequence[Public]) -> str:
    """A phrase that its titles have in common (丽发新城搅拌站); else the plain words of the newest title; or "".

    ``records`` are the newest first. Titles of news are used only where messages have none in common: they have to be
    read for the names of persons first.
    """
    from monitor.analysis.event_names import name, without_names

    # A title that was sent twice says no more of what all of them have in common.
    titles = list(dict.fromkeys(r.title for r in records if isinstance(r, BoardMessage) and r.title))
    if len(titles) < 2:
        titles += [without_names(r.title) for r in records if isinstance(r, Article) and r.title]
    words = name(titles).split() if len(titles) > 1 else []
    if words:
        plain = [_ELSE.sub("\n", title) for title in titles]
        grown = list(dict.fromkeys(_whole(word, plain) for word in words))
        whole = [word for word in grown if not any(word != other and word in other for other in grown)]
        named = _joined(sorted(whole, key=lambda word: (_place(word, plain), word)), plain)
        if not named.startswith(_CUT):
            return named
    return title_name(titles[0]) if titles else ""


def _whole(word: str, titles: Sequence[str]) -> str:
    """A phrase with what stands before and behind it in every title that has it: 岛路 of 月亮岛路, 新城 of 丽发新城."""
    holding = [title for title in titles if word in title]
    grown = word
    for before in (True, False):
        while len(grown) < WIDEST:
            beside = {_beside(title, grown, before) for title in holding}
            char = beside.pop() if len(beside) == 1 else ""
            if not char:
                break
            grown = char + grown if before else grown + char
    # A phrase that grows without end is a sentence sent twice.
    return grown if len(grown) < WIDEST else word


def _beside(title: str, word: str, before: bool) -> str:
    at = title.find(word)
    char = title[at - 1 : at] if before and at > 0 else "" if before else title[at + len(word) : at + len(word) + 1]
    return char if _HAN.fullmatch(char) and char not in _LOOSE else ""


def title_name(title: str) -> str:
    """A title as the name of a matter: without 投诉, 关于…的问题 and closing punctuation, at most ``LONGEST`` long."""
    plain = " ".join(title.split())
    named = _CLOSING.sub("", _OPENING.sub("", plain)).strip("，,、：: ") or plain
    return named if len(named) <= LONGEST else named[: LONGEST - 1] + "…"


def _place(word: str, titles: Sequence[str]) -> float:
    """Where a phrase stands in its titles, on average: what comes first is named first."""
    found = [title.index(word) for title in titles if word in title]
    return sum(found) / len(found) if found else float("inf")


def _joined(words: Sequence[str], titles: Sequence[str]) -> str:
    """The phrases in a row; two that touch or overlap in a title as they stand there."""
    if len(words) == 2:
        for title in titles:
            first, second = title.find(words[0]), title.find(words[1])
            if 0 <= first < second <= first + len(words[0]):
                return title[first : max(first + len(words[0]), second + len(words[1]))]
    return "".join(words)


def telling_terms(records: Sequence[Public], usual: Mapping[str, int], name: str) -> tuple[str, ...]:
    """Terms that these texts have more of than ``usual`` (all texts of the period, these among them), the most telling
    first: two texts at least, none that the name says already or that holds another."""
    window = Counter(term for record in records for term in set(record.labels.terms))
    rest = {term: max(0, n - window[term]) for term, n in usual.items()}
    found: list[str] = []
    for term, z in burst({t: n for t, n in window.items() if n >= 2}, rest):
        if z >= UNUSUAL and term not in name and not any(term in other or other in term for other in found):
            found.append(term)
    return tuple(found[:TERMS])
