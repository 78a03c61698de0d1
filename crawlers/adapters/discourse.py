"""Discourse: lists of topics (``latest.json``, ``/c/…/l/latest.json``) and the posts of a topic (``/t/ID.json``).

Of a post are read: its text, its time, its number in the database. Deleted and hidden posts, moderators' notes and the
software's own actions are left out (docs.discourse.org, "Get a single topic", "Get specific posts from a topic").
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from crawlers.adapters.contract import Link, Meta, Parsed, Role
from crawlers.adapters.links import absolute, same_site
from crawlers.adapters.threads import Said, parsed
from crawlers.failures import AdapterError, FetchFailure
from crawlers.page.posts import at_moment, said
from crawlers.page.tree import Element, find_all, parse
from monitor.model import Fetched
from monitor.settings.types import Source

CHUNK = 20
"""Posts that Discourse gives at once."""
MAX_TOPICS = 500
MAX_PARTS = 50
_REGULAR = 1
"""``post_type`` of what a person wrote; others are moderators' actions, small actions and whispers."""
_LISTS = re.compile(r"/(?:latest|top|new|hot|categories|c/|tag/|tags/|t/|posts)(?:[./?]|$)|/(?:c|tag|t)/")

_CATEGORY = re.compile(r"(/c/(?:[^/]+/)*\d+|/tag/[^/]+)(?=/|$)")


def recognises(answer: Any) -> bool:
    return isinstance(answer, Mapping) and ("topic_list" in answer or "post_stream" in answer or "error_type" in answer)


def read_answer(answer: Mapping[str, Any], meta: Meta, source: Source) -> Parsed:
    """Topics of a list, or posts of a topic. Raises ``AdapterError``: GONE, FORBIDDEN, NO_TEXT, NO_LINKS."""
    failed = answer.get("error_type")
    if failed or answer.get("deleted_at"):
        raise AdapterError(FetchFailure.GONE if failed in (None, "not_found") else FetchFailure.FORBIDDEN)
    if meta.role is Role.INDEX:
        return topics(answer, meta, source)
    return _posts(answer, meta, source)


def topics(answer: Mapping[str, Any], meta: Meta, source: Source) -> Parsed:
    """Links to the topics of a list, without pinned ones; ``version`` tells whether one has changed since."""
    told = _part(answer, "topic_list")
    listed = [t for t in _list(told, "topics") if isinstance(t.get("id"), int)]
    base = _base(meta.url)
    links = [
        Link(
            f"{base}/t/{t['id']}.json",
            Role.ITEM,
            _entry(t, f"{base}/t/{t['id']}.json", meta, source),
            version=_version(t),
        )
        for t in listed[:MAX_TOPICS]
        if _public(t)
    ]
    if not listed and not links:
        raise AdapterError(FetchFailure.NO_LINKS)
    following = _following(told.get("more_topics_url"), meta.url)
    return Parsed(links=(*links, *((Link(following, Role.INDEX),) if following else ())))


def list_address(url: str) -> str:
    """The JSON of the list that a page for people shows: of its category or tag, else the newest of the whole forum."""
    path = urlsplit(url).path.removesuffix(".json").rstrip("/")
    if match := _CATEGORY.search(path):
        shown = match.group(1) if match.group(1).startswith("/tag") else f"{match.group(1)}/l/latest"
        return f"{_base(url)}{shown}.json"
    return f"{_base(url)}/latest.json"


def embedded(text: str, root: Element) -> Mapping[str, Any] | None:
    """The list that a Discourse page carries within its HTML; None where there is none."""
    if "data-preloaded" not in text:
        return None
    for holder in find_all(root, ".//*[@data-preloaded]")[:1]:
        try:
            outer = json.loads(holder.get("data-preloaded") or "")
            for name, value in outer.items() if isinstance(outer, dict) else ():
                if name.startswith("topic_list"):
                    inner = json.loads(value) if isinstance(value, str) else value
                    return inner if isinstance(inner, dict) and "topic_list" in inner else None
        except (ValueError, RecursionError):
            return None
    return None


