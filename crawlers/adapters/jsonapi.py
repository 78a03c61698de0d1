"""JSON answers by declarative rules (JMESPath), and JSON Feed. Never who wrote: rules that point there are refused.

Boards, forums (Discourse, Mastodon's public tag timelines), hot lists and news interfaces all come this way; presets
in config/presets hold rules for the usual ones.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import zip_longest
from string import Formatter
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from crawlers.adapters import moments
from crawlers.adapters.contract import Link, Meta, Parsed, Role
from crawlers.adapters.links import absolute, same_site
from crawlers.adapters.rss import plain
from crawlers.failures import AdapterError, FetchFailure
from crawlers.page.board import official
from crawlers.page.charset import decode
from crawlers.page.title import without_site
from monitor.model import Fetched, Kind, Reply
from monitor.settings.api_rules import FEED_MARK, ApiRules
from monitor.settings.types import Source

MAX_ITEMS = 2000
_GUARD = re.compile(r"^(?:\)\]\}'?,?|while\s*\(1\);|for\s*\(;;\);)\s*")
_CALL = re.compile(
    r"^(?:/\*.*?\*/\s*)?(?:try\s*\{\s*)?(?:(?:var|let|const|window\.)?\s*[\w$.\[\]'\"]+\s*=\s*)?(?:[\w$.]+\s*\(\s*)?(?=[\[{])",
    re.DOTALL,
)
"""What scripts that carry an answer (JSONP, a variable) put before it."""
_FEED_RULES = ApiRules(
    items="items", id="id", title="title", text="content_html || content_text || summary",
    time="date_published || date_modified", url="url || external_url", category="tags[0]", next="next_url",
)  # fmt: skip


def read(body: bytes, meta: Meta, source: Source) -> Parsed:
    """The items of an answer and the link to the next one; with ``source.follow`` links to the items' own pages."""
    if meta.role is Role.ITEM:
        from crawlers.adapters.html import read_item

        return read_item(body, meta, source)
    return _read(_parsed(body, meta), meta, source, source.api)


def read_feed(body: bytes, meta: Meta, source: Source) -> Parsed | None:
    """A JSON Feed (jsonfeed.org); None where the bytes are none."""
    if body.lstrip()[:1] != b"{" or FEED_MARK.encode() not in body[:2000]:
        return None
    answer = _parsed(body, meta)
    return _read(answer, meta, source, _FEED_RULES) if isinstance(answer, dict) else None


def _read(answer: Any, meta: Meta, source: Source, rules: ApiRules) -> Parsed:
    found = _unpacked(_search(rules.items, answer))
    if found is None:
        raise AdapterError(FetchFailure.NO_LINKS)
    listed = found if isinstance(found, list) else [found]
    items = [
        made
        for n, item in enumerate(listed[:MAX_ITEMS], 1)
        if isinstance(item, Mapping | list | str) and (made := _item(item, n, meta, source, rules)) is not None
    ]
    following = _next(answer, bool(items), meta, rules)
    more = (Link(following, Role.INDEX),) if following else ()
    # A forum's pages hold names all over: they are read only with a rule for the text.
    read_pages = source.follow and source.kind is not Kind.HOTLIST
    if read_pages and not (source.kind is Kind.POST and not source.page.text):
        links = tuple(Link(i.url, Role.ITEM, i) for i in items if i.url)
        return Parsed(tuple(i for i in items if not i.url), (*links, *more))
    return Parsed(tuple(items), more)


def _item(item: Any, place: int, meta: Meta, source: Source, rules: ApiRules) -> Fetched | None:
    title = without_site(plain(_text(rules.title, item)).replace("\n", " "))
    text = plain(_text(rules.text, item))
    address = _address(item, rules)
    url = absolute(meta.url, address) if address else ""
    key = _text(rules.id, item) or url
    if rules.id and key:
        # Does not begin like an address: of one the fragment is left out when it is made an id.
        key = f"{key} @ {meta.url.split('?')[0]}"
    if not (title or text):
        return None
    hot = source.kind is Kind.HOTLIST
    given = _text(rules.rank, item)
    rank = int(given) if given.isdecimal() else place
    return Fetched(
        source=source.id, kind=source.kind, key=key or f"{title}{text[:200]} @ {meta.url}", url=url, title=title,
        text=text, fetched_at=meta.fetched_at,
        # A hot list shows what is hot now: it has no other time.
        published=moments.told(_value(rules.time, item), meta.fetched_at) or (meta.fetched_at if hot else None),
        outlet=_text(rules.outlet, item)[:60] or source.outlet, category=_text(rules.category, item)[:60] or None,
        rank=rank if hot else None, reply=_reply(item, meta, rules),
    )  # fmt: skip


