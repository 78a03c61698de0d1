"""Times briefs of every kind over a store that benchmarks/big_store.py built.

    python benchmarks/brief_speed.py FOLDER [--day 2026-11-21] [--now 2026-11-22T09:00+08:00] [--repeat 3] [--pdf]

For each kind: seconds to make the brief from the store (``make``: the first time in this process and the best of all;
``make_cpu``: seconds of this process's CPU in the best), to render JSON and HTML from it, and with --pdf the PDF and
DOCX (the PDF's child process included). The first ``make`` has libraries and models to load. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from monitor.app import App, open_app  # noqa: E402
from monitor.briefs import BriefKind, make  # noqa: E402
from monitor.briefs.render import FORMATS  # noqa: E402
from monitor.briefs.types import Brief  # noqa: E402
from monitor.model import CHINA  # noqa: E402
from monitor.settings.watch import Watch, WatchSettings  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--day", default="2026-11-21")
    parser.add_argument("--now", default="2026-11-22T09:00+08:00")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--kinds", default="daily,weekly,monthly,topic,watch")
    parser.add_argument("--pdf", action="store_true")
    arguments = parser.parse_args()
    now = datetime.fromisoformat(arguments.now)
    with open_app(arguments.folder / "config", lambda: now) as app:
        day = date.fromisoformat(arguments.day)
        rows = {
            kind: _measured(app, BriefKind(kind), day, now, arguments.repeat, arguments.pdf)
            for kind in arguments.kinds.split(",")
        }
        records = app.store.stats().records
    public = sum(n for n in records.values() if isinstance(n, int))
    print(json.dumps({"public_records": public, "day": arguments.day, "seconds": rows}, indent=2))


def _measured(app: App, kind: BriefKind, day: date, now: datetime, repeat: int, pdf: bool) -> dict[str, float]:
    settings, subject = app.settings, ""
    if kind is BriefKind.TOPIC:
        subject = settings.topics.topic[0].name
    if kind is BriefKind.WATCH:
        names = tuple(t.name for t in settings.topics.topic[:4])
        begin = datetime(day.year, day.month, day.day, tzinfo=CHINA) - timedelta(days=13)
        window = Watch(id="bench", name="重点时段", begin=begin, end=begin + timedelta(days=30), topics=names)
        settings, subject = settings.model_copy(update={"watch": WatchSettings(watch=(window,))}), "bench"
    times, cpu = [], []
    for _ in range(repeat):
        used = time.process_time()
        seconds, brief = _timed(lambda: make(settings, app.store, kind, day, now, subject))
        times.append(seconds)
        cpu.append(time.process_time() - used)
    found = {"make_first": times[0], "make": min(times), "make_cpu": min(cpu)}
    for name in ("json", "html", *(("pdf", "docx") if pdf else ())):
        found[name] = _rendered(brief, name, 1 if name in ("pdf", "docx") else repeat)
    return {name: round(value, 3) for name, value in found.items()}


def _rendered(brief: Brief, name: str, repeat: int) -> float:
    return min(_timed(lambda: FORMATS[name](brief, "http://127.0.0.1"))[0] for _ in range(repeat))


def _timed(call: Callable[[], Brief | bytes]) -> tuple[float, Brief]:
    begin = time.perf_counter()
    value = call()
    return time.perf_counter() - begin, value  # type: ignore[return-value]


if __name__ == "__main__":
    main()
