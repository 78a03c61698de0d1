"""The texts that the linear engine learns from, and the letters that it must not learn from."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from monitor.analysis import corpora
from monitor.analysis.sentiment.contract import joined
from monitor.analysis.weak import strip_anonymised, weak_polarity

POLARITIES = ("negative", "neutral", "positive")
_GOLD = Path(__file__).with_name("civic-gold.json")
_SETS = (("weibo_epidemic_train", "post"), ("news_train", "news"), ("reviews_train", "review"))


@dataclass(frozen=True, slots=True)
class Example:
    """``polarity``: index into POLARITIES, or None where the text only shows how its domain reads."""

    text: str
    polarity: int | None
    domain: str


def labelled(folder: Path, name: str) -> tuple[list[str], list[int]]:
    """Texts and polarities of a set of ``<folder>/sentiment``; rows without a polarity are left out."""
    rows = [row for row in corpora.rows(folder / "sentiment", name) if row["polarity"]]
    texts = [row["text"] if "text" in row else joined(row["title"], row["lead"]) for row in rows]
    return texts, [POLARITIES.index(row["polarity"]) for row in rows]


def examples(folder: Path) -> list[Example]:
    """Epidemic posts, news, reviews, letters labelled from afar by their titles, and general posts without a label."""
    found: list[Example] = []
    for name, domain in _SETS:
        found.extend(Example(text, polarity, domain) for text, polarity in zip(*labelled(folder, name), strict=True))
    found.extend(Example(row["text"], None, "usual") for row in corpora.rows(folder / "names", "weibo_train"))
    known = {text for text, _ in civic_gold(folder)}
    letters = 0
    for _, row in _letters(folder):
        polarity = weak_polarity(row["title"])
        title, body = _title_and_body(row)
        if polarity is not None and joined(title, body) not in known:
            # Every other letter without its title, so that the body alone has to say it.
            found.append(Example(body if letters % 2 else joined(title, body), polarity, "civic"))
            letters += 1
    return found


def civic_gold(folder: Path) -> list[tuple[str, int]]:
    """The letters that were read and labelled by hand for this project, as (text, polarity).

    Kept as ids, because the texts may not be copied. Guideline: a grievance is negative however polite; a question, a
    proposal or a request without a grievance is neutral; thanks and praise are positive; letters that are both were
    left out.
    """
    gold = _gold()
    return [(joined(*_title_and_body(row)), gold[key] + 1) for key, row in _letters(folder) if key in gold]


@cache
def _gold() -> dict[str, int]:
    loaded: dict[str, int] = json.loads(_GOLD.read_text(encoding="utf-8"))
    return loaded


def _letters(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{name}/{row['id']}", row) for name in ("messages", "replies") for row in corpora.rows(folder / "civic", name)
    ]


def _title_and_body(row: dict[str, Any]) -> tuple[str, str]:
    return strip_anonymised(row["title"]), strip_anonymised(re.sub(r"\s+", " ", row["body"]).strip())
