"""Forums: lists of threads and the posts of a thread, whichever software wrote them. Text and time, never who.

A page is read by the source's own rules where there are some, else by what the software is (Discuz!, phpBB, XenForo,
vBulletin, NodeBB, phpwind as HTML; Discourse, Flarum as JSON), else by what repeats on the page, and only if it is
certain where the names stand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from crawlers.adapters import discourse, flarum
from crawlers.adapters.contract import Link, Meta, Parsed, Role
from crawlers.adapters.links import absolute
from crawlers.adapters.threads import Said, further, further_pages, parsed, thread_address
from crawlers.failures import AdapterError, FetchFailure
from crawlers.page.charset import decode
from crawlers.page.forums import Software, post_number, software_of
from crawlers.page.postblocks import found_posts
from crawlers.page.posts import names_in, said, when
from crawlers.page.tree import Element, RuleError, find_all, parse, select
from monitor.model import Fetched
from monitor.settings.types import Source

MAX_THREADS = 500
_MESSAGE = "#messagetext, .alert_error, .alert_info, .jump_c, .error_page, .message_error, .p-body-header .blockMessage"
_GONE = re.compile(
    r"(?:主题|帖子|贴子|话题|内容|文章|页面|信息).{0,12}(?:不存在|已?被?.{0,4}删除|被?屏蔽|正在被?审核|已关闭|找不到)|没有找到(?:帖子|主题|该)|"
    r"(?:requested|specified) (?:topic|thread|post).{0,40}(?:does not exist|could not be found)|No topic specified",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"没有权限|无权|权限不足|需要登录|请先登录|尚未登录|只有特定用户|所在的用户组|游客.{0,8}(?:无法|不能|不允许)|仅限.{0,8}(?:会员|用户)|"
    r"not authori[sz]ed|must be logged[ -]in|do not have permission",
    re.IGNORECASE,
)
_BESIDE_TITLE = re.compile(r"(?:^|\s)(?:by|author|micon|mtime|num|label|prefix|y|z|mmc|threadlist_mes)(?:\s|$)")
_LABEL = re.compile(r"(?:^|[\s_-])(?:label|prefix|micon|badge)")
_BLOCKED = re.compile(r"屏蔽|已?被.{0,8}(?:删除|禁止)|has been (?:deleted|removed)")
_SHORT_PAGE = 400
_DIGITS = re.compile(r"\d+")


def read(body: bytes, meta: Meta, source: Source) -> Parsed:
    """Threads of a list, or posts of a thread. Raises ``AdapterError`` as the contract says."""
    if not body.strip():
        raise AdapterError(FetchFailure.EMPTY)
    answer = _json(body, meta)
    if answer is not None:
        return _read_json(answer, meta, source)
    return _index(body, meta, source) if meta.role is Role.INDEX else read_page(body, meta, source)


def read_page(body: bytes, meta: Meta, source: Source) -> Parsed:
    """The posts of a thread's page, where the list is of another sort (a feed, a sitemap, a list read by rules)."""
    if not body.strip():
        raise AdapterError(FetchFailure.EMPTY)
    text, root = _page(body, meta)
    return _thread(text, root, meta, source)


def _page(body: bytes, meta: Meta) -> tuple[str, Element]:
    text = decode(body, meta.content_type)
    root = parse(text)
    if root is None:
        raise AdapterError(FetchFailure.NOT_TEXT)
    return text, root


def _thread(text: str, root: Element, meta: Meta, source: Source) -> Parsed:
    """The posts of a thread's page and the thread's further pages."""
    software = software_of(text, root)
    readable = software is not None and _select(root, software.post)
    if not readable and _closed(root):
        return Parsed()  # for members only: nothing of it is public, and nothing is wrong
    if source.page.text:
        return _by_rules(root, meta, source, software)
    if software is not None and _select(root, software.post):
        return _by_software(root, meta, source, software)
    if software is not None and _select(root, software.row):
        raise AdapterError(FetchFailure.NO_TEXT)  # a list of threads, not one of them
    base = _base(root, meta)
    found = found_posts(root, meta.fetched_at)
    if not found:
        raise AdapterError(FetchFailure.RULES_NEEDED)
    title = (root.findtext(".//h1") or root.findtext(".//title") or "").strip()
    links = further_pages(_hrefs(root, "a"), base, meta)
    told = [Said(p.text, p.when, p.number) for p in found]
    return _with_own_key(parsed(told, title, meta, source, links), meta)


