"""What is left of a text for event grouping: its weighted character pairs and triples as hashes, never the text.

Estates, roads, firms and schools are what tells one matter from the next, and no dictionary has them. Character n-grams
need none: a gram that is rare in civic texts is nearly always part of a name, a common one part of a complaint.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.ngrams import mix

WIDTH = 320
"""Grams kept of a text: those of the title, then the weightiest of the body."""
BITS = 20
"""The table of document frequencies has 2 ** BITS buckets, found by the upper bits of a gram's hash."""
RARE = 20 / 13_046
"""Share of background texts under which a gram counts as part of a name."""
_TITLE, _BODY = 80, 600
_PLACEHOLDER = re.compile(r"〔[^〔〕]{1,8}〕|西地省|[A-Z]\d{0,2}[市区县]|https?://\S+|@\S+")
"""Redaction placeholders, the letters that stand for places in public data (A市, A3区), links."""
_SENTENCE = re.compile(r"[\n。！？!?；;]")
_TITLE_WEIGHT = 2.0

Hashes = NDArray[np.uint32]
Weights = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sign:
    """``hashes`` ascending, with their ``weights`` (tf-idf); ``title``: those that stand in the title;
    ``rare``: those that are likely part of a name."""

    hashes: Hashes
    weights: Weights
    title: NDArray[np.bool_]
    rare: NDArray[np.bool_]


def split(title: str, text: str) -> tuple[str, str]:
    """Title and body; a text without a title lends its first line or sentence (posts have none)."""
    title, text = title.strip(), text.strip()
    if title:
        return title, text
    found = _SENTENCE.search(text, 0, _TITLE)
    return (text[: found.start()], text) if found and found.start() >= 6 else (text[:40], text)


def grams(text: str) -> Hashes:
    """Hashes of the pairs and triples of neighbouring Chinese characters, Latin letters and digits, as they stand.

    Full-width letters and digits count as their plain forms, capitals as small letters.
    """
    plain = _PLACEHOLDER.sub("\n", text)
    codes = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
    codes[(codes >= 0xFF01) & (codes <= 0xFF5E)] -= 0xFEE0
    codes[(codes >= 65) & (codes <= 90)] += 32
    good = (codes >= 0x3400) & (codes <= 0x9FFF) | (codes >= 97) & (codes <= 122) | (codes >= 48) & (codes <= 57)
    if len(codes) < 2:
        return np.empty(0, dtype=np.uint32)
    two = (codes[:-1] << 21) | codes[1:]
    good2 = good[:-1] & good[1:]
    three = (two[:-1] << 21) | codes[2:]
    return mix(np.concatenate((two[good2], three[good2[:-1] & good[2:]])))


def grams_of(title: str, text: str) -> tuple[Hashes, NDArray[np.float64], NDArray[np.bool_]]:
    """The different grams of a text, how often each stands there (the title counts twice), and which the title has."""
    title, text = split(title, text)
    head, body = grams(title[:_TITLE]), grams(text[:_BODY])
    unique, where = np.unique(np.concatenate((head, body)), return_inverse=True)
    counts = np.bincount(where[len(head) :], minlength=len(unique)).astype(np.float64)
    in_title = np.bincount(where[: len(head)], minlength=len(unique))
    return unique, counts + _TITLE_WEIGHT * in_title, in_title > 0


def buckets(hashes: Hashes) -> NDArray[np.intp]:
    return (hashes >> np.uint32(32 - BITS)).astype(np.intp)


def sign(title: str, text: str, shares: NDArray[np.float32]) -> Sign:
    """The sign of a text. ``shares``: for every bucket the share of texts that have a gram of it, above 0."""
    hashes, counts, in_title = grams_of(title, text)
    share = shares[buckets(hashes)]
    weights = ((1 + np.log(counts)) * -np.log(share)).astype(np.float32)
    if len(hashes) > WIDTH:
        order = np.argsort(-(weights + 1e3 * in_title), kind="stable")[:WIDTH]
        order.sort()
        hashes, weights, in_title, share = hashes[order], weights[order], in_title[order], share[order]
    return Sign(hashes, weights, in_title, share <= RARE)
