"""Documents of briefs as they are downloaded: set once for each content and format, bounded in memory and in number.

A PDF takes seconds of a processor, and a content never changes: what has been set is kept for the next reader, and of
many who ask at once one waits for it to be set while the others wait for that one.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict

from flask import current_app

from monitor.briefs.codec import to_json
from monitor.briefs.render import FORMATS
from monitor.briefs.types import Brief
from monitor.errors import YuqingError

EXTENSION = "brief_documents"
MOST_BYTES = 32_000_000
_AT_ONCE = 2
"""Documents that are set at the same moment; more would starve the pages."""
_PATIENCE_S = 20.0
"""How long a request waits for others' documents before it is told to come again: threads are few."""


class Busy(YuqingError):
    """Too many documents are being set at this moment."""

    code = "documents_busy"

    def __init__(self) -> None:
        super().__init__("正在生成的文件太多", "过半分钟再下载；网页版随时可看")


class Documents:
    """The documents that were asked for last. Safe to use from many threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        self._setting: dict[str, threading.Lock] = {}
        self._room = threading.BoundedSemaphore(_AT_ONCE)

    def get(self, brief: Brief, format: str, base: str) -> bytes:
        """The document; raises what the renderer raises (``PdfFailed``), and ``Busy`` where others take too long."""
        told = json.dumps([format, base, to_json(brief)], ensure_ascii=False, sort_keys=True)
        key = hashlib.sha256(told.encode()).hexdigest()
        with self._lock:
            mine = self._setting.setdefault(key, threading.Lock())
        if not mine.acquire(timeout=_PATIENCE_S):
            raise Busy()
        try:
            return self._known(key) or self._made(key, brief, format, base)
        finally:
            mine.release()
            with self._lock:
                self._setting.pop(key, None)

    def _known(self, key: str) -> bytes | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _made(self, key: str, brief: Brief, format: str, base: str) -> bytes:
        if not self._room.acquire(timeout=_PATIENCE_S):
            raise Busy()
        try:
            made = FORMATS[format](brief, base)
        finally:
            self._room.release()
        with self._lock:
            self._kept[key] = made
            self._size += len(made)
            while self._size > self._most:
                _, old = self._kept.popitem(last=False)
                self._size -= len(old)
        return made


def documents() -> Documents:
    """Those of this application."""
    known: Documents = current_app.extensions.setdefault(EXTENSION, Documents())
    return known
