"""HTML text to an element tree, and rules on it. The one file that knows lxml's HTML."""

from __future__ import annotations

import functools

from lxml import etree
from lxml.html import HtmlElement as Element
from lxml.html import HTMLParser, document_fromstring

from monitor.settings.selectors import RuleError, compiled

__all__ = ["Element", "RuleError", "find_all", "parse", "select"]


def parse(text: str) -> Element | None:
    """The element tree of a page; None where there is nothing to parse. No network, no entities from outside."""
    try:
        return document_fromstring(text.encode("utf-8", "replace"), parser=_parser())
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def select(root: Element, rule: str) -> list[Element]:
    """The elements that a CSS selector or an XPath matches, in document order; none for an empty rule.

    Raises ``RuleError``. An XPath that begins with ``/`` starts at the top of the document.
    """
    if not rule:
        return []
    try:
        found = compiled(rule)(root)
    except etree.XPathError as error:
        raise RuleError(rule) from error
    return [e for e in found if isinstance(e, Element)] if isinstance(found, list) else []


def find_all(root: Element, path: str) -> list[Element]:
    """The elements that an XPath of our own matches, in document order (in libxml2: quicker than walking in Python)."""
    found = _xpath(path)(root)
    return [e for e in found if isinstance(e, Element)] if isinstance(found, list) else []


@functools.lru_cache(maxsize=1)
def _parser() -> HTMLParser:
    # huge_tree stays off: libxml2 then bounds depth and the size of single nodes.
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    # One class for every tag: lxml.html else asks a table in Python for each element that is looked at.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=Element))
    return parser


@functools.lru_cache(maxsize=256)
def _xpath(path: str) -> etree.XPath:
    return etree.XPath(path)
