"""Fits a linear-chain CRF over sparse features (Lafferty, McCallum & Pereira 2001), the same bytes on every run.

Forward and backward run over all sentences at once, position by position, in probabilities scaled to one (Rabiner
1989); only element-wise arithmetic and plain sparse products decide the weights, as in :mod:`.fit`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.fit import exact_exp
from monitor.analysis.linear import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

OUT, BEGIN, INSIDE = range(3)
TAGS = 3
NEVER = -1e4
_MEMORY = 8


@dataclass(frozen=True, slots=True)
class Weights:
    """``emission`` (features, TAGS) beside the hashes, ``step`` (TAGS, TAGS) from tag to tag, ``start`` (TAGS,)."""

    emission: Floats
    step: Floats
    start: Floats


class _Chains:
    """The sentences laid end to end, longest first, so that those that still run at a position are the first ones."""

    def __init__(
        self, rows: Sequence[NDArray[np.int32]], tags: Sequence[NDArray[np.int64]], weight: Floats, size: int
    ) -> None:
        from scipy.sparse import csr_matrix

        order = np.argsort([-len(r) for r in rows], kind="stable")
        self.lengths = np.asarray([len(rows[i]) for i in order])
        self.starts = np.concatenate(([0], np.cumsum(self.lengths)[:-1]))
        self.running = [int((self.lengths > t).sum()) for t in range(int(self.lengths[0]))]
        self.weight = weight[order]
        self.each = np.repeat(self.weight, self.lengths)[:, None]
        told = np.concatenate([rows[i] for i in order])
        owner = np.repeat(np.arange(len(told)), told.shape[1]).reshape(told.shape)
        known = told > 0
        columns = told[known] - 1
        self.x: csr_matrix = csr_matrix((np.ones(len(columns)), (owner[known], columns)), shape=(len(told), size))
        self.xt = self.x.T.tocsr()
        gold = np.concatenate([tags[i] for i in order])
        self.gold = np.zeros((len(gold), TAGS))
        self.gold[np.arange(len(gold)), gold] = 1.0
        self.steps = np.zeros((TAGS, TAGS))
        for t in range(1, len(self.running)):
            at = self.starts[: self.running[t]] + t
            pairs = gold[at - 1] * TAGS + gold[at]
            self.steps += np.bincount(pairs, self.weight[: len(at)], TAGS * TAGS).reshape(TAGS, TAGS)


def fit(
    rows: Sequence[NDArray[np.int32]],
    tags: Sequence[NDArray[np.int64]],
    weight: Floats,
    size: int,
    c: float = 2.0,
    iterations: int = 60,
) -> Weights:
    """Weights that maximise the weighted likelihood less half their squares divided by ``c`` (L-BFGS).

    ``rows``: of each sentence, (characters, templates), the number of each feature plus one, 0 where there is none.
    """
    chains = _Chains(rows, tags, weight, size)
    theta = np.zeros(size * TAGS + TAGS * TAGS + TAGS)
    loss, gradient = _objective(chains, theta, size, c)
    history: list[tuple[Floats, Floats, float]] = []
    for _ in range(iterations):
        direction = _direction(gradient, history)
        slope = _dot(gradient, direction)
        step = 1.0 if history else min(1.0, 1.0 / float(np.sqrt(_dot(gradient, gradient))))
        for _try in range(20):
            moved = theta + step * direction
            new_loss, new_gradient = _objective(chains, moved, size, c)
            if new_loss <= loss + 1e-4 * step * slope:
                break
            step /= 2
        else:
            break
        s, y = moved - theta, new_gradient - gradient
        if (curvature := _dot(s, y)) > 1e-12:
            history = [*history[-_MEMORY + 1 :], (s, y, 1 / curvature)]
        theta, loss, gradient = moved, new_loss, new_gradient
    emission, step_, start = _unpack(theta, size)
    return Weights(emission, step_, start)


def _unpack(theta: Floats, size: int) -> tuple[Floats, Floats, Floats]:
    k = size * TAGS
    return theta[:k].reshape(size, TAGS), theta[k : k + TAGS * TAGS].reshape(TAGS, TAGS), theta[k + TAGS * TAGS :]


def _dot(a: Floats, b: Floats) -> float:
    return float((a * b).sum())


def _times(rows: Floats, matrix: Floats) -> Floats:
    # No BLAS: the order of its sums depends on the processor.
    return np.asarray(rows[:, :1] * matrix[0] + rows[:, 1:2] * matrix[1] + rows[:, 2:3] * matrix[2])


def _objective(chains: _Chains, theta: Floats, size: int, c: float) -> tuple[float, Floats]:
    emission, step, start = _unpack(theta, size)
    scores = chains.x @ emission
    scores[chains.starts] += start
    scores[chains.starts, INSIDE] = NEVER
    loss = -_dot(chains.gold * chains.each, scores) - _dot(chains.steps, step)
    highest = scores.max(axis=1, keepdims=True)
    loss += _dot(highest, chains.each)
    potential = exact_exp(scores - highest)
    top = float(step.max())
    move = exact_exp(step - top)
    move[OUT, INSIDE] = 0.0
    loss += top * float(chains.steps.sum())
    forward, scale = _forward(chains, potential, move)
    for t, s in enumerate(scale):
        loss += _dot(np.log(s), chains.weight[: chains.running[t]])
    posterior, steps = _backward(chains, potential, move, forward, scale)
    delta = (posterior - chains.gold) * chains.each
    gradient = np.concatenate(
        (
            (chains.xt @ delta + emission / c).ravel(),
            (steps - chains.steps).ravel(),
            delta[chains.starts].sum(axis=0),
        )
    )
    return loss + _dot(emission, emission) / (2 * c), gradient


def _forward(chains: _Chains, potential: Floats, move: Floats) -> tuple[list[Floats], list[Floats]]:
    forward, scale = list[Floats](), list[Floats]()
    for t, running in enumerate(chains.running):
        now = potential[chains.starts[:running] + t]
        if t:
            now = _times(forward[-1][:running], move) * now
        s = now[:, 0] + now[:, 1] + now[:, 2]
        scale.append(s)
        forward.append(now / s[:, None])
    return forward, scale


def _backward(
    chains: _Chains, potential: Floats, move: Floats, forward: list[Floats], scale: list[Floats]
) -> tuple[Floats, Floats]:
    posterior = np.zeros_like(potential)
    steps = np.zeros((TAGS, TAGS))
    after = np.ones((len(chains.lengths), TAGS))
    for t in range(len(chains.running) - 1, -1, -1):
        if t + 1 < len(chains.running):
            k = chains.running[t + 1]
            ahead = potential[chains.starts[:k] + t + 1] * after[:k] / scale[t + 1][:, None]
            here = forward[t][:k] * chains.weight[:k, None]
            for a in range(TAGS):
                steps[a] += (here[:, a : a + 1] * ahead).sum(axis=0) * move[a]
            after[:k] = _times(ahead, move.T)
        running = chains.running[t]
        now = forward[t] * after[:running]
        posterior[chains.starts[:running] + t] = now / now.sum(axis=1, keepdims=True)
    return posterior, steps


def _direction(gradient: Floats, history: list[tuple[Floats, Floats, float]]) -> Floats:
    """The two-loop recursion (Nocedal & Wright 2006, algorithm 7.4)."""
    q, kept = gradient.copy(), list[float]()
    for s, y, rho in reversed(history):
        a = rho * _dot(s, q)
        kept.append(a)
        q -= a * y
    if history:
        s, y, _ = history[-1]
        q *= _dot(s, y) / _dot(y, y)
    for (s, y, rho), a in zip(history, reversed(kept), strict=True):
        q += (a - rho * _dot(y, q)) * s
    return -q
