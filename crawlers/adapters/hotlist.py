"""The entries of a hot list on a page: titles in their order, without the numbers and marks around them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawlers.adapters.contract import Meta
from crawlers.failures import AdapterError, FetchFailure
from crawlers.page.tree import Element
from monitor.model import Fetched
from monitor.settings.types import Source

_SPACE = re.compile(r"[\s\u00a0\u3000\u200b\ufeff]+")
_MARK = re.compile(
    r"(?:NO\.?|TOP)?\s*\d{1,3}\s*[.、．]?|[热新爆沸荐商辟谣]|(?:热度|热搜|指数)?\s*[:：]?\s*[\d.,]+\s*[万亿wWkK]?\s*"
    r"(?:热度|热搜指数|人(?:在看|讨论|参与)?|次(?:浏览|阅读)?|浏览|讨论|阅读)?|[↑↓→▲▼-]+",
    re.IGNORECASE,
)
"""What stands in a box of its own beside a title: its number, 热, how often it was sought."""


def entries(anchors: Iterable[Element], meta: Meta, source: Source) -> tuple[Fetched, ...]:
    """A hot list is its headlines in their order; their pages are not read. What is hot is hot now."""
    told = dict.fromkeys(title for anchor in anchors if (title := _title(anchor)))
    if not told:
        raise AdapterError(FetchFailure.NO_LINKS)
    return tuple(
        Fetched(
            source=source.id, kind=source.kind, key=f"{title} @ {meta.key}", url=meta.key, title=title[:200], text="",
            fetched_at=meta.fetched_at, published=meta.fetched_at, outlet=source.outlet, rank=rank,
        )
        for rank, title in enumerate(told, 1)
    )  # fmt: skip


def _title(anchor: Element) -> str:
    """The words of a link without the boxes that hold only a number or a mark."""
    parts = [_SPACE.sub(" ", str(t)).strip() for t in anchor.itertext()]
    words = [part for part in parts if part]
    kept = [word for word in words if not _MARK.fullmatch(word)]
    # A title may be nothing but a number (110): where all is marks, all of it is the title.
    return " ".join(kept or words) or _SPACE.sub(" ", anchor.get("title") or "").strip()
