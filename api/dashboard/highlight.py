"""The words that were sought, set off in what a page shows: escaped first, then marked. Template filters."""

from __future__ import annotations

from flask import Flask
from markupsafe import Markup, escape

from api import search
from api.dashboard.words import plain
from monitor.store import grams


def install(flask: Flask) -> None:
    flask.jinja_env.filters.update(marked=marked, excerpt=excerpt)


def marked(text: str, query: str = "") -> Markup:
    """``text`` escaped, each place where it has ``query`` inside ``<mark>``."""
    shown, parts, at = plain(text), list[Markup](), 0
    for begin, end in grams.spans(query, shown):
        parts += [escape(shown[at:begin]), Markup("<mark>{}</mark>").format(shown[begin:end])]
        at = end
    return Markup("").join([*parts, escape(shown[at:])])


def excerpt(text: str, query: str = "", length: int = search.EXCERPT) -> Markup:
    """About ``length`` characters around the first place where ``text`` has ``query``, marked."""
    return marked(search.excerpt(plain(text), query, length), query)
