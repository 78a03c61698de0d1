"""Title, text, date and kind of any HTML page, in one parse and without rules for the site."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crawlers.page import blocks as reading
from crawlers.page import thread
from crawlers.page.byline import without_bylines
from crawlers.page.charset import decode
from crawlers.page.embedded import article_body
from crawlers.page.published import published
from crawlers.page.title import headline, section, without_site
from crawlers.page.tree import parse

_MARKS = re.compile(r"[\W_]+")
# Lines at the head or the tail that belong to the page, not to the article.
_AROUND = re.compile(
    r"^(?:[（(]?原标题[：:]|(?:本文)?来源[：:]|本文原标题|【?打印|关闭窗口|分享|扫一扫|扫描|微信扫|关注我们|返回|上一篇|下一篇|"
    r"更多|版权|声明[：:]|特别声明|免责|举报|字号|字体|\[?关键词|关键字|标签|当前位置|您(?:现在)?(?:的|所在)?的?位置|现在位置|首页|"
    r"点击(?:进入|查看|下载)|Copyright|All Rights|©|主办单位|地址[：:]|邮编|\S{0,6}ICP备?|版权所有|本文为\S{1,12}原创|"
    r"发布(?:时间|日期)|"
    r"浏览(?:次数|量)?[：:]|阅读[：:（(]|"
    r"[（(]?本文来自|图片来源|\S{2,10}报料[：:]|目前没有跟贴|登录|注册|未经授权|转载请|特约作者|"
    r"(?:关注|昨天|今天|收藏|点赞|评论|原创|转发|投诉|纠错|大|中|小)$|.{0,60}(?:下载客户端|客户端第一时间|【下载地址】|二维码))",
    re.IGNORECASE,
)
_DATELINE = re.compile(r"^\W*(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}[^。]{0,60}$")
_SIGNED = re.compile(r"^\W*(?:19|20)\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\W*$")
# Short lines that begin what follows an article: everything after them goes.
_END = re.compile(
    r"^\W*(?:为[你您]推荐|相关(?:新闻|阅读|推荐|文章|链接|资讯|报道)|热门(?:推荐|新闻|文章|评论)|推荐阅读|延伸阅读|精彩推荐|猜你喜欢|"
    r"更多精彩|大家都在看|责任编辑|特别声明|免责声明|版权声明|声明[：:]|上一篇|下一篇|打印本页|最新评论|网友评论|全部评论)"
)
_END_SHARE = 0.35
"""Share of the text that must come before such a line for it to be the end."""
_SENTENCE = re.compile(r"[。！？，；!?,]")
_HOME = re.compile(r"返回\S{2,10}首页\W*$")
_MOST = 3_000_000
"""Characters of a page that are read; the largest of the saved pages has 750,000."""
_EDGE = 4
_THIN = 80
_LISTED = 5
"""Linked headlines among the blocks of prose from which a page is a list with leads."""


class PageKind(StrEnum):
    ARTICLE = "article"
    LIST = "list"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says. ``text`` has one paragraph a line; it and ``title`` name no writer (bylines are removed)."""

    title: str
    text: str
    published: datetime | None
    kind: PageKind


def extract(html: bytes | str, url: str = "", content_type: str = "", seen: datetime | None = None) -> Page:
    """Reads a page; never raises on a bad one: an empty or unreadable page is ``OTHER`` with empty fields.

    ``url`` and ``seen`` (when the page was read) help to date it; ``content_type`` helps to decode bytes.
    """
    text = html if isinstance(html, str) else decode(html, content_type)
    text = text[:_MOST]
    root = parse(text)
    if root is None:
        return Page("", "", None, PageKind.OTHER)
    layout = reading.layout(root)
    title = headline(root, layout.blocks)
    body = _body(layout, title)
    moment = published(root, layout.blocks, text, url, title, seen)
    thin = sum(len(b.text) for b in body.blocks) < _THIN
    if thin or moment is None:
        # An article may lie in what looks like a sidebar; the date often stands beside the author, who is left aside.
        whole = reading.layout(root, everything=True)
        body = _longer(body, reading.article(whole)) if thin else body
        moment = moment or published(root, whole.blocks, text, url, title, seen)
    lines = body_lines([b.text for b in body.blocks], title)
    if posts := thread.posts(root, layout.blocks, lines, title):
        return Page(title, "\n".join(without_bylines(posts)), moment, PageKind.ARTICLE)
    if sum(map(len, lines)) < _THIN and (told := article_body(root)):
        lines = body_lines(told, title)
    kind = _kind(layout, body, lines, title, moment is not None)
    return Page(section(root) or title if kind is PageKind.LIST else title, "\n".join(lines), moment, kind)


def _body(layout: reading.Layout, title: str) -> reading.Body:
    body = reading.article(layout)
    if body.among < _LISTED:
        return body
    # More headlines than prose: a list, or the sidebar of an article that stands right under its headline.
    at = next((i for i, b in enumerate(layout.blocks) if b.linked == 0 and b.text == title), None)
    below = reading.article_below(layout, at) if at is not None else reading.Body()
    return below if below.blocks and below.among == 0 else body


def _longer(body: reading.Body, whole: reading.Body) -> reading.Body:
    size = sum(len(b.text) for b in body.blocks)
    return whole if sum(len(b.text) for b in whole.blocks) > 2 * size + 40 else body


def body_lines(lines: list[str], title: str) -> list[str]:
    """The article's lines without the headline itself, without what sites put around a text, and without bylines."""
    lines = _between(lines, _MARKS.sub("", title))
    kept = []
    for index, line in enumerate(lines):
        head, tail = index < _EDGE, index >= len(lines) - _EDGE
        if (head or tail) and len(line) <= 120 and (_AROUND.match(line) or _END.match(line)):
            continue
        # At its end a notice is signed with a plain date.
        if (head or tail) and len(line) <= 80 and _DATELINE.match(line) and not (tail and _SIGNED.match(line)):
            continue
        kept.append(_HOME.sub("", line))
    return without_bylines(kept)


def _between(lines: list[str], plain_title: str) -> list[str]:
    """What lies after the headline, if it is among the lines, and before the first line that ends an article."""
    total, seen, first = sum(map(len, lines)), 0, 0
    for index, line in enumerate(lines):
        if len(line) <= 40 and seen >= _END_SHARE * total and _END.match(line):
            return lines[first:index]
        if plain_title and seen <= _END_SHARE * total and _plain(line) == plain_title:
            first = index + 1
        seen += len(line)
    # A flash of one line may say no more than its headline: then that is the text.
    return lines[first:] or lines


def _plain(line: str) -> str:
    return _MARKS.sub("", without_site(line)).removeprefix("原创")


def _kind(layout: reading.Layout, body: reading.Body, lines: list[str], title: str, dated: bool) -> PageKind:
    size = sum(map(len, lines))
    prose = sum(1 for b in body.blocks if b.worth > 0)
    # A headline of its own above the text says article, however many links follow the text.
    headed = dated and len(title) >= 8 and any(b.text == title and b.linked == 0 for b in layout.blocks)
    linked = body.headlines >= 8 and body.headlines >= 0.7 * len(body.blocks) and not (headed and size >= 100)
    listed = linked or (body.among >= _LISTED and body.among >= 0.4 * prose)
    told = any(_SENTENCE.search(line) for line in lines)
    if told and not listed and (size >= 150 or (size >= 30 and dated) or (size >= 12 and headed)):
        return PageKind.ARTICLE
    few = layout.links >= 4 and size < 12 * layout.links
    return PageKind.LIST if layout.links >= 8 or few else PageKind.OTHER
