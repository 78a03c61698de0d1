"""Run as a child process and killed: ``python -m tests.store.adder ENGINE WHERE WHAT BEGIN``.

Says on standard output what the store acknowledged.

``add`` adds small batches without end, ``purge`` purges posts hour by hour, ``change`` adds and then withdraws the posts
of each batch and revises its articles, ``renew`` revises and purges, so that indices are copied again and again.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from monitor.model import Change, Kind
from monitor.store.copying import Copyable
from monitor.store.elastic import ElasticStore
from monitor.store.sqlite import SqliteStore
from tests.store import made

TOPICS, TERMS = ("供水", "交通"), ("停水", "爆管")
KINDS = (made.post, made.message, made.article)


def record(n: int) -> made.AnyRecord:
    built = KINDS[n % 3](f"r{n}", published=made.NOON - timedelta(minutes=7 * (n % 50)))
    labels = replace(built.labels, topics=TOPICS[: n % 3], terms=TERMS[: n % 3])
    return replace(built, labels=labels)


def opened(engine: str, where: str) -> Copyable:
    if engine == "sqlite":
        return SqliteStore(Path(where), timeout_s=30)
    url, prefix = where.rsplit("/", 1)
    return ElasticStore(url, prefix=prefix, timeout_s=30)


def say(*words: str) -> None:
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def main(engine: str, where: str, what: str, begin: int) -> None:
    store = opened(engine, where)
    store.init()
    say("ready")
    n = begin
    while True:
        if what == "add":
            # Each batch has some of the batch before, as a crawl has.
            added = store.add([record(i) for i in range(max(n - 2, 0), n + 5)])
            say(*added.new, *added.duplicate)
            n += 5
        elif what == "change":
            batch = [record(i) for i in range(n, n + 6)]
            store.add(batch)
            for one in batch:
                if one.kind is Kind.POST and store.withdraw(one.id, made.NOON, uncount=True):
                    say(one.id)
                elif one.kind is Kind.NEWS:
                    store.revise(one.id, Change(at=made.NOON, title="改过", text="改过了"))
            n += 6
        elif what == "renew":
            for i in range(2, 30, 3):
                store.revise(f"r{i}", Change(at=made.NOON + timedelta(seconds=n), title="改过", text=f"第{n}版"))
            store.withdraw(f"r{3 * n}", made.NOON, uncount=False)
            store.purge(Kind.HOTLIST, made.NOON - timedelta(days=400))
            say(str(n))
            n += 1
        else:
            store.purge(Kind.POST, made.NOON - timedelta(hours=6) + timedelta(minutes=20 * n))
            say(str(n))
            n += 1


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
