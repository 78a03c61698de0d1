"""How long every page takes over real HTTP on the data of a configuration folder (the demo's unless told otherwise).

    python benchmarks/page_speed.py [--config data/demo/config] [--rounds 20]

One client, one page after the other, the server (waitress) in this process. ``first`` is the very first request of a
page in a fresh process that has loaded what ``api.warm`` loads at every start (its caches are empty); the others
follow. Times are milliseconds, the whole answer read; ``cpu`` is the processor time of client and server together,
which a busy machine does not change.
Nothing is changed but the audit log, which notes each visit.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from api import warm
from api.server import make_server
from monitor.app import App, open_app
from monitor.ops import log, people
from monitor.ops.people import Role

NAME = "page-speed"


@contextlib.contextmanager
def serving(app: App) -> Iterator[int]:
    server = make_server(app, "127.0.0.1", 0)
    warm.begin(server.application).join()
    threading.Thread(target=server.run, daemon=True).start()
    yield server.effective_port


def timed(port: int, path: str, token: str) -> tuple[float, int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.perf_counter()
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    body = answer.read()
    taken = (time.perf_counter() - began) * 1000
    connection.close()
    return taken, answer.status, body


def measure(app: App, rounds: int) -> dict[str, dict[str, float]]:
    now = app.clock()
    if people.get(app.store, NAME) is None:
        people.add(app.store, NAME, Role.ADMIN, people.make_password(), now)
    token = people.add_token(app.store, NAME, "benchmark", Role.ADMIN, now + timedelta(hours=1), now)
    topic = quote(app.settings.topics.topic[0].name) if app.settings.topics.topic else ""
    found: dict[str, dict[str, float]] = {}
    with serving(app) as port:
        events = json.loads(timed(port, "/api/v1/events?days=30", token)[2])["items"]
        alerts = json.loads(timed(port, "/api/v1/alerts?limit=1", token)[2])["items"]
        paths = ["/", "/alerts", "/topics", "/events?days=7", "/board", "/articles", "/briefs", "/sources", "/wall",
                 "/settings", "/audit", "/help"]  # fmt: skip
        paths += [f"/topics/{topic}"] * bool(topic) + [f"/events/{events[0]['id']}"] * bool(events)
        paths += [f"/alerts/{quote(alerts[0]['id'])}"] * bool(alerts)
        for path in paths:
            first, status, _ = timed(port, path, token)
            assert status == 200, f"{path}: {status}"
            began = time.process_time()
            times = sorted(timed(port, path, token)[0] for _ in range(rounds))
            cpu = (time.process_time() - began) * 1000 / rounds
            name = "/".join(path.split("/")[:2]) + ("/…" if path.count("/") > 1 else "")
            found[name] = {
                "first": round(first, 1), "median": round(statistics.median(times), 1),
                "cpu": round(cpu, 1), "p95": round(times[int(0.95 * (len(times) - 1))], 1),
            }  # fmt: skip
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=Path("data/demo/config"))
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    log.configure()
    # One client asks more often than a person may: the limits of rates are not what is measured.
    os.environ.update(YUQING_SERVICE__HTTP__RATE__CALLER_PER_MIN="0", YUQING_SERVICE__HTTP__RATE__STRANGER_PER_MIN="0")
    with open_app(given.config) as app, contextlib.redirect_stderr(None):
        found = measure(app, given.rounds)
    sys.stdout.write(json.dumps({"unit": "ms", "pages": found}, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
