"""A whole service folder for crawl tests: configuration, the real child process, and what it kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from monitor.model import AnyRecord
from monitor.settings import load
from monitor.store import RecordQuery, Store, open_store

ROOT = Path(__file__).resolve().parents[2]

TOPICS = """
[[topic]]
name = "供水保障"
official = "城乡建设"
department = "区水务局"
terms = ["停水", "供水"]
"""


@dataclass(frozen=True)
class Crawled:
    """What a crawl said: the runs it printed, its exit code, its log, and everything else it wrote on its outputs."""

    runs: dict[str, dict[str, Any]]
    code: int
    log: str

    def only(self) -> dict[str, Any]:
        (run,) = self.runs.values()
        return run


class Desk:
    def __init__(self, folder: Path) -> None:
        self.config = folder / "config"
        self.data = folder / "data"
        self.config.mkdir()
        self.configure([])

    def configure(
        self, sources: list[dict[str, Any]], crawl: Mapping[str, Any] | None = None, service: str = "", **store: Any
    ) -> None:
        """Local sources without delay unless they say otherwise; the district trusts them."""
        defaults = {"kind": "news", "adapter": "rss", "local": True, "trusted": True, "delay_s": 0}
        blocks = [_table("[source]", {"name": s["id"], **defaults, **s}) for s in sources]
        (self.config / "sources.toml").write_text("\n".join(blocks), encoding="utf-8")
        (self.config / "district.toml").write_text(
            'name = "示例区"\ncity = "示例市"\nprovince = "示例省"\n', encoding="utf-8"
        )
        (self.config / "topics.toml").write_text(TOPICS, encoding="utf-8")
        limits = {"timeout_s": 5, "max_bytes": 200_000, "run_limit_s": 60, **(crawl or {})}
        parts = [f"data = {json.dumps(str(self.data))}\n{service}", _table("crawl", limits), _table("store", store)]
        parts.append(_table("analysis", {"late_days": 4000}))
        (self.config / "service.toml").write_text("\n".join(parts), encoding="utf-8")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "crawlers", "--config", str(self.config), *arguments]
        environment = {**os.environ, "PYTHONWARNINGS": "error::DeprecationWarning:crawlers"}
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def crawl(self, *arguments: str, timeout: float = 60) -> Crawled:
        with self.start(*arguments) as child:
            out, log = child.communicate(timeout=timeout)
        runs = [json.loads(line) for line in out.splitlines()]
        return Crawled({run["source"]: run for run in runs}, child.returncode, log)

    @contextmanager
    def store(self) -> Iterator[Store]:
        store = open_store(load(self.config))
        try:
            yield store
        finally:
            store.close()

    def records(self) -> list[AnyRecord]:
        with self.store() as store:
            return all_records(store)

    def written(self) -> dict[str, bytes]:
        """Every file of the service's data folder."""
        return {str(p.relative_to(self.data)): p.read_bytes() for p in self.data.rglob("*") if p.is_file()}


def all_records(store: Store, *, withdrawn: bool = False) -> list[AnyRecord]:
    found: list[AnyRecord] = []
    query = RecordQuery(limit=200, withdrawn=withdrawn)
    while True:
        page = store.find(query)
        found.extend(page.records)
        if not page.cursor:
            return found
        query = replace(query, cursor=page.cursor)


def _table(name: str, values: Mapping[str, Any]) -> str:
    return f"[{name}]\n" + "".join(f"{key} = {_value(value)}\n" for key, value in values.items())


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k} = {_value(v)}" for k, v in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)
