"""The features of the linear engine: n-grams of the whole text, those of its title again, and words with vectors.

A title says what a text is; in a letter of 500 characters its words would drown. Each block is normalised for itself,
so that title and whole weigh the same however long the rest is. The words are the entries of a list found anywhere in
the text (no segmenter: overlapping finds all count); what they weigh comes from their vectors (see ``vectors.py``), so
a word that the training texts hardly have weighs what its neighbours in meaning weigh.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.linear import Counts, Floats, Table
from monitor.analysis.ngrams import EDGE, Hashes, codes_of, mix
from monitor.analysis.sentiment.normal import normal

Ints = NDArray[np.int64]
_TITLE_SALT = np.uint32(0x5BD1E995)
_LONGEST_TITLE = 80
_TF = np.rint((1 + np.log(np.arange(1, 256))) * 1024) / 1024
"""1 + ln(tf), rounded so that every machine computes with the same numbers."""


def title_of(text: str) -> str:
    """What a text begins with: the first line where it stands like a title over more lines, or what the writer says
    before the forwarded text (``//@``); nothing where the text has no such parts."""
    head, line_break, _ = text.partition("\n")
    if not line_break:
        head, line_break, _ = text.partition("//@")
    return head if line_break and len(head) <= _LONGEST_TITLE else ""


def hashes_of(texts: Sequence[str]) -> tuple[Hashes, Ints, Hashes, Ints]:
    """Hashes of the 1- to 3-grams and their owners, hashes of the 2- to 4-grams (what may be a word) and their texts.

    The owner is ``i`` for the whole of text i of n and ``n + i`` for its title.
    """
    read = [normal(text) for text in texts]
    codes, owner = codes_of([*read, *map(title_of, read)])
    edge = codes == EDGE
    one = codes[:-1]
    two = (one << 21) | codes[1:]
    three = (two[:-1] << 21) | codes[2:]
    keep1, keep2, keep3 = ~edge[:-1], ~(edge[:-1] & edge[1:]), ~edge[1:-1]
    keys = mix(np.concatenate((one[keep1], two[keep2], three[keep3])))
    owners = np.concatenate((owner[keep1], owner[keep2], owner[:-1][keep3]))
    keys[owners >= len(texts)] ^= _TITLE_SALT
    whole = owner < len(texts)
    inside = whole & ~edge[:-1] & ~edge[1:]
    inside3 = inside[:-1] & inside[1:]
    inside4 = inside3[:-1] & inside[2:]
    words = np.concatenate((mix(two[inside]), mix(three[inside3]), mix(two[:-2][inside4], two[2:][inside4])))
    texts_of = np.concatenate((owner[inside], owner[:-1][inside3], owner[:-2][inside4]))
    return keys, owners, words, texts_of


def hash_of_word(word: str) -> int:
    """The hash under which :func:`hashes_of` finds a word of 2 to 4 characters."""
    codes, _ = codes_of([word])
    two = (codes[1:-2] << 21) | codes[2:-1]
    if len(word) == 4:
        return int(mix(two[:1], two[2:])[0])
    return int(mix(two[:1] if len(word) == 2 else (two[:1] << 21) | codes[3:4])[0])


def weigh(rows: NDArray[np.int32], owner: Ints, owners: int, idf: Floats) -> Counts:
    """TF-IDF of the known ``rows``, of length 1 for each owner. ``idf`` has an entry a row, the first (unknown) 0."""
    known = rows > 0
    width = len(idf)
    pairs, tf = np.unique(owner[known] * width + rows[known], return_counts=True)
    owner, columns = np.divmod(pairs, width)
    values = _TF[np.minimum(tf, len(_TF)) - 1] * idf[columns]
    norms = np.sqrt(np.bincount(owner, values * values, minlength=owners))
    return Counts(owner, columns, values / np.maximum(norms[owner], 1e-12))


def by_text(found: Counts, texts: int) -> Counts:
    """Whole and title of each text together, in the order of the texts."""
    owner = found.texts % max(texts, 1)
    order = np.argsort(owner, kind="stable")
    return Counts(owner[order], found.rows[order], found.values[order])


def counts(texts: Sequence[str], grams: tuple[Table, Floats], words: tuple[Table, Floats]) -> tuple[Counts, Counts]:
    """Features of a batch: n-grams (whole and title) and words; each table comes with its idf, the first 0."""
    keys, owners, found, texts_of = hashes_of(texts)
    n = len(texts)
    first = weigh(grams[0].rows(keys), owners, 2 * n, grams[1])
    return by_text(first, n), weigh(words[0].rows(found), texts_of, n, words[1])
