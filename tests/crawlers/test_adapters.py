"""Adapters: bytes in, items and links out; never who wrote."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime

import pytest

from crawlers.adapters import ADAPTERS, Meta, Role, adapter
from crawlers.adapters.links import absolute, same_site
from crawlers.failures import AdapterError, FetchFailure
from monitor.model import CHINA, Fetched, Kind
from monitor.settings.types import ListRules, PageRules, Source

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
URL = "https://news.example.gov.cn/list/index.html"
WHO = "署名标记甲乙"


def source(kind: Kind = Kind.NEWS, name: str = "rss", **more: object) -> Source:
    return Source.model_validate({"id": "s", "name": "源", "kind": kind, "adapter": name, "url": URL, **more})


def meta(role: Role = Role.INDEX, key: str = URL, content_type: str = "") -> Meta:
    return Meta(URL, key, role, NOW, content_type)


def rss(entry: str, head: str = "") -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?>{head}<rss version="2.0"><channel><title>源</title>{entry}</channel></rss>'.encode()


ITEM = "<item><title>停水通知_某网</title><link>/a/1.html</link><description>&lt;p&gt;青石街道停水。&lt;/p&gt;</description>{}</item>"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<pubDate>2026-11-21 08:30:00</pubDate>", datetime(2026, 11, 21, 8, 30, tzinfo=CHINA)),
        ("<pubDate>Sat, 21 Nov 2026 08:30:00</pubDate>", datetime(2026, 11, 21, 8, 30, tzinfo=CHINA)),
        ("<pubDate>Sat, 21 Nov 2026 08:30:00 GMT</pubDate>", datetime(2026, 11, 21, 8, 30, tzinfo=UTC)),
        ("<pubDate>Sat, 21 Nov 2026 08:30:00 +0800</pubDate>", datetime(2026, 11, 21, 8, 30, tzinfo=CHINA)),
        ("<pubDate>2026年11月21日 08:30</pubDate>", datetime(2026, 11, 21, 8, 30, tzinfo=CHINA)),
        ("<pubDate>2026-11-21T08:30:00Z</pubDate>", datetime(2026, 11, 21, 8, 30, tzinfo=UTC)),
        ("<pubDate>不详</pubDate>", None),
        ("", None),
    ],
)
def test_a_feed_date_without_a_zone_is_china_time(written: str, expected: datetime | None) -> None:
    (item,) = adapter("rss")(rss(ITEM.format(written)), meta(), source(follow=False)).items
    assert item.published == expected
    assert (item.title, item.text, item.url) == ("停水通知", "青石街道停水。", "https://news.example.gov.cn/a/1.html")


def test_atom_and_rdf_are_feeds_too() -> None:
    atom = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>通知</title><link href="/1"/><id>x</id><updated>2026-11-21T08:30:00+08:00</updated></entry></feed>'
    rdf = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><item rdf:about="/1"><title>通知</title><link>/1</link></item></rdf:RDF>'
    for text in (atom, rdf):
        (link,) = adapter("rss")(text.encode(), meta(), source()).links
        assert link.url == "https://news.example.gov.cn/1"
        assert link.entry is not None and link.entry.title == "通知"


def test_a_gbk_feed_that_says_utf8_is_read() -> None:
    body = rss(ITEM.format("")).decode().encode("gbk")
    (link,) = adapter("rss")(body, meta(content_type="application/xml; charset=utf-8"), source()).links
    assert link.entry is not None and link.entry.title == "停水通知"


def test_an_entity_bomb_expands_to_nothing() -> None:
    bomb = "<!DOCTYPE x [" + '<!ENTITY a "' + "哈" * 1000 + '">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
    ) + "]>"  # fmt: skip
    parsed = adapter("rss")(
        rss("<item><title>通知&j;</title><link>/1</link></item>", bomb), meta(), source(follow=False)
    )
    assert sum(len(i.title) + len(i.text) for i in parsed.items) < 1000


def test_an_external_entity_is_not_fetched() -> None:
    head = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    parsed = adapter("rss")(
        rss("<item><title>通知&e;</title><link>/1</link></item>", head), meta(), source(follow=False)
    )
    assert "root:" not in repr(parsed)


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (b"", FetchFailure.EMPTY),
        (b"<!DOCTYPE html><html><body>404</body></html>", FetchFailure.NOT_A_FEED),
        (b"{}", FetchFailure.NOT_A_FEED),
        (b"\xff\xd8\xff\xe0JFIF", FetchFailure.NOT_A_FEED),
    ],
)
def test_what_is_no_feed_is_refused_in_chinese_with_a_hint(body: bytes, failure: FetchFailure) -> None:
    with pytest.raises(AdapterError) as error:
        adapter("rss")(body, meta(), source())
    assert error.value.failure is failure
    assert error.value.message and error.value.hint


def test_a_list_page_is_read_by_its_rules() -> None:
    page = "<a href='/nav'>首页</a><ul class=l><li><a href='1.html#top'>一</a><li><a href='/x/2.html?utm_source=a&id=3'>二</a><li><a href='f.pdf'>附件</a></ul><a class=n href='p2.html'>下一页</a>"
    rules = ListRules(link="ul.l a", next="a.n")
    parsed = adapter("html")(page.encode(), meta(), source(name="html", list=rules.model_dump()))
    assert [(link.url, link.role) for link in parsed.links] == [
        ("https://news.example.gov.cn/list/1.html", Role.ITEM),
        ("https://news.example.gov.cn/x/2.html?id=3", Role.ITEM),
        ("https://news.example.gov.cn/list/p2.html", Role.INDEX),
    ]


def test_without_rules_the_main_list_is_found() -> None:
    links = "".join(f"<li><a href='/n/{i}.html'>示例区第{i}次新闻发布会举行</a></li>" for i in range(12))
    page = (
        f"<div class=nav><a href='/a'>关于我们的网站介绍</a><a href='/b'>网站导航与使用帮助</a></div><ul>{links}</ul>"
    )
    found = adapter("html")(page.encode(), meta(), source(name="html")).links
    assert [link.url for link in found] == [f"https://news.example.gov.cn/n/{i}.html" for i in range(12)]


def test_a_list_page_without_links_says_that_its_layout_may_have_changed() -> None:
    with pytest.raises(AdapterError) as error:
        adapter("html")("<p>栏目调整中</p>".encode(), meta(), source(name="html"))
    assert error.value.failure is FetchFailure.NO_LINKS
    assert "list.link" in error.value.hint


def test_a_bad_rule_is_named() -> None:
    with pytest.raises(AdapterError) as error:
        adapter("html")(b"<p>x</p>", meta(), source(name="html", list={"link": "ul["}))
    assert error.value.failure is FetchFailure.BAD_RULE


BOARD = f"""<html><title>留言板</title><h1 class=t>路灯不亮</h1><span class=c>城乡建设</span><b class=who>{WHO}</b>
<div class=q><p>滨河家园门口路灯坏了三天，晚上看不见。</p></div><em class=d>2026-11-20 19:05</em>
<div class=r><p>您好，已安排维修，今晚恢复照明。</p></div><em class=rd>2026-11-21 10:00</em><i class=dep>河东街道办事处</i></html>"""
BOARD_RULES = PageRules(
    title=".t", text=".q", time=".d", category=".c", reply=".r", reply_time=".rd", department=".dep"
)


def test_a_board_page_gives_the_question_and_the_official_answer() -> None:
    board = source(Kind.BOARD, "html", page=BOARD_RULES.model_dump())
    (item,) = adapter("html")(BOARD.encode(), meta(Role.ITEM, "https://b.cn/1"), board).items
    assert (item.title, item.text, item.category) == ("路灯不亮", "滨河家园门口路灯坏了三天，晚上看不见。", "城乡建设")
    assert item.published == datetime(2026, 11, 20, 19, 5, tzinfo=CHINA)
    assert item.reply is not None
    assert (item.reply.text, item.reply.department) == ("您好，已安排维修，今晚恢复照明。", "河东街道办事处")
    assert item.reply.time == datetime(2026, 11, 21, 10, tzinfo=CHINA)
    assert WHO not in repr(item)


def test_an_unanswered_board_page_has_no_reply() -> None:
    page = BOARD.replace("<p>您好，已安排维修，今晚恢复照明。</p>", "")
    board = source(Kind.BOARD, "html", page=BOARD_RULES.model_dump())
    assert adapter("html")(page.encode(), meta(Role.ITEM), board).items[0].reply is None


THREAD = f"""<html><title>停水了吗 - 论坛</title><h1>停水了吗</h1>
<div class=post><a class=who href="/u/{WHO}"><img alt="{WHO}">{WHO}</a><i class=d>2026-11-21 20:00</i><div class=t>青石路停水了。</div></div>
<div class=post><a class=who data-u="{WHO}">{WHO}</a><i class=d>2026-11-21 20:05</i><div class=t>{WHO} 发表于 2026-11-21 20:00<br>我家也停了。</div></div></html>"""


def test_a_thread_gives_text_and_time_of_each_post_and_never_who() -> None:
    forum = source(Kind.POST, "html", page={"title": "h1", "text": ".t", "time": ".d"})
    items = adapter("html")(THREAD.encode(), meta(Role.ITEM, "https://f.cn/t/1"), forum).items
    assert [(i.title, i.text) for i in items] == [("停水了吗", "青石路停水了。"), ("", "我家也停了。")]
    assert items[0].key == "https://f.cn/t/1" != items[1].key
    assert items[1].published == datetime(2026, 11, 21, 20, 5, tzinfo=CHINA)
    assert WHO not in repr(items)


def test_a_forum_without_a_rule_for_the_text_is_refused() -> None:
    with pytest.raises(AdapterError) as error:
        adapter("html")(THREAD.encode(), meta(Role.ITEM), source(Kind.POST, "html"))
    assert error.value.failure is FetchFailure.RULES_NEEDED


def test_no_adapter_can_pass_an_author() -> None:
    names = {f.name for f in fields(Fetched)}
    assert not names & {"author", "user", "nickname", "avatar", "profile", "byline", "ip"}
    entry = ITEM.format(
        f"<author>{WHO}</author><dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>{WHO}</dc:creator>"
    )
    for body in (rss(entry), rss(entry.replace("青石街道停水。", f"青石街道停水。&lt;p&gt;（记者 {WHO}）&lt;/p&gt;"))):
        assert WHO not in repr(adapter("rss")(body, meta(), source(follow=False)))


def test_every_adapter_of_the_table_can_be_loaded() -> None:
    assert all(callable(adapter(name)) for name in ADAPTERS)


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("javascript:void(0)", ""),
        ("mailto:a@b.cn", ""),
        ("http://[bad", ""),
        ("../x.html#a", "https://news.example.gov.cn/x.html"),
        ("/a;jsessionid=12?b=1&spm=2", "https://news.example.gov.cn/a?b=1"),
        ("//www.example.gov.cn/a", "https://www.example.gov.cn/a"),
        (" /空 格 ", "https://news.example.gov.cn/空 格"),
    ],
)
def test_links_become_one_spelling(href: str, expected: str) -> None:
    assert absolute(URL, href) == expected


def test_hosts_of_one_name_are_one_site() -> None:
    assert same_site("http://www.x.gov.cn/", "http://news.x.gov.cn/")
    assert not same_site("http://x.gov.cn/", "http://y.gov.cn/")
