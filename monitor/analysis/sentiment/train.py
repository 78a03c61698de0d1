"""``yuqing train sentiment``: rebuilds the model of the linear engine from the development data, bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from monitor.analysis import archive, fit
from monitor.analysis.linear import Floats
from monitor.analysis.sentiment import blocks_fit, measure, tuning, vectors
from monitor.analysis.sentiment.examples import examples
from monitor.analysis.sentiment.linear import DOMAINS, FILE

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

VERSION = "2"
FOLDS = 3
_C = {"post": 3.0, "news": 6.0, "review": 20.0, "civic": 6.0}
_WEIGHTS: dict[str, Mapping[str, float]] = {
    "post": {"post": 1.0, "news": 0.3, "review": 0.3},
    "news": {"post": 0.1, "news": 1.0, "review": 0.1},
    "review": {"post": 0.3, "review": 1.0},
    "civic": {"post": 0.15, "news": 0.15, "review": 0.1, "civic": 1.0},
}
"""How much a text of each domain counts when a head is fitted. General posts have no labels: their head is that of the
epidemic posts with a shift and a temperature of its own."""
_NO_WORDS = frozenset({"review"})
"""Heads that do without the words' vectors: with 9,600 reviews the n-grams know better (.925 against .911)."""
_NO_SHIFT = frozenset({"review", "civic"})
"""Reviews are two classes; letters have labels from rules, whose rare classes are no guide."""
_PRIOR = {"post": 2.0, "usual": 2.0, "news": 0.0, "review": 0.0, "civic": 0.0}
"""Added to the gate's scores: a text of unknown make reads like a post. Chosen on the development sets."""
_USUAL: dict[str, Any] = {"shift": [0.25, 0.0, 0.0], "temperature": 0.8}
"""Shift and temperature of general posts, chosen on their development set, because they have no training part."""
_GATE_WEIGHT = {"usual": 4.0}
_GATE_ITERATIONS = 30
Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Material:
    """What is fitted on: features, polarities (-1 where there is none), domains; the first ``grams`` columns are
    n-grams."""

    x: csr_matrix
    gold: Labels
    domain: Labels
    grams: int

    def of(self, head: str) -> NDArray[np.bool_]:
        """Which texts are labelled ones of a domain."""
        return np.asarray((self.domain == DOMAINS.index(head)) & (self.gold >= 0))


def train(folder: Path, out: Path = archive.MODELS) -> Path:
    """Fits gate and heads on everything, shifts and temperatures by cross-validation; returns the model's path.

    Where the development sets are there the figures on them go into the model's meta (``measured``).
    """
    data = examples(folder)
    texts = [e.text for e in data]
    features = blocks_fit.learn(texts, vectors.load(), minimum=2, limit=220_000)
    material = Material(
        blocks_fit.matrix(texts, features),
        np.asarray([-1 if e.polarity is None else e.polarity for e in data]),
        np.asarray([DOMAINS.index(e.domain) for e in data]),
        len(features.hashes),
    )
    nobody = np.zeros(len(data), dtype=bool)
    fitted = {head: _head(material, head, nobody) for head in _WEIGHTS}
    fitted["usual"] = fitted["post"]
    arrays = blocks_fit.pack(features, np.hstack([*(fitted[head] for head in DOMAINS), _gate(material)]))
    heads, held_out = _tuned(material)
    meta: dict[str, Any] = {"version": VERSION, "outputs": [*DOMAINS, "gate"], "heads": heads}
    meta["held_out_macro_f1"] = {row["data"]: row["value"] for row in held_out if row["metric"] == "macro_f1"}
    meta.update(measure.headlines([*measure.measured(arrays, meta, folder), *held_out]))
    path = out / FILE
    archive.save(path, arrays, meta)
    return path


def _head(material: Material, head: str, held: NDArray[np.bool_]) -> Floats:
    """Fits one head on the texts that are not ``held``.

    For the heads of other domains a review decides between negative and positive only: that none is neutral says
    nothing about posts.
    """
    share = np.asarray([_WEIGHTS[head].get(name, 0.0) for name in DOMAINS])[material.domain]
    weight = np.where(held | (material.gold < 0), 0.0, share)
    allowed = np.ones((len(weight), 3), dtype=bool)
    if head != "review":
        allowed[material.domain == DOMAINS.index("review"), 1] = False
    target = fit.one_hot(np.maximum(material.gold, 0).tolist(), 3)
    if head not in _NO_WORDS:
        return fit.logistic(material.x, target, weight, _C[head], allowed=allowed)
    w = fit.logistic(material.x[:, : material.grams], target, weight, _C[head], allowed=allowed)
    rest = np.zeros((material.x.shape[1] - material.grams, 3))
    return np.vstack((w[:-1], rest, w[-1:]))


def _gate(material: Material) -> Floats:
    weight = np.asarray([_GATE_WEIGHT.get(name, 1.0) for name in DOMAINS])[material.domain]
    target = fit.one_hot(material.domain.tolist(), len(DOMAINS))
    return fit.logistic(material.x, target, weight, 6.0, _GATE_ITERATIONS)


def _tuned(material: Material) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Shift, temperature and prior of each head by cross-validation on its own domain, and the figures of that."""
    heads: dict[str, Any] = {"usual": {**_USUAL, "prior": _PRIOR["usual"]}}
    figures: list[dict[str, Any]] = []
    # Neighbouring rows can be the same letter twice (body, title and body): folds are blocks of rows.
    fold = np.arange(len(material.gold)) // 50 % FOLDS
    for head in _WEIGHTS:
        own = material.of(head)
        scores = np.zeros((len(own), 3))
        for k in range(FOLDS):
            held = own & (fold == k)
            w = _head(material, head, held)
            scores[held] = material.x[np.flatnonzero(held)] @ w[:-1] + w[-1]
        found, chances = tuning.tuned(scores[own], material.gold[own], fold[own], head not in _NO_SHIFT)
        figures.extend(measure.rows(f"{head}, cross-validation", material.gold[own], chances))
        heads[head] = {**found, "prior": _PRIOR[head]}
    return heads, figures
