"""kill -9 at the desk of briefs: drafts, edits, issues, numbers and mails of a child that is killed again and again.

``python benchmarks/brief_killed.py [--kills 25] [--briefs 40] [--seed 7]`` prints JSON; exit 1 where anything is lost,
numbered twice or sent under another Message-ID.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from monitor.ops import audit
from monitor.store import open_store
from tests.alerts.sink import smtp_sink
from tests.briefs import killing


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, usual in (("kills", 25), ("briefs", 40), ("seed", 7)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, smtp_sink() as sink:
        fell = killing.run(Path(folder), sink, asked.briefs, asked.kills, asked.seed, longest_s=3.0)
        store = open_store(killing.settings(Path(folder), 1))
        numbers, taken = killing.numbers(store, asked.briefs), killing.got(sink)
        people = Counter(to for to, _ in taken)
        report = {
            "kills": asked.kills, "kills_at_work": fell, "briefs": asked.briefs,
            "numbers_whole": numbers == list(range(1, asked.briefs + 1)),
            "mails_wanted": asked.briefs * len(killing.PEOPLE), "messages": len(taken),
            "lost": asked.briefs * len(killing.PEOPLE) - sum(people.values()),
            "twice_under_one_id": sum(n - 1 for n in taken.values()), "audit": audit.verify(store).fault or "whole",
        }  # fmt: skip
        store.close()
    print(json.dumps(report, ensure_ascii=False, indent=2))
    sys.exit(0 if report["numbers_whole"] and not report["lost"] and report["audit"] == "whole" else 1)


if __name__ == "__main__":
    main()
