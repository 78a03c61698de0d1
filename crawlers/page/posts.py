"""What one post of a forum says and when, without anything of who wrote it or of whom it quotes (safeguard S1).

The rules are about marks that forum software puts into a post: quotations (another person's words under that person's
name), "who last edited", mentions and links to members, blocks that only members see, attachments, signatures.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from urllib.parse import urlsplit

from crawlers.page import blocks as reading
from crawlers.page import dates
from crawlers.page.byline import without_bylines
from crawlers.page.tree import Element, find_all

_CLASSES = frozenset((
    # Discuz: quotation, edit notice, hidden and blocked text, attachments, advertisements, rating, comments, letters
    # strewn in against copying.
    "quote", "reply_wrap", "pstatus", "locked", "attach_nopermission", "attach_tips", "attach_popup", "pattl", "tattl",
    "a_pr", "a_pt", "a_pb", "ad", "modact", "jammer", "sign", "signature", "sigline", "rate", "ratl", "cm",
    # vBulletin, XenForo, phpBB, phpwind, NodeBB
    "quote_container", "bbcode_container", "bbcode_quote", "bbCodeBlock--quote", "js-expandWatch", "message-signature",
    "message-lastEdit", "attachbox", "notice", "messageUserInfo", "blockquote",
    # Discourse and Mastodon: previews of linked pages, mentions, accounts
    "onebox", "onebox-result", "mention", "mention-group", "h-card", "u-url", "post-mentions", "badge-wrapper", "meta",
))  # fmt: skip
_TAGS = frozenset(("ignore_js_op", "cite", "aside", "figcaption", "form", "style", "img"))
_IDS = ("post_rate", "comment_", "attach")
_QUOTATION = ".//blockquote | .//q"
_TAG = re.compile(r"(?:^|\s)hashtag(?:\s|$)")
_PERSON_PATH = re.compile(
    r"(?:^|/)(?:space-(?:uid|username)-|u/|users?/|@|profiles?/|people/|members?/|memberlist\.php|member\.php|space\.php|"
    r"home\.php|userinfo|user\.php|u\.php|author/|home/main)", re.IGNORECASE,
)  # fmt: skip
_PERSON_QUERY = re.compile(r"(?:^|[&?])(?:uid|userid|user_id|username|authorid|un|u)=", re.IGNORECASE)
_STAMP = (
    r"(?:(?:19|20)\d\d\s*[-/.年]|\d{1,2}[-/月]\d{1,2}|\d+\s*个?(?:秒钟?|分钟|小时|天|周|月)前|"
    r"今天|昨天|前天|刚刚|半小时前)[\s\d:：\-/.年月日时分秒前昨今天上下午来自手机端]{0,24}"
)
# Lines that say who is answered or quoted, or who edited: they carry names and repeat others.
_LINE = re.compile(
    rf"^\s*(?:\S.{{0,60}}?\s*(?:发表于|發表於|发布于|回复于|评论于|写道于)\s*[:：]?\s*{_STAMP}"
    r"|\S.{0,40}?\s*(?:写道|说道|寫道|wrote|said)\s*[:：]"
    r"|(?:引用|原帖由|引用自|回复给?)\s*[:：]?\s*.{0,40}?(?:发表|的(?:帖子|回复|话|发言)|于\s*(?:19|20)\d\d.{0,20})\s*[:：]?"
    r"|(?:引用|回复|回覆|引用回复)\s*[:：]?\s*(?:第?\s*\d+\s*(?:#|楼|层|F)|@)\s*.{0,40}"
    r"|(?:回复|引用|查看全部|收起|编辑|举报|支持|反对|点评|评分|只看该作者|使用道具|显示全部楼层|倒序浏览|电梯直达|返回列表))\s*$",
    re.IGNORECASE,
)
_EDITED = re.compile(
    r"[\[（(【]?\s*(?:本[帖贴文]|此帖|该帖)(?:子)?(?:最后|最後|上次)?由\s*.{1,60}?\s*(?:于|於|在)?\s*"
    r"(?:(?:19|20)\d\d[\d\-/.年月日 :：上下午]{6,24}|\d+\s*(?:分钟|小时|天)前)\s*(?:编辑|編輯|修改)\s*[\]）)】]?"
)
# 回复 张三：… names a person; 回复 供水公司：… does not.
_ANSWER = re.compile(
    r"^\s*(?:回复|回覆)\s*(?:@\S{1,30}|(?!\S*(?:公司|局|委|办|中心|社区|街道|镇|物业|政府|医院|学校|部门|单位|热线))\S{1,20}?)\s*[:：]\s*"
)
_AT = re.compile(
    r"@[A-Za-z0-9_][\w.\-]{0,40}(?:@[A-Za-z0-9.\-]+\.[A-Za-z]{2,})?|"
    r"@[^\s@,，。.!！?？:：;；、)）]{1,16}(?=[\s:：]|$)"
)
_HIDDEN_BLOCK = re.compile(
    r"(?:游客|您|你).{0,12}(?:如果您?要|需要|请先?|必须).{0,20}(?:查看|浏览|下载).{0,24}(?:回复|登录|注册|购买|升级)|"
    r"^(?:.{0,12}(?:此帖仅作者可见|作者被禁止或删除|该帖被管理员或版主屏蔽|内容自动屏蔽|本帖隐藏的内容.{0,10}|附件.{0,6}登录.{0,12}))",
)
_CARD = re.compile(r"(?:^|[-_\s])(?:author|user|member|avatar|profile|byline|reporter|editor)", re.IGNORECASE)
_MOST_NAME, _MOST_CARD = 30, 80


@dataclass(frozen=True, slots=True)
class When:
    """When a post was written. ``exact``: the page names the moment itself, so that it reads the same tomorrow."""

    moment: datetime | None = None
    exact: bool = False


def at_moment(value: object) -> When:
    """The time that an interface gives as text; no time where it gives none that can be read."""
    moment = dates.parse(value) if isinstance(value, str) else None
    return When(moment, moment is not None)


def said(element: Element, names: Collection[str] = (), *, keep_indent: bool = False) -> str:
    """The post's own words, a paragraph a line.

    ``names`` are the names that the page shows beside its posts: they are used only to leave them out where the
    software put them into the text (a line of its own, ``回复 名字：``, ``@名字``). ``keep_indent`` keeps plain
    blockquotes (Discuz! writes indented text with them).
    """
    own = deepcopy(element)
    own.tail = None
    for found in [e for e in own.iterdescendants() if _is_apart(e)]:
        _drop(found)
    for found in find_all(own, _QUOTATION):
        if not (keep_indent and found.tag == "blockquote" and not _LINE.match(_first_line(found))):
            _drop(found)
    for anchor in find_all(own, ".//a"):
        if not _TAG.search(anchor.get("class") or "") and is_person(anchor.get("href") or ""):
            _drop(anchor)
    return "\n".join(own_lines(reading.lines(own), names))


def own_lines(told: Iterator[str] | Collection[str], names: Collection[str] = ()) -> list[str]:
    """The lines of a text without those that say who is quoted or who edited, and without mentions."""
    known = {n.strip() for n in names if n.strip()}
    return without_bylines([own for line in told if (own := _own(line, known))])


def _own(line: str, known: Collection[str]) -> str:
    told = _EDITED.sub("", line).strip()
    if not told or _LINE.match(told) or _HIDDEN_BLOCK.search(told) or told.strip("@:： ") in known:
        return ""
    told = _AT.sub("", _ANSWER.sub("", told))
    for name in known:
        if name in told:
            told = re.sub(rf"(?:@|(?:回复|楼上)\s*){re.escape(name)}\s*[:：]?", "", told)
    return told.strip()


def when(elements: Collection[Element], seen: datetime) -> When:
    """The first moment that the elements name: in an attribute (title, datetime, a number of seconds) or as text."""
    for element in elements:
        for told in _told(element):
            if moment := dates.parse(told):
                return When(moment, True)
    for element in elements:
        text = " ".join(str(t) for t in element.itertext())
        if moment := dates.parse(text):
            return When(moment, True)
        if moment := dates.parse_near(text, seen):
            return When(moment, "前天" in text or not re.search(r"前|刚刚", text))
    return When()


def names_in(block: Element) -> set[str]:
    """The names of members that a block shows: in memory only, to know where they are and leave them out."""
    found = set()
    for anchor in find_all(block, ".//a"):
        if is_person(anchor.get("href") or ""):
            told = [*(str(t) for t in anchor.itertext()), anchor.get("title") or ""]
            told += [image.get("alt") or "" for image in find_all(anchor, ".//img")]
            found |= {" ".join(name.split()) for name in told}
    for element in find_all(block, "descendant-or-self::*[@data-author or @data-username or @data-nickname]"):
        found |= {element.get(name) or "" for name in ("data-author", "data-username", "data-nickname")}
    return {name for name in found if 2 <= len(name) <= _MOST_NAME}


def is_person(href: str) -> bool:
    """Whether a link leads to a member's own page."""
    parts = urlsplit(href.strip()) if "[" not in href else urlsplit("")
    if parts.scheme == "mailto":
        return True
    if re.search(r"(?:^|&)mod=(?:viewthread|redirect|forumdisplay)(?:&|$)", parts.query):
        return False
    return bool(_PERSON_PATH.search(parts.path) or _PERSON_QUERY.search(parts.query))


