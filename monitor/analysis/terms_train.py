"""``yuqing train terms``: learns from letters which words and phrases name a matter, and how common they are.

A phrase is two or three neighbouring words that attract each other (pointwise mutual information, Church & Hanks
1990) and stand in free surroundings (branching entropy on both sides, Jin & Tanaka-Ishii 2006). Word or phrase is
worth telling where it leans to some of the seven official classes (divergence from the classes' shares): 问题 and 领导
are everywhere, 加装电梯 is not. The result is a table of words with counts, as plain text.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from monitor.analysis import corpora
from monitor.analysis.terms import (
    HAN,
    LONGEST,
    NUMERAL,
    TABLE,
    Tagged,
    noun_like,
    of_somebody,
    rules,
    stopwords,
    tagged,
)
from monitor.analysis.topics import OFFICIAL
from monitor.analysis.weak import strip_anonymised

_WORD_DF, _PHRASE_DF = 8, 5
_ATTRACTION, _FREEDOM = 3.0, 0.9
_LEANING, _PHRASE_LEANING = 0.2, 0.08
_SMOOTH = 6.0
_LETTERS = 800
_HEADING = 0.12
"""Share of headings among the texts that have a word, from which it is one that matters are called by (窗户 is not)."""
_HEADS = frozenset("房费证站桥厂车卡款税水电气机牌灯病率险贷")
"""Single characters that may end a phrase (安置房, 停车费)."""
_FIRSTS = frozenset("小大乱公老新飞无住人假偷黑")
"""Single characters that may begin one (乱收费, 公租房, 飞线)."""


@dataclass(slots=True)
class _Counts:
    letters: int = 0
    words: int = 0
    df: Counter[str] = field(default_factory=Counter)
    tf: Counter[str] = field(default_factory=Counter)
    tags: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    before: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    after: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    headings: Counter[str] = field(default_factory=Counter)
    classes: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * len(OFFICIAL)))
    labelled: list[int] = field(default_factory=lambda: [0] * len(OFFICIAL))

    def tag(self, word: str) -> str:
        """The part of speech that the word has most often."""
        return max(sorted(self.tags[word]), key=self.tags[word].__getitem__)


def train(folder: Path, out: Path = TABLE.parent) -> Path:
    """Writes the table of terms; returns its path. A line: term, texts that have it, how much it leans and how
    many of the texts are headings (both per cent)."""
    counts = _Counts()
    for text, heading, label in _letters(folder):
        _count(counts, tagged(strip_anonymised(text)[:_LETTERS]), heading, label)
    lines = [f"#\t{counts.letters}\t0\t0"]
    for term in sorted(counts.df):
        leaning = _leaning(counts, term)
        if _is_phrase(counts, term, leaning) if " " in term else _is_word(counts, term, leaning):
            called = round(100 * counts.headings[term] / counts.df[term])
            lines.append(f"{term}\t{counts.df[term]}\t{round(100 * leaning)}\t{called}")
    path = out / TABLE.name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _letters(folder: Path) -> Iterator[tuple[str, bool, int | None]]:
    """Headings and bodies, whether it is a heading, and the class where it is known."""
    for name in ("messages", "replies"):
        for row in corpora.rows(folder / "civic", name):
            yield row["title"], True, None
            yield row["body"], False, None
    for row in corpora.rows(folder / "civic", "topics_train"):
        yield row["text"], row["part"] == "subject", OFFICIAL.index(row["topic"])


def _count(counts: _Counts, words: Sequence[Tagged], heading: bool, label: int | None) -> None:
    seen: set[str] = set()
    for i, (word, tag) in enumerate(words):
        if not HAN.fullmatch(word):
            continue
        counts.tags[word][tag] += 1
        counts.tf[word] += 1
        counts.words += 1
        seen.add(word)
        for k in (2, 3):
            part = [w for w, _ in words[i : i + k]]
            if len(part) < k or sum(map(len, part)) > LONGEST or not all(map(HAN.fullmatch, part)):
                break
            phrase = " ".join(part)
            counts.tf[phrase] += 1
            counts.before[phrase][words[i - 1][0] if i else "^"] += 1
            counts.after[phrase][words[i + k][0] if i + k < len(words) else "$"] += 1
            seen.add(phrase)
    counts.letters += 1
    counts.df.update(seen)
    if heading:
        counts.headings.update(seen)
    if label is not None:
        counts.labelled[label] += 1
        for term in seen:
            counts.classes[term][label] += 1


def _leaning(counts: _Counts, term: str) -> float:
    """Kullback-Leibler divergence of the term's classes from all letters' classes, smoothed towards none."""
    found = counts.classes.get(term)
    if found is None:
        return 0.0
    total, whole = sum(found) + _SMOOTH, sum(counts.labelled)
    shares = [n / whole for n in counts.labelled]
    parts = [(n + _SMOOTH * q) / total for n, q in zip(found, shares, strict=True)]
    return sum(p * math.log(p / q) for p, q in zip(parts, shares, strict=True))


def _is_word(counts: _Counts, word: str, leaning: float) -> bool:
    if len(word) < 2 or len(word) > LONGEST or counts.df[word] < _WORD_DF or word in stopwords():
        return False
    if word in rules()["events"]:
        return True
    tag = counts.tag(word)
    called = counts.headings[word] >= _HEADING * counts.df[word]
    return called and leaning >= _LEANING and noun_like(tag) and not of_somebody(tag) and not NUMERAL.search(word)


def _is_phrase(counts: _Counts, phrase: str, leaning: float) -> bool:
    words, n = phrase.split(" "), counts.df[phrase]
    if n < _PHRASE_DF or leaning < _PHRASE_LEANING or not _well_formed(counts, words):
        return False
    if len("".join(words)) < 3 or re.search("(.)\\1", "".join(words)):
        return False
    apart = math.prod(counts.tf[w] / counts.words for w in words)
    attraction = math.log(counts.tf[phrase] / counts.words / apart)
    freedom = min(_entropy(counts.before[phrase]), _entropy(counts.after[phrase]))
    return attraction / (len(words) - 1) >= _ATTRACTION and freedom >= _FREEDOM


def _well_formed(counts: _Counts, words: Sequence[str]) -> bool:
    """Like a noun phrase, or a verb with what it is done to (拖欠工资); no names, numerals, empty words."""
    tags = [counts.tag(w) for w in words]
    first, last = words[0], words[-1]
    empty = first in stopwords() or last in stopwords() or any(len(w) == 1 and w in stopwords() for w in words)
    if empty and last not in rules()["verb_last"]:
        return False
    if any(NUMERAL.search(w) or of_somebody(t) or t.startswith(("d", "r", "p", "c", "u", "q", "t", "y", "f", "e", "o"))
           for w, t in zip(words, tags, strict=True)):  # fmt: skip
        return False
    if first in rules()["no_first"] or last in rules()["no_last"] or tags[0].startswith("nz"):
        return False
    if (len(first) == 1 and first not in _FIRSTS) or (len(last) == 1 and last not in _HEADS):
        return False
    return noun_like(tags[-1]) or last in rules()["verb_last"]


def _entropy(found: Counter[str]) -> float:
    total = sum(found.values())
    return -sum(n / total * math.log(n / total) for n in found.values())
