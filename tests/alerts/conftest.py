from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.store import Store, open_store
from tests.alerts.desk import Writer, settings_of
from tests.alerts.sink import Sink, smtp_sink


@pytest.fixture
def sink() -> Iterator[Sink]:
    with smtp_sink() as server:
        yield server


@pytest.fixture
def writer() -> Writer:
    return Writer()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The default store. That the others keep the same contract is tested in tests/store."""
    opened = open_store(settings_of(tmp_path, engine="sqlite"))
    opened.init()
    yield opened
    opened.close()
