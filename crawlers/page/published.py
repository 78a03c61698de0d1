"""When a page was published: what its metadata, its visible date line, its scripts or its URL say, in that order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice, pairwise

from crawlers.page import dates
from crawlers.page.blocks import Block
from crawlers.page.tree import Element, find_all

_META = frozenset(
    ("article:published_time", "og:published_time", "og:release_date", "article:published", "datepublished",
     "publishdate", "pubdate", "publish_date", "publication_date", "dc.date.issued", "dcterms.created",
     "weibo:article:create_at", "apub:time",
     "bytedance:published_time", "firstpublishedtime", "publish-time", "date")
)  # fmt: skip
_META_LAST = frozenset(("dateupdate", "datemodified", "article:modified_time"))
"""When it was changed: only where nothing says when it was published."""
_JSON = re.compile(r'"(?:datePublished|pubDate|upDate|publishTime|publish_time|dateline)"\s*:\s*"([^"]{8,40})"')
_SCRIPT_NAME = re.compile(
    r"(?:publish_?_?(?:time|date)|pub_?(?:time|date)|ptime|ct|create_?time|svr_?time|showtime)[\"']?\s*$", re.IGNORECASE
)
_SCRIPT_VALUE = re.compile(r"[:=]\s*[\"']?(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[^\"'<>;]{0,16}|1\d{9}(?:\d{3})?)")
"""Looked for first, and then the name before it: a page has fewer dates than letters at which a name could begin."""
_NAME_MOST = 60
_LABEL = re.compile(
    r"(?:发布|发表|发文|更新|上传|刊发|成文|时间|日期|来源|编辑|浏览|阅读|点击|字号|字体|打印|记者|作者)"
)
_STRONG = re.compile(r"(?:发布|发表|发文|上传|刊发|更新|成文)\s*(?:时间|日期|于)?\s*[:：]?\s*(?=(?:19|20)\d\d)")
_TOLD = re.compile(r"。|日(?:上午|下午|晚)|注册|加入|登录|截止|报名|有效期")
_SHORT = re.compile(r"(?:发布|发表|发帖)(?:时间|日期|于)?\s*[:：]?\s*(\S{2,20}(?:\s*\d{1,2}:\d\d(?::\d\d)?)?)")
_LABEL_ONLY = re.compile(r"^\W*(?:发布|发表|发文|上传|刊发|公开|成文|生成)\s*(?:时间|日期)\W*$")
# Alone or before the source: 11月20日 08:30 来源…, 昨天 12:30, 3小时前.
_BELOW = re.compile(
    r"^[\s|·]*(?:\d{1,2}\s*月\s*\d{1,2}\s*日|\d\d?[-/.]\d\d?\s+\d\d?[:：]\d\d|(?:今|昨|前)[天日]|(?:\d{1,3}|[一两三半])\s*个?(?:秒钟?|分钟|小时|天|周|星期|月)前|"
    r"刚刚|(?:上上?|本|这)?个?(?:周|星期)[一二三四五六日天])(?:\s*\d{1,2}[:：]\d\d(?::\d\d)?)?"
)
_BELOW_MOST = 8
_SLACK = timedelta(days=2)
"""A date this far after the page was read is a mistake, or of something else."""
_METAS = 500
_SCRIPTED = 1_000_000
"""Characters of a page in which scripts are searched for a date."""
_MARKED_MOST = 6
# By the attributes, then back to their elements: asking each element for its attributes takes thirty times as long.
_MARKED = (
    "descendant::time | descendant::*/@itemprop[.='datePublished']/.."
    " | descendant::*/@id[.='pubtime_baidu' or .='publish_time' or .='pubtime']/.."
)


def published(
    root: Element, blocks: Sequence[Block], html: str, url: str, headline: str, seen: datetime | None = None
) -> datetime | None:
    """The publication time (aware), or None. A visible time of the same day completes a date without one.

    ``seen`` is when the page was read: with it, dates without a year count too.
    """
    latest = seen + _SLACK if seen is not None else None
    found = next((m for m in _metadata(root, html) if latest is None or m <= latest), None)
    if found is not None and dates.has_time(found):
        return found
    visible = _visible(blocks, headline, root, latest)
    if found is None or (visible is not None and visible.date() == found.date()):
        found = visible
    if found is None or not dates.has_time(found):
        scripted = _scripted(html, latest)
        if scripted is not None and (found is None or scripted.date() == found.date()):
            found = scripted
    return found or _short(blocks, headline, seen) or dates.from_url(url)


def _short(blocks: Sequence[Block], headline: str, seen: datetime | None) -> datetime | None:
    """A date that says less than a whole one: labelled (发布时间：09-30 22:46), or alone right below the headline."""
    if seen is None:
        return None
    labelled = (_SHORT.search(b.text) for b in blocks if len(b.text) <= 80)
    moment = next((m for found in labelled if found and (m := dates.parse_near(found.group(1), seen))), None)
    if moment is not None:
        return moment
    start = _start(blocks, headline)
    below = (_BELOW.match(b.text) for b in blocks[start : start + _BELOW_MOST] if _is_stamp(b))
    return next((m for found in below if found and (m := dates.parse_near(found[0], seen))), None)


def _start(blocks: Sequence[Block], headline: str) -> int:
    """Where the headline stands (0 where it does not)."""
    return next((i for i, b in enumerate(blocks) if headline and headline[:12] in b.text and b.linked == 0), 0)


def _metadata(root: Element, html: str) -> Iterator[datetime]:
    updated = []
    for element in islice(root.iter("meta"), _METAS):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        if name in _META and (moment := dates.parse(element.get("content") or "")):
            yield moment
        elif name in _META_LAST and (moment := dates.parse(element.get("content") or "")):
            updated.append(moment)
    for match in _JSON.finditer(html):
        if moment := dates.parse(match.group(1)):
            yield moment
    yield from updated


def _visible(blocks: Sequence[Block], headline: str, root: Element, latest: datetime | None) -> datetime | None:
    for element in find_all(root, _MARKED)[:_MARKED_MOST]:
        text = f"{element.get('datetime') or element.get('title') or ''} {''.join(str(t) for t in element.itertext())}"
        if (moment := dates.parse_written(text)) and (latest is None or moment <= latest):
            return moment
    start = _start(blocks, headline)
    for wanted, chosen in ((_is_stamp, blocks[start : start + 12]), (_is_strong, blocks), (_is_labelled, blocks)):
        for block in chosen:
            if wanted(block) and (moment := dates.parse_written(block.text)) and (latest is None or moment <= latest):
                return moment
    # In tables the label and the date are cells of their own.
    for label, block in pairwise(blocks):
        if _LABEL_ONLY.match(label.text) and len(block.text) <= 40 and (moment := dates.parse_written(block.text)):
            return moment
    return None


def _is_stamp(block: Block) -> bool:
    """A short line with a date, near the headline; not a sentence."""
    return len(block.text) <= 80 and 2 * block.linked <= len(block.text) and not _TOLD.search(block.text)


def _is_strong(block: Block) -> bool:
    """A line that says that the date is the one of publication."""
    return len(block.text) <= 160 and _STRONG.search(block.text) is not None


def _is_labelled(block: Block) -> bool:
    return _is_stamp(block) and block.linked <= 0.5 * len(block.text) and _LABEL.search(block.text) is not None


def _scripted(html: str, latest: datetime | None) -> datetime | None:
    end = 0
    for match in _SCRIPT_VALUE.finditer(html, 0, _SCRIPTED):
        begin = match.start()
        # Not within what was read as a date just before.
        name = _SCRIPT_NAME.search(html, max(end, begin - _NAME_MOST), begin)
        if name is None:
            continue
        end = match.end()
        if (moment := dates.parse(match.group(1))) is not None and (latest is None or moment <= latest):
            return moment
    return None
