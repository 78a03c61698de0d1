"""HTML text to an element tree, and CSS rules on it. The one file that knows lxml."""

from __future__ import annotations

import functools

from cssselect import HTMLTranslator, SelectorError
from lxml import etree
from lxml.html import HtmlElement as Element
from lxml.html import HTMLParser, document_fromstring

__all__ = ["Element", "RuleError", "find_all", "parse", "select"]


class RuleError(ValueError):
    """A CSS selector that cannot be read."""


def parse(text: str) -> Element | None:
    """The element tree of a page; None where there is nothing to parse. No network, no entities from outside."""
    # huge_tree stays off: libxml2 then bounds depth and the size of single nodes.
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        return document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def select(root: Element, rule: str) -> list[Element]:
    """The elements that a CSS selector matches, in document order; none for an empty rule. Raises ``RuleError``."""
    if not rule:
        return []
    found = _selector(rule)(root)
    return [e for e in found if isinstance(e, Element)] if isinstance(found, list) else []


def find_all(root: Element, path: str) -> list[Element]:
    """The elements that an XPath of our own matches, in document order (in libxml2: quicker than walking in Python)."""
    found = _xpath(path)(root)
    return [e for e in found if isinstance(e, Element)] if isinstance(found, list) else []


@functools.lru_cache(maxsize=32)
def _xpath(path: str) -> etree.XPath:
    return etree.XPath(path)


@functools.lru_cache(maxsize=512)
def _selector(rule: str) -> etree.XPath:
    # Not lxml's own selector: its :contains() calls a function that it loses after the first document.
    try:
        return etree.XPath(_TRANSLATOR.css_to_xpath(rule))
    except (SelectorError, etree.XPathError) as error:
        raise RuleError(rule) from error


_TRANSLATOR = HTMLTranslator()
