"""The look of what is printed: heads of every kind, editor's note, 更正, geometry, tags, and the same bytes each time."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
import zlib
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from io import BytesIO
from itertools import pairwise

import pytest
from docx import Document
from lxml import etree
from PIL import Image

from monitor.briefs import columns, heads
from monitor.briefs.docx import docx
from monitor.briefs.pdf import pdf
from monitor.briefs.printing import printed
from monitor.briefs.render import as_json, html
from monitor.briefs.types import Bullets, Figure, Link, Mark, Paragraph, Section, Table
from monitor.model import CHINA
from tests.briefs import samples
from tests.briefs.samples import sample

BASE = "https://yuqing.example.org"
KINDS = ("daily", "weekly", "monthly", "topic", "watch")
MM = 72 / 25.4
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
EVIL = "<script>alert(1)</script>=1+1\x00\x0b\ud800\u202e反转&amp;😀👨‍👩‍👧{{ 7*7 }}" + "长" * 300


def tool(*command: str) -> str:
    if shutil.which(command[0]) is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{command[0]} is not installed (poppler-utils)")
        pytest.skip(f"{command[0]} is not installed (poppler-utils)")
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.fixture(scope="module")
def paper(tmp_path_factory):
    """One PDF of every kind of block, with five pages and more, that many tests read."""
    long = Paragraph(("群众反映供水管道老化需要更换希望有关部门尽快安排施工并公布时间表" * 60,))
    whole = sample("weekly")
    path = tmp_path_factory.mktemp("paper") / "brief.pdf"
    path.write_bytes(
        pdf(
            replace(
                whole,
                sections=(whole.sections[0], Section("long", "详情", (long, samples.table(60))), *whole.sections[1:]),
            ),
            BASE,
        )
    )
    return path


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
            (heads.issue(brief), "更正内容：", "由不足10条更正为25条", "编者按：", brief.note[0], brief.note[1], "今日要点：", "一、总体情况")
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


@lru_cache(maxsize=64)
def words_of(path, page: int) -> list[tuple[float, float, float, float, str]]:
    found = re.findall(
        r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]+)</word>',
        tool("pdftotext", "-bbox", "-f", str(page), "-l", str(page), str(path), "-"),
    )
    return [(*(float(n) for n in row[:4]), row[4]) for row in found]


@lru_cache(maxsize=4)
def pages_of(path) -> int:
    return int(re.search(r"Pages:\s+(\d+)", tool("pdfinfo", str(path)))[1])


def test_page_numbers_stand_outside_one_character_in_from_the_edge(paper) -> None:
    """GB/T 9704-2012: 四号, between dashes, odd pages right and even pages left, 7 mm below the text."""
    count = pages_of(paper)
    assert count >= 5
    for page in range(1, count + 1):
        low = [w for w in words_of(paper, page) if w[1] > (37 + 225 + 3) * MM]
        assert "".join(w[4] for w in low) == f"—{page}—"
        if page % 2:
            assert abs(low[-1][2] - ((28 + 156) * MM - 14)) < MM
        else:
            assert abs(low[0][0] - (28 * MM + 14)) < MM
        middle = (low[0][1] + low[0][3]) / 2
        assert 37 + 225 + 5 < middle / MM < 37 + 225 + 14


def test_the_imprint_stands_at_the_foot_of_the_last_page(paper) -> None:
    """GB/T 9704-2012 7.3.9: on the last page, its last line on the lower edge of the text block."""
    count = pages_of(paper)
    assert not any("共印" in w[4] for n in range(1, count) for w in words_of(paper, n))
    last = words_of(paper, count)
    imprint = [w for w in last if w[4] in ("报：区委、区政府主要领导。", "共印")]
    assert len(imprint) == 2
    assert abs(imprint[1][3] - (37 + 225) * MM) < 2 * MM
    assert all(w[1] < imprint[0][1] for w in last if "trends" in w[4])


def test_everything_stands_within_the_text_block(paper) -> None:
    for page in range(1, pages_of(paper) + 1):
        inside = [w for w in words_of(paper, page) if w[1] <= (37 + 225 + 3) * MM]
        assert min(w[0] for w in inside) > (28 - 1) * MM
        assert max(w[2] for w in inside) < (28 + 156 + 1) * MM
        assert min(w[1] for w in inside) > (37 - 1) * MM
        # Letters of a line reach a little below their pitch.
        assert max(w[3] for w in inside) < (37 + 225 + 2) * MM


def test_a_full_page_has_22_lines_of_28_characters_on_their_pitch(paper) -> None:
    full = [
        lines for page in range(1, pages_of(paper) + 1)
        if len(lines := [w for w in words_of(paper, page) if len(w[4]) > 20 and w[3] - w[1] > 15]) == 22
    ]  # fmt: skip
    assert full, "one page is full of running text"
    for lines in full:
        assert {len(w[4]) for w in lines} == {28}
        assert all(abs(w[0] - 28 * MM) < MM and abs(w[2] - 184 * MM) < MM for w in lines)
        assert all(abs(b[1] - a[1] - 28.95) < 0.06 for a, b in pairwise(lines))


def test_no_line_begins_with_closing_punctuation(paper) -> None:
    for page in range(1, pages_of(paper) + 1):
        for x0, _, _, _, word in words_of(paper, page):
            if abs(x0 - 28 * MM) < MM:
                assert word[0] not in "，。；：、！？）〕》”’…", word


def test_table_lines_end_where_the_text_does_and_headers_repeat(paper, tmp_path) -> None:
    """The lines themselves, on a picture of the page: the outermost upright ones are the text's edges."""
    [row, *_] = [n for n in range(1, pages_of(paper) + 1) if "第30次反映" in "".join(w[4] for w in words_of(paper, n))]
    tool(
        "pdftoppm",
        "-r",
        "254",
        "-gray",
        "-png",
        "-singlefile",
        "-f",
        str(row),
        "-l",
        str(row),
        str(paper),
        str(tmp_path / "page"),
    )
    image = Image.open(tmp_path / "page.png")
    # Ten points a millimetre; an upright line is dark over 60 mm of the page's height.
    columns_ = [x for x in range(image.width) if sum(image.crop((x, 370, x + 1, 2600)).histogram()[:160]) > 600]
    assert abs(min(columns_) / 10 - 28) < 1 and abs(max(columns_) / 10 - 184) < 1
    headed = [n for n in range(1, pages_of(paper) + 1) if any(w[4] == "已逾期" for w in words_of(paper, n))]
    assert len(headed) >= 3, "two pages of the long table and the later ones"


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def test_the_pdf_is_tagged_named_and_carries_its_fonts(paper) -> None:
    told = tool("pdfinfo", str(paper))
    assert re.search(r"Tagged:\s+yes", told)
    assert "示例区舆情周报〔2026〕第 47 期（更正）" in told and "示例区网络安全和信息化办公室" in told
    assert "CreationDate:" in told
    structure = tool("pdfinfo", "-struct", str(paper))
    assert {"H1", "H2", "P", "Table", "TH", "TD", "Figure"} <= set(re.findall(r"^\s*(\w+)", structure, re.M))
    fonts = tool("pdffonts", str(paper)).splitlines()[2:]
    assert fonts and all(re.search(r" yes +yes +yes ", line) for line in fonts)
    raw = b"".join(_inflated(m[1]) for m in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", paper.read_bytes(), re.S))
    assert b"/Lang (zh-CN)" in raw and b'pdfuaid:part="1"' in raw and b"/DisplayDocTitle true" in raw
    assert raw.count(b"/Alt <") == 5, "a picture without words would not be read out"
    outline = tool("pdftohtml", "-xml", "-i", "-stdout", str(paper))
    assert "总体情况</item>" in outline and "数据说明</item>" in outline


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


def test_properties_stand_in_the_order_of_the_standard() -> None:
    with zipfile.ZipFile(BytesIO(docx(sample("weekly"), BASE))) as package:
        for name in ("word/document.xml", "word/styles.xml", "word/footer1.xml"):
            for node in etree.fromstring(package.read(name)).iter(f"{W}pPr"):
                places = [ORDER.index(etree.QName(child).localname) for child in node]
                assert places == sorted(places), etree.tostring(node)
            for node in etree.fromstring(package.read(name)).iter(f"{W}pBdr"):
                sides = [etree.QName(child).localname for child in node]
                assert sides == [s for s in ("top", "left", "bottom", "right", "between") if s in sides]


def test_the_same_brief_gives_the_same_bytes_in_another_process(tmp_path) -> None:
    """Every kind in HTML, JSON, DOCX and the page of the PDF; the PDF itself of one kind."""
    code = (
        "import hashlib, sys; from tests.briefs.samples import sample; from monitor.briefs.render import FORMATS;"
        "from monitor.briefs.printing import printed\n"
        f"for kind in {KINDS!r}:\n"
        "    brief = sample(kind)\n"
        f"    made = [FORMATS[f](brief, {BASE!r}) for f in ('html', 'json', 'docx')] + [printed(brief, {BASE!r}).encode()]\n"
        f"    made += [FORMATS['pdf'](brief, {BASE!r})] if kind == 'weekly' else []\n"
        "    print(kind, *(hashlib.sha256(m).hexdigest() for m in made))\n"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("4711", "America/New_York"))
    ]
    assert runs[0] == runs[1] and len(runs[0].splitlines()) == 5


