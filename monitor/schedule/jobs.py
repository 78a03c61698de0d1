"""What the service does by itself: crawl what is due, evaluate the rules, issue the brief, prune, replay the spool.

Each job is a function of the App and ``now`` that may be called at any time and any number of times: what is due is
read from the store, so a job missed while the service was down is done at the next call, once.
"""

from __future__ import annotations

import hashlib
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
from monitor.ops import audit, latency, log, pace, retention, runs
from monitor.ops.tally import Tally
from monitor.ops.unreleased import unreleased_since
from monitor.schedule import children, leases
from monitor.settings.types import Source
from monitor.settings.watch import hastened

HOLDER = f"{socket.gethostname()}.{os.getpid()}.{secrets.token_hex(3)}"
"""This process, as other hosts see it in the leases."""
_CRAWL_GRACE_S = 60
_APART = timedelta(seconds=10)
"""Between two evaluations that crawls ask for; the usual turn comes besides."""
_CRAWL_LOOK_S = 5
CRAWL = "crawl"


@dataclass(frozen=True, slots=True)
class Job:
    """A name for logs and leases, how often it is looked at, and what it does."""

    name: str
    every_s: int
    run: Callable[[App, datetime], bool | None]
    """False: there was nothing to do, which is not worth a counter (crawls are looked for every few seconds)."""
    overlapping: int = 1


def all_jobs(app: App) -> tuple[Job, ...]:
    """The jobs of a service, with the periods of its configuration."""
    return (
        Job(CRAWL, 5, crawl_due, overlapping=2),  # half of it is added to the age of everything that is read
        Job("tick", app.settings.service.schedule.tick_s, evaluate),
        Job("brief", 60, issue_brief),
        Job("brief-mail", 30, send_briefs),
        Job("prune", 300, prune_daily),
        Job("reminders", 300, remind_departments),
        Job("spool", 30, replay_spool),
        Job("drops", 30, import_drops),
        Job("audit", 3600, verify_audit),
    )


def perform(job: Job, app: App) -> None:
    """Runs a job once; a store that is away is logged and counted, and the job comes again at its next turn."""
    tally = Tally()
    began = perf_counter()
    with log.bound(job=job.name, run_id=secrets.token_hex(6)):
        try:
            worked = job.run(app, app.clock())
        except StoreUnavailable as error:
            log.get("schedule").warning("job waits for the store", code=error.code)
            return
        except Exception:
            tally.add("job_runs", job=job.name, outcome="failed")
            _keep(app, tally)
            raise  # the scheduler logs it by kind and place
        if worked is False:
            return
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


def crawl_due(app: App, now: datetime) -> bool:
    """Starts one crawl child for all sources that are due and that no other crawl is reading, and waits for its end.
    False if there are none.

    A site is read by one crawl at a time, whatever number of its sources is due: its pauses hold for all of them.
    """
    sources = hastened(app.settings, now)
    due = runs.due(sources, runs.states(app.store, sources), now)
    limit = app.settings.service.crawl.run_limit_s + _CRAWL_GRACE_S
    holder = f"{HOLDER}.{secrets.token_hex(3)}"  # two crawls of this process must not take each other's sources
    mine = [s for s in due if leases.acquire(app.store, _site_lease(s), holder, now, timedelta(seconds=limit))]
    if not mine:
        return False
    child = children.crawl(app.folder, [s.id for s in mine])
    held: dict[str, list[str]] = {}
    for source in mine:
        held.setdefault(_site_lease(source), []).append(source.id)
    try:
        for _ in range(0, limit, _CRAWL_LOOK_S):
            if child.wait(_CRAWL_LOOK_S) is not None:
                break
            _release_read(app, held, holder, now)
        if child.code is None:
            log.get("schedule").error("crawl over its time limit, ended", sources=[s.id for s in mine])
        elif child.code:
            log.get("schedule").error("crawl failed", sources=[s.id for s in mine], exit=child.code)
    finally:
        ended = child.code
        child.stop()
        _note_unfinished(app, [s.id for s in mine], now, ended)
        for lease in held:
            leases.release(app.store, lease, holder, app.clock())
    ended_at = app.clock()
    # What has just come is judged now, not at the next turn; of crawls that end one after the other only the first.
    if _brought(app, [s.id for s in mine], now) and leases.acquire(app.store, "crawl-tick", holder, ended_at, _APART):
        evaluate(app, ended_at)
    return True


def _brought(app: App, ids: list[str], started: datetime) -> bool:
    """Whether a crawl brought anything new."""
    known = runs.states(app.store, app.settings.sources.source)
    return any((new := known[id].last_new) is not None and new >= started for id in ids)


def _release_read(app: App, held: dict[str, list[str]], holder: str, started: datetime) -> None:
    """Gives back the sites that have been read: a slow one must not keep the others from their turn."""
    try:
        known = runs.states(app.store, app.settings.sources.source)
        for lease, ids in list(held.items()):
            if all((last := known[id].last_run) is not None and last >= started for id in ids):
                leases.release(app.store, lease, holder, app.clock())
                del held[lease]
    except StoreUnavailable:
        return  # they are given back when the crawl has ended


def _site_lease(source: Source) -> str:
    """A site by the hash of its name: addresses are not written down (S1)."""
    site = pace.site_of(source.url, source.local)
    return f"site.{hashlib.sha256(site.encode()).hexdigest()[:24]}"


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
    """Hands every brief that is due and not yet made to the desk, which issues it or lays it before the editors.

    One issued while its period still ran tells part of it: the whole one replaces it, as a revision.
    """
    from monitor.briefs import make
    from monitor.briefs.desk import scheduled
    from monitor.schedule.briefs import due_briefs

    settings, store = app.settings, app.store
    wanted = due_briefs(settings, store, now)
    if wanted and leases.acquire(store, "brief", HOLDER, now, timedelta(minutes=5)):
        for due in wanted:
            brief = make(settings, store, due.kind, due.day, now, due.subject)
            edition = scheduled.submit(settings, store, brief, now)
            log.get("schedule").info("brief made", id=brief.id, state=edition.state.value)
    scheduled.remind(settings, store, now)


def send_briefs(app: App, now: datetime) -> None:
    """Sends the mails of issued briefs and of drafts that wait; every mail is claimed, so hosts may overlap."""
    from monitor.briefs.desk import mailing

    delivered = mailing.dispatch(app.settings, app.store, app.keys.session, now)
    if delivered.sent or delivered.failed:
        log.get("schedule").info("brief mails", sent=len(delivered.sent), refused=len(delivered.failed))


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


def replay_spool(app: App, now: datetime) -> None:
    """Hands what waited for the store over to it."""
    if app.spool.depth:
        app.spool.replay(app.store, unreleased=unreleased_since(now, app.settings.service.schedule.brief_at))


def import_drops(app: App, now: datetime) -> None:
    """Imports the files that other systems left in the drop folders of sources."""
    if not any(s.drop is not None and s.enabled for s in app.settings.sources.source):
        return
    from monitor.ops import drops

    if leases.acquire(app.store, "drops", HOLDER, now, timedelta(minutes=60)):
        drops.take(app.settings, app.store, app.spool, app.keys.record, app.clock)
