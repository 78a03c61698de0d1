"""What a page could be read as: by its bytes alone."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.proposals import id_of, kind_of, lists_in, name_of, propose
from monitor.settings.api_rules import names_person

AT = "https://www.qingshi.gov.cn/xw/"


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
    source = only(f"<html><body>{link}</body></html>")
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
