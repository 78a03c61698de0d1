"""What readers of forum pages share: selectors, texts, addresses, and pages that only say why they show nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

from crawlers.adapters.contract import Meta
from crawlers.failures import AdapterError, FetchFailure
from crawlers.page.charset import decode
from crawlers.page.tree import Element, RuleError, parse
from crawlers.page.tree import select as _selected

_MESSAGE = "#messagetext, .alert_error, .alert_info, .jump_c, .error_page, .message_error, .p-body-header .blockMessage"
_GONE = re.compile(
    r"(?:主题|帖子|贴子|话题|内容|文章|页面|信息).{0,12}(?:不存在|已?被?.{0,4}删除|被?屏蔽|正在被?审核|已关闭|找不到)|没有找到(?:帖子|主题|该)|"
    r"(?:requested|specified) (?:topic|thread|post).{0,40}(?:does not exist|could not be found)|No topic specified",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"没有权限|无权|权限不足|需要登录|请先登录|尚未登录|只有特定用户|所在的用户组|游客.{0,8}(?:无法|不能|不允许)|仅限.{0,8}(?:会员|用户)|"
    r"not authori[sz]ed|must be logged[ -]in|do not have permission",
    re.IGNORECASE,
)
_SHORT_PAGE = 400


def page(body: bytes, meta: Meta) -> tuple[str, Element]:
    text = decode(body, meta.content_type)
    root = parse(text)
    if root is None:
        raise AdapterError(FetchFailure.NOT_TEXT)
    return text, root


def is_closed(root: Element) -> bool:
    """Whether a page only says that it is for members. Raises GONE where it only says that the thread is no more."""
    boxes = select(root, _MESSAGE)
    told = " ".join(text_of(e) for e in boxes[:2]) if boxes else ""
    if not told:
        whole = text_of(root.find(".//body")) if root.find(".//body") is not None else ""
        told = whole if len(whole) <= _SHORT_PAGE else ""
    if _GONE.search(told[:_SHORT_PAGE]):
        raise AdapterError(FetchFailure.GONE)
    return _CLOSED.search(told[:_SHORT_PAGE]) is not None


def without(element: Element, beside: Callable[[Element], bool]) -> str:
    """An element's text without the elements in it that stand beside."""
    told = [str(element.text or "")]
    for child in element:
        told.append(without(child, beside) if isinstance(child.tag, str) and not beside(child) else "")
        told.append(str(child.tail or ""))
    return " ".join("".join(told).split())


def hrefs(root: Element, rule: str) -> list[str]:
    return [e.get("href") or e.get("value") or "" for e in select(root, rule)]


def text_of(element: Element) -> str:
    return " ".join("".join(str(t) for t in element.itertext()).split())


def select(root: Element, rule: str) -> list[Element]:
    try:
        return _selected(root, rule)
    except RuleError as error:
        raise AdapterError(FetchFailure.BAD_RULE) from error