def _reply(item: Any, meta: Meta, rules: ApiRules) -> Reply | None:
    answers, times, offices = (_several(rule, item) for rule in (rules.reply, rules.reply_time, rules.department))
    given = [
        (plain(str(answer or "")), moments.told(when, meta.fetched_at), str(office or ""))
        for answer, when, office in zip_longest(answers, times, offices[: max(1, len(answers))])
    ]
    return official(given, _text(rules.status, item), str(offices[-1] or "") if offices else "")


def _several(expression: str, item: Any) -> list[Any]:
    """The values of a rule that may give one or, for a message with several answers, a list."""
    value = _value(expression, item)
    return list(value) if isinstance(value, list) else [value] if value is not None else []


def _address(item: Any, rules: ApiRules) -> str:
    if not rules.url_template:
        return _text(rules.url, item)
    names = {name for _, name, _, _ in Formatter().parse(rules.url_template) if name}
    values = {name: _text(name, item) for name in names}
    if not all(values.values()):
        return ""
    return rules.url_template.format_map({name: quote(value, safe="") for name, value in values.items()})


def _next(answer: Any, any_items: bool, meta: Meta, rules: ApiRules) -> str:
    """The address of the next part of the list, on the same site; empty where there is none."""
    told = _text(rules.next, answer)
    if rules.cursor_param and told:
        return _with(meta.url, rules.cursor_param, told)
    if told:
        url = absolute(meta.url, told)
        return url if url and same_site(url, meta.url) else ""
    if rules.page_param and any_items:
        here = dict(parse_qsl(urlsplit(meta.url).query)).get(rules.page_param, "")
        page = int(here) if here.isdecimal() else rules.page_first
        return _with(meta.url, rules.page_param, str(page + rules.page_step))
    return ""


def _with(url: str, name: str, value: str) -> str:
    parts = urlsplit(url)
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k != name]
    return urlunsplit(parts._replace(query=urlencode([*query, (name, value)])))


def _parsed(body: bytes, meta: Meta) -> Any:
    if not body.strip():
        raise AdapterError(FetchFailure.EMPTY)
    try:
        return json.loads(unwrapped(decode(body, meta.content_type)), strict=False)
    except (ValueError, RecursionError):
        raise AdapterError(FetchFailure.NOT_JSON) from None


def unwrapped(text: str) -> str:
    """The JSON of an answer that comes as a script: ``callback({...});``, ``var list = [...];``, a guard before it.

    Text that is none is given back as it is, without white space around it.
    """
    bare = _GUARD.sub("", text.strip("\ufeff \t\r\n"))
    if bare[:1] in "{[" or not (call := _CALL.match(bare)):
        return bare
    last = max(bare.rfind("}"), bare.rfind("]"))
    return bare[call.end() : last + 1] if last > call.end() else bare


def _unpacked(found: Any) -> Any:
    """Some interfaces write the list as a text that is JSON once more."""
    if isinstance(found, str) and found.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(found, strict=False)
        except (ValueError, RecursionError):
            return found
    return found


def _value(expression: str, item: Any) -> Any:
    return _search(expression, item) if expression else None


def _text(expression: str, item: Any) -> str:
    value = _value(expression, item)
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, list):
        return "\n".join(str(v) for v in value if isinstance(v, str | int | float))
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _search(expression: str, item: Any) -> Any:
    from jmespath.exceptions import JMESPathError

    try:
        return _compiled(expression).search(item)
    except (JMESPathError, RecursionError) as error:
        raise AdapterError(FetchFailure.BAD_RULE) from error


@lru_cache(maxsize=256)
def _compiled(expression: str) -> Any:
    import jmespath

    return jmespath.compile(expression)
