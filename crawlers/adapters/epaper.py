"""Digital newspapers: issues by day, their pages (版面), the articles of a page, and what page each stood on.

Read without rules: 方正 (``html/2026-11/22/node_1.htm`` and ``content_7.htm``, or ``nbs.D110000_01.htm`` and ``nw.…``),
``layout/202611/22/node_01.html`` with ``content/…``, and any page whose links are called 第02版：要闻 or A02 民生. The page
goes into the outlet as papers cite themselves, 示例日报（第02版：要闻）; an article of the first page has a rank, the
place in the list of that page (1: the headline).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from crawlers.adapters.anchors import Anchor, anchor_of, anchors, base_of, hop
from crawlers.adapters.contract import Link, Meta, Parsed, Role
from crawlers.adapters.links import absolute, same_site
from crawlers.adapters.lists import completed
from crawlers.failures import AdapterError, FetchFailure
from crawlers.page import dates
from crawlers.page.charset import decode
from crawlers.page.title import without_site
from crawlers.page.tree import Element, RuleError, find_all, parse, select
from monitor.model import CHINA, Fetched, start_of
from monitor.settings.types import Source

MAX_PAGES, MAX_ARTICLES = 120, 120
"""Pages of an issue, articles of a page."""
_SETTLED = timedelta(days=2)
"""An issue so old does not change any more; what is not there by now never appeared."""
_SHEET = re.compile(
    r"^\W*(?:第\s*)?(?P<no>[A-Za-z]{0,2}\s?\d{1,3})\s*版(?:面)?\s*[:：·\-—|｜\s]*(?P<name>[^\d\W][^:：]{0,19}|)\W*$"
    r"|^\W*(?P<no2>[A-Z]{1,2}\d{1,3}|0\d)\s*[:：·\-—|｜\s]\s*(?P<name2>[\u4e00-\u9fff][^:：]{0,19})\W*$"
    r"|^\W*(?P<no3>[A-Z]{1,2}\d{2,3})\W*$"
    r"|^\W*(?P<name4>[\u4e00-\u9fff·]{2,12})\s*[（(]\s*第?\s*(?P<no4>[A-Z]{0,2}\d{1,3})\s*版?\s*[）)]\W*$"
)
"""What a link to a page of a newspaper is called: 第02版：要闻, A02版 民生, 03 国际, B01, 要闻（01）."""
_SHEET_FILE = re.compile(
    r"(?:^|/)(?:node_?\d+|nbs\.[\w.]*?_\d+|l\d+|v\d+|(?:layout|page|paper|bm|ban)[_-]?[a-z]?\d+|col\d+)(?:_\d+)?\.\w{3,5}$",
    re.IGNORECASE,
)
_ARTICLE_FILE = re.compile(
    r"(?:^|/)(?:content[_-]?\d|nw\.|con\d|c\d|art(?:icle)?[_-]?\d|\d{4,})[\w.-]*$|/content/", re.IGNORECASE
)
_HERE = re.compile(
    r"第\s*(?P<no>[A-Za-z]{0,2}\s?\d{1,3})\s*版(?:面)?\s*(?:[:：·|｜]\s*(?P<name>[\u4e00-\u9fff]{2,12}))?"
)
_NO_ARTICLE = re.compile(
    r"^\W*(?:[上下前后]一?(?:版|期|篇|页)|上版|下版|返回.*|首页|目录|版面(?:导航|目录|概览|图)?|标题导航|PDF.*|(?:整版)?广告|公告栏|"
    r"责任?编辑.*|报头|往期.*|数字报.*|全文检索|放大|缩小|默认|打印|朗读|复制|分享|图片|更多|详细|\d+)\W*$", re.IGNORECASE,
)  # fmt: skip
_TITLE = "founder-title, .founder-title"
_TEXT = "founder-content, .founder-content, #ozoom, #articleContent, #contentText, #ContentText, .article-content, #content-box"
_DATE_IN_URL = (
    re.compile(r"(?P<y>20\d\d)(?P<a>[-/_]?)(?P<m>[01]\d)(?P<b>[-/_]?)(?P<d>[0-3]\d)(?=\D)"),
    re.compile(r"(?P<y>20\d\d)(?P<a>[-/_])(?P<m>[01]?\d)(?P<b>[-/_])(?P<d>[0-3]?\d)(?=\D)"),
)
_FRONT = re.compile(r"^[A-Za-z]?0*1$")


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page of an issue: its number (``02``, ``A02``) and name (要闻), as far as they are told."""

    number: str = ""
    name: str = ""

    @property
    def is_front(self) -> bool:
        return _FRONT.match(self.number) is not None and not self.number.upper().startswith(
            ("B", "C", "D", "E", "F", "T")
        )

    def of(self, outlet: str) -> str:
        """示例日报（第02版：要闻）; the outlet alone where nothing is told of the page."""
        if not self.number:
            return outlet
        name = f"：{self.name}" if self.name else ""
        return f"{outlet[:36]}（第{self.number}版{name}）"


