"""An archive of many years of briefs: how long its pages and a step at the desk take, over HTTP and SQLite.

``python benchmarks/brief_archive.py [--years 10]`` keeps every daily, weekly and monthly brief of that time and fifty
topic briefs a year, each with every kind of block, then asks the real server as a duty officer does. JSON out.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from monitor.app import App
from monitor.briefs import desk
from monitor.briefs.codec import to_json
from monitor.briefs.desk import keeping, life
from monitor.briefs.desk.actions import Change
from monitor.briefs.desk.types import Outline
from monitor.ops import log, people
from monitor.ops.people import Role
from tests.api import district
from tests.api.client import Client, serving
from tests.briefs.samples import sample

TIMES = 15


def fill(app: App, years: int) -> int:
    """Keeps everything as issued; past the audit log, which is measured elsewhere."""
    base, last = sample("daily"), district.NOW.date() - timedelta(days=1)
    made = 0
    for back in range(years * 365):
        day = last - timedelta(days=back)
        wanted = [("daily", "")]
        wanted += [("weekly", "")] if day.weekday() == 6 else []
        wanted += [("monthly", "")] if (day + timedelta(days=1)).day == 1 else []
        wanted += [("topic", f"t{back % 9}")] if back % 7 == 3 else []
        for kind, slug in wanted:
            number = None if kind == "topic" else back + 1
            brief = replace(base, kind=kind, slug=slug, day=day, number=number)
            content, outline = keeping.keep(app.store, brief), Outline.of(brief)
            edition = life.made(brief.id, content, outline, "service", district.NOW)
            keeping.create(app.store, life.issued(edition, content, outline, "", "service", district.NOW))
            made += 1
    return made


def spent(job: Callable[[], Any]) -> dict[str, float]:
    """Milliseconds: median and the slowest of ``TIMES``."""
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        job()
        times.append((time.perf_counter() - began) * 1000)
    return {"median_ms": round(statistics.median(times), 1), "slowest_ms": round(max(times), 1)}


def measure(app: App, years: int) -> dict[str, Any]:
    token = people.add_token(app.store, "duty", "b", Role.DUTY, district.NOW + timedelta(days=1), district.NOW)
    oldest = f"daily.{district.NOW.date() - timedelta(days=years * 365)}"
    newest = f"daily.{district.NOW.date() - timedelta(days=1)}"
    with serving(app) as port:
        client = Client(port, token)

        def get(path: str) -> None:
            reply = client.get(path)
            assert reply.status == 200, (path, reply.status)

        asked = {
            "first page": "/briefs", "one month": f"/briefs?month={district.NOW.year - years + 1}-03",
            "one day": f"/briefs?day={oldest[6:]}", "topic briefs": "/briefs?kind=topic",
            "monthly briefs": "/briefs?kind=monthly", "last page": f"/briefs?before={oldest}",
            "one brief, with its desk": f"/briefs/{newest}", "page of the words": f"/briefs/{newest}/edit",
            "HTML document": f"/api/v1/briefs/{newest}/document", "nothing found": "/briefs?kind=watch",
        }  # fmt: skip
        found: dict[str, Any] = {name: spent(lambda p=path: get(p)) for name, path in asked.items()}  # type: ignore[misc]
    notes = iter(range(1000))
    kept: list[tuple[str, ...]] = [()]

    def edit() -> None:
        new = (f"第一次提醒{'。' * (next(notes) % 7 + 1)}",)
        desk.edit(app.store, newest, Change(note=(kept[-1], new)), "zhang", district.NOW)
        kept.append(new)

    found["an edit kept"] = spent(edit)
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--years", type=int, default=10)
    years = parser.parse_args().years
    log.configure("WARNING")
    with tempfile.TemporaryDirectory() as folder, district.opened(Path(folder), district.Hands()) as app:
        for name in ("reader", "duty"):
            people.add(app.store, name, Role(name), district.PASSWORD, district.NOW)
        began = time.perf_counter()
        made = fill(app, years)
        seconds = time.perf_counter() - began
        report = {
            "briefs": made, "bytes_each": len(json.dumps(to_json(sample("daily")), ensure_ascii=False).encode()),
            "kept_ms": round(1000 * seconds / made, 1), "pages": measure(app, years),
        }  # fmt: skip
    print(json.dumps(report, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
