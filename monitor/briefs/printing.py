"""The page that becomes the PDF: the same blocks as the HTML, laid out as GB/T 9704-2012 has it."""

from __future__ import annotations

import base64
from functools import lru_cache

from jinja2 import Template

from monitor.briefs import charts, columns, fonts
from monitor.briefs.references import SOURCES_NOTE, TABLE_NOTE, References, clean, spans
from monitor.briefs.render import environment
from monitor.briefs.types import Brief


def printed(brief: Brief, base: str = "") -> str:
    """The whole page as text."""
    page = _template().render(
        brief=brief,
        notes=References(base),
        heavy="小标宋" in fonts.stand_ins(),
        sources_note=SOURCES_NOTE,
        table_note=TABLE_NOTE,
    )
    return clean(page)


@lru_cache(maxsize=1)
def _template() -> Template:
    made = environment()
    made.filters["spans"] = spans
    made.filters["headings"] = columns.headings
    made.filters["percents"] = lambda block: [f"{100 * share:.2f}%" for share in columns.shares(block)]
    made.filters["pictures"] = lambda block: [_embedded(drawn) for drawn, _ in charts.printed(block)]
    return made.get_template("print.html")


def _embedded(drawn: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode("ascii")
