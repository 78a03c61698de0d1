"""How pages looked when they were last read: fingerprints and validators, nothing of their words.

A fingerprint is a keyed hash of what a page says, so that the next reading tells whether it says the same. Counters of
readers are left out of it. It is worth nothing once the reading itself has changed (a new version of this program,
other rules of the source): ``reader`` names the reading, and a page that was read by another is looked at afresh.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from monitor.model import Fetched
from monitor.settings.types import Source
from monitor.store import Store

STATE_LOOK = "look"
"""Looks of one source are state documents of kind ``look.<source>``; their ids begin with the time."""
KEEP_DAYS = 62
"""Longer than the last step of any re-visit."""
_PAGE = 1000
_PART = 200
_COUNTER = re.compile(
    r"(?:阅读|浏览|点击|访问|评论|点赞|转发|收藏|分享|回复|查看)(?:量|数|次数|人数)?[:：\s]*\d+\s*(?:次|人|条)?"
    r"|\d+\s*(?:次|人|条)?(?:阅读|浏览|点击|访问|评论|点赞|查看)|\d+\s*(?:秒|分钟|小时|天)前|刚刚"
)
_CODE = ("extract.py", "adapters", "page")


@dataclass(frozen=True, slots=True)
class Look:
    """``title`` and ``text`` are fingerprints. ``version`` is that of what the list said of the page's state."""

    title: str = ""
    text: str = ""
    reader: str = ""
    version: str = ""
    etag: str = ""
    modified: str = ""

    def same_words(self, other: Look) -> bool:
        return (self.title, self.text) == (other.title, other.text)


class Looks:
    """The looks of one source's pages, by the ledger's hash of the page."""

    def __init__(self, source: str, key: bytes) -> None:
        self._kind = f"{STATE_LOOK}.{source}"
        self._key = key
        self._known: dict[str, Look] = {}
        self._fresh: dict[str, Look] = {}

    def load(self, store: Store, now: datetime) -> None:
        store.prune_states(self._kind, stamp(now - timedelta(days=KEEP_DAYS)))
        after = ""
        while True:
            states = store.list_states(self._kind, after=after, limit=_PAGE)
            for state in states:
                self._known.update((page, Look(*told)) for page, told in state.doc["looks"].items())
            if len(states) < _PAGE:
                return
            after = states[-1].id

    def of(self, page: str) -> Look | None:
        return self._known.get(page)

    def note(self, looks: Mapping[str, Look]) -> None:
        """Keeps looks that are new or changed; they are written down by the next ``flush``."""
        for page, look in looks.items():
            if self._known.get(page) != look:
                self._known[page] = self._fresh[page] = look

    def flush(self, store: Store, now: datetime) -> None:
        while self._fresh:
            part = dict(list(self._fresh.items())[:_PART])
            told = {page: [x.title, x.text, x.reader, x.version, x.etag[:200], x.modified] for page, x in part.items()}
            store.create(self._kind, f"{stamp(now)}.{secrets.token_hex(6)}", {"looks": told})
            for page in part:
                del self._fresh[page]

    def words(self, items: Iterable[Fetched], reader: str) -> Look:
        """The look of what a page says: of one item, or of all posts of a thread together."""
        told = list(items)
        answers = [f"{i.reply.text}\0{i.reply.department}" for i in told if i.reply is not None]
        texts = [_COUNTER.sub("", "".join(i.text.split())) for i in told]
        return Look(self.print(*(i.title for i in told)), self.print(*texts, *answers), reader)

    def print(self, *parts: str) -> str:
        mac = hmac.digest(self._key, "\0".join(("look", *parts)).encode("utf-8", "surrogatepass"), "sha256")
        return base64.urlsafe_b64encode(mac[:9]).decode("ascii")


def reader_of(source: Source) -> str:
    """Names how pages of a source are read: by this program's code and the source's rules."""
    told = (source.adapter, source.kind, source.follow, source.list, source.page, source.api, source.paper)
    rules = "".join(str(part) for part in told)
    return hashlib.sha256((_code() + rules).encode()).hexdigest()[:8]


def stamp(now: datetime) -> str:
    """The beginning of an id by which documents are in the order of time."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S%f}"


@cache
def _code() -> str:
    here = Path(__file__).parent
    files = [
        f for name in _CODE for f in ([here / name] if name.endswith(".py") else sorted((here / name).glob("*.py")))
    ]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
