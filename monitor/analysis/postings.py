"""Which remembered texts share hashes with a new one: an inverted index in flat arrays, with removal.

Texts of the last few hundred are in a dictionary, the rest in one sorted array that is rebuilt now and then: eight
bytes a hash, a tenth of what a list a hash would take.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint32]
Counts = NDArray[np.int64]
_RECENT = 512


class Postings:
    """Hashes of texts by row number. A row may be put again after it was dropped. Not shared between threads.

    ``commonest``: a hash of more rows than that tells nothing and leads nowhere.
    """

    def __init__(self, commonest: int) -> None:
        self._commonest = commonest
        self._sorted: Hashes = np.empty(0, dtype=np.uint32)
        self._rows: NDArray[np.int32] = np.empty(0, dtype=np.int32)
        self._settled = np.zeros(64, dtype=np.bool_)
        self._recent: dict[int, Hashes] = {}
        self._leads: defaultdict[int, list[int]] = defaultdict(list)

    def put(self, row: int, hashes: Hashes) -> None:
        """``hashes``: each once."""
        if row >= len(self._settled):
            self._settled = np.pad(self._settled, (0, max(row + 1, 2 * len(self._settled)) - len(self._settled)))
        self._recent[row] = hashes
        leads = self._leads
        for key in hashes.tolist():
            leads[key].append(row)
        if len(self._recent) >= _RECENT:
            self._settle()

    def drop(self, row: int) -> None:
        hashes = self._recent.pop(row, None)
        if hashes is not None:
            for key in hashes.tolist():
                self._leads[key].remove(row)
        self._settled[row] = False

    def shared(self, hashes: Hashes) -> tuple[Counts, NDArray[np.bool_]]:
        """How many of ``hashes`` (each once) each row has; and which of them were too common to be counted."""
        begins = np.searchsorted(self._sorted, hashes, side="left")
        ends = np.searchsorted(self._sorted, hashes, side="right")
        late: dict[int, list[int]] = {
            i: rows for i, rows in enumerate(map(self._leads.get, hashes.tolist())) if rows is not None
        }
        often = ends - begins
        for i, rows in late.items():
            often[i] += len(rows)
        common = often > self._commonest
        wanted = np.flatnonzero(~common & (ends > begins))
        counts = np.zeros(len(self._settled), dtype=np.int64)
        if len(wanted):
            sizes = ends[wanted] - begins[wanted]
            lasts = np.cumsum(sizes)
            places = np.arange(lasts[-1]) + np.repeat(ends[wanted] - lasts, sizes)
            counts += np.bincount(self._rows.take(places), minlength=len(counts))
            counts[~self._settled] = 0
        told = [row for i, rows in late.items() if not common[i] for row in rows]
        if told:
            counts += np.bincount(told, minlength=len(counts))
        return counts, common

    def _settle(self) -> None:
        """Makes the recent ones part of the sorted array, and forgets what was dropped."""
        kept = self._settled[self._rows]
        rows = np.fromiter(self._recent, dtype=np.int32, count=len(self._recent))
        sizes = [len(hashes) for hashes in self._recent.values()]
        hashes = np.concatenate((self._sorted[kept], *self._recent.values()))
        owners = np.concatenate((self._rows[kept], np.repeat(rows, sizes)))
        order = np.argsort(hashes, kind="stable")
        self._sorted, self._rows = hashes[order], owners[order]
        self._settled[rows] = True
        self._recent, self._leads = {}, defaultdict(list)
