"""Which article is a reprint of one seen before, whatever an editor did to it.

A reprint is a part of its original more often than it is like it: cut to a third, its lead gone, lines added, two
pieces joined. So the measure is containment (Broder 1997), the share of the shorter text's shingles that the other
has, not the likeness of the whole (MinHash, SimHash). Shingles are sampled by hash (Irber et al. 2022, FracMinHash): a
long text keeps those under a bound, and two texts are compared under the lower bound of the two.

A notice that comes every day (weather, prices) shares its words with yesterday's and differs in the figures; a reprint
keeps them. So the figures are compared, too.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.ngrams import mix
from monitor.analysis.postings import Postings

CAPACITY = 10_000
"""Originals that are remembered; the oldest is forgotten first."""
CONTAINED = 0.42
"""Share of the shorter text's shingles from which it is a reprint."""
_SHINGLE = 5
_MOST = 320
"""Shingles kept of a text."""
_SHORTEST = 40
"""Characters under which a text is a reprint only if nothing at all was changed."""
_LEAST = 16
"""Characters under which two texts are the same by chance."""
_FEWEST = 6
"""Shingles that must be shared."""
_LONGEST = 20_000
_COMMONEST = 24
"""Originals that share a shingle from which it is a phrase of the trade."""
_CANDIDATES = 8
_FIGURES_KEPT = 0.6
_FIGURES_CHANGED = 4
_OTHER = re.compile(r"[\W_]+")
_EDITORS = re.compile(
    r"(?:本报|本网|新华社|新华网|中新[社网]|人民[网日报]{1,3})[^。！？\n]{0,20}?[讯电](?:[（(][^（()）\n]{0,40}[）)])?"
    r"|(?:责任编辑|责编|编辑|校对|审核|监制|值班主任|通讯员|来源|作者|记者|原标题|图文?|摄影)\s?[:：/][^\n。；]{0,30}"
    r"|[（(](?:原标题|记者|通讯员|来源|编辑|责编|责任编辑|作者|图|文)[^（()）\n]{0,40}[）)]"
    r"|(?:声明|版权|免责)[^\n]{0,6}[:：][^\n]{0,200}|(?:扫码|长按|点击|关注)[^\n。！]{0,40}(?:公众号|二维码|链接|原文|内容|查看)"
)
"""What an outlet adds: agency heads, editors, sources, disclaimers. Left out of both texts."""
_FIGURE = re.compile(r"[^\W\d_]{0,2}\d+(?:[.:：]\d+)*[^\W\d_]?")

Hashes = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """``shingles`` ascending, all of them; ``bound``: those up to it are kept; ``figures``: hashes of the numbers with
    a character or two around; ``whole``: hash of the whole text."""

    shingles: Hashes
    bound: int
    figures: Hashes
    whole: int

    @property
    def kept(self) -> Hashes:
        return self.shingles[: int(np.searchsorted(self.shingles, self.bound, side="right"))]


class ReprintIndex:
    """Remembers originals in bounded memory. Not shared between threads.

    The text that is asked about first is the original. Intake asks in the order of publication within a batch; an
    original that is fetched after its reprint is called the reprint, because labels do not change once a record is
    kept and each family must count once.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._postings = Postings(_COMMONEST)
        self._known: OrderedDict[int, tuple[str, int, int, Hashes, int]] = OrderedDict()
        self._ids: set[str] = set()
        self._wholes: dict[int, int] = {}
        self._free: list[int] = []

    def __len__(self) -> int:
        return len(self._known)

    def seen(self, id: str, text: str) -> str | None:
        """The id of the original that ``text`` repeats; None when it is one itself, and then it is remembered.

        Asking again with an id that is an original gives None again.
        """
        if id in self._ids:
            return None
        told = fingerprint(text)
        if told is None:
            return None
        row = self._original(told)
        if row is not None:
            return self._known[row][0]
        self._remember(id, told)
        return None

    def _original(self, told: Fingerprint) -> int | None:
        same = self._wholes.get(told.whole)
        if same is not None or not len(told.shingles):
            return same
        shared, common = self._postings.shared(told.shingles)
        often = np.flatnonzero(shared >= _FEWEST)
        best, found = CONTAINED, None
        telling = told.shingles[~common]
        for row in often[np.argsort(-shared[often], kind="stable")[:_CANDIDATES]].tolist():
            _, size, bound, figures, _ = self._known[row]
            ours = int(np.searchsorted(telling, bound, side="right"))
            contained = float(shared[row]) / max(min(size, ours), 1)
            if contained >= best and not _refigured(told.figures, figures):
                best, found = contained, row
        return found

    def _remember(self, id: str, told: Fingerprint) -> None:
        row = self._free.pop() if self._free else len(self._known)
        kept = told.kept
        if len(kept):
            self._postings.put(row, kept)
        self._known[row] = (id, len(kept), told.bound, told.figures, told.whole)
        self._ids.add(id)
        self._wholes.setdefault(told.whole, row)
        if len(self._known) > self._capacity:
            oldest, (old, size, _, _, whole) = self._known.popitem(last=False)
            if size:
                self._postings.drop(oldest)
            self._ids.discard(old)
            if self._wholes.get(whole) == oldest:
                del self._wholes[whole]
            self._free.append(oldest)


def fingerprint(text: str) -> Fingerprint | None:
    """None for a text of which nothing can be said."""
    text = _EDITORS.sub("\n", text[:_LONGEST])
    plain = _OTHER.sub("", text)
    if len(plain) < _LEAST:
        return None
    codes = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
    codes[(codes >= 0xFF01) & (codes <= 0xFF5E)] -= 0xFEE0
    whole = int.from_bytes(hashlib.blake2b(codes.tobytes(), digest_size=8).digest(), "big")
    if len(plain) < _SHORTEST:
        return Fingerprint(np.empty(0, dtype=np.uint32), 0, np.empty(0, dtype=np.uint32), whole)
    shingles = _distinct(_rolled(codes, _SHINGLE))
    bound = int(shingles[_MOST - 1]) if len(shingles) > _MOST else 0xFFFFFFFF
    figures = _distinct(np.asarray([_hash(found) for found in _FIGURE.findall(text)], dtype=np.uint32))
    return Fingerprint(shingles, bound, figures, whole)


def _distinct(hashes: Hashes) -> Hashes:
    """Ascending, each once; as ``np.unique``, without what that looks at first."""
    hashes.sort()
    return hashes[np.concatenate(([True], hashes[1:] != hashes[:-1]))[: len(hashes)]]


def _rolled(codes: NDArray[np.int64], width: int) -> Hashes:
    """Hashes of all stretches of ``width`` codes."""
    value = np.zeros(len(codes) - width + 1, dtype=np.uint64)
    for i in range(width):
        value = (value ^ codes[i : i + len(value)].astype(np.uint64)) * np.uint64(0x100000001B3)
    return mix(value.astype(np.int64))


def _hash(text: str) -> int:
    value = 0xCBF29CE484222325
    for char in text:
        value = ((value ^ ord(char)) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value >> 32


def _refigured(one: Hashes, other: Hashes) -> bool:
    """Whether the same words come with other figures: then it is another day's notice."""
    fewer = min(len(one), len(other))
    same = len(np.intersect1d(one, other, assume_unique=True))
    return fewer - same >= _FIGURES_CHANGED and same < _FIGURES_KEPT * fewer
