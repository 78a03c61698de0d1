"""Fixtures that every room's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.elastic.fixture import elastic_node, elastic_url  # noqa: F401 - fixtures for every room

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The development data beside the checkout; skips where it is absent (it may not be redistributed)."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the development data is not beside the checkout ({folder.name} folder of shared/ is absent)")
    return folder
