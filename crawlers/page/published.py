"""When a page was published: what its metadata, its visible date line, its scripts or its URL say, in that order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from crawlers.page import dates
from crawlers.page.blocks import Block
from crawlers.page.tree import Element, find_all

_META = frozenset(
    ("article:published_time", "og:published_time", "og:release_date", "article:published", "datepublished",
     "publishdate", "pubdate", "publish_date", "publication_date", "dc.date.issued", "dcterms.created",
     "weibo:article:create_at", "apub:time",
     "bytedance:published_time", "firstpublishedtime", "publish-time", "date")
)  # fmt: skip
_JSON = re.compile(r'"(?:datePublished|pubDate|upDate|publishTime|publish_time|dateline)"\s*:\s*"([^"]{8,40})"')
_SCRIPT = re.compile(
    r"(?:publish_?_?(?:time|date)|pub_?(?:time|date)|ptime|ct|create_?time|svr_?time|showtime)[\"']?\s*[:=]\s*[\"']?"
    r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[^\"'<>;]{0,16}|1\d{9}(?:\d{3})?)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:发布|发表|发文|更新|上传|刊发|成文|时间|日期|来源|编辑|浏览|阅读|点击|字号|字体|打印|记者|作者)"
)
_STRONG = re.compile(r"(?:发布|发表|发文|上传|刊发|更新|成文)\s*(?:时间|日期|于)?\s*[:：]?\s*(?=(?:19|20)\d\d)")
_TOLD = re.compile(r"。|日(?:上午|下午|晚)")
_SHORT = re.compile(r"(?:发布|发表|发帖)(?:时间|日期|于)?\s*[:：]?\s*(\S{2,20}(?:\s*\d{1,2}:\d\d(?::\d\d)?)?)")
_MARKED_MOST = 6
_MARKED = ".//time | .//*[@itemprop='datePublished'] | .//*[@id='pubtime_baidu' or @id='publish_time' or @id='pubtime']"


def published(
    root: Element, blocks: Sequence[Block], html: str, url: str, headline: str, seen: datetime | None = None
) -> datetime | None:
    """The publication time (aware), or None. A visible time of the same day completes a date without one.

    ``seen`` is when the page was read: with it, dates without a year count too.
    """
    found = next(_metadata(root, html), None)
    if found is not None and dates.has_time(found):
        return found
    visible = _visible(root, blocks, headline)
    if found is None or (visible is not None and visible.date() == found.date()):
        found = visible
    if found is None or not dates.has_time(found):
        scripted = _scripted(html)
        if scripted is not None and (found is None or scripted.date() == found.date()):
            found = scripted
    return found or dates.from_url(url) or _short(blocks, seen)


def _short(blocks: Sequence[Block], seen: datetime | None) -> datetime | None:
    """A labelled date without its century or year (发布时间：09-30 22:46)."""
    if seen is None:
        return None
    labelled = (_SHORT.search(b.text) for b in blocks if len(b.text) <= 80)
    return next((m for found in labelled if found and (m := dates.parse_near(found.group(1), seen))), None)


def _metadata(root: Element, html: str) -> Iterator[datetime]:
    for element in root.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        if name in _META and (moment := dates.parse(element.get("content") or "")):
            yield moment
    for match in _JSON.finditer(html):
        if moment := dates.parse(match.group(1)):
            yield moment


def _visible(root: Element, blocks: Sequence[Block], headline: str) -> datetime | None:
    for element in find_all(root, _MARKED)[:_MARKED_MOST]:
        text = f"{element.get('datetime') or element.get('title') or ''} {''.join(str(t) for t in element.itertext())}"
        if moment := dates.parse_written(text):
            return moment
    start = next((i for i, b in enumerate(blocks) if headline and headline[:12] in b.text and b.linked == 0), 0)
    for wanted, chosen in ((_is_stamp, blocks[start : start + 12]), (_is_strong, blocks), (_is_labelled, blocks)):
        for block in chosen:
            if wanted(block) and (moment := dates.parse_written(block.text)):
                return moment
    return None


def _is_stamp(block: Block) -> bool:
    """A short line with a date, near the headline; not a sentence."""
    return len(block.text) <= 80 and block.linked < len(block.text) and not _TOLD.search(block.text)


def _is_strong(block: Block) -> bool:
    """A line that says that the date is the one of publication."""
    return len(block.text) <= 160 and _STRONG.search(block.text) is not None


def _is_labelled(block: Block) -> bool:
    return _is_stamp(block) and block.linked <= 0.5 * len(block.text) and _LABEL.search(block.text) is not None


def _scripted(html: str) -> datetime | None:
    for match in _SCRIPT.finditer(html):
        if (moment := dates.parse(match.group(1))) is not None:
            return moment
    return None
