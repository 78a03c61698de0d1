"""The features of :mod:`blocks` as matrices for fitting. Sparse products only: the same bits on every machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.linear import Counts, Floats, Table, placeable
from monitor.analysis.ngrams import Hashes
from monitor.analysis.sentiment import blocks
from monitor.analysis.sentiment.vectors import Vectors

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_STEP = 512


@dataclass(frozen=True, slots=True)
class Features:
    """What the texts are described by: n-grams with their idf, words with their idf and vectors (int8 steps)."""

    hashes: Hashes
    idf: Floats
    word_hashes: Hashes
    word_idf: Floats
    vectors: Floats


def learn(texts: Sequence[str], words: Vectors, minimum: int, limit: int) -> Features:
    """The n-grams found in at least ``minimum`` texts (the ``limit`` commonest) and the idf of them and the words.

    An idf is rounded to 1/1024.
    """
    grams: list[Hashes] = []
    finds: list[Hashes] = []
    for part in _parts(texts):
        keys, owner, found, owner_of = blocks.hashes_of(part)
        grams.append(_once(keys, owner))
        finds.append(_once(found, owner_of))
    unique, df = np.unique(np.concatenate(grams), return_counts=True)
    often = df >= minimum
    chosen = placeable(unique[often], df[often], limit)
    listed, entry = np.unique([blocks.hash_of_word(word) for word in words.words], return_index=True)
    placed = placeable(listed.astype(np.uint32), len(words.words) - entry, len(listed))
    rows = entry[np.searchsorted(listed, placed)]
    known, counted = np.unique(np.concatenate(finds), return_counts=True)
    place = np.minimum(np.searchsorted(known, placed), len(known) - 1)
    word_df = np.where(known[place] == placed, counted[place], 0)
    return Features(
        chosen,
        _idf(len(texts), df[np.searchsorted(unique, chosen)]),
        placed,
        _idf(len(texts), word_df),
        words.values[rows],
    )


def _idf(texts: int, frequency: NDArray[np.int64]) -> Floats:
    return np.asarray(np.rint((np.log((1 + texts) / (1 + frequency)) + 1) * 1024))


def _once(hashes: Hashes, owner: NDArray[np.int64]) -> Hashes:
    return np.unique((owner.astype(np.uint64) << np.uint64(32)) | hashes).astype(np.uint32)


def _parts(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    return (texts[i : i + _STEP] for i in range(0, len(texts), _STEP))


def matrix(texts: Sequence[str], features: Features) -> csr_matrix:
    """One row a text; a column an n-gram, then a column a dimension of the vectors."""
    from scipy.sparse import csr_matrix, hstack

    grams = (Table(features.hashes), np.concatenate((np.zeros(1), features.idf / 1024)))
    words = (Table(features.word_hashes), np.concatenate((np.zeros(1), features.word_idf / 1024)))
    first: list[Counts] = []
    second: list[Counts] = []
    for part in _parts(texts):
        a, b = blocks.counts(part, grams, words)
        first.append(a)
        second.append(b)
    dense = _stacked(second, len(texts), len(features.word_hashes)) @ features.vectors
    return hstack([_stacked(first, len(texts), len(features.hashes)), csr_matrix(dense)]).tocsr()


def _stacked(parts: Sequence[Counts], texts: int, width: int) -> csr_matrix:
    from scipy.sparse import csr_matrix

    rows = np.concatenate([part.texts + _STEP * i for i, part in enumerate(parts)])
    columns = np.concatenate([part.rows - 1 for part in parts])
    return csr_matrix((np.concatenate([part.values for part in parts]), (rows, columns)), shape=(texts, width))


def pack(features: Features, w: Floats) -> dict[str, NDArray[np.generic]]:
    """The arrays of the model file: the vectors are multiplied out, so a word has weights like an n-gram."""
    from scipy.sparse import csr_matrix

    grams = len(features.hashes)
    word = csr_matrix(features.vectors) @ w[grams:-1]
    scale, word_scale = (np.maximum(np.abs(x).max(axis=0), 1e-9) / 127 for x in (w[:grams], word))
    return {
        "hashes": features.hashes,
        "idf": features.idf.astype(np.uint16),
        "weights": np.rint(w[:grams] / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "word_hashes": features.word_hashes,
        "word_idf": features.word_idf.astype(np.uint16),
        "word_weights": np.rint(word / word_scale).astype(np.int8),
        "word_scale": word_scale.astype(np.float32),
        "bias": w[-1].astype(np.float32),
    }
