"""Person names in running text: a quick gate over every character, and a CRF with a neural opinion where it opens.

The gate is a softmax over character windows; it leaves out the four fifths of a civic text in which no name can be.
What is left is read by Baidu's LAC (:mod:`.names_encoder`), and a linear-chain CRF weighs its opinion beside the
characters. Three tags: O outside, B first character, I further character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.analysis import archive
from monitor.analysis.linear import Floats, Table
from monitor.analysis.names_encoder import Encoder, encoder
from monitor.analysis.ngrams import EDGE, Codes, Hashes, codes_of, mix

FILE = "names-crf.npz"
OUT, BEGIN, INSIDE = range(3)
TAGS = 3
NEVER = -1e4
GRAIN = 256
"""Weights are kept in steps of 1/256."""
Memo = dict[str, list[tuple[int, int]]]
_PAD = 3
SURNAMES = frozenset((Path(__file__).parent / "surnames.txt").read_text(encoding="utf-8").split())
_IS_SURNAME = np.zeros(0x10000, dtype=np.int64)
_IS_SURNAME[[ord(s) for s in SURNAMES if len(s) == 1]] = 1
_NEAR, _FAR = 4, 16
"""Characters on either side of an open position that are read with it: at least, and at most up to a mark."""
_SHORT = 64
"""A text of so many characters (a title, a post) is read whole: the gate would save little there."""
_LEAST, _NOTHING = -6.0, -11.0
"""What a character can take off its neighbour's score at most, and the score of two that no name looks like."""
_LIKELY = -6.0
"""Score of two neighbours from which :meth:`NameTagger.likely` takes them for part of a name."""
_CUT = re.compile(r"[，。！？；,!?;\s]")
PERSON = 16
"""LAC's tag for the first character of a person's name; the next number is that of a further one."""


def gate_features(codes: Codes) -> Hashes:
    """Hashed features of the gate, shape (positions, 13): few and small, because every character has them."""
    at, near, _ = _around(codes)
    pairs = {k: (at[k] << 21) | at[k + 1] for k in (-2, -1, 0, 1)}
    triples = [(pairs[k] << 21) | at[k + 2] for k in (-2, -1, 0)]
    keys = [*(at[k] for k in (-2, -1, 0, 1, 2)), *pairs.values(), *triples, (at[0] << 21) | near]
    return mix(np.stack(keys, axis=1), np.arange(1, len(keys) + 1))


def _around(codes: Codes) -> tuple[dict[int, Codes], Codes, Codes]:
    """The characters at each distance, which of the near ones are surnames, and the padded text."""
    padded = np.concatenate((np.full(_PAD, EDGE), codes, np.full(_PAD, EDGE))).astype(np.int64)
    n = len(codes)
    at = {k: padded[_PAD + k : _PAD + k + n] for k in range(-_PAD, _PAD + 1)}
    family = _IS_SURNAME[np.minimum(padded, 0xFFFF)]
    fam = {k: family[_PAD + k : _PAD + k + n] for k in (-2, -1, 0, 1)}
    return at, fam[-2] << 3 | fam[-1] << 2 | fam[0] << 1 | fam[1], padded


def features(codes: Codes) -> Hashes:
    """Hashed features, shape (positions, 23): n-grams around each character, the shape of the characters."""
    at, near, padded = _around(codes)
    n = len(codes)
    han = ((padded >= 0x4E00) & (padded <= 0x9FFF)).astype(np.int64)
    shape = sum(han[_PAD + k : _PAD + k + n] << (k + 3) for k in range(-3, 4))
    singles = [at[k] for k in (-3, -2, -1, 0, 1, 2, 3)]
    pairs = [(at[k] << 21) | at[k + 1] for k in (-3, -2, -1, 0, 1, 2)]
    triples = [(at[k] << 42) | (at[k + 1] << 21) | at[k + 2] for k in (-3, -2, -1, 0, 1)]
    extra = [near, shape, (at[0] << 21) | near, (at[-1] << 21) | near, (at[-1] << 42) | (at[1] << 21) | 1]
    keys = [*singles, *pairs, *triples, *extra]
    return mix(np.stack(keys, axis=1), np.arange(1, len(keys) + 1))


