"""A whole made web, crawled and counted: is every public item collected once, and nothing else done? Prints JSON.

    python benchmarks/crawl_sites.py [--pages 5000] [--kills 40] [--seed 1]

The web is that of tests/crawlers/sites: eighteen outlets of every sort (feeds, lists, sitemaps, interfaces, boards,
forums, front page, digital paper), as many copies of them as give the wanted number of items. The real crawler is
killed (-9) at random moments of its first passes, read to the end, the outlets change (new, late, edited, withdrawn),
it is killed again, and then it comes back at once, a day later and twice after three days. Then the hostile web and, if
this machine lets it make a network namespace, the one whose public names lead to inner addresses. ``texts_whole``:
news stored to the character. ``author_hits``: names of authors found in any file that the service wrote, in UTF-8,
UTF-16, GBK, percent- and base64-encoded forms.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from monitor.model import AnyRecord, Article, BoardMessage, Kind  # noqa: E402
from tests.crawlers.desk import Desk  # noqa: E402
from tests.crawlers.sites import authors, island, measure, realistic, texts, traps  # noqa: E402
from tests.crawlers.sites.boards import Board  # noqa: E402
from tests.crawlers.sites.harness import Visit, configure, everything, killed, visit  # noqa: E402
from tests.crawlers.sites.outlet import Outlet  # noqa: E402
from tests.crawlers.sites.server import Web  # noqa: E402

_LONG = 3600.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=5000, help="public items, about")
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    figures = {
        "realistic": _realistic(given.pages, given.kills, random.Random(given.seed)),
        "hostile": _hostile(),
        "inner_addresses": _island(),
    }
    sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")


def _realistic(pages: int, kills: int, rng: random.Random) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, Web() as web:
        outlets = realistic.build(web)
        copies = max(1, round(pages / sum(len(o.everything()) for o in outlets)))
        for copy in range(1, copies):
            outlets += realistic.build(web, copy)
        desk = Desk(Path(folder))
        configure(desk, outlets, {"max_pages": 5_000, "run_limit_s": 3_000})
        survived, logs = 0, ""
        passes: list[Visit] = []
        for part in range(2):
            web.visit = part
            for _ in range(kills // 2):
                ran, log = killed(desk, web, rng, most=max(60, pages // 8))
                survived, logs = survived + ran, logs + log
            passes.append(visit(desk, timeout=_LONG))
        requests = len(web.log)
        again = visit(desk, timeout=_LONG)
        asked_again = len(web.log) - requests
        before = everything(desk)
        web.visit = 2
        passes += [again, *(visit(desk, later=timedelta(hours=h), timeout=_LONG) for h in (26, 76, 78))]
        records = everything(desk)
        files = {**desk.written(), "logs": (logs + "".join(v.log + v.out for v in passes)).encode()}
        return {
            "outlets": len(outlets), **measure.totals(outlets, records), **_changes(outlets, records),
            "texts_whole": _whole(outlets, before), "kills_survived": survived,
            "exit_codes": sorted({v.code for v in passes}), "requests": len(web.log),
            "requests_of_a_pass_without_news": asked_again, "most_at_once_a_site": max(s.together for s in web.log),
            "author_places": authors.planted(), "author_hits": len(authors.hits(files)),
            "bytes_searched": sum(map(len, files.values())), "peak_mb": round(max(v.peak_mb for v in passes)),
            "seconds_of_the_last_full_pass": round(passes[1].seconds, 1),
        }  # fmt: skip


def _changes(outlets: Sequence[Outlet], records: Sequence[AnyRecord]) -> dict[str, Any]:
    """Edits, withdrawals and later answers: how many there were and how many the store knows."""
    kept = {(r.source, measure.mark(r)): r for r in records}
    edited = [
        (o.name, n, o.everything()[n]) for o in outlets for n in o.edited.get(1, ()) if o.rules().get("follow", True)
    ]
    gone = [(o.name, n) for o in outlets for n in o.withdrawn if o.kind != "post"]
    answers = [(o.name, n) for o in outlets if isinstance(o, Board) for n in o.answered()]

    def standing(name: str, n: int) -> AnyRecord | None:
        return kept.get((name, n))

    return {
        "edits": len(edited),
        "edits_recorded": sum(getattr(standing(o, n), "text", "") == item.text for o, n, item in edited),
        "withdrawals": len(gone),
        "withdrawals_recorded": sum(getattr(standing(o, n), "withdrawn", None) is not None for o, n in gone),
        "answers": len(answers),
        "answers_recorded": sum(isinstance(r := standing(*a), BoardMessage) and r.reply is not None for a in answers),
    }  # fmt: skip


def _whole(outlets: Sequence[Outlet], records: Sequence[AnyRecord]) -> float:
    """The share of news whose stored text is the published one to the character (edited ones as first or last seen)."""
    items = {(o.name, n): item for o in outlets for n, item in o.everything().items()}
    seen = same = 0
    for record in records:
        number = measure.mark(record)
        item = items.get((record.source, number or 0))
        if isinstance(record, Article) and record.kind is not Kind.HOTLIST and item is not None:
            seen += 1
            same += record.text in (item.text, texts.news(item.n, item.published).text)
    return round(same / seen, 6) if seen else 0.0


def _hostile() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, Web() as web:
        outlets = traps.build(web)
        desk = Desk(Path(folder))
        configure(desk, outlets, {"timeout_s": 4, "max_pages": 60, "run_limit_s": 120})
        done = visit(desk, timeout=_LONG)
        records = everything(desk)
        harmless = [o for o in outlets if traps.NAMES.get(o.name, o.name == "calm")]
        return {
            "outlets": len(outlets), "exit_code": done.code,
            "crashes": sum("internal" in r["failures"] for r in done.runs.values()),
            "runs_told": len(done.runs), "requests": len(web.log), "sent_mb": round(sum(web.sent.values()) / 1e6),
            "peak_mb": round(done.peak_mb), "seconds": round(done.seconds, 1), "cpu_s": round(done.cpu_s, 1),
            "readable_outlets": len(harmless),
            "readable_outlets_whole": sum(measure.kept(o, records).well for o in harmless),
            "forbidden": sum(len(o.forbidden_asked()) for o in outlets),
            "kept_that_is_no_report": sum(measure.mark(r) is None for r in records),
        }  # fmt: skip


def _island() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        apart = ["unshare", "--map-root-user", "--net", "--mount"]
        command = [*apart, sys.executable, "-m", "tests.crawlers.sites.island", folder]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            return {"skipped": "no network namespace"}
        told = json.loads(done.stdout)
    return {
        "ways_tried": 2 * len(island.ASTRAY) + 8,
        "public_requests": told["asked"],
        "inner_requests": len(told["reached"]),
    }


if __name__ == "__main__":
    main()
