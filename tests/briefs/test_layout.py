"""The look of what is printed: heads of every kind, editor's note, 更正, and the document that word processors open."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from docx import Document
from lxml import etree

from monitor.briefs import columns, heads
from monitor.briefs.docx import docx
from monitor.briefs.printing import printed
from monitor.briefs.render import html
from monitor.briefs.types import Bullets, Figure, Mark, Paragraph, Section, Table
from monitor.model import CHINA
from tests.briefs import samples
from tests.briefs.samples import sample

BASE = "https://yuqing.example.org"
KINDS = ("daily", "weekly", "monthly", "topic", "watch")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def document():
    return Document(BytesIO(docx(sample("weekly"), BASE)))


def moment(day: int, hour: int = 0, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("begin", "end", "partial", "told"),
    [
        (moment(21), moment(22), False, "2026年11月21日0时至24时；预警与办理情况截至11月22日7时30分"),
        (moment(21), moment(21, 15), True, "2026年11月21日0时至15时（当日尚未结束）"),
        (moment(16), moment(23), False, "2026年11月16日至22日；预警与办理情况截至11月23日7时30分"),
        (moment(16), moment(18, 9), True, "2026年11月16日0时至18日9时（时段尚未结束）"),
        (moment(1, month=10), moment(1), False, "2026年10月1日至31日；预警与办理情况截至11月1日7时30分"),
        (moment(26, month=10), moment(2), False, "2026年10月26日至11月1日；预警与办理情况截至11月2日7时30分"),
        (moment(20, 8), moment(22, 18), False, "2026年11月20日8时至22日18时；预警与办理情况截至11月22日18时"),
        (moment(31, month=12), datetime(2027, 1, 1, tzinfo=CHINA), False, "2026年12月31日0时至24时；预警与办理情况截至2027年1月1日7时30分"),
        (moment(28, month=12), datetime(2027, 1, 4, tzinfo=CHINA), False, "2026年12月28日至2027年1月3日；预警与办理情况截至2027年1月4日7时30分"),
    ],
)  # fmt: skip
def test_the_period_is_written_as_a_clerk_would(begin: datetime, end: datetime, partial: bool, told: str) -> None:
    at = end + timedelta(hours=7, minutes=30) if end.hour == 0 else end
    day = (end - timedelta(seconds=1)).date()
    year = replace(
        sample("weekly"),
        begin=begin,
        end=end,
        as_of=at,
        partial=partial,
        day=day if day.year == 2026 else date(2026, 12, 31),
    )
    assert heads.period(year) == f"监测时段：{told}。"


def test_the_head_names_the_matter_and_says_that_it_is_a_correction() -> None:
    one = sample("topic", revision=1, changes=())
    assert heads.masthead(one) == ("示例区", "重点专题监测（供水保障）")
    assert heads.masthead(replace(one, title="供水保障专题监测"))[1] == "供水保障专题监测"
    assert heads.issue(one) == "〔2026〕第 47 期"
    assert heads.issue(replace(one, revision=2)).endswith("（更正）")
    assert heads.name(replace(one, revision=4)) == "示例区重点专题监测（供水保障）〔2026〕第 47 期（第3次更正）"
    assert heads.issue(replace(one, number=None)) == "〔2026〕未编号"


def test_ordinals_go_on_after_ten() -> None:
    assert [heads.ordinal(n) for n in (0, 9, 10, 18, 19, 20, 29)] == [
        "一",
        "十",
        "十一",
        "十九",
        "二十",
        "二十一",
        "三十",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_note_correction_and_title_stand_at_the_head_in_every_format(kind: str) -> None:
    brief = sample(kind)
    file = Document(BytesIO(docx(brief, BASE)))
    shown = {
        "html": re.sub("<[^>]+>", "", html(brief).decode()), "pdf": re.sub("<[^>]+>", "", printed(brief)),
        "docx": "\n".join(p.text for p in file.paragraphs),
    }  # fmt: skip
    for name, text in shown.items():
        seen = "".join(text.split())
        order = [
            "".join(words.split()) for words in
            (heads.issue(brief), "更正内容：", "由不足10条更正为25条", "编者按：", brief.note[0], brief.note[1], f"{brief.lead_title}：", "一、总体情况")
        ]  # fmt: skip
        begin = seen.index(order[0], seen.rindex("</title>") if "</title>" in seen else 0)
        places = [seen.index(words, begin) for words in order]
        assert places == sorted(places), name
        assert "".join(heads.masthead(brief)) in seen
    assert file.core_properties.title == heads.name(brief)
    bare = replace(brief, revision=1, note=(), changes=())
    for text in (
        html(bare).decode(),
        printed(bare),
        "".join(p.text for p in Document(BytesIO(docx(bare, BASE))).paragraphs),
    ):
        assert "更正" not in text.split("</style>")[-1] and "编者按" not in text.split("</style>")[-1]


def test_marks_are_set_off_in_cells_too(document) -> None:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "供水〔新〕" in cells and "供水〔升〕" in cells
    assert "供水〔新〕" in re.sub("<[^>]+>", "", printed(sample("weekly")))


def test_notes_of_a_table_without_title_stand_below_it(document) -> None:
    below = [p.text for p in document.paragraphs if p.text.startswith("时限自收到之日起算。")]
    assert len(below) == 1 and re.fullmatch(r"时限自收到之日起算。\[\d+\]", below[0])


def test_the_document_is_of_today_chinese_and_for_two_sided_print(document) -> None:
    settings = document.settings.element
    assert settings.find(f"{W}themeFontLang").get(f"{W}eastAsia") == "zh-CN"
    assert [
        n.get(f"{W}val") for n in settings.iter(f"{W}compatSetting") if n.get(f"{W}name") == "compatibilityMode"
    ] == ["15"]
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    for line, right in ((odd, True), (even, False)):
        assert line.text == "— 1 —" and (line.alignment == 2) == right
        assert (line.paragraph_format.right_indent.pt, line.paragraph_format.left_indent.pt) == (14, 14)
        assert "PAGE" in etree.tostring(line._p).decode()


def test_rows_are_not_split_headers_repeat_and_every_style_has_its_chinese_font(document) -> None:
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(f"{W}tblHeader") is not None
        assert all(row._tr.trPr.find(f"{W}cantSplit") is not None for row in table.rows)
    used = {p.style.name for p in document.paragraphs}
    assert {"Title", "Heading 1", "Heading 2", "编者按", "更正", "说明", "附录", "版记", "图表题"} <= used
    for name in used:
        fonts = document.styles[name].element.rPr.find(f"{W}rFonts")
        assert fonts.get(f"{W}eastAsia") in ("方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体")


def test_pictures_stand_at_the_edge_and_have_words(document) -> None:
    inline = [n for n in document.element.body.iter() if n.tag.endswith("}inline")]
    assert len(inline) == 5
    for node in inline:
        assert [node.get(f"dist{side}") for side in "TBLR"] == ["0"] * 4
    described = [n.get("descr") for n in document.element.body.iter() if n.tag.endswith("}docPr")]
    whole = sample("weekly")
    assert described == [
        b.alt for s in whole.sections for b in s.blocks if not isinstance(b, Paragraph | Bullets | Table)
    ]


ORDER = (
    "pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr", "suppressLineNumbers", "pBdr",
    "shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct", "topLinePunct", "autoSpaceDE",
    "autoSpaceDN", "bidi", "adjustRightInd", "snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents",
    "suppressOverlap", "jc", "textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr",
    "sectPr", "pPrChange",
)  # fmt: skip
"""CT_PPr of ISO/IEC 29500-1: Word refuses a file whose properties stand in another order."""


OTHERS = {
    "tblPr": (
        "tblStyle", "tblpPr", "tblOverlap", "bidiVisual", "tblStyleRowBandSize", "tblStyleColBandSize", "tblW", "jc",
        "tblCellSpacing", "tblInd", "tblBorders", "shd", "tblLayout", "tblCellMar", "tblLook", "tblCaption",
    ),
    "rPr": (
        "rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "color", "spacing", "w", "kern", "position", "sz", "szCs",
        "highlight", "u", "vertAlign", "lang",
    ),
    "sectPr": (
        "headerReference", "footerReference", "footnotePr", "endnotePr", "type", "pgSz", "pgMar", "cols", "titlePg",
        "docGrid",
    ),
}  # fmt: skip
"""CT_TblPr, CT_RPr and CT_SectPr, as far as we use them."""


def test_tables_runs_and_sections_are_in_the_order_of_the_standard_too() -> None:
    with zipfile.ZipFile(BytesIO(docx(sample("weekly"), BASE))) as package:
        root = etree.fromstring(package.read("word/document.xml"))
        settings = [etree.QName(n).localname for n in etree.fromstring(package.read("word/settings.xml"))]
    for tag, order in OTHERS.items():
        found = list(root.iter(f"{W}{tag}"))
        assert found
        for node in found:
            places = [order.index(etree.QName(child).localname) for child in node]
            assert places == sorted(places), etree.tostring(node)
    order = ("characterSpacingControl", "noLineBreaksAfter", "noLineBreaksBefore", "savePreviewPicture", "compat")
    assert [name for name in settings if name in order] == list(order)


def test_properties_stand_in_the_order_of_the_standard() -> None:
    with zipfile.ZipFile(BytesIO(docx(sample("weekly"), BASE))) as package:
        for name in ("word/document.xml", "word/styles.xml", "word/footer1.xml"):
            for node in etree.fromstring(package.read(name)).iter(f"{W}pPr"):
                places = [ORDER.index(etree.QName(child).localname) for child in node]
                assert places == sorted(places), etree.tostring(node)
            for node in etree.fromstring(package.read(name)).iter(f"{W}pBdr"):
                sides = [etree.QName(child).localname for child in node]
                assert sides == [s for s in ("top", "left", "bottom", "right", "between") if s in sides]


def test_five_hundred_rows_are_laid_out_on_pages(tmp_path) -> None:
    big = sample("weekly", sections=(Section("responses", "留言办理", (samples.table(500),)),))
    assert len(Document(BytesIO(docx(big, BASE))).tables[0].rows) == 501
    assert html(big).count(b"<tr>") == 501


def test_columns_get_what_they_cannot_do_without() -> None:
    wide = Table(
        "", ("事项", "留言（件）", "帖文（条）", "持续（天）", "已答复（件）", "主要词语", "街道（镇）"),
        ((("供水", Mark("升")), (Figure("18", "", "/q", 18),), (Figure("70", "", "/q", 70),), (Figure("1", "", "/q", 1),),
          (Figure("1", "", "/q", 1),), ("停水、婴儿、断水",), ("河东街道、银杏街道、北站街道",)),),
    )  # fmt: skip
    found = [share * columns.ROOM - columns.PAD for share in columns.shares(wide)]
    assert found[0] >= 5, "供水〔升〕 stands on one line"
    assert all(width >= 3 for width in found)
    assert columns.headings(wide)[1] == ["留言", "（件）"] and columns.headings(wide)[0] == ["事项"]
    assert columns.headings(replace(wide, columns=("留言（件）", "已答复（件）"))) == [
        ["留言（件）"],
        ["已答复", "（件）"],
    ]
    assert found[5] > 6 and found[6] > 8, "words have room beside five columns of numbers"
    assert sum(columns.shares(Table("", ("长" * 30,) * 12, ()))) == pytest.approx(1)
    assert columns.shares(Table("", ("甲",), ())) == [1.0]
