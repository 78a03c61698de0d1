"""Which record a page of news has already, whichever source read it first.

A story comes in by its outlet's feed and by its front page: the second reading is no second article. It is counted as a
duplicate, and gives the first one its place on the front page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from monitor.errors import StoreUnavailable
from monitor.intake.pages import page_of
from monitor.model import AnyRecord, Article, Change, Fetched, Kind
from monitor.store import RecordQuery, Store

DAYS = 14
"""How far back the same page is recognised in another source."""
_KINDS = (Kind.NEWS, Kind.OFFICIAL)


class Pages:
    """Pages of the last days by address, read from the store when first asked for. Not shared between threads."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._known: dict[tuple[Kind, str], tuple[str, str]] | None = None

    def of_other(self, item: Fetched) -> str | None:
        """The id of the record that another source has of the item's page."""
        held = self._held(item)
        return held[0] if held is not None and held[1] != item.source else None

    def note(self, records: Iterable[AnyRecord]) -> None:
        """Notes the pages of records that are kept now."""
        for record in records:
            if isinstance(record, Article) and self._known is not None and (page := page_of(record.url)):
                self._known.setdefault((record.kind, page), (record.id, record.source))

    def place(self, id: str, rank: int | None, at: datetime) -> None:
        """Gives a record a place on a front page or a hot list; its better one stays. Raises ``StoreUnavailable``."""
        record = self._store.get_record(id) if rank is not None else None
        if isinstance(record, Article) and (record.rank is None or rank is None or rank < record.rank):
            self._store.revise(id, Change(at=at, title=None, text=None, rank=rank))

    def id_of(self, item: Fetched, own: str) -> str:
        """The id of the record that has an item's page; ``own`` where no other source has it."""
        held = self._held(item)
        return held[0] if held is not None else own

    def _held(self, item: Fetched) -> tuple[str, str] | None:
        page = page_of(item.url) if item.kind in _KINDS else ""
        known = self._pages() if page else None
        return known.get((item.kind, page)) if known is not None else None

    def _pages(self) -> dict[tuple[Kind, str], tuple[str, str]] | None:
        if self._known is None:
            since = self._clock() - timedelta(days=DAYS)
            try:
                found = self._store.outlines(RecordQuery(kinds=_KINDS, since=since))
            except StoreUnavailable:
                return None  # what cannot be asked now is asked at the next text
            self._known = {}
            for article in found:
                if page := page_of(article.url):
                    self._known.setdefault((article.kind, page), (article.id, article.source))
        return self._known
