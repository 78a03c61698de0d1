"""How well the purpose limit (S4) tells public-service matters from general posts. Prints JSON.

    python benchmarks/public_service.py DATA

DATA is the development data folder. Civic messages that the training did not see must pass (title and body together
and each alone), posts of the general track that it did not see (the odd rows) must not. Our own everyday sentences of
tests/analysis/gold show how it transfers to short posts. Intervals are the 95 % Wilson intervals.
"""

from __future__ import annotations

import gzip
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitor.analysis.topics import model

GOLD = Path(__file__).resolve().parent.parent / "tests/analysis/gold/public_service.jsonl"


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def passed(texts: list[str]) -> dict[str, float | int]:
    hits = sum(score.public_service >= model().threshold for score in model().score(texts))
    n, p, z = len(texts), hits / len(texts), 1.96
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return {"texts": n, "share": round(p, 4), "low": round(middle - half, 4), "high": round(middle + half, 4)}


def main() -> None:
    data = Path(sys.argv[1])
    # The training takes every fourth message and the even posts; the odd ones are not among them.
    letters = list(rows(data / "civic/messages.jsonl.gz"))[1::2]
    posts = [r["text"] for r in rows(data / "sentiment/weibo_usual_dev.jsonl.gz")][1::2]
    with GOLD.open(encoding="utf-8") as file:
        own = [json.loads(line) for line in file]
    found = {
        "civic_recall": passed([r["title"] + "\n" + r["body"] for r in letters]),
        "civic_recall_title_alone": passed([r["title"] for r in letters]),
        "civic_recall_body_alone": passed([r["body"] for r in letters]),
        "posts_let_in": passed(posts),
        "everyday_recall": passed([r["text"] for r in own if r["public_service"]]),
        "everyday_let_in": passed([r["text"] for r in own if not r["public_service"]]),
    }
    print(json.dumps(found, indent=2))


main()
