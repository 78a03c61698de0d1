"""Character n-grams as integers, a whole batch of texts at once.

Three code points of 21 bits fit into 63: an n-gram is one integer, and its 32-bit hash the name of a feature. No
Python object exists per n-gram, which is what makes the shipped models quick and small.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

EDGE = 2
"""Stands before and after every text, so that "begins with" and "ends with" are n-grams too."""
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SALT = np.uint64(0xC2B2AE3D27D4EB4F)

Codes = NDArray[np.int64]
Hashes = NDArray[np.uint32]


def codes_of(texts: Sequence[str]) -> tuple[Codes, NDArray[np.int64]]:
    """Code points of all texts, an EDGE before each and at the end, and the text each position belongs to.

    Latin letters are lower-cased and digits folded to 0; lone surrogates pass.
    """
    joined = chr(EDGE) + chr(EDGE).join(texts) + chr(EDGE)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
    upper = (codes >= 65) & (codes <= 90)
    codes[upper] += 32
    codes[(codes >= 48) & (codes <= 57)] = 48
    lengths = np.fromiter((len(text) + 1 for text in texts), dtype=np.int64, count=len(texts))
    owner = np.repeat(np.arange(len(texts), dtype=np.int64), lengths)
    return codes, owner


def mix(keys: Codes, salts: Codes | None = None) -> Hashes:
    """A 32-bit hash of each key (multiplicative, the high half); ``salts`` (added, broadcast) keep templates apart."""
    mixed = keys.astype(np.uint64)
    if salts is not None:
        mixed += salts.astype(np.uint64) * _SALT
    mixed *= _MIX
    mixed ^= mixed >> np.uint64(29)
    mixed *= _SALT
    return (mixed >> np.uint64(32)).astype(np.uint32)


def ngrams(texts: Sequence[str]) -> tuple[Hashes, NDArray[np.int64]]:
    """Hashes of all 1-, 2- and 3-grams of the texts and the text each belongs to; no n-gram spans two texts."""
    codes, owner = codes_of(texts)
    is_edge = codes == EDGE
    one = codes[:-1]
    two = (one << 21) | codes[1:]
    three = (two[:-1] << 21) | codes[2:]
    keep1 = ~is_edge[:-1]
    keep2 = ~(is_edge[:-1] & is_edge[1:])
    keep3 = ~is_edge[1:-1]
    keys = np.concatenate((one[keep1], two[keep2], three[keep3]))
    return mix(keys), np.concatenate((owner[keep1], owner[keep2], owner[:-1][keep3]))