def _posts(answer: Mapping[str, Any], meta: Meta, source: Source) -> Parsed:
    stream = _part(answer, "post_stream")
    posts = _list(stream, "posts")
    told, gone, opens = [], [], False
    for post in posts:
        number = _number(post)
        if post.get("deleted_at") or post.get("hidden") or post.get("user_deleted"):
            gone += [number] if number.isdecimal() else []
        elif post.get("post_type", _REGULAR) == _REGULAR:
            told.append(Said(_words(post.get("cooked")), at_moment(post.get("created_at")), number))
            opens = opens or post.get("post_number") == 1
    if not told and not gone and not posts:
        raise AdapterError(FetchFailure.NO_TEXT)
    title = answer.get("title")
    named = title if isinstance(title, str) else ""
    # The answer to a question for single posts has no title: none of them opened the topic.
    return parsed(told, named, meta, source, _rest(answer, stream, posts, meta), gone, opens=opens and bool(named))


def _rest(
    answer: Mapping[str, Any], stream: Mapping[str, Any], posts: list[Mapping[str, Any]], meta: Meta
) -> Iterator[Link]:
    """Links to the posts of a topic that this answer names but does not carry."""
    ids = stream.get("stream")
    topic = answer.get("id")
    if not isinstance(ids, list) or not isinstance(topic, int):
        return
    here = {_number(p) for p in posts}
    left = [i for i in ids if isinstance(i, int) and str(i) not in here]
    parts = [left[begin : begin + CHUNK] for begin in range(0, len(left), CHUNK)]
    for part in reversed(parts[-MAX_PARTS:]):  # the newest first, as forums with pages do
        asked = "&".join(f"post_ids%5B%5D={i}" for i in part)
        full = len(part) == CHUNK
        yield Link(f"{_base(meta.url)}/t/{topic}/posts.json?{asked}", Role.ITEM, of=meta.key, once=full)


def _number(post: Mapping[str, Any]) -> str:
    id = post.get("id")
    return str(id) if isinstance(id, int) and not isinstance(id, bool) else ""


def _words(cooked: Any) -> str:
    if not isinstance(cooked, str) or not cooked.strip():
        return ""
    root = parse(f"<div>{cooked}</div>")
    return said(root) if root is not None else ""


def _entry(topic: Mapping[str, Any], key: str, meta: Meta, source: Source) -> Fetched:
    title = topic.get("title")
    return Fetched(
        source=source.id, kind=source.kind, key=key, title=title[:200] if isinstance(title, str) else "", text="",
        fetched_at=meta.fetched_at, published=at_moment(topic.get("created_at")).moment, outlet=source.outlet,
    )  # fmt: skip


def _public(topic: Mapping[str, Any]) -> bool:
    """Whether a topic is an ordinary one that anyone may read and that is not pinned."""
    return (
        topic.get("archetype", "regular") == "regular"
        and topic.get("visible", True) is not False
        and not topic.get("pinned")
        and not topic.get("pinned_globally")
    )


def _version(topic: Mapping[str, Any]) -> str:
    told = [topic.get(name) for name in ("posts_count", "last_posted_at", "bumped_at")]
    return "/".join(str(t) for t in told if isinstance(t, str | int)) if any(told) else ""


def _following(told: Any, url: str) -> str:
    """The next part of a list: Discourse names the page for people, its JSON stands beside it."""
    if not isinstance(told, str) or not told:
        return ""
    parts = urlsplit(absolute(url, told))
    path = parts.path if parts.path.endswith(".json") else f"{parts.path}.json"
    following = urlunsplit(parts._replace(path=path))
    return following if parts.hostname and same_site(following, url) else ""


def _base(url: str) -> str:
    """The forum's own address, with the folder it lies in: https://example.org/forum."""
    parts = urlsplit(url)
    match = _LISTS.search(parts.path)
    folder = parts.path[: match.start()] if match else parts.path.rstrip("/")
    return urlunsplit((parts.scheme, parts.netloc, quote(folder, safe="/%"), "", "")).rstrip("/")


def _part(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = answer.get(name)
    return found if isinstance(found, Mapping) else {}


def _list(answer: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = answer.get(name)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []
