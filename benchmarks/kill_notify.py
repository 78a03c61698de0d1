"""kill -9 while the desk is being told, at random points of days of alerts. Prints JSON.

    python benchmarks/kill_notify.py [--kills 60] [--seed 1] [--ticks 14]

A day holds every kind of message (openings, growth, levels, escalations, reminders, a digest, a watch window, its
snapshots, all-clears) and runs in a child process with a real SQLite file and a real mail server. It is run once
undisturbed; then killed days are run until there were so many kills. ``lost``: messages of the undisturbed day that
did not arrive. ``other``: messages that the undisturbed day does not know (another Message-ID would be a second
message to a mail program). ``repeated``: messages that arrived twice under one Message-ID, because the outcome of a
send could not be known.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.alerts import killing  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ticks", type=int, default=len(killing.MOMENTS), help="of a day, half an hour each")
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        with contextlib.redirect_stdout(io.StringIO()):
            quiet = killing.undisturbed(Path(folder) / "quiet", options.ticks)
        days: list[killing.Day] = []
        while sum(d.kills for d in days) < options.kills:
            left = options.kills - sum(d.kills for d in days)
            into, seed = Path(folder) / f"day{len(days)}", options.seed + len(days)
            days.append(killing.killed(into, min(left, 12), seed, options.ticks))
    figures = {
        "kills": sum(d.kills for d in days),
        "kills_while_sending": sum(d.in_sending for d in days),
        "days": len(days),
        "messages_a_day": len(quiet.got),
        "unsent": sum(d.unsent for d in days),
        "lost": sum(len(set(quiet.got) - set(d.got)) for d in days),
        "other": sum(len(set(d.got) - set(quiet.got)) for d in days),
        "repeated_under_the_same_id": sum(n - 1 for d in days for n in d.got.values()),
        "most_times_one_arrived": max(n for d in days for n in d.got.values()),
        "seconds": round(time.monotonic() - began),
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
