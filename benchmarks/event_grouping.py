"""How well messages are grouped into matters, beside plain ways to do it. Prints JSON.

    python benchmarks/event_grouping.py DATA [--held-out]

DATA is the development data folder. All 4,326 dated civic messages are grouped in the order of time. The gold: 66
issues of our own reading (``monitor/analysis/event_issues.json``), and the votes of three teams on one issue. The
peers (cosine of tf-idf over character pairs and triples, BM25 over words, MinHash likeness of character 4-grams) group
by the mean likeness to an event's members, all of them remembered; each has the threshold of the grid that is best for
it on this very gold. Ours is the shipped model, whose trees have seen the issues; with ``--held-out`` the grouping is
repeated with trees that have not (minutes). Intervals are bootstrap ones over issues.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, diags

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from monitor.analysis import event_measures, events_train
from monitor.analysis.event_pairs import model
from monitor.analysis.event_signs import grams_of
from monitor.analysis.events import EventIndex
from monitor.analysis.events_train import Gold, Message

LEAST = 0.03


def bags_of_grams(texts: list[Message]) -> list[Counter[Any]]:
    bags = []
    for m in texts:
        hashes, counts, _ = grams_of(m.title, m.text)
        bags.append(Counter(dict(zip(hashes.tolist(), counts.tolist(), strict=True))))
    return bags


def bags_of_words(texts: list[Message]) -> list[Counter[Any]]:
    from rjieba import Jieba

    jieba = Jieba()
    plain = [re.sub(r"[^一-鿿a-zA-Z0-9]+", " ", f"{m.title} {m.title} {m.text}"[:800]) for m in texts]
    return [Counter(w for w in jieba.cut(text) if len(w) > 1) for text in plain]


def tfidf(texts: list[Message]) -> csr_matrix:
    bags = bags_of_grams(texts)
    return likeness(bags, lambda n, size, idf: (1 + math.log(n)) * idf)


def bm25(texts: list[Message]) -> csr_matrix:
    bags = bags_of_words(texts)
    mean = sum(b.total() for b in bags) / len(bags)
    return likeness(bags, lambda n, size, idf: idf * n * 2.2 / (n + 1.2 * (0.25 + 0.75 * size / mean)))


def likeness(bags: list[Counter[Any]], weigh: Callable[[float, float, float], float]) -> csr_matrix:
    """Cosines of all pairs, small ones left out."""
    seen = Counter(key for bag in bags for key in bag)
    column = {key: i for i, key in enumerate(k for k, n in seen.items() if n > 1)}
    rows, columns, values = [], [], []
    for i, bag in enumerate(bags):
        size = bag.total()
        for key, n in bag.items():
            if key in column:
                rows.append(i)
                columns.append(column[key])
                values.append(weigh(n, size, math.log(len(bags) / seen[key])))
    x = csr_matrix((np.asarray(values, dtype=np.float32), (rows, columns)), shape=(len(bags), len(column)))
    norms = np.sqrt(np.asarray(x.multiply(x).sum(axis=1)).ravel())
    x = diags((1 / np.maximum(norms, 1e-9)).astype(np.float32)) @ x
    return pruned(csr_matrix(x))


def pruned(x: csr_matrix) -> csr_matrix:
    parts = []
    for i in range(0, x.shape[0], 256):
        part = csr_matrix(x[i : i + 256] @ x.T)
        part.data[part.data < LEAST] = 0
        part.eliminate_zeros()
        parts.append(part)
    from scipy.sparse import vstack

    return csr_matrix(vstack(parts))


def minhash(texts: list[Message]) -> csr_matrix:
    rng = np.random.default_rng(1)
    a = rng.integers(1, 1 << 62, 128, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    signed = []
    for m in texts:
        plain = re.sub(r"[\W_]+", "", f"{m.title}{m.text}")
        told = [hash_of(plain[i : i + 4]) for i in range(max(1, len(plain) - 3))]
        signed.append((np.asarray(told, dtype=np.uint64)[:, None] * a).min(axis=0))
    table = np.stack(signed)
    rows, columns, values = [], [], []
    for i in range(len(table)):
        alike = (table[:i] == table[i]).mean(axis=1)
        near = np.flatnonzero(alike >= LEAST)
        rows.extend([i] * len(near))
        columns.extend(near.tolist())
        values.extend(alike[near].tolist())
    return csr_matrix((values, (rows, columns)), shape=(len(table), len(table)))


def hash_of(text: str) -> int:
    value = 0xCBF29CE484222325
    for char in text:
        value = ((value ^ ord(char)) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value


def grouped(alike: csr_matrix, texts: list[Message], threshold: float) -> dict[str, str]:
    """Each text joins the event whose members it is most like on average, or begins one."""
    event_of: list[int] = []
    size: Counter[int] = Counter()
    for i in range(len(texts)):
        begin, end = alike.indptr[i], alike.indptr[i + 1]
        sums: dict[int, float] = defaultdict(float)
        for j, value in zip(alike.indices[begin:end].tolist(), alike.data[begin:end].tolist(), strict=True):
            if j < i:
                sums[event_of[j]] += value
        best = max(((total / size[e], -e) for e, total in sums.items()), default=(0.0, 0))
        event_of.append(-best[1] if best[0] >= threshold else i)
        size[event_of[i]] += 1
    return {m.id: texts[e].id for m, e in zip(texts, event_of, strict=True)}


def twins(texts: list[Message], gold: Gold) -> dict[str, Any]:
    """Messages and the same with another place's name: how many stand together. The training made such twins of other
    messages."""
    together = []
    for message, title, text in events_train.elsewhere(texts, gold, 1, 4):
        index = EventIndex()
        index.assign("one", message.title, message.text, message.time)
        together.append(index.assign("other", title, text, message.time) is not None)
    return {"twins": len(together), "together": sum(together)}


def votes(data: Path) -> dict[str, int]:
    with gzip.open(data / "civic/hot_issue_votes.jsonl.gz", "rt", encoding="utf-8") as file:
        return {row["留言编号"]: int(row["teams"]) for row in map(json.loads, file)}


def figures(found: dict[str, str], gold: Gold, teams: dict[str, int]) -> dict[str, Any]:
    agreed: dict[str, str | None] = {id: "issue" if n >= 2 else None for id, n in teams.items()}
    doubtful = frozenset(id for id, n in teams.items() if n == 1)
    surely = {id: issue for id, issue in agreed.items() if issue}
    sizes = Counter(found.values())
    return {
        "own_reading": event_measures.measured(event_measures.pairs(gold.issue_of, found, gold.unsure)),
        "votes": {
            "two_teams_one_vote_counts_as_alone": score(event_measures.pairs(agreed, found, open_world=False)),
            "two_teams_one_vote_left_out_all_messages": score(event_measures.pairs(surely, found, doubtful)),
            "two_teams_one_vote_left_out_among_themselves": score(
                event_measures.pairs(surely, found, doubtful, open_world=False)
            ),
        },
        "events": sum(n > 1 for n in sizes.values()),
        "texts_in_events": sum(n for n in sizes.values() if n > 1),
        "largest": max(sizes.values()),
    }


def score(rows: dict[str, event_measures.Row]) -> float:
    return round(event_measures.f1(rows), 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--held-out", action="store_true")
    asked = parser.parse_args()
    texts, gold, teams = events_train.messages(asked.data), events_train.gold(), votes(asked.data)
    index = EventIndex()
    ours = {m.id: index.assign(m.id, m.title, m.text, m.time) or m.id for m in texts}
    out: dict[str, Any] = {
        "messages": len(texts),
        "yuqing": figures(ours, gold, teams),
        "elsewhere": twins(texts, gold),
    }
    print(json.dumps(out, ensure_ascii=False), file=sys.stderr, flush=True)
    if asked.held_out:
        shares = model().shares
        judged = events_train.judged_pairs(texts, gold, shares)
        rows = events_train.held_out(texts, gold, judged, shares, model().texts)
        out["yuqing_held_out"] = {"own_reading": event_measures.measured(rows)}
    ways: dict[str, tuple[Callable[[list[Message]], csr_matrix], tuple[float, ...]]] = {
        "tfidf": (tfidf, (0.06, 0.08, 0.1, 0.12, 0.14, 0.17, 0.2)),
        "bm25": (bm25, (0.08, 0.1, 0.12, 0.15, 0.18, 0.22, 0.26)),
        "minhash": (minhash, (0.04, 0.06, 0.08, 0.1, 0.15, 0.2)),
    }
    for name, (make, grid) in ways.items():
        alike = make(texts)
        tried = {t: grouped(alike, texts, t) for t in grid}
        best = max(grid, key=lambda t: event_measures.f1(event_measures.pairs(gold.issue_of, tried[t], gold.unsure)))
        out[name] = {"threshold": best, **figures(tried[best], gold, teams)}
        print(json.dumps({name: out[name]}, ensure_ascii=False), file=sys.stderr, flush=True)
    print(json.dumps(out, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