def read(body: bytes, meta: Meta, source: Source) -> Parsed:
    """Of an index page links to issues, pages and articles; of an article's page its item."""
    if not body.strip():
        raise AdapterError(FetchFailure.EMPTY)
    if meta.role is Role.ITEM:
        return _item(body, meta, source)
    root = parse(decode(body, meta.content_type))
    if root is None:
        raise AdapterError(FetchFailure.NOT_TEXT)
    own = meta.key == source.url
    sheets = dict(_sheets(root, meta.url))
    found: list[Link] = [*_issues(root, sheets, meta, source)] if own else []
    day = _day(meta.url) or _day(next(iter(sheets), "")) or _day_told(root)
    try:
        articles = _articles(root, sheets, day, meta, source)
    except RuleError as error:
        raise AdapterError(FetchFailure.BAD_RULE) from error
    is_issue = bool(articles) or len(sheets) >= 2
    if is_issue:
        once = _is_settled(day, meta.fetched_at)
        found += [
            Link(url, Role.INDEX, _labelled(url, sheet, meta, source), part=True, once=once)
            for url, sheet in list(sheets.items())[:MAX_PAGES]
        ]
        found += articles
    elif own and (way := hop(root, meta.url)) and same_site(way, meta.url):
        found.insert(0, Link(way, Role.INDEX, part=True))
    links = {link.url: link for link in reversed(found) if link.url not in (meta.key, meta.url)}
    if not links and own and not is_issue:
        raise AdapterError(FetchFailure.NO_LINKS)
    return Parsed(links=tuple(link for link in found if links.get(link.url) is link))


def looks_like(body: bytes, url: str) -> bool:
    """Whether a page is one of a digital newspaper: links to several of its pages, or a way to an issue of a day."""
    root = parse(decode(body))
    if root is None:
        return False
    if len(dict(_sheets(root, url))) >= 2:
        return True
    way = hop(root, url)
    return bool(way) and _day(way) is not None and _SHEET_FILE.search(way) is not None


# Issues.


def _issues(root: Element, sheets: dict[str, _Sheet], meta: Meta, source: Source) -> Iterator[Link]:
    """The issues of the last days, the newest first: by the configured address, else by the one that the page shows."""
    shown = next((u for u in (meta.url, hop(root, meta.url), *sheets) if u and _day(u) and same_site(u, meta.url)), "")
    if not shown and not source.paper.issue:
        shown = _newest(root, meta)
        if shown:
            yield Link(shown, Role.INDEX, part=True)
    today = meta.fetched_at.astimezone(CHINA).date()
    for back in range(source.paper.days):
        day = today - timedelta(days=back)
        url = issue_address(source.paper.issue, day) if source.paper.issue else _of_day(shown, day)
        if url:
            yield Link(absolute(meta.url, url), Role.INDEX, part=True, once=_is_settled(day, meta.fetched_at))


def issue_address(pattern: str, day: date) -> str:
    """The address of a day's issue: ``{yyyy}``, ``{yy}``, ``{mm}``, ``{m}``, ``{dd}``, ``{d}`` filled in."""
    told = {
        "yyyy": f"{day:%Y}",
        "yy": f"{day:%y}",
        "mm": f"{day:%m}",
        "m": str(day.month),
        "dd": f"{day:%d}",
        "d": str(day.day),
    }
    return re.sub(r"\{(\w+)\}", lambda found: told.get(found[1], found[0]), pattern)


