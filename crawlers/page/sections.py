"""What the class and id of an element say: that it is around an article, or its body. A site's pages share them."""

from __future__ import annotations

import re
from functools import lru_cache

# Sections that are about the article, not of it.
_AROUND = re.compile(
    r"(?:^|[-_\s])(?:comment|cmt|reply-?list|tie-|related|relate|search(?:-?(?:box|form))?|recommend|recom|rela-|hot-?(?:list|news|words)|rank|"
    r"side-?bar|sidebar|breadcrumb|crumb|crumbs|share|footer|foot|copyright|toolbar|tags?|pager|pagination|nav|menu|"
    r"author|byline|editor-?(?:info|name)|qr-?code|download|login|adv?|ads?|statement|disclaimer|moreread|prev-?next|"
    r"post-?author|user-?(?:info|name|card)|avatar|profile|tool)s?(?:$|[-_\s\d])",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"(?:^|[-_\s])(?:article-?(?:body|content|main|text|detail)|art(?:i)?-?body|content-?(?:body|text|detail|article)|"
    r"post-?(?:body|text|content|message)|entry-?content|main-?(?:content|text)|news-?(?:content|text|body|detail|txt)|"
    r"text-?(?:content|con)|trs_editor|ueditor|zoom|endtext|js_content|vsb_content|articletext|txt_?con|detail-?content|"
    r"rich_media_content|wp_articlecontent|cont_?detail|news_txt|all-txt|left_zw|TRS_UEDITOR|t_f)(?:$|[-_\s\d])",
    re.IGNORECASE,
)
_LONGEST = 200
"""Characters of class and id that are remembered: a hostile page must not fill the memory with its own."""


def is_around(names: str) -> bool:
    """Whether an element's class and id, a blank between them, are those of a section about the article, not of it."""
    around, body = judged(names) if len(names) <= _LONGEST else judged.__wrapped__(names)
    return around and not body


def is_body(names: str) -> bool:
    """Whether they are those of an article's body."""
    return (judged(names) if len(names) <= _LONGEST else judged.__wrapped__(names))[1]


@lru_cache(maxsize=2048)
def judged(names: str) -> tuple[bool, bool]:
    """Around, and body, each by itself."""
    return _AROUND.search(names) is not None, _BODY.search(names) is not None
