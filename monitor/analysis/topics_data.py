"""The texts that the topic model learns from: letters with their official class, matters and what is none (S4)."""

from __future__ import annotations

import math
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.analysis import corpora
from monitor.analysis.topics import OFFICIAL, undressed
from monitor.analysis.weak import strip_anonymised

_WINDOW, _FEW, _ALIKE = 4, 12, 17.0
"""Length of the windows that tell parts of one letter, in how many bodies one may be, and how much must agree."""
_AGAIN = 24
_CLAUSE = re.compile(r"[。！？!?；;，,\n\s~…]+")


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts with a label each and the group that must not be torn apart by a fold."""

    texts: list[str]
    labels: list[int]
    groups: list[int]


def official(folder: Path) -> tuple[Rows, list[str]]:
    """The labelled subjects and bodies (labels: index in OFFICIAL), and which part of a letter each is."""
    found = corpora.rows(folder / "civic", "topics_train")
    texts, parts = [strip_anonymised(row["text"]) for row in found], [row["part"] for row in found]
    return Rows(texts, [OFFICIAL.index(row["topic"]) for row in found], linked(texts, parts)), parts


def linked(texts: Sequence[str], parts: Sequence[str]) -> list[int]:
    """A group a text, so that no fold is judged by what it has seen.

    Subject and body of a letter stand apart in the data without a common number. A subject goes with the body that
    shares the most rare 4-character windows with it (weighed by rarity), if there are at least about two; texts that
    share a stretch of 24 characters are letters sent again.
    """
    told = ["".join(text.split()) for text in texts]
    parent = list(range(len(texts)))
    again: dict[str, int] = {}
    holders: dict[str, list[int]] = defaultdict(list)
    for i, text in enumerate(told):
        for k in range(0, len(text) - _AGAIN + 1):
            parent[_root(parent, i)] = _root(parent, again.setdefault(text[k : k + _AGAIN], i))
        if parts[i] == "body":
            for window in _windows(text):
                holders[window].append(i)
    for i, text in enumerate(told):
        scores: dict[int, float] = defaultdict(float)
        for window in _windows(text) if parts[i] != "body" else ():
            bodies = holders.get(window, ())
            if len(bodies) <= _FEW:
                for body in bodies:
                    scores[body] += math.log(len(texts) / len(bodies))
        best = max(sorted(scores), key=lambda body: scores[body], default=i)
        if scores.get(best, 0.0) >= _ALIKE:
            parent[_root(parent, i)] = _root(parent, best)
    return [_root(parent, i) for i in range(len(texts))]


def _windows(text: str) -> list[str]:
    return sorted({text[k : k + _WINDOW] for k in range(len(text) - _WINDOW + 1)})


def _root(parent: list[int], i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


def letters(folder: Path) -> Rows:
    """Every fourth of the dated letters, title and body apart: matters (label 1)."""
    texts, groups = [], []
    for k, row in enumerate(corpora.rows(folder / "civic", "messages")[::4]):
        for part in (row["title"], row["body"]):
            texts.append(strip_anonymised(" ".join(part.split())))
            groups.append(k)
    return Rows(texts, [1] * len(texts), groups)


def others(folder: Path) -> Rows:
    """Texts that are no matters (label 0): posts, reviews, sentences of news and of reference works.

    Of the general posts only the even rows; the odd ones are kept to measure with.
    """
    sentiment, names = folder / "sentiment", folder / "names"
    told = [row["text"] for row in corpora.rows(sentiment, "weibo_epidemic_train")]
    told += [row["text"] for row in corpora.rows(sentiment, "reviews_train")]
    told += [row["text"] for row in corpora.rows(names, "weibo_train")]
    told += [row["text"] for row in corpora.rows(names, "news_train")]
    texts = [undressed(text) for text in told]
    return Rows(texts, [0] * len(texts), list(range(len(texts))))


def general_posts(folder: Path) -> Rows:
    """The even rows of the general posts (label 0)."""
    texts = [undressed(row["text"]) for row in corpora.rows(folder / "sentiment", "weibo_usual_dev")[::2]]
    return Rows(texts, [0] * len(texts), list(range(len(texts))))


def unseen(folder: Path) -> list[tuple[str, str, list[str]]]:
    """What the purpose limit is measured with: data, figure and texts of which none is learned from."""
    rows = corpora.rows(folder / "civic", "messages")[1::2]
    posts = [undressed(row["text"]) for row in corpora.rows(folder / "sentiment", "weibo_usual_dev")[1::2]]
    return [
        ("civic/messages odd rows, title alone", "public_service_recall", [strip_anonymised(r["title"]) for r in rows]),
        ("civic/messages odd rows, body alone", "public_service_recall", [strip_anonymised(r["body"]) for r in rows]),
        ("sentiment/weibo_usual_dev odd rows", "let_in", posts),
    ]


def everyday() -> Rows:
    """Our own everyday sentences: a thing and what is wrong with it (1), an occasion and idle talk (0).

    The group is the list that a sentence comes from.
    """
    written = tomllib.loads((Path(__file__).parent / "everyday.toml").read_text(encoding="utf-8"))
    texts, labels, groups = [], [], []
    for label, kind in ((1, "matter"), (0, "idle")):
        for part in written[kind]:
            for i, thing in enumerate(part["things"]):
                for k, fault in enumerate(part["faults"]):
                    texts.append(thing + ("，" if (i + k) % 3 == 0 else "") + fault)
                    labels.append(label)
                    groups.append(10 * i + label)
    return Rows(texts, labels, groups)


def clauses(texts: Iterable[str]) -> list[str]:
    """The stretches of 4 to 40 characters between punctuation marks, each once, in order."""
    found = dict.fromkeys(part for text in texts for part in _CLAUSE.split(text) if 4 <= len(part) <= 40)
    return list(found)


def mingled(matters: Sequence[str], talk: Sequence[str], count: int) -> list[str]:
    """``count`` clauses of letters, each beside a clause of a post, so that tone is no evidence against a matter."""
    made = []
    for i in range(min(count, len(matters))):
        matter, other = matters[i], talk[i * 7919 % len(talk)]
        made.append(f"{matter}，{other}" if i % 2 else f"{other}，{matter}")
    return made
