"""How likely two texts are about the same matter: a few likenesses of their signs, judged by boosted trees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.analysis import archive
from monitor.analysis.event_signs import BITS, WIDTH, Sign

FILE = "event-pairs.npz"
LIKENESSES = (
    "all", "title", "rare", "common", "rare_common", "named_most", "named_least", "named_common", "names", "clash",
    "days",
)  # fmt: skip
"""Cosines over all grams, those of both titles, rare ones, the rest; the geometric mean of the last two; the share of
the rare title grams of one text that the other has, of the two the larger and the smaller; the larger with "common";
the weight of rare title grams in the poorer of the titles, and of those that the other text has not, the less of the
two; days between the texts (logarithm)."""
_SUMS = 5
_SMOOTH = 10.0
"""Weight of rare title grams that a title must have to count as named."""
_NAMES = 60.0
_CLASH = 150.0

Floats = NDArray[np.float32]


class Shelf:
    """Signs and times in growing arrays, a row a text. Rows are reused after :meth:`drop`."""

    def __init__(self) -> None:
        self._free: list[int] = []
        self._grow(64, first=True)

    def _grow(self, rows: int, first: bool = False) -> None:
        old = 0 if first else len(self.days)
        shapes: dict[str, tuple[tuple[int, ...], Any]] = {
            "hashes": ((rows, WIDTH), np.uint32), "weights": ((rows, WIDTH), np.float16),
            "marks": ((rows, WIDTH), np.uint8), "sums": ((rows, _SUMS), np.float32), "days": ((rows,), np.float32),
        }  # fmt: skip
        for name, (shape, kind) in shapes.items():
            grown = np.zeros(shape, dtype=kind)
            if not first:
                grown[:old] = getattr(self, name)
            setattr(self, name, grown)
        self._free.extend(range(rows - 1, old - 1, -1))

    hashes: NDArray[np.uint32]
    weights: NDArray[np.float16]
    marks: NDArray[np.uint8]
    sums: Floats
    days: Floats

    def put(self, sign: Sign, day: float) -> int:
        """The row that keeps the sign; ``day``: days since 1970."""
        if not self._free:
            self._grow(2 * len(self.days))
        row, n = self._free.pop(), len(sign.hashes)
        self.hashes[row, :n], self.hashes[row, n:] = sign.hashes, 0
        self.weights[row, :n], self.weights[row, n:] = sign.weights, 0
        self.marks[row, :n], self.marks[row, n:] = marks_of(sign), 0
        self.sums[row], self.days[row] = sums_of(sign), day
        return row

    def drop(self, row: int) -> None:
        self._free.append(row)

    def __len__(self) -> int:
        return len(self.days) - len(self._free)


def marks_of(sign: Sign) -> NDArray[np.uint8]:
    """Bit 0: in the title, bit 1: rare."""
    return np.asarray(sign.title | (sign.rare * 2), dtype=np.uint8)


def sums_of(sign: Sign) -> Floats:
    """Norms over all, title, rare and common grams, and the weight of the rare title grams."""
    square, title, rare = sign.weights**2, sign.title, sign.rare
    named = float(sign.weights[title & rare].sum())
    norms = np.sqrt([square.sum(), square[title].sum(), square[rare].sum(), square[~rare].sum()])
    return np.asarray([*norms, named], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Shared:
    """The grams that a sign has in common with rows of a shelf: which row, and each side's weight and marks."""

    row: NDArray[np.intp]
    theirs: Floats
    ours: Floats
    their_marks: NDArray[np.uint8]
    our_marks: NDArray[np.uint8]

    def sums(self, values: Floats, rows: int) -> Floats:
        """Of each row."""
        return np.bincount(self.row, values, minlength=rows).astype(np.float32)


def _shared(sign: Sign, shelf: Shelf, rows: NDArray[np.intp]) -> _Shared:
    hashes = shelf.hashes.take(rows, axis=0)
    at = _places(sign.hashes, hashes)
    found = np.flatnonzero(sign.hashes.take(at) == hashes)
    row, column = np.divmod(found, WIDTH)
    theirs = shelf.weights[rows[row], column].astype(np.float32)
    # What is behind a row's last gram weighs nothing.
    kept = theirs > 0
    row, column, at = row[kept], column[kept], at.ravel()[found[kept]]
    return _Shared(row, theirs[kept], sign.weights[at], shelf.marks[rows[row], column], marks_of(sign)[at])


