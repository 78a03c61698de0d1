"""The posts of a forum thread: their texts in order, without who wrote them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawlers.page.blocks import Block, lines
from crawlers.page.tree import Element, find_all

# What stands beside each post of a thread: its floor, when it was written, what one can do with it.
_BESIDE = re.compile(
    r"楼主|沙发|板凳|地板|\d\s*(?:楼|#|F$)|第\s*\d+\s*楼|(?:发表|回复|发布)于|只看(?:该作者|楼主|他|TA)|回帖|跟帖|^回复$|^引用$|^举报$|倒序|积分|等级|"
    r"\d\s*(?:条|个)?\s*(?:回复|回答|次点击)|匿名用户|最佳答案|^发帖[：:]|^注册[：:]"
)
_BESIDE_HINT = re.compile("[楼沙板#Ff于只帖复答引举序积级点匿佳注]")
"""A character of each alternative of ``_BESIDE``: most lines have none, and one is found in a tenth of the time."""
_STAMP = re.compile(
    r"(?:19|20)\d\d[-/.年]\d\d?[-/.月]\d\d?|\d\d?[-月]\d\d?日?\s+\d\d?:\d\d|\d\s*(?:分钟|小时|天)前|(?:今天|昨天)\s*\d\d?:\d\d|"
    r"\d\s*楼|^(?:楼主|沙发|板凳)|只看该作者|匿名用户|^发帖[：:]|^注册[：:]"
)
_QUOTED = (
    ".//blockquote | .//ignore_js_op | .//*[contains(@class,'quote') or contains(@class,'pstatus') or "
    "contains(@class,'attach') or contains(@class,'signature')]"
)
_SENTENCE = re.compile(r"[，。！？；,!?]")
_SHORT = 60
_KNOWN = (
    ".//*[starts-with(@id,'postmessage_')]",  # Discuz
    ".//*[starts-with(@id,'read_') and not(self::table)]",  # phpwind
    ".//*[starts-with(@id,'post_content_')]",  # Tieba
)
_NAMED = ".//*[@class and not(self::a) and not(self::body) and not(self::span and not(node()))]"
_POST = re.compile(
    r"post|reply|repl|floor|thread|topic|message|msg|content|cont|body|text|txt|comment|article|item|detail",
    re.IGNORECASE,
)
_NO_POST = re.compile(
    r"nav|foot|head|side|menu|hot|rank|recommend|related|user|author|avatar|sign|tool|btn|page|list$", re.IGNORECASE
)
_PROSE = re.compile(r"[，。！？；,!?]|.{24}")
_QUOTE = re.compile(r"^(?:引用[:：]|回复\s*\d+\s*楼|回复\s*@)")
_MOST = 4_000
_MOSTLY = 0.6


def posts(root: Element, blocks: Sequence[Block], found: Sequence[str], title: str) -> list[str]:
    """The lines of all posts; none where the page is no thread.

    ``found`` are the lines that were taken for the article: they must be the posts', else what repeats on the page are
    the comments below an article, or a list.
    """
    short = (b.text for b in blocks if len(b.text) <= _SHORT)
    if sum(1 for text in short if _BESIDE_HINT.search(text) and _BESIDE.search(text)) < 2:
        return []
    told = _posts(root, found)
    return _without_labels([*_opening(blocks, told, title), *told])


def _posts(root: Element, found: Sequence[str]) -> Sequence[str]:
    for path in _KNOWN:
        if len(elements := find_all(root, path)) >= 2 and (told := _said(elements)):
            return told
    groups = []
    for elements in _groups(root):
        told = _said(elements)
        if (gain := sum(_gain(line) for line in told)) > 0 and _holds(told, found):
            groups.append((gain, elements, told))
    if not groups:
        return found if sum(1 for line in found if len(line) <= _SHORT and _BESIDE.search(line)) >= 2 else []
    gain, elements, told = max(groups, key=lambda g: g[0])
    # A post's whole box may say more than its text (who, a signature): the innermost element that holds most is it.
    inside = [g for g in groups if g[0] >= _MOSTLY * gain and any(a is elements[0] for a in g[1][0].iterancestors())]
    told = max(inside, key=lambda g: len(list(g[1][0].iterancestors())))[2] if inside else told
    return told


def _opening(blocks: Sequence[Block], told: Sequence[str], title: str) -> list[str]:
    """Prose between the headline and the first post: the question may stand in an element of its own."""
    begin = next((i for i, b in enumerate(blocks) if b.text == title and b.linked == 0), None)
    end = next((i for i, b in enumerate(blocks) if b.text in told), None)
    if begin is None or end is None:
        return []
    return [b.text for b in blocks[begin + 1 : end] if b.linked == 0 and len(b.text) >= 12 and _SENTENCE.search(b.text)]


def _gain(line: str) -> int:
    label = not _PROSE.search(line) or (len(line) <= 60 and _BESIDE.search(line) is not None)
    return -2 * len(line) - 4 if label else len(line)


def _groups(root: Element) -> list[list[Element]]:
    """Elements of one tag and class that do not lie in each other and whose class may be that of posts."""
    groups: dict[tuple[str, str], list[Element]] = {}
    for element in find_all(root, _NAMED)[:_MOST]:
        name = element.get("class") or ""
        if isinstance(element.tag, str) and _POST.search(name) and not _NO_POST.search(name):
            groups.setdefault((element.tag, name), []).append(element)
    return [g for g in groups.values() if 2 <= len(g) <= 200 and not any(e is g[0] for e in g[1].iterancestors())]


def _without_labels(told: Sequence[str]) -> list[str]:
    """The lines without the short ones around a time or floor: who wrote, how often they did, since when."""
    kept: list[str] = []
    run: list[str] = []
    for line in (*told, "。"):
        if len(line) <= _SHORT and (not _SENTENCE.search(line) or _STAMP.match(line)):
            run.append(line)
            continue
        kept += run if not any(_STAMP.search(label) for label in run) else []
        kept.append(line)
        run = []
    return kept[:-1]


def _said(elements: Sequence[Element]) -> list[str]:
    for element in elements:
        for quoted in find_all(element, _QUOTED):
            quoted.drop_tree()
    return [line for element in elements for line in lines(element) if not _QUOTE.match(line)]


def _holds(told: Sequence[str], found: Sequence[str]) -> bool:
    """Whether much of what was taken for the article is said in the posts."""
    said = "".join(told)
    size = sum(map(len, found))
    return size > 0 and sum(len(line) for line in found if line in said) >= 0.4 * size
