"""A JSON answer nobody described: where its list is, which field is which, how it is paged; by usual names. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from monitor.settings.api_rules import names_person

_PAGES = ("page", "p", "pageno", "pagenum", "pageindex", "page_no", "page_num", "curpage", "currentpage", "pn")
_OFFSETS = ("offset", "start", "skip", "from")
_NEXTS = ("next", "next_url", "nexturl", "next_page_url", "nextpageurl", "more_url")
# Which field of a JSON item is which, by what sites call it; the first that fits and points to no person.
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "subject", "headline", "bt", "biaoti", "word", "hotword", "hot_word", "keyword", "标题"),
    "text": ("content", "body", "text", "html", "excerpt", "summary", "description", "desc", "intro", "nr", "neirong",
             "内容"),
    "time": ("published_at", "publish_time", "publishtime", "publishdate", "pubdate", "pub_date", "pubtime",
             "date_published", "created_at", "createtime", "create_time", "createdate", "ctime", "addtime", "add_time",
             "submittime", "releasetime", "time", "date", "fbsj", "发布时间", "时间"),
    "url": ("url", "link", "href", "permalink", "web_url", "detailurl"),
    "id": ("id", "uuid", "guid", "no", "编号"),
    "category": ("category", "categoryname", "type_name", "typename", "type", "channel", "column", "类别"),
    "reply": ("reply", "answer", "reply_content", "replycontent", "replytext", "answercontent", "hf", "答复"),
    "reply_time": ("reply_time", "replytime", "replydate", "answertime", "answer_time", "hfsj", "答复时间"),
    "department": ("department", "dept", "deptname", "replydept", "replyunit", "reply_dept", "unit", "答复单位"),
    "status": ("statusname", "status_name", "status", "state", "办理状态"),
}  # fmt: skip
_ANSWER: Mapping[str, tuple[str, ...]] = {
    "reply": ("content", "text", "body", "nr"), "reply_time": ("time", "date", "createtime", "replytime"),
    "department": ("dept", "department", "deptname", "unit"),
}  # fmt: skip
"""What stands inside an answer that is an object of its own."""
_ANSWERED = ("reply_time", "department", "status")
_WHO = frozenset(
    ("avatar", "nickname", "nick", "gender", "sex", "followers_count", "username", "user_name", "display_name",
     "realname", "real_name", "phone", "mobile", "birthday")
)  # fmt: skip
"""What only an object that is a person has."""
_SAMPLE = 20


def mapped(url: str, bare: str) -> tuple[dict[str, Any], str] | None:
    """Adapter, rules and the reason of a source that an answer (bare JSON) could be; None where it holds no list."""
    try:
        answer = json.loads(bare)
    except (ValueError, RecursionError):
        return None
    found = sorted(lists_in(answer), key=lambda one: -_size(one[1]))
    for path, items in found[:1]:
        rules = {"items": path, **_rules(items[:_SAMPLE])}
        if "title" in rules or "text" in rules:
            rules |= _paging(url, answer)
            # Without a text in the answer the items' own pages are read.
            more = {"adapter": "json", "url": url, "follow": "text" not in rules and "url" in rules, "api": rules}
            return more, f"返回 JSON，列表在 {path}；字段按名称推测，请核对"
    return None


def _paging(url: str, answer: Any) -> dict[str, Any]:
    """How the following part of a list is asked for: by an address that the answer tells, or by counting on."""
    for path, value in _plain(answer):
        if (
            path.rpartition(".")[2].lower() in _NEXTS
            and isinstance(value, str)
            and value.startswith(("http", "/", "?"))
        ):
            return {"next": path}
    query = dict(parse_qsl(urlsplit(url).query))
    for name, value in query.items():
        if name.lower() in _PAGES and value.isdecimal() and int(value) <= 1:
            return {"page_param": name, "page_first": int(value)}
    size = next(
        (
            int(v)
            for n, v in query.items()
            if n.lower() in ("limit", "size", "count", "rows", "pagesize") and v.isdecimal()
        ),
        0,
    )
    for name, value in query.items():
        if name.lower() in _OFFSETS and value == "0" and 0 < size <= 1000:
            return {"page_param": name, "page_first": 0, "page_step": size}
    return {}


def _plain(answer: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """(JMESPath, value) of the plain values of an answer's objects, down to three levels; lists are not entered."""
    if isinstance(answer, dict) and depth < 3:
        for key, value in answer.items():
            step = f"{path}.{_name(key)}" if path else _name(key)
            if isinstance(value, dict):
                yield from _plain(value, step, depth + 1)
            elif not isinstance(value, list):
                yield step, value


def lists_in(answer: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(JMESPath, items) of every list of objects in an answer, down to four levels."""
    if isinstance(answer, list):
        items = [i for i in answer if isinstance(i, dict)]
        if items and len(items) == len(answer):
            yield path or "@", items
    elif isinstance(answer, dict) and depth < 4:
        for key, value in answer.items():
            if not names_person(key):
                step = _name(key)
                yield from lists_in(value, f"{path}.{step}" if path else step, depth + 1)


def _name(key: str) -> str:
    """A field as JMESPath names it."""
    return key if re.fullmatch(r"[A-Za-z_]\w*", key) else json.dumps(key, ensure_ascii=False)


def _rules(items: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Which field of the items is which, at their top or one level down; fields that say who wrote are never taken
    (S1), nor anything below them. An answer that no item has yet is known by its name.
    """
    plain: dict[str, str] = {}
    inner: dict[str, str] = {}
    for item in items:
        for key, value in item.items():
            if names_person(key):
                continue
            if isinstance(value, Mapping):
                if _WHO & {k.lower() for k in value}:
                    continue
                told = {k.lower(): f"{_name(key)}.{_name(k)}" for k, v in value.items()
                        if isinstance(v, str | int | float) and not names_person(k)}  # fmt: skip
                if key.lower() in _FIELDS["reply"]:
                    plain |= {f: told[n] for f, names in _ANSWER.items() for n in names[::-1] if n in told}
                else:
                    inner = {**told, **inner}
            elif value is None or isinstance(value, str | int | float):
                plain.setdefault(key.lower(), _name(key))
    rules = {}
    for field, names in _FIELDS.items():
        found = next((where[name] for where in (plain, inner) for name in names if name in where), None)
        if found is not None:
            rules[field] = found
    # Names that are common elsewhere mean an answer only where there can be one.
    return rules if "reply" in rules else {field: name for field, name in rules.items() if field not in _ANSWERED}


def _size(items: list[dict[str, Any]]) -> int:
    return sum(len(value) for item in items[:50] for value in item.values() if isinstance(value, str))
