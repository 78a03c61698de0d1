"""Runs the real crawler over the made web: at another time, killed in the middle, measured."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from monitor.model import AnyRecord
from tests.crawlers.desk import ROOT, Desk, all_records
from tests.crawlers.sites.outlet import Outlet
from tests.crawlers.sites.server import Web

_LATER = """
import sys, datetime, time_machine
now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=float(sys.argv.pop(1)))
time_machine.travel(now, tick=True).start()
from crawlers.__main__ import main
sys.exit(main())
"""
"""The crawler on a machine whose clock says that it is later; monotonic clocks go on as they are."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One pass: what it printed and logged, and what it cost."""

    runs: Mapping[str, Mapping[str, Any]]
    code: int
    log: str
    out: str
    seconds: float
    cpu_s: float
    peak_mb: float
    """Of the larger of its two processes."""

    def failures(self, source: str) -> set[str]:
        return set(self.runs[source]["failures"]) if source in self.runs else {"no run"}


def visit(desk: Desk, *sources: str, later: timedelta = timedelta(0), timeout: float = 120) -> Visit:
    """A whole pass of the real child, over all sources or some."""
    began = monotonic()
    child = start(desk, *sources, later=later)
    told = _Reading(child)
    alarm = threading.Timer(timeout, child.kill)
    alarm.start()
    _, status, used = os.wait4(child.pid, 0)
    alarm.cancel()
    child.returncode = os.waitstatus_to_exitcode(status)
    out, log = told.done()
    runs = {run["source"]: run for run in map(json.loads, out.splitlines())}
    cpu = used.ru_utime + used.ru_stime
    return Visit(runs, child.returncode, log, out, monotonic() - began, cpu, used.ru_maxrss / 1024)


def start(desk: Desk, *sources: str, later: timedelta = timedelta(0)) -> subprocess.Popen[str]:
    how = ["-c", _LATER, str(later.total_seconds())] if later else ["-m", "crawlers"]
    return subprocess.Popen(
        [sys.executable, *how, "--config", str(desk.config), *sources], cwd=ROOT, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


class _Reading:
    """Reads a child's outputs side by side, so that neither fills up."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self._told = ["", ""]
        self._threads = [
            threading.Thread(target=self._read, args=(n, stream))
            for n, stream in enumerate((child.stdout, child.stderr))
        ]
        for thread in self._threads:
            thread.start()

    def _read(self, n: int, stream: Any) -> None:
        with stream:
            self._told[n] = stream.read()

    def done(self) -> tuple[str, str]:
        for thread in self._threads:
            thread.join(30)
        return self._told[0], self._told[1]


def killed(desk: Desk, web: Web, rng: random.Random, most: int) -> tuple[bool, str]:
    """A pass that is killed (-9) at a random moment: the crawler, its intake process, or both; whether it still ran."""
    after = len(web.log) + rng.randint(1, most)
    child = start(desk)
    told = _Reading(child)
    web.wait(lambda: len(web.log) >= after or child.poll() is not None)
    # Anywhere within what follows a request: reading, judging, writing.
    threading.Event().wait(rng.random() * 0.12)
    ran = child.poll() is None
    victims = {"crawler": [child.pid], "intake": children_of(child.pid), "both": [child.pid, *children_of(child.pid)]}
    for pid in victims[rng.choice(sorted(victims))]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    child.wait(60)
    return ran, told.done()[1]


def children_of(pid: int) -> list[int]:
    """The processes that a process has started (Linux keeps them by thread)."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(c) for task in tasks for c in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def configure(desk: Desk, outlets: Sequence[Outlet], crawl: Mapping[str, Any] | None = None, **store: Any) -> None:
    desk.configure(
        [o.source() for o in outlets], {"max_bytes": 2_000_000, "max_pages": 2_000, **(crawl or {})}, **store
    )


def everything(desk: Desk) -> list[AnyRecord]:
    """Every record of the store, the withdrawn ones too."""
    with desk.store() as store:
        return [*all_records(store), *all_records(store, withdrawn=True)]
