"""Fits the shipped linear models, so that the same data give the same bytes on every machine.

Only IEEE-exact operations decide the weights: element-wise arithmetic, plain sparse products and a polynomial exp in
place of library functions and BLAS kernels, whose last bit depends on the processor.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.linear import Floats, Table, placeable, tfidf
from monitor.analysis.ngrams import Hashes, ngrams

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_MEMORY = 8
_LN2_HIGH, _LN2_LOW = 0.693147180369123816490, 1.90821492927058770002e-10


def exact_exp(x: Floats) -> Floats:
    """exp from additions and multiplications only (Taylor after reduction by ln 2); arguments at most 0."""
    x = np.maximum(x, -700.0)
    k = np.rint(x * 1.4426950408889634)
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    p = np.ones_like(r)
    for n in range(13, 0, -1):
        p = p * r / n + 1.0
    return np.asarray(np.ldexp(p, k.astype(np.int32)))


def vocabulary(texts: Sequence[str], minimum: int, limit: int) -> tuple[Hashes, Floats]:
    """The n-grams found in at least ``minimum`` texts (the ``limit`` commonest) and their idf, rounded to 1/1024."""
    found: list[Hashes] = []
    for i in range(0, len(texts), 512):
        hashes, owner = ngrams(texts[i : i + 512])
        found.append((np.unique((owner.astype(np.uint64) << np.uint64(32)) | hashes)).astype(np.uint32))
    unique, df = np.unique(np.concatenate(found), return_counts=True)
    often = df >= minimum
    chosen = placeable(unique[often], df[often], limit)
    counts = df[np.searchsorted(unique, chosen)]
    idf = np.rint((np.log((1 + len(texts)) / (1 + counts)) + 1) * 1024)
    return chosen, idf


def matrix(texts: Sequence[str], hashes: Hashes, idf: Floats) -> csr_matrix:
    """TF-IDF of the texts, one row a text, one column a hash."""
    from scipy.sparse import csr_matrix

    table, padded = Table(hashes), np.concatenate((np.zeros(1), idf / 1024))
    rows, columns, values, base = [], [], [], 0
    for i in range(0, len(texts), 512):
        counts = tfidf(texts[i : i + 512], table, padded)
        rows.append(counts.texts + base)
        columns.append(counts.rows - 1)
        values.append(counts.values)
        base += len(texts[i : i + 512])
    coordinates = (np.concatenate(rows), np.concatenate(columns))
    return csr_matrix((np.concatenate(values), coordinates), shape=(len(texts), len(hashes)))


class _Objective:
    """Weighted cross-entropy of a softmax plus half the squared weights divided by ``c``; the bias is free."""

    def __init__(
        self, x: csr_matrix, target: Floats, weight: Floats, c: float, allowed: NDArray[np.bool_] | None = None
    ) -> None:
        self.x, self.xt, self.target, self.weight, self.c = x, x.T.tocsr(), target, weight[:, None], c
        self.barred = None if allowed is None else ~allowed

    def __call__(self, w: Floats) -> tuple[float, Floats]:
        scores = self.x @ w[:-1] + w[-1]
        if self.barred is not None:
            scores[self.barred] = -700.0
        scores -= scores.max(axis=1, keepdims=True)
        e = exact_exp(scores)
        p = e / (e @ np.ones((e.shape[1], 1)))
        loss = -_dot(np.log(np.maximum(p, 1e-300)), self.target * self.weight) + _dot(w[:-1], w[:-1]) / (2 * self.c)
        delta = (p - self.target) * self.weight
        if self.barred is not None:
            delta[self.barred] = 0.0
        gradient = np.vstack((self.xt @ delta + w[:-1] / self.c, delta.sum(axis=0, keepdims=True)))
        return loss, gradient


def _dot(a: Floats, b: Floats) -> float:
    return float((a * b).sum())


def logistic(
    x: csr_matrix,
    target: Floats,
    weight: Floats,
    c: float = 3.0,
    iterations: int = 60,
    allowed: NDArray[np.bool_] | None = None,
) -> Floats:
    """Multinomial logistic regression by L-BFGS (Nocedal & Wright 2006, algorithm 7.5).

    ``target``: (texts, classes), rows summing to 1; ``weight``: one a text; ``allowed``: (texts, classes), the classes
    between which a text decides (a review tells good from bad, but nothing about neither). Returns
    (features + 1, classes), the last row the intercepts.
    """
    used = np.flatnonzero(weight > 0)
    objective = _Objective(x[used], target[used], weight[used], c, None if allowed is None else allowed[used])
    w = np.zeros((x.shape[1] + 1, target.shape[1]))
    loss, gradient = objective(w)
    history: list[tuple[Floats, Floats, float]] = []
    for _ in range(iterations):
        direction = _direction(gradient, history)
        slope, step = _dot(gradient, direction), 1.0 if history else min(1.0, 1.0 / np.sqrt(_dot(gradient, gradient)))
        for _try in range(20):
            moved = w + step * direction
            new_loss, new_gradient = objective(moved)
            if new_loss <= loss + 1e-4 * step * slope:
                break
            step /= 2
        else:
            break
        s, y = moved - w, new_gradient - gradient
        curvature = _dot(s, y)
        if curvature > 1e-12:
            history = [*history[-_MEMORY + 1 :], (s, y, 1 / curvature)]
        done = loss - new_loss < 1e-5 * max(1.0, abs(loss))
        w, loss, gradient = moved, new_loss, new_gradient
        if done:
            break
    return w


def _direction(gradient: Floats, history: list[tuple[Floats, Floats, float]]) -> Floats:
    q, alphas = gradient.copy(), []
    for s, y, rho in reversed(history):
        alphas.append(rho * _dot(s, q))
        q -= alphas[-1] * y
    if history:
        _, y, rho = history[-1]
        q *= 1 / (rho * _dot(y, y))
    for (s, y, rho), alpha in zip(history, reversed(alphas), strict=True):
        q += s * (alpha - rho * _dot(y, q))
    return -q


def one_hot(labels: Sequence[int], classes: int) -> Floats:
    return np.asarray(np.eye(classes)[np.asarray(labels)])


def pack(hashes: Hashes, idf: Floats, w: Floats) -> dict[str, NDArray[Any]]:
    """The arrays of a model file: weights as int8 with one scale a column, rows that say nothing left out."""
    scale = np.maximum(np.abs(w[:-1]).max(axis=0), 1e-9) / 127
    weights = np.rint(w[:-1] / scale).astype(np.int8)
    return {
        "hashes": hashes,
        "idf": idf.astype(np.uint16),
        "weights": weights,
        "scale": scale.astype(np.float32),
        "bias": w[-1].astype(np.float32),
    }