def _places(known: NDArray[np.uint32], hashes: NDArray[np.uint32]) -> NDArray[np.int16]:
    """For each hash the place where it stands in ``known`` if it does, else any: by its upper bits, no search."""
    table = np.zeros(1 << 16, dtype=np.int16)
    upper, places = known >> np.uint32(16), np.arange(len(known), dtype=np.int16)
    table[upper] = places
    at: NDArray[np.int16] = table.take(hashes >> np.uint32(16))
    for lost in np.flatnonzero(table.take(upper) != places).tolist():
        at[hashes == known[lost]] = lost
    return at


def likenesses(sign: Sign, day: float, shelf: Shelf, rows: NDArray[np.intp]) -> Floats:
    """One row a shelf row, in the order of ``LIKENESSES``."""
    if not len(sign.hashes):
        return np.zeros((len(rows), len(LIKENESSES)), dtype=np.float32)
    n, shared = len(rows), _shared(sign, shelf, rows)
    sums, ours = shelf.sums[rows], sums_of(sign)
    product = shared.theirs * shared.ours
    # A gram is rare for both or for neither, but for what has been learnt of the district between them.
    rare, title = (shared.our_marks & 2) > 0, (shared.their_marks & shared.our_marks & 1) > 0
    everything, of_rare = shared.sums(product, n), shared.sums(product * rare, n)
    dots = np.stack([everything, shared.sums(product * title, n), of_rare, everything - of_rare], axis=1)
    cosines = np.clip(dots / np.maximum(sums[:, :4] * ours[:4], 1e-6), 0, 1)
    had_theirs = shared.sums(shared.theirs * ((shared.their_marks & 3) == 3), n)
    had_ours = shared.sums(shared.ours * ((shared.our_marks & 3) == 3), n)
    share_theirs, share_ours = had_theirs / (sums[:, 4] + _SMOOTH), had_ours / (ours[4] + _SMOOTH)
    clash = np.clip(np.minimum(sums[:, 4] - had_theirs, ours[4] - had_ours), 0, None)
    most, least = np.maximum(share_theirs, share_ours), np.minimum(share_theirs, share_ours)
    common = cosines[:, 3]
    found = [
        cosines[:, 0], cosines[:, 1], cosines[:, 2], common, np.sqrt(cosines[:, 2] * common), most, least,
        np.sqrt(np.clip(most, 0, None) * common), np.minimum(np.minimum(sums[:, 4], ours[4]), _NAMES) / _NAMES,
        np.minimum(clash, _CLASH) / _CLASH, np.log1p(np.abs(shelf.days[rows] - day)),
    ]  # fmt: skip
    return np.stack(found, axis=1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Trees:
    """Gradient-boosted trees of one depth: ``feature`` and ``cut`` (trees, 2**depth - 1), ``leaf`` (trees, 2**depth).

    A row goes right where its value is above the cut. The sum of the leaves and ``base`` is a log-odds.
    """

    feature: NDArray[np.int64]
    cut: Floats
    leaf: Floats
    base: float

    def logits(self, x: Floats) -> Floats:
        inner, leaves = self.cut.shape[1], self.leaf.shape[1]
        node = np.zeros((len(x), len(self.leaf)), dtype=np.int64)
        first, row = np.arange(len(self.leaf)) * inner, np.arange(len(x))[:, None] * x.shape[1]
        for _ in range(int(np.log2(inner + 1))):
            at = first + node
            right = x.take(row + self.feature.take(at)) > self.cut.take(at)
            node = 2 * node + 1 + right
        total: Floats = self.leaf.take(np.arange(len(self.leaf)) * leaves + node - inner).sum(axis=1)
        return total + np.float32(self.base)


@dataclass(frozen=True, slots=True)
class PairModel:
    """``shares``: share of background texts that have a gram, by bucket; ``threshold``: log-odds for one matter."""

    shares: Floats
    texts: int
    trees: Trees
    threshold: float
    version: str


@lru_cache(maxsize=1)
def model() -> PairModel:
    """The shipped model. Raises ``ModelUnavailable`` where its file is absent or damaged."""
    arrays, meta = archive.load(archive.MODELS / FILE)
    trees = Trees(arrays["feature"].astype(np.int64), arrays["cut"], arrays["leaf"], float(meta["base"]))
    shares = shares_of(arrays["often"], int(meta["texts"]))
    return PairModel(shares, int(meta["texts"]), trees, float(meta["threshold"]), str(meta["version"]))


def shares_of(often: NDArray[np.uint16], texts: int) -> Floats:
    """From counts by bucket to shares, one added so that none is 0."""
    if len(often) != 1 << BITS:
        raise ValueError("a table of another width")
    return np.asarray((often.astype(np.float32) + 1) / np.float32(texts + 1), dtype=np.float32)
