"""Page, fonts and styles of the document: GB/T 9704-2012 as docs in 公文 style have it.

A4, text block 156 × 225 mm, 22 lines of 28 characters, line pitch 28.95 pt, body 三号 (16 pt) 仿宋. A ``lines`` grid
with -0.25 pt character spacing gives 28 characters a line, which ``linesAndChars`` does not in LibreOffice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docx.document import Document as DocumentType
from docx.enum.section import WD_SECTION_START
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

PITCH = 28.95
"""Points from line to line."""
BODY, SMALL, CELL = 16.0, 10.5, 10.5
TIGHT = -5
"""Twentieths of a point between body characters."""
RED = RGBColor(0xC8, 0x10, 0x2E)
TEXT_MM = 156.0

SONG, FANG, HEI, KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
FALLBACKS = {SONG: "Noto Serif CJK SC", FANG: "仿宋", HEI: "Noto Sans CJK SC", KAI: "楷体", "宋体": "Noto Serif CJK SC"}
"""What a word processor may take where the first is not installed (``w:altName``)."""


@dataclass(frozen=True, slots=True)
class Face:
    """One paragraph style. ``indent``: characters of the first line; ``pitch`` in points, exact."""

    name: str
    font: str
    size: float
    align: Any = WD_ALIGN_PARAGRAPH.JUSTIFY
    indent: float = 0.0
    pitch: float = PITCH
    before: float = 0.0
    after: float = 0.0
    bold: bool = False
    red: bool = False
    outline: int | None = None
    keep: bool = False
    grid: bool = False
    """Whether its lines stand on the page's line grid."""
    broken: bool = False
    """Whether a line may end within a Latin word: for addresses."""


FACES = (
    Face("Normal", FANG, BODY, indent=2, grid=True),
    Face("Title", SONG, 34, WD_ALIGN_PARAGRAPH.CENTER, pitch=48, red=True),
    Face("Heading 1", HEI, BODY, WD_ALIGN_PARAGRAPH.LEFT, indent=2, outline=0, keep=True, grid=True),
    Face("Heading 2", KAI, BODY, WD_ALIGN_PARAGRAPH.LEFT, indent=2, outline=1, keep=True, grid=True),
    Face("期号", FANG, BODY, WD_ALIGN_PARAGRAPH.CENTER, grid=True),
    Face("编号日期", FANG, BODY, WD_ALIGN_PARAGRAPH.LEFT, grid=True),
    Face("今日要点", KAI, BODY, indent=2, grid=True),
    Face("编者按", KAI, BODY, indent=2),
    Face("更正", FANG, 12, indent=2, pitch=20),
    Face("说明", FANG, SMALL, indent=2, pitch=16),
    Face("附录", FANG, SMALL, indent=2, pitch=16),
    Face("图表题", HEI, 12, WD_ALIGN_PARAGRAPH.CENTER, pitch=20, before=6, keep=True),
    Face("图例", FANG, 11, WD_ALIGN_PARAGRAPH.CENTER, pitch=18, after=4),
    Face("图", FANG, 11, WD_ALIGN_PARAGRAPH.CENTER, pitch=0),
    Face("表格", FANG, CELL, WD_ALIGN_PARAGRAPH.LEFT, pitch=15),
    Face("出处", FANG, 8, WD_ALIGN_PARAGRAPH.LEFT, pitch=10.5, broken=True),
    Face("版记", FANG, 14, WD_ALIGN_PARAGRAPH.LEFT, pitch=21),
    Face("页码", "宋体", 14, WD_ALIGN_PARAGRAPH.LEFT, pitch=18),
)


def dress(document: DocumentType) -> None:
    """Sets page, grid, language and styles of an empty document."""
    _page(document)
    _defaults(document)
    for face in FACES:
        _style(document, face)


def _page(document: DocumentType) -> None:
    section = document.sections[0]
    section.start_type = WD_SECTION_START.NEW_PAGE
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(21.5)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(PITCH * 20)))
    document.settings.odd_and_even_pages_header_footer = True
    _of_today(document.settings.element)


_NOT_FIRST = "!%),.:;>?]}¢¨°·ˇˉ―‖’”…‰′″›℃∶、。〃〉》」』】〕〗〞︶︺︾﹀﹄﹚﹜﹞！＂％＇），．：；？］｀｜｝～￠["
"""What may not begin a line: what word processors have for Chinese, and the bracket of a note."""
_NOT_LAST = "$(£¥‘“〈《「『【〔〖〝﹙﹛﹝＄（．［｛￡￥"


