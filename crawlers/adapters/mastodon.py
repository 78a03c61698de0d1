"""Mastodon's public timeline of a tag (``/api/v1/timelines/tag/TAG``): what is said and when, no account whatever.

A status' address contains its account, so no address is kept; its number on this instance is its key. Shared statuses
(reblogs) are other people's words and left out; a content warning is part of what is said (docs.joinmastodon.org,
entities/Status).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawlers.adapters.contract import Link, Meta, Parsed, Role
from crawlers.failures import AdapterError, FetchFailure
from crawlers.page import dates
from crawlers.page.posts import own_lines, said
from crawlers.page.tree import parse
from monitor.model import Fetched
from monitor.settings.types import Source

MAX_STATUSES = 200
_HAN = re.compile(r"[\u4e00-\u9fff]{2}")
_HASHTAG = re.compile(r"#\S+")
_SHOWN = frozenset(("public", "unlisted"))


def read(body: bytes, meta: Meta, source: Source) -> Parsed:
    """The statuses of a timeline and the link to older ones."""
    if not body.strip():
        raise AdapterError(FetchFailure.EMPTY)
    try:
        answer = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        raise AdapterError(FetchFailure.NOT_JSON) from None
    if isinstance(answer, Mapping) and "error" in answer:
        raise AdapterError(FetchFailure.FORBIDDEN)
    if not isinstance(answer, list):
        raise AdapterError(FetchFailure.NO_LINKS)
    statuses = [s for s in answer[:MAX_STATUSES] if isinstance(s, Mapping) and str(s.get("id")).isdecimal()]
    if answer and not statuses:
        raise AdapterError(FetchFailure.NO_LINKS)
    items = [item for s in statuses if (item := _item(s, meta, source)) is not None]
    return Parsed(tuple(items), _older(statuses, meta))


def looks_like(answer: Any) -> bool:
    """Whether an answer is a list of statuses."""
    first = answer[0] if isinstance(answer, list) and answer else None
    return isinstance(first, Mapping) and {"content", "spoiler_text", "visibility", "created_at"} <= set(first)


def _item(status: Mapping[str, Any], meta: Meta, source: Source) -> Fetched | None:
    if status.get("reblog") or str(status.get("visibility")) not in _SHOWN:
        return None
    text = "\n".join([*_warning(status.get("spoiler_text")), *_words(status.get("content"))])
    language = status.get("language")
    # People often leave their account's language as it was: what is written in Chinese counts as Chinese.
    foreign = (
        isinstance(language, str) and not language.lower().startswith("zh") and not _HAN.search(_HASHTAG.sub("", text))
    )
    if not text or foreign:
        return None
    told = status.get("created_at")
    return Fetched(
        source=source.id, kind=source.kind, key=f"{urlsplit(meta.key).netloc.lower()}#status{status['id']}", title="",
        text=text, fetched_at=meta.fetched_at, published=dates.parse(told) if isinstance(told, str) else None,
        outlet=source.outlet,
    )  # fmt: skip


def _words(content: Any) -> list[str]:
    root = parse(f"<div>{content}</div>") if isinstance(content, str) and content.strip() else None
    return said(root).splitlines() if root is not None else []


def _warning(told: Any) -> list[str]:
    return own_lines([told]) if isinstance(told, str) and told.strip() else []


def _older(statuses: list[Mapping[str, Any]], meta: Meta) -> tuple[Link, ...]:
    """The timeline before the oldest status given. The same as its Link header says."""
    ids = [int(str(s["id"])) for s in statuses]
    if not ids:
        return ()
    parts = urlsplit(meta.url)
    query = [
        (k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k not in ("max_id", "min_id", "since_id")
    ]
    return (Link(urlunsplit(parts._replace(query=urlencode([*query, ("max_id", str(min(ids)))]))), Role.INDEX),)
