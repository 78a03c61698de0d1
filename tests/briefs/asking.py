"""The real API over a store of a test, asked by somebody who may see everything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from api import create_app
from monitor.app import App, derive
from monitor.ops import people
from monitor.settings import Settings
from monitor.store import Spool, Store


@contextmanager
def asking(rules: Settings, kept: Store, now: datetime, folder: Path) -> Iterator[FlaskClient]:
    """A client with an administrator's token at the moment ``now``."""
    spool = Spool(folder / "spool.db", 1_000_000)
    app = App(settings=rules, folder=folder, store=kept, spool=spool, keys=derive(b"a secret"), clock=lambda: now)
    people.add(kept, "chief", people.Role.ADMIN, "correct horse battery", now)
    token = people.add_token(kept, "chief", "test", people.Role.ADMIN, now + timedelta(days=1), now)
    client = create_app(app).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    yield client
    spool.close()


def answer(api: FlaskClient, query: str) -> dict[str, Any]:
    """What the API says to a query that it must be able to answer."""
    response = api.get(query)
    assert response.status_code == 200, (query, response.get_data(as_text=True))
    found: dict[str, Any] = response.get_json()
    return found
