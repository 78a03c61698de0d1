"""HTML list pages, articles, message boards and forum threads: by the source's CSS rules, else by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import zip_longest

from crawlers.adapters import hotlist
from crawlers.adapters.anchors import address, base_of, hop, within
from crawlers.adapters.contract import Link, Meta, Parsed, Role
from crawlers.adapters.datastore import NEXT, unfolded
from crawlers.adapters.links import same_site
from crawlers.adapters.lists import completed, entries, main_list, way_on
from crawlers.extract import body_lines, extract
from crawlers.failures import AdapterError, FetchFailure
from crawlers.hindrance import is_binary, is_sign_in
from crawlers.page import blocks as reading
from crawlers.page import dates
from crawlers.page.board import letter, official, without_people
from crawlers.page.byline import without_bylines
from crawlers.page.charset import decode
from crawlers.page.gone import LONGEST, is_gone, shown
from crawlers.page.posts import drop_cards
from crawlers.page.title import without_site
from crawlers.page.tree import Element, RuleError, parse, select
from monitor.model import Fetched, Kind, Reply
from monitor.settings.types import PageRules, Source

MAX_LINKS = 1000


def read(body: bytes, meta: Meta, source: Source) -> Parsed:
    """Links of a list page, or the item (for a forum thread: the items) of a page."""
    if meta.role is Role.INDEX and source.kind is Kind.POST:
        from crawlers.adapters.forum_lists import read_list

        return read_list(body, meta, source)
    return read_index(body, meta, source) if meta.role is Role.INDEX else read_item(body, meta, source)


def read_index(body: bytes, meta: Meta, source: Source) -> Parsed:
    """The article links of a list page and the link to the next one."""
    if not body.strip():
        raise AdapterError(FetchFailure.EMPTY)
    root = _parsed(unfolded(decode(body, meta.content_type)))
    base = base_of(root, meta.url)
    chosen = _select(root, source.list.link)
    if source.kind is Kind.HOTLIST:
        hot = chosen or ([] if source.list.link else [a.element for a in main_list(root, base, meta)])
        return Parsed(hotlist.entries(hot, meta, source))
    found = within(chosen, base) if source.list.link else main_list(root, base, meta)
    links = entries(found, meta, source, MAX_LINKS)
    if not links:
        if further := way_on(root, meta, source):
            return Parsed(links=(further,))
        raise AdapterError(FetchFailure.NO_LINKS)
    following = [address(a, base) for a in _select(root, source.list.next or f"a.{NEXT}")]
    return Parsed(
        links=(*links.values(), *(Link(u, Role.INDEX) for u in following[:1] if u and same_site(u, meta.url)))
    )


def read_item(body: bytes, meta: Meta, source: Source) -> Parsed:
    """The item of a page; what the index told fills what the page does not say."""
    if not body.strip():
        raise AdapterError(FetchFailure.EMPTY)
    rules = source.page
    if source.kind is Kind.POST:
        from crawlers.adapters.forum import read_page

        return read_page(body, meta, source)
    if is_binary(body):
        raise AdapterError(FetchFailure.NOT_TEXT)
    plain = extract(body, meta.url, meta.content_type, meta.fetched_at)
    item = Fetched(
        source=source.id, kind=source.kind, key=meta.key, url=meta.key, title=plain.title, text=plain.text,
        fetched_at=meta.fetched_at, published=plain.published, outlet=source.outlet,
    )  # fmt: skip
    if len(plain.text) <= LONGEST:
        root = _tree(body, meta)
        if is_sign_in(root, meta.url, plain.title):
            raise AdapterError(FetchFailure.FORBIDDEN)
        if not _select(root, rules.text) and is_gone(plain.title, plain.text or shown(root)):
            raise AdapterError(FetchFailure.GONE)
        if not plain.text and (further := hop(root, meta.url)) and same_site(further, meta.url):
            # The text stands in a frame, or on the page that this one goes on to.
            return Parsed(links=(Link(further, Role.ITEM, meta.entry, of=meta.key),))
    if any((rules.title, rules.text, rules.time, rules.category, rules.reply)):
        item = _by_rules(item, _tree(body, meta), source, meta.fetched_at)
    elif source.kind is Kind.BOARD:
        item = _labelled(item, _tree(body, meta), meta.fetched_at)
    own = item
    if meta.entry is not None:
        # A feed knows its titles and times exactly; a list cuts titles short and dates by the day.
        of_list = source.adapter in ("html", "frontpage", "epaper")
        item = completed(item, meta.entry) if of_list else _completed(item, meta.entry)
    if not item.text and not item.title:
        raise AdapterError(FetchFailure.NO_TEXT)
    return Parsed((item,), own=own)


def _by_rules(item: Fetched, root: Element, source: Source, seen: datetime) -> Fetched:
    rules = source.page
    title = _line(root, rules.title) if rules.title else ""
    text = item.text
    if rules.text:
        text = "\n".join(
            body_lines([line for e in _outermost(_select(root, rules.text)) for line in reading.lines(e)], title)
        )
        if not text:
            raise AdapterError(FetchFailure.NO_TEXT)
    return replace(
        item,
        title=without_site(title) if title else item.title,
        text=text,
        published=(_time(root, rules.time, seen) if rules.time else None) or item.published,
        category=_line(root, rules.category)[:60] or None,
        reply=_reply(root, rules, seen),
    )


def _reply(root: Element, rules: PageRules, seen: datetime) -> Reply | None:
    """The official answer by rules; where there are several, each with the time and the office of its own place."""
    answers = ["\n".join(without_bylines(list(reading.lines(e)))) for e in _select(root, rules.reply)]
    times = [_moment(e, seen) for e in _select(root, rules.reply_time)]
    offices = [" ".join(reading.lines(e)).strip() for e in _select(root, rules.department)]
    if len(times) not in (0, 1, len(answers)) or (len(times) == 1 < len(answers)):
        # One answer in several boxes, or times that cannot be told apart: it is read as one.
        answers, times = ["\n".join(a for a in answers if a)], times[:1]
    given = zip_longest(answers, times, offices[: len(answers)])
    told = [(answer or "", when, office or "") for answer, when, office in given]
    return official(told, _line(root, rules.status), offices[0] if offices else "")


def _labelled(item: Fetched, root: Element, seen: datetime) -> Fetched:
    """A board's page without rules, where its labels (留言标题, 答复内容) say what is what."""
    drop_cards(root)
    found = letter(reading.layout(root, everything=True).blocks, seen)
    if found is None:
        return replace(item, text="\n".join(without_people(item.text.splitlines())))
    answer = found.reply.text if found.reply else ""
    text = found.text or "\n".join(line for line in item.text.splitlines() if line not in answer)
    return replace(
        item, title=found.title or item.title, text=text, published=found.time or item.published,
        category=found.category or item.category, reply=found.reply,
    )  # fmt: skip


