"""今日, 预警 and 留言办理 over HTTP: what a duty officer does there, and what the figures say."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from monitor.alerts.book import AlertBook
from monitor.alerts.planning import notify
from monitor.alerts.routing import Recipient
from monitor.alerts.types import Event
from monitor.app import App
from monitor.ops import audit
from tests.api import district
from tests.api.client import Client, csrf_of


@pytest.fixture(scope="module")
def person(port: int) -> Client:
    client = Client(port)
    assert client.sign_in("duty", district.PASSWORD).status == 303
    return client


def test_the_first_page_says_how_the_day_compares(person: Client) -> None:
    page = person.get("/").text
    for words in (
        "今天与平时比",
        "较昨日同一时刻",
        "负面占比",
        "进行中的预警",
        "逾期未答复",
        "比昨天变了什么",
        "新预警",
        "增多",
    ):
        assert words in page, words
    assert f"/events/{district.MATTER}" in page and "/topics/" in page


def test_a_tile_and_the_page_it_leads_to_say_the_same(person: Client, reader: Client) -> None:
    overdue = re.search(r'href="/board\?show=overdue">(\d+)</a>', person.get("/").text)
    assert overdue and int(overdue[1]) == reader.get("/api/v1/board/overdue").json()["total"] > 0
    assert f'<a href="/board?show=overdue">{overdue[1]}</a>' in person.get("/board").text
    listed = person.get("/board?show=overdue").text
    assert listed.count('<div class="title">') == int(overdue[1])


def test_messages_are_listed_by_clock_department_and_age(person: Client) -> None:
    due = person.get("/board?show=due").text
    assert "即将到期" in due and 'badge warn">即将到期' in due and "已逾期</span>" not in due
    water = person.get(f"/board?department={quote('区水务局')}").text
    assert "区生态环境局</span>" not in water and water.count('<div class="title">') > 10
    oldest = person.get("/board?order=oldest").text
    newest = person.get("/board").text
    assert "11月6日" in oldest and "11月6日" not in newest.partition("各部门")[0]
    rates = [person.get(f"/board?sort={s}").text.partition('id="departments"')[2] for s in ("received", "rate", "slow")]
    assert all("区水务局" in r for r in rates)
    assert person.get("/board?order=random").status == 400


def test_what_the_desk_writes_stays_in_the_course_of_an_alert(person: Client, app: App) -> None:
    id = AlertBook(app.store).list()[0].id
    page = person.get(f"/alerts/{id}")
    csrf = csrf_of(page)
    assert person.post(f"/alerts/{id}/ack", {"csrf": csrf}).status == 303, "taken on with one press"
    for text in ("已致电水务局值班室", "抢修队到场，张三丰电话13812345678"):
        assert person.post(f"/alerts/{id}/note", {"csrf": csrf, "note": text}).status == 303
    course = person.get(f"/alerts/{id}").text.partition('id="course"')[2]
    assert course.index("签收") < course.index("已致电水务局值班室") < course.index("抢修队到场")
    assert "13812345678" not in course and "〔电话〕" in course
    assert person.post(f"/alerts/{id}/note", {"csrf": csrf, "note": " "}).status == 400
    assert person.post("/alerts/none/note", {"csrf": csrf, "note": "x"}).status == 404
    assert audit.Action.ALERT_NOTED in {e.action for e in audit.read(app.store, limit=20)}


def test_a_silence_can_be_ended_early(person: Client, app: App) -> None:
    book = AlertBook(app.store)
    silence = book.silence("噪音", district.NOW + timedelta(hours=8), "duty", "计划施工", district.NOW)
    page = person.get("/alerts")
    assert "结束静默" in page.text
    reply = person.post(f"/alerts/silences/{silence.id}/end", {"csrf": csrf_of(page)})
    assert reply.headers["Location"] == "/alerts?done=unsilence"
    assert "恢复通知" in person.get(reply.headers["Location"]).text
    assert not [s for s in book.silences(district.NOW) if s.id == silence.id]
    assert not book.end_silence(silence.id, "duty", district.NOW), "done twice it changes nothing"


def test_a_reader_can_do_nothing_about_an_alert(port: int, app: App) -> None:
    client = Client(port)
    client.sign_in("reader", district.PASSWORD)
    id = AlertBook(app.store).list()[0].id
    page = client.get(f"/alerts/{id}")
    assert "/note" not in page.text and "/ack" not in page.text
    for path in (f"/alerts/{id}/note", "/alerts/silences/x/end"):
        assert client.post(path, {"csrf": csrf_of(page), "note": "x"}).status == 403


def test_who_was_told_is_listed_with_what_failed(person: Client, app: App) -> None:
    notice = ("【信源异常】示例论坛", "没有新内容")
    to = [Recipient("mail", "desk@example.invalid", "王值班")]
    notify(app.settings, app.store, "2026-11-22T08+0800.source.forum", Event.SOURCE_FAILED, notice, district.NOW, to=to)
    page = person.get("/alerts/notifications").text
    assert "信源异常 · 【信源异常】示例论坛" in page and "王值班" in page and "待发送" in page
    assert "没有送不到的通知" in person.get("/alerts/notifications?failed=1").text


def test_alerts_are_filtered_by_state_and_topic_together(person: Client) -> None:
    page = person.get(f"/alerts?topic={quote('供水')}").text
    rows = re.findall(r'<th scope="row"><a href="/alerts/[^"]+">([^<]+)', page)
    assert rows and all(r.startswith("供水") for r in rows)
    assert f"state=open&amp;topic={quote('供水')}" in page
