"""Linear models over TF-IDF of character n-grams: many outputs, one look-up, plain arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.analysis import archive
from monitor.analysis.ngrams import Hashes, ngrams

Floats = NDArray[np.float64]
_BATCH = 64
_LONG = 4_000
"""Characters of a text that are looked at; what a text is about is said before that."""
_TF = np.rint((1 + np.log(np.arange(1, 256))) * 1024) / 1024
"""1 + ln(tf), rounded so that every machine computes with the same numbers."""


class Table:
    """Finds the row of a feature by its 32-bit hash: one gather, no probing.

    ``hashes`` must be sorted; of two that share a slot the later is dropped (:func:`placeable` picks a set without).
    Row 0 stands for "not known".
    """

    __slots__ = ("_hashes", "_shift", "_slots")

    def __init__(self, hashes: Hashes) -> None:
        self._shift = np.uint32(32 - slot_bits(len(hashes)))
        self._hashes = np.concatenate((np.zeros(1, np.uint32), hashes))
        self._slots = np.zeros(1 << slot_bits(len(hashes)), dtype=np.int32)
        self._slots[(hashes >> self._shift)[::-1]] = np.arange(len(hashes), 0, -1, dtype=np.int32)

    def rows(self, hashes: Hashes) -> NDArray[np.int32]:
        """Row + 1 of each hash, 0 where it is not in the table."""
        rows: NDArray[np.int32] = self._slots[hashes >> self._shift]
        rows[self._hashes[rows] != hashes] = 0
        return rows


def slot_bits(count: int) -> int:
    """Bits of the slot table: about eight slots a feature."""
    return min(23, max(4, int(count).bit_length() + 2))


def placeable(hashes: Hashes, weight: NDArray[np.int64], limit: int) -> Hashes:
    """The ``limit`` heaviest hashes, of which no two share a slot; sorted."""
    order = np.lexsort((hashes, -weight))[:limit]
    chosen = hashes[order]
    shift = np.uint32(32 - slot_bits(len(chosen)))
    _, first = np.unique(chosen >> shift, return_index=True)
    return np.sort(chosen[first])


@dataclass(frozen=True, slots=True)
class Counts:
    """TF-IDF of a batch as coordinates, by text: ``values[k]`` at (``texts[k]``, ``rows[k]``), L2-normalised."""

    texts: NDArray[np.int64]
    rows: NDArray[np.int64]
    values: Floats


def tfidf(texts: Sequence[str], table: Table, idf: Floats) -> Counts:
    """TF-IDF with sublinear term frequency. ``idf`` has one entry a row of ``table``, the first for "not known" (0)."""
    hashes, owner = ngrams([text[:_LONG] for text in texts])
    rows = table.rows(hashes)
    known = rows > 0
    width = len(idf)
    pairs, tf = np.unique(owner[known] * width + rows[known], return_counts=True)
    owners, columns = np.divmod(pairs, width)
    values = _TF[np.minimum(tf, len(_TF)) - 1] * idf[columns]
    norms = np.sqrt(np.bincount(owners, values * values, minlength=len(texts)))
    return Counts(owners, columns, values / np.maximum(norms[owners], 1e-12))


class LinearModel:
    """``scores(texts)`` are TF-IDF rows times the weights plus the intercepts, one column an output."""

    __slots__ = ("_bias", "_idf", "_table", "_weights", "meta")

    def __init__(self, arrays: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]) -> None:
        self.meta = meta
        self._table = Table(arrays["hashes"])
        self._idf = np.concatenate((np.zeros(1), arrays["idf"].astype(np.float64) / 1024))
        weights = arrays["weights"].astype(np.float32) * arrays["scale"].astype(np.float32)
        self._weights = np.concatenate((np.zeros((1, weights.shape[1]), np.float32), weights))
        self._bias = arrays["bias"].astype(np.float64)

    @classmethod
    def load(cls, path: Path) -> LinearModel:
        """Reads a model file. Raises ``ModelUnavailable``."""
        return cls(*archive.load(path))

    def scores(self, texts: Sequence[str]) -> Floats:
        """Raw scores, shape (texts, outputs). A text's scores do not depend on what else is in the batch."""
        parts = [self._batch(texts[i : i + _BATCH]) for i in range(0, len(texts), _BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, len(self._bias)))

    def _batch(self, texts: Sequence[str]) -> Floats:
        counts = tfidf(texts, self._table, self._idf)
        out = np.zeros((len(texts), len(self._bias)))
        if len(counts.rows):
            weighted = self._weights[counts.rows] * counts.values[:, None]
            present, begins = np.unique(counts.texts, return_index=True)
            out[present] = np.add.reduceat(weighted, begins, axis=0)
        return np.asarray(out + self._bias)


def softmax(scores: Floats) -> Floats:
    """Probabilities along the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))
