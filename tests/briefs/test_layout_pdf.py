"""The PDF read back: margins, lines, characters, page numbers, tags; the same bytes each time; hostile words."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zlib
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from itertools import pairwise

import pytest
from docx import Document
from PIL import Image

from monitor.briefs.docx import docx
from monitor.briefs.pdf import pdf
from monitor.briefs.printing import printed
from monitor.briefs.render import as_json, html
from monitor.briefs.types import Bullets, Figure, Link, Mark, Paragraph, Section, Table
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


def long_brief():
    """Every kind of block, more than a page of running text and a table over two pages."""
    whole = sample("weekly")
    text = Paragraph(("群众反映供水管道老化需要更换希望有关部门尽快安排施工并公布时间表" * 60,))
    long = Section("long", "详情", (text, samples.table(60)))
    return replace(whole, sections=(whole.sections[0], long, *whole.sections[1:]))


@pytest.fixture(scope="module")
def paper(tmp_path_factory):
    """Its PDF, which many tests read."""
    path = tmp_path_factory.mktemp("paper") / "brief.pdf"
    path.write_bytes(pdf(long_brief(), BASE))
    return path


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


def digests() -> list[str]:
    """Every kind in HTML, JSON, DOCX and the page of the PDF."""
    made = [make(sample(kind), BASE) for kind in KINDS for make in (html, lambda b, _: as_json(b), docx)]
    return [hashlib.sha256(data).hexdigest() for data in (*made, *(printed(sample(k), BASE).encode() for k in KINDS))]


def test_the_same_brief_gives_the_same_bytes_in_another_process(paper) -> None:
    """Every kind in HTML, JSON, DOCX and the page of the PDF; the PDF itself of one brief.

    Every kind's PDF: ``benchmarks/brief_formats.py``.
    """
    code = (
        "import hashlib, json; from tests.briefs import test_layout_pdf as t; from monitor.briefs.pdf import pdf\n"
        "print(json.dumps([*t.digests(), hashlib.sha256(pdf(t.long_brief(), t.BASE)).hexdigest()]))"
    )
    child = {**os.environ, "PYTHONHASHSEED": "4711", "TZ": "America/New_York"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=child, capture_output=True, text=True, timeout=120, check=True
    )
    assert json.loads(done.stdout) == [*digests(), hashlib.sha256(paper.read_bytes()).hexdigest()]


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
