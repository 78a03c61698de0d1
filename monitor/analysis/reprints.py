"""Which article is a reprint of one seen before: MinHash over shingles (Broder 1997), by rensa."""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import Any

_PERMUTATIONS = 64
_BANDS = 16
_SHINGLE = 4
_SHORTEST = 40
"""Characters under which two texts are alike by chance."""
_LONGEST = 3_000
SIMILAR = 0.5
"""Jaccard similarity of the shingles from which a text is a reprint; a quarter of the sentences may have changed."""
_CAPACITY = 50_000
_NOISE = re.compile(r"[\W_]+")


class ReprintIndex:
    """Remembers originals, the oldest forgotten beyond ``capacity``. Not shared between threads."""

    def __init__(self, capacity: int = _CAPACITY) -> None:
        from rensa import RMinHashLSH

        self._lsh = RMinHashLSH(threshold=SIMILAR, num_perm=_PERMUTATIONS, num_bands=_BANDS)
        self._known: OrderedDict[int, tuple[str, Any]] = OrderedDict()
        self._ids: dict[str, int] = {}
        self._next = 0
        self._capacity = capacity

    def __len__(self) -> int:
        return len(self._known)

    def seen(self, id: str, text: str) -> str | None:
        """The id of the original that ``text`` repeats; None when it is one itself, and then it is remembered.

        Asking again with an id that is an original gives None again.
        """
        if id in self._ids:
            return None
        hashed = _minhash(text)
        if hashed is None:
            return None
        found = [(self._known[key][1].jaccard(hashed), -key) for key in self._lsh.query(hashed) if key in self._known]
        if found:
            alike, key = max(found)
            if alike >= SIMILAR:
                return self._known[-key][0]
        self._remember(id, hashed)
        return None

    def _remember(self, id: str, hashed: Any) -> None:
        key, self._next = self._next, self._next + 1
        self._lsh.insert(key, hashed)
        self._known[key] = (id, hashed)
        self._ids[id] = key
        if len(self._known) > self._capacity:
            oldest, (old, _) = self._known.popitem(last=False)
            self._lsh.remove(oldest)
            del self._ids[old]


def _minhash(text: str) -> Any:
    from rensa import RMinHash

    plain = _NOISE.sub("", text[:_LONGEST])
    if len(plain) < _SHORTEST:
        return None
    hashed = RMinHash(num_perm=_PERMUTATIONS, seed=1)
    hashed.update([plain[i : i + _SHINGLE] for i in range(len(plain) - _SHINGLE + 1)])
    return hashed
