"""``yuqing train sentiment``: rebuilds the model of the linear engine from the development data, bit for bit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from monitor.analysis import archive, corpora, fit
from monitor.analysis.evaluate import macro_f1
from monitor.analysis.linear import Floats, softmax
from monitor.analysis.sentiment.contract import joined
from monitor.analysis.sentiment.linear import DOMAINS, FILE, POLARITIES
from monitor.analysis.weak import strip_anonymised, weak_polarity

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

VERSION = "1"
FOLDS = 3
_C = 10.0
_WEIGHTS: dict[str, Mapping[str, float]] = {
    "post": {"post": 1.0},
    "news": {"post": 0.3, "news": 1.0, "review": 0.3},
    "review": {"post": 0.3, "news": 0.3, "review": 1.0},
    "civic": {"post": 0.15, "news": 0.15, "review": 0.1, "civic": 1.0},
}
"""How much a text of each domain counts when a head is fitted."""


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    polarity: int
    domain: str


def examples(folder: Path) -> list[Example]:
    """The labelled texts: epidemic posts, news, reviews, and letters labelled from afar by their own titles."""
    found = []
    for name, domain in (("weibo_epidemic_train", "post"), ("news_train", "news"), ("reviews_train", "review")):
        for row in corpora.rows(folder / "sentiment", name):
            if row["polarity"]:
                text = row["text"] if "text" in row else joined(row["title"], row["lead"])
                found.append(Example(text, POLARITIES.index(row["polarity"]), domain))
    for name in ("messages", "replies"):
        for row in corpora.rows(folder / "civic", name):
            polarity = weak_polarity(row["title"])
            if polarity is not None:
                title, body = strip_anonymised(row["title"]), strip_anonymised(re.sub(r"\s+", " ", row["body"]))
                # Every other letter without its title, so that the body alone has to say it.
                found.append(Example(body if len(found) % 2 else joined(title, body), polarity, "civic"))
    return found


def train(folder: Path, out: Path = archive.MODELS) -> Path:
    """Fits gate and heads on everything, temperatures by cross-validation; returns the path of the model file."""
    data = examples(folder)
    hashes, idf = fit.vocabulary([e.text for e in data], minimum=2, limit=220_000)
    x = fit.matrix([e.text for e in data], hashes, idf)
    target = fit.one_hot([e.polarity for e in data], 3)
    domain = np.asarray([DOMAINS.index(e.domain) for e in data])
    columns = [fit.logistic(x, target, weights(domain, head), _C) for head in DOMAINS]
    columns.append(fit.logistic(x, fit.one_hot(domain.tolist(), len(DOMAINS)), np.ones(len(data)), _C))
    held = {head: _held_out(x, target, domain, head) for head in DOMAINS}
    meta: dict[str, Any] = {
        "version": VERSION,
        "outputs": [*DOMAINS, "gate"],
        "temperatures": [held[head][0] for head in DOMAINS],
        "held_out_macro_f1": {head: held[head][1] for head in DOMAINS},
    }
    path = out / FILE
    archive.save(path, fit.pack(hashes, idf, np.hstack(columns)), meta)
    return path


def weights(domain: Any, head: str) -> Floats:
    """The weight of every text for one head."""
    table = np.asarray([_WEIGHTS[head].get(name, 0.0) for name in DOMAINS])
    return np.asarray(table[domain])


def _held_out(x: csr_matrix, target: Floats, domain: Any, head: str) -> tuple[float, float]:
    """By cross-validation on the head's domain: the temperature with the least cross-entropy, and macro-F1."""
    own = domain == DOMAINS.index(head)
    # Neighbouring rows can be the same letter twice (body, title and body): folds are blocks of rows.
    fold = np.arange(len(domain)) // 50 % FOLDS
    scores = np.zeros_like(target)
    for k in range(FOLDS):
        held = own & (fold == k)
        w = fit.logistic(x, target, np.where(held, 0.0, weights(domain, head)), _C)
        scores[held] = x[np.flatnonzero(held)] @ w[:-1] + w[-1]
    grid = [round(0.3 + 0.02 * i, 2) for i in range(120)]
    losses = [-(np.log(softmax(scores[own] / t) + 1e-12) * target[own]).sum() for t in grid]
    score = macro_f1(target[own].argmax(axis=1), scores[own].argmax(axis=1), range(3))
    return grid[int(np.argmin(losses))], round(score, 3)
