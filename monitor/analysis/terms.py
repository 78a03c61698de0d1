"""What a text talks about: the words and phrases that name its matter, never a person and never a number."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from monitor.analysis.words import segmenter

MOST = 8
LONGEST = 8
TABLE = Path(__file__).parent / "terms.txt"
_LONG = 2_000
HAN = re.compile(r"[一-鿿]+")
NUMERAL = re.compile(r"[\d零〇一二三四五六七八九十百千万亿两几]")
_PLACEHOLDER = re.compile(r"〔[^〔〕]{1,8}〕|@\S+|https?://\S+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOUNS = ("n", "vn", "l", "i", "j", "an")
_ESTATE = re.compile(r"(花园|家园|小区|佳苑|公寓|广场|大厦|山庄|豪庭|国际|[苑城府湾村镇街路桥园庭居里邸巷])$")
"""What ends the name of an estate, a village or a road: finer than a street or town, which is never told (S3)."""

Tagged = tuple[str, str]


@lru_cache(maxsize=1)
def stopwords() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "stopwords.txt").read_text(encoding="utf-8").split())


@lru_cache(maxsize=1)
def rules() -> Mapping[str, frozenset[str]]:
    """Lists of words from term_rules.toml: ``events``, ``no_first``, ``no_last``, ``verb_last``."""
    written = tomllib.loads((Path(__file__).parent / "term_rules.toml").read_text(encoding="utf-8"))
    return {name: frozenset(words.split()) for name, words in written.items()}


def tagged(text: str) -> list[Tagged]:
    """The words of a text with their parts of speech (rjieba)."""
    return list(segmenter().tag(_SURROGATE.sub("\n", text)))


def noun_like(tag: str) -> bool:
    return tag.startswith(_NOUNS)


def of_somebody(tag: str) -> bool:
    """Whether a part of speech is that of a person's or a place's name, or of a number."""
    return tag.startswith(("nr", "ns", "m"))


@lru_cache(maxsize=1)
def _table() -> Mapping[str, float]:
    """What the shipped terms are worth: how rare and how much of some matters; words of a phrase joined by a space.

    The table is made by ``yuqing train terms``.
    """
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    whole = float(lines[0].split("\t")[1])
    found = {}
    for line in lines[1:]:
        term, df, leaning, heading = line.split("\t")
        rarity = math.log(whole / float(df)) / math.log(whole)
        called = min(1.0, 0.4 + 2 * float(heading) / 100)
        found[term] = (0.2 + min(1.0, float(leaning) / 100)) * rarity * called * (1.6 if " " in term else 1.0)
    return found


@lru_cache(maxsize=1)
def _beginnings() -> frozenset[str]:
    """The first words of the phrases."""
    return frozenset(term.split(" ")[0] for term in _table() if " " in term)


def terms(title: str, text: str, avoid: Iterable[str] = ()) -> tuple[str, ...]:
    """At most eight terms of a redacted text, the most telling first; one within another is told once.

    Words of ``avoid`` (names of persons in news) are in none of them; neither are words that the segmenter takes for
    a person's name, names of estates and roads, digits, numerals and placeholders.
    """
    scores: dict[str, float] = {}
    counts: dict[str, float] = {}
    names = tuple(avoid)
    for part, weight in ((title, 2.0), (text[:_LONG], 1.0)):
        told = _PLACEHOLDER.sub("\n", part)
        for name in names:
            told = told.replace(name, "\n")
        for term, worth in _found(tagged(told), weight > 1.0):
            counts[term] = counts.get(term, 0.0) + weight
            scores[term] = worth
    ranked = sorted(counts, key=lambda t: (-scores[t] * min(counts[t], 6.0) ** 0.5, t))
    return tuple(_distinct(ranked, counts))[:MOST]


def _found(tags: Sequence[Tagged], in_title: bool) -> Iterable[tuple[str, float]]:
    """Terms with their worth, from left to right; of overlapping ones the longest."""
    table, beginnings, i = _table(), _beginnings(), 0
    words = [word for word, _ in tags]
    fresh: dict[str, int] = {}
    while i < len(words):
        word = words[i]
        for k in (3, 2, 1) if word in beginnings else (1,):
            worth = table.get(" ".join(words[i : i + k]) if k > 1 else word)
            if worth is not None:
                yield "".join(words[i : i + k]), worth
                i += k
                break
        else:
            if len(word) > 2 and _may_be_new(*tags[i]):
                fresh[word] = fresh.get(word, 0) + 1
                if in_title or fresh[word] == 2:
                    yield word, 0.5
            i += 1


def _may_be_new(word: str, tag: str) -> bool:
    """Whether a word that the letters did not have may be a term: a noun of three or more characters."""
    return (
        3 <= len(word) <= LONGEST
        and tag in ("n", "vn", "l")
        and word not in stopwords()
        and HAN.fullmatch(word) is not None
        and not NUMERAL.search(word)
        and not _ESTATE.search(word)
        and segmenter().has_word(word)
    )


def _distinct(ranked: Sequence[str], counts: Mapping[str, float]) -> list[str]:
    """Of a term and one that contains it only one: the longer (供水管网), unless the shorter is told twice as often."""
    kept: list[str] = []
    for term in ranked:
        longer = [other for other in ranked if term != other and term in other]
        shorter = [other for other in ranked if term != other and other in term]
        if any(counts[term] < 2 * counts[other] for other in longer):
            continue
        if not any(counts[other] >= 2 * counts[term] for other in shorter):
            kept.append(term)
    return kept


def burst(window: Mapping[str, int], usual: Mapping[str, int], prior: float = 100.0) -> list[tuple[str, float]]:
    """Terms by how much more the window talks of them than usual, most first: (term, z of the log-odds ratio).

    ``window`` and ``usual`` are counts that may be shown (exact ones of public kinds, released ones of posts; a term
    that is suppressed is in neither). Log-odds with an informative Dirichlet prior of ``prior`` pseudo-counts shared
    out by the pooled frequencies (Monroe, Colaresi & Quinn 2008), so that a rare term needs more than one mention
    and a common one (小区) more than its usual share. z above 1.96 is unusual; ties are in the order of the terms.
    """
    inside, outside = sum(window.values()), sum(usual.values())
    found = []
    for term, n in ((term, n) for term, n in window.items() if n > 0):
        m = usual.get(term, 0)
        alpha = prior * (n + m) / (inside + outside)
        now = math.log((n + alpha) / max(inside + prior - n - alpha, 1e-9))
        before = math.log((m + alpha) / max(outside + prior - m - alpha, 1e-9))
        found.append((term, (now - before) / math.sqrt(1 / (n + alpha) + 1 / (m + alpha))))
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))
