"""Feeds as programs really write them: WordPress, Discuz!, RSSHub, Feedburner, Atom with bases, and broken ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.adapters import Meta, Parsed, Role, adapter
from crawlers.adapters.moments import told, written
from crawlers.failures import AdapterError, FetchFailure
from monitor.model import CHINA, Fetched
from monitor.settings.types import Source

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
URL = "https://www.qingshi.example.cn/feed/"
WHO = "署名标记甲乙"
AT = datetime(2026, 11, 21, 8, 30, tzinfo=CHINA)


def read(body: str | bytes, kind: str = "news", url: str = URL, content_type: str = "", follow: bool = False) -> Parsed:
    source = Source.model_validate(
        {"id": "s", "name": "源", "kind": kind, "adapter": "rss", "url": url, "follow": follow, "outlet": "示例报"}
    )
    data = body.encode() if isinstance(body, str) else body
    parsed = adapter("rss")(data, Meta(url, url, Role.INDEX, NOW, content_type), source)
    assert WHO not in repr(parsed)
    return parsed


def one(body: str | bytes, **more: str) -> Fetched:
    (item,) = read(body, **more).items
    return item


WORDPRESS = f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wfw="http://wellformedweb.org/CommentAPI/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
<channel><title>青石区融媒体中心</title><atom:link href="{URL}" rel="self" type="application/rss+xml" />
<generator>https://wordpress.org/?v=6.4.2</generator>
<item><title>供水管网改造&#8220;一户一策&#8221;</title><link>https://www.qingshi.example.cn/2026/11/water/</link>
<comments>https://www.qingshi.example.cn/2026/11/water/#respond</comments>
<dc:creator><![CDATA[{WHO}]]></dc:creator><pubDate>Sat, 21 Nov 2026 00:30:00 +0000</pubDate>
<category><![CDATA[民生]]></category><category><![CDATA[供水]]></category>
<guid isPermaLink="false">https://www.qingshi.example.cn/?p=1024</guid>
<description><![CDATA[<p>青石街道改造供水管网。 [&#8230;]</p>
<p>The post <a href="https://x">供水管网改造</a> appeared first on <a href="https://x">青石区融媒体中心</a>.</p>]]></description>
<content:encoded><![CDATA[<p>青石街道改造供水管网，先从老旧小区开始。</p><p>工期三十天，停水提前两天通知。</p>
<p>The post <a href="https://x">供水管网改造</a> appeared first on <a href="https://x">青石区融媒体中心</a>.</p>]]></content:encoded>
<wfw:commentRss>https://www.qingshi.example.cn/2026/11/water/feed/</wfw:commentRss><slash:comments>3</slash:comments></item>
</channel></rss>"""

DISCUZ = f"""<?xml version="1.0" encoding="gbk"?><rss version="2.0"><channel><title>青石论坛 - 本地生活</title>
<link>https://bbs.example.cn/forum.php?mod=forumdisplay&amp;fid=2</link><generator>Discuz! Board by Comsenz Inc.</generator>
<ttl>60</ttl><item><title>青石街道停水三天了</title>
<link>https://bbs.example.cn/forum.php?mod=viewthread&amp;tid=71</link>
<description><![CDATA[小区从周四开始停水，物业说在抢修 ...]]></description><category>本地生活</category>
<author>{WHO}</author><pubDate>Sat, 21 Nov 2026 00:30:00 +0000</pubDate></item></channel></rss>"""

RSSHUB = f"""<?xml version="1.0" encoding="UTF-8"?><rss xmlns:atom="http://www.w3.org/2005/Atom" version="2.0">
<channel><title>青石区政府 - 通知公告</title><link>https://www.qingshi.example.cn/tz</link>
<atom:link href="http://127.0.0.1:1200/gov/qingshi/tz" rel="self" type="application/rss+xml"></atom:link>
<description>青石区政府 - 通知公告 - Powered by RSSHub</description><generator>RSSHub</generator>
<webMaster>{WHO}@example.cn ({WHO})</webMaster><language>zh</language><ttl>5</ttl>
<item><title>停水通知</title><description>&lt;p style=&quot;text-align:justify&quot;&gt;因管网抢修，&lt;b&gt;青石街道&lt;/b&gt;停水。&lt;/p&gt;
&lt;img src=&quot;https://x/a.png&quot; referrerpolicy=&quot;no-referrer&quot;&gt;&lt;p&gt;预计今晚恢复。&lt;/p&gt;</description>
<link>https://www.qingshi.example.cn/tz/1.html</link><guid isPermaLink="false">https://www.qingshi.example.cn/tz/1.html</guid>
<pubDate>Sat, 21 Nov 2026 00:30:00 GMT</pubDate><author>{WHO}</author></item></channel></rss>"""


