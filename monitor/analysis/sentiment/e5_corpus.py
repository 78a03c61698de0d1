"""The texts that the encoder is fine-tuned on, and those kept back from it to calibrate on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from monitor.analysis import corpora
from monitor.analysis.sentiment.contract import joined
from monitor.analysis.sentiment.e5 import EMOTIONS
from monitor.analysis.weak import strip_anonymised, weak_polarity

POLARITIES = ("negative", "neutral", "positive")
_BLOCK = 50
_KEPT_BACK = {"post": 12, "news": 6, "review": 10}
"""Every so many-th block of 50 rows is kept back (neighbouring rows may be near copies)."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """``polarity`` and ``emotion`` index POLARITIES and EMOTIONS, -1 where there is none."""

    text: str
    domain: str
    polarity: int
    emotion: int = -1
    kept_back: bool = False


def examples(folder: Path) -> list[Labelled]:
    """Posts, news, reviews, and letters labelled from afar by their own titles."""
    found: list[Labelled] = []
    for name, domain in (("weibo_epidemic_train", "post"), ("news_train", "news"), ("reviews_train", "review")):
        for i, row in enumerate(corpora.rows(folder / "sentiment", name)):
            text = row["text"] if "text" in row else joined(row["title"], row["lead"])
            emotion = EMOTIONS.index(row["emotion"]) if "emotion" in row else -1
            polarity = POLARITIES.index(row["polarity"]) if row["polarity"] else -1
            found.append(Labelled(text, domain, polarity, emotion, _back(domain, i)))
    return found + _letters(folder)


def _letters(folder: Path) -> list[Labelled]:
    found: list[Labelled] = []
    for name in ("messages", "replies"):
        for i, row in enumerate(corpora.rows(folder / "civic", name)):
            polarity = weak_polarity(row["title"])
            title, body = strip_anonymised(row["title"]), strip_anonymised(re.sub(r"\s+", " ", row["body"]))
            # Every other letter without its title, so that the body alone has to say it.
            text = body if i % 2 else joined(title, body)
            # Letters without a cue teach nothing; the gate, which asks for no polarity, is calibrated on them.
            found.append(Labelled(text, "civic", -1 if polarity is None else polarity, kept_back=polarity is None))
    return found


def _back(domain: str, row: int) -> bool:
    return row // _BLOCK % _KEPT_BACK[domain] == 0


def development(folder: Path, name: str) -> tuple[list[str], NDArray[np.int64]]:
    """Texts and polarities of a development set; texts without a polarity are left out."""
    rows = [row for row in corpora.rows(folder / "sentiment", name) if row["polarity"]]
    return [row["text"] for row in rows], np.asarray([POLARITIES.index(row["polarity"]) for row in rows])


def of_domain(data: Sequence[Labelled], domain: str, kept_back: bool) -> list[Labelled]:
    """The examples of one domain, those kept back or the others."""
    return [e for e in data if e.domain == domain and e.kept_back == kept_back]
