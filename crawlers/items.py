"""From what a page said to what intake is given: new items to take, items that say something else than before, and how
they look now. No I/O, no clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from crawlers.adapters import Link, Parsed
from crawlers.addresses import shape
from crawlers.failures import LASTING, FetchFailure
from crawlers.looks import Look
from crawlers.passes import Pass
from crawlers.revisits import Page
from monitor.model import Fetched, Kind


@dataclass(frozen=True, slots=True)
class Batch:
    """The items of one page. ``read``: the keys to note as read once the items are kept; ``looks``: how the pages (by
    hash) look, noted then too. ``again``: the items are known, or may be; ``item``: the key of the item that they are a
    page of.
    """

    owner: Pass
    read: tuple[str, ...]
    items: tuple[Fetched, ...]
    again: bool = False
    looks: Mapping[str, Look] = field(default_factory=dict)
    item: str = ""


def twin_token(one: Pass, key: str, items: Sequence[Fetched]) -> str:
    """By what another address of the same article is known: title, text, time and the shape of the address."""
    if len(items) != 1 or one.source.kind is Kind.POST or not items[0].title or not items[0].text:
        return ""
    item = items[0]
    text = "".join(item.text.split())
    return "=" + one.ledger.looks.print("twin", shape(key), item.title, text, str(item.published))


def is_twin(one: Pass, key: str, token: str) -> bool:
    """Whether the article was read under another address, in this pass or before."""
    if not token or one.twins.setdefault(token, key) != key:
        return bool(token)
    look = one.ledger.looks.of(token)
    return look is not None and look.title != one.ledger.page(key)


def looks_of(one: Pass, key: str, parsed: Parsed, link: Link, etag: str, modified: str) -> dict[str, Look]:
    """How an item's page looks now."""
    ledger = one.ledger
    page = ledger.page(key)
    words = ledger.looks.words((parsed.own,) if parsed.own else parsed.items, one.reader)
    public = one.source.kind in (Kind.NEWS, Kind.OFFICIAL)
    version = ledger.looks.print(link.version) if link.version else ""
    return {page: replace(words, version=version, etag=etag if public else "", modified=modified)}


def changed(one: Pass, page: Page, items: Sequence[Fetched], now: Look) -> tuple[Fetched, ...]:
    """The items of a page that was read again, if it says something else than before; none where it says the same.

    What did not change on the page stays as it was kept: its title may be that of the feed, whose words are not the
    page's. A page whose last look was taken by another reading is only looked at: what differs may be our doing.
    """
    before = one.ledger.looks.of(one.ledger.page(page.key))
    if one.source.kind is Kind.POST:
        return tuple(items)  # each post is known by its own key: new ones are new, others are compared in the store
    answered = tuple(i for i in items if i.reply is not None and page.answered is False)
    if before is None or before.reader != now.reader:
        return answered
    if before.same_words(now):
        return answered
    if before.title == now.title and page.title:
        return tuple(replace(i, title=page.title) for i in items)
    return tuple(items)


def of_page(one: Pass, link: Link, parsed: Parsed, validators: tuple[str, str]) -> list[Batch]:
    """What intake is given of an item's page: the new item, or what changed in a known one."""
    key, again = one.key_of(link), one.is_again(link)
    one.page_read(key, link, parsed)
    shown = one.urls.get(key, link.url)
    items = tuple(replace(i, url=shown) if i.url == key else i for i in parsed.items)
    read = one.item_read(key)
    if not items:
        return [Batch(one, read, (), again=again, item=key)] if read else []
    token = twin_token(one, key, items)
    looks = looks_of(one, key, parsed, link, *validators)
    if again:
        page = one.visits.again.get(key)
        told = changed(one, page, items, looks[one.ledger.page(key)]) if page is not None else items
        return [Batch(one, (), told, again=True, looks={} if link.of else looks, item=key)]
    if is_twin(one, key, token):
        one.doubled += 1
        return [Batch(one, read, (), item=key)]
    if parsed.own is not None and not parsed.own.text:
        one.textless += 1
        if one.is_endless or one.ledger.memory.endless:
            return [Batch(one, read, (), item=key)]  # one more empty page of endlessly many
    if token:
        looks[token] = Look(title=one.ledger.page(key))
    return [Batch(one, read, items, looks={} if link.of and one.source.kind is Kind.POST else looks, item=key)]


def of_list(one: Pass, items: Sequence[Fetched]) -> list[Batch]:
    """Of the items that a list itself carries: those that are new, and known ones that say something else than before.

    The entry of a hot list is its title: it has nothing that could change.
    """
    fresh, again = list[Fetched](), list[Fetched]()
    looks, relooked = dict[str, Look](), dict[str, Look]()
    for item in items:
        page, named = one.ledger.page(item.key), replace(item, key=one.ledger.key_of(item.key))
        now = one.ledger.looks.words((item,), one.reader)
        if not one.ledger.knows(item.key):
            fresh.append(named)
            looks[page] = now
        elif one.source.kind is not Kind.HOTLIST and (before := one.ledger.looks.of(page)) != now:
            relooked[page] = now
            # Read by other rules than now: what differs may be our doing, an answer is none of it.
            comparable = before is not None and before.reader == now.reader
            if comparable or item.reply is not None:
                again.append(named)
    found = [Batch(one, tuple(i.key for i in fresh), tuple(fresh), looks=looks)] if fresh else []
    return [*found, Batch(one, (), tuple(again), again=True, looks=relooked)] if relooked else found


def placed(one: Pass, parsed: Parsed) -> list[Batch]:
    """Known entries of a front page or a hot list with the places they have now: the better one is kept."""
    told = (*parsed.items, *(link.entry for link in parsed.links if link.entry is not None))
    known = [e for e in told if e.rank is not None and one.ledger.knows(e.key)]
    items = tuple(replace(e, key=one.ledger.key_of(e.key), title="", text="") for e in known)
    return [Batch(one, (), items, again=True)] if items else []


def instead(one: Pass, link: Link, failure: FetchFailure) -> Batch | None:
    """What is kept of an item whose page cannot be read: a page that stays out of reach does not make the feed's own
    words so, and of several pages the others stay. Such a page is not asked again.
    """
    if link.of:
        read = one.item_read(link.of) if failure in LASTING else ()
        return Batch(one, read, (), item=link.of) if read else None
    if failure in LASTING and link.entry is not None and link.entry.text:
        return Batch(one, (link.url,), (replace(link.entry, key=one.key_of(link)),))
    return None