def is_person_page(url: str) -> bool:
    """Whether an address is that of a member's own page by its path alone: threads, too, may be told for whom."""
    return _PERSON_PATH.search(urlsplit(url).path) is not None and "mod=viewthread" not in url


def is_card(anchor: Element) -> bool:
    """Whether a link stands in the card of a writer or member: it leads to that person's page and is no story."""
    around = [anchor, *islice(anchor.iterancestors(), 3)]
    named = any(_CARD.search(f"{e.get('class') or ''} {e.get('id') or ''}") for e in around)
    return named and is_person(anchor.get("href") or "")


def drop_cards(root: Element) -> None:
    """Takes the cards of writers and members out of a page: small boxes that lead to a person's own page."""
    for element in find_all(root, ".//*[@class or @id]"):
        named = _CARD.search(f"{element.get('class') or ''} {element.get('id') or ''}")
        small = named and len("".join(str(t) for t in element.itertext()).strip()) <= _MOST_CARD
        if small and any(is_person(a.get("href") or "") for a in find_all(element, "descendant-or-self::a")):
            _drop(element)


def _is_apart(element: Element) -> bool:
    """Whether an element within a post is none of its own words, by its tag, class or id."""
    classes = (element.get("class") or "").split()
    if "hashtag" in classes:
        return False
    return element.tag in _TAGS or not _CLASSES.isdisjoint(classes) or (element.get("id") or "").startswith(_IDS)


def _told(element: Element) -> Iterator[str]:
    for one in [element, *find_all(element, ".//*[@datetime or @title or @data-time or @data-timestamp]")]:
        for name in ("datetime", "data-time", "data-timestamp", "title"):
            if told := one.get(name):
                yield told


def _first_line(element: Element) -> str:
    return next(reading.lines(element), "")


def _drop(element: Element) -> None:
    if element.getparent() is not None:
        element.drop_tree()
