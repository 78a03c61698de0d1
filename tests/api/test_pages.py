"""The pages over real HTTP: what they show, what they never show, and how they fail."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest

from api.dashboard.words import change, hours, web_link
from monitor.alerts.book import AlertBook
from monitor.alerts.tick import tick
from monitor.app import App, open_app
from monitor.model import Kind
from monitor.store import RecordQuery
from tests.api import district
from tests.api.client import Client, csrf_of, serving

PAGES = (
    "/",
    "/alerts",
    "/board",
    "/board?show=overdue",
    "/articles",
    "/briefs",
    "/briefs/daily.2026-11-21",
    "/sources",
)


@pytest.fixture
def person(port: int) -> Client:
    client = Client(port)
    assert client.sign_in("duty", district.PASSWORD).status == 303
    return client


@pytest.mark.parametrize("path", PAGES)
def test_every_page_asks_for_sign_in_first(anonymous: Client, path: str) -> None:
    reply = anonymous.get(path)
    assert reply.status == 303 and reply.headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_whole_and_safe(person: Client, app: App, path: str) -> None:
    reply = person.get(path)
    assert reply.status == 200
    assert reply.text.startswith("<!doctype html>") and '<html lang="zh-CN">' in reply.text
    assert '<main id="main"' in reply.text and "跳到正文" in reply.text
    policy = reply.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Referrer-Policy"] == "same-origin"
    assert reply.headers["Cache-Control"] == "no-store"
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=\"", reply.text), "nothing inline"
    assert district.POST_TEXT not in reply.text
    assert app.store.find(RecordQuery(kinds=(Kind.POST,), limit=1)).records[0].id not in reply.text


@pytest.mark.parametrize("path", ["/", "/articles", "/board", "ALERT"])
def test_a_hostile_title_is_shown_as_text_and_its_link_is_not_one(person: Client, app: App, path: str) -> None:
    path = f"/alerts/{AlertBook(app.store).list()[0].id}" if path == "ALERT" else path
    page = person.get(path).text
    if path != "/":
        assert "&lt;script&gt;" in page
    assert "<script>document" not in page and "javascript:" not in page and "\u202e" not in page


def test_an_unknown_page_is_friendly(anonymous: Client) -> None:
    reply = anonymous.get(quote("/没有这一页"))
    assert reply.status == 404 and "没有这个页面" in reply.text and "回到首页" in reply.text


def test_a_wrong_parameter_of_a_page_is_explained(person: Client) -> None:
    reply = person.get("/articles?kind=post")
    assert reply.status == 400 and "参数有误" in reply.text and "Traceback" not in reply.text


def test_a_form_sent_with_empty_fields_is_a_plain_search(person: Client) -> None:
    assert person.get("/articles?q=&kind=&polarity=&topic=").status == 200
    found = person.get(f"/articles?q={quote('公交线路')}&kind=&polarity=&topic=").text
    assert "公交线路" in found and "夜间施工" not in re.sub(r"<select.*?</select>", "", found, flags=re.DOTALL)
    assert "没有符合条件的报道" in person.get(f"/articles?q={quote('没有这样的词')}").text


def test_more_rows_come_as_a_fragment(person: Client) -> None:
    address = re.search(r'hx-get="([^"]+)"', person.get("/articles").text)
    assert address
    rows = person.request("GET", address[1].replace("&amp;", "&"), headers={"HX-Request": "true"})
    assert rows.status == 200 and "<html" not in rows.text and rows.text.count("<li>") > 5


def test_a_duty_officer_acknowledges_and_silences_with_reason(person: Client, app: App) -> None:
    id = AlertBook(app.store).list()[-1].id
    csrf = csrf_of(person.get(f"/alerts/{id}"))
    reply = person.post(f"/alerts/{id}/ack", {"csrf": csrf, "note": "已派人到现场\r\n<b>核实</b>"})
    assert (reply.status, reply.headers["Location"]) == (303, f"/alerts/{id}?done=ack")
    page = person.get(reply.headers["Location"]).text
    assert "已签收。" in page and "&lt;b&gt;核实" in page
    assert person.post(f"/alerts/{id}/silence", {"csrf": csrf, "hours": "2", "reason": " "}).status == 400
    assert person.post(f"/alerts/{id}/silence", {"csrf": csrf, "hours": "1e9", "reason": "x"}).status == 400
    assert person.post(f"/alerts/{id}/silence", {"csrf": csrf, "hours": "8", "reason": "计划施工"}).status == 303
    assert "计划施工" in person.get("/alerts").text


def test_a_reader_sees_no_buttons_and_cannot_press_them(port: int, app: App) -> None:
    client = Client(port)
    client.sign_in("reader", district.PASSWORD)
    id = AlertBook(app.store).list()[0].id
    page = client.get(f"/alerts/{id}")
    assert "/ack" not in page.text and "/silence" not in page.text
    reply = client.post(f"/alerts/{id}/ack", {"csrf": csrf_of(page), "note": ""})
    assert reply.status == 403 and "没有权限" in reply.text


def test_the_transparency_page_is_public_and_the_same_as_its_json(anonymous: Client) -> None:
    page, facts = anonymous.get("/transparency").text, anonymous.get("/transparency.json").json()
    for words in ("从不做的事", "不收集、不保存发帖人", "30 天", "&lt;10", "desk@example.invalid", "示例论坛"):
        assert words in page
    assert facts["disclosure"] == {"threshold": 10, "rounded_to": 5}
    dropped = {(d["kind"], d["reason"]): d["count"] for d in facts["dropped"]}
    assert dropped == {("news", "not_district"): 40}, "seven dropped posts are too few to be told"


def test_metrics_are_rounded_for_posts(anonymous: Client) -> None:
    text = anonymous.get("/metrics").text
    assert 'yuqing_intake_decisions_total{kind="post",reason="kept",verdict="keep"} 125.0' in text
    assert 'kind="post",reason="not_district"' not in text
    assert "yuqing_store_up 1.0" in text and "yuqing_http_request_seconds_bucket" in text
    assert 'yuqing_source_failures_in_row{source="board"} 1.0' in text
    assert 'yuqing_source_new_age_seconds{source="forum"}' not in text
    assert anonymous.get("/metrics").headers["Content-Type"].startswith("text/plain")


def test_health_and_static_files(anonymous: Client) -> None:
    assert anonymous.get("/healthz").json() == {"status": "ok"}
    assert anonymous.get("/readyz").json()["status"] == "ok"
    page = anonymous.get("/transparency").text
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        reply = anonymous.get(address)
        assert reply.status == 200 and "immutable" in reply.headers["Cache-Control"]
    for outside in ("/static/../__init__.py", "/static/%2e%2e/__init__.py", "/static/..%2f..%2fcontext.py"):
        assert anonymous.get(outside).status == 404


def test_an_empty_service_says_so_on_every_page(empty: App) -> None:
    from monitor.ops import people

    people.add(empty.store, "duty", people.Role.DUTY, district.PASSWORD, district.NOW)
    with serving(empty) as port:
        client = Client(port)
        client.sign_in("duty", district.PASSWORD)
        expected = {"/": "没有进行中的预警", "/alerts": "还没有发生过预警", "/board": "还没有采集到留言",
                    "/articles": "还没有采集到报道", "/briefs": "还没有签发过专报", "/sources": "未运行"}  # fmt: skip
        for path, words in expected.items():
            reply = client.get(path)
            assert reply.status == 200 and words in reply.text, path
        assert Client(port).get("/transparency").status == 200


@pytest.mark.parametrize(
    ("url", "kept"),
    [("http://a.example/x", True), ("https://a.example", True), ("javascript:alert(1)", False), ("data:x,y", False),
     ("//a.example", False), ("http://", False), ("http://[", False), ("", False), ("JAVASCRIPT:x", False)],
)  # fmt: skip
def test_only_web_addresses_become_links(url: str, kept: bool) -> None:
    assert bool(web_link(url)) is kept


def test_spans_and_changes_read_naturally() -> None:
    assert [hours(h) for h in (0.2, 5, 47.4, 48, 53)] == ["不到1小时", "5小时", "47小时", "2天", "2天5小时"]
    assert [change(c) for c in (None, 0.0, 0.251, -0.5)] == ["—", "持平", "+25%", "-50%"]


def test_a_duty_officer_stops_a_clock_and_closes_an_alert(person: Client, app: App) -> None:
    id = AlertBook(app.store).list()[-1].id
    csrf = csrf_of(person.get(f"/alerts/{id}"))
    reply = person.post(f"/alerts/{id}/done", {"csrf": csrf, "clock": "reply"})
    assert (reply.status, reply.headers["Location"]) == (303, f"/alerts/{id}?done=done")
    assert "由 duty 标记完成" in person.get(reply.headers["Location"]).text
    assert person.post(f"/alerts/{id}/done", {"csrf": csrf, "clock": "x"}).status == 400
    assert person.post(f"/alerts/{id}/close", {"csrf": csrf, "note": " "}).status == 400
    assert person.post(f"/alerts/{id}/close", {"csrf": csrf, "note": "已<b>办结</b>"}).status == 303
    page = person.get(f"/alerts/{id}").text
    assert "已办结" in page and "已&lt;b&gt;办结" in page and f"/alerts/{id}/close" not in page
    assert person.get("/alerts?state=closed").status == 200


def test_an_open_watch_window_stands_on_the_first_page_with_its_comparison(tmp_path: Path) -> None:
    watch = '[[watch]]\nid = "w"\nname = "2026 年汛期"\nbegin = 2026-11-20\nend = 2026-11-30\nsnapshot_h = 2\n'
    with district.opened(tmp_path, district.Hands()) as plain:
        config = plain.folder
    (config / "watch.toml").write_text(watch, encoding="utf-8")
    with open_app(config, district.Hands()) as watched:
        district.fill(watched)
        tick(watched.settings, watched.store, district.NOW)
        with serving(watched) as port:
            client = Client(port)
            client.sign_in("reader", district.PASSWORD)
            page = client.get("/").text
            assert "重点时段：2026 年汛期" in page and "至 12月1日 00:00" in page
            assert "供水：约" in page and "明显高于平时" in page
            assert "2026 年汛期" in client.get("/parts/alerts").text
