"""Title, text, date and kind of any HTML page, in one parse and without rules for the site."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crawlers.page import blocks as reading
from crawlers.page.byline import without_bylines
from crawlers.page.charset import decode
from crawlers.page.published import published
from crawlers.page.title import headline, without_site
from crawlers.page.tree import parse

_MARKS = re.compile(r"[\W_]+")
# Lines at the head or the tail that belong to the page, not to the article.
_AROUND = re.compile(
    r"^(?:[（(]?原标题[：:]|(?:本文)?来源[：:]|本文原标题|【?打印|关闭窗口|分享|扫一扫|扫描|微信扫|关注我们|返回|上一篇|下一篇|"
    r"更多|版权|声明[：:]|特别声明|免责|举报|字号|字体|\[?关键词|关键字|标签|当前位置|您(?:现在)?(?:的|所在)?的?位置|现在位置|首页|"
    r"点击(?:进入|查看|下载)|Copyright|All Rights|©|主办单位|地址[：:]|邮编|\S?ICP|发布(?:时间|日期)|"
    r"浏览(?:次数|量)?[：:]|阅读[：:（(]|"
    r"[（(]?本文来自|图片来源|\S{2,10}报料[：:]|目前没有跟贴|登录|注册|未经授权|转载请|特约作者|"
    r"(?:关注|昨天|今天|收藏|点赞|评论|原创|转发|投诉|纠错|大|中|小)$|.{0,60}(?:下载客户端|客户端第一时间|【下载地址】|二维码))",
    re.IGNORECASE,
)
_DATELINE = re.compile(r"^\W*(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}[^。]{0,60}$")
# Short lines that begin what follows an article: everything after them goes.
_END = re.compile(
    r"^\W*(?:为[你您]推荐|相关(?:新闻|阅读|推荐|文章|链接|资讯|报道)|热门(?:推荐|新闻|文章|评论)|推荐阅读|延伸阅读|精彩推荐|猜你喜欢|"
    r"更多精彩|大家都在看|责任编辑|特别声明|免责声明|版权声明|声明[：:]|上一篇|下一篇|打印本页|最新评论|网友评论|全部评论)"
)
_END_SHARE = 0.35
"""Share of the text that must come before such a line for it to be the end."""
_SENTENCE = re.compile(r"[。！？，；!?,]")
_HOME = re.compile(r"返回\S{2,10}首页\W*$")
_EDGE = 4
_THIN = 80


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
    root = parse(text)
    if root is None:
        return Page("", "", None, PageKind.OTHER)
    layout = reading.layout(root)
    body = reading.article(layout)
    if sum(len(b.text) for b in body.blocks) < _THIN:
        # Nothing outside what looks like sidebars: then the article is in one of them.
        whole = reading.layout(root, everything=True)
        body = max(body, reading.article(whole), key=lambda b: sum(len(x.text) for x in b.blocks))
    title = headline(root, layout.blocks)
    moment = published(root, layout.blocks, text, url, title, seen)
    if moment is None:
        # Sites like to put the date beside the author, in a section that is otherwise left aside.
        moment = published(root, reading.layout(root, everything=True).blocks, text, url, title, seen)
    lines = body_lines([b.text for b in body.blocks], title)
    return Page(title, "\n".join(lines), moment, _kind(layout, body, lines, moment is not None))


def body_lines(lines: list[str], title: str) -> list[str]:
    """The article's lines without the headline itself, without what sites put around a text, and without bylines."""
    lines = _between(lines, _MARKS.sub("", title))
    kept = []
    for index, line in enumerate(lines):
        edge = index < _EDGE or index >= len(lines) - _EDGE
        if (
            edge
            and len(line) <= 120
            and (_AROUND.match(line) or _END.match(line) or (len(line) <= 80 and _DATELINE.match(line)))
        ):
            continue
        kept.append(_HOME.sub("", line))
    return without_bylines(kept)


def _between(lines: list[str], plain_title: str) -> list[str]:
    """What lies after the headline, if it is among the lines, and before the first line that ends an article."""
    total, seen, first = sum(map(len, lines)), 0, 0
    for index, line in enumerate(lines):
        if len(line) <= 40 and seen >= _END_SHARE * total and _END.match(line):
            return lines[first:index]
        seen += len(line)
        if plain_title and seen <= _END_SHARE * total and _MARKS.sub("", without_site(line)) == plain_title:
            first = index + 1
    return lines[first:]


def _kind(layout: reading.Layout, body: reading.Body, lines: list[str], dated: bool) -> PageKind:
    size = sum(map(len, lines))
    listed = body.headlines >= 8 and body.headlines >= 0.7 * len(body.blocks)
    told = any(_SENTENCE.search(line) for line in lines)
    if told and not listed and (size >= 150 or (size >= 30 and dated)):
        return PageKind.ARTICLE
    return PageKind.LIST if layout.links >= 8 else PageKind.OTHER
