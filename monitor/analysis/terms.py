"""What a text talks about: its words and pairs of words, never a person and never a number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

MOST = 8
_LONG = 2_000
_HAN = re.compile(r"[一-鿿]{2,8}")
_PLACEHOLDER = re.compile(r"〔[^〔〕]{1,8}〕|@\S+|https?://\S+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NUMERAL = re.compile(r"[\d零〇一二三四五六七八九十百千万亿两几]")
_HEADS = ("n", "vn", "nz", "nt", "l", "i", "j")
"""Parts of speech of a word that may stand alone or end a pair."""
_PARTS = (*_HEADS, "v", "a", "an", "b")
_FIRST = (*_HEADS, "a", "an", "b")
"""Parts of speech that may begin a pair: a verb before a noun is a clause, not a term (停工 接受, 生意 没法)."""


@lru_cache(maxsize=1)
def _stopwords() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "stopwords.txt").read_text(encoding="utf-8").split())


@lru_cache(maxsize=1)
def _segmenter() -> Any:
    from rjieba import Jieba

    return Jieba()


def terms(title: str, text: str, avoid: Iterable[str] = ()) -> tuple[str, ...]:
    """At most eight terms of a redacted text, the most telling first: pairs of neighbouring words before single ones.

    Words of ``avoid`` (names of persons in news) are in none of them; neither are words that the segmenter takes for
    a person's name, digits, numerals and placeholders.
    """
    counts: dict[str, float] = {}
    for part, weight in ((title, 2.0), (text[:_LONG], 1.0)):
        told = _PLACEHOLDER.sub("\n", _SURROGATE.sub("\n", part))
        for name in avoid:
            told = told.replace(name, "\n")
        _count(told, weight, counts)
    single = {t for t in counts if " " not in t}
    joined: dict[str, float] = {}
    for term, score in counts.items():
        if term not in single:
            joined[term.replace(" ", "")] = score * 1.5
    for term in sorted(single):
        # A word that is only ever half of a reported pair adds nothing.
        if not any(term in pair and joined[pair] / 1.5 >= counts[term] for pair in joined):
            joined[term] = counts[term]
    ranked = sorted(joined, key=lambda t: (-joined[t], t))
    return tuple(t for t in ranked if _HAN.fullmatch(t))[:MOST]


def _count(text: str, weight: float, counts: dict[str, float]) -> None:
    stop = _stopwords()
    before = ""
    for word, tag in _segmenter().tag(text):
        good = (
            len(word) > 1
            and tag.startswith(_PARTS)
            and not tag.startswith(("nr", "ns", "m"))
            and word not in stop
            and not _NUMERAL.search(word)
            and _HAN.fullmatch(word) is not None
        )
        if not good:
            before = ""
            continue
        if tag.startswith(_HEADS) or (tag == "v" and len(word) > 1):
            counts[word] = counts.get(word, 0.0) + weight * (1.0 if tag.startswith(_HEADS) else 0.6)
            if before and before != word and tag.startswith(_HEADS) and len(before) + len(word) <= 8:
                pair = f"{before} {word}"
                counts[pair] = counts.get(pair, 0.0) + weight
        before = word if tag.startswith(_FIRST) else ""
