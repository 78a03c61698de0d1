"""What each row of many series was expected to hold, seen from the row before: level, profile, and broken sources.

A filter that walks through time once. The mean of a row is a level times an hour-of-day factor (one shape for workdays,
one for days off) times a factor of the weekday, holiday or moved workday. Level and factors are gamma-Poisson estimates
that forget: sums of texts over sums of exposure, drawn to a prior that weighs some texts.

- Counts far above expectation are cut back before they are learnt (P. Farrington et al. 1996, J. R. Stat. Soc. A 159:
  past outbreaks are down-weighted; here by winsorising), so that an outbreak does not hide the next one.
- The level forgets with a half-life of about a day (West & Harrison, Bayesian Forecasting and Dynamic Models, ch. 10:
  discounting), so that a level shift is followed within two days.
- Too few texts for too long are a broken source: a likelihood-ratio CUSUM (E. Page 1954, Biometrika 41) of a fifth of
  the mean against the mean. While it lasts nothing is learnt, what was learnt since it began is taken back, and what is
  missing is remembered, because sources that come back often bring it all at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from monitor.signals.rhythm import Floats, Rhythm, Slots

    Flags = NDArray[np.bool_]

CUT_SIGMA = 3.0
SHAPE_PSEUDO = 4.0
"""Texts behind an hour's factor before it is believed rather than its neighbours'."""
DAY_PSEUDO = 30.0
LOST = 0.2
"""A broken source leaves about this share of a topic's texts, or less."""
DECLARE = 12.0
"""Log likelihood ratio at which a source is taken for broken."""
DOUBT_FADES = 1.5
"""What the doubt about a source loses a row once its texts come again."""
GIVE_UP = 72
"""Rows after which too few is no longer a broken source but the new level."""
CATCH_UP = 8
"""Rows after the source is back in which the missing texts may still arrive."""
FIRST_LEVEL = 0.5


@dataclass(frozen=True, slots=True)
class Track:
    """What the filter expected, each ``[rows, series]``: a row's factor, and before it was seen the followed level,
    the long-run level, the texts behind the level, the texts missing so far, the log odds (against none) of a broken
    source that they come from, and after it was seen whether a source is taken for broken."""

    factor: Floats
    level: Floats
    usual: Floats
    behind: Floats
    missing: Floats
    doubt: Floats
    broken: Flags

    @property
    def mean(self) -> Floats:
        return self.level * self.factor


def follow(
    counts: Floats, where: Slots, rhythm: Rhythm, prior: Floats | None = None, absent: Flags | None = None
) -> Track:
    """Walks through ``counts`` ``[rows, series]``. ``prior``: hour shapes to lean on, ``[slots, series]``.

    ``absent`` marks rows of which it is known that they are not whole (a source was down): they are not learnt from.
    """
    import numpy as np

    rows, series = counts.shape
    walk = _Walk.start(rhythm, series, prior)
    shape = (rows, series)
    factor, level, usual, behind, missing, doubt = (np.empty(shape) for _ in range(6))
    broken = np.zeros(shape, dtype=bool)
    for t in range(rows):
        if where.fresh[t] and t:
            walk.refit()
        factor[t] = walk.factor_at(float(where.hour[t]), int(where.rest[t]), int(where.day[t]))
        level[t], usual[t] = walk.levels()
        behind[t] = walk.texts + rhythm.level_prior
        missing[t], doubt[t] = walk.missing, walk.doubt
        walk.see(counts[t], level[t] * factor[t], factor[t], None if absent is None else absent[t])
        broken[t] = walk.broken
    return Track(factor, level, usual, behind, missing, doubt, broken)


