"""kill -9 while the desk is being told: one district's day is run twice, undisturbed and killed again and again.

The child (``python -m tests.alerts.killing FOLDER PORT FIRST TICKS``) ticks through the moments of the day with a real SQLite
file and a real mail server; openings, growth, levels, escalations, reminders, a digest, a watch window with a snapshot,
all-clears. The parent kills it at random points and starts it again where it stopped. Since every message has an id
that is made of what it tells and to whom, the two days must have told the same messages to the same people.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from queue import Empty, Queue

from monitor.alerts.book import STATE_NOTIFICATION
from monitor.alerts.channels import build
from monitor.alerts.outbox import deliver
from monitor.alerts.tick import tick
from monitor.alerts.types import NotificationState
from monitor.model import Kind
from monitor.settings import Settings
from monitor.store import open_store
from tests.alerts.desk import NOON, ONE_CLOCK, Writer, burst, fill, settings_of
from tests.alerts.sink import Sink, smtp_sink
from tests.conftest import ROOT

MINUTE = timedelta(minutes=1)
STEP = 30 * MINUTE
MOMENTS = [NOON + i * STEP for i in range(14)]
TRIES = 6
AFTERWARDS = (1, 2)
"""Hours after the last moment, of undisturbed ticks: every claim has run out by then."""


@dataclass
class Day:
    """What the mail server was given. ``got``: how often each (recipient, Message-ID) arrived. ``unsent``: notifications
    that are in the store and are not marked as sent."""

    got: Counter[tuple[str, str]] = field(default_factory=Counter)
    unsent: int = 0
    kills: int = 0
    in_sending: int = 0
    """Kills that fell after the tick had begun to send."""


def day_settings(folder: Path, port: int) -> Settings:
    channels = [
        {"id": "mail", "type": "email", "to": [f"d{i}@example.org" for i in range(4)]},
        {"id": "chief", "type": "email", "to": ["chief@example.org"]},
    ]
    alerts = {
        "channel": channels,
        "route": [{"channels": ["mail"]}],
        "escalation": [{"after_min": 40, "channels": ["chief"], "levels": [1, 2, 3]}],
        "growth": {"every_h": 1},
        "reminder": {"before_min": 90},
        "digest": {"every": "hour"},
        "spike": ONE_CLOCK,
    }
    window = {"id": "w", "name": "汛期", "begin": NOON, "end": NOON + timedelta(hours=6), "snapshot_h": 2}
    made = settings_of(folder, port=port, engine="sqlite", alerts=alerts, watch={"watch": [window]})
    # A machine that is busy with other work must not look like a mail server that is away.
    smtp = made.service.smtp.model_copy(update={"timeout_s": 20})
    return made.model_copy(update={"service": made.service.model_copy(update={"smtp": smtp})})


def prepare(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    store, writer = open_store(day_settings(folder, 1)), Writer()
    store.init()
    for topic in ("供水", "公交"):
        fill(store, writer.history(NOON, topic=topic))
    fill(store, burst(writer, NOON, n=21), burst(writer, NOON, n=15, topics=("公交",)))
    fill(store, writer.many(Kind.POST, 60, NOON + timedelta(hours=1), places=("南湖街道",)))
    fill(store, writer.many(Kind.POST, 120, NOON + timedelta(hours=2), places=("青石街道",)))
    store.close()


def undisturbed(folder: Path, ticks: int = len(MOMENTS)) -> Day:
    """The day, or its first ``ticks``, without a kill, in this process."""
    prepare(folder)
    with smtp_sink() as sink:
        _run(folder, sink.port, 0, ticks)
        return Day(_got(sink), _unsent(folder))


def killed(folder: Path, kills: int, seed: int, ticks: int = len(MOMENTS)) -> Day:
    """The day with at most so many kills at random points, spread over it."""
    rng, day = random.Random(seed), Day()
    prepare(folder)
    with smtp_sink() as sink:
        sink.pause_s = 0.004
        first = 0
        while day.kills < kills and first < ticks:
            # The kills left are spread over the ticks left.
            ahead = rng.randint(0, max(0, 2 * (ticks - first) // max(1, kills - day.kills) - 1))
            first = _one_kill(folder, sink, first, ticks, ahead, rng, day)
        child = _start(folder, sink.port, first, ticks)
        assert child.wait(timeout=300) == 0
        child.communicate()
        day.got, day.unsent = _got(sink), _unsent(folder)
    return day


def _one_kill(folder: Path, sink: Sink, first: int, ticks: int, ahead: int, rng: random.Random, day: Day) -> int:
    """Starts a child at a tick, kills it in the tick ``ahead`` of it; the tick from which the next is to go on."""
    child = _start(folder, sink.port, first, ticks)
    lines, at = _lines(child), first
    try:
        for number in lines:
            at = number
            if number >= first + ahead:
                break
        before, began = sink.tried, time.monotonic()
        if rng.random() < 0.5:  # some moment of claiming, sending, marking
            while sink.tried == before and child.poll() is None and time.monotonic() - began < 5:
                time.sleep(0.0005)
            time.sleep(rng.uniform(0, 0.06))
        else:  # some moment of judging, writing, planning
            time.sleep(rng.uniform(0, 1.0))
        if child.poll() is None:
            child.send_signal(signal.SIGKILL)
            day.kills += 1
            day.in_sending += sink.tried > before
    finally:
        child.kill()
        child.wait()
    for number in lines:  # ticks that began between our look and the kill
        at = number
    assert child.stdout is not None
    child.stdout.close()
    return at


def _lines(child: subprocess.Popen[str]) -> Iterator[int]:
    queue: Queue[str | None] = Queue()

    def read() -> None:
        assert child.stdout is not None
        for line in child.stdout:
            queue.put(line)
        queue.put(None)

    threading.Thread(target=read, daemon=True).start()
    while True:
        try:
            line = queue.get(timeout=120)
        except Empty:
            return
        if line is None:
            return
        if line.startswith("tick "):  # the log speaks on the same output
            yield int(line.split()[1])


def _start(folder: Path, port: int, first: int, ticks: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.alerts.killing", str(folder), str(port), str(first), str(ticks)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def _run(folder: Path, port: int, first: int, ticks: int, *, say: bool = False) -> None:
    settings = day_settings(folder, port)
    store = open_store(settings)
    day = MOMENTS[:ticks]
    moments: list[datetime] = [*day, *(day[-1] + timedelta(hours=h) for h in AFTERWARDS)]
    for number in range(first, len(moments)):
        if say:
            sys.stdout.write(f"tick {number}\n")
            sys.stdout.flush()
        tick(settings, store, moments[number])
    # A mail server that was too slow for the time-out is asked again, as in life; nothing new is told by that.
    for more in range(1, TRIES):
        deliver(settings, store, build(settings), moments[-1] + more * timedelta(hours=2))
    store.close()


def _unsent(folder: Path) -> int:
    store = open_store(day_settings(folder, 1))
    states = store.list_states(STATE_NOTIFICATION)
    store.close()
    return sum(1 for s in states if s.doc["state"] != NotificationState.SENT)


def _got(sink: Sink) -> Counter[tuple[str, str]]:
    return Counter(zip(sink.recipients, sink.ids, strict=True))


if __name__ == "__main__":
    _run(Path(sys.argv[1]), *(int(a) for a in sys.argv[2:5]), say=True)
