"""``yuqing store``: what an operator sees."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.model import Kind
from monitor.store import RecordQuery
from monitor.store.elastic import ElasticStore
from monitor.store.sqlite import SqliteStore
from tests.elastic.node import drop_indices
from tests.store import made

ROOT = Path(__file__).resolve().parents[2]
YUQING = "import sys; from monitor.cli import main; sys.argv[0] = 'yuqing'; main()"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "service.toml").write_text(f'data = "{tmp_path / "data"}"\n', encoding="utf-8")
    (folder / "district.toml").write_text('name = "示例区"\ncity = "示例市"\nprovince = "示例省"\n', encoding="utf-8")
    store = SqliteStore(tmp_path / "data" / "yuqing.db")
    store.add([made.post(f"p{i}") for i in range(23)])
    store.add([made.message(f"m{i}") for i in range(3)])
    store.add([made.message(f"w{i}") for i in range(2)])
    assert store.withdraw("w0", made.NOON, uncount=False) and store.withdraw("w1", made.NOON, uncount=False)
    store.create("alert", "a", {"级别": 1})
    store.close()
    return folder


def yuqing(config: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", YUQING, "store", *words, "--config", str(config)]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, env={**os.environ, "COLUMNS": "100"}
    )


def test_init_says_that_the_store_can_be_used(config: Path) -> None:
    for _ in range(2):
        done = yuqing(config, "init")
        assert (done.returncode, done.stderr) == (0, "存储可用：sqlite\n")


def test_stats_show_posts_only_as_released_figures(config: Path) -> None:
    done = yuqing(config, "stats")
    assert done.returncode == 0
    assert "约25" in done.stdout and "23" not in done.stdout
    assert "留言" in done.stdout and "状态：alert" in done.stdout and "留言（已撤回）" in done.stdout
    found = json.loads(yuqing(config, "stats", "--json").stdout)
    assert found["records"]["post"] == {"value": 25, "text": "25", "rounded_to": 5, "suppressed": False}
    assert (found["records"]["board"], found["states"], found["engine"]) == (3, {"alert": 1}, "sqlite")
    assert found["withdrawn"] == {"board": 2}


def test_copy_to_sqlite_takes_everything(config: Path, tmp_path: Path) -> None:
    done = yuqing(config, "copy", "--to-sqlite", str(tmp_path / "copy.db"))
    assert done.returncode == 0, done.stderr
    assert "复制完成" in done.stderr and "26" not in done.stderr
    copy = SqliteStore(tmp_path / "copy.db")
    assert len(copy.find(RecordQuery(limit=100)).records) == 26
    assert len(copy.find(RecordQuery(limit=100, withdrawn=True)).records) == 2
    assert copy.get("alert", "a") is not None
    copy.close()


@pytest.mark.elastic
def test_copy_to_elasticsearch_takes_everything(config: Path, elastic_url: str) -> None:
    prefix = f"copy{os.getpid()}"
    try:
        done = yuqing(config, "copy", "--to-elastic", elastic_url, "--prefix", prefix)
        assert done.returncode == 0, done.stderr
        copy = ElasticStore(elastic_url, prefix=prefix)
        assert len(copy.find(RecordQuery(limit=100)).records) == 26
        assert copy.count(RecordQuery(kinds=(Kind.BOARD,))) == 3
        copy.close()
    finally:
        drop_indices(elastic_url, prefix)


@pytest.mark.parametrize("words", [(), ("--to-sqlite", "x.db", "--to-elastic", "http://127.0.0.1:1")])
def test_copy_wants_exactly_one_target(config: Path, words: tuple[str, ...]) -> None:
    done = yuqing(config, "copy", *words)
    assert done.returncode == 2
    assert "--to-sqlite" in done.stderr


def test_a_store_that_is_away_is_an_error_with_a_hint(config: Path, tmp_path: Path) -> None:
    done = yuqing(config, "copy", "--to-sqlite", str(config / "service.toml" / "x.db"))
    assert done.returncode == 1
    assert "错误：" in done.stderr and "提示：" in done.stderr and "Traceback" not in done.stderr
