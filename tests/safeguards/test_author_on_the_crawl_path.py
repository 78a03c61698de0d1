"""S1 on the crawl path: an author planted in every field that a page or feed can have is in no byte the service wrote."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from monitor.model import CHINA, Kind
from tests.crawlers.desk import Desk
from tests.site import Reply, Site, article, feed

WHO = "署名甲zqx7731"
LATIN = "zqx7731"
YESTERDAY = datetime.now(CHINA) - timedelta(days=1)
DAY = f"{YESTERDAY:%Y-%m-%d %H:%M}"
NEWS_TEXT = "昨日，青石街道组织排查老旧小区供水管网，并与供水公司约定维修时间。\n此次排查覆盖十二个小区，预计月底前完成全部维修。"
POST_TEXT = "示例区青石街道供水管网又停水了，已经两天没有自来水，希望尽快恢复供水。"
BOARD_TEXT = "滨河家园停水两天了，请问供水公司何时恢复？"

HEAD = f"""<meta name="author" content="{WHO}"><meta property="article:author" content="https://x.cn/u/{LATIN}">
<meta name="twitter:creator" content="@{LATIN}"><link rel="author" href="/u/{LATIN}">
<script type="application/ld+json">{{"@type":"NewsArticle","author":{{"name":"{WHO}","image":"/{LATIN}.png"}},"datePublished":"{YESTERDAY.isoformat()}"}}</script>
<!-- author: {WHO} -->"""
BYLINES = f"<p>作者：{WHO}</p><p>（记者 {WHO}）</p><p>责任编辑：{WHO}</p><p>文/{WHO}</p>"
AROUND = f"""{BYLINES}<div class="author-card" data-uid="{LATIN}"><img alt="{WHO}" src="/avatar/{LATIN}.png">
<a href="/u/{LATIN}" title="{WHO}">{WHO}</a><span class="ip">IP属地：{WHO}</span></div>
<div class="comments"><div class="comment" data-user="{LATIN}"><b>{WHO}</b><p>我家也停水了，希望早点修好，谢谢工作人员。</p></div></div>"""
FEED_FIELDS = f"""<author>{LATIN}@x.cn ({WHO})</author>
<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">{WHO}</dc:creator>
<media:credit xmlns:media="http://search.yahoo.com/mrss/" role="author">{WHO}</media:credit>
<itunes:author xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">{WHO}</itunes:author>
<description>&lt;p&gt;作者：{WHO}&lt;/p&gt;&lt;p data-user="{LATIN}"&gt;{NEWS_TEXT}&lt;/p&gt;&lt;p&gt;（记者 {WHO}）&lt;/p&gt;</description>"""


def post(n: int) -> str:
    return f"""<div class="post" data-author="{LATIN}" id="u-{LATIN}-{n}"><!-- {WHO} --><a class="who" href="/u/{LATIN}">
    <img alt="{WHO}" src="/{LATIN}.png">{WHO}</a><span>来自：{WHO}</span><em class="d" title="{DAY}">发表于 {DAY}</em>
    <div class="t"><i>本帖最后由 {WHO} 于 {DAY} 编辑</i><br><blockquote>{WHO} 发表于 {DAY}</blockquote>{POST_TEXT}<br>
    <span style="display:none">{WHO}</span></div><div class="sign">{WHO}的签名</div></div>"""


def build(site: Site) -> None:
    tagged = {"Set-Cookie": f"user={LATIN}", "X-Author": LATIN, "Last-Modified": LATIN, "ETag": f'"{LATIN}"'}
    news = article("青石街道排查供水管网", f"作者：{WHO}\n{NEWS_TEXT}", date=DAY, head=HEAD, around=AROUND)
    site.pages["/a/1.html"] = Reply(news.body, headers=tagged, etag=False)
    site.pages["/feed.xml"] = feed(
        site, [("/a/1.html", "青石街道排查供水管网", format_datetime(YESTERDAY))], extra=FEED_FIELDS
    )
    site.pages["/short.xml"] = feed(
        site, [("/a/2.html", "青石街道通知", format_datetime(YESTERDAY))], extra=FEED_FIELDS
    )
    site.pages["/board"] = Reply(
        f"<ul class=l><li><a href='/m/1'>小区停水</a> <b>{WHO}</b></li></ul>", headers=tagged, etag=False
    )
    site.pages["/m/1"] = Reply(
        f"<html><head>{HEAD}</head><h1 class=t>小区停水</h1><b class=who>{WHO}</b><i class=d>{DAY}</i>"
        f"<div class=q><p>{BOARD_TEXT}</p></div><div class=r><p>您好，供水已恢复。</p><p>作者：{WHO}</p></div>{AROUND}"
    )
    site.pages["/forum"] = Reply(
        f"<ul class=l><li><a href='/t/{LATIN}-1.html?u={LATIN}'>停水了吗</a> <a href='/u/{LATIN}'>{WHO}</a></li></ul>",
        headers=tagged, etag=False,
    )  # fmt: skip
    thread = f"<html><head>{HEAD}<title>供水停了吗 - 论坛</title></head><h1>供水停了吗</h1>{post(1)}{post(2)}{AROUND}"
    site.pages[f"/t/{LATIN}-1.html?u={LATIN}"] = Reply(thread, headers=tagged, etag=False)


def test_an_author_planted_everywhere_is_in_no_file_and_no_log(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with Site() as site:
        build(site)
        rules = {"link": ".l a"}
        desk.configure(
            [
                {"id": "news", "url": site.url("/feed.xml")},
                {"id": "short", "url": site.url("/short.xml"), "follow": False},
                {"id": "board", "kind": "board", "adapter": "html", "url": site.url("/board"), "list": rules,
                 "page": {"title": ".t", "text": ".q", "time": ".d", "reply": ".r"}},
                {"id": "forum", "kind": "post", "adapter": "html", "url": site.url("/forum"), "list": {"link": ".l a[href^='/t']"},
                 "page": {"title": "h1", "text": ".t", "time": ".d"}},
                {"id": "broken", "kind": "post", "adapter": "html", "url": site.url(f"/u/{LATIN}/{WHO}")},
            ]
        )  # fmt: skip
        passes = [desk.crawl(), desk.crawl()]
    assert [p.code for p in passes] == [0, 0], passes[0].log
    kinds = {r.kind for r in desk.records()}
    assert {Kind.NEWS, Kind.BOARD, Kind.POST} <= kinds, passes[0].runs
    written = {**desk.written(), **{f"log {n}": (p.log + str(p.runs)).encode() for n, p in enumerate(passes)}}
    # The search itself works: what may be kept is found by it.
    assert any("老旧小区供水管网".encode() in data for data in written.values())
    markers = [text.encode(code) for text in (WHO, LATIN, "署名甲") for code in ("utf-8", "utf-16-le", "gbk")]
    markers += [repr(WHO).encode(), "".join(f"\\u{ord(c):04x}" for c in "署名甲").encode()]
    hits = {name for name, data in written.items() for marker in markers if marker in data}
    assert hits == set()
