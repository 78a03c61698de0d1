"""Flarum: ``/api/discussions`` and ``/api/posts?filter[discussion]=ID`` (JSON:API). Text and time, never who.

Of what JSON:API sends along (``included``) only the discussion's title is looked at, never the users.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from crawlers.adapters.contract import Link, Meta, Parsed, Role
from crawlers.adapters.links import absolute, same_site
from crawlers.adapters.threads import Said, parsed
from crawlers.failures import AdapterError, FetchFailure
from crawlers.page.posts import at_moment, said
from crawlers.page.tree import parse
from monitor.model import Fetched
from monitor.settings.types import Source

PER_PAGE = 50
MAX_THREADS = 500


def recognises(answer: Any) -> bool:
    """Whether an answer is JSON:API with discussions or posts."""
    found = answer.get("data") if isinstance(answer, Mapping) else None
    first = found[0] if isinstance(found, list) and found else found
    return isinstance(first, Mapping) and first.get("type") in ("discussions", "posts")


def read_answer(answer: Mapping[str, Any], meta: Meta, source: Source) -> Parsed:
    """Links to discussions, or the posts of one."""
    return _discussions(answer, meta, source) if meta.role is Role.INDEX else _posts(answer, meta, source)


def _discussions(answer: Mapping[str, Any], meta: Meta, source: Source) -> Parsed:
    links = []
    for one in _data(answer, "discussions")[:MAX_THREADS]:
        told, id = _attributes(one), str(one.get("id") or "")
        if not id.isdecimal() or told.get("isSticky") or told.get("isHidden") or told.get("isPrivate"):
            continue
        url = f"{_base(meta.url)}/api/posts?filter%5Bdiscussion%5D={id}&page%5Blimit%5D={PER_PAGE}&sort=createdAt"
        entry = Fetched(
            source=source.id, kind=source.kind, key=url, title=_title(told), text="", fetched_at=meta.fetched_at,
            published=at_moment(told.get("createdAt")).moment, outlet=source.outlet,
        )  # fmt: skip
        version = f"{told.get('commentCount', '')}/{told.get('lastPostedAt', '')}".strip("/")
        links.append(Link(url, Role.ITEM, entry, version=version))
    return Parsed(links=(*links, *_following(answer, meta, Role.INDEX)))


def _posts(answer: Mapping[str, Any], meta: Meta, source: Source) -> Parsed:
    told, gone, opening = [], [], False
    for one in _data(answer, "posts"):
        post, number = _attributes(one), str(one.get("id") or "")
        if post.get("isHidden"):
            gone += [number] if number.isdecimal() else []
            continue
        html = post.get("contentHtml")
        root = parse(f"<div>{html}</div>") if isinstance(html, str) and html.strip() else None
        words = said(root) if root is not None and post.get("contentType", "comment") == "comment" else ""
        if words or post.get("number") == 1:
            told.append(Said(words, at_moment(post.get("createdAt")), number))
            opening = opening or post.get("number") == 1
    if not told and not gone and not _data(answer, "posts"):
        raise AdapterError(FetchFailure.NO_TEXT)
    return parsed(told, _discussion(answer), meta, source, _following(answer, meta, Role.ITEM), gone, opens=opening)


def _discussion(answer: Mapping[str, Any]) -> str:
    """The title of the discussion, which Flarum sends along with its posts."""
    found = answer.get("included")
    along = [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
    return next((_title(_attributes(one)) for one in along if one.get("type") == "discussions"), "")


def _following(answer: Mapping[str, Any], meta: Meta, role: Role) -> tuple[Link, ...]:
    links = answer.get("links")
    told = links.get("next") if isinstance(links, Mapping) else None
    url = absolute(meta.url, told) if isinstance(told, str) else ""
    if not url or not same_site(url, meta.url):
        return ()
    return (Link(url, role, of=meta.key if role is Role.ITEM else ""),)


def _base(url: str) -> str:
    parts = urlsplit(url)
    folder = parts.path.partition("/api/")[0]
    return urlunsplit((parts.scheme, parts.netloc, folder, "", "")).rstrip("/")


def _data(answer: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    found = answer.get("data")
    listed = found if isinstance(found, list) else [found]
    return [one for one in listed if isinstance(one, Mapping) and one.get("type") == kind]


def _attributes(one: Mapping[str, Any]) -> Mapping[str, Any]:
    found = one.get("attributes")
    return found if isinstance(found, Mapping) else {}


def _title(told: Mapping[str, Any]) -> str:
    title = told.get("title")
    return title[:200] if isinstance(title, str) else ""
