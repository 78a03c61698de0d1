"""Pages that answer 200 and say that there is nothing any more (soft 404): withdrawn, deleted, moved away."""

from __future__ import annotations

import re

from crawlers.page.blocks import layout
from crawlers.page.tree import Element

_THING = (
    r"(?:您?(?:所)?(?:要)?(?:访问|查看|浏览|请求|打开|查找|找)的?)?(?:该|此|本|这篇|这个|当前|指定的?|原)?"
    r"(?:网页|页面|文章|稿件|内容|信息|新闻|主题|帖子|贴子|帖|话题|留言|信件|来信|文件|链接|地址|资源|网址|公告|版面|版块|日志|讨论)"
)
_WORDS = re.compile(
    rf"{_THING}(?:内容)?(?:似乎|可能|已经?|已?被|现已|因\S{{1,12}}?(?:已|被)|暂时?|并)*"
    r"(?:不存在|不可访问|无法访问|没有?找到|找不到|未找到|丢失|删除|撤回|撤下|撤稿|下线|下架|过期|失效|移除|屏蔽|关闭|迁移|不可用|"
    r"作者删除|管理员删除|发布者删除|版主删除|去火星了)"
    r"|(?:抱歉|对不起|很遗憾|您好)[^。]{0,12}(?:不存在|找不到|没有找到|已(?:被)?(?:删除|撤回|下线|移除))"
    r"|(?:没有|无法|未能|未|找不)(?:找)?到(?:您|你)?(?:要|所)?(?:访问|查看|请求|浏览|找)?的?(?:页面|网页|文章|内容|主题|帖子|信息|资源)"
    r"|(?:文章|稿件|内容|信息|新闻|主题|帖子|页面|网页)(?:ID|id|编号)?(?:错误|有误)"
    r"|(?:\b404\b|410)\W{0,3}(?:not\s*found|gone|error|错误|页面|出错|提示|$)|(?:error|错误|http)\W{0,3}(?:404|410)\b"
    r"|(?:page|file|article|topic|thread|content|url|resource)\s*(?:is\s*|was\s*|has\s*been\s*|you\s+\w+\s+)*(?:not\s*found|deleted|removed|gone|does\s*n[o']t\s*exist)"
    r"|not\s*found",
    re.IGNORECASE,
)
LONGEST = 120
"""Characters of text beyond which a page says something of its own."""
_TITLE = 40
_SENTENCES = re.compile(r"[。！？!?\n]")


def is_gone(title: str, text: str) -> bool:
    """Whether a page says that what stood there is gone: by its title, or by nearly all of its only text.

    ``text`` is what it shows without navigation. A page with a text of its own is never gone, whatever that
    mentions; an article about a withdrawn notice has one.
    """
    plain = text.strip()
    if len(plain) > LONGEST:
        return False
    if len(title) <= _TITLE and _names(title):
        return True
    first = next((s for s in _SENTENCES.split(plain) if len(s.strip()) >= 4), "")
    return bool(plain) and len(first) <= 60 and _WORDS.search(first) is not None


def shown(root: Element) -> str:
    """The words of a page that are no links, as far as they go: what is there to read when there is no article."""
    return "\n".join(b.text for b in layout(root).blocks if b.linked <= 0.3 * len(b.text))[: 2 * LONGEST]


def _names(title: str) -> bool:
    """Whether a title is such a notice and not a headline with the words in it: 关于删除…的通知 is a headline."""
    found = _WORDS.search(title)
    if found is None:
        return False
    rest = len(title.strip()) - (found.end() - found.start())
    return rest <= max(4, found.end() - found.start())
