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
    """A page to read next; ``entry`` is what the index already told, kept if the page itself cannot be read."""

    url: str
    role: Role
    entry: Fetched | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    items: tuple[Fetched, ...] = ()
    links: tuple[Link, ...] = ()


Adapter = Callable[[bytes, Meta, Source], Parsed]
"""Raises ``AdapterError`` when the bytes are not what the source says."""
