"""How quick the whole intake is, beside SnowNLP's sentiment alone on the same messages in the same run. Prints JSON.

    python benchmarks/intake_speed.py DATA [--texts 400] [--config config]

DATA is the development data folder; the texts are dated civic messages of 100 to 500 characters. Each figure is the
best of three rounds in one process; SnowNLP gets one round, over a fifth of the texts, because it takes long. The
district rule is told the messages are the district's own (they name an anonymised city), every other step runs.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from monitor.analysis import sentiment, topics
from monitor.analysis.names import Memo, tagger
from monitor.analysis.terms import terms
from monitor.intake import build
from monitor.intake.clean import clean
from monitor.intake.redact import redact
from monitor.model import CHINA, Fetched, Kind
from monitor.settings import load

NOW = datetime(2026, 11, 22, 8, tzinfo=CHINA)


def messages(data: Path, count: int) -> list[str]:
    with gzip.open(data / "civic/messages.jsonl.gz", "rt", encoding="utf-8") as file:
        bodies = [json.loads(line)["body"].strip() for line in file]
    return [body for body in bodies if 100 <= len(body) <= 500][:count]


def per_second(work: Callable[[], object], count: int, rounds: int = 3) -> float:
    best = float("inf")
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return count / best


def fetched(texts: Sequence[str], source: str) -> list[Fetched]:
    return [
        Fetched(source=source, kind=Kind.BOARD, key=str(i), title="", text=t, fetched_at=NOW, published=NOW)
        for i, t in enumerate(texts)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--texts", type=int, default=400)
    parser.add_argument("--config", type=Path, default=Path("config"))
    asked = parser.parse_args()
    texts = messages(asked.data, asked.texts)
    settings = load(asked.config)
    trusted = next(s.id for s in settings.sources.source if s.trusted)
    intake, items, n = build(settings, b"benchmark"), fetched(texts, trusted), len(texts)
    linear, snow, model = sentiment.engine("linear"), sentiment.engine("snow"), topics.model()
    few = texts[: max(1, n // 5)]
    snow.score(few[:1])
    kept = sum(d.kept for d in intake.decide_many(items, NOW))
    # One that has not seen the texts before, each round: to a known text its matter need not be looked for.
    fresh = iter([build(settings, b"benchmark") for _ in range(6)])

    def single() -> None:
        one = next(fresh)
        for item in items:
            one.decide(item, NOW)

    found = {
        "snow_sentiment": per_second(lambda: snow.score(few), len(few), rounds=1),
        "intake_batch": per_second(lambda: next(fresh).decide_many(items, NOW), n),
        "intake_single": per_second(single, n),
        "linear_sentiment_batch": per_second(lambda: linear.score(texts), n),
        "linear_sentiment_single": per_second(lambda: [linear.score([t]) for t in texts], n),
        "step_clean": per_second(lambda: [clean(t) for t in texts], n),
        "step_topic": per_second(lambda: model.score(texts), n),
        "step_redact": per_second(lambda: [redact(t, Kind.BOARD) for t in texts], n),
        "step_names_batch": per_second(lambda: tagger().foresee(texts, Memo()), n),
        "step_names_single": per_second(lambda: [tagger().find(t) for t in texts], n),
        "step_terms": per_second(lambda: [terms("", t) for t in texts], n),
    }
    peer = found["snow_sentiment"]
    print(
        json.dumps(
            {
                "texts": n,
                "kept": kept,
                "mean_characters": round(sum(map(len, texts)) / n),
                "documents_per_second": {name: round(value, 1) for name, value in found.items()},
                "times_snow_sentiment": {name: round(value / peer, 1) for name, value in found.items()},
            },
            indent=2,
        )
    )


main()
