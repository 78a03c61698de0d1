"""What is wrong with the rules of lists, pages and e-papers in sources.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from monitor.settings.selectors import RuleError, compiled, points_to_person

if TYPE_CHECKING:
    from monitor.settings.types import Settings, Source

Found = tuple[str, str, str]
_TIMES = frozenset({"time", "reply_time"})
"""Of these only a moment is ever taken, never words: Discuz! calls the element of its time ``authorposton``."""
_TOKEN = re.compile(r"\{(\w*)\}")
TOKENS = ("yyyy", "yy", "mm", "m", "dd", "d")
"""What an address of an e-paper's issue may hold in braces: year, month and day, with or without a leading zero."""


def page_problems(settings: Settings) -> Iterator[Found]:
    """(file, key, text) of every rule that cannot be read, points to a person, or is of another adapter."""
    for source in settings.sources.source:
        key = f"source.{source.id}"
        for part, rules in (("list", source.list), ("page", source.page)):
            for name, rule in rules:
                if isinstance(rule, str) and rule and (wrong := _wrong(name, rule)):
                    yield "sources", f"{key}.{part}.{name}", wrong
        yield from _paper(source, key)
        if source.list.head and source.adapter != "frontpage":
            yield "sources", f"{key}.list.head", '头条规则只用于 adapter = "frontpage" 的信源'


def _wrong(name: str, rule: str) -> str:
    if name not in _TIMES and points_to_person(rule):
        return "不得读取作者、用户、昵称等指向个人的元素（S1）"
    try:
        compiled(rule)
    except RuleError:
        return f"“{rule}”不是正确的 CSS 或 XPath 写法，例如 ul.list a、.content 或 //div[@class='content']"
    return ""


def _paper(source: Source, key: str) -> Iterator[Found]:
    issue = source.paper.issue
    if source.adapter == "epaper":
        if source.kind not in ("news", "official"):
            yield "sources", f"{key}.kind", "电子报是新闻（news）或政务发布（official）"
    elif source.paper != type(source.paper)():
        yield "sources", f"{key}.paper", '电子报规则只用于 adapter = "epaper" 的信源'
    if source.adapter == "frontpage" and source.kind in ("board", "post"):
        yield "sources", f"{key}.kind", "首页信源是新闻（news）、政务发布（official）或热榜（hotlist）"
    used = set(_TOKEN.findall(issue))
    unknown = sorted(used - set(TOKENS))
    if unknown:
        told = "、".join(f"{{{token}}}" for token in TOKENS)
        yield "sources", f"{key}.paper.issue", f"不认识 {{{unknown[0]}}}；可用的有 {told}"
    elif issue and not all(used & set(which) for which in (TOKENS[:2], TOKENS[2:4], TOKENS[4:])):
        example = "https://epaper.example.com/html/{yyyy}-{mm}/{dd}/node_1.htm"
        yield "sources", f"{key}.paper.issue", f"须含年、月、日，例如 {example}"
