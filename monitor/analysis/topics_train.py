"""``yuqing train topic``: rebuilds the topic model from the development data, bit for bit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from monitor.analysis import archive, fit, hinge, topics_data
from monitor.analysis.evaluate import Ints, interval, macro_f1
from monitor.analysis.linear import Floats, softmax
from monitor.analysis.ngrams import Hashes
from monitor.analysis.topics import FILE, OFFICIAL

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

VERSION = "3"
FOLDS = 5
_GATE_FOLDS = 3
_C, _BAYES_C, _EVEN = 1.0, 0.5, 0.3
"""Costs of the plain and the Bayes-weighted machines, and the least weight of a feature in the latter."""
_GATE_C = 3.0
_LET_IN = 0.04
"""Share of held-out general posts that are let in; the measure's limit is .05."""
THRESHOLD = 0.5
_TOPICAL = 0.25
"""Part of the letters' clauses, the most civic ones, that say a matter by themselves."""
_MINGLED, _ALONE, _IDLE = 14_000, 8_000, 12_000


@dataclass(frozen=True, slots=True)
class _Space:
    hashes: Hashes
    idf: Floats

    def matrix(self, texts: Sequence[str]) -> csr_matrix:
        return fit.matrix(texts, self.hashes, self.idf)


def _space(texts: Sequence[str]) -> _Space:
    return _Space(*fit.vocabulary(texts, minimum=2, limit=260_000))


@dataclass(frozen=True, slots=True)
class _Gate:
    """The texts of the purpose limit, their labels and the groups that no fold tears apart."""

    texts: list[str]
    labels: list[int]
    groups: list[int]


def train(folder: Path, out: Path = archive.MODELS) -> Path:
    """Fits the seven classes and the public-service gate; returns the path of the model file."""
    rows, parts = topics_data.official(folder)
    gate, general = _gate(folder, rows)
    space = _space([*gate.texts, *rows.texts])
    classes, meta = _classes(space, rows, parts)
    service, told = _service(space, gate, general, topics_data.unseen(folder))
    measured = [*meta.pop("measured"), *told.pop("measured")]
    meta |= told | {"version": VERSION, "outputs": [*OFFICIAL, "other", "public"], "measured": measured}
    path = out / FILE
    archive.save(path, fit.pack(space.hashes, space.idf, np.hstack((classes, service))), meta)
    return path


def _classes(space: _Space, rows: topics_data.Rows, parts: Sequence[str]) -> tuple[Floats, dict[str, Any]]:
    """Weights of the seven classes, their offsets and temperature, and figures from held-out groups."""
    x, gold = space.matrix(rows.texts), np.asarray(rows.labels)
    target, fold = fit.one_hot(rows.labels, len(OFFICIAL)), folds(rows.groups, FOLDS)
    held = _held_out(fold, target.shape, lambda keep: _machines(x, target, keep), x)
    judged = held.copy()
    for k in range(FOLDS):  # the figures are of offsets that have not seen the fold either
        judged[fold == k] += _offsets(held[fold != k], gold[fold != k])
    offsets = _offsets(held, gold)
    grid = [round(0.1 + 0.02 * i, 2) for i in range(120)]
    losses = [-(np.log(softmax((held + offsets) / t) + 1e-12) * target).sum() for t in grid]
    whole = _machines(x, target, np.ones(len(gold)))
    whole[-1] += offsets
    found, body = judged.argmax(axis=1), np.asarray(parts) == "body"
    measured = [
        _figure("civic/topics_train, subject and body of a letter in one fold", gold, found),
        _figure("the same, subjects", gold[~body], found[~body]),
        _figure("the same, bodies", gold[body], found[body]),
    ]
    meta = {"temperature": grid[int(np.argmin(losses))], "held_out_macro_f1": measured[0]["value"]}
    table = [[int(((gold == i) & (found == k)).sum()) for k in range(len(OFFICIAL))] for i in range(len(OFFICIAL))]
    return whole, {**meta, "held_out_confusion": table, "measured": measured}


def _machines(x: csr_matrix, target: Floats, weight: Floats) -> Floats:
    """The sum of plain machines and of machines on features weighted by naive Bayes (Wang & Manning 2012).

    The latter's feature weights are folded into theirs, so that both are one linear model.
    """
    from scipy.sparse import csr_matrix

    plain, present = hinge.fit(x, target, weight, _C), x.copy()
    present.data = np.ones_like(present.data)
    bayes = []
    for k in range(target.shape[1]):
        inside = 1.0 + present.T @ (weight * target[:, k])
        outside = 1.0 + present.T @ (weight * (1.0 - target[:, k]))
        ratio = np.abs(np.log(inside / inside.sum()) - np.log(outside / outside.sum()))
        ratio = np.rint((_EVEN + ratio / ratio.mean()) * 256) / 256
        scaled = csr_matrix((x.data * ratio[x.indices], x.indices, x.indptr), shape=x.shape)
        w = hinge.fit(scaled, target[:, [k]], weight, _BAYES_C)[:, 0]
        bayes.append(np.append(w[:-1] * ratio, w[-1]))
    return np.asarray(plain + np.column_stack(bayes))