def _of_day(url: str, day: date) -> str:
    """The address of the same page in another day's issue; empty where the address holds no day."""
    for pattern in _DATE_IN_URL:
        if match := pattern.search(url):
            padded = len(match["m"]) == 2 and len(match["d"]) == 2
            month, number = (f"{day:%m}", f"{day:%d}") if padded else (str(day.month), str(day.day))
            there = f"{day:%Y}{match['a']}{month}{match['b']}{number}"
            return url[: match.start()] + there + url[match.end() :].replace(match[0], there)
    return ""


def _newest(root: Element, meta: Meta) -> str:
    """The link of a landing page (several papers, a calendar) that leads to the newest issue."""
    today = meta.fetched_at.astimezone(CHINA).date()
    dated = [
        (day, a.url)
        for a in anchors(root, base_of(root, meta.url))
        if (day := _day(a.url)) and day <= today and same_site(a.url, meta.url)
    ]
    newest = max((day for day, _ in dated), default=None)
    return next((url for day, url in dated if day == newest), "")


def _is_settled(day: date | None, now: datetime) -> bool:
    return day is not None and now.astimezone(CHINA).date() - day >= _SETTLED


def _day(url: str) -> date | None:
    moment = dates.from_url(url) if url else None
    return moment.astimezone(CHINA).date() if moment else None


def _day_told(root: Element) -> date | None:
    title = without_site(root.findtext(".//title") or "")
    words = " ".join(
        "".join(str(t) for t in e.itertext())[:60] for e in find_all(root, ".//*[contains(text(),'年')]")[:5]
    )
    moment = dates.parse_written(f"{title} {words}")
    return moment.astimezone(CHINA).date() if moment else None


# Pages and articles.


def _sheets(root: Element, url: str) -> Iterator[tuple[str, _Sheet]]:
    """The pages of the issue by address, in their order."""
    told: dict[str, _Sheet] = {}
    for anchor in anchors(root, base_of(root, url)):
        if not same_site(anchor.url, url) or _NO_ARTICLE.match(anchor.text):
            continue
        sheet = _called(anchor.text)
        if sheet is None and _SHEET_FILE.search(anchor.url.split("?")[0]) and not _ARTICLE_FILE.search(anchor.url):
            sheet = _Sheet("", anchor.text[:12])
        if sheet is not None and (not told.get(anchor.url) or not told[anchor.url].number):
            told[anchor.url] = sheet
    yield from told.items()


def _called(text: str) -> _Sheet | None:
    match = _SHEET.match(text[:40]) if len(text) <= 40 else None
    if match is None:
        return None
    found = match.groupdict()
    number = next(found[k] for k in ("no", "no2", "no3", "no4") if found[k])
    name = next((found[k] for k in ("name", "name2", "name4") if found[k]), "")
    return _Sheet(re.sub(r"\s", "", number).upper(), name.strip(" 　【】[]《》"))


def _labelled(url: str, sheet: _Sheet, meta: Meta, source: Source) -> Fetched:
    """What the issue says of a page, for the articles on it."""
    return Fetched(
        source=source.id, kind=source.kind, key=url, url=url, title=sheet.name, text="", fetched_at=meta.fetched_at,
        outlet=sheet.of(source.outlet or source.name), category=sheet.number or None,
    )  # fmt: skip


