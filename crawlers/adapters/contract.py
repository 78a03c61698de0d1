"""What an adapter is given and what it gives back: values only, no I/O."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model import Fetched
from monitor.settings.types import Source


class Role(StrEnum):
    """What a page is wanted for: to find items (feed, list page) or as an item (article, message, thread)."""

    INDEX = "index"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Meta:
    """What is known of a page beside its bytes. ``url`` is where it was found at last (after redirects).

    ``key`` is the URL by which it was linked: it identifies the item. ``entry`` is what the index said about it.
    """

    url: str
    key: str
    role: Role
    fetched_at: datetime
    content_type: str = ""
    entry: Fetched | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A page to read next; ``entry`` is what the index already told, kept if the page itself cannot be read.

    ``of`` is the key of the item whose further page this is (page 2 of a thread); only item pages give such links.
    ``version`` is what the index says of the state of the page (a thread's last reply, its number of replies): a page
    that was read in this version need not be read again, one with another version has changed. Empty: nothing is said.

    ``part``: an index page that is a part of the list, not its continuation (the issue of a day, a page of a newspaper,
    the page that a frame or a redirect shows): wanted whatever else is known, and its absence is no failure. ``once``:
    it does not change any more, so it is not asked for again after a pass that read everything.
    """

    url: str
    role: Role
    entry: Fetched | None = None
    of: str = ""
    version: str = ""
    part: bool = False
    once: bool = False


@dataclass(frozen=True, slots=True)
class Parsed:
    """``gone`` are keys of items that the page itself says were deleted or hidden (a post of a thread). ``own`` is the
    item of an article's page by the page's words alone, before the index filled it: what a later reading is compared
    with.
    """

    items: tuple[Fetched, ...] = ()
    links: tuple[Link, ...] = ()
    gone: tuple[str, ...] = ()
    own: Fetched | None = None


Adapter = Callable[[bytes, Meta, Source], Parsed]
"""Raises ``AdapterError`` when the bytes are not what the source says."""