def _offsets(scores: Floats, gold: Ints) -> Floats:
    """What to add to the classes' scores for the best macro-F1 (coordinate ascent): rare classes are lifted."""

    def quality(offsets: Floats) -> float:
        return macro_f1(gold, (scores + offsets).argmax(axis=1), range(len(OFFICIAL)))

    best = np.zeros(len(OFFICIAL))
    top = quality(best)
    for step in (0.2, 0.2, 0.1, 0.1):
        for k in range(len(OFFICIAL)):
            for way in (-step, step):
                tried = best.copy()
                tried[k] = round(tried[k] + way, 2)
                if (now := quality(tried)) > top:
                    best, top = tried, now
    return best


def _figure(data: str, gold: Ints, found: Ints) -> dict[str, Any]:
    value = interval(len(gold), lambda i: macro_f1(gold[i], found[i], range(len(OFFICIAL))))
    return {"data": data, "metric": "macro_f1", **value}


def folds(groups: Sequence[int], count: int) -> Ints:
    """The fold of each group, spread by a multiplicative hash of its number."""
    spread = np.asarray(groups, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return ((spread >> np.uint64(40)) % np.uint64(count)).astype(np.int64)


def _held_out(fold: Ints, shape: tuple[int, ...], fitted: Callable[[Floats], Floats], x: csr_matrix) -> Floats:
    """Scores of each fold by weights that have not seen it; ``fitted`` takes the weight of each text."""
    held = np.zeros(shape)
    for k in sorted(set(fold.tolist())):
        w = fitted(np.where(fold == k, 0.0, 1.0))
        which = np.flatnonzero(fold == k)
        held[which] = x[which] @ w[:-1] + w[-1]
    return held


def _gate(folder: Path, rows: topics_data.Rows) -> tuple[_Gate, NDArray[np.bool_]]:
    """What the purpose limit learns from, and which of it are the general posts that set the threshold."""
    letters, others, general = (
        topics_data.letters(folder),
        topics_data.others(folder),
        topics_data.general_posts(folder),
    )
    everyday = topics_data.everyday()
    base = [
        (rows.texts, [1] * len(rows.texts), rows.groups),
        (letters.texts, letters.labels, letters.groups),
        (others.texts, others.labels, others.groups),
        (general.texts, general.labels, general.groups),
        (everyday.texts, everyday.labels, everyday.groups),
    ]
    first = _joined(base)
    matters = _telling(first, [*rows.texts, *letters.texts])
    talk = topics_data.clauses(others.texts)
    more = [*topics_data.mingled(matters[::2], talk, _MINGLED), *matters[1::2][:_ALONE]]
    idle = talk[:: max(1, len(talk) // _IDLE)]
    added = [(more, [1] * len(more), list(range(len(more)))), (idle, [0] * len(idle), list(range(len(idle))))]
    whole = _joined([*base, *added])
    begin = sum(len(part[0]) for part in base[:3])
    which = np.zeros(len(whole.texts), dtype=bool)
    which[begin : begin + len(general.texts)] = True
    return whole, which


def _joined(parts: Sequence[tuple[list[str], list[int], list[int]]]) -> _Gate:
    return _Gate(*([item for part in parts for item in part[k]] for k in range(3)))  # type: ignore[arg-type]


def _telling(gate: _Gate, texts: Sequence[str]) -> list[str]:
    """The clauses of letters that say a matter by themselves, by a first gate; in a mixed order."""
    hashes, idf = fit.vocabulary(gate.texts, minimum=3, limit=80_000)
    space = _Space(hashes, idf)
    w = fit.logistic(space.matrix(gate.texts), fit.one_hot(gate.labels, 2), np.ones(len(gate.texts)), 1.0, 25)
    found = topics_data.clauses(texts)[::3]
    scores = space.matrix(found) @ (w[:-1, 1] - w[:-1, 0])
    best = np.sort(np.argsort(-scores, kind="stable")[: int(len(found) * _TOPICAL)])
    return [found[i] for i in best[np.argsort(best * 7919 % 10_007, kind="stable")]]


def _service(
    space: _Space, gate: _Gate, general: NDArray[np.bool_], unseen: Sequence[tuple[str, str, list[str]]]
) -> tuple[Floats, dict[str, Any]]:
    """Weights of the gate and its threshold (held-out general posts let in by ``_LET_IN``).

    ``unseen``: what is measured with and was not learned from (name of the data, of the figure, texts).
    """
    x, target = space.matrix(gate.texts), fit.one_hot(gate.labels, 2)

    def fitted(weight: Floats) -> Floats:
        return fit.logistic(x, target, weight, _GATE_C)

    held = softmax(_held_out(folds(gate.groups, _GATE_FOLDS), target.shape, fitted, x))[:, 1]
    limit = round(float(np.clip(np.quantile(held[general], 1 - _LET_IN), 0.05, 0.95)), 3)
    whole, measured = fitted(np.ones(len(gate.texts))), []
    whole[-1, 1] -= np.log(limit / (1 - limit))  # so that the limit is one half
    for data, metric, texts in unseen:
        passed = softmax(space.matrix(texts) @ whole[:-1] + whole[-1])[:, 1] >= THRESHOLD
        measured.append({"data": data, "metric": metric, **_share(passed)})
    return whole, {"threshold": THRESHOLD, "measured": measured}


def _share(passed: NDArray[np.bool_]) -> dict[str, float]:
    return interval(len(passed), lambda i: float(passed[i].mean()))
