"""Briefs by mail: a real SMTP server takes, refuses, is away; everybody gets each issue once, and receipts say so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.briefs import desk
from monitor.briefs.desk import keeping, mailing, receipts, scheduled, sendings
from monitor.briefs.desk.actions import Change
from monitor.briefs.desk.receipts import Arrival
from monitor.ops import audit
from monitor.settings import Settings
from monitor.settings.rules import across
from monitor.store import Store
from monitor.store.memory import MemoryStore
from tests.alerts.sink import Sink, smtp_sink
from tests.briefs.build import settings as settings_of
from tests.briefs.desk import NOW, brief

ID = "daily.2026-11-21"
KEY = b"key of this test"
MINUTE = timedelta(minutes=1)
LINES = [
    {"name": "区委办公室", "to": ["office@example.org"], "formats": ["html"]},
    {"name": "区政府办公室", "to": ["gov@example.org", "Office@example.org"], "kinds": ["daily"], "formats": []},
    {"name": "月报读者", "to": ["monthly@example.org"], "kinds": ["monthly"]},
]


@pytest.fixture
def store() -> Store:
    return MemoryStore()


@pytest.fixture
def sink() -> Iterator[Sink]:
    with smtp_sink() as made:
        yield made


def configured(port: int, **more: Any) -> Settings:
    smtp = {"host": "127.0.0.1", "port": port, "sender": "yuqing@example.org", "timeout_s": 5}
    http = {"public_url": "https://yuqing.example.cn"}
    return settings_of(service={"smtp": smtp, "http": http}, brief={"distribution": LINES, **more})


def issued(store: Store, now: datetime = NOW) -> desk.Edition:
    if keeping.load(store, ID) is None:
        desk.draft(store, brief(), "service", now)
    return desk.issue(store, ID, "li", "none", now, send=True)


def arrivals(store: Store) -> dict[str, Arrival]:
    edition = keeping.load(store, ID)
    assert edition is not None
    return {r.to: r.arrival for r in receipts.receipts(store, edition)}


def to(sink: Sink, address: str) -> EmailMessage:
    return sink.mails[sink.recipients.index(address)]


def test_everybody_on_the_list_of_that_kind_gets_one_mail_and_each_address_once(store: Store, sink: Sink) -> None:
    settings = configured(sink.port)
    issued(store)
    mailing.dispatch(settings, store, KEY, NOW)
    assert sorted(sink.recipients) == ["gov@example.org", "office@example.org"]
    assert arrivals(store) == dict.fromkeys(sink.recipients, Arrival.ACCEPTED)
    mailing.dispatch(settings, store, KEY, NOW + timedelta(hours=3))
    assert len(sink.raw) == 2


def test_the_mail_says_what_the_brief_says_and_carries_the_formats_of_its_line(store: Store, sink: Sink) -> None:
    desk.draft(store, brief(), "service", NOW)
    desk.edit(store, ID, Change(note=((), ("请<b>尽快</b>答复。",))), "zhang", NOW)
    issued(store)
    lines = [{**LINES[0], "formats": ["docx", "html"]}, LINES[1]]
    mailing.dispatch(configured(sink.port, distribution=lines), store, KEY, NOW)
    mail = to(sink, "office@example.org")
    assert mail["Subject"] == "【专报】示例区每日舆情专报〔2026〕第 325 期（11月21日）"
    assert mail["From"] == "yuqing@example.org" and mail["Auto-Submitted"] == "auto-generated"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None and html is not None
    text = plain.get_content()
    assert "今日要点：供水留言12件，请区水务局答复。" in text and "编者按：请<b>尽快</b>答复。" in text
    assert "总体情况：当日采集到群众留言12件" in text and "zhang" not in mail.as_string()
    assert "请&lt;b&gt;尽快&lt;/b&gt;答复。" in html.get_content() and "<img" not in html.get_content()
    files = {str(part.get_filename()): part for part in mail.iter_attachments()}
    assert sorted(files) == ["示例区每日舆情专报〔2026〕第325期.docx", "示例区每日舆情专报〔2026〕第325期.html"]
    word = files["示例区每日舆情专报〔2026〕第325期.docx"].get_content()
    assert word.startswith(b"PK") and list(to(sink, "gov@example.org").iter_attachments()) == []


def test_a_pdf_that_cannot_be_set_holds_no_mail_up(
    store: Store, sink: Sink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weasyprint.py").write_text("raise ImportError('no Pango here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    issued(store)
    lines = [{"name": "区委办公室", "to": ["office@example.org"], "formats": ["pdf"]}]
    mailing.dispatch(configured(sink.port, distribution=lines), store, KEY, NOW)
    [mail] = sink.mails
    body = mail.get_body(("plain",))
    assert body is not None and "PDF 未能生成，改附网页版" in body.get_content()
    assert [part.get_content_type() for part in mail.iter_attachments()] == ["text/html"]


def test_a_refused_address_is_told_the_others_are_served_and_only_it_is_tried_again(store: Store, sink: Sink) -> None:
    settings = configured(sink.port)
    issued(store)
    sink.answers = ["550 no such user"]
    mailing.dispatch(settings, store, KEY, NOW)
    assert sorted(arrivals(store).values()) == [Arrival.ACCEPTED, Arrival.REFUSED]
    edition = keeping.load(store, ID)
    assert edition is not None
    refused = next(r for r in receipts.receipts(store, edition) if r.arrival is Arrival.REFUSED)
    assert "550" in refused.error and "收件人" in refused.error
    desk.send(store, ID, "li", NOW + MINUTE)
    mailing.dispatch(settings, store, KEY, NOW + MINUTE)
    assert sorted(sink.recipients) == ["gov@example.org", "office@example.org"] and len(set(sink.ids)) == 2
    desk.send(store, ID, "li", NOW + timedelta(hours=2))
    mailing.dispatch(settings, store, KEY, NOW + timedelta(hours=2))
    assert len(sink.raw) == 2, "who has it gets no second one"


def test_a_passing_refusal_is_tried_again_with_the_same_message(store: Store, sink: Sink) -> None:
    settings = configured(sink.port)
    issued(store)
    sink.data_answers = ["451 come back later", "451 come back later"]
    mailing.dispatch(settings, store, KEY, NOW)
    assert set(arrivals(store).values()) == {Arrival.QUEUED} and not sink.raw
    mailing.dispatch(settings, store, KEY, NOW + 2 * MINUTE)
    assert set(arrivals(store).values()) == {Arrival.ACCEPTED} and len(set(sink.ids)) == 2


def test_the_same_mail_is_the_same_bytes_on_every_try(store: Store, sink: Sink) -> None:
    edition = issued(store)
    sendings.expand(configured(sink.port), store, NOW)
    mail = sendings.mails(store, edition.sendings)[0]
    tries = []
    for _ in range(2):
        writer = mailing._Writer(configured(sink.port), store, KEY)
        message = writer.message(mail, "https://yuqing.example.cn")
        from monitor.alerts.channels.email import compose

        tries.append(compose(message, "yuqing@example.org").as_bytes())
    assert tries[0] == tries[1]


def test_mails_wait_for_a_server_that_is_away_and_are_given_up_after_two_days(store: Store, sink: Sink) -> None:
    issued(store)
    nobody = configured(1)
    mailing.dispatch(nobody, store, KEY, NOW)
    assert set(arrivals(store).values()) == {Arrival.QUEUED}
    mailing.dispatch(configured(sink.port), store, KEY, NOW + timedelta(hours=3))
    assert set(arrivals(store).values()) == {Arrival.ACCEPTED} and len(sink.raw) == 2


def test_a_mail_that_cannot_be_delivered_for_two_days_is_recorded_as_refused(store: Store) -> None:
    issued(store)
    nobody = configured(1)
    for hours in (0, 30, 60):
        mailing.dispatch(nobody, store, KEY, NOW + timedelta(hours=hours))
        mailing.dispatch(nobody, store, KEY, NOW + timedelta(hours=hours, minutes=61))
    assert set(arrivals(store).values()) == {Arrival.REFUSED}


def test_a_correction_goes_out_as_one_and_says_what_changed(store: Store, sink: Sink) -> None:
    settings = configured(sink.port)
    issued(store)
    mailing.dispatch(settings, store, KEY, NOW)
    later = NOW + timedelta(hours=1)
    desk.draft(store, brief("13"), "service", later)
    issued(store, later)
    mailing.dispatch(settings, store, KEY, later)
    mail = sink.mails[-1]
    assert mail["Subject"].startswith("【更正】") and len(set(sink.ids)) == 4
    body = mail.get_body(("plain",))
    assert body is not None and "本次更正" in body.get_content() and "由12件更正为13件" in body.get_content()
    edition = keeping.load(store, ID)
    assert edition is not None and [r.revision for r in receipts.receipts(store, edition)] == [2, 2, 1, 1]


def test_an_order_whose_issue_never_came_sends_nothing(store: Store, sink: Sink) -> None:
    settings = configured(sink.port)
    edition = desk.draft(store, brief(), "service", NOW)
    sendings.order(store, edition, 1, "li", NOW)  # and the process was killed before the issue was kept
    mailing.dispatch(settings, store, KEY, NOW)
    assert not sink.raw
    issued(store)
    mailing.dispatch(settings, store, KEY, NOW)
    mailing.dispatch(settings, store, KEY, NOW + timedelta(days=2))
    assert sorted(sink.recipients) == ["gov@example.org", "office@example.org"]


def test_mails_half_written_down_are_completed_and_not_doubled(store: Store, sink: Sink) -> None:
    settings = configured(sink.port)
    edition = issued(store)
    state = store.get(sendings.STATE_SENDING, edition.sendings[0])
    assert state is not None
    wanted = sendings.order_of(state.id, state.doc)
    first, *_ = sendings._mails(settings, store, edition, wanted, NOW)
    sendings._create(store, first)  # killed here
    mailing.dispatch(settings, store, KEY, NOW + MINUTE)
    assert sorted(sink.recipients) == ["gov@example.org", "office@example.org"]


def test_who_joins_the_list_later_is_sent_the_last_issue_alone(store: Store, sink: Sink) -> None:
    issued(store)
    mailing.dispatch(configured(sink.port), store, KEY, NOW)
    more = [*LINES, {"name": "新单位", "to": ["new@example.org"]}]
    desk.send(store, ID, "li", NOW + MINUTE, names=["新单位"])
    mailing.dispatch(configured(sink.port, distribution=more), store, KEY, NOW + MINUTE)
    assert sink.recipients.count("new@example.org") == 1 and len(sink.raw) == 3


def test_the_link_in_a_mail_confirms_that_mail_and_nothing_else(store: Store, sink: Sink) -> None:
    edition = issued(store)
    mailing.dispatch(configured(sink.port), store, KEY, NOW)
    body = to(sink, "gov@example.org").get_body(("plain",))
    assert body is not None
    url = next(word for word in body.get_content().split("：") if "mail=" in word).split()[0]
    assert url.startswith("//yuqing.example.cn") or "yuqing.example.cn/briefs/" in body.get_content()
    asked = parse_qs(urlsplit("https:" + url if url.startswith("//") else url).query)
    mail, sign = asked["mail"][0], asked["sign"][0]
    assert not receipts.confirm(store, edition, mail, "0" * 32, KEY, "leader", NOW)
    assert not receipts.confirm(store, edition, mail.replace("r001", "r002"), sign, KEY, "leader", NOW)
    assert not receipts.confirm(store, edition, mail, sign, b"another key", "leader", NOW)
    assert receipts.confirm(store, edition, mail, sign, KEY, "leader", NOW + MINUTE)
    assert receipts.confirm(store, edition, mail, sign, KEY, "leader", NOW + 2 * MINUTE)
    read = {r.to: (r.read, r.reader) for r in receipts.receipts(store, edition)}
    assert read == {"gov@example.org": (NOW + MINUTE, "leader"), "office@example.org": (None, "")}
    assert [e.action for e in audit.read(store)].count(audit.Action.BRIEF_READ) == 1


def test_with_a_review_the_schedule_makes_a_draft_tells_the_editors_and_reminds_them_once(
    store: Store, sink: Sink
) -> None:
    settings = configured(sink.port, review="one", editors=["desk@example.org"], remind_min=60)
    for minutes in range(3):
        scheduled.submit(settings, store, brief(), NOW + minutes * MINUTE)
        mailing.dispatch(settings, store, KEY, NOW + minutes * MINUTE)
    assert sink.recipients == ["desk@example.org"] and sink.mails[0]["Subject"].startswith("【待审】")
    assert scheduled.done(store, ID)
    edition = keeping.load(store, ID)
    assert edition is not None and not edition.revisions
    for minutes in (30, 61, 62, 300):
        scheduled.remind(settings, store, NOW + minutes * MINUTE)
        mailing.dispatch(settings, store, KEY, NOW + minutes * MINUTE)
    assert [m["Subject"][:4] for m in sink.mails] == ["【待审】", "【催办】"]
    desk.review(store, ID, "li", "one", NOW + 301 * MINUTE)
    desk.issue(store, ID, "li", "one", NOW + 301 * MINUTE, send=True)
    mailing.dispatch(settings, store, KEY, NOW + 301 * MINUTE)
    assert sorted(sink.recipients[2:]) == ["gov@example.org", "office@example.org"]


def test_without_a_review_the_schedule_issues_and_sends_at_once_and_only_once(store: Store, sink: Sink) -> None:
    settings = configured(sink.port)
    for minutes in range(3):
        scheduled.submit(settings, store, brief(), NOW + minutes * MINUTE)
        mailing.dispatch(settings, store, KEY, NOW + minutes * MINUTE)
    assert sorted(sink.recipients) == ["gov@example.org", "office@example.org"]


def test_what_the_list_cannot_do_is_said_at_the_check() -> None:
    wrong = [
        {"name": "甲", "to": ["not-an-address"]}, {"name": "甲", "to": ["a@example.org"]},
    ]  # fmt: skip
    found = [
        text for file, _, text in across(settings_of(brief={"distribution": wrong, "review": "one"})) if file == "brief"
    ]
    told = "\n".join(found)
    assert "名称重复" in told and "不是邮箱地址" in told and "smtp.host" in told and "编辑的邮箱" in told
