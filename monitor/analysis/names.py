"""Person names in running text: a linear tagger over character windows (averaged structured perceptron, Collins 2002).

Four tags: O outside, B first character, I further character, S a name of one character. Emissions of all positions
are one look-up; the best path is searched only around positions where a name is nearly as likely as none.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from monitor.analysis import archive
from monitor.analysis.linear import Table
from monitor.analysis.ngrams import EDGE, Codes, Hashes, codes_of, mix

FILE = "names-perceptron.npz"
OUT, BEGIN, INSIDE, SINGLE = range(4)
TAGS = 4
_PAD = 3
_NEVER = -1e9
SURNAMES = frozenset((Path(__file__).parent / "surnames.txt").read_text(encoding="utf-8").split())
_IS_SURNAME = np.zeros(0x10000, dtype=np.int64)
_IS_SURNAME[[ord(s) for s in SURNAMES if len(s) == 1]] = 1
_AROUND = 4
"""Positions on either side of a likely one among which the best path is searched."""


def features(codes: Codes) -> Hashes:
    """Hashed features, shape (positions, templates): n-grams around each character, the shape of the characters."""
    padded = np.concatenate((np.full(_PAD, EDGE), codes, np.full(_PAD, EDGE))).astype(np.int64)
    n = len(codes)
    at = {k: padded[_PAD + k : _PAD + k + n] for k in range(-_PAD, _PAD + 1)}
    family = _IS_SURNAME[np.minimum(padded, 0xFFFF)]
    fam = {k: family[_PAD + k : _PAD + k + n] for k in (-2, -1, 0, 1)}
    han = ((padded >= 0x4E00) & (padded <= 0x9FFF)).astype(np.int64)
    shape = sum(han[_PAD + k : _PAD + k + n] << (k + 3) for k in range(-3, 4))
    singles = [at[k] for k in (-3, -2, -1, 0, 1, 2, 3)]
    pairs = [(at[k] << 21) | at[k + 1] for k in (-3, -2, -1, 0, 1, 2)]
    triples = [(at[k] << 42) | (at[k + 1] << 21) | at[k + 2] for k in (-3, -2, -1, 0, 1)]
    near = fam[-2] << 3 | fam[-1] << 2 | fam[0] << 1 | fam[1]
    extra = [near, shape, (at[0] << 21) | near, (at[-1] << 21) | near, (at[-1] << 42) | (at[1] << 21) | 1]
    keys = [*singles, *pairs, *triples, *extra]
    return mix(np.stack(keys, axis=1), np.arange(1, len(keys) + 1))


def path(emission: NDArray[np.float64], step: Sequence[Sequence[float]]) -> list[int]:
    """The best legal tag sequence (Viterbi); INSIDE follows only BEGIN or INSIDE, ties go to the earlier tag."""
    rows = emission.tolist()
    out, begin, inside, single = rows[0][OUT], rows[0][BEGIN], _NEVER, rows[0][SINGLE]
    into = tuple(zip(*step, strict=True))
    back: list[tuple[int, int, int, int]] = []
    for row in rows[1:]:
        best = (out, begin, inside, single)
        out, from_out = _reach(best, into[OUT])
        begin_next, from_begin = _reach(best, into[BEGIN])
        single, from_single = _reach(best, into[SINGLE])
        first, further = begin + into[INSIDE][BEGIN], inside + into[INSIDE][INSIDE]
        inside, from_inside = (first, BEGIN) if first >= further else (further, INSIDE)
        out, begin, inside, single = out + row[OUT], begin_next + row[BEGIN], inside + row[INSIDE], single + row[SINGLE]
        back.append((from_out, from_begin, from_inside, from_single))
    last = (out, begin, inside, single)
    tag = max((OUT, INSIDE, SINGLE, BEGIN), key=lambda t: last[t])
    found = [tag]
    for came in reversed(back):
        tag = came[tag]
        found.append(tag)
    return found[::-1]


def _reach(best: tuple[float, float, float, float], into: Sequence[float]) -> tuple[float, int]:
    """The best score with which a tag is reached, and from which tag."""
    score, source = best[OUT] + into[OUT], OUT
    if (other := best[BEGIN] + into[BEGIN]) > score:
        score, source = other, BEGIN
    if (other := best[INSIDE] + into[INSIDE]) > score:
        score, source = other, INSIDE
    if (other := best[SINGLE] + into[SINGLE]) > score:
        score, source = other, SINGLE
    return score, source


def spans_of(tags: Sequence[int], base: int = 0) -> list[tuple[int, int]]:
    """Half-open spans of the names in a tag sequence."""
    found: list[tuple[int, int]] = []
    begin = -1
    for i, tag in enumerate([*tags, OUT]):
        if begin >= 0 and tag != INSIDE:
            found.append((base + begin, base + i))
            begin = -1
        if tag in (BEGIN, SINGLE):
            begin = i
    return found


class NameTagger:
    """Finds person names. ``lean`` is taken off the score of "outside": higher finds more and errs more."""

    def __init__(self, arrays: dict[str, NDArray[np.generic]], lean: float) -> None:
        self._table = Table(arrays["hashes"].astype(np.uint32))
        weights = arrays["weights"].astype(np.float32)
        self._weights = np.concatenate((np.zeros((1, TAGS), np.float32), weights))
        self._step = arrays["step"].astype(np.float64).tolist()
        self._lean = lean

    def find(self, text: str) -> list[tuple[int, int]]:
        """Half-open spans of names in ``text``, in order."""
        if not text:
            return []
        codes, _ = codes_of([text])
        emission = self._weights.take(self._table.rows(features(codes[1:-1])), axis=0).sum(axis=1).astype(np.float64)
        emission[:, OUT] -= self._lean
        margin = emission[:, 1:].max(axis=1) - emission[:, OUT]
        found: list[tuple[int, int]] = []
        for begin, end in _regions(margin > self._anchor):
            found.extend(spans_of(path(emission[begin:end], self._step), begin))
        return found

    @property
    def _anchor(self) -> float:
        # Leaving "outside" gives up its bonus for staying, so a name needs a position well above it. Half the bonus
        # changes the spans of 5 in 16,424 development texts against a search of everything, at a third of the time.
        return 0.5 * max(0.0, float(self._step[OUT][OUT]))


def _regions(hot: NDArray[np.bool_]) -> list[tuple[int, int]]:
    where = np.flatnonzero(hot)
    if not len(where):
        return []
    cuts = np.flatnonzero(np.diff(where) > 2 * _AROUND) + 1
    return [(max(0, int(p[0]) - _AROUND), min(len(hot), int(p[-1]) + _AROUND + 1)) for p in np.split(where, cuts)]


@lru_cache(maxsize=1)
def tagger() -> NameTagger:
    """The shipped tagger, loaded once per process. Raises ``ModelUnavailable``."""
    arrays, meta = archive.load(archive.MODELS / FILE)
    return NameTagger(arrays, float(meta["lean"]))
