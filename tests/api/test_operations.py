"""Every operation of the API over real HTTP: permission, parameters, paging, caching, nothing about single posts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from monitor.app import App
from monitor.model import Kind
from monitor.store import RecordQuery
from tests.api import district
from tests.api.client import Client

READS = (
    "/api/v1/briefs",
    "/api/v1/briefs/daily.2026-11-21",
    "/api/v1/briefs/daily.2026-11-21/document",
    "/api/v1/trends",
    "/api/v1/topics",
    f"/api/v1/topics/{quote('供水')}",
    "/api/v1/articles",
    "/api/v1/board",
    "/api/v1/board/summary",
    "/api/v1/board/overdue",
    "/api/v1/alerts",
    "/api/v1/sources",
    "/api/v1/sources/forum/runs",
)


def some(app: App, kind: Kind) -> str:
    return app.store.find(RecordQuery(kinds=(kind,), limit=1)).records[0].id


def pages_before(client: Client, path: str) -> list[list[Any]]:
    found, before = [], ""
    while True:
        answer = client.get(path + (f"&before={quote(before)}" if before else "")).json()
        found.append(answer["items"])
        if answer["next"] is None:
            return found
        before = answer["next"]


def pages(client: Client, path: str) -> list[list[Any]]:
    found, cursor = [], ""
    while True:
        answer = client.get(path + (f"&cursor={quote(cursor)}" if cursor else "")).json()
        found.append(answer["items"])
        if answer["next"] is None:
            return found
        cursor = answer["next"]


@pytest.mark.parametrize("path", [*READS, "/api/v1/audit"])
def test_nothing_is_read_without_signing_in(anonymous: Client, path: str) -> None:
    reply = anonymous.get(path)
    assert reply.status == 401
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")
    assert set(reply.json()) >= {"type", "title", "status", "detail", "hint"}


@pytest.mark.parametrize("path", READS)
def test_a_reader_reads_everything_but_the_audit_log(reader: Client, path: str) -> None:
    assert reader.get(path).status == 200


def test_the_audit_log_is_for_administrators(reader: Client, duty: Client, admin: Client) -> None:
    assert reader.get("/api/v1/audit").status == 403
    assert duty.get("/api/v1/audit").status == 403
    entries = admin.get("/api/v1/audit?limit=5").json()
    assert len(entries["items"]) == 5 and entries["next"]
    whole = admin.get("/api/v1/audit?limit=200").json()["items"]
    assert any(e["target"] == "/api/v1/audit?limit=5" and e["who"] == "admin" for e in whole)


def test_an_unknown_or_expired_token_opens_nothing(anonymous: Client, reader: Client, clock: district.Hands) -> None:
    anonymous.token = "yq_" + "x" * 43
    assert anonymous.get("/api/v1/alerts").status == 401
    clock.now = district.NOW + timedelta(days=2)
    try:
        assert reader.get("/api/v1/alerts").status == 401
    finally:
        clock.now = district.NOW


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/api/v1/articles?limt=5", "limt"),
        ("/api/v1/articles?limit=0", "limit"),
        ("/api/v1/articles?limit=100000", "limit"),
        ("/api/v1/articles?limit=-1", "limit"),
        ("/api/v1/articles?limit=1&limit=2", "limit"),
        ("/api/v1/articles?limit=" + "9" * 5000, "limit"),
        ("/api/v1/articles?kind=post", "kind.0"),
        ("/api/v1/articles?since=yesterday", "since"),
        ("/api/v1/articles?since=0001-01-01T00:00:00Z", "since"),
        ("/api/v1/articles?since=2026-02-31", "since"),
        ("/api/v1/articles?since=2026-11-22&until=2026-11-20", "since"),
        ("/api/v1/articles?topic=%E6%B2%A1%E6%9C%89", "topic"),
        ("/api/v1/articles?source=nowhere", "source"),
        ("/api/v1/articles?q=%00", "q"),
        ("/api/v1/articles?q=" + "x" * 200, "q"),
        ("/api/v1/articles?cursor=nonsense", "cursor"),
        ("/api/v1/articles?cursor=%ff%fe", "cursor"),
        ("/api/v1/board?answered=perhaps", "answered"),
        ("/api/v1/board/summary?since=2020-01-01", "since"),
        ("/api/v1/trends?bucket=minute", "bucket"),
        ("/api/v1/trends?bucket=hour&since=2025-01-01", "since"),
        ("/api/v1/trends?kind=people", "kind.0"),
        ("/api/v1/topics?days=3", "days"),
        ("/api/v1/topics?since=2026-11-18&until=2026-11-20", "since"),
        ("/api/v1/alerts?state=gone", "state.0"),
        ("/api/v1/sources?x=1", "x"),
        ("/api/v1/briefs?limit=many", "limit"),
    ],
)
def test_a_wrong_parameter_is_named_in_chinese(reader: Client, path: str, parameter: str) -> None:
    reply = reader.get(path)
    assert reply.status == 400, reply.text
    assert reply.headers["Content-Type"] == "application/problem+json"
    problem = reply.json()
    assert [p["parameter"] for p in problem["problems"]] == [parameter]
    assert any("一" <= c <= "鿿" for c in problem["problems"][0]["detail"])


def test_all_wrong_parameters_are_told_at_once(reader: Client) -> None:
    problem = reader.get("/api/v1/articles?limit=0&order=worst&limt=3").json()
    assert {p["parameter"] for p in problem["problems"]} == {"limit", "order", "limt"}
    assert "limit" in next(p["detail"] for p in problem["problems"] if p["parameter"] == "limt")


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/articles/nothing", "/api/v1/alerts/nothing"])
def test_an_unknown_address_or_id_is_a_problem_404(reader: Client, path: str) -> None:
    reply = reader.get(path)
    assert reply.status == 404
    assert reply.headers["Content-Type"] == "application/problem+json"


def test_a_wrong_method_says_which_are_right(reader: Client) -> None:
    reply = reader.request("DELETE", "/api/v1/alerts")
    assert reply.status == 405
    assert "GET" in reply.headers["Allow"]


def test_paging_meets_every_article_once(reader: Client, app: App) -> None:
    whole = [item["id"] for page in pages(reader, "/api/v1/articles?limit=7") for item in page]
    assert len(whole) == len(set(whole)) == app.store.count(RecordQuery(kinds=(Kind.NEWS, Kind.OFFICIAL)))
    assert {len(page) for page in pages(reader, "/api/v1/articles?limit=7")[:-1]} == {7}


def test_paging_meets_every_board_message_once(reader: Client, app: App) -> None:
    whole = [item["id"] for page in pages(reader, "/api/v1/board?limit=11") for item in page]
    assert len(whole) == len(set(whole)) == app.store.count(RecordQuery(kinds=(Kind.BOARD,)))


def test_search_finds_exact_words_in_articles_and_messages(reader: Client) -> None:
    found = reader.get(f"/api/v1/articles?q={quote('公交线路')}&limit=200").json()["items"]
    assert found and all("公交线路" in item["title"] for item in found)
    found = reader.get(f"/api/v1/board?q={quote('停水已经两天')}&limit=3").json()["items"]
    assert len(found) == 3
    assert reader.get(f"/api/v1/articles?q={quote('没有这样的词')}").json() == {"items": [], "next": None}


def test_a_read_is_not_sent_again_while_it_is_unchanged(reader: Client) -> None:
    first = reader.get("/api/v1/trends?bucket=day")
    again = reader.get("/api/v1/trends?bucket=day", If_None_Match=first.headers["ETag"])
    assert first.status == 200 and again.status == 304 and again.body == b""
    other = reader.get("/api/v1/trends?bucket=hour", If_None_Match=first.headers["ETag"])
    assert other.status == 200


def test_trends_of_posts_are_rounded_and_small_ones_are_not_shown(reader: Client) -> None:
    series = reader.get("/api/v1/trends?bucket=hour&kind=post").json()["series"][0]
    totals = [point["total"] for point in series["points"]]
    assert any(t["suppressed"] for t in totals) and any(not t["suppressed"] for t in totals)
    for total in totals:
        assert total["value"] is None or (total["value"] >= 10 and total["value"] % 5 == 0)


def test_a_part_of_an_hour_or_day_is_never_counted(reader: Client) -> None:
    cut = reader.get("/api/v1/trends?bucket=day&kind=post&since=2026-11-20T03:00&until=2026-11-21T05:00").json()
    whole = reader.get("/api/v1/trends?bucket=day&kind=post&since=2026-11-20&until=2026-11-21").json()
    assert cut == whole
    assert [p["start"] for p in cut["series"][0]["points"]] == [
        "2026-11-20T00:00:00+08:00",
        "2026-11-21T00:00:00+08:00",
    ]


def test_trends_of_public_kinds_equal_a_recount(reader: Client, app: App) -> None:
    answer = reader.get("/api/v1/trends?bucket=day&kind=board&since=2026-11-15&until=2026-11-21").json()
    for point in answer["series"][0]["points"]:
        day = point["start"][:10]
        listed = pages(reader, f"/api/v1/board?since={day}&until={day}&limit=200")
        assert point["total"] == sum(len(p) for p in listed)


def test_no_operation_shows_a_post(admin: Client, app: App) -> None:
    post = some(app, Kind.POST)
    for path in (*READS, "/api/v1/audit", "/metrics", "/transparency.json", "/openapi.json"):
        body = admin.get(path).text
        assert district.POST_TEXT not in body and post not in body, path
    for path in (f"/api/v1/articles/{post}", f"/api/v1/board/{post}"):
        assert admin.get(path).status == 404


def test_an_article_is_given_whole_with_its_labels(reader: Client, app: App) -> None:
    article = reader.get(f"/api/v1/articles/{some(app, Kind.NEWS)}").json()
    assert article["text"] and article["published"].endswith("+08:00")
    assert reader.get("/api/v1/articles?limit=1").json()["items"][0]["text"] is None


def test_a_board_message_carries_its_clock(reader: Client) -> None:
    late = reader.get("/api/v1/board/overdue?limit=1").json()
    assert late["items"][0]["message"]["clock"]["state"] == "overdue"
    assert late["items"][0]["hours_overdue"] > 0 and late["total"] >= 1
    summary = reader.get("/api/v1/board/summary").json()
    assert summary["total"]["received"] == sum(d["received"] for d in summary["departments"])


def test_queries_of_texts_are_written_down_and_cursors_left_out(reader: Client, admin: Client) -> None:
    first = reader.get(f"/api/v1/articles?limit=2&q={quote('公交')}").json()
    reader.get(f"/api/v1/articles?limit=2&q={quote('公交')}&cursor={quote(first['next'])}")
    entries = [e for page in pages_before(admin, "/api/v1/audit?limit=200") for e in page]
    mine = [e for e in entries if e["who"] == "reader" and "limit=2&q=" in e["target"]]
    assert len(mine) == 2 and all("cursor" not in e["target"] for e in mine)


def test_a_brief_is_given_as_data_and_as_a_document_without_script(reader: Client) -> None:
    listed = reader.get("/api/v1/briefs").json()["items"]
    assert [b["id"] for b in listed] == ["daily.2026-11-21"]
    assert reader.get("/api/v1/briefs/daily.2026-11-21").json()["brief"]["day"] == "2026-11-21"
    document = reader.get("/api/v1/briefs/daily.2026-11-21/document")
    policy = document.headers["Content-Security-Policy"]
    assert "script-src" not in policy and "default-src 'none'" in policy and "'unsafe-inline'" not in policy
    assert reader.get("/api/v1/briefs/daily.1999-01-01").status == 404
    assert reader.get("/api/v1/briefs/..%2F..%2Fetc%2Fpasswd").status == 404


def test_the_queries_that_a_brief_names_are_answered(reader: Client) -> None:
    def queries(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["query"]] if value.get("query") else []
            return own + [q for v in value.values() for q in queries(v)]
        return [q for v in value for q in queries(v)] if isinstance(value, list) else []

    brief = reader.get("/api/v1/briefs/daily.2026-11-21").json()["brief"]
    asked = sorted({q for q in queries(brief) if q.startswith("/api/")})
    assert len(asked) > 5
    answers = {q: reader.get(q).status for q in asked}
    assert {q: status for q, status in answers.items() if status != 200} == {}


def test_hostile_titles_stay_text(reader: Client) -> None:
    items = reader.get(f"/api/v1/articles?q={quote('自来水')}&limit=200").json()["items"]
    assert any(item["title"] == district.HOSTILE_TITLE for item in items)
    reply = reader.get("/api/v1/articles?limit=5")
    assert reply.headers["Content-Type"] == "application/json" and reply.headers["X-Content-Type-Options"] == "nosniff"
