"""The 媒体 pages, the coverage of a month and long exports over a large store. Prints JSON.

    python benchmarks/media_speed.py FOLDER [--rounds 5]

FOLDER is what ``benchmarks/big_store.py`` wrote. Requests go through the whole application (sign-in by token, audit,
rendering) in this process; milliseconds of CPU are told beside those of the clock, which a busy machine stretches.
``peak_mb`` of an export is what Python held at most while the file was read as it came; it must not grow with the rows.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flask.testing import FlaskClient  # noqa: E402

from api import create_app  # noqa: E402
from monitor import coverage  # noqa: E402
from monitor.app import App, open_app  # noqa: E402
from monitor.model import Kind  # noqa: E402
from monitor.ops import people  # noqa: E402
from monitor.ops.people import Role  # noqa: E402
from monitor.store import RecordQuery  # noqa: E402


def timed(work: Callable[[], Any], rounds: int) -> dict[str, float]:
    """Median milliseconds, and those of CPU, after a first go that is not counted."""
    work()
    spent = []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        spent.append((time.perf_counter() - wall, time.process_time() - cpu))
    return {
        "ms": round(1000 * statistics.median(s[0] for s in spent), 1),
        "cpu_ms": round(1000 * statistics.median(s[1] for s in spent), 1),
    }


def got(client: FlaskClient, path: str) -> Callable[[], bytes]:
    def ask() -> bytes:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.get_data()

    return ask


def exported(client: FlaskClient, path: str) -> dict[str, Any]:
    """Reads an export as it is sent."""
    tracemalloc.start()
    begin, cpu, size = time.perf_counter(), time.process_time(), 0
    answer = client.get(path, buffered=False)
    for part in answer.response:
        size += len(part)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    answer.close()
    return {
        "mb": round(size / 1e6, 1), "peak_mb": round(peak / 1e6, 1),
        "s": round(time.perf_counter() - begin, 1), "cpu_s_traced": round(time.process_time() - cpu, 1),
    }  # fmt: skip


def measured(app: App, rounds: int) -> dict[str, Any]:
    newest = app.store.find(RecordQuery(kinds=(Kind.NEWS,), limit=1)).records[0].published
    first = (newest.date().replace(day=1) - timedelta(days=1)).replace(day=1)
    token = people.add_token(app.store, "bench", "media", Role.READER, newest + timedelta(days=3650), newest)
    client = create_app(app).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    last = newest.date().replace(day=1) - timedelta(days=1)
    pages = {
        "/articles": "/articles",
        "/articles, a common word": f"/articles?q={quote('居民')}",
        "/articles, best first": f"/articles?q={quote('停水')}&order=best",
        "/api/v1/articles": "/api/v1/articles?limit=20",
        "/api/v1/coverage, a month": f"/api/v1/coverage?since={first}&until={last}",
        "/board, a word": f"/board?q={quote('停水')}",
    }
    return {
        "requests": {name: timed(got(client, path), rounds) for name, path in pages.items()},
        "coverage of a day": timed(lambda: coverage.span(app.store, app.settings, last, last), rounds),
        "coverage of a month": timed(lambda: coverage.span(app.store, app.settings, first, last), rounds),
        "coverage of a month and the one before": timed(lambda: coverage.month(app.store, app.settings, first), rounds),
        "exports": {
            f"articles.{form}, {days} days": exported(
                client, f"/api/v1/exports/articles.{form}?since={newest.date() - timedelta(days=days)}"
            )
            for form in ("csv", "xlsx")
            for days in (15, 150)
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with open_app(options.folder / "config") as app:
        app.store.init()
        print(json.dumps(measured(app, options.rounds), ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
