"""What the name tagger looks at: hashed features of each character, of many texts at once.

Texts are laid end to end with three edge marks between them, so that no feature reaches from one into the next; each
feature is one vector over all positions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.linear import Floats, Table
from monitor.analysis.ngrams import EDGE, Codes, Hashes, codes_of, mix

GRAIN = 256
"""Weights are kept in steps of 1/256, so that sums of them are exact in whatever order."""
PERSON = 16
"""LAC's tag for the first character of a person's name; the next number is that of a further one."""
PAD = 3
SURNAMES = frozenset((Path(__file__).parent / "surnames.txt").read_text(encoding="utf-8").split())
_IS_SURNAME = np.zeros(0x10000, dtype=np.int64)
_IS_SURNAME[[ord(s) for s in SURNAMES if len(s) == 1]] = 1
_BESIDE = 99
"""Stands for the neighbour's tag where there is no neighbour."""
_OPINION_SALT = 101

Keys = Iterator[tuple[int, Codes]]
"""The salt of a feature and its integer at each position."""


def laid(texts: Sequence[str]) -> tuple[Codes, list[int]]:
    """Codes of all texts with ``PAD`` edges before, between and after; where each text begins, less ``PAD``."""
    edges = chr(EDGE) * PAD
    codes = codes_of([edges[1:] + edges.join(texts) + edges[1:]])[0]
    begins, at = list[int](), 0
    for text in texts:
        begins.append(at)
        at += len(text) + PAD
    return codes, begins


def gate_keys(padded: Codes) -> Keys:
    """The 13 features of the gate: few and small, because every character has them."""
    at, near = _around(padded)
    pairs = {k: (at[k] << 21) | at[k + 1] for k in (-2, -1, 0, 1)}
    yield from enumerate((at[k] for k in (-2, -1, 0, 1, 2)), 1)
    yield from enumerate(pairs.values(), 6)
    yield from enumerate(((pairs[k] << 21) | at[k + 2] for k in (-2, -1, 0)), 10)
    yield 13, (at[0] << 21) | near


def crf_keys(padded: Codes) -> Keys:
    """The 23 features of the CRF: n-grams around each character, the shape of the characters."""
    at, near = _around(padded)
    n = len(near)
    han = ((padded >= 0x4E00) & (padded <= 0x9FFF)).astype(np.int64)
    shape = np.sum([han[PAD + k : PAD + k + n] << (k + 3) for k in range(-3, 4)], axis=0)
    pairs = {k: (at[k] << 21) | at[k + 1] for k in (-3, -2, -1, 0, 1, 2)}
    yield from enumerate((at[k] for k in (-3, -2, -1, 0, 1, 2, 3)), 1)
    yield from enumerate(pairs.values(), 8)
    yield from enumerate(((at[k] << 42) | pairs[k + 1] for k in (-3, -2, -1, 0, 1)), 14)
    yield 19, near
    yield 20, shape
    yield 21, (at[0] << 21) | near
    yield 22, (at[-1] << 21) | near
    yield 23, (at[-1] << 42) | (at[1] << 21) | 1


def opinion_keys(logits: NDArray[np.float32], inside: NDArray[np.bool_]) -> Keys:
    """The 8 features of LAC's logits: its best tags around, how likely it thinks a name; ``inside``: not an edge."""
    chance = np.exp(logits - logits.max(axis=1, keepdims=True))
    chance /= chance.sum(axis=1, keepdims=True)
    first, further = (_chance(chance[:, tag], inside) for tag in (PERSON, PERSON + 1))
    best = np.where(inside, logits.argmax(axis=1), _BESIDE).astype(np.int64)
    before, after = _shifted(best, -1), _shifted(best, 1)
    likely = first * 10 + further
    keys = (
        likely,
        likely * 100 + _shifted(further, 1) * 10 + _shifted(first, 1),
        best,
        before * 100 + best,
        best * 100 + after,
        before * 10_000 + best * 100 + after,
        after,
        before,
    )
    yield from enumerate(keys, _OPINION_SALT)


def gate_features(codes: Codes) -> Hashes:
    """Hashed features of one text's gate, shape (positions, 13)."""
    return _hashed(gate_keys(_padded(codes)))


def features(codes: Codes) -> Hashes:
    """Hashed features of one text's CRF, shape (positions, 23)."""
    return _hashed(crf_keys(_padded(codes)))


def opinions(logits: NDArray[np.float32]) -> Hashes:
    """Hashed features of the logits of one text, shape (positions, 8)."""
    return _hashed(opinion_keys(logits, np.ones(len(logits), dtype=np.bool_)))


class Weighted:
    """Sums the weights of the features that are known."""

    def __init__(self, hashes: NDArray[Any], weights: NDArray[Any]) -> None:
        self._table = Table(hashes.astype(np.uint32))
        weights = weights.reshape(len(hashes), -1).astype(np.float32) / GRAIN
        self._weights = np.concatenate((np.zeros((1, weights.shape[1]), np.float32), weights))

    def sums(self, *features: Keys) -> Floats:
        """At each position, shape (positions, columns of the weights)."""
        total: NDArray[Any] | None = None
        for keys in features:
            for salt, key in keys:
                found = self._weights.take(self._table.rows(mix(key, np.asarray([salt]))), axis=0)
                total = found if total is None else np.add(total, found, dtype=np.float32)
        assert total is not None
        return total.astype(np.float64)


def _around(padded: Codes) -> tuple[dict[int, Codes], Codes]:
    """The characters at each distance, and which of the near ones are surnames."""
    n = len(padded) - 2 * PAD
    at = {k: padded[PAD + k : PAD + k + n] for k in range(-PAD, PAD + 1)}
    family = _IS_SURNAME[np.minimum(padded, 0xFFFF)]
    fam = {k: family[PAD + k : PAD + k + n] for k in (-2, -1, 0, 1)}
    return at, fam[-2] << 3 | fam[-1] << 2 | fam[0] << 1 | fam[1]


def _chance(chance: NDArray[np.float32], inside: NDArray[np.bool_]) -> Codes:
    """A probability as a number from 0 (a millionth) to 6."""
    return np.where(inside, np.clip(np.rint(np.log10(chance + 1e-6) + 6), 0, 6), _BESIDE).astype(np.int64)


def _shifted(values: Codes, k: int) -> Codes:
    return np.concatenate(([_BESIDE], values, [_BESIDE]))[1 + k : 1 + k + len(values)]


def _padded(codes: Codes) -> Codes:
    return np.concatenate((np.full(PAD, EDGE), codes, np.full(PAD, EDGE))).astype(np.int64)


def _hashed(keys: Keys) -> Hashes:
    salts, told = zip(*keys, strict=True)
    return mix(np.stack(told, axis=1), np.asarray(salts))