def test_a_wordpress_feed_gives_the_whole_text_without_its_tail() -> None:
    item = one(WORDPRESS)
    assert (item.title, item.category) == ("供水管网改造“一户一策”", "民生")
    assert item.text == "青石街道改造供水管网，先从老旧小区开始。\n工期三十天，停水提前两天通知。"
    assert (item.url, item.published) == ("https://www.qingshi.example.cn/2026/11/water/", AT)


@pytest.mark.parametrize("charset", ["gbk", "utf-8"])
def test_a_discuz_feed_gives_the_thread_and_not_who_began_it(charset: str) -> None:
    item = one(DISCUZ.encode(charset), kind="post", url="https://bbs.example.cn/forum.php?mod=rss&fid=2")
    assert (item.title, item.text) == ("青石街道停水三天了", "小区从周四开始停水，物业说在抢修 ...")
    assert (item.key, item.published) == ("https://bbs.example.cn/forum.php?mod=viewthread&tid=71", AT)


def test_an_rsshub_feed_gives_paragraphs() -> None:
    item = one(RSSHUB)
    assert item.text == "因管网抢修，青石街道停水。\n预计今晚恢复。"
    assert item.url == "https://www.qingshi.example.cn/tz/1.html"


def rss(inner: str, attributes: str = "", head: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    return f'{head}<rss version="2.0" {attributes}><channel><title>源</title>{inner}</channel></rss>'


ITEM = "<item><title>停水通知</title><link>/a/1.html</link>{}</item>"


def test_feedburner_is_seen_through() -> None:
    more = "<feedburner:origLink>https://www.qingshi.example.cn/a/9.html</feedburner:origLink>"
    text = rss(ITEM.format(more), 'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"')
    assert one(text).url == "https://www.qingshi.example.cn/a/9.html"


def test_relative_links_are_read_from_where_the_feed_says() -> None:
    assert one(rss(ITEM.format(""))).url == "https://www.qingshi.example.cn/a/1.html"
    assert one(rss(ITEM.format(""), 'xml:base="https://news.example.cn/x/"')).url == "https://news.example.cn/a/1.html"
    atom = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://news.example.cn/x/"><title>源</title>
    <entry xml:base="y/"><title>停水通知</title><link rel="self" href="/self"/><link rel="alternate" href="1.html"/>
    <updated>2026-11-21T08:30:00+08:00</updated></entry></feed>"""
    assert one(atom).url == "https://news.example.cn/x/y/1.html"


def test_a_guid_is_the_address_only_where_it_is_meant_as_one() -> None:
    meant = rss("<item><title>停水</title><guid>https://www.qingshi.example.cn/a/2.html</guid></item>")
    assert one(meant).url == "https://www.qingshi.example.cn/a/2.html"
    mere = one(rss("<item><title>停水</title><guid isPermaLink='false'>urn:uuid:7</guid></item>"))
    assert (mere.url, mere.key) == ("", "urn:uuid:7")


def test_atom_published_counts_before_updated_and_updated_alone_is_taken() -> None:
    entry = "<entry><id>{0}</id><title>停水{0}</title><link href='/a/{0}'/>{1}</entry>"
    both = "<updated>2026-11-22T01:00:00Z</updated><published>2026-11-21T00:30:00Z</published>"
    feed = entry.format(1, both) + entry.format(2, "<updated>2026-11-21T00:30:00Z</updated>")
    items = read(f"<feed xmlns='http://www.w3.org/2005/Atom'>{feed}</feed>").items
    assert [i.published for i in items] == [AT, AT]


@pytest.mark.parametrize("charset", ["gbk", "gb18030", "utf-8"])
@pytest.mark.parametrize("declared", ["utf-8", "gbk", "iso-8859-1"])
def test_the_charset_of_a_feed_is_found_whatever_it_declares(charset: str, declared: str) -> None:
    words = "青石街道今晚停水，请提前储水"
    head = f'<?xml version="1.0" encoding="{declared}"?>'
    text = rss(f"<item><title>{words}</title><link>/a</link><description>{words * 9}</description></item>", head=head)
    assert one(text.encode(charset), content_type=f"text/xml; charset={declared}").title == words


def test_words_of_gbk_that_are_also_well_formed_utf_8_are_read_as_declared() -> None:
    text = rss("<item><title>停水通知</title><link>/a</link></item>", head='<?xml version="1.0" encoding="gb2312"?>')
    assert text.encode("gbk").decode("utf-8"), "this is what makes it hard"
    assert one(text.encode("gbk")).title == "停水通知"


@pytest.mark.parametrize(
    ("title", "clean"),
    [
        ("&lt;b&gt;停水&lt;/b&gt;通知", "停水通知"),
        ("<![CDATA[<font color=red>停水</font>通知]]>", "停水通知"),
        ("停水&amp;amp;停电通知", "停水&停电通知"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;停水通知", "停水通知"),
        ("  停水\n 通知 ", "停水 通知"),
    ],
)
def test_html_in_a_title_is_taken_off(title: str, clean: str) -> None:
    assert one(rss(f"<item><title>{title}</title><link>/a</link></item>")).title == clean


def test_media_of_an_entry_is_no_address_of_it() -> None:
    media = ("<media:content url='https://img.example.cn/1.jpg' medium='image'><media:credit>" + WHO + "</media:credit>"
             "</media:content><media:thumbnail url='https://img.example.cn/2.jpg'/>"
             "<enclosure url='https://img.example.cn/3.mp3' type='audio/mpeg' length='1'/>")  # fmt: skip
    item = one(rss(ITEM.format(media), 'xmlns:media="http://search.yahoo.com/mrss/"'))
    assert item.url == "https://www.qingshi.example.cn/a/1.html"
    assert "img.example.cn" not in repr(item)


def test_an_empty_feed_is_a_feed_without_news() -> None:
    assert read(rss("")) == Parsed()
    assert read("<feed xmlns='http://www.w3.org/2005/Atom'><title>源</title></feed>") == Parsed()
    assert read('{"version": "https://jsonfeed.org/version/1.1", "items": []}') == Parsed()


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        ("<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", FetchFailure.NOT_A_FEED),
        (
            "<?xml version='1.0'?>\n<!DOCTYPE html><html><head><title>出错了</title></head></html>",
            FetchFailure.NOT_A_FEED,
        ),
        ("\ufeff  <html>请稍候</html>", FetchFailure.NOT_A_FEED),
        ('{"code": 500, "msg": "系统繁忙"}', FetchFailure.NOT_A_FEED),
        ("没有权限", FetchFailure.NOT_A_FEED),
        ("   \n", FetchFailure.EMPTY),
    ],
)
def test_an_error_page_is_no_empty_feed(body: str, failure: FetchFailure) -> None:
    with pytest.raises(AdapterError) as error:
        read(body)
    assert error.value.failure is failure


@pytest.mark.parametrize(
    "body",
    [
        rss(ITEM.format("<description>青石街道停水 & 停电</description>")),
        rss(ITEM.format("<description>青石&nbsp;街道</description>")),
        rss(ITEM.format("<description>青石\x0b街道</description>")),
        rss(ITEM.format("")).removesuffix("</channel></rss>"),
        "\n\n" + rss(ITEM.format("")),
        "<br />\n<b>Warning</b>: foo in /x.php<br />\n" + rss(ITEM.format("")),
        rss(ITEM.format("")) + "<!-- cached -->",
    ],
)
def test_a_feed_with_a_fault_is_still_read(body: str) -> None:
    assert one(body).title == "停水通知"


@pytest.mark.parametrize(
    "text",
    [
        "Sat, 21 Nov 2026 08:30:00 CST",
        "Sat Nov 21 08:30:00 CST 2026",
        "Sat, 21 Nov 2026 08:30:00 +08:00",
        "Sat, 21 Nov 2026 00:30:00 +00:00",
        "Sat, 21 Nov 2026 00:30:00 -0000",
        "Sat, 21 Nov 2026 00:30:00 UT",
        "Fri, 20 Nov 2026 19:00:00 -0530",
        "Sat, 21 Nov 26 08:30:00 +0800",
        "Sat, 21 Nov 2026 08:30:00 GMT+8",
        "Sat, 21 Nov 2026 08:30:00 Asia/Shanghai",
        "Sat,21 Nov 2026 08:30 +0800",
        "Sat, 21-Nov-2026 00:30:00 GMT",
        "21 November 2026 08:30:00",
        "Nov 21, 2026 8:30:00 AM",
        "星期六, 21 十一月 2026 08:30:00 +0800",
        "周六, 21 11月 2026 08:30:00 +0800",
        "2026-11-21 08:30:00",
        "2026-11-21T00:30:00.000Z",
        "2026-11-21 08:30:00 +0800 CST",
        "2026/11/21 8:30",
        "2026年11月21日 8时30分",
        "2026年11月21日 星期六 上午8:30",
        "20261121083000",
        "1795221000",
    ],
)
def test_every_way_to_write_a_time_means_the_same_moment(text: str) -> None:
    assert written(text) == AT
    assert one(rss(ITEM.format(f"<pubDate>{text}</pubDate>"))).published == AT


def test_noon_and_midnight_by_the_english_clock() -> None:
    assert written("Nov 21, 2026 12:05:00 AM") == datetime(2026, 11, 21, 0, 5, tzinfo=CHINA)
    assert written("Nov 21, 2026 12:05:00 PM") == datetime(2026, 11, 21, 12, 5, tzinfo=CHINA)


@pytest.mark.parametrize(
    "text", ["", "   ", "不详", "Sat, 99 Nov 2026", "Nov", "+0800", "2026", "Sat, 21 Nov 2026 08:30 +9900"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert written(text) is None


@given(
    st.integers(315_532_800, 2_840_140_800),
    st.integers(-12 * 4, 14 * 4).map(lambda q: timezone(timedelta(minutes=15 * q))),
)
def test_what_the_standards_write_is_read_back(seconds: int, zone: timezone) -> None:
    moment = datetime.fromtimestamp(seconds, zone)
    assert written(format_datetime(moment)) == moment
    assert written(moment.isoformat()) == moment


@given(st.text(max_size=40) | st.binary(max_size=40).map(lambda b: b.decode("latin-1")))
def test_no_text_breaks_the_reading_of_times(text: str) -> None:
    moment = written(text)
    assert moment is None or moment.tzinfo is not None


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (1795221000, AT),
        (1795221000000, AT),
        (1795221000.0, AT),
        ("1795221000", AT),
        ("1795221000000", AT),
        (20261121083000, AT),
        (20261121, datetime(2026, 11, 21, tzinfo=CHINA)),
        ("/Date(1795221000000+0800)/", AT),
        ("2小时前", NOW.astimezone(CHINA) - timedelta(hours=2)),
        (True, None),
        (7, None),
        (None, None),
        ([], None),
        (float("nan"), None),
        (10**30, None),
    ],
)
def test_times_of_interfaces_are_told_by_their_size(value: object, moment: datetime | None) -> None:
    assert told(value, NOW) == moment


def api(body: str | bytes, rules: dict[str, object], content_type: str = "application/json") -> Parsed:
    url = "https://www.qingshi.example.cn/api/list?offset=0&size=2"
    source = Source.model_validate(
        {"id": "s", "name": "源", "kind": "news", "adapter": "json", "url": url, "follow": False,
         "api": {"items": "data.rows", "title": "t", **rules}}
    )  # fmt: skip
    data = body.encode() if isinstance(body, str) else body
    return adapter("json")(data, Meta(url, url, Role.INDEX, NOW, content_type), source)


ROWS = json.dumps({"data": {"rows": [{"t": "停水通知"}, {"t": "停电通知"}]}}, ensure_ascii=False)


@pytest.mark.parametrize(
    "body",
    [
        ROWS,
        "\ufeff" + ROWS,
        f"callback({ROWS});",
        f"/**/ jQuery17_123({ROWS})",
        f"var list = {ROWS};",
        f"window.data={ROWS}",
        f")]}}',\n{ROWS}",
        f"while(1);{ROWS}",
        ROWS.replace("停水", "停水\n"),
        json.dumps({"data": {"rows": json.dumps([{"t": "停水通知"}, {"t": "停电通知"}])}}),
    ],
)
def test_an_answer_is_unwrapped_from_what_carries_it(body: str) -> None:
    assert [i.title.replace(" ", "") for i in api(body, {}).items] == ["停水通知", "停电通知"]


def test_an_answer_in_gbk_is_read() -> None:
    assert api(ROWS.encode("gbk"), {}).items[0].title == "停水通知"
    assert api(ROWS.encode("gbk"), {}, "application/json; charset=utf-8").items[0].title == "停水通知"


def test_pages_are_counted_by_items_where_the_interface_wants_an_offset() -> None:
    (link,) = api(ROWS, {"page_param": "offset", "page_first": 0, "page_step": 2}).links
    assert link.url.endswith("size=2&offset=2") and link.role is Role.INDEX


@given(st.text(max_size=60))
def test_no_text_breaks_the_unwrapping(text: str) -> None:
    try:
        api(text, {})
    except AdapterError:
        return
