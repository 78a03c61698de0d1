"""JSON interfaces by rules, JSON Feed, sitemaps and hot lists: items and links out, never who wrote."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.adapters import Meta, Role, adapter
from crawlers.failures import AdapterError, FetchFailure
from monitor.model import CHINA, Kind
from monitor.settings import Settings
from monitor.settings.api_rules import api_problems
from monitor.settings.types import Source

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
URL = "https://forum.example.gov.cn/api/latest.json"
WHO = "署名标记甲乙"


def source(kind: Kind = Kind.BOARD, name: str = "json", **more: object) -> Source:
    return Source.model_validate(
        {"id": "s", "name": "源", "kind": kind, "adapter": name, "url": URL, "follow": False, **more}
    )


def meta(url: str = URL, content_type: str = "application/json") -> Meta:
    return Meta(url, url, Role.INDEX, NOW, content_type)


BOARD = {
    "items": "data.list", "id": "id", "title": "subject", "text": "content", "time": "createTime",
    "category": "type.name", "reply": "answer.content", "reply_time": "answer.time", "department": "answer.dept",
    "url_template": "https://forum.example.gov.cn/message/{id}",
}  # fmt: skip
ANSWER = {
    "data": {
        "list": [
            {
                "id": 71, "subject": "青石街道停水", "content": "<p>已经停水两天。</p><p>请尽快恢复。</p>", "createTime": 1795224600000,
                "userName": WHO, "nick": WHO, "type": {"name": "咨询"},
                "answer": {"content": "已派人抢修。", "time": "2026-11-21 16:00", "dept": "区水务局", "author": WHO},
            },
            {"id": 72, "subject": "路灯不亮", "content": "南湖路", "createTime": "1795224600", "answer": None},
            {"id": 73, "subject": "", "content": ""},
        ]
    }
}  # fmt: skip


def test_a_board_interface_gives_messages_with_their_answers():
    parsed = adapter("json")(json.dumps(ANSWER).encode(), meta(), source(api=BOARD))
    first, second = parsed.items
    assert (first.title, first.text) == ("青石街道停水", "已经停水两天。\n请尽快恢复。")
    assert first.published == datetime(2026, 11, 21, 9, 30, tzinfo=CHINA)
    assert first.category == "咨询" and first.url == "https://forum.example.gov.cn/message/71"
    assert first.reply is not None
    assert (first.reply.text, first.reply.department) == ("已派人抢修。", "区水务局")
    assert first.reply.time == datetime(2026, 11, 21, 16, tzinfo=CHINA)
    assert second.published == first.published and second.reply is None
    assert first.key != second.key
    assert WHO not in repr(parsed)


def test_a_rule_that_points_to_a_person_is_refused():
    for name, expression in (("text", "author.name"), ("id", "userId"), ("category", "作者"), ("outlet", "nickname")):
        rules = {**BOARD, name: expression}
        settings = Settings.model_validate(
            {
                "district": {"name": "示例区", "city": "示例市", "province": "示例省"},
                "sources": {"source": [source(api=rules).model_dump(mode="json")]},
            }
        )
        assert any("S1" in text for _, _, text in api_problems(settings)), expression


def test_a_wrong_expression_is_named_with_its_key():
    settings = Settings.model_validate(
        {
            "district": {"name": "示例区", "city": "示例市", "province": "示例省"},
            "sources": {"source": [source(api={**BOARD, "items": "data.[list"}).model_dump(mode="json")]},
        }
    )
    assert [key for _, key, _ in api_problems(settings)] == ["source.s.api.items"]


@pytest.mark.parametrize(
    ("rules", "extra", "expected"),
    [
        ({"page_param": "page"}, {}, URL + "?page=2"),
        ({"page_param": "p", "page_first": 0}, {}, URL + "?p=1"),
        ({"next": "links.next"}, {"links": {"next": "/api/latest.json?page=3"}}, URL + "?page=3"),
        ({"next": "links.next"}, {"links": {"next": "https://elsewhere.example.com/x"}}, None),
        ({"next": "cursor", "cursor_param": "max_id"}, {"cursor": "a b"}, URL + "?max_id=a+b"),
        ({"next": "cursor", "cursor_param": "max_id"}, {"cursor": None}, None),
    ],
)
def test_the_next_part_of_a_list_is_found_and_only_on_the_same_site(rules, extra, expected):
    parsed = adapter("json")(json.dumps({**ANSWER, **extra}).encode(), meta(), source(api={**BOARD, **rules}))
    assert [link.url for link in parsed.links] == ([expected] if expected else [])


def test_pages_are_counted_on_from_the_one_that_was_read():
    body = json.dumps(ANSWER).encode()
    parsed = adapter("json")(body, meta(URL + "?page=4&size=20"), source(api={**BOARD, "page_param": "page"}))
    assert parsed.links[0].url == URL + "?size=20&page=5"
    empty = json.dumps({"data": {"list": []}}).encode()
    assert adapter("json")(empty, meta(), source(api={**BOARD, "page_param": "page"})).links == ()


def test_a_hot_list_keeps_its_places_and_has_the_time_of_reading():
    body = json.dumps({"data": [{"word": "示例区停水"}, {"word": "第二条"}]}).encode()
    items = adapter("json")(body, meta(), source(Kind.HOTLIST, api={"items": "data", "title": "word"})).items
    assert [(i.title, i.rank, i.published) for i in items] == [("示例区停水", 1, NOW), ("第二条", 2, NOW)]


def test_an_html_hot_list_is_its_headlines_in_their_order():
    body = '<ol><li><a href="/1">示例区停水</a></li><li><a href="/2">第二条热点新闻</a></li></ol>'.encode()
    rules = {"link": "li a"}
    items = adapter("html")(body, meta(content_type="text/html"), source(Kind.HOTLIST, "html", list=rules)).items
    assert [(i.title, i.rank) for i in items] == [("示例区停水", 1), ("第二条热点新闻", 2)]


def test_a_public_tag_timeline_gives_posts_without_their_accounts():
    answer = [
        {"id": "9", "created_at": "2026-11-21T01:00:00.000Z", "content": "<p>青石街道停水 <a href='https://m.example/@x'>@x</a></p>",
         "account": {"username": WHO, "display_name": WHO}, "url": f"https://m.example/@{WHO}/9"},
    ]  # fmt: skip
    rules = {"items": "@", "id": "id", "text": "content", "time": "created_at"}
    [item] = adapter("json")(json.dumps(answer).encode(), meta(), source(Kind.POST, api=rules)).items
    assert item.text.startswith("青石街道停水") and item.url == ""
    assert WHO not in repr(item)


def test_a_json_feed_is_a_feed():
    feed = {
        "version": "https://jsonfeed.org/version/1.1", "title": "源", "authors": [{"name": WHO}],
        "items": [{"id": "1", "url": "/a/1.html", "title": "停水通知", "content_html": "<p>青石街道停水。</p>",
                   "date_published": "2026-11-21T08:30:00+08:00", "authors": [{"name": WHO}]}],
    }  # fmt: skip
    parsed = adapter("rss")(json.dumps(feed).encode(), meta(), source(Kind.NEWS, "rss"))
    [item] = parsed.items
    assert (item.title, item.text, item.url) == ("停水通知", "青石街道停水。", "https://forum.example.gov.cn/a/1.html")
    assert item.published == datetime(2026, 11, 21, 8, 30, tzinfo=CHINA)
    assert WHO not in repr(parsed)


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (b"", FetchFailure.EMPTY),
        (b"<html>login</html>", FetchFailure.NOT_JSON),
        (b"[" * 100_000, FetchFailure.NOT_JSON),
        (b'{"data": {}}', FetchFailure.NO_LINKS),
    ],
)
def test_an_answer_that_is_none_is_named(body, failure):
    with pytest.raises(AdapterError) as error:
        adapter("json")(body, meta(), source(api=BOARD))
    assert error.value.failure is failure


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
        max_leaves=12,
    )
)
def test_no_answer_breaks_the_adapter(value):
    for rules in (BOARD, {"items": "@", "title": "@"}):
        try:
            adapter("json")(json.dumps({"data": {"list": value}}).encode(), meta(), source(api=rules))
        except AdapterError:
            continue


NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
MAP = f"""<?xml version="1.0" encoding="UTF-8"?><urlset {NS}>
<url><loc>https://forum.example.gov.cn/old.html</loc><lastmod>2026-10-01</lastmod></url>
<url><loc>https://forum.example.gov.cn/new.html</loc><lastmod>2026-11-20T08:00:00+08:00</lastmod></url>
<url><loc>https://forum.example.gov.cn/news.html</loc><news:news><news:publication><news:name>示例报</news:name></news:publication>
<news:publication_date>2026-11-21T09:00:00+08:00</news:publication_date><news:title>停水通知</news:title></news:news></url>
<url><loc>https://elsewhere.example.com/x.html</loc></url><url><loc>https://forum.example.gov.cn/x.pdf</loc></url>
</urlset>"""


@pytest.mark.parametrize("packed", [False, True])
def test_a_sitemap_gives_its_newest_pages_first_with_what_it_knows_of_them(packed):
    body = gzip.compress(MAP.encode()) if packed else MAP.encode()
    links = adapter("sitemap")(body, meta(), source(Kind.NEWS, "sitemap")).links
    assert [link.url.rsplit("/", 1)[1] for link in links] == ["news.html", "new.html", "old.html"]
    assert links[0].entry is not None and links[0].entry.title == "停水通知"
    assert links[0].entry.published == datetime(2026, 11, 21, 9, tzinfo=CHINA)
    assert links[1].entry is None, "when a page was changed is not when it was published"


def test_a_sitemap_index_leads_to_the_maps_that_changed_last():
    body = f"""<sitemapindex {NS}><sitemap><loc>/2025.xml.gz</loc><lastmod>2025-12-31</lastmod></sitemap>
    <sitemap><loc>/2026.xml.gz</loc><lastmod>2026-11-21</lastmod></sitemap>
    <sitemap><loc>https://elsewhere.example.com/m.xml</loc></sitemap></sitemapindex>""".encode()
    links = adapter("sitemap")(body, meta(), source(Kind.NEWS, "sitemap")).links
    assert [(link.url.rsplit("/", 1)[1], link.role) for link in links] == [
        ("2026.xml.gz", Role.INDEX), ("2025.xml.gz", Role.INDEX),
    ]  # fmt: skip


def test_bombs_in_a_sitemap_do_not_go_off():
    with pytest.raises(AdapterError) as error:
        adapter("sitemap")(gzip.compress(b" " * 60_000_000 + MAP.encode()), meta(), source(Kind.NEWS, "sitemap"))
    assert error.value.failure is FetchFailure.TOO_LARGE
    bomb = (
        "<!DOCTYPE x [<!ENTITY a 'ha'>"
        + "".join(f"<!ENTITY {chr(98 + i)} '{f'&{chr(97 + i)};' * 20}'>" for i in range(8))
        + f"]><urlset {NS}><url><loc>https://forum.example.gov.cn/&i;</loc></url></urlset>"
    )
    try:
        links = adapter("sitemap")(bomb.encode(), meta(), source(Kind.NEWS, "sitemap")).links
    except AdapterError:
        return
    assert sum(len(link.url) for link in links) < 1000


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"\x1f\x8bnot gzip", b"<urlset></urlset>", b"\x00\xff"])
def test_what_is_no_sitemap_is_named(body):
    with pytest.raises(AdapterError):
        adapter("sitemap")(body, meta(), source(Kind.NEWS, "sitemap"))