@dataclass(slots=True)
class _Walk:
    """The state of the filter for all series at once; every array has the series as its last axis."""

    rhythm: Rhythm
    texts: Floats
    exposure: Floats
    all_texts: Floats
    all_exposure: Floats
    seen: Floats
    due: Floats
    day_seen: Floats
    day_due: Floats
    shape: Floats
    days: Floats
    base: Floats
    excess: Floats
    square: Floats
    dispersion: Floats
    cusum: Floats
    doubt: Floats
    missing: Floats
    broken: Flags
    age: Floats
    since: Floats
    before: Floats
    rows: int = 0
    at: tuple[int, int, int] = field(default=(0, 0, 0))

    @classmethod
    def start(cls, rhythm: Rhythm, series: int, prior: Floats | None) -> _Walk:
        import numpy as np

        from monitor.signals.rhythm import DAY_FACTORS

        n = rhythm.slots
        zeros = np.zeros(series)
        base = np.ones((n, series)) if prior is None else prior
        return cls(
            rhythm=rhythm, texts=zeros, exposure=zeros, all_texts=zeros, all_exposure=zeros,
            seen=np.zeros((2, n, series)), due=np.zeros((2, n, series)),
            day_seen=np.zeros((DAY_FACTORS, series)), day_due=np.zeros((DAY_FACTORS, series)),
            shape=np.stack([base, base]), days=np.ones((DAY_FACTORS, series)), base=base,
            excess=zeros + rhythm.prior_dispersion * rhythm.prior_weight, square=zeros + rhythm.prior_weight,
            dispersion=zeros + rhythm.prior_dispersion, cusum=zeros, doubt=zeros, missing=zeros,
            broken=np.zeros(series, dtype=bool), age=zeros, since=zeros, before=np.zeros((4, series)),
        )  # fmt: skip

    def levels(self) -> tuple[Floats, Floats]:
        usual = (self.all_texts + FIRST_LEVEL) / (self.all_exposure + 1.0)
        prior = self.rhythm.level_prior
        return (self.texts + prior) / (self.exposure + prior / usual), usual

    def factor_at(self, hour: float, rest: int, day: int) -> Floats:
        n = self.rhythm.slots
        near = int(hour) % n if n > 1 else 0
        self.at = (rest, near, day)
        mine = self.shape[rest, near]
        if n > 1 and self.rhythm.rows_a_day > n:  # between two slots the factor runs in a straight line
            place = (hour - 0.5) % n
            low, part = int(place), place - int(place)
            mine = self.shape[rest, low] * (1 - part) + self.shape[rest, (low + 1) % n] * part
        result: Floats = mine * self.days[day]
        return result

    def see(self, y: Floats, mean: Floats, factor: Floats, absent: Flags | None) -> None:
        """Learns one row."""
        import numpy as np

        square = mean * mean
        # The very first rows say how large the counts are at all: nothing to cut them by yet.
        first = self.rows < max(3, self.rhythm.warm // 6)
        cut = y if first else np.minimum(y, mean + CUT_SIGMA * np.sqrt(mean + self.dispersion * square) + 1.0)
        if self.rhythm.outages:
            self._watch_source(y, mean, absent)
        learn = ~self.broken if absent is None else ~(self.broken | absent)
        near, far = 0.5 ** (1 / self.rhythm.level_half), 0.5 ** (1 / self.rhythm.usual_half)
        self.texts = np.where(learn, self.texts * near + cut, self.texts)
        self.exposure = np.where(learn, self.exposure * near + factor, self.exposure)
        self.all_texts = np.where(learn, self.all_texts * far + cut, self.all_texts)
        self.all_exposure = np.where(learn, self.all_exposure * far + factor, self.all_exposure)
        self._learn_scatter(cut, mean, square, learn)
        if not first:
            self._learn_profile(cut, mean, learn)
        self.rows += 1

    def _learn_scatter(self, cut: Floats, mean: Floats, square: Floats, learn: Flags) -> None:
        import numpy as np

        rhythm = self.rhythm
        if self.rows < rhythm.warm:
            return
        keep = 0.5 ** (1 / rhythm.dispersion_half)
        weight = 1.0 / (1 + 0.1 * mean) ** 2  # busy rows would otherwise decide alone
        prior = rhythm.prior_weight * (1 - keep)
        excess = self.excess * keep + rhythm.prior_dispersion * prior + ((cut - mean) ** 2 - mean) * weight
        self.excess = np.where(learn, excess, self.excess)
        self.square = np.where(learn, self.square * keep + prior + square * weight, self.square)
        self.dispersion = np.clip(self.excess / self.square, 0.01, 3.0)

    def _learn_profile(self, cut: Floats, mean: Floats, learn: Flags) -> None:
        import numpy as np

        rest, near, day = self.at
        rhythm = self.rhythm
        one = learn.astype(float)
        if rhythm.slots > 1:
            keep = np.where(learn, 0.5 ** (1 / rhythm.shape_half), 1.0)
            self.seen[rest, near] = self.seen[rest, near] * keep + cut * one
            self.due[rest, near] = self.due[rest, near] * keep + mean / self.shape[rest, near] * one
        if rhythm.weekdays:
            keep = np.where(learn, 0.5 ** (1 / (rhythm.day_half * max(rhythm.rows_a_day, 1.0))), 1.0)
            self.day_seen[day] = self.day_seen[day] * keep + cut * one
            self.day_due[day] = self.day_due[day] * keep + mean / self.days[day] * one

    def _watch_source(self, y: Floats, mean: Floats, absent: Flags | None) -> None:
        """Declares a source broken, takes back what was learnt meanwhile, and remembers what is missing."""
        import numpy as np

        a = self.dispersion
        less = (1 + a * mean) / (1 + LOST * a * mean)
        ratio = y * np.log(LOST * less) + np.log(less) / a
        now = np.stack([self.texts, self.exposure, self.all_texts, self.all_exposure])
        if absent is not None:
            ratio = np.where(absent, 0.0, ratio)
        before = self.cusum
        self.cusum = np.maximum(0.0, np.minimum(before, 25.0) + ratio)
        begins = (before <= 0) & (self.cusum > 0) & ~self.broken
        self.before = np.where(begins, now, self.before)
        self.doubt = np.maximum(self.cusum, self.doubt - DOUBT_FADES)
        open_ = (self.doubt > 0) | self.broken
        self.missing = np.where(open_, np.maximum(0.0, self.missing + mean - y), 0.0)
        declared = (self.cusum > DECLARE) & ~self.broken
        self.texts, self.exposure, self.all_texts, self.all_exposure = np.where(declared, self.before, now)
        self.broken = self.broken | declared
        self.since = np.where(ratio > 0, 0.0, self.since + 1)
        self.age = np.where(self.broken, self.age + 1, 0.0)
        over = self.broken & ((self.since > CATCH_UP) | ((self.missing <= 0) & (self.since > 0)))
        over |= self.broken & (self.age > GIVE_UP)
        self.broken = self.broken & ~over
        self.cusum, self.doubt = np.where(over, 0.0, self.cusum), np.where(over, 0.0, self.doubt)
        self.missing = np.where(over, 0.0, self.missing)

    def refit(self) -> None:
        """Hour shapes and day factors from what was seen and what was due: thin hours lean on their neighbours, days
        off on workdays, a holiday on Sundays, a moved workday on workdays."""
        import numpy as np

        if self.rhythm.slots > 1:
            k = SHAPE_PSEUDO
            near = (_spread(self.seen.sum(axis=0)) + k * self.base) / (_spread(self.due.sum(axis=0)) + k)
            work = (self.seen[0] + k * near) / (self.due[0] + k)
            rest = (self.seen[1] + 1.5 * k * work) / (self.due[1] + 1.5 * k)
            self.shape = np.stack([work / work.mean(axis=0), rest / rest.mean(axis=0)])
        if self.rhythm.weekdays:
            k = DAY_PSEUDO
            days = (self.day_seen + k) / (self.day_due + k)
            days[7] = (self.day_seen[7] + k * days[6]) / (self.day_due[7] + k)
            days[8] = (self.day_seen[8] + k * days[:5].mean(axis=0)) / (self.day_due[8] + k)
            self.days = days / days[:7].mean(axis=0)


def _spread(values: Floats) -> Floats:
    """Each hour with its neighbours, weighed 1, .75, .3 by distance."""
    import numpy as np

    result: Floats = (
        values
        + 0.75 * (np.roll(values, 1, axis=0) + np.roll(values, -1, axis=0))
        + 0.3 * (np.roll(values, 2, axis=0) + np.roll(values, -2, axis=0))
    )
    return result
