"""A filled district behind a real server, and clients that are signed in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.app import App
from monitor.ops import people
from monitor.ops.people import Role
from tests.api import district
from tests.api.client import Client, serving


@pytest.fixture(scope="module")
def clock() -> district.Hands:
    return district.Hands()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, clock: district.Hands) -> Iterator[App]:
    with district.opened(tmp_path_factory.mktemp("district"), clock) as opened:
        district.fill(opened)
        yield opened


@pytest.fixture(scope="module")
def port(app: App) -> Iterator[int]:
    with serving(app) as bound:
        yield bound


@pytest.fixture(scope="module")
def tokens(app: App) -> dict[str, str]:
    expires = district.NOW + timedelta(days=1)
    return {r.value: people.add_token(app.store, r.value, "test", r, expires, district.NOW) for r in Role}


@pytest.fixture
def anonymous(port: int) -> Client:
    return Client(port)


@pytest.fixture
def reader(port: int, tokens: dict[str, str]) -> Client:
    return Client(port, tokens["reader"])


@pytest.fixture
def duty(port: int, tokens: dict[str, str]) -> Client:
    return Client(port, tokens["duty"])


@pytest.fixture
def admin(port: int, tokens: dict[str, str]) -> Client:
    return Client(port, tokens["admin"])


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[App]:
    with district.opened(tmp_path, district.Hands()) as opened:
        yield opened
