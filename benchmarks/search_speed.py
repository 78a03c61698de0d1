"""How long a search takes in a large store: words of every length and commonness, each order. Prints JSON.

    python benchmarks/search_speed.py FOLDER [--rounds 3] [--seed 1]

FOLDER is what ``benchmarks/big_store.py`` wrote. The words are pieces of stored articles and board messages, drawn at
random by length, and words that stand nowhere; each is sought in articles and in messages, over everything, one month,
one topic, with the page that follows. Milliseconds of ``Store.find``, 20 a page; those of CPU tell more on a machine
that is busy with other things.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from monitor.model import Article, BoardMessage, Kind, day_span  # noqa: E402
from monitor.settings import load  # noqa: E402
from monitor.store import Order, RecordQuery, Store, open_store  # noqa: E402

LENGTHS = (1, 2, 3, 4, 6, 10, 20, 60)
EACH = 6
NOWHERE = ("龘", "龘靐", "没有这样的文字", "zzzzqqqq", "水水水水水水")
ARTICLES = (Kind.NEWS, Kind.OFFICIAL, Kind.HOTLIST)


def words(store: Store, chance: random.Random) -> dict[str, list[str]]:
    """Pieces of stored texts by length."""
    texts: list[str] = []
    for kinds in (ARTICLES, (Kind.BOARD,)):
        cursor = ""
        for _ in range(3):
            page = store.find(RecordQuery(kinds=kinds, limit=200, cursor=cursor))
            texts += [r.text for r in page.records if isinstance(r, Article | BoardMessage) and len(r.text) > 70]
            cursor = page.cursor
    found: dict[str, list[str]] = {}
    for length in LENGTHS:
        picked: list[str] = []
        while len(picked) < EACH:
            text = chance.choice(texts)
            begin = chance.randrange(len(text) - length)
            if (piece := text[begin : begin + length]) == piece.strip():
                picked.append(piece)
        found[str(length)] = picked
    return found | {"nowhere": list(NOWHERE)}


def queries(store: Store, word: str, topic: str) -> Iterator[tuple[str, RecordQuery]]:
    newest = store.find(RecordQuery(limit=1)).records[0].published.date()
    begin, end = day_span(newest - timedelta(days=29), newest)
    for what, kinds in (("articles", ARTICLES), ("board", (Kind.BOARD,))):
        plain = RecordQuery(kinds=kinds, text=word, limit=20)
        for order in Order:
            yield f"{what} {order.value}", replace(plain, order=order)
        yield f"{what} one month", replace(plain, since=begin, until=end)
        yield f"{what} one topic", replace(plain, topics=(topic,))


def timed(store: Store, query: RecordQuery, rounds: int) -> Iterator[tuple[str, float, float]]:
    """(which page, milliseconds, those of CPU) of the first page and the following one: medians of the rounds."""
    spent: dict[str, list[tuple[float, float]]] = {}
    for _ in range(rounds):
        cursor = ""
        for part in ("", ", following page"):
            wall, cpu = time.perf_counter(), time.process_time()
            found = store.find(replace(query, cursor=cursor))
            spent.setdefault(part, []).append((time.perf_counter() - wall, time.process_time() - cpu))
            cursor = found.cursor
            if not cursor:
                break
    for part, times in spent.items():
        yield part, 1000 * statistics.median(t[0] for t in times), 1000 * statistics.median(t[1] for t in times)


def spread(values: Sequence[float]) -> dict[str, Any]:
    ordered = sorted(values)

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)

    return {"n": len(ordered), "median": at(0.5), "p95": at(0.95), "max": round(ordered[-1], 1)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    settings = load(options.folder / "config", {})
    store = open_store(settings)
    store.init()
    chance = random.Random(options.seed)
    topic = settings.topics.topic[0].name
    wall: list[float] = []
    by_length: dict[str, list[float]] = {}
    by_query: dict[str, list[float]] = {}
    slowest: list[tuple[float, str, str]] = []
    for length, found in words(store, chance).items():
        for word in found:
            for name, query in queries(store, word, topic):
                for part, took, cpu in timed(store, query, options.rounds):
                    wall.append(took)
                    by_length.setdefault(length, []).append(cpu)
                    by_query.setdefault(name + part, []).append(cpu)
                    slowest.append((round(cpu, 1), name + part, word[:20]))
    result = {
        "milliseconds": spread(wall),
        "cpu_milliseconds": spread([cpu for values in by_length.values() for cpu in values]),
        "cpu_by_length": {k: spread(v) for k, v in by_length.items()},
        "cpu_by_query": {k: spread(v) for k, v in by_query.items()},
        "slowest": sorted(slowest, reverse=True)[:10],
    }
    print(json.dumps(result, ensure_ascii=False, indent=2))
    store.close()


if __name__ == "__main__":
    main()
