"""Every keeping, fresh for each test: memory, a SQLite file, and indices of a prefix of its own in Elasticsearch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from monitor.store.copying import Copyable
from monitor.store.elastic import ElasticStore
from monitor.store.memory import MemoryStore
from monitor.store.sqlite import SqliteStore
from tests.elastic.node import drop_indices

ENGINES = ["memory", "sqlite", pytest.param("elastic", marks=pytest.mark.elastic)]
NewStore = Callable[[], Copyable]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def new_store(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[NewStore]:
    """Makes fresh stores of the engine; all are closed and removed at the end."""
    if engine == "elastic":
        yield request.getfixturevalue("new_elastic")
        return
    stores: list[Copyable] = []

    def make() -> Copyable:
        made = MemoryStore() if engine == "memory" else SqliteStore(tmp_path / f"store{len(stores)}.db")
        stores.append(made)
        return made

    yield make
    for store in stores:
        store.close()


@pytest.fixture
def new_elastic(elastic_url: str) -> Iterator[NewStore]:
    """Makes stores of prefixes of their own in the real Elasticsearch."""
    stores: list[Copyable] = []
    run = f"t{uuid4().hex[:8]}"

    def make() -> Copyable:
        made = ElasticStore(elastic_url, prefix=f"{run}x{len(stores)}", timeout_s=30)
        stores.append(made)
        return made

    yield make
    for store in stores:
        store.close()
    drop_indices(elastic_url, run)


@pytest.fixture
def store(new_store: NewStore) -> Copyable:
    return new_store()


@pytest.fixture
def examples(engine: str) -> int:
    """How many examples a property test can afford: making indices takes Elasticsearch a fifth of a second."""
    return 3 if engine == "elastic" else 40
