"""kill -9 at the desk: briefs are drafted, edited, issued and sent by a child that is killed again and again.

The child (``python -m tests.briefs.killing FOLDER PORT BRIEFS``) works through a list of topic briefs with a real
SQLite file and a real mail server and skips what is done. The parent kills it at random moments and starts it again.
"""

from __future__ import annotations

import contextlib
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path

from monitor.briefs import desk
from monitor.briefs.desk import keeping, mailing, sendings
from monitor.briefs.desk.actions import Change
from monitor.briefs.desk.types import DeskError
from monitor.settings import Settings
from monitor.store import Store, open_store
from tests.alerts.sink import Sink
from tests.briefs.build import settings as settings_of
from tests.briefs.desk import NOW, topic
from tests.conftest import ROOT

KEY = b"key of this test"
PEOPLE = [f"p{i}@example.org" for i in range(3)]
_PATIENCE_S = 30.0


def settings(folder: Path, port: int) -> Settings:
    return settings_of(
        service={
            "data": str(folder), "store": {"path": str(folder / "desk.db")},
            "smtp": {"host": "127.0.0.1", "port": port, "sender": "yuqing@example.org", "timeout_s": 20},
        },
        brief={"distribution": [{"name": "分送单", "to": PEOPLE, "formats": []}]},
    )  # fmt: skip


def slugs(briefs: int) -> list[str]:
    return [f"t{i:02d}" for i in range(briefs)]


def work(store: Store, configured: Settings, briefs: int, *, tell: bool = False) -> None:
    """Everything that is still to be done, as a person and the schedule would do it."""
    for slug in slugs(briefs):
        made = topic(slug)
        edition = desk.draft(store, made, "service", NOW)
        if not edition.revisions:
            if not edition.corrections:
                desk.edit(store, made.id, Change(texts=(("lead/0", "供水留言", "停水留言"),)), "zhang", NOW)
            with contextlib.suppress(DeskError):  # a process that took the next number issued it already
                desk.issue(store, made.id, "li", "none", NOW, send=True)
        mailing.dispatch(configured, store, KEY, NOW)
        if tell:
            sys.stdout.write(f"{slug}\n")
            sys.stdout.flush()


def child(folder: Path, port: int, briefs: int) -> None:
    configured = settings(folder, port)
    store = open_store(configured)
    store.init()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    work(store, configured, briefs, tell=True)
    store.close()


def run(folder: Path, sink: Sink, briefs: int, kills: int, seed: int, longest_s: float = 0.25) -> int:
    """The whole list with ``kills`` kills at random moments, at most ``longest_s`` after the child began.

    Returns how many fell before the child was done.
    """
    chance, fell = random.Random(seed), 0
    for _ in range(kills):
        process = _start(folder, sink.port, briefs)
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        killer = threading.Timer(chance.uniform(0.005, longest_s), process.send_signal, [signal.SIGKILL])
        killer.start()
        process.stdout.read()
        killer.join()
        fell += process.wait(_PATIENCE_S) == -signal.SIGKILL
        process.stdout.close()
    # The last pass runs undisturbed, after every claim of a killed one has run out.
    configured = settings(folder, sink.port)
    store = open_store(configured)
    work(store, configured, briefs)
    for hours in range(1, 40):  # a machine that is busy answers late: what is put off is tried again
        if not pending(store):
            break
        mailing.dispatch(configured, store, KEY, NOW + timedelta(hours=hours))
    store.close()
    return fell


def numbers(store: Store, briefs: int) -> list[int | None]:
    """The 期号 of the issued briefs in the order of the list."""
    found = []
    for slug in slugs(briefs):
        edition = keeping.load(store, topic(slug).id)
        assert edition is not None and len(edition.revisions) == 1, slug
        found.append(keeping.content(store, edition.revisions[0].content).number)
    return found


def pending(store: Store) -> int:
    """Mails that are written down and not yet taken by the server, and orders not yet written out."""
    mails = store.list_states(sendings.STATE_MAIL)
    orders = store.list_states(sendings.STATE_SENDING)
    return sum(m.doc["state"] == "pending" for m in mails) + sum(not o.doc["planned"] for o in orders)


def got(sink: Sink) -> Counter[tuple[str, str]]:
    """(recipient, Message-ID) of everything that the mail server took."""
    return Counter(zip(sink.recipients, sink.ids, strict=True))


def _start(folder: Path, port: int, briefs: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.briefs.killing", str(folder), str(port), str(briefs)], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip


if __name__ == "__main__":
    child(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
