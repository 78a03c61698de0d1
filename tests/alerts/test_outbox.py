"""Delivery over real SMTP: retried with the same Message-ID, refused for good, away, slow, raced and killed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.alerts.book import AlertBook
from monitor.alerts.tick import tick
from monitor.alerts.types import NotificationState
from monitor.store import open_store
from tests.alerts import killing
from tests.alerts.desk import NOON, TO, Writer, burst, fill, settings_of
from tests.alerts.sink import smtp_sink
from tests.conftest import ROOT

MINUTE = timedelta(minutes=1)


@pytest.fixture
def settings(tmp_path, sink):
    return settings_of(tmp_path, port=sink.port)


@pytest.fixture
def spiking(store, writer):
    """A store in which the next tick finds a burst."""
    fill(store, writer.history(NOON), burst(writer, NOON))
    return store


def only(store):
    [alert] = AlertBook(store).list()
    return AlertBook(store).notifications(alert.id)


def test_a_passing_refusal_is_tried_again_later_with_the_same_message_id(settings, spiking, sink):
    sink.answers = ["451 greylisted"]
    assert len(tick(settings, spiking, NOON).retried) == 1
    [waiting] = only(spiking)
    assert waiting.state is NotificationState.PENDING and "451" in waiting.error
    tick(settings, spiking, NOON + timedelta(seconds=30))
    assert sink.raw == [], "not before its time"
    tick(settings, spiking, NOON + 2 * MINUTE)
    assert sink.ids == [f"<{waiting.message_id}>"]
    [sent] = only(spiking)
    assert (sent.state, sent.tries, sent.error) == (NotificationState.SENT, 2, "")


def test_a_message_refused_after_data_is_tried_again_and_is_byte_for_byte_the_same(settings, spiking, sink):
    sink.data_answers = ["452 disk full"]
    tick(settings, spiking, NOON)
    tick(settings, spiking, NOON + 2 * MINUTE)
    from monitor.alerts.channels.email import compose
    from monitor.alerts.render import render

    [sent] = only(spiking)
    expected = compose(render(sent, settings.public_url), settings.service.smtp.sender)
    assert sink.raw[0].replace(b"\r\n", b"\n").strip() == expected.as_bytes().replace(b"\r\n", b"\n").strip()


def test_a_server_that_is_away_is_asked_again_and_nothing_is_lost(tmp_path, spiking):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    settings = settings_of(tmp_path, port=port)
    for minute in (0, 1, 5, 20):
        tick(settings, spiking, NOON + minute * MINUTE)
    [waiting] = only(spiking)
    assert waiting.state is NotificationState.PENDING and "连接不上" in waiting.error
    with smtp_sink(port=port) as sink:
        tick(settings, spiking, NOON + 60 * MINUTE)
        assert sink.recipients == [TO]


def test_a_message_that_nobody_takes_for_two_days_is_recorded_as_failed(tmp_path, spiking):
    settings = settings_of(tmp_path, port=1)
    tick(settings, spiking, NOON)
    tick(settings, spiking, NOON + timedelta(hours=49))
    assert NotificationState.FAILED_PERMANENTLY in {n.state for n in only(spiking)}


def test_a_server_that_stalls_is_given_up_after_the_time_out_and_tried_again(tmp_path, spiking, sink):
    settings = settings_of(tmp_path, port=sink.port)
    smtp = settings.service.smtp.model_copy(update={"timeout_s": 0.3})
    settings = settings.model_copy(update={"service": settings.service.model_copy(update={"smtp": smtp})})
    sink.hold.clear()
    started = time.monotonic()
    assert len(tick(settings, spiking, NOON).retried) == 1
    assert time.monotonic() - started < 5
    sink.hold.set()
    tick(settings, spiking, NOON + 2 * MINUTE)
    # The stalled try may have been taken after all: its outcome was unknowable, so both bear one Message-ID.
    assert len(set(sink.ids)) == 1


def test_one_refused_recipient_does_not_keep_the_mail_from_the_others(tmp_path, spiking, sink):
    channel = {"id": "mail", "type": "email", "to": ["a@example.org", "b@example.org", "c@example.org"]}
    settings = settings_of(tmp_path, port=sink.port, alerts={"channel": [channel]})
    sink.answers = ["550 no such user"]
    report = tick(settings, spiking, NOON)
    assert (len(report.sent), len(report.failed)) == (2, 1)
    assert len(sink.raw) == 2 and len(set(sink.ids)) == 2


def test_a_wrong_password_is_not_a_lost_alert(tmp_path, spiking):
    from aiosmtpd.smtp import AuthResult

    def never(server, session, envelope, mechanism, data):
        return AuthResult(success=False, handled=False)

    with smtp_sink(authenticator=never, auth_require_tls=False) as sink:
        settings = settings_of(tmp_path, port=sink.port)
        smtp = settings.service.smtp.model_copy(update={"user": "u", "password": "p"})
        from monitor.settings.service import SmtpSettings

        smtp = SmtpSettings.model_validate({**settings.service.smtp.model_dump(), "user": "u", "password": "p"})
        settings = settings.model_copy(update={"service": settings.service.model_copy(update={"smtp": smtp})})
        tick(settings, spiking, NOON)
        [waiting] = only(spiking)
        assert waiting.state is NotificationState.PENDING
        assert "用户名或密码" in waiting.error


def test_many_ticks_at_once_send_one_mail(settings, spiking, sink):
    barrier = threading.Barrier(6)

    def one():
        barrier.wait()
        tick(settings, spiking, NOON)

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tick(settings, spiking, NOON + MINUTE)
    assert len(sink.raw) == 1
    assert len(AlertBook(spiking).list()) == 1


PROGRAM = """
import sys
from datetime import datetime
from pathlib import Path
from monitor.alerts.tick import tick
from monitor.store import open_store
from tests.alerts.desk import settings_of
folder, port = Path(sys.argv[1]), int(sys.argv[2])
channel = {"id": "mail", "type": "email", "to": [f"d{i}@example.org" for i in range(8)]}
settings = settings_of(folder, port=port, engine="sqlite", alerts={"channel": [channel]})
store = open_store(settings)
print("ready", flush=True)
for moment in sys.argv[3:]:
    tick(settings, store, datetime.fromisoformat(moment))
