"""A Brief as one HTML file or as JSON. Same brief, same bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from monitor.briefs import charts, heads
from monitor.briefs.charts.keys import inline
from monitor.briefs.charts.numbers import table as numbers
from monitor.briefs.codec import to_json
from monitor.briefs.references import clean
from monitor.briefs.types import Bars, Brief, Bullets, Figure, Link, Mark, Paragraph, Parts, Table

SHORT = 11
"""Characters of a table cell that are kept on one line: the length of 区住房和城乡建设局 and a little more."""


def html(brief: Brief, base: str = "") -> bytes:
    """One file without script or outside resources: prints on A4, reads on a phone, has a dark mode.

    ``base`` precedes the API paths that figures link to: empty when the service itself serves the page, its public
    address when the file travels.
    """
    return clean(_template().render(brief=brief, base=base.rstrip("/"))).encode("utf-8")


def as_json(brief: Brief) -> bytes:
    """The brief as indented JSON (UTF-8, a final newline)."""
    # A lone surrogate has no UTF-8, but JSON has a way to write it.
    return (json.dumps(to_json(brief), ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")


Renderer = Callable[[Brief, str], bytes]


def _docx(brief: Brief, base: str) -> bytes:
    from monitor.briefs.docx import docx

    return docx(brief, base)


def _pdf(brief: Brief, base: str) -> bytes:
    from monitor.briefs.pdf import pdf

    return pdf(brief, base)


FORMATS: MappingProxyType[str, Renderer] = MappingProxyType(
    {"html": html, "json": lambda brief, base: as_json(brief), "docx": _docx, "pdf": _pdf}
)
"""Format name (and file suffix) -> renderer."""


@lru_cache(maxsize=1)
def _template() -> Template:
    return environment().get_template("daily.html")


def environment() -> Environment:
    """Templates of briefs with their filters and tests."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["svg"] = lambda block: Markup(charts.svg(block, charts.WIDE, "broad"))
    environment.filters["slim"] = lambda block: Markup(charts.svg(block, charts.NARROW, "slim"))
    environment.filters["keys"] = lambda block: [(Markup(inline(k.kind)), k.words) for k in charts.entries(block)]
    environment.filters["numbers"] = numbers
    environment.globals["chart_rules"] = Markup(charts.page_rules())
    environment.filters["shape"] = _shape
    environment.filters["ordinal"] = heads.ordinal
    environment.filters["masthead"] = heads.masthead
    environment.filters["name"] = heads.name
    environment.filters["issue"] = heads.issue
    environment.filters["web"] = lambda url: url if url.startswith(("http://", "https://")) else ""
    environment.filters["day"] = heads.whole_day
    environment.filters["period"] = heads.period
    for kind in (Figure, Link, Mark, Paragraph, Bullets, Table, Bars):
        environment.tests[kind.__name__.lower()] = lambda value, kind=kind: isinstance(value, kind)
    return environment


def _shape(cell: Parts) -> str:
    """How a table cell is set: a number right and unbroken, a short word unbroken, a title or a list of words wide."""
    first, last = (cell[0], cell[-1]) if cell else ("", "")
    if first == "—" or isinstance(last, Figure):
        return "number"
    if isinstance(first, Link):
        return "title"
    if len(cell) == 1 and isinstance(first, str) and len(first) <= SHORT and "、" not in first:
        return "short"
    return "words" if isinstance(first, Figure) or len(cell) == 1 else "name"
