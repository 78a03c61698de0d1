"""Pages a second of article extraction beside trafilatura's fast mode, on the 60 real saved pages. Prints JSON.

    python benchmarks/extract_speed.py [--rounds 3]

Needs ../shared/data. Both are given the same bytes in turns, single-threaded; trafilatura gives text and metadata, as
ours does. ``right`` counts pages whose title and day are those read by eye (tests/crawlers/real_pages.json).
"""

from __future__ import annotations

import argparse
import json
import statistics
import tarfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT.parent / "shared" / "data" / "pages" / "news_pages.tar.xz"
SEEN = datetime(2020, 10, 31, tzinfo=UTC)
Read = Callable[[bytes], tuple[str, str | None, int]]


def ours(body: bytes) -> tuple[str, str | None, int]:
    from crawlers.extract import extract
    from monitor.model import CHINA

    page = extract(body, seen=SEEN)
    return page.title, page.published.astimezone(CHINA).strftime("%Y-%m-%d") if page.published else None, len(page.text)


def peer(body: bytes) -> tuple[str, str | None, int]:
    from trafilatura import bare_extraction

    found = bare_extraction(body, fast=True, with_metadata=True, include_comments=False)
    return (found.title or "", found.date, len(found.text or "")) if found else ("", None, 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    if not PAGES.is_file():
        raise SystemExit(f"the saved pages are not beside the checkout: {PAGES.name}")
    with tarfile.open(PAGES) as tar:
        files = [(m.name.split("/", 1)[1], tar.extractfile(m)) for m in tar.getmembers() if m.name.endswith(".html")]
        bodies = {name: file.read() for name, file in files if file is not None}
    gold = json.loads((ROOT / "tests" / "crawlers" / "real_pages.json").read_text(encoding="utf-8"))
    readers: dict[str, Read] = {"yuqing": ours, "trafilatura_fast": peer}
    rates: dict[str, list[float]] = {name: [] for name in readers}
    right: dict[str, dict[str, int]] = {}
    for name, read in readers.items():
        found = {page: read(body) for page, body in bodies.items()}
        right[name] = {
            "title": sum(found[page][0] == title for page, (title, _) in gold.items()),
            "day": sum(found[page][1] == day for page, (_, day) in gold.items()),
        }
    for _ in range(rounds):
        for name, read in readers.items():
            begun = time.perf_counter()
            for body in bodies.values():
                read(body)
            rates[name].append(len(bodies) / (time.perf_counter() - begun))
    medians = {name: statistics.median(values) for name, values in rates.items()}
    ratio = medians["yuqing"] / medians["trafilatura_fast"]
    report = {
        "pages": len(bodies),
        "pages_per_s": {name: round(rate, 1) for name, rate in medians.items()},
        "ratio": round(ratio, 2),
        "right": right,
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