def _of_today(settings: Any) -> None:
    """Chinese as the language of East Asian text, no compatibility mode: the template's are Japanese and of 2010."""
    spacing = settings.find(qn("w:characterSpacingControl"))
    for tag, characters in (("w:noLineBreaksBefore", _NOT_FIRST), ("w:noLineBreaksAfter", _NOT_LAST)):
        node = OxmlElement(tag)
        node.set(qn("w:lang"), "zh-CN")
        node.set(qn("w:val"), characters)
        spacing.addnext(node)
    language = settings.find(qn("w:themeFontLang"))
    if language is not None:
        language.set(qn("w:eastAsia"), "zh-CN")
    for node in settings.iter(qn("w:compatSetting")):
        if node.get(qn("w:name")) == "compatibilityMode":
            node.set(qn("w:val"), "15")


def _defaults(document: DocumentType) -> None:
    properties = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    language = properties.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        properties.append(language)
    for name, value in (("val", "en-US"), ("eastAsia", "zh-CN"), ("bidi", "ar-SA")):
        language.set(qn(f"w:{name}"), value)


def _style(document: DocumentType, face: Face) -> None:
    styles = document.styles
    style: Any = styles[face.name] if face.name in styles else styles.add_style(face.name, WD_STYLE_TYPE.PARAGRAPH)
    if face.name not in ("Normal",):
        style.base_style = styles["Normal"]
    style.quick_style = True
    font = style.font
    font.size, font.bold, font.italic = Pt(face.size), face.bold, False
    font.color.rgb = RED if face.red else RGBColor(0, 0, 0)
    fonts(style.element.get_or_add_rPr(), face.font)
    _spacing(style.element.get_or_add_rPr(), TIGHT if face.size == BODY else 0)
    form = style.paragraph_format
    form.alignment = face.align
    form.space_before, form.space_after = Pt(face.before), Pt(face.after)
    form.keep_with_next, form.widow_control = face.keep, False
    if face.pitch:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(face.pitch)
    else:
        form.line_spacing_rule = WD_LINE_SPACING.SINGLE
    form.first_line_indent = Pt(0)
    indent = style.element.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), str(round(face.indent * 100)))
    indent.set(qn("w:firstLine"), str(round(face.indent * face.size * 20)))
    if face.broken:
        _flag(style.element.get_or_add_pPr(), "w:wordWrap", False)
    _flag(style.element.get_or_add_pPr(), "w:autoSpaceDE", False)
    _flag(style.element.get_or_add_pPr(), "w:autoSpaceDN", False)
    _flag(style.element.get_or_add_pPr(), "w:snapToGrid", face.grid)
    _plain_border(style.element.get_or_add_pPr())
    if face.outline is not None:
        _outline(style.element.get_or_add_pPr(), face.outline)


def fonts(properties: Any, name: str) -> None:
    """East Asian and Latin fonts of a run or style; Latin letters and digits are set in Times New Roman."""
    node = properties.find(qn("w:rFonts"))
    if node is None:
        node = OxmlElement("w:rFonts")
        properties.insert(0, node)
    for key in list(node.attrib):
        del node.attrib[key]
    for slot in ("ascii", "hAnsi", "cs"):
        node.set(qn(f"w:{slot}"), "Times New Roman")
    node.set(qn("w:eastAsia"), name)


def _spacing(properties: Any, twentieths: int) -> None:
    node = properties.find(qn("w:spacing"))
    if node is None:
        node = OxmlElement("w:spacing")
        color = properties.find(qn("w:color"))
        if color is None:
            properties.append(node)
        else:
            color.addnext(node)
    node.set(qn("w:val"), str(twentieths))


_AFTER = (
    "w:autoSpaceDE",
    "w:autoSpaceDN",
    "w:snapToGrid",
    "w:spacing",
    "w:ind",
    "w:contextualSpacing",
    "w:jc",
    "w:textAlignment",
    "w:outlineLvl",
)
"""What the schema wants after the flags that are set here."""


def _flag(properties: Any, tag: str, on: bool) -> None:
    """Line grid, and room between Chinese and Latin (none, so that 28 characters are a line)."""
    node = properties.find(qn(tag))
    if node is None:
        node = OxmlElement(tag)
        properties.insert_element_before(node, *_AFTER[_AFTER.index(tag) + 1 if tag in _AFTER else 0 :])
    node.set(qn("w:val"), "1" if on else "0")


def _outline(properties: Any, level: int) -> None:
    node = properties.find(qn("w:outlineLvl"))
    if node is None:
        node = OxmlElement("w:outlineLvl")
        properties.append(node)
    node.set(qn("w:val"), str(level))


def _plain_border(properties: Any) -> None:
    """The template's Title has a line below it; ours is drawn where it belongs."""
    node = properties.find(qn("w:pBdr"))
    if node is not None:
        properties.remove(node)
