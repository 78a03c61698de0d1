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

from monitor.briefs import heads
from monitor.briefs.docx import blocks
from monitor.briefs.docx.layout import FALLBACKS, HEI, TEXT_MM, dress, fonts
from monitor.briefs.references import SOURCES_NOTE, References, clean
from monitor.briefs.types import Brief, Bullets, Link, Paragraph, Section, Table

_EPOCH = (1980, 1, 1, 0, 0, 0)
_CONTENT_TYPES = "[Content_Types].xml"
_LONG, _LONGER = 12, 16
"""A masthead longer than this is set smaller, so that it stays on one line."""
RED = "C8102E"
_PROPERTY = 255
"""Characters that a core property may have."""


def docx(brief: Brief, base: str = "") -> bytes:
    """The brief as a DOCX file. ``base`` is the public address that the note list's links begin with."""
    document = Document()
    dress(document)
    notes = References(base)
    _head(document, brief)
    _changes(document, brief, notes)
    _note(document, brief)
    lead = document.add_paragraph(style="今日要点")
    _label(lead, f"{brief.lead_title}：")
    blocks.fill(lead, brief.lead, notes)
    document.add_paragraph(heads.period(brief), style="说明")
    for index, section in enumerate(brief.sections):
        _section(document, section, index, notes)
    _sources(document, notes)
    _foot(document, brief)
    _page_numbers(document)
    _properties(document, brief)
    return _frozen(document)


def _head(document: DocumentType, brief: Brief) -> None:
    words = clean("".join(heads.masthead(brief)))
    title = document.add_paragraph(words, style="Title")
    if len(words) > _LONG:
        title.runs[0].font.size = Pt(26 if len(words) <= _LONGER else 22)
        title.paragraph_format.line_spacing = Pt(40)
    document.add_paragraph(heads.issue(brief), style="期号")
    line = document.add_paragraph(style="编号日期")
    line.paragraph_format.tab_stops.add_tab_stop(Mm(TEXT_MM), WD_TAB_ALIGNMENT.RIGHT)
    line.add_run(f"{clean(brief.unit)}\t{heads.whole_day(brief.day)}")
    _border(line, "bottom", RED, 18)


def _changes(document: DocumentType, brief: Brief, notes: References) -> None:
    """更正内容, in a red frame."""
    if brief.revision <= 1 or not brief.changes:
        return
    lines = [document.add_paragraph(style="更正") for _ in range(len(brief.changes) + 1)]
    _label(lines[0], heads.CHANGES)
    for n, (line, change) in enumerate(zip(lines[1:], brief.changes, strict=True), 1):
        line.add_run(f"{n}．")
        blocks.fill(line, change, notes)
    lines[0].paragraph_format.space_before = lines[-1].paragraph_format.space_after = Pt(6)
    for line in lines:
        # A frame stands outside of its text: the indents bring it to the edges of the other lines.
        line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(5)
        for side in ("top", "left", "bottom", "right"):
            _border(line, side, RED, 6)


def _note(document: DocumentType, brief: Brief) -> None:
    """编者按, set off by a red line at its left."""
    for at, words in enumerate(brief.note):
        line = document.add_paragraph(style="编者按")
        line.paragraph_format.left_indent = Pt(12)
        if not at:
            _label(line, heads.NOTE)
        line.add_run(clean(words))
        _border(line, "left", RED, 24)


def _label(line: Any, words: str) -> None:
    run = line.add_run(words)
    fonts(run._r.get_or_add_rPr(), HEI)


def _section(document: DocumentType, section: Section, index: int, notes: References) -> None:
    appendix = section.key == "notes"
    mark = "附：" if appendix else f"{heads.ordinal(index)}、"
    heading = document.add_paragraph(f"{mark}{clean(section.title)}", style="Heading 1")
    style = "附录" if appendix else "Normal"
    if appendix:
        blocks.smaller(heading)
    headed = 0
    for block in section.blocks:
        if isinstance(block, Paragraph):
            blocks.paragraph(document, block, notes, style)
        elif isinstance(block, Bullets):
            headed += bool(block.heading)
            blocks.bullets(document, block, notes, heads.ordinal(max(0, headed - 1)), style)
        elif isinstance(block, Table):
            blocks.table(document, block, notes)
        else:
            blocks.figure(document, block, notes)


def _sources(document: DocumentType, notes: References) -> None:
    listed = notes.listed()
    if not listed:
        return
    blocks.smaller(document.add_paragraph("附：数据出处", style="Heading 1"))
    document.add_paragraph(SOURCES_NOTE, style="附录")
    line = document.add_paragraph(style="出处")
    for number, told, address in listed:
        line.add_run(f"{'　' if number > 1 else ''}[{number}] ")
        blocks.link(line, Link(told, address))


def _foot(document: DocumentType, brief: Brief) -> None:
    """版记: between two lines at the end of the last page's text."""
    rows = [f"{label}：{'，'.join(names)}。" for label, names in brief.foot]
    lines = [document.add_paragraph(clean(text), style="版记") for text in rows]
    line = document.add_paragraph(style="版记")
    line.paragraph_format.tab_stops.add_tab_stop(Mm(TEXT_MM), WD_TAB_ALIGNMENT.RIGHT)
    line.add_run(f"{clean(brief.unit)}　{heads.whole_day(brief.day)}\t共印 {brief.copies} 份")
    # Paragraphs with the same borders share one frame, whose inner lines are those between.
    for each in (*lines, line):
        each.paragraph_format.keep_with_next = each is not line
        for side, eighths in (("top", 8), ("bottom", 8), ("between", 4)):
            _border(each, side, "000000", eighths)
    (lines or [line])[0].paragraph_format.space_before = Pt(12)


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


_SIDES = ("top", "left", "bottom", "right", "between")
"""In the order that the schema wants."""


def _border(line: Any, side: str, colour: str, eighths: int) -> None:
    properties = line._p.get_or_add_pPr()
    border = properties.find(qn("w:pBdr"))
    if border is None:
        border = OxmlElement("w:pBdr")
        # The schema wants the border before what follows: shades, tabs, spacing, indents and alignment.
        properties.insert_element_before(border, "w:shd", "w:tabs", "w:snapToGrid", "w:spacing", "w:ind", "w:jc")
    edge = OxmlElement(f"w:{side}")
    for key, value in (("val", "single"), ("sz", str(eighths)), ("space", "4"), ("color", colour)):
        edge.set(qn(f"w:{key}"), value)
    following = [qn(f"w:{name}") for name in _SIDES[_SIDES.index(side) + 1 :]]
    after = next((node for node in border if node.tag in following), None)
    if after is None:
        border.append(edge)
    else:
        after.addprevious(edge)


def _properties(document: DocumentType, brief: Brief) -> None:
    """Names the unit, never a person, at the brief's own moment."""
    core = document.core_properties
    core.author = core.last_modified_by = clean(brief.unit)[:_PROPERTY]
    core.title = clean(heads.name(brief))[:_PROPERTY]
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