def _completed(item: Fetched, entry: Fetched | None) -> Fetched:
    """The page's words, with the feed's title and time (a feed knows them exactly) and its text where it has more."""
    if entry is None:
        return item
    return replace(
        item,
        title=entry.title or item.title,
        text=item.text if len(item.text) >= min(len(entry.text), 80) else entry.text,
        published=entry.published or item.published,
        category=item.category or entry.category,
    )


def _tree(body: bytes, meta: Meta) -> Element:
    return _parsed(decode(body, meta.content_type))


def _parsed(text: str) -> Element:
    root = parse(text)
    if root is None:
        raise AdapterError(FetchFailure.NOT_TEXT)
    return root


def _select(root: Element, rule: str) -> list[Element]:
    try:
        return select(root, rule)
    except RuleError as error:
        raise AdapterError(FetchFailure.BAD_RULE) from error


def _outermost(found: list[Element]) -> list[Element]:
    """Elements that lie in no other of them: a rule that names a box and what is in it reads it once."""
    chosen = set(found)
    return [e for e in found if not any(above in chosen for above in e.iterancestors())]


def _line(root: Element, rule: str) -> str:
    found: Iterable[Element] = _select(root, rule)[:1]
    return " ".join(" ".join(reading.lines(e)) for e in found).strip()


def _time(root: Element, rule: str, seen: datetime) -> datetime | None:
    return next((m for e in _select(root, rule) if (m := _moment(e, seen))), None)


def _moment(element: Element, seen: datetime) -> datetime | None:
    text = f"{element.get('datetime') or element.get('title') or ''} {element.text_content()}"
    return dates.parse(text) or dates.parse_near(text, seen)
