"""The whole document, in the order of the brief, and its bytes: the same brief gives the same file."""

from __future__ import annotations

import zipfile
from datetime import UTC
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from monitor.briefs.docx import blocks
from monitor.briefs.docx.layout import FALLBACKS, TEXT_MM, dress
from monitor.briefs.references import SOURCES_NOTE, References, clean
from monitor.briefs.render import NUMERALS, period, whole_day
from monitor.briefs.types import Brief, Bullets, Chart, Link, Paragraph, Section, Table

_EPOCH = (1980, 1, 1, 0, 0, 0)
_CONTENT_TYPES = "[Content_Types].xml"


def docx(brief: Brief, base: str = "") -> bytes:
    """The brief as a DOCX file. ``base`` is the public address that the note list's links begin with."""
    document = Document()
    dress(document)
    notes = References(base)
    _head(document, brief)
    lead = document.add_paragraph(style="今日要点")
    run = lead.add_run("今日要点：")
    run.bold = True
    blocks.fill(lead, brief.lead, notes)
    document.add_paragraph(period(brief), style="说明")
    for index, section in enumerate(brief.sections):
        _section(document, section, index, notes)
    _sources(document, notes)
    _foot(document, brief)
    _page_numbers(document)
    _properties(document, brief)
    return _frozen(document)


def _head(document: DocumentType, brief: Brief) -> None:
    document.add_paragraph(clean(f"{brief.district}{brief.title}"), style="Title")
    document.add_paragraph(brief.issue, style="期号")
    line = document.add_paragraph(style="编号日期")
    line.paragraph_format.tab_stops.add_tab_stop(Mm(TEXT_MM), WD_TAB_ALIGNMENT.RIGHT)
    line.add_run(f"{clean(brief.unit)}\t{whole_day(brief.day)}")
    _border(line, "bottom", "C8102E", 18)


def _section(document: DocumentType, section: Section, index: int, notes: References) -> None:
    mark = "附：" if section.key == "notes" else f"{NUMERALS[index]}、"
    document.add_paragraph(f"{mark}{section.title}", style="Heading 1")
    headed = 0
    for block in section.blocks:
        if isinstance(block, Paragraph):
            blocks.paragraph(document, block, notes)
        elif isinstance(block, Bullets):
            headed += bool(block.heading)
            blocks.bullets(document, block, notes, NUMERALS[max(0, headed - 1)])
        elif isinstance(block, Table):
            blocks.table(document, block, notes)
        elif isinstance(block, Chart):
            blocks.figure(document, block, notes)


def _sources(document: DocumentType, notes: References) -> None:
    listed = notes.listed()
    if not listed:
        return
    document.add_paragraph("附：数据出处", style="Heading 1")
    document.add_paragraph(SOURCES_NOTE, style="说明")
    for number, told, address in listed:
        line = document.add_paragraph(f"[{number}] ", style="出处")
        blocks.link(line, Link(told, address))


def _foot(document: DocumentType, brief: Brief) -> None:
    """版记: between two lines at the end of the last page's text."""
    rows = [f"{label}：{'，'.join(names)}。" for label, names in brief.foot]
    for text in rows:
        line = document.add_paragraph(clean(text), style="版记")
        _border(line, "top", "000000", 6)
    line = document.add_paragraph(style="版记")
    line.paragraph_format.tab_stops.add_tab_stop(Mm(TEXT_MM), WD_TAB_ALIGNMENT.RIGHT)
    line.add_run(f"{clean(brief.unit)}　{whole_day(brief.day)}\t共印 {brief.copies} 份")
    _border(line, "top", "000000", 6)
    _border(line, "bottom", "000000", 12)


def _page_numbers(document: DocumentType) -> None:
    """“— 1 —”, odd pages right and even pages left, one character in from the edge."""
    section = document.sections[0]
    for footer, align in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):  # fmt: skip
        footer.is_linked_to_previous = False
        line: Any = footer.paragraphs[0]
        line.style = "页码"
        line.alignment = align
        form = line.paragraph_format
        form.left_indent, form.right_indent, form.first_line_indent = Pt(14), Pt(14), Pt(0)
        line.add_run("— ")
        _field(line, "PAGE")
        line.add_run(" —")


def _field(line: Any, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", "1"), ("end", "")):
        run = line.add_run()
        if kind == "text":
            run.text = text
        elif kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        else:
            instruction = OxmlElement("w:instrText")
            instruction.text = text
            run._r.append(instruction)


def _border(line: Any, side: str, colour: str, eighths: int) -> None:
    properties = line._p.get_or_add_pPr()
    border = properties.find(qn("w:pBdr"))
    if border is None:
        border = OxmlElement("w:pBdr")
        # The schema wants the border before what follows: after the style and before spacing, indents and alignment.
        properties.insert(1, border)
    edge = OxmlElement(f"w:{side}")
    for key, value in (("val", "single"), ("sz", str(eighths)), ("space", "4"), ("color", colour)):
        edge.set(qn(f"w:{key}"), value)
    border.append(edge)


def _properties(document: DocumentType, brief: Brief) -> None:
    """Names the unit, never a person, at the brief's own moment."""
    core = document.core_properties
    core.author = core.last_modified_by = clean(brief.unit)
    core.title = clean(f"{brief.district}{brief.title}{brief.issue}")
    core.subject, core.keywords, core.comments, core.category = "舆情专报", "", "", ""
    core.language, core.revision = "zh-CN", 1
    core.created = core.modified = brief.as_of.astimezone(UTC).replace(tzinfo=None)


def _frozen(document: DocumentType) -> bytes:
    """The package with its parts in a fixed order and without the clock's time."""
    raw, fixed = BytesIO(), BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
        names = sorted(n for n in source.namelist() if n != _CONTENT_TYPES)
        for name in (_CONTENT_TYPES, *names):
            data = source.read(name)
            if name == "word/fontTable.xml":
                data = _with_fallbacks(data)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, data)
    return fixed.getvalue()


def _with_fallbacks(data: bytes) -> bytes:
    rows = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, other in FALLBACKS.items()
    )
    return data.replace(b"</w:fonts>", f"{rows}</w:fonts>".encode())
