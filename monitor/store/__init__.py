"""The store: one contract, three keepings (memory, SQLite, Elasticsearch), and the spool for when it is away.

Importing this room loads no database library; ``open_store`` loads the one that is configured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from monitor.store.contract import (
    Added,
    Bucket,
    CellQuery,
    Doc,
    FacetQuery,
    Head,
    Order,
    Outline,
    Page,
    Purged,
    Question,
    RecordQuery,
    StateDoc,
    Store,
    StoreStats,
)
from monitor.store.counted import CountedStore
from monitor.store.replay import Replayed
from monitor.store.spool import Spool

if TYPE_CHECKING:
    from monitor.settings import Settings

__all__ = [
    "Added",
    "Bucket",
    "CellQuery",
    "Doc",
    "FacetQuery",
    "Head",
    "Order",
    "Outline",
    "Page",
    "Purged",
    "Question",
    "RecordQuery",
    "Replayed",
    "Spool",
    "StateDoc",
    "Store",
    "StoreStats",
    "open_store",
]


def open_store(settings: Settings) -> Store:
    """The configured store. Never raises because the store is away: its methods do, when they are used."""
    return cast("Store", CountedStore(_opened(settings)))


def _opened(settings: Settings) -> Store:
    chosen = settings.service.store
    if chosen.engine == "elastic":
        from monitor.store.elastic import ElasticStore

        return ElasticStore(
            chosen.url,
            prefix=chosen.prefix,
            user=chosen.user,
            password=chosen.password.get_secret_value(),
            api_key=chosen.api_key.get_secret_value(),
            ca_file=chosen.ca_file,
            timeout_s=chosen.timeout_s,
        )
    if chosen.engine == "memory":
        from monitor.store.memory import MemoryStore

        return MemoryStore()
    from monitor.store.sqlite import SqliteStore

    return SqliteStore(settings.data_file(chosen.path), timeout_s=chosen.timeout_s)
