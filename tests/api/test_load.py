"""The builder of large stores and the load benchmark, at a size that takes seconds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.model import ALL_TOPICS, Kind
from monitor.settings import load
from monitor.store import CellQuery, RecordQuery, Store, open_store
from tests.conftest import ROOT

RECORDS = 3_000
UNTIL = "2026-11-22T09:00+08:00"


def run(*command: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, timeout=200, env={**os.environ}
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, object] = json.loads(done.stdout[done.stdout.index("{") :])
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("big")
    told = run("benchmarks/big_store.py", str(made), "--records", str(RECORDS), "--days", "30", "--until", UNTIL)
    assert told["records"] == RECORDS
    return made


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    opened = open_store(load(folder / "config"))
    yield opened
    opened.close()


def test_the_builder_makes_what_a_district_has(store: Store, folder: Path) -> None:
    assert len(load(folder / "config").topics.topic) == 40
    messages = store.find(RecordQuery(kinds=(Kind.BOARD,), limit=200)).records
    assert any(m.reply and m.reply.department for m in messages) and any(m.reply is None for m in messages)
    assert any(m.labels.event for m in messages) and any(m.labels.places for m in messages)
    assert store.count(RecordQuery(text="小区")) != 0
    newest = store.find(RecordQuery(kinds=(Kind.NEWS,), limit=200)).records
    assert any(a.labels.reprint_of for a in newest)
    assert max(m.published for m in messages).isoformat() < UNTIL


def test_its_cells_count_every_record_once(store: Store) -> None:
    newest = store.find(RecordQuery(limit=1)).records[0].published
    oldest = store.find(RecordQuery(limit=5000)).records[-1].published
    from datetime import timedelta

    cells = store.cells(CellQuery(since=oldest - timedelta(hours=1), until=newest + timedelta(hours=1)))
    total = sum(c.n if isinstance(c.n, int) else c.n.for_rules() for c in cells if c.topic == ALL_TOPICS)
    assert total == RECORDS


def test_the_same_arguments_build_the_same_records(tmp_path: Path, store: Store) -> None:
    run("benchmarks/big_store.py", str(tmp_path), "--records", str(RECORDS), "--days", "30", "--until", UNTIL)
    other = open_store(load(tmp_path / "config"))
    try:
        query = RecordQuery(limit=5000)
        assert other.find(query).records == store.find(query).records
    finally:
        other.close()


def test_the_load_benchmark_measures_every_target_beside_the_constant(folder: Path) -> None:
    told = run("benchmarks/api_load.py", str(folder / "config"), "--clients", "4", "--seconds", "0.2", "--rounds", "1")
    targets = told["targets"]
    assert isinstance(targets, dict)
    assert set(targets) == {"constant", "healthz", "overview", "trends", "trends_hourly", "today_page"}
    assert all(t["answers"] >= 4 and t["p95_ms"] >= t["p50_ms"] > 0 for t in targets.values())
    assert targets["constant"]["p95_ratio"] == 1
