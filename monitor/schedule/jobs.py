"""What the service does by itself: crawl what is due, evaluate the rules, issue the brief, prune, replay the spool.

Each job is a function of the App and ``now`` that may be called at any time and any number of times: what is due is
read from the store, so a job missed while the service was down is done at the next call, once.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter

from monitor.app import App
from monitor.errors import StoreUnavailable
from monitor.model import CHINA, day_of
from monitor.ops import audit, latency, log, retention, runs
from monitor.ops.tally import Tally
from monitor.schedule import children, leases
from monitor.settings.watch import hastened

HOLDER = f"{socket.gethostname()}.{os.getpid()}.{secrets.token_hex(3)}"
"""This process, as other hosts see it in the leases."""
_CRAWL_GRACE_S = 60
CRAWL = "crawl"


@dataclass(frozen=True, slots=True)
class Job:
    """A name for logs and leases, how often it is looked at, and what it does."""

    name: str
    every_s: int
    run: Callable[[App, datetime], None]
    overlapping: int = 1


def all_jobs(app: App) -> tuple[Job, ...]:
    """The jobs of a service, with the periods of its configuration."""
    return (
        Job(CRAWL, 15, crawl_due, overlapping=2),
        Job("tick", app.settings.service.schedule.tick_s, evaluate),
        Job("brief", 60, issue_brief),
        Job("prune", 300, prune_daily),
        Job("reminders", 300, remind_departments),
        Job("spool", 30, replay_spool),
        Job("audit", 3600, verify_audit),
    )


def perform(job: Job, app: App) -> None:
    """Runs a job once; a store that is away is logged and counted, and the job comes again at its next turn."""
    tally = Tally()
    began = perf_counter()
    with log.bound(job=job.name, run_id=secrets.token_hex(6)):
        try:
            job.run(app, app.clock())
        except StoreUnavailable as error:
            log.get("schedule").warning("job waits for the store", code=error.code)
            return
        except Exception:
            tally.add("job_runs", job=job.name, outcome="failed")
            _keep(app, tally)
            raise  # the scheduler logs it by kind and place
        tally.add("job_runs", job=job.name, outcome="done")
        tally.mark("job_last_success_timestamp_seconds", app.clock(), job=job.name)
        if job.name != CRAWL:  # how long a crawl took would tell how many posts it read
            latency.observe(tally, "job_duration_seconds", perf_counter() - began, latency.RUNS, job=job.name)
        _keep(app, tally)


def _keep(app: App, tally: Tally) -> None:
    try:
        tally.flush(app.store, app.clock())
    except StoreUnavailable:
        log.get("schedule").warning("job counter not kept")


def crawl_due(app: App, now: datetime) -> None:
    """Starts one crawl child for all sources that are due and that no other host is crawling, and waits for its end."""
    sources = hastened(app.settings, now)
    due = runs.due(sources, runs.states(app.store, sources), now)
    limit = app.settings.service.crawl.run_limit_s + _CRAWL_GRACE_S
    holder = f"{HOLDER}.{secrets.token_hex(3)}"  # two crawls of this process must not take each other's sources
    mine = [s.id for s in due if leases.acquire(app.store, f"crawl.{s.id}", holder, now, timedelta(seconds=limit))]
    if not mine:
        return
    child = children.crawl(app.folder, mine)
    try:
        if child.wait(limit) is None:
            log.get("schedule").error("crawl over its time limit, ended", sources=mine)
        elif child.code:
            log.get("schedule").error("crawl failed", sources=mine, exit=child.code)
    finally:
        ended = child.code
        child.stop()
        _note_unfinished(app, mine, now, ended)
        for id in mine:
            leases.release(app.store, f"crawl.{id}", holder, app.clock())


def _note_unfinished(app: App, ids: list[str], started: datetime, code: int | None) -> None:
    """A crawl child that died left sources without a run: they count as failed, so that they back off."""
    known = runs.states(app.store, app.settings.sources.source)
    for id in ids:
        source, last = app.settings.source(id), known[id].last_run
        if source is None or (last is not None and last >= started):
            continue
        message = "采集进程超时，已结束" if code is None else f"采集进程异常结束（代码 {code}）；详见日志"
        failed = runs.SourceRun(source=id, kind=source.kind, started=started, finished=app.clock(),
                                state=runs.RunState.FAILED, message=message)  # fmt: skip
        runs.record(app.store, failed)


def evaluate(app: App, now: datetime) -> None:
    """Evaluates the rules and sends what is to be sent, on one host at a time."""
    from monitor.alerts.tick import tick

    if leases.acquire(app.store, "tick", HOLDER, now, timedelta(minutes=5)):
        tick(app.settings, app.store, now)


def issue_brief(app: App, now: datetime) -> None:
    """Issues the brief of the day before, once the morning's hour has come, unless it has been issued.

    One issued while its day still ran tells part of it: the whole one replaces it, as a revision.
    """
    from monitor.briefs import archive, daily

    local = now.astimezone(CHINA)
    if local.time() < app.settings.service.schedule.brief_at:
        return
    day = day_of(now) - timedelta(days=1)
    issued = archive.get(app.store, archive.id_of(day))
    if issued is not None and not issued.brief.partial:
        return
    if leases.acquire(app.store, "brief", HOLDER, now, timedelta(minutes=5)):
        archive.issue(app.store, daily(app.settings, app.store, day, now), now, who="service")
        log.get("schedule").info("brief issued", day=day.isoformat())


def remind_departments(app: App, now: datetime) -> None:
    """Once a working day: what departments have to answer. Sent by the next tick, as everything that is told."""
    from monitor.alerts.reminders import remind

    if leases.acquire(app.store, "reminders", HOLDER, now, timedelta(minutes=5)):
        remind(app.settings, app.store, now)


def prune_daily(app: App, now: datetime) -> None:
    """Prunes once a local day, after its hour."""
    if now.astimezone(CHINA).time() < app.settings.service.schedule.prune_at:
        return
    last = retention.last_prune(app.store)
    if last is not None and day_of(datetime.fromisoformat(str(last["now"]))) >= day_of(now):
        return
    if leases.acquire(app.store, "prune", HOLDER, now, timedelta(minutes=30)):
        retention.prune(app.store, app.spool, app.settings, now)
        log.get("schedule").info("pruned")


def verify_audit(app: App, now: datetime) -> None:
    """Reads the audit chain and notes whether it is whole; a fault is an alert of /metrics, never a reason to stop."""
    if not leases.acquire(app.store, "audit", HOLDER, now, timedelta(minutes=30)):
        return
    found, tally = audit.verify(app.store), Tally()
    if found.fault:
        log.get("schedule").error("audit chain broken", entries=found.entries)
    tally.mark("audit_fault_timestamp_seconds" if found.fault else "audit_verified_timestamp_seconds", now)
    tally.flush(app.store, now)


def replay_spool(app: App, _: datetime) -> None:
    """Hands what waited for the store over to it."""
    if app.spool.depth:
        app.spool.replay(app.store)
