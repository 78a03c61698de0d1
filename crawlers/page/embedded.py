"""The article that a page carries for machines (JSON-LD, schema.org), for pages that show it only by script."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from crawlers.page.tree import Element, find_all

_LINES = re.compile(r"[\r\n]+|</?(?:p|br|div)[^>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,200}>")
_LONGEST = 500_000
_MOST = 8


def article_body(root: Element) -> list[str]:
    """The lines of ``articleBody`` (never ``author``); none where there is none or it cannot be read."""
    for element in find_all(root, ".//script[@type='application/ld+json']")[:_MOST]:
        text = element.text or ""
        if '"articleBody"' not in text or len(text) > _LONGEST:
            continue
        try:
            told = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for thing in _things(told):
            body = thing.get("articleBody")
            if isinstance(body, str) and body.strip():
                lines = (_TAG.sub("", line).strip() for line in _LINES.split(body))
                return [line for line in lines if line]
    return []


def _things(told: Any) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-LD document: itself, its list, its graph."""
    for thing in told if isinstance(told, list) else [told]:
        if isinstance(thing, dict):
            yield thing
            graph = thing.get("@graph")
            yield from (t for t in graph if isinstance(t, dict)) if isinstance(graph, list) else ()
