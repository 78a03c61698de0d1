"""Documents a second that each store takes, beside the plainest way to write the same documents. Prints JSON.

    python benchmarks/store_write.py [--docs 10000] [--rounds 4] [--elastic URL]

SQLite: ``add`` (duplicates looked for, cells, facet cells, search index; one durable transaction a batch) beside a bare
``executemany`` of the same columns into one table with a primary key, in the same batches and as durable. ``ratio`` is
to a peer that is given finished rows, ``ratio_from_records`` to one that makes each row of the same record.
Elasticsearch: ``add`` beside ``helpers.bulk`` of the same finished documents into an index
of the same mapping. ``kinds`` tells the mix: posts are not in the search index.
Without ``--elastic`` a node is started (Maven and a JDK of 21 or later) or that part says why it was left out.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from monitor.model import CHINA, AnyRecord, Article, BoardMessage, Kind, Labels, Post, Sentiment  # noqa: E402
from monitor.store import codec  # noqa: E402

MIXES = {"posts 70 %, board 20 %, news 10 %": (70, 20, 10), "posts": (100, 0, 0), "board messages": (0, 100, 0)}
BATCHES = (50, 500)
TOPICS = [f"话题{n}" for n in range(40)]
TERMS = [f"词语{n}" for n in range(3000)]
PLACES = [f"街道{n}" for n in range(14)]


def records(count: int, mix: Sequence[int], seed: int) -> list[AnyRecord]:
    """Texts of 100 to 500 characters over three days, with the skew of language; 1.3 topics, 5 terms each."""
    chance = random.Random(seed)
    signs = [chr(0x4E00 + n * 7) for n in range(2500)]
    weights = [1 / (n + 8) for n in range(2500)]
    start = datetime(2026, 11, 20, tzinfo=CHINA)
    made: list[AnyRecord] = []
    for n in range(count):
        feeling = Sentiment(*chance.choice([(0.7, 0.2, 0.1), (0.1, 0.8, 0.1), (0.1, 0.2, 0.7)]), "linear", "1")
        labels = Labels(
            sentiment=feeling,
            topics=tuple(chance.sample(TOPICS, chance.choice((1, 1, 2)))),
            places=tuple(chance.sample(PLACES, chance.choice((0, 1)))),
            terms=tuple({TERMS[int(3000 * chance.random() ** 3)] for _ in range(5)}),
        )
        text = "".join(chance.choices(signs, weights, k=chance.randint(100, 500)))
        at = start + timedelta(seconds=chance.randrange(3 * 86_400))
        base: dict[str, Any] = {
            "id": f"{chance.getrandbits(128):032x}", "source": f"source{chance.randrange(8)}", "published": at,
            "seen": at, "labels": labels, "text": text,
        }  # fmt: skip
        kind = chance.choices((Kind.POST, Kind.BOARD, Kind.NEWS), mix)[0]
        if kind is Kind.POST:
            made.append(Post(kind=kind, **base))
        elif kind is Kind.BOARD:
            made.append(BoardMessage(kind=kind, title=text[:20], url=f"https://x.example/{n}", **base))
        else:
            made.append(Article(kind=kind, title=text[:20], url=f"https://x.example/{n}", outlet="示例日报", **base))
    return made


def batches(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (items[at : at + size] for at in range(0, len(items), size))


def timed(work: Callable[[], None]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def sqlite_ours(items: Sequence[AnyRecord], size: int, folder: Path) -> float:
    from monitor.store.sqlite import SqliteStore

    store = SqliteStore(folder / "ours.db")
    store.init()
    try:
        return timed(lambda: [store.add(batch) for batch in batches(items, size)] and None)
    finally:
        store.close()


def sqlite_bare(items: Sequence[AnyRecord], size: int, folder: Path, *, ready: bool) -> float:
    rows = [bare_row(r) for r in items] if ready else []
    connection = sqlite3.connect(folder / f"bare-{ready}.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(
        "CREATE TABLE documents (id TEXT PRIMARY KEY, source TEXT, kind TEXT, published TEXT, body TEXT)"
    )

    def write() -> None:
        for batch in batches(rows, size) if ready else (map(bare_row, part) for part in batches(items, size)):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO documents VALUES (?, ?, ?, ?, ?)", batch)
            connection.execute("COMMIT")

    try:
        return timed(write)
    finally:
        connection.close()


def bare_row(record: AnyRecord) -> tuple[str, ...]:
    return record.id, record.source, record.kind.value, record.published.isoformat(), codec.dumps(record)


def compare(pair: Callable[[int], tuple[float, float]], count: int, rounds: int) -> dict[str, Any]:
    """Ours and the peer in turns, first and second by turns; the ratio is the geometric mean of the rounds' ratios."""
    seconds = [pair(n) for n in range(rounds)]
    return {
        "ours_docs_per_s": round(count / statistics.median(ours for ours, _ in seconds)),
        "peer_docs_per_s": round(count / statistics.median(peer for _, peer in seconds)),
        "ratio": round(statistics.geometric_mean(peer / ours for ours, peer in seconds), 3),
        "ratios": [round(peer / ours, 3) for ours, peer in seconds],
    }


