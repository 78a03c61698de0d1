"""sources.toml ``[source.api]``: where things stand in a JSON answer, as JMESPath expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from monitor.settings.base import Part

if TYPE_CHECKING:
    from monitor.settings.types import Settings

EXPRESSIONS = ("items", "id", "title", "text", "time", "url", "category", "rank", "outlet", "reply", "reply_time",
               "department", "status", "next")  # fmt: skip
_PERSON = re.compile(
    r"(?<![a-z])(?:author|user|nick|screen_?name|account|avatar|member|poster|creator|owner|uid|profile|signature|"
    r"sender|writer|submitter|applicant|commenter|real_?name|mobile|phone|id_?card|email|"
    r"作者|昵称|用户|发帖人|网名|头像|姓名|网友|来信人|写信人|留言人|电话|手机)", re.IGNORECASE,
)  # fmt: skip
"""Names of fields that say who wrote: an expression that points there is refused (S1)."""

FEED_MARK = "https://jsonfeed.org/version/"


def names_person(name: str) -> bool:
    """Whether a field's name, or an expression, points to a person."""
    return _PERSON.search(name) is not None


class ApiRules(Part):
    """JMESPath (jmespath.org) within an item, except ``items``, ``next`` which start at the top of the answer.

    ``url_template`` makes a page's address from the item's fields: ``https://example.org/t/{id}``. Paging: ``next``
    gives the next address (or, with ``cursor_param``, the cursor); or ``page_param`` counts pages from ``page_first``.
    """

    items: str = Field("@", max_length=300)
    """The list of items; ``@`` where the answer itself is the list."""
    id: str = Field("", max_length=300)
    title: str = Field("", max_length=300)
    text: str = Field("", max_length=300)
    time: str = Field("", max_length=300)
    """A date as it is written, or seconds or milliseconds since 1970."""
    url: str = Field("", max_length=300)
    url_template: str = Field("", max_length=500)
    category: str = Field("", max_length=300)
    outlet: str = Field("", max_length=300)
    rank: str = Field("", max_length=300)
    """Hot lists: the place in the list; empty: as the items stand."""
    reply: str = Field("", max_length=300)
    reply_time: str = Field("", max_length=300)
    department: str = Field("", max_length=300)
    status: str = Field("", max_length=300)
    """Boards: what is said of a message (受理中, 已办结)."""
    next: str = Field("", max_length=300)
    cursor_param: str = Field("", max_length=60)
    page_param: str = Field("", max_length=60)
    page_first: int = Field(1, ge=0, le=10)
    page_step: int = Field(1, ge=1, le=1000)
    """How far ``page_param`` goes at a time: 1 counts pages, the number of items on one counts items (offset)."""


def api_problems(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """(file, key, text) of every rule that cannot be read or points to a person."""
    for source in settings.sources.source:
        key, rules = f"source.{source.id}.api", source.api
        if source.adapter != "json":
            if rules != ApiRules():
                yield "sources", key, 'api 规则只用于 adapter = "json" 的信源'
            continue
        if not rules.title and not rules.text:
            yield "sources", key, "至少写 title 或 text，说明标题或正文在哪个字段"
        for name in EXPRESSIONS:
            expression = getattr(rules, name)
            if _PERSON.search(expression):
                yield "sources", f"{key}.{name}", "不得读取作者、用户、昵称等指向个人的字段（S1）"
            elif expression and not _readable(expression):
                yield (
                    "sources",
                    f"{key}.{name}",
                    f"“{expression}”不是正确的 JMESPath 写法，例如 data.list 或 topic.title",
                )
        if _PERSON.search(rules.url_template):
            yield "sources", f"{key}.url_template", "不得用作者、用户等指向个人的字段（S1）"
        if rules.cursor_param and not rules.next:
            yield "sources", f"{key}.next", "写了 cursor_param，还要用 next 说明游标在哪个字段"


def _readable(expression: str) -> bool:
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        jmespath.compile(expression)
    except JMESPathError:
        return False
    return True
