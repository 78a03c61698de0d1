"""Linear classifiers with a squared hinge loss (L2-SVM, one against the rest), fitted with exact operations only.

Where gold labels are partly wrong, as in letters that an office sorted by hand, it forgets clear cases and beats the
logistic loss. See :mod:`monitor.analysis.fit` for why only element-wise arithmetic and sparse products are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from monitor.analysis.linear import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_STEPS = 12
"""Newton steps; a handful is enough, because the loss is piecewise quadratic."""
_INNER = 25
"""Conjugate-gradient steps within one."""


def fit(x: csr_matrix, target: Floats, weight: Floats, c: float = 1.0) -> Floats:
    """Primal L2-SVMs by a Newton method with conjugate gradients (Keerthi & DeCoste 2005).

    ``target``: (texts, classes) of 0 and 1; ``weight``: one a text, 0 leaves it out. Returns (features + 1, classes),
    the last row the intercepts, which are penalised like a feature of value 1.
    """
    used = np.flatnonzero(weight > 0)
    rows, cost = x[used], c * weight[used]
    turned = rows.T.tocsr()
    return np.column_stack([_one(rows, turned, 2.0 * target[used, k] - 1.0, cost) for k in range(target.shape[1])])


def _one(x: csr_matrix, xt: csr_matrix, sign: Floats, cost: Floats) -> Floats:
    w, bias = np.zeros(x.shape[1]), 0.0
    scores = np.zeros(x.shape[0])
    for _ in range(_STEPS):
        slack = np.maximum(0.0, 1.0 - sign * scores)
        pull = -2.0 * cost * slack * sign
        active = 2.0 * cost * (slack > 0)
        gradient, gradient_b = w + xt @ pull, bias + pull.sum()
        step, step_b = _newton(x, xt, active, gradient, gradient_b)
        moved = x @ step + step_b
        size = _line(scores, moved, sign, cost, (w, bias), (step, step_b))
        w, bias, scores = w + size * step, bias + size * step_b, scores + size * moved
        if (gradient * gradient).sum() + gradient_b**2 < 1e-5 * max(1.0, cost.sum()):
            break
    return np.append(w, bias)


def _newton(x: csr_matrix, xt: csr_matrix, active: Floats, gradient: Floats, gradient_b: float) -> tuple[Floats, float]:
    """Solves (I + Xᵀ A X) step = -gradient approximately by conjugate gradients."""
    step, step_b = np.zeros_like(gradient), 0.0
    rest, rest_b = -gradient, -gradient_b
    way, way_b = rest.copy(), rest_b
    norm = float((rest * rest).sum()) + rest_b**2
    goal = 1e-3 * norm
    for _ in range(_INNER):
        inner = active * (x @ way + way_b)
        image, image_b = way + xt @ inner, way_b + float(inner.sum())
        size = norm / (float((way * image).sum()) + way_b * image_b)
        step, step_b = step + size * way, step_b + size * way_b
        rest, rest_b = rest - size * image, rest_b - size * image_b
        new = float((rest * rest).sum()) + rest_b**2
        if new < goal:
            break
        way, way_b = rest + new / norm * way, rest_b + new / norm * way_b
        norm = new
    return step, step_b


def _line(
    scores: Floats, moved: Floats, sign: Floats, cost: Floats,
    at: tuple[Floats, float], step: tuple[Floats, float],
) -> float:  # fmt: skip
    """The largest of 1, 1/2, 1/4 … that lowers the loss enough (Armijo is not needed for a convex quadratic model)."""
    (w, bias), (way, way_b) = at, step
    own = float((w * w).sum()) + bias**2
    cross = float((w * way).sum()) + bias * way_b
    length = float((way * way).sum()) + way_b**2

    def loss(size: float) -> float:
        slack = np.maximum(0.0, 1.0 - sign * (scores + size * moved))
        return 0.5 * (own + 2 * size * cross + size * size * length) + float((cost * slack * slack).sum())

    size, now = 1.0, loss(0.0)
    while loss(size) > now and size > 1e-4:
        size /= 2
    return size