def _articles(root: Element, sheets: dict[str, _Sheet], day: date | None, meta: Meta, source: Source) -> list[Link]:
    """The articles of the page, each with its place if the page is the first of the issue."""
    base = base_of(root, meta.url)
    here = _here(root, sheets, meta)
    chosen = select(root, source.list.link) if source.list.link else find_all(root, ".//a | .//area")
    links = [e for c in chosen for e in ([c] if c.tag in ("a", "area") else find_all(c, ".//a | .//area"))]
    told: dict[str, str] = {}
    for anchor in (a for e in links if (a := anchor_of(e, base))):
        if anchor.url in sheets or anchor.url in (meta.key, meta.url):
            continue
        if source.list.link or _is_article(anchor, day, meta):
            words = "" if _NO_ARTICLE.match(anchor.text) else anchor.text
            if words and not told.get(anchor.url):
                # Areas of the page's picture come as they were drawn, the list of headlines as the editors set it.
                told.pop(anchor.url, None)
            told[anchor.url] = max(told.get(anchor.url, ""), words, key=len)
    ordered = sorted(told.items(), key=lambda one: not one[1])[:MAX_ARTICLES]
    outlet = here.of(source.outlet or source.name)
    published = start_of(day) if day else None
    return [
        Link(url, Role.ITEM, Fetched(
            source=source.id, kind=source.kind, key=url, url=url, title=title[:200], text="", fetched_at=meta.fetched_at,
            published=published, outlet=outlet, rank=place if here.is_front else None,
        )) for place, (url, title) in enumerate(ordered, 1)
    ]  # fmt: skip


def _is_article(anchor: Anchor, day: date | None, meta: Meta) -> bool:
    if not same_site(anchor.url, meta.url) or _NO_ARTICLE.match(anchor.text) or _called(anchor.text):
        return False
    there = _day(anchor.url)
    if there is not None and day is not None and there != day:
        return False  # another issue
    if _ARTICLE_FILE.search(anchor.url.split("?")[0]):
        return True
    return there is not None and there == day and len(anchor.text) >= 4 and not _SHEET_FILE.search(anchor.url)


def _here(root: Element, sheets: dict[str, _Sheet], meta: Meta) -> _Sheet:
    """Which page of the issue this is: as the issue called it, as its own link calls it, or as it says itself."""
    if meta.entry is not None and meta.entry.category:
        return _Sheet(meta.entry.category, meta.entry.title)
    named = sheets.get(meta.url) or sheets.get(meta.key)
    if named is not None and named.number:
        return named
    title = root.findtext(".//title") or ""
    for words in (title, *("".join(str(t) for t in e.itertext())[:40] for e in find_all(root, _HEADINGS)[:20])):
        if match := _HERE.search(words):
            return _Sheet(
                re.sub(r"\s", "", match["no"]).upper(), (match["name"] or (named.name if named else "")).strip()
            )
    if meta.entry is None and next(iter(sheets), "") in (meta.url, meta.key):
        return _Sheet("01", named.name if named else "")
    return named or _Sheet()


_HEADINGS = (
    ".//h1|.//h2|.//h3|.//*[(self::strong or self::b or self::span or self::p or self::div or self::td) and not(.//a) and "
    "contains(.,'版') and string-length(normalize-space(.))<40]"
)


def _item(body: bytes, meta: Meta, source: Source) -> Parsed:
    """An article: its title and text by the usual places of such papers, else as of any page."""
    from crawlers.adapters.html import read_item

    found = read_item(body, replace(meta, entry=None), _with_rules(body, meta, source))
    entry = meta.entry
    if entry is None:
        return found
    items = tuple(_dated(completed(item, entry), entry) for item in found.items)
    return replace(found, items=items, links=tuple(replace(link, entry=entry) for link in found.links))


def _dated(item: Fetched, entry: Fetched) -> Fetched:
    """A paper appears on the day of its issue; a page that tells a time of that day is more exact."""
    day, told = entry.published, item.published
    if day is None or (told is not None and told.astimezone(CHINA).date() == day.astimezone(CHINA).date()):
        return item
    return replace(item, published=day)


def _with_rules(body: bytes, meta: Meta, source: Source) -> Source:
    """The source with the rules of the paper's software where the page is of that make and the source has none."""
    if source.page.text:
        return source
    root = parse(decode(body, meta.content_type))
    if root is None or not any("".join(str(t) for t in e.itertext()).strip() for e in select(root, _TEXT)[:1]):
        return source
    title = source.page.title or (_TITLE if select(root, _TITLE) else "")
    return source.model_copy(update={"page": source.page.model_copy(update={"text": _TEXT, "title": title})})
