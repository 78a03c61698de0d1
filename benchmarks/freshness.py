"""From a page published on a local site to the alert in the mail server, through the whole service. Prints JSON.

    python benchmarks/freshness.py [--topics 12] [--minutes 5] [--tick 60] [--seed 1]

``yuqing run`` reads one feed of a board every 60 seconds, the shortest interval there is. For each of some topics with
three weeks of quiet history, a burst of messages is published at a random moment of the given minutes; each burst is
one trial. ``seen`` is from publication to the moment the page was read, ``alert`` to the arrival of the mail. The
possible median of ``seen`` is half the interval; the aim for ``alert`` is half the interval and five seconds. What the
service measures of itself (state documents ``told``, /metrics) stands beside what this script saw from outside.
``missing``: bursts without a mail two minutes after the last one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from monitor.alerts import told  # noqa: E402
from monitor.model import BoardMessage, Kind, Labels, Sentiment  # noqa: E402
from monitor.settings import load  # noqa: E402
from monitor.store import RecordQuery, Store, open_store  # noqa: E402
from tests.alerts.sink import Sink, smtp_sink  # noqa: E402
from tests.site import Reply, Site  # noqa: E402

INTERVAL_S = 60
BURST = 18
PATIENCE_S = 120
MATTERS = ("停水", "停电", "夜间施工噪音", "公交晚点", "路灯不亮", "垃圾没人清运", "占道停车", "燃气漏气", "电梯故障",
           "路面积水", "暖气不热", "下水道堵塞")  # fmt: skip
STREETS = ("青石", "南湖", "桂园", "新城", "滨河", "白塔")
BAD = (
    "已经两天了没有人管，投诉多次都没用，太气人了",
    "严重影响生活，老人孩子受不了，实在忍无可忍",
    "推来推去没人解决，让人非常失望",
)
NEGATIVE = Sentiment(0.9, 0.08, 0.02, "history", "1")


@dataclass
class Trial:
    """One burst: when it was published, read, and told by mail; seconds since 1970."""

    topic: str
    published: float = 0.0
    seen: float | None = None
    told: float | None = None
    kept: int = 0
    """Messages of the burst that the store holds."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--topics", type=int, default=12, choices=range(1, len(MATTERS) + 1), metavar="1-12")
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--tick", type=int, default=60, help="seconds between two evaluations of the rules")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    trials = [Trial(topic) for topic in MATTERS[: given.topics]]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, Site() as site, smtp_sink() as sink:
        config = _configure(Path(folder), site, sink.port, given.tick, trials)
        store = open_store(load(config))
        store.init()
        for number, trial in enumerate(trials):
            store.add(list(_history(trial.topic, number)))
        _run(config, site, sink, trials, given.minutes * 60, random.Random(given.seed))
        _look(store, trials)
        own = [float(state.doc["delays"]["board"]) for state in store.list_states(told.STATE)]
        store.close()
    figures = _figures(trials, given.tick, time.monotonic() - began) | {"alert_by_the_service_itself": _spread(own)}
    print(json.dumps(figures, ensure_ascii=False, indent=2))


def _configure(folder: Path, site: Site, smtp: int, tick: int, trials: list[Trial]) -> Path:
    config = folder / "config"
    config.mkdir()
    topics = "".join(
        f'[[topic]]\nname = "{t.topic}"\nofficial = "城乡建设"\ndepartment = "区住建局"\nterms = ["{t.topic}"]\n'
        for t in trials
    )
    files = {
        "service": f"""data = "{folder / "data"}"
[smtp]
host = "127.0.0.1"
port = {smtp}
sender = "yuqing@example.org"
[http]
port = {_free()}
[schedule]
tick_s = {tick}
""",
        "district": 'name = "示例区"\ncity = "示例市"\nprovince = "示例省"\n',
        "sources": f"""[[source]]
id = "board"
name = "示例留言板"
kind = "board"
adapter = "rss"
url = "{site.url("/feed.xml")}"
local = true
trusted = true
delay_s = 0
follow = false
interval_min = 1
fastest_min = 1
slowest_min = 1
""",
        "topics": topics,
        "alerts": '[[channel]]\nid = "mail"\ntype = "email"\nto = ["d@example.org"]\n[[route]]\nchannels = ["mail"]\n',
        "response_plan": 'title = "预案"\n[[department]]\nname = "区住建局"\n',
    }
    for name, text in files.items():
        (config / f"{name}.toml").write_text(text, encoding="utf-8")
    return config


