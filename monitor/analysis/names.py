"""Person names in running text: a quick gate over every character, and a CRF with a neural opinion where it opens.

The gate is a softmax over character windows; it leaves out the four fifths of a civic text in which no name can be.
What is left is read by Baidu's LAC (:mod:`.names_encoder`), and a linear-chain CRF weighs its opinion beside the
characters. Three tags: O outside, B first character, I further character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.analysis import archive
from monitor.analysis.linear import Floats
from monitor.analysis.names_encoder import Encoder, encoder
from monitor.analysis.names_features import GRAIN, PAD, SURNAMES, Weighted, crf_keys, gate_keys, laid, opinion_keys

__all__ = ["SURNAMES", "Memo", "NameTagger", "gate", "path", "spans_of", "tagger"]

FILE = "names-crf.npz"
OUT, BEGIN, INSIDE = range(3)
TAGS = 3
NEVER = -1e4
_SLACK = 1e-6
_NEAR, _FAR = 4, 16
"""Characters on either side of an open position that are read with it: at least, and at most up to a mark."""
_SHORT = 64
"""A text of so many characters (a title, a post) is read whole: the gate would save little there."""
_LEAST, _NOTHING = -6.0, -11.0
"""What a character can take off its neighbour's score at most, and the score of two that no name looks like."""
_LIKELY = -6.0
"""Score of two neighbours from which :meth:`NameTagger.likely` takes them for part of a name."""
_CUT = re.compile(r"[，。！？；,!?;\s]")
_AT_ONCE = 16_000
"""Characters that are looked at together: more would not stay in the processor's cache."""
Spans = list[tuple[int, int]]


@dataclass(slots=True)
class Memo:
    """What was found in whole texts, and in the stretches of them that were read. Of one tagger, never kept."""

    texts: dict[str, Spans] = field(default_factory=dict)
    stretches: dict[str, Spans] = field(default_factory=dict)


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


def spans_of(tags: Sequence[int]) -> Spans:
    """Half-open spans of the names in a tag sequence."""
    found: Spans = []
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
        rows = self._step
        best = max(*rows[OUT][:INSIDE], *rows[BEGIN], *rows[INSIDE])
        # What a tag other than "outside" can win at most by its steps, into it or out of it.
        self._gain = max(0.0, best - rows[OUT][OUT], self._start[BEGIN] - self._start[OUT])
        self._open, self._alone = float(meta["open"]), float(meta["alone"])
        self.lean = float(meta["lean"])

    def find(self, text: str, memo: Memo | None = None) -> Spans:
        """Half-open spans of names in ``text``, in order, not overlapping.

        ``memo`` keeps what was found, for a caller who looks at the same or nearly the same text again.
        """
        memo = Memo() if memo is None else memo
        self.foresee([text], memo)
        return memo.texts[text]

    def foresee(self, texts: Iterable[str], memo: Memo) -> None:
        """Puts into ``memo`` what :meth:`find` finds in each of ``texts``: together they take half the time."""
        fresh = [text for text in dict.fromkeys(texts) if text not in memo.texts]
        for some in _parcels(fresh):
            lifts = self._lifts(some)
            if self._reader is None:
                memo.texts.update((text, _runs(lift > self._alone)) for text, lift in zip(some, lifts, strict=True))
                continue
            wanted = [list(self._worth_reading(text, lift)) for text, lift in zip(some, lifts, strict=True)]
            cut = dict.fromkeys(text[b:e] for text, spans in zip(some, wanted, strict=True) for b, e in spans)
            self._read(self._reader, [s for s in cut if s not in memo.stretches], memo)
            for text, spans in zip(some, wanted, strict=True):
                found = [(b + n, b + m) for b, e in spans for n, m in memo.stretches[text[b:e]]]
                memo.texts[text] = _bridged(text, found)

    def likely(self, text: str) -> Spans:
        """Half-open spans of what looks like a name to the gate alone, and of a good deal else; no encoder is asked.

        For words that only have to be free of names: of news sentences 94 of 100 names are covered whole, and 9 of 100
        other characters with them.
        """
        if len(text) < 2:
            return []
        lift = self._lifts([text])[0]
        pairs = np.maximum(lift[:-1], _LEAST) + np.maximum(lift[1:], _LEAST) > _LIKELY
        return _runs(np.append(pairs, False) | np.append(False, pairs))

    def _lifts(self, texts: Sequence[str]) -> list[Floats]:
        """Of each text, how much the gate takes each character for part of a name."""
        codes, begins = laid(texts)
        lift = self._gate.sums(gate_keys(codes))[:, 0] + self._gate_bias
        return [lift[b : b + len(text)] for b, text in zip(begins, texts, strict=True)]

    def _read(self, reader: Encoder, stretches: Sequence[str], memo: Memo) -> None:
        # Those of one length side by side: the encoder reads them together.
        for some in _parcels(sorted(stretches, key=len)):
            codes, begins = laid(some)
            told = reader.logits_of(some)
            logits = np.zeros((len(codes) - 2 * PAD, told[0].shape[1]), dtype=np.float32)
            inside = np.zeros(len(logits), dtype=np.bool_)
            for begin, one in zip(begins, told, strict=True):
                logits[begin : begin + len(one)] = one
                inside[begin : begin + len(one)] = True
            emission = self._crf.sums(crf_keys(codes), opinion_keys(logits, inside))
            emission[:, OUT] -= self.lean
            for text, begin in zip(some, begins, strict=True):
                memo.stretches[text] = self._spans(emission[begin : begin + len(text)])

    def _spans(self, emission: Floats) -> Spans:
        # Where no tag comes near "outside" at any character, no sequence can either.
        if float((emission[:, BEGIN:].max(axis=1) - emission[:, OUT]).max()) < -2 * self._gain - _SLACK:
            return []
        return spans_of(path(emission, self._step, self._start))

    def _worth_reading(self, text: str, lift: Floats) -> Iterable[tuple[int, int]]:
        # A name has two characters at least, so two neighbours must look like one together.
        pairs = np.maximum(lift[:-1], _LEAST) + np.maximum(lift[1:], _LEAST)
        if len(text) <= _SHORT:
            return [(0, len(text))] if len(text) > 1 and pairs.max() > _NOTHING else []
        return _stretches(text, np.flatnonzero(pairs > self._open))


def _parcels(texts: Iterable[str]) -> Iterator[list[str]]:
    """The texts in order, so many together as are worth it."""
    some, size = list[str](), 0
    for text in texts:
        some.append(text)
        size += len(text)
        if size >= _AT_ONCE:
            yield some
            some, size = [], 0
    if some:
        yield some


def _runs(hot: NDArray[np.bool_]) -> Spans:
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


def _bridged(text: str, spans: Spans) -> Spans:
    """Parts of one name (a foreign name and its spelling) as one span; overlapping stretches give each name once."""
    joined: Spans = []
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
