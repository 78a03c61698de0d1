"""Does the brief name first what a person would? Hit rate at 1 and 3 on real days, beside plain rankings. Prints JSON.

    python benchmarks/brief_matters.py DATA [--part second|test|tune|all] [--store FOLDER] [--show]

DATA is the development data folder. Its 4,864 dated messages of A市, with the answers that are known of them, go in the
order of time through the real intake into a real SQLite store (40 s; ``--store`` keeps it for the next run). For each
day of ``brief_matters_gold.toml`` the matters of the daily brief are ranked as on the next morning. A ranked matter is
the one that was asked for if at least half of its messages of the day are among the gold's. ``hit1`` and ``hit3``:
share of days on which it stands first, or among the first three; ``either1``: the first is it or one of the two other
matters that a second reader could as well have put first. Intervals are Wilson's for so many days: ten days are few.

Peers order the same matters (issues, topics, single messages): by number of messages, by growth against the usual, by
chance; equals stand in any order, so theirs are means over 400 shuffles. ``topics`` is the former top line: the topic
that is marked 新 or 升 and has most.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import shutil
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from math import sqrt
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from monitor.app import App, open_app
from monitor.briefs.facts import gather as gather_facts
from monitor.briefs.periods import BriefKind, period_of
from monitor.briefs.ranking_all import hot_matters
from monitor.briefs.ranking_types import HotMatter, Sort
from monitor.model import CHINA, Fetched, Kind, day_span
from monitor.ops.imports import import_file
from monitor.ops.ingest import Ingest
from monitor.responses import board_messages
from monitor.store import RecordQuery

ROOT = Path(__file__).resolve().parent.parent
GOLD = Path(__file__).with_name("brief_matters_gold.toml")
NOW = datetime(2020, 2, 1, 8, tzinfo=CHINA)
SHUFFLES = 400
_PLACE = re.compile(r"[A-M]\d*[市区县]")
_KINDS = "区区区区区区县市市"
_SOURCE = """
[[source]]
id = "board"
name = "问政留言板"
kind = "board"
adapter = "import"
trusted = true
[source.columns]
key = "id"
text = "body"
"""

Row = dict[str, Any]


def rows_of(data: Path, every: bool = False) -> list[Row]:
    """Messages and answered messages in the order of time, one of a title and day; of A市 only unless ``every``."""
    found, seen = [], set()
    for file in ("replies", "messages"):
        with gzip.open(data / "civic" / f"{file}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                told = row["time"].replace("/", "-").strip()[:19]
                row["when"] = datetime.strptime(told, "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
                said = (row["title"].strip(), row["when"].date())
                place = _PLACE.search(row["title"] + row["body"])
                here = every or file == "messages" or (place is not None and place[0].startswith("A"))
                if here and (file == "replies" or said not in seen):
                    found.append(row)
                if file == "replies":
                    seen.add(said)
    return sorted(found, key=lambda row: (row["when"], row["id"]))


def draw(data: Path) -> dict[str, list[date]]:
    """The days of each part, by the rules that the gold file states."""
    counts = Counter(row["when"].date() for row in rows_of(data, every=True))
    days = [d for d in sorted(counts) if date(2019, 2, 15) <= d <= date(2020, 1, 7) and counts[d] >= 4]
    ranked = sorted(days, key=lambda d: (counts[d], d))
    third = len(ranked) // 3
    thirds = [ranked[:third], ranked[third : 2 * third], ranked[2 * third :]]
    with gzip.open(data / "civic" / "hot_issue_votes.jsonl.gz", "rt", encoding="utf-8") as lines:
        votes = [json.loads(line)["留言时间"].replace("/", "-").split()[0] for line in lines]
    voted = {date(*map(int, vote.split("-"))) for vote in votes}
    chance = random.Random(6)

    def taken(n: int, pool: Sequence[date], before: list[date], apart: int) -> list[date]:
        found: list[date] = []
        while len(found) < n:
            day = chance.choice(pool)
            if all(abs((day - other).days) >= apart for other in (*before, *found)):
                found.append(day)
        return found

    test = taken(1, [d for d in days if d in voted], [], 10)
    for pool in thirds:
        test += taken(3, pool, test, 10)
    tune: list[date] = []
    for pool in thirds:
        tune += taken(2, pool, test + tune, 8)
    chance = random.Random(7)
    second = taken(10, days, test + tune, 5)
    return {"test": sorted(test), "tune": sorted(tune), "second": sorted(second)}


@contextmanager
def filled(data: Path, folder: Path, rows: Sequence[Row] | None = None) -> Iterator[App]:
    """An App whose store holds the messages; imported where the folder is new."""
    config = folder / "config"
    fresh = not config.is_dir()
    if fresh:
        config.mkdir(parents=True)
        for name in ("topics", "response_plan", "concerns"):
            shutil.copy(ROOT / "config" / f"{name}.toml", config)
        places = ", ".join(f'"A{n}{kind}"' for n, kind in enumerate(_KINDS, 1))
        district = f'name = "A市"\ncity = "A市"\nprovince = "西地省"\nplaces = [{places}]\n'
        (config / "district.toml").write_text(district, encoding="utf-8")
        (config / "sources.toml").write_text(_SOURCE, encoding="utf-8")
        service = f"data = {json.dumps(str(folder / 'data'))}\n[analysis]\nlate_days = 4000\n"
        (config / "service.toml").write_text(service, encoding="utf-8")
    with open_app(config, lambda: NOW) as app:
        app.store.init()
        if fresh:
            file = folder / "rows.jsonl"
            told = rows_of(data) if rows is None else rows
            file.write_text("".join(json.dumps(_imported(row), ensure_ascii=False) + "\n" for row in told), "utf-8")
            report = import_file(app.settings, app.store, app.spool, app.keys.record, file, "board", clock=app.clock)
            assert report.new == len(told), report
        yield app


def _imported(row: Row) -> Row:
    known = {key: row[key] for key in ("id", "title", "body")}
    answer = {"reply": row["reply"], "reply_time": row["reply_time"]} if "reply" in row else {}
    return {**known, "time": row["when"].replace(tzinfo=None).isoformat(sep=" "), **answer}


@dataclass(frozen=True)
class Day:
    """A day of the gold with what was ranked: for each matter the messages of the day that it holds, by 留言编号."""

    gold: dict[str, Any]
    ranked: tuple[HotMatter, ...]
    held: dict[str, frozenset[str]]

    def is_it(self, matter: HotMatter, ids: Sequence[str]) -> bool:
        held = self.held[matter.key]
        return bool(held) and 2 * len(held & set(ids)) >= len(held)

    def hits(self, ordered: Sequence[HotMatter]) -> tuple[bool, bool, bool]:
        """(first, among the first three, first or what a second reader could put first)."""
        need = self.gold["ids"]
        first = bool(ordered) and self.is_it(ordered[0], need)
        also = bool(ordered) and any(self.is_it(ordered[0], ids) for ids in self.gold["also"])
        return first, any(self.is_it(m, need) for m in ordered[:3]), first or also


def days_of(app: App, part: str) -> list[Day]:
    intake = Ingest(app.settings, app.store, app.spool, app.keys.record, app.clock).intake
    gold = tomllib.loads(GOLD.read_text(encoding="utf-8"))["day"]
    chosen = [d for d in gold if part in ("all", d["part"])]
    return [_day(app, intake, d) for d in chosen]


def _day(app: App, intake: Any, gold: dict[str, Any]) -> Day:
    day = gold["day"]
    period = period_of(app.settings, BriefKind.DAILY, day, NOW)
    facts = gather_facts(app.settings, app.store, period, NOW)
    ranked = hot_matters(app.settings, app.store, facts)
    since, until = day_span(day)
    messages = list(board_messages(app.store, RecordQuery(kinds=(Kind.BOARD,), since=since, until=until, limit=500)))
    known = {}
    for number in {id for ids in (gold["ids"], *gold["also"]) for id in ids}:
        item = Fetched(source="board", kind=Kind.BOARD, key=f"row:{number}", title="", text="", fetched_at=NOW)
        known[intake.id_of(item)] = number
    held = {}
    for matter in ranked:
        ids = matter.day_ids
        if matter.sort is Sort.TOPIC:
            ids = tuple(m.id for m in messages if matter.topic in m.labels.topics)
        held[matter.key] = frozenset(known.get(id, id) for id in ids)
    return Day(gold, ranked, held)


def figures(days: Sequence[Day], order: Callable[[HotMatter, float], tuple[float, ...]] | None) -> dict[str, object]:
    """Hit rates of an order; None: as ranked."""
    chance, totals = random.Random(1), [0.0, 0.0, 0.0]
    for day in days:
        runs = 1 if order is None else SHUFFLES
        for _ in range(runs):
            ordered = list(day.ranked)
            if order is not None:
                drawn = {m.key: chance.random() for m in ordered}
                ordered.sort(key=lambda m: order(m, drawn[m.key]))
            for i, hit in enumerate(day.hits(ordered)):
                totals[i] += hit / runs
    names = ("hit1", "hit3", "either1")
    return {
        name: {"rate": round(t / len(days), 3), "interval": _wilson(t, len(days))}
        for name, t in zip(names, totals, strict=True)
    }


def _wilson(hits: float, n: int) -> list[float]:
    z = 1.959963984540054
    share, square = hits / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * sqrt(share * (1 - share) / n + square / (4 * n * n))
    return [round(max(0.0, middle - half), 2), round(min(1.0, middle + half), 2)]


def _growth(matter: HotMatter) -> float:
    return (matter.week + 1) / ((matter.usual or 0.0) + 1)


PEERS: dict[str, Callable[[HotMatter, float], tuple[float, ...]]] = {
    "by volume": lambda m, drawn: (-m.texts, drawn),
    "by volume of the week": lambda m, drawn: (-m.week, drawn),
    "by growth": lambda m, drawn: (-_growth(m), drawn),
    "topics": lambda m, drawn: (m.sort is not Sort.TOPIC or not m.mark, -m.texts, drawn),
    "by chance": lambda m, drawn: (drawn,),
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--part", choices=("second", "test", "tune", "all"), default="second")
    parser.add_argument("--store", type=Path)
    parser.add_argument("--show", action="store_true", help="what stands first on each day")
    options = parser.parse_args()
    gold = tomllib.loads(GOLD.read_text(encoding="utf-8"))["day"]
    for part, drawn in draw(options.data).items():
        assert list(drawn) == sorted(d["day"] for d in gold if d["part"] == part), "the gold is not of these days"
    with tempfile.TemporaryDirectory() as spare, filled(options.data, options.store or Path(spare) / "civic") as app:
        days = days_of(app, options.part)
    result: dict[str, object] = {
        "days": len(days),
        "matters a day": round(sum(len(d.ranked) for d in days) / len(days), 1),
    }
    result["ranking"] = figures(days, None)
    result |= {name: figures(days, order) for name, order in PEERS.items()}
    if options.show:
        result["first"] = {str(d.gold["day"]): _shown(d) for d in days}
    print(json.dumps(result, ensure_ascii=False, indent=2))


def _shown(day: Day) -> dict[str, object]:
    found = next((i for i, m in enumerate(day.ranked, 1) if day.is_it(m, day.gold["ids"])), None)
    top = [f"{m.sort.value} {m.name} {m.score.total:.2f} {m.texts}/{m.week}" for m in day.ranked[:4]]
    return {"need": day.gold["need"], "stands": found, "top": top}


if __name__ == "__main__":
    main()
