"""The headline of a page, without the name of the site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from crawlers.page.blocks import Block
from crawlers.page.tree import Element, find_all

_SPACE = re.compile(r"[\s\u00a0\u3000\u200b\ufeff]+")
_SEPARATOR = re.compile(r"\s*(?:_+|\|+|｜|丨|——|--+|»|>>)\s*|\s+[-–—·]+\s+|[-–—](?=[^-–—\d]{2,20}$)|\s+-(?=\S)")
_SITE = re.compile(
    r"(?:网|网站|频道|官网|门户|新闻|资讯|中心|日报|晚报|时报|商报|在线|论坛|官方|平台|客户端|公众号|传媒|社区|贴吧|博客|"
    r"政府|办事处|委员会|\.com|\.cn|\.net|press|news|paper|net|技术设计)$|^(?:首页|新闻|要闻|正文|详情|财经|科技|体育|娱乐|文化)",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"^.{0,6}(?:新闻|动态|首页|公告|公示|通知|列表|详情|正文|中心|要闻|信息|资讯|政务|公开|网站|官网|内容).{0,2}$"
)
_SENTENCE = re.compile(r"[。；;]|发布时间|来源[：:]|当前位置|您(?:现在)?的?位置|首页")
_MARKS = re.compile(r"[\s\W_]+")
_LONGEST = 400
"""Characters of a title that are read."""
_META = ("ArticleTitle", "og:title", "twitter:title")
_HEADINGS = 20
"""Headings of a kind, or metadata of a name, that are looked at."""


def headline(root: Element, blocks: Sequence[Block]) -> str:
    """The headline: a heading or line that the page's own ``<title>`` repeats, else the cleaned title.

    Where the title only names the section (新闻动态), it is the first line that looks like a headline.
    """
    titles = [t for t in [_text(root.findtext(".//title")), *_metas(root)] if t]
    headings = [t for t in (_text("".join(_itertext(h))) for h in _headings(root)) if 4 <= len(t) <= 120]
    for heading in headings:
        if any(_same_start(heading, title) for title in titles) and not _GENERIC.match(heading):
            return without_site(heading)
    longest = max(titles, key=len, default="")
    lines = [b.text for b in blocks[:80] if 8 <= len(b.text) <= 120 and 2 * b.linked < len(b.text)]
    plain = _MARKS.sub("", longest)
    repeated = [line for line in lines if plain.startswith(_MARKS.sub("", line))]
    if repeated and len(longest) > len(max(repeated, key=len)):
        return max(repeated, key=len)
    title = without_site(longest)
    if title and not _GENERIC.match(title):
        return title
    return next((line for line in lines if not _SENTENCE.search(line) and not _GENERIC.match(line)), title)


def section(root: Element) -> str:
    """What the page's own ``<title>`` says without the site: the name of a list page."""
    return without_site(root.findtext(".//title") or "")


def without_site(title: str) -> str:
    """``title`` without the site and section names that follow it: 台风来了_新闻中心_某某网 -> 台风来了."""
    title = _text(title)
    parts = _SEPARATOR.split(title)
    while len(parts) > 1 and (len(parts[-1]) <= 3 or _SITE.search(parts[-1]) or len(parts[0]) >= 10):
        parts = parts[:-1]
    end = len(parts[0])
    for part in parts[1:]:
        end = title.index(part, end) + len(part)
    return title[:end].strip(" _-|｜") or title


def _same_start(heading: str, title: str) -> bool:
    """Whether a heading is what a title begins with, white space and marks aside."""
    short, long = _MARKS.sub("", heading), _MARKS.sub("", title)
    if len(short) < 4:
        return False
    inside = len(short) >= 10 and short in long
    return long.startswith(short) or inside or (len(long) >= 8 and short.startswith(long))


def _headings(root: Element) -> Iterable[Element]:
    for tag in ("h1", "h2"):
        yield from islice(root.iter(tag), _HEADINGS)
    yield from find_all(root, "descendant::*/@itemprop[.='headline']/..")[:_HEADINGS]


def _itertext(element: Element) -> Iterable[str]:
    return (str(t) for t in element.itertext())


def _metas(root: Element) -> list[str]:
    """What the page's metadata give as its title, one a name of ``_META``."""
    told: dict[str, list[str]] = {name: [] for name in _META}
    for element in root.iter("meta"):
        for name in {element.get(key) for key in ("property", "name", "itemprop")}:
            if name in told and len(told[name]) < _HEADINGS:
                told[name].append(_text(element.get("content")))
    return [next((text for text in texts if text), "") for texts in told.values()]


def _text(value: str | None) -> str:
    return _SPACE.sub(" ", (value or "")[:_LONGEST]).strip()
