"""How well the purpose limit (S4) tells public-service matters from general posts. Prints JSON.

    python benchmarks/public_service.py DATA

DATA is the development data folder. Civic messages that the training did not see must pass, posts of the general
track (none of which the training saw) must not. Intervals are the 95 % Wilson intervals.
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
    # The training takes every fourth message; the odd ones are not among them.
    civic = [r["title"] + "\n" + r["body"] for r in rows(data / "civic/messages.jsonl.gz")][1::2]
    posts = [r["text"] for r in rows(data / "sentiment/weibo_usual_dev.jsonl.gz")]
    print(json.dumps({"civic_recall": passed(civic), "posts_let_in": passed(posts)}, indent=2))


main()