def opinions(logits: NDArray[np.float32]) -> Hashes:
    """Hashed features of LAC's logits, shape (positions, 8): its best tags around, how likely it thinks a name."""
    n = len(logits)
    chance = np.exp(logits - logits.max(axis=1, keepdims=True))
    chance /= chance.sum(axis=1, keepdims=True)
    first, further = (
        np.clip(np.rint(np.log10(chance[:, tag] + 1e-6) + 6), 0, 6).astype(np.int64) for tag in (PERSON, PERSON + 1)
    )
    best = logits.argmax(axis=1).astype(np.int64)

    def beside(values: NDArray[np.int64], k: int) -> NDArray[np.int64]:
        return np.concatenate(([99], values, [99]))[1 + k : 1 + k + n]

    here, before, after = best, beside(best, -1), beside(best, 1)
    likely = first * 10 + further
    keys = [
        likely,
        likely * 100 + beside(further, 1) * 10 + beside(first, 1),
        here,
        before * 100 + here,
        here * 100 + after,
        before * 10_000 + here * 100 + after,
        after,
        before,
    ]
    return mix(np.stack(keys, axis=1), np.arange(101, 101 + len(keys)))


def path(emission: Floats, step: Sequence[Sequence[float]], start: Sequence[float]) -> list[int]:
    """The best legal tag sequence (Viterbi); INSIDE follows only BEGIN or INSIDE, ties go to the earlier tag."""
    rows = emission.tolist()
    (oo, ob, _), (bo, bb, bi), (io, ib, ii) = step
    out, begin, inside = rows[0][OUT] + start[OUT], rows[0][BEGIN] + start[BEGIN], NEVER
    back: list[tuple[int, int, int]] = []
    for o, b, i in rows[1:]:
        outs, begins = (out + oo, begin + bo, inside + io), (out + ob, begin + bb, inside + ib)
        to_out, to_begin, stay = max(outs), max(begins), inside + ii
        to_inside, from_inside = (begin + bi, BEGIN) if begin + bi >= stay else (stay, INSIDE)
        back.append((outs.index(to_out), begins.index(to_begin), from_inside))
        out, begin, inside = to_out + o, to_begin + b, to_inside + i
    last = (out, begin, inside)
    tag = last.index(max(last))
    found = [tag]
    for came in reversed(back):
        tag = came[tag]
        found.append(tag)
    return found[::-1]


def spans_of(tags: Sequence[int]) -> list[tuple[int, int]]:
    """Half-open spans of the names in a tag sequence."""
    found: list[tuple[int, int]] = []
    begin = -1
    for i, tag in enumerate([*tags, OUT]):
        if begin >= 0 and tag != INSIDE:
            found.append((begin, i))
            begin = -1
        if tag == BEGIN:
            begin = i
    return found


