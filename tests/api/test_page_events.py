"""专题 and 事件 over HTTP: what is told of a matter, its spans, and that nothing of a single post is."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from monitor.app import App, open_app
from monitor.model import Kind
from monitor.ops import people
from monitor.store import RecordQuery
from tests.api import district
from tests.api.client import Client, serving

SPANS = ("days=1", "days=7", "days=30", "month=2026-11")


@pytest.fixture(scope="module")
def person(port: int) -> Client:
    client = Client(port)
    assert client.sign_in("reader", district.PASSWORD).status == 303
    return client


def test_a_matter_is_told_with_its_days_answers_and_texts(reader: Client, app: App) -> None:
    listed = reader.get("/api/v1/events?days=7").json()
    (event,) = [e for e in listed["items"] if e["id"] == district.MATTER]
    assert event["counts"]["board"] > 5 and event["topics"] == ["供水"] and "停水" in event["name"]
    told = reader.get(f"/api/v1/events/{district.MATTER}?days=30").json()
    assert told["event"]["counts"]["board"] == sum(d["counts"].get("board", 0) for d in told["days"])
    assert sum(d["answers"] for d in told["days"]) > 0
    times = [t["published"] for t in told["texts"]]
    assert times == sorted(times, reverse=True) and {t["kind"] for t in told["texts"]} <= {"board", "news", "official"}
    public = app.store.find(RecordQuery(kinds=(Kind.BOARD,), events=(district.MATTER,), limit=200)).records
    assert {r.id for r in public} <= {t["id"] for t in told["texts"]}


def test_only_fixed_spans_are_told(reader: Client) -> None:
    for span in ("days=2", "since=2026-11-20&until=2026-11-22", "days=-7", "days=1e9"):
        assert reader.get(f"/api/v1/events?{span}").status == 400
        assert reader.get(f"/api/v1/events/{district.MATTER}?{span}").status == 400
    assert reader.get(f"/api/v1/events/{'0' * 32}").status == 404
    assert reader.get(f"/api/v1/events?topic={quote('没有')}").status == 400


def test_the_usual_band_and_the_forecast_are_told(reader: Client) -> None:
    found = reader.get(f"/api/v1/trends/usual?topic={quote('供水')}").json()
    last = found["items"][-1]
    assert len(found["items"]) == 30 and last["partial"] and last["total"] > last["high"] and last["said"] == "高于平时"
    assert [a["level"] for a in found["alerts"]] == [2]
    assert all(d["low"] is None for d in found["items"][:14]), "before the first record nothing is usual"
    assert reader.get("/api/v1/trends/usual?since=2026-01-01&until=2026-11-22").status == 400
    ahead = reader.get(f"/api/v1/forecast?topic={quote('供水')}").json()
    assert {s["kind"] for s in ahead["series"]} == {"post", "board", "news"}
    assert reader.get(f"/api/v1/forecast?topic={quote('没有')}").status == 400


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("path", ["/topics", f"/topics/{quote('供水')}", "/events", f"/events/{district.MATTER}"])
def test_every_span_has_its_page(person: Client, app: App, path: str, span: str) -> None:
    reply = person.get(f"{path}?{span}")
    assert reply.status == 200
    posts = app.store.find(RecordQuery(kinds=(Kind.POST,), limit=200)).records
    assert district.POST_TEXT not in reply.text and not [p for p in posts if p.id in reply.text]


def test_a_topic_tells_all_that_is_known_of_it(person: Client) -> None:
    page = person.get(f"/topics/{quote('供水')}").text
    for words in (
        "桂园街道",
        "自来水",
        "区水务局",
        "高于平时",
        f"/events/{district.MATTER}?days=7",
        "反映小区停水",
        "Ⅱ级 橙色",
    ):
        assert words in page, words
    assert "javascript:" not in page and "<script>document" not in page and "\u202e" not in page


def test_a_matter_page_holds_its_course(person: Client) -> None:
    page = person.get(f"/events/{district.MATTER}").text
    assert "官方答复" in page and "答复 " in page and "已答复" in page and "/topics/" in page
    assert page.count('class="when">11月') > 3


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/topics?days=2", "参数有误"), ("/topics?month=2026-13", "参数有误"), ("/topics?month=2027-01", "还没有开始"),
        ("/topics?x=1", "不认识的参数"), ("/events?topic=没有", "没有这个专题"), ("/events?days=x", "参数有误"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_explained(person: Client, path: str, words: str) -> None:
    reply = person.get(quote(path, safe="/?=&"))
    assert reply.status == 400 and words in reply.text and "回到首页" in reply.text


def test_what_does_not_exist_is_said(person: Client) -> None:
    for path in (f"/topics/{quote('没有这个')}", f"/events/{'0' * 32}", "/events/..%2f..%2fetc"):
        assert person.get(path).status == 404


def test_without_data_every_new_page_says_so(tmp_path: Path) -> None:
    with district.opened(tmp_path, district.Hands()) as empty:
        people.add(empty.store, "admin", people.Role.ADMIN, district.PASSWORD, district.NOW)
        with serving(empty) as port:
            client = Client(port)
            client.sign_in("admin", district.PASSWORD)
            expected = {
                "/topics": "没有采集到与专题有关的内容", f"/topics/{quote('供水')}": "历史不足",
                "/events": "没有许多人说的同一件事", "/settings": "还没有不用登录的大屏", "/audit": "新建用户",
                "/alerts/notifications": "还没有发出过通知", "/help": "键盘", "/wall": "今天还没有与专题有关的内容",
                "/board?show=overdue": "没有逾期未答复的留言", "/board?show=due": "没有符合条件",
            }  # fmt: skip
            for path, words in expected.items():
                reply = client.get(path)
                assert reply.status == 200 and words in reply.text, path


def test_while_the_store_is_away_every_new_page_says_why(tmp_path: Path) -> None:
    # A folder where the database file should be: it cannot be opened.
    (tmp_path / "data" / "yuqing.db").mkdir(parents=True)
    with open_app(district.write_config(tmp_path), district.Hands()) as app, serving(app) as port:
        client = Client(port, cookies={"yuqing_session": "20261122T003000000000." + "A" * 43})
        for path in ("/topics", f"/topics/{quote('供水')}", "/events", "/settings", "/audit", "/alerts/notifications"):
            reply = client.get(path)
            assert reply.status == 503 and "数据库暂时连不上" in reply.text, path
        wall = client.get("/wall")
        assert wall.status == 503 and "正在等它恢复" in wall.text and "wall.js" in wall.text
        assert client.get("/parts/wall").status == 503
