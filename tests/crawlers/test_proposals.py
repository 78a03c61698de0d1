"""What a page could be read as: by its bytes alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.fields import lists_in
from crawlers.proposals import id_of, kind_of, name_of, propose
from monitor.settings import presets
from monitor.settings.api_rules import names_person
from tests.conftest import ROOT

AT = "https://www.qingshi.gov.cn/xw/"


LIST = "<ul>" + "".join(f"<li><a href='/a/{n}.html'>青石街道第{n}次排查供水管网</a></li>" for n in range(6)) + "</ul>"


def only(body: str) -> dict[str, object]:
    (found,) = propose(AT, body.encode())
    return found.source


def test_feeds_and_sitemaps_are_known_by_their_root() -> None:
    assert only("<?xml version='1.0'?><rss version='2.0'></rss>")["adapter"] == "rss"
    assert only("<feed xmlns='http://www.w3.org/2005/Atom'></feed>")["adapter"] == "rss"
    assert only("<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'></urlset>")["adapter"] == "sitemap"
    assert only('{"version": "https://jsonfeed.org/version/1.1", "items": []}')["adapter"] == "rss"


def test_a_json_answer_is_mapped_by_names_and_never_to_a_person() -> None:
    items = [{"author": "张三", "user_name": "x", "subject": f"标题{n}", "content": "正文" * 40, "createTime": "2026-11-20",
              "link": f"/t/{n}", "id": n} for n in range(5)]  # fmt: skip
    answer = {"code": 0, "users": [{"name": "x" * 9999}], "data": {"rows": items, "tags": [{"t": "a"}]}}
    source = only(json.dumps(answer))
    assert source["api"] == {"items": "data.rows", "title": "subject", "text": "content", "time": "createTime",
                             "url": "link", "id": "id"}  # fmt: skip


def test_a_discourse_forum_is_read_by_its_public_list() -> None:
    found = propose(
        "https://forum.example.cn/", b"<html><head><meta name=generator content='Discourse 3.2'></head></html>"
    )
    assert found[0].source["url"] == "https://forum.example.cn/latest.json"
    assert found[0].source["kind"] == "post"


@pytest.mark.parametrize(
    ("link", "rule"),
    [
        ("<a rel=next href=/2>2</a>", "a[rel~=next]"),
        ("<a href='/2'>下一页&gt;</a>", 'a:contains("下一页")'),
        ("<a href='javascript:go(2)'>下一页</a>", None),
        ("", None),
    ],
)
def test_the_link_to_the_next_page_is_found_where_there_is_one(link: str, rule: str | None) -> None:
    source = only(f"<html><body>{LIST}{link}</body></html>")
    assert source.get("list") == ({"next": rule} if rule else None)


@pytest.mark.parametrize(
    ("url", "text", "kind"),
    [
        (AT, "区政府要闻", "official"),
        ("https://www.news.cn/local/", "本地新闻", "news"),
        ("https://liuyan.example.cn/", "领导留言板 我要留言", "board"),
        ("https://bbs.example.cn/forum.php", "本地", "post"),
    ],
)
def test_the_kind_is_guessed_by_address_and_words(url: str, text: str, kind: str) -> None:
    assert kind_of(url, text) == kind


def test_ids_come_from_the_host_and_are_free() -> None:
    assert id_of(AT, frozenset()) == "qingshi"
    assert id_of(AT, frozenset({"qingshi", "qingshi-2"})) == "qingshi-3"
    assert id_of("http://10.1.2.3:8080/x", frozenset()) == "source"


def test_a_page_without_a_title_is_called_by_its_host() -> None:
    assert name_of(AT, b"<html></html>") == "www.qingshi.gov.cn"
    assert name_of(AT, "<title> 青石区 &nbsp; 政府网\n</title>".encode()) == "青石区 政府网"


@given(st.binary(max_size=400))
def test_no_bytes_break_it(body: bytes) -> None:
    for found in propose(AT, body):
        assert found.why


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
        max_leaves=15,
    )
)
def test_lists_are_never_taken_from_under_a_person(answer: object) -> None:
    for path, items in lists_in({"author": answer, "data": answer}):
        assert items
        assert not names_person(path.split(".", maxsplit=1)[0])


def proposed(body: str | bytes, url: str = AT, **more: Any) -> list[tuple[str, str, str]]:
    data = body if isinstance(body, bytes) else body.encode()
    return [(p.source["adapter"], p.source["kind"], p.source["url"]) for p in propose(url, data, **more)]


def page(head: str = "", body: str = LIST) -> str:
    return f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"


def test_a_feed_that_is_only_linked_to_is_proposed_after_those_that_are_declared() -> None:
    head = "<link rel=alternate type='application/rss+xml' href='/feed/'>"
    comments = "<link rel=alternate type='application/rss+xml' title='评论' href='/comments/feed/'>"
    body = LIST + "<a href='/rss/xw.xml'>RSS订阅</a><a href='/x'>RSS 是什么</a>"
    assert [url for adapter, _, url in proposed(page(head + comments, body)) if adapter == "rss"] == [
        "https://www.qingshi.gov.cn/feed/",
        "https://www.qingshi.gov.cn/rss/xw.xml",
    ]


def test_the_maps_of_robots_txt_come_last_and_only_those_of_the_site() -> None:
    maps = ["https://www.qingshi.gov.cn/sitemap.xml", "https://elsewhere.example.com/s.xml"]
    assert proposed(page(), sitemaps=maps) == [
        ("html", "official", AT),
        ("sitemap", "official", "https://www.qingshi.gov.cn/sitemap.xml"),
    ]


def test_a_known_site_is_proposed_as_the_house_reads_it() -> None:
    url = "https://news.163.com/domestic/"
    found = propose(url, page().encode(), presets=presets.load(ROOT / "config"))
    assert found[0].source["list"] == {"link": ".news_title h3 a"}
    assert "按录制网页核对" in found[0].why


def test_what_a_navigation_names_does_not_make_a_page_a_board_or_a_forum() -> None:
    nav = "<div><a href='/b'>领导信箱</a><a href='/c'>网上留言</a><a href='https://bbs.x.cn/'>青石论坛</a></div>"
    assert proposed(page("<title>青石要闻</title>", nav + LIST))[0][1] == "official"
    assert proposed(page("<title>区长信箱</title>"))[0][1] == "board"


def test_a_board_is_known_by_its_answers() -> None:
    rows = [{"title": f"第{n}封", "content": "停水了" * 9, "reply": "已修", "addTime": "2026-11-20"} for n in range(4)]
    assert proposed(json.dumps({"rows": rows}))[0][:2] == ("json", "board")


@pytest.mark.parametrize(
    ("url", "extra", "rules"),
    [
        ("https://a.cn/api?page=1&size=2", {}, {"page_param": "page", "page_first": 1}),
        ("https://a.cn/api?pageNo=0", {}, {"page_param": "pageNo", "page_first": 0}),
        ("https://a.cn/api?offset=0&limit=20", {}, {"page_param": "offset", "page_first": 0, "page_step": 20}),
        ("https://a.cn/api", {"links": {"next": "/api?cursor=x"}}, {"next": "links.next"}),
        ("https://a.cn/api?page=7", {}, {}),
        ("https://a.cn/api", {}, {}),
    ],
)
def test_how_an_interface_is_paged_is_seen(url: str, extra: dict[str, Any], rules: dict[str, Any]) -> None:
    rows = [{"title": f"第{n}篇报道的标题", "content": "内容" * 40} for n in range(4)]
    (found,) = propose(url, json.dumps({"rows": rows, **extra}).encode())
    api = found.source["api"]
    assert {k: v for k, v in api.items() if k in ("next", "page_param", "page_first", "page_step")} == rules


def test_an_answer_in_a_script_is_an_answer() -> None:
    rows = [{"title": f"第{n}篇报道的标题", "url": f"/a/{n}"} for n in range(4)]
    (found,) = propose("https://a.cn/api?callback=cb", f"cb({json.dumps(rows)});".encode())
    assert (found.source["adapter"], found.source["follow"]) == ("json", True)


DISCUZ = page(
    '<meta name="generator" content="Discuz! X3.4"><title>本地生活 - 青石论坛 - Powered by Discuz!</title>'
    "<link rel='alternate' type='application/rss+xml' href='forum.php?mod=rss&amp;fid=2'>",
    "<table id='threadlisttableid'>"
    + "".join(
        f"<tbody id='normalthread_{n}'><tr><th><a href='thread-{n}-1-1.html' class='s xst'>青石街道停水第{n}天</a></th>"
        "<td class='by'><cite><a href='home.php?uid=1'>某人</a></cite><em>2026-11-20</em></td></tr></tbody>"
        for n in range(4)
    )
    + "</table>",
)


@pytest.mark.parametrize(
    ("url", "body", "adapter", "address"),
    [
        ("https://bbs.example.cn/forum-2-1.html", DISCUZ, "forum", "https://bbs.example.cn/forum-2-1.html"),
        ("https://f.example.cn/c/5", page("<meta name=generator content='Discourse 3.2'>", ""), "forum",
         "https://f.example.cn/c/5/l/latest.json"),
        ("https://f.example.cn/latest.json", '{"topic_list": {"topics": [{"id": 1, "title": "停水", "slug": "x"}]}}', "forum",
         "https://f.example.cn/latest.json"),
        ("https://m.example.cn/tags/%E9%9D%92%E7%9F%B3%E5%8C%BA", page("", "<div id=mastodon></div>"), "mastodon",
         "https://m.example.cn/api/v1/timelines/tag/%E9%9D%92%E7%9F%B3%E5%8C%BA?limit=40"),
    ],
)  # fmt: skip
def test_forums_and_timelines_are_known_by_what_made_them(url: str, body: str, adapter: str, address: str) -> None:
    assert proposed(body, url)[0] == (adapter, "post", address)


def test_a_newspaper_is_known_by_its_pages() -> None:
    sheets = "".join(f"<a href='node_{n}.htm'>第0{n}版：要闻</a>" for n in range(1, 5))
    url = "https://epaper.example.cn/html/2026-11/22/node_1.htm"
    assert proposed(page("<title>青石日报</title>", sheets), url)[0] == ("epaper", "news", url)


PERSON = {"id": 9, "username": "x", "name": "张三", "nickname": "三", "avatar": "/a.png", "title": "记者", "url": "/@x",
          "description": "一个住在青石街道的人"}  # fmt: skip


@pytest.mark.parametrize("who", ["author", "sender", "publisher", "from", "poster", "u"])
def test_an_object_that_is_a_person_is_never_looked_into(who: str) -> None:
    rows = [{"meta": {"title": f"第{n}篇", "ctime": 1795221000, "author": "张三"}, who: PERSON, "name": "张三", "body": "停水" * 30}
            for n in range(4)]  # fmt: skip
    (found,) = propose("https://a.cn/api", json.dumps({"list": rows}).encode())
    assert found.source["api"] == {"items": "list", "title": "meta.title", "text": "body", "time": "meta.ctime"}


def test_an_answer_that_is_an_object_is_mapped_and_one_that_is_yet_to_come_is_expected() -> None:
    rows: list[dict[str, Any]] = [
        {"subject": "停水", "content": "停水了" * 9, "answer": None, "status": "受理中"},
        {
            "subject": "停电",
            "content": "停电了" * 9,
            "answer": {"content": "已修", "time": "2026-11-20", "dept": "区水务局"},
        },
    ]
    (found,) = propose("https://a.cn/letters", json.dumps(rows).encode())
    api = found.source["api"]
    assert (found.source["kind"], api["reply"], api["reply_time"], api["department"], api["status"]) == (
        "board", "answer.content", "answer.time", "answer.dept", "status",
    )  # fmt: skip
    (waiting,) = propose("https://a.cn/letters", json.dumps(rows[:1] * 3).encode())
    assert (waiting.source["kind"], waiting.source["api"]["reply"]) == ("board", "answer")


def test_a_forums_feed_is_one_of_posts_and_its_pages_are_not_followed() -> None:
    feed = "<rss version='2.0'><channel><title>民生杂谈</title><generator>Discuz! Board</generator></channel></rss>"
    (found,) = propose("https://www.example.cn/f.xml", feed.encode())
    assert (found.source["kind"], found.source["follow"]) == ("post", False)
    plain = "<rss version='2.0'><channel><title>民生杂谈</title></channel></rss>"
    assert proposed(plain, "https://www.example.cn/forum.php?mod=rss&fid=2")[0][1] == "post"


def test_a_hot_list_is_read_as_one() -> None:
    (found,) = propose("https://www.example.cn/hot", page().encode())
    assert (found.source["kind"], found.source["adapter"], "6 个热点" in found.why) == ("hotlist", "html", True)


def test_a_forums_page_is_only_read_by_what_knows_where_names_stand() -> None:
    found = proposed(page("<title>民生杂谈 - 青石论坛</title>"), "https://www.example.cn/list")
    assert [adapter for adapter, kind, _ in found if kind == "post"] == ["forum"] * len(found)