def _history(topic: str, number: int) -> list[BoardMessage]:
    """Three quiet weeks: two messages a day at changing hours."""
    now = datetime.now(UTC)
    return [
        BoardMessage(
            id=f"history{number}.{day}.{i}", source="board", kind=Kind.BOARD, title=topic, text=f"反映{topic}的情况",
            published=now - timedelta(days=22 - day, hours=(7 * day + 5 * i + number) % 20 + 1), seen=now,
            labels=Labels(sentiment=NEGATIVE, topics=(topic,)), url=f"http://board.invalid/{number}/{day}/{i}",
        )
        for day in range(21) for i in range(2)
    ]  # fmt: skip


def _run(config: Path, site: Site, sink: Sink, trials: list[Trial], span_s: float, rng: random.Random) -> None:
    entries: list[str] = []
    _publish(site, entries)
    command = [sys.executable, "-c", "from monitor.cli import main; main()", "run", "--config", str(config)]
    log = (config.parent / "log").open("w")
    service = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=log, env={**os.environ})
    try:
        site.wait_for("/feed.xml", timeout=60)
        time.sleep(20)  # the first pass has ended: what follows is the usual course
        start = time.time()
        for trial, at in zip(trials, sorted(start + rng.random() * span_s for _ in trials), strict=True):
            _until(at, sink, trials)
            trial.published = time.time()
            entries.extend(_burst(site, trial))
            _publish(site, entries)
        _until(time.time() + PATIENCE_S, sink, trials)
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait(60)
        log.close()


def _burst(site: Site, trial: Trial) -> list[str]:
    moment = format_datetime(datetime.fromtimestamp(trial.published, UTC))
    made = []
    for i in range(BURST):
        text = f"示例区{STREETS[i % 6]}街道{i + 3}号院附近{trial.topic}，{BAD[i % 3]}，请尽快处理（第{i + 1}次反映）。"
        link = site.url(f"/m/{trial.topic}-{i}")
        made.append(f"<item><title>反映{STREETS[i % 6]}{trial.topic}问题{i + 1}</title><link>{link}</link>"
                    f"<pubDate>{moment}</pubDate><description>{text}</description></item>")  # fmt: skip
    return made


def _publish(site: Site, entries: list[str]) -> None:
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{"".join(entries[-300:])}</channel></rss>'
    )
    site.pages["/feed.xml"] = Reply(text, "application/rss+xml; charset=utf-8")


def _until(end: float, sink: Sink, trials: list[Trial]) -> None:
    """Waits, and notes mails as they arrive, to a twentieth of a second."""
    while time.time() < end and not all(t.told for t in trials):
        for mail in sink.mails:
            for trial in trials:
                if (
                    trial.told is None
                    and trial.published
                    and str(mail["Subject"]).split("】")[-1].startswith(trial.topic)
                ):
                    trial.told = time.time()
        time.sleep(0.05)


def _look(store: Store, trials: list[Trial]) -> None:
    for trial in trials:
        query = RecordQuery(kinds=(Kind.BOARD,), topics=(trial.topic,), limit=200)
        read = [r.seen for r in store.find(query).records if r.published.timestamp() >= int(trial.published)]
        trial.kept = len(read)
        trial.seen = min(read).timestamp() if read else None


def _figures(trials: list[Trial], tick: int, seconds: float) -> dict[str, object]:
    seen = [t.seen - t.published for t in trials if t.seen is not None]
    told = [t.told - t.published for t in trials if t.told is not None]
    return {
        "interval_s": INTERVAL_S, "tick_s": tick, "trials": len(trials), "aim_alert_median_s": INTERVAL_S / 2 + 5,
        "possible_seen_median_s": INTERVAL_S / 2, "seen": _spread(seen), "alert": _spread(told),
        "missing": len(trials) - len(told), "messages_kept": sum(t.kept for t in trials),
        "seconds": round(seconds),
    }  # fmt: skip


def _spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    if not ordered:
        return {}
    place = min(len(ordered) - 1, round(0.9 * (len(ordered) - 1)))
    found = {
        "median_s": statistics.median(ordered),
        "p90_s": ordered[place],
        "least_s": ordered[0],
        "most_s": ordered[-1],
    }
    return {name: round(value, 1) for name, value in found.items()}


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
