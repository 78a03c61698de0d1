"""How far an import has come, so that one that was killed goes on where it stopped.

A portion of rows is written down (their fates, no texts) after the store has them, in a state document of its own. The
kind is ``import.<file>``, where the file is known by a keyed hash of its content, its source and its mapping; when the
import has reached the end of the file the portions go and ``import`` keeps when that was.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.errors import ImportRefused, StoreConflict, StoreUnavailable
from monitor.ops import log
from monitor.ops.import_report import Fate, Outcome
from monitor.store import Store

STATE = "import"
_DIGITS = 9
_PAGE = 500
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an import finds written down: when it began, the fates of the rows done, and whether it is a second one.

    ``finished`` is when the same file was last read to its end; ``interrupted`` whether an import of it has begun and
    not ended, which may have stored rows that are not among the fates.
    """

    started: datetime
    fates: tuple[Fate, ...] = field(default=(), repr=False)
    newest: datetime | None = None
    delays: Mapping[str, int] = field(default_factory=dict, repr=False)
    finished: datetime | None = None
    interrupted: bool = False


def fingerprint(path: Path, source: str, mapping: Mapping[str, str], sheet: str, key: bytes) -> str:
    """A keyed hash of the file's bytes and of how it is read: any other byte or column makes it another import."""
    digest = hmac.new(key, digestmod=hashlib.sha256)
    digest.update(repr((source, sorted(mapping.items()), sheet)).encode("utf-8", "surrogatepass"))
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()[:32]


class Journal:
    """The journal of one file. Its begin is kept to the millisecond: every store keeps times as exactly as that."""

    def __init__(self, store: Store, file: str) -> None:
        self._store, self._file = store, file
        self._kind = f"{STATE}.{file}"
        self._log = log.get("imports")

    def begin(self, now: datetime) -> Earlier:
        """Notes that the import begins, or finds the one that did not end. Raises ``StoreUnavailable``, and
        ``ImportRefused`` where another process begins at the same moment."""
        now = now.astimezone(UTC).replace(microsecond=now.microsecond // 1000 * 1000)
        state = self._store.get(STATE, self._file)
        finished = _moment(state.doc.get("finished")) if state is not None else None
        try:
            if state is None:
                self._store.create(STATE, self._file, _head(now, None))
                return Earlier(now)
            if not state.doc.get("open"):
                self._store.replace(STATE, self._file, _head(now, finished), state.version)
                return Earlier(now, finished=finished)
        except StoreConflict:
            raise ImportRefused("同一个文件正在由另一个程序导入", "等它结束后再看结果") from None
        return self._found(datetime.fromisoformat(str(state.doc["started"])), finished)

    def _found(self, started: datetime, finished: datetime | None) -> Earlier:
        fates: list[Fate] = []
        delays: dict[str, int] = {}
        newest: datetime | None = None
        after = ""
        while page := self._store.list_states(self._kind, after=after, limit=_PAGE):
            for state in page:
                # A portion that is missing (the store was away) ends what is known to be done.
                if int(state.id) != len(fates):
                    return Earlier(started, tuple(fates), newest, delays, finished, True)
                fates.extend(_fate(told) for told in state.doc["rows"])
                newest = max((t for t in (newest, _moment(state.doc.get("newest"))) if t), default=None)
                for bucket, n in state.doc["delays"].items():
                    delays[bucket] = delays.get(bucket, 0) + int(n)
            after = page[-1].id
        return Earlier(started, tuple(fates), newest, delays, finished, True)

    def note(self, first: int, fates: Sequence[Fate], newest: datetime | None, delays: Mapping[str, int]) -> None:
        """Writes a portion down that begins at the row ``first`` (from 0, as read). A store that is away is no reason
        to stop: then these rows are read again if the import is interrupted."""
        doc = {
            "rows": [[f.row, f.outcome.value, f.reason, f.detail] for f in fates],
            "newest": newest.isoformat() if newest else None,
            "delays": dict(delays),
        }
        try:
            self._store.create(self._kind, f"{first:0{_DIGITS}d}", doc)
        except StoreConflict:
            self._log.warning("import runs twice")
        except StoreUnavailable as error:
            self._log.warning("import progress not noted", code=error.code)

    def end(self, now: datetime, *, whole: bool) -> None:
        """The portions go. ``whole``: the file was read to its end, else it turned out to be damaged."""
        try:
            state = self._store.get(STATE, self._file)
            finished = now if whole else _moment(state.doc.get("finished")) if state else None
            if state is not None:
                self._store.replace(STATE, self._file, {**_head(now, finished), "open": False}, state.version)
            self._store.prune_states(self._kind, "~")
        except (StoreConflict, StoreUnavailable) as error:
            self._log.warning("import end not noted", code=error.code)


def _head(started: datetime, finished: datetime | None) -> dict[str, Any]:
    return {
        "started": started.isoformat(), "open": True, "finished": finished.isoformat() if finished else None
    }  # fmt: skip


def _fate(told: Sequence[Any]) -> Fate:
    row, outcome, reason, detail = told
    return Fate(int(row), Outcome(outcome), str(reason), str(detail))


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None
