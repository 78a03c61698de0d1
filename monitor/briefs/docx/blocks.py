"""Paragraphs, tables and pictures of the document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

from docx.document import Document as DocumentType
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from monitor.briefs import columns, picture
from monitor.briefs.charts.numbers import table as numbers
from monitor.briefs.docx.layout import HEI, TEXT_MM, fonts
from monitor.briefs.references import TABLE_NOTE, References, clean, spans
from monitor.briefs.types import Bullets, Drawing, Figure, Link, Mark, Paragraph, Parts, Table

INSTEAD = "生成本文件的机器没有中文字体，图以表代替。"


def fill(paragraph: Any, parts: Parts, notes: References) -> None:
    """Appends parts to a paragraph: figures with their note, links as links, marks in 黑体."""
    for part, note in notes.marked(parts):
        if isinstance(part, Figure):
            paragraph.add_run(clean(part.text + part.unit))
        elif isinstance(part, Link) and part.url.startswith(("http://", "https://")):
            link(paragraph, part)
        elif isinstance(part, Mark):
            mark(paragraph, part)
        else:
            paragraph.add_run(clean(part.text if isinstance(part, Link) else part))
        if note is not None:
            _raised(paragraph, str(note))


def mark(paragraph: Any, part: Mark) -> None:
    """A tag, set off in brackets and 黑体."""
    run = paragraph.add_run(f"〔{clean(part.text)}〕")
    fonts(run._r.get_or_add_rPr(), HEI)


def paragraph(document: DocumentType, block: Paragraph, notes: References, style: str = "Normal") -> None:
    fill(document.add_paragraph(style="说明" if block.small else style), block.parts, notes)


def bullets(document: DocumentType, block: Bullets, notes: References, ordinal: str, style: str = "Normal") -> None:
    """A second-level heading and numbered points. ``ordinal`` is （一） for the first of its section."""
    if block.heading:
        heading = document.add_paragraph(f"（{ordinal}）{clean(block.heading)}", style="Heading 2")
        if style != "Normal":
            smaller(heading)
    for n, item in enumerate(block.items, 1):
        line = document.add_paragraph(style=style)
        line.add_run(f"{n}．")
        fill(line, item, notes)


def smaller(heading: Any) -> None:
    """A heading of the appendix: a heading still, in the size of what it heads."""
    heading.paragraph_format.line_spacing = Pt(20)
    for run in heading.runs:
        run.font.size = Pt(12)


def table(document: DocumentType, block: Table, notes: References, own: tuple[int, ...] | None = None) -> None:
    """A table over the whole width with a repeated header row; its notes (``own``) stand beside the title."""
    own = notes.of(block) if own is None else own
    if block.title:
        title = document.add_paragraph(clean(block.title), style="图表题")
        if own:
            _raised(title, spans(own))
    grid = document.add_table(rows=1, cols=len(block.columns), style="Table Grid")
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    widths = [TEXT_MM * share for share in columns.shares(block)]
    _fixed(grid, widths)
    for cell, heading in zip(grid.rows[0].cells, columns.headings(block), strict=True):
        line = _cell_line(cell, WD_ALIGN_PARAGRAPH.CENTER)
        for at, words in enumerate(heading):
            run = line.add_run(clean(words))
            fonts(run._r.get_or_add_rPr(), HEI)
            if at + 1 < len(heading):
                run.add_break()
        line.paragraph_format.keep_with_next = True
    _row_flag(grid.rows[0], "w:tblHeader")
    for row in block.rows:
        cells = grid.add_row().cells
        for cell, parts in zip(cells, row, strict=True):
            number = bool(parts) and (isinstance(parts[-1], Figure) or parts[0] == "—")
            line = _cell_line(cell, WD_ALIGN_PARAGRAPH.RIGHT if number else WD_ALIGN_PARAGRAPH.LEFT)
            _plain(line, parts)
    for row in grid.rows:
        _row_flag(row, "w:cantSplit")
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    if block.note or (own and not block.title):
        below = document.add_paragraph(clean(block.note) or TABLE_NOTE, style="说明")
        if own and not block.title:
            _raised(below, spans(own))


def figure(document: DocumentType, block: Drawing, notes: References) -> None:
    """A drawing as a picture with alt text, its title above; its key is part of the picture.

    Where no picture can be drawn its numbers stand as a table.
    """
    pictures = picture.png(block)
    if not pictures:
        table(document, replace(numbers(block), note=INSTEAD), notes, notes.of(block))
        return
    title = document.add_paragraph(clean(block.title), style="图表题")
    if own := notes.of(block):
        _raised(title, spans(own))
    for data, _ in pictures:
        line = document.add_paragraph(style="图")
        shape = line.add_run().add_picture(BytesIO(data), width=Mm(TEXT_MM))
        for side in "TBLR":
            # Without these LibreOffice leaves an eighth of an inch at the left and moves the picture beyond the edge.
            shape._inline.set(f"dist{side}", "0")
        properties = shape._inline.docPr
        properties.set("descr", clean(block.alt))
        properties.set("title", clean(block.title))
        properties.set("name", f"图 {properties.get('id')}")


def _plain(line: Any, parts: Parts) -> None:
    """A cell: no notes within, they stand at the title."""
    for part in parts:
        if isinstance(part, Link) and part.url.startswith(("http://", "https://")):
            link(line, part)
        elif isinstance(part, Figure):
            line.add_run(clean(part.text + part.unit))
        elif isinstance(part, Mark):
            mark(line, part)
        else:
            line.add_run(clean(part.text if isinstance(part, Link) else part))


def link(paragraph: Any, to: Link) -> None:
    """Appends words that lead to a page."""
    relation = paragraph.part.relate_to(to.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    node = OxmlElement("w:hyperlink")
    node.set(qn("r:id"), relation)
    run = paragraph.add_run(clean(to.text))
    node.append(run._r)
    paragraph._p.append(node)


def _raised(paragraph: Any, text: str) -> None:
    run = paragraph.add_run(f"[{text}]")
    run.font.superscript = True
    # A raised run is set at about .6 of its size.
    run.font.size = Pt(14)


def _cell_line(cell: Any, align: Any) -> Any:
    line = cell.paragraphs[0]
    # By its id: to look a style up by name in every cell would take most of the time of a long table.
    line._p.style = "表格"
    line.alignment = align
    return line


def _row_flag(row: Any, tag: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(tag))


def _fixed(grid: Any, widths: Sequence[float]) -> None:
    """Fixed layout and an indent of one cell margin, so that the lines end where the text does."""
    properties = grid._tbl.tblPr
    for tag, attributes in (
        ("w:tblW", {"w:w": str(round(TEXT_MM * 1440 / 25.4)), "w:type": "dxa"}),
        ("w:tblLayout", {"w:type": "fixed"}),
    ):
        node = properties.find(qn(tag))
        if node is None:
            node = OxmlElement(tag)
            properties.append(node)
        for key, value in attributes.items():
            node.set(qn(key), value)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "50")
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    properties.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Mm(width)
