"""CSS selectors and XPath expressions of sources.toml, compiled. The one file that knows cssselect."""

from __future__ import annotations

import functools
import re

from cssselect import HTMLTranslator, SelectorError
from lxml import etree

from monitor.settings.api_rules import names_person

_XPATH = re.compile(r"^(?:\(*\.{0,2}/|\(*\.$|(?:descendant|descendant-or-self|child|id|self)(?:::|\())")
"""How an XPath begins (``//h1``, ``.//a``, ``(//ul)[1]``) and no selector does."""
_NOT = re.compile(r":?not\((?:[^()]|\([^()]*\))*\)", re.IGNORECASE)
_TRANSLATOR = HTMLTranslator()


class RuleError(ValueError):
    """A rule that is neither a CSS selector nor an XPath that gives elements."""


@functools.lru_cache(maxsize=512)
def compiled(rule: str) -> etree.XPath:
    """A rule ready to be applied to an element. Raises ``RuleError`` where it cannot be read or gives no elements."""
    rule = rule.strip()
    # Not lxml's own selector: its :contains() calls a function that it loses after the first document.
    try:
        found = etree.XPath(rule if _XPATH.match(rule) else _TRANSLATOR.css_to_xpath(rule))
        if isinstance(found(etree.Element("html")), list):
            return found
    except (SelectorError, etree.XPathError) as error:
        raise RuleError(rule) from error
    raise RuleError(rule)  # count(//a), string(//h1): a number or a text, no elements


def points_to_person(rule: str) -> bool:
    """Whether a rule names who wrote (``.author``, ``//*[@class='user-name']``); what it leaves out (``:not(.author)``)
    does not count.
    """
    return names_person(_NOT.sub("", rule))
