"""S1 at the door: whatever a page, feed or answer says of who wrote it, no value that an adapter returns holds it.

One case a form that the house reads; a new adapter without a case fails the last test.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.adapters import ADAPTERS, Meta, Role, adapter
from monitor.settings.types import Source
from tests.crawlers import forum_answers as answers
from tests.crawlers import forum_pages as forums
from tests.crawlers.forum_pages import MARKERS, OTHER, PLACE, UID, WHO

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
DAY = "2026-11-21 20:00"
TEXT = "昨日，青石街道组织排查老旧小区供水管网，并与供水公司约定维修时间，预计月底前完成全部维修。"
HEAD = f"""<meta charset="utf-8"><meta name="author" content="{WHO}"><meta property="article:author" content="https://x.cn/u/{UID}">
<link rel="author" href="/u/{UID}"><script type="application/ld+json">{{"@type":"NewsArticle","author":{{"name":"{WHO}"}}}}</script><!-- {WHO} -->"""
BYLINE = f"<p>作者：{WHO}</p><p>（记者 {WHO}）</p><p>责任编辑：{OTHER}</p>"
AROUND = f"""<div class="author-card"><img alt="{WHO}"><a href="/u/{UID}" title="{WHO}">{WHO}</a><span>IP属地：{PLACE}</span></div>"""
ENTRY = f"""<item><title>青石街道排查供水管网</title><link>https://news.example.cn/a/1.html</link><guid>1</guid>
<author>{UID}@x.cn ({WHO})</author><dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">{WHO}</dc:creator>
<media:credit xmlns:media="http://search.yahoo.com/mrss/">{WHO}</media:credit><pubDate>Sat, 21 Nov 2026 20:00:00 +0800</pubDate>
<description>&lt;p&gt;作者：{WHO}&lt;/p&gt;&lt;p&gt;{TEXT}&lt;/p&gt;&lt;p&gt;（记者 {WHO}）&lt;/p&gt;</description></item>"""
ARTICLE = f"""<html><head><title>青石街道排查供水管网</title>{HEAD}</head><body><h1>青石街道排查供水管网</h1>
<div class="info">{DAY} 来源：示例日报 作者：{WHO}</div><div class="article-content">{BYLINE}<p>{TEXT}</p><p>{TEXT}</p></div>{AROUND}</body></html>"""
LETTER = f"""<html><head>{HEAD}</head><body><table><tr><th>留言人</th><td>{WHO}</td></tr><tr><th>联系电话</th><td>{UID}</td></tr>
<tr><th>留言标题</th><td>小区停水</td></tr><tr><th>留言时间</th><td>{DAY}</td></tr><tr><th>留言内容</th><td>滨河家园停水两天了，请问何时恢复？</td></tr>
<tr><th>答复单位</th><td>青石街道办事处</td></tr><tr><th>答复内容</th><td>您好，供水已恢复。</td></tr></table>{AROUND}</body></html>"""
STORIES = "".join(
    f'<li><a href="/2026-11/21/c_{n}.html" title="青石街道第{n}次排查供水管网">青石街道第{n}次排查供水管网</a><span class="author">{WHO}</span></li>'
    for n in range(1, 7)
)
FRONT = f"""<html><head><title>示例新闻网</title>{HEAD}</head><body><div class="headline"><h1><a href="/2026-11/21/c_9.html">青石街道供水管网全部修好</a></h1></div>
<ul class="list">{STORIES}</ul>{AROUND}</body></html>"""
SHEET = f"""<html><head><title>示例日报 2026年11月21日 第01版：要闻</title>{HEAD}</head><body><div>第01版：要闻 责任编辑：{WHO}</div>
<a href="node_2.htm">第02版：民生</a><ul><li><a href="content_1.htm">青石街道排查供水管网</a> <span>{WHO}</span></li><li><a href="content_2.htm">供水管网全部修好</a></li></ul></body></html>"""
MAP = f"""<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://news.example.cn/a/1.html</loc><lastmod>2026-11-21</lastmod><news:news><news:publication><news:name>示例日报</news:name></news:publication>
<news:author>{WHO}</news:author><news:publication_date>2026-11-21</news:publication_date><news:title>青石街道排查供水管网</news:title></news:news></url></urlset>"""
LETTERS = json.dumps({"data": [{"id": 5, "subject": "小区停水", "content": "滨河家园停水两天了。", "createTime": DAY, "userName": WHO, "ip": PLACE,
                               "author": {"name": WHO, "id": UID}}]}, ensure_ascii=False)  # fmt: skip
API = {"items": "data", "id": "id", "title": "subject", "text": "content", "time": "createTime"}


@dataclass(frozen=True)
class Case:
    name: str
    body: str
    role: Role = Role.ITEM
    kind: str = "post"
    url: str = "https://bbs.example.cn/thread-12-1-1.html"
    more: Mapping[str, Any] = field(default_factory=dict)


THREAD, LIST = forums.thread(4), [(12, "青石路停水两天了", 3, "2026-11-21T20:05:00+08:00")]
CASES = {
    "订阅": Case("rss", f'<rss version="2.0"><channel><title>源</title><managingEditor>{WHO}</managingEditor>{ENTRY}</channel></rss>', Role.INDEX, "news", more={"follow": False}),
    "论坛订阅": Case("rss", f'<rss version="2.0"><channel><title>源</title>{ENTRY}</channel></rss>', Role.INDEX, more={"follow": False}),
    "网站地图": Case("sitemap", MAP, Role.INDEX, "news", "https://news.example.cn/sitemap.xml"),
    "文章": Case("html", ARTICLE, kind="news"),
    "留言": Case("html", LETTER, kind="board"),
    "接口": Case("json", LETTERS, Role.INDEX, "board", more={"api": API, "follow": False}),
    "首页": Case("frontpage", FRONT, Role.INDEX, "news", "https://news.example.cn/"),
    "首页文章": Case("frontpage", ARTICLE, kind="news"),
    "电子报版面": Case("epaper", SHEET, Role.INDEX, "news", "https://epaper.example.cn/html/2026-11/21/node_1.htm"),
    "电子报文章": Case("epaper", ARTICLE, kind="news", url="https://epaper.example.cn/html/2026-11/21/content_1.htm"),
    "Discuz! 列表": Case("forum", forums.discuz_list(LIST), Role.INDEX),
    "Discuz! 主题": Case("forum", forums.discuz_thread(THREAD)),
    "Discuz! 主题按规则": Case("forum", forums.discuz_thread(THREAD), more={"page": {"text": ".t_f", "time": "em[id^=authorposton]"}}),
    "Discuz! 手机列表": Case("forum", forums.touch_list([(12, "停水", 3)]), Role.INDEX),
    "Discuz! 手机主题": Case("forum", forums.touch_thread(THREAD)),
    "phpBB 列表": Case("forum", forums.phpbb_list(LIST), Role.INDEX),
    "phpBB 主题": Case("forum", forums.phpbb_thread(THREAD)),
    "XenForo 列表": Case("forum", forums.xenforo_list(LIST), Role.INDEX),
    "XenForo 主题": Case("forum", forums.xenforo_thread(THREAD)),
    "vBulletin 主题": Case("forum", forums.vbulletin_thread(THREAD)),
    "phpwind 主题": Case("forum", forums.phpwind_thread(THREAD)),
    "NodeBB 主题": Case("forum", forums.nodebb_thread(THREAD)),
    "自建论坛楼层": Case("forum", forums.unknown_thread(THREAD)),
    "自建论坛表格": Case("forum", forums.unknown_thread(THREAD, layout=1)),
    "自建论坛主帖单列": Case("forum", forums.unknown_thread(THREAD, layout=2)),
    "网页读论坛": Case("html", forums.discuz_thread(THREAD)),
    "Discourse 列表": Case("forum", answers.discourse_list([answers.discourse_topic(5, "停水", 3, "2026-11-21T13:00:00Z")]), Role.INDEX),
    "Discourse 主题": Case("forum", answers.discourse_thread(5, [answers.discourse_post(n, "停水了。") for n in (101, 102)], range(101, 140))),
    "Flarum 列表": Case("forum", answers.flarum_list(LIST), Role.INDEX),
    "Flarum 主题": Case("forum", answers.flarum_posts(THREAD)),
    "Mastodon 话题": Case("mastodon", answers.timeline([answers.status(5, "停水了。"), answers.status(4, "还没水。")]), Role.INDEX),
}  # fmt: skip


@pytest.mark.parametrize("form", CASES)
def test_an_adapter_returns_nothing_of_who_wrote(form: str) -> None:
    case = CASES[form]
    source = Source.model_validate(
        {"id": "s", "name": "源", "kind": case.kind, "adapter": case.name, "url": case.url, **case.more}
    )
    bodies = [case.body.encode()]
    if 'charset="utf-8"' in case.body:
        bodies.append(case.body.replace('charset="utf-8"', 'charset="gbk"').encode("gb18030"))
    for body in bodies:
        parsed = adapter(case.name)(body, Meta(case.url, case.url, case.role, NOW, "text/html"), source)
        assert parsed.items or parsed.links, "a page that is not read would hide anything"
        told = repr(parsed)
        assert [marker for marker in MARKERS if marker in told] == []


def test_every_adapter_of_the_house_is_among_the_cases() -> None:
    assert {case.name for case in CASES.values()} == set(ADAPTERS)


def test_the_writer_is_in_every_page_that_is_tried() -> None:
    assert all(WHO in case.body or WHO.encode("unicode_escape").decode() in case.body for case in CASES.values())