def sqlite_part(count: int, rounds: int) -> list[dict[str, Any]]:
    results = []
    for kinds, mix in MIXES.items():
        for size in BATCHES:
            made: list[float] = []

            def pair(
                n: int, mix: Sequence[int] = mix, size: int = size, made: list[float] = made
            ) -> tuple[float, float]:
                items = records(count, mix, n)
                with tempfile.TemporaryDirectory() as folder:
                    ours, peer = (
                        sqlite_ours(items, size, Path(folder)),
                        sqlite_bare(items, size, Path(folder), ready=True),
                    )
                    made.append(sqlite_bare(items, size, Path(folder), ready=False) / ours)
                return ours, peer

            found = compare(pair, count, rounds)
            results.append(
                {"kinds": kinds, "batch": size, **found, "ratio_from_records": round(statistics.median(made), 3)}
            )
    return results


def elastic_part(url: str, count: int, rounds: int) -> list[dict[str, Any]]:
    from elasticsearch import Elasticsearch, helpers

    from monitor.store import elastic_docs
    from monitor.store.elastic import ElasticStore
    from monitor.store.elastic_mappings import RECORDS, SETTINGS

    client = Elasticsearch(url, request_timeout=60)
    results = []
    for kinds, mix in MIXES.items():

        def pair(n: int, mix: Sequence[int] = mix) -> tuple[float, float]:
            items = records(count, mix, n)
            store = ElasticStore(url, prefix=f"b{time.time_ns()}", timeout_s=60)
            store.init()
            # Both write into indices that are there, as on every day but the first.
            warm = {r.published.date().isoformat() + r.kind.value: r for r in items}
            store.add(list(warm.values()))
            rest = [r for r in items if r not in warm.values()]
            peer = f"peer{time.time_ns()}"
            client.indices.create(index=peer, settings=SETTINGS, mappings=RECORDS)
            actions = [{"_index": peer, "_id": r.id, "_source": elastic_docs.document(r)} for r in rest]
            runs = {
                "ours": lambda: [store.add(batch) for batch in batches(rest, 2000)] and None,
                "peer": lambda: helpers.bulk(client, actions, chunk_size=500) and None,
            }
            order = ("ours", "peer") if n % 2 else ("peer", "ours")
            spent = {}
            for name in order:
                spent[name] = timed(runs[name])
                # What the first left to merge in the background would be the second's burden.
                client.indices.forcemerge(index=f"{peer},{store._names.records}", max_num_segments=1)
            store.close()
            drop(client, peer, store)
            return spent["ours"], spent["peer"]

        pair(0)  # The node's compiler needs a first go.
        results.append({"kinds": kinds, "batch": 2000, **compare(pair, count, rounds)})
    client.close()
    return results


def drop(client: Any, peer: str, store: Any) -> None:
    ours = client.indices.get(index=f"{store._names.prefix}.*", expand_wildcards="all")
    for index in [*ours, peer]:
        client.indices.delete(index=index)


@contextmanager
def node(url: str) -> Iterator[str]:
    if url:
        yield url
        return
    from tests.elastic.node import running

    with running() as started:
        yield started.url


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--docs", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--elastic", default="")
    parser.add_argument("--only", choices=("sqlite", "elastic"), default=None)
    options = parser.parse_args()
    found: dict[str, Any] = {"docs": options.docs, "rounds": options.rounds}
    if options.only != "elastic":
        found["sqlite"] = sqlite_part(options.docs, options.rounds)
    if options.only != "sqlite":
        from tests.elastic.node import NodeMissing

        try:
            with node(options.elastic) as url:
                found["elastic"] = elastic_part(url, options.docs, options.rounds)
        except NodeMissing as missing:
            found["elastic"] = f"left out: {missing}"
    print(json.dumps(found, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
