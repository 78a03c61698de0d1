"""Text F1, title, day and kind of article extraction beside trafilatura, on the saved pages. Prints JSON.

    python benchmarks/extract_quality.py

Needs ../shared/data. The gold (tests/crawlers/real_pages.json, real_texts.json) was read by us from the pages' sources:
the element that holds the article, without bylines, editors' lines, links to more and legal lines. It holds sketches,
no texts. Both are given the same bytes; trafilatura in its fast and its default mode. Intervals are 95 % (bootstrap
over pages).
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from crawlers.evaluate import f1
from crawlers.extract import extract
from monitor.analysis.evaluate import interval
from monitor.model import CHINA

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data" / "pages"
SEEN = datetime(2020, 10, 31, tzinfo=UTC)
Read = Callable[[bytes], tuple[str, str, str | None]]


def ours(body: bytes) -> tuple[str, str, str | None]:
    page = extract(body, seen=SEEN)
    return page.text, page.title, page.published.astimezone(CHINA).strftime("%Y-%m-%d") if page.published else None


def peer(fast: bool) -> Read:
    from trafilatura import bare_extraction

    def read(body: bytes) -> tuple[str, str, str | None]:
        found = bare_extraction(body, fast=fast, with_metadata=True, include_comments=False)
        return (found.text or "", found.title or "", found.date) if found else ("", "", None)

    return read


def pages(archive: str) -> dict[str, bytes]:
    with tarfile.open(DATA / f"{archive}.tar.xz") as tar:
        files = [(m.name.split("/", 1)[1], tar.extractfile(m)) for m in tar.getmembers() if m.name.endswith(".html")]
        return {name: file.read() for name, file in files if file is not None}


def main() -> None:
    if not DATA.is_dir():
        raise SystemExit(f"the saved pages are not beside the checkout: {DATA.name}")
    files = [ROOT / "tests" / "crawlers" / f"real_{name}.json" for name in ("pages", "texts")]
    facts, gold = (json.loads(file.read_text(encoding="utf-8")) for file in files)
    bodies = pages("news_pages")
    readers: dict[str, Read] = {"yuqing": ours, "trafilatura_fast": peer(True), "trafilatura_default": peer(False)}
    report: dict[str, object] = {"pages": len(gold)}
    for name, read in readers.items():
        found = {page: read(bodies[page]) for page in gold}
        scores = [f1(g["sketch"], found[page][0]) for page, g in gold.items()]
        report[name] = {
            "text_f1": interval(len(scores), lambda i, s=scores: float(sum(s[k] for k in i) / len(i))),  # type: ignore[misc]
            "text_f1_lowest": round(min(scores), 3),
            "title": sum(found[page][1] == title for page, (title, _) in facts.items()),
            "day": sum(found[page][2] == day for page, (_, day) in facts.items()),
        }
    kinds = [extract(b, seen=SEEN).kind.value == "article" for b in bodies.values()]
    lists = [extract(b, seen=SEEN).kind.value == "list" for b in pages("list_pages").values()]
    report["kind_right"] = {"articles": f"{sum(kinds)}/{len(kinds)}", "lists": f"{sum(lists)}/{len(lists)}"}
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
