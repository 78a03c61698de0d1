"""What a usual window may hold: the negative binomial, its tail and its quantiles."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.signals.rhythm import Floats


@dataclass(frozen=True, slots=True)
class Expected:
    """Negative binomial: ``mean``, and ``dispersion`` a where the variance is mean + a * mean**2."""

    mean: float
    dispersion: float

    def tail(self, count: float) -> float:
        """P(X >= count): how likely a usual window holds so many or more."""
        import numpy as np

        return math.exp(float(log_tail(np.array([count]), np.array([self.mean]), np.array([self.dispersion]))[0]))

    def quantile(self, probability: float) -> int:
        """The smallest count k with P(X <= k) >= probability."""
        below, above = -1, 1
        while 1.0 - self.tail(above + 1) < probability:
            below, above = above, above * 2
        while above - below > 1:
            middle = (below + above) // 2
            if 1.0 - self.tail(middle + 1) >= probability:
                above = middle
            else:
                below = middle
        return above


def log_tail(count: Floats, mean: Floats, dispersion: Floats) -> Floats:
    """ln P(X >= count) of a negative binomial, exact down to about 1e-280 and by its leading term below that."""
    import numpy as np
    from scipy.special import betainc, gammaln

    count, mean, dispersion = np.broadcast_arrays(np.asarray(count, dtype=np.float64), mean, dispersion)
    size = 1.0 / dispersion
    share = mean / (mean + size)
    with np.errstate(divide="ignore"):
        result: Floats = np.log(betainc(np.maximum(count, 1e-9), size, share))
    far = (result < -640) & (count > 0)
    if far.any():
        k, r, q = count[far], size[far], share[far]
        first = gammaln(k + r) - gammaln(r) - gammaln(k + 1) + k * np.log(q) + r * np.log1p(-q)
        result[far] = first - np.log1p(-np.minimum((k + r) / (k + 1) * q, 0.999))
    result[count <= 0] = 0.0
    return result