def _by_software(root: Element, meta: Meta, source: Source, software: Software) -> Parsed:
    posts = _select(root, software.post)
    names = set().union(*(names_in(post) for post in posts))
    told, gone = [], []
    for post in posts:
        number = post_number(post, software.id)
        bodies = _select(post, software.text)
        words = said(bodies[0], names, keep_indent=software.keep_indent) if bodies else ""
        # A post that the forum hides keeps its place and its number, and loses its text.
        if not words and number and _BLOCKED.search(_text(post)):
            gone.append(number)
        elif bodies:
            told.append(Said(words, when(_select(post, software.time), meta.fetched_at), number))
    if not told and not gone:
        raise AdapterError(FetchFailure.NO_TEXT)
    opens = not gone or min(map(_order, gone)) > min((_order(one.number) for one in told), default=0)
    title = _title(root, software.title)
    links = further_pages(_hrefs(root, software.pager), _base(root, meta), meta)
    return parsed(told, title, meta, source, links, gone, opens=opens)


def _order(number: str) -> int:
    """Numbers only grow; the opening post of phpwind has a word for one (tpc)."""
    return int(number) if number.isdecimal() else 0


def _by_rules(root: Element, meta: Meta, source: Source, software: Software | None) -> Parsed:
    """By the source's own selectors: ``text`` and ``time`` name the parts of every post, in the same order."""
    rules = source.page
    bodies = _select(root, rules.text)
    times = [when([e], meta.fetched_at) for e in _select(root, rules.time)]
    names = set().union(*(names_in(e) for e in find_all(root, ".//body")))
    told = []
    for place, body in enumerate(bodies):
        words = said(body, names)
        if words:
            number = _number_of(body, software)
            told.append(Said(words, times[place], number) if place < len(times) else Said(words, number=number))
    if not told:
        raise AdapterError(FetchFailure.NO_TEXT)
    title = _title(root, rules.title) or (root.findtext(".//title") or "").strip()
    pager = software.pager if software else "a"
    return _with_own_key(
        parsed(told, title, meta, source, further_pages(_hrefs(root, pager), _base(root, meta), meta)), meta
    )


def _with_own_key(read: Parsed, meta: Meta) -> Parsed:
    """The opening post of a thread whose software is not known is the thread: numbers may be seen only once there are
    answers, so the thread's own address is its key.
    """
    if further(meta) or not read.items:
        return read
    opening = next((i for i in read.items if i.title), read.items[0])
    return replace(read, items=tuple(replace(i, key=meta.key) if i is opening else i for i in read.items))


def _number_of(body: Element, software: Software | None) -> str:
    if software is None:
        return ""
    for element in [body, *body.iterancestors()]:
        for name in ("id", "data-pid", "data-post-id", "data-content"):
            told = element.get(name) or ""
            if match := software.id.match(told) or re.match(
                r"^(?:postmessage_|post_content_|post_message_|read_)(\d+)$", told
            ):
                return match.group(1)
    return ""


def _index(body: bytes, meta: Meta, source: Source) -> Parsed:
    text, root = _page(body, meta)
    if _closed(root):
        raise AdapterError(FetchFailure.FORBIDDEN)
    if not source.list.link:
        if found := discourse.embedded(text, root):
            return discourse.topics(found, meta, source)
        software = software_of(text, root)
        if software is not None and (links := list(_threads(root, meta, source, software))):
            following = [thread_address(_base(root, meta), h) for h in _hrefs(root, software.following)]
            return Parsed(links=(*links[:MAX_THREADS], *(Link(u, Role.INDEX) for u in following[:1] if u)))
    from crawlers.adapters.html import read_index

    return read_index(body, meta, source)