"""


def start(folder: Path, port: int, *moments) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder), str(port), *(m.isoformat() for m in moments)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


@pytest.fixture
def shared_file(tmp_path):
    """An SQLite store with a burst, closed again so that only child processes use it."""
    settings = settings_of(tmp_path, engine="sqlite")
    store = open_store(settings)
    store.init()
    writer = Writer()
    fill(store, writer.history(NOON), burst(writer, NOON))
    store.close()
    return tmp_path


def test_two_processes_send_each_recipient_one_mail(shared_file, sink):
    processes = [start(shared_file, sink.port, NOON, NOON + MINUTE) for _ in range(2)]
    assert [p.wait(timeout=60) for p in processes] == [0, 0]
    for process in processes:
        process.communicate()
    assert sorted(sink.recipients) == [f"d{i}@example.org" for i in range(8)]


def test_a_day_with_kills_tells_the_same_messages_to_the_same_people_as_a_quiet_one(tmp_path):
    """A sample of benchmarks/kill_notify.py: every kind of message, kill -9 at random points, then the day's end."""
    quiet = killing.undisturbed(tmp_path / "quiet", ticks=5)
    disturbed = killing.killed(tmp_path / "killed", kills=4, seed=5, ticks=5)
    assert disturbed.kills >= 3
    assert set(quiet.got.values()) == {1}
    assert quiet.unsent == disturbed.unsent == 0
    assert set(quiet.got) - set(disturbed.got) == set(), "lost"
    assert set(disturbed.got) - set(quiet.got) == set(), "told under another Message-ID"
    # A repeat can only come from a kill between the server's acceptance and our mark: one mail a kill at most.
    assert sum(n - 1 for n in disturbed.got.values()) <= disturbed.kills