def test_hostile_words_stay_words_in_every_format(tmp_path) -> None:
    cells = ((EVIL,), (Link(EVIL, "javascript:alert(1)"), Mark(EVIL)), (Figure("1", EVIL, "/q", 1),))
    blocks = (
        Paragraph((EVIL, Link(EVIL, "https://h/?a=\"><script>"))), Bullets(EVIL, ((EVIL,),)), Table(EVIL, (EVIL,) * 3, (cells,)),
        Table("", ("一栏",), ((("甲",),), (("",),))), Table("空表", ("甲", "乙"), ()), Bullets("", ()),
        replace(samples.chart(), title=EVIL, alt=EVIL),
    )  # fmt: skip
    one = sample(
        "weekly", title=EVIL, district=EVIL, unit=EVIL, subject=EVIL, lead=(EVIL,), note=(EVIL,), changes=((EVIL,),),
        sections=(Section("overview", EVIL, blocks), Section("empty", "空", ())), foot=((EVIL, (EVIL,)),),
    )  # fmt: skip
    page = html(one).decode()
    assert "<script" not in page and "{{ 7*7 }}" in page and "\x00" not in page
    assert as_json(one).decode()
    file = Document(BytesIO(docx(one, BASE)))
    assert "<script>alert(1)</script>=1+1" in "".join(n.text or "" for n in file.element.body.iter(f"{W}t"))
    assert not [r for r in file.part.rels.values() if r.is_external and r.target_ref.startswith("javascript")]
    path = tmp_path / "evil.pdf"
    path.write_bytes(pdf(one, BASE))
    assert "alert(1)" in tool("pdftotext", str(path), "-")


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