def _threads(root: Element, meta: Meta, source: Source, software: Software) -> Iterator[Link]:
    """Threads that anyone may read, without those that are pinned, as the list orders them."""
    base, known = _base(root, meta), set()
    for row in _select(root, software.row):
        if _select(row, software.sticky):
            continue
        for anchor in _select(row, software.link):
            url = thread_address(base, anchor.get("href") or "")
            title = _own_title(anchor)
            if url and title and url not in known:
                known.add(url)
                entry = Fetched(source=source.id, kind=source.kind, key=url, title=title[:200], text="",
                                fetched_at=meta.fetched_at, outlet=source.outlet)  # fmt: skip
                yield Link(url, Role.ITEM, entry, version=_version(row, meta, software))
                break


def _version(row: Element, meta: Meta, software: Software) -> str:
    """What a list says of a thread's state: how many replies, and when the last was written if it names the moment."""
    counted = _DIGITS.search("".join(_text(e) for e in _select(row, software.replies)[:1]).replace(",", ""))
    last = when(_select(row, software.last)[:1], meta.fetched_at)
    told = [counted.group() if counted else "", last.moment.isoformat() if last.moment and last.exact else ""]
    return "/".join(told) if any(told) else ""


def _own_title(anchor: Element) -> str:
    """A link's text without what stands in it beside the title: mobile lists put who wrote and marks into the link."""
    return _without(anchor, lambda e: bool(_BESIDE_TITLE.search(e.get("class") or ""))) or " ".join(
        (anchor.get("title") or "").split()
    )


def _title(root: Element, rule: str) -> str:
    """The thread's title without its class ([求助]) and without links beside it."""
    found = _select(root, rule)[:1]
    return (
        _without(
            found[0], lambda e: e.tag == "em" or e.get("rel") == "nofollow" or bool(_LABEL.search(e.get("class") or ""))
        )
        if found
        else ""
    )


def _without(element: Element, beside: Callable[[Element], bool]) -> str:
    """An element's text without the elements in it that stand beside."""
    told = [str(element.text or "")]
    for child in element:
        told.append(_without(child, beside) if isinstance(child.tag, str) and not beside(child) else "")
        told.append(str(child.tail or ""))
    return " ".join("".join(told).split())


def _closed(root: Element) -> bool:
    """Whether a page only says that it is for members. Raises GONE where it only says that the thread is no more."""
    boxes = _select(root, _MESSAGE)
    told = " ".join(_text(e) for e in boxes[:2]) if boxes else ""
    if not told:
        whole = _text(root.find(".//body")) if root.find(".//body") is not None else ""
        told = whole if len(whole) <= _SHORT_PAGE else ""
    if _GONE.search(told[:_SHORT_PAGE]):
        raise AdapterError(FetchFailure.GONE)
    return _CLOSED.search(told[:_SHORT_PAGE]) is not None


def _json(body: bytes, meta: Meta) -> Any:
    """The answer where the bytes are JSON; None where they are a page."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        return None
    try:
        return json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        raise AdapterError(FetchFailure.NOT_JSON) from None


def _read_json(answer: Any, meta: Meta, source: Source) -> Parsed:
    if discourse.recognises(answer):
        return discourse.read_answer(answer, meta, source)
    if flarum.recognises(answer):
        return flarum.read_answer(answer, meta, source)
    raise AdapterError(FetchFailure.NO_LINKS if meta.role is Role.INDEX else FetchFailure.NO_TEXT)


def _hrefs(root: Element, rule: str) -> list[str]:
    return [e.get("href") or e.get("value") or "" for e in _select(root, rule)]


def _base(root: Element, meta: Meta) -> str:
    """The address that the page's links are relative to."""
    told = next((e.get("href") or "" for e in find_all(root, ".//base[@href]")), "")
    return absolute(meta.url, told) or meta.url


def _text(element: Element) -> str:
    return " ".join("".join(str(t) for t in element.itertext()).split())


def _select(root: Element, rule: str) -> list[Element]:
    try:
        return select(root, rule)
    except RuleError as error:
        raise AdapterError(FetchFailure.BAD_RULE) from error