class NameTagger:
    """Finds person names. ``lean`` is taken off the score of "outside": higher finds more and errs more.

    Without the packages of the encoder the gate alone decides, with more errors of both kinds.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]], meta: Mapping[str, Any], reader: Encoder | None) -> None:
        self._reader = reader
        self._gate = Weighted(arrays["gate_hashes"], arrays["gate_weights"])
        self._gate_bias = float(arrays["gate_bias"][0]) / GRAIN
        self._crf = Weighted(arrays["crf_hashes"], arrays["crf_weights"])
        self._step = (arrays["crf_step"] / GRAIN).tolist()
        self._start = (arrays["crf_start"] / GRAIN).tolist()
        self._open, self._alone = float(meta["open"]), float(meta["alone"])
        self.lean = float(meta["lean"])

    def find(self, text: str, memo: Memo | None = None) -> list[tuple[int, int]]:
        """Half-open spans of names in ``text``, in order, not overlapping.

        ``memo`` keeps what was found in each stretch, for a caller who looks at nearly the same text again.
        """
        if not text:
            return []
        codes = codes_of([text])[0][1:-1]
        lift = self._lift(codes)
        if self._reader is None:
            return _runs(lift > self._alone)
        memo = {} if memo is None else memo
        found: list[tuple[int, int]] = []
        for begin, end in self._worth_reading(text, lift):
            stretch = text[begin:end]
            if stretch not in memo:
                memo[stretch] = self._read(self._reader, stretch, codes[begin:end])
            found += ((begin + b, begin + e) for b, e in memo[stretch])
        return _bridged(text, found)

    def likely(self, text: str) -> list[tuple[int, int]]:
        """Half-open spans of what looks like a name to the gate alone, and of a good deal else; no encoder is asked.

        For words that only have to be free of names: of news sentences 94 of 100 names are covered whole, and 9 of 100
        other characters with them.
        """
        if len(text) < 2:
            return []
        lift = self._lift(codes_of([text])[0][1:-1])
        pairs = np.maximum(lift[:-1], _LEAST) + np.maximum(lift[1:], _LEAST) > _LIKELY
        return _runs(np.append(pairs, False) | np.append(False, pairs))

    def _lift(self, codes: Codes) -> Floats:
        return np.asarray(self._gate.sums(gate_features(codes))[:, 0] + self._gate_bias)

    def _read(self, reader: Encoder, stretch: str, codes: Codes) -> list[tuple[int, int]]:
        emission = self._crf.sums(np.concatenate((features(codes), opinions(reader.logits(stretch))), axis=1))
        emission[:, OUT] -= self.lean
        return spans_of(path(emission, self._step, self._start))

    def _worth_reading(self, text: str, lift: Floats) -> Iterable[tuple[int, int]]:
        # A name has two characters at least, so two neighbours must look like one together.
        pairs = np.maximum(lift[:-1], _LEAST) + np.maximum(lift[1:], _LEAST)
        if len(text) <= _SHORT:
            return [(0, len(text))] if len(text) > 1 and pairs.max() > _NOTHING else []
        return _stretches(text, np.flatnonzero(pairs > self._open))


class Weighted:
    """Sums the weights of the features that are known."""

    def __init__(self, hashes: NDArray[Any], weights: NDArray[Any]) -> None:
        self._table = Table(hashes.astype(np.uint32))
        weights = weights.reshape(len(hashes), -1).astype(np.float32) / GRAIN
        self._weights = np.concatenate((np.zeros((1, weights.shape[1]), np.float32), weights))

    def sums(self, hashes: Hashes) -> Floats:
        """Of (positions, templates) hashes, shape (positions, columns of the weights)."""
        return np.asarray(self._weights.take(self._table.rows(hashes), axis=0).sum(axis=1), dtype=np.float64)


def _runs(hot: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], hot, [False]))))
    return [(int(b), int(e)) for b, e in zip(edges[::2], edges[1::2], strict=True)]


def _stretches(text: str, hot: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """What is read around the open positions: a few characters on either side, then on to the next mark."""
    if not len(hot):
        return
    open_: tuple[int, int] | None = None
    for group in np.split(hot, np.flatnonzero(np.diff(hot) > 2 * _NEAR) + 1):
        begin, end = max(0, int(group[0]) - _NEAR), min(len(text), int(group[-1]) + _NEAR + 1)
        low = max(0, begin - _FAR)
        cuts = [m.end() for m in _CUT.finditer(text, low, begin)]
        mark = _CUT.search(text, end, end + _FAR)
        begin, end = cuts[-1] if cuts else low, mark.end() if mark else min(len(text), end + _FAR)
        if open_ and begin <= open_[1]:
            begin = open_[0]
        elif open_:
            yield open_
        open_ = (begin, end)
    if open_:
        yield open_


_JOINT = re.compile(r"[·•・.（(\-－—]")


def _bridged(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Parts of one name (a foreign name and its spelling) as one span; overlapping stretches give each name once."""
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if joined and (begin < joined[-1][1] or (begin == joined[-1][1] + 1 and _JOINT.match(text, begin - 1))):
            begin, end = joined[-1][0], max(end, joined.pop()[1])  # noqa: PLW2901
        joined.append((begin, end))
    return joined


@lru_cache(maxsize=1)
def tagger() -> NameTagger:
    """The shipped tagger, loaded once per process. Raises ``ModelUnavailable``."""
    arrays, meta = archive.load(archive.MODELS / FILE)
    return NameTagger(arrays, meta, encoder())


@lru_cache(maxsize=1)
def gate() -> NameTagger:
    """The shipped tagger without its encoder, a few MB instead of 130: for :meth:`NameTagger.likely`."""
    return NameTagger(*archive.load(archive.MODELS / FILE), None)
