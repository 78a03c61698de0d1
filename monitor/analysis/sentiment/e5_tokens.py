"""Cuts a text into the pieces that the encoder knows: a unigram language model and the best path through it.

The tokeniser of XLM-RoBERTa (Kudo 2018, SentencePiece) over a vocabulary pruned to what Chinese texts need: compatible
characters unified (NFKC), spaces marked, then Viterbi over the pieces' log probabilities.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BOS, EOS, UNKNOWN = 0, 1, 2
"""Ids of the marks around a text and of a character that no piece covers; pieces follow from 3 on."""
SPACE = "\u2581"
_UNKNOWN_COST = 10.0
_HEAD, _TAIL = 220, 120
"""Characters kept of a long text: what it is about stands at the beginning, what is asked for at the end."""
_BLANKS = dict.fromkeys((9, 10, 12, 13), " ")
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160), *range(8203, 8208), 8288, 65279))
_TABLE = _CONTROLS | _BLANKS

Ids = NDArray[np.int32]


def clip(text: str) -> str:
    """Beginning and end of a long text."""
    return text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]}…{text[-_TAIL:]}"


def normal(text: str) -> str:
    """NFKC without control characters, lone surrogates and zero-width characters; one mark for a run of spaces."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    text = unicodedata.normalize("NFKC", text.translate(_TABLE))
    return SPACE + SPACE.join(text.split())


class Tokenizer:
    """``pieces`` with their log probabilities ``scores``; ids count from 3."""

    def __init__(self, pieces: Sequence[str], scores: Sequence[float]) -> None:
        self._known = {piece: (score, i + 3) for i, (piece, score) in enumerate(zip(pieces, scores, strict=True))}
        self._longest = max(map(len, pieces))
        self._unknown = min(scores) - _UNKNOWN_COST

    def ids(self, text: str, limit: int) -> Ids:
        """Ids of a text between the two marks, at most ``limit``: of a longer one five eighths from its beginning."""
        found = self._path(normal(clip(text)))
        room = limit - 2
        if len(found) > room:
            head = room * 5 // 8
            found = found[:head] + found[head - room :]
        return np.asarray([BOS, *found, EOS], dtype=np.int32)

    def _path(self, text: str) -> list[int]:
        """The most probable pieces (Viterbi from left to right)."""
        n, known = len(text), self._known
        best = [0.0] + [-1e30] * n
        came = [(0, UNKNOWN)] * (n + 1)
        for i in range(n):
            here = best[i]
            for j in range(i + 1, min(n, i + self._longest) + 1):
                hit = known.get(text[i:j])
                if hit is not None and here + hit[0] > best[j]:
                    best[j] = here + hit[0]
                    came[j] = (i, hit[1])
            if here + self._unknown > best[i + 1]:
                best[i + 1] = here + self._unknown
                came[i + 1] = (i, UNKNOWN)
        path, at = [], n
        while at > 0:
            at, piece = came[at]
            path.append(piece)
        return path[::-1]
