"""Wallboards: a code works once and for an hour, a screen until it is revoked; secrets are kept as hashes only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.ops import audit, walls
from monitor.ops.audit_search import search
from monitor.store import Store
from monitor.store.memory import MemoryStore
from monitor.store.sqlite import SqliteStore

NOW = datetime(2026, 11, 22, 23, 40, tzinfo=UTC)


@pytest.fixture
def store() -> Store:
    return MemoryStore()


def test_a_code_lets_one_screen_in_once(store: Store) -> None:
    code = walls.add(store, "值班室大屏", NOW, who="admin")
    assert walls.waiting(store, code, NOW) == "值班室大屏"
    opened = walls.open_(store, code.replace("-", " ").lower(), NOW)
    assert opened is not None and opened[0].name == "值班室大屏"
    assert walls.open_(store, code, NOW) is None and walls.waiting(store, code, NOW) is None
    assert walls.find(store, opened[1], NOW) == opened[0]
    assert walls.find(store, "x" * 43, NOW) is None and walls.find(store, "", NOW) is None


def test_a_code_ends_after_an_hour_even_over_midnight(store: Store) -> None:
    code = walls.add(store, "大厅", NOW)
    assert walls.waiting(store, code, NOW + timedelta(minutes=59)) == "大厅"
    assert walls.open_(store, code, NOW + timedelta(minutes=60)) is None
    late = walls.add(store, "大厅", NOW)
    assert walls.open_(store, late, NOW + timedelta(minutes=45)) is not None


def test_a_screen_lives_as_long_as_it_asks_and_until_it_is_revoked(store: Store) -> None:
    opened = walls.open_(store, walls.add(store, "大厅", NOW), NOW)
    assert opened is not None
    moment = NOW
    for _ in range(10):
        moment += timedelta(days=40)
        assert walls.find(store, opened[1], moment) is not None
    assert walls.find(store, opened[1], moment + walls.UNSEEN) is None
    assert walls.everyone(store)[0].lost(moment + walls.UNSEEN)
    walls.revoke(store, opened[0].id, moment)
    assert walls.revoke(store, opened[0].id, moment).revoked == moment
    assert walls.find(store, opened[1], moment) is None
    with pytest.raises(walls.WallError):
        walls.revoke(store, "0" * 8, moment)
    with pytest.raises(walls.WallError):
        walls.revoke(store, "", moment)


def test_no_code_or_secret_is_kept_and_everything_is_written_down(tmp_path: Path) -> None:
    file = tmp_path / "w.db"
    store = SqliteStore(file)
    store.init()
    code = walls.add(store, "大厅", NOW, who="admin")
    opened = walls.open_(store, code, NOW)
    assert opened is not None
    walls.revoke(store, opened[0].id, NOW, who="admin")
    did = [e.action for e in search(store, who="admin").entries]
    assert did == [audit.Action.WALL_REVOKED, audit.Action.WALL_OPENED, audit.Action.WALL_ADDED]
    store.close()
    kept = b"".join(part.read_bytes() for part in tmp_path.iterdir())
    for secret in (code, code.replace("-", ""), opened[1]):
        assert secret.encode() not in kept


@pytest.mark.parametrize("name", ["", " ", "<b>", "x" * 31, "a\nb"])
def test_a_name_is_one_that_can_stand_on_a_list(store: Store, name: str) -> None:
    with pytest.raises(walls.WallError):
        walls.add(store, name, NOW)


def test_the_log_finds_a_day_among_thousands_without_reading_them(store: Store) -> None:
    for hour in range(600):
        audit.record(store, f"u{hour % 3}", audit.Action.QUERY, f"/{hour}", NOW + timedelta(hours=hour))
    day = (NOW + timedelta(days=3)).date()
    found = search(store, day=day, limit=100)
    assert len(found.entries) == 24 and not found.more and found.looked_at < 30
    mine = search(store, who="u1", limit=5)
    assert [e.who for e in mine.entries] == ["u1"] * 5
    rest = search(store, who="u1", before=mine.more, limit=500)
    assert len(rest.entries) == 195 and not rest.more
    assert not search(store, action=audit.Action.PRUNE).entries
    assert not search(MemoryStore(), day=day).entries
