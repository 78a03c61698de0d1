"""DOCX: the same bytes for the same brief, the proportions of GB/T 9704, every figure, and nothing personal."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from docx import Document
from docx.shared import Mm, Pt
from lxml import etree

from monitor import briefs
from monitor.briefs.columns import shares
from monitor.briefs.docx import docx
from monitor.briefs.references import References, spans, told
from monitor.briefs.types import Chart, Figure, Table, parts_of
from tests.briefs.build import DAY, MORNING, article, at, message, messages, posts, settings, store

BASE = "https://yuqing.example.org"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def brief():
    from datetime import timedelta

    month = [m for n in range(1, 28) for m in messages(2 + n % 3, DAY - timedelta(days=n))]
    kept = store(*month, *messages(9), *posts(34), article(at(DAY)), message(at(DAY), title="公交绕行" * 75))
    return briefs.daily(settings(), kept, DAY, MORNING)


@pytest.fixture(scope="module")
def document(brief):
    return Document(BytesIO(docx(brief, BASE)))


def text_of(document):
    """Everything that stands in the document, tables and links included."""
    return "".join(node.text or "" for node in document.element.body.iter(f"{W}t"))


def test_the_same_brief_gives_the_same_docx_and_the_package_has_no_clock_in_it(brief):
    first, again = docx(brief, BASE), docx(brief, BASE)
    assert first == again
    with zipfile.ZipFile(BytesIO(first)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(package.read(name))


def test_every_figure_and_heading_stands_in_the_document(brief, document):
    text = text_of(document)
    for figure in brief.figures():
        assert figure.text + figure.unit in text
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert [h.split("、", 1)[-1].removeprefix("附：") for h in headings[:-1]] == [s.title for s in brief.sections]
    assert headings[-1] == "附：数据出处"


def test_every_figure_has_its_query_in_the_note_list(brief, document):
    [listed] = [p for p in document.paragraphs if p.style.name == "出处"]
    notes = listed.hyperlinks
    targets = {r.target_ref for r in document.part.rels.values() if r.is_external}
    for figure in brief.figures():
        assert BASE + figure.query in targets
    assert len(notes) == len({f.query for f in brief.figures()} | {c.query for c in charts(brief)})


def charts(brief):
    return [b for s in brief.sections for b in s.blocks if isinstance(b, Chart)]


def test_page_and_line_have_the_proportions_of_gb_t_9704(document):
    section = document.sections[0]
    right = section.page_width - section.left_margin - section.right_margin
    high = section.page_height - section.top_margin - section.bottom_margin
    found = (section.page_width, section.page_height, section.top_margin, section.left_margin, right, high)
    wanted = (Mm(210), Mm(297), Mm(37), Mm(28), Mm(156), Mm(225))
    assert all(abs(f - w) < Mm(0.1) for f, w in zip(found, wanted, strict=True))
    grid = section._sectPr.find(f"{W}docGrid")
    assert (grid.get(f"{W}type"), grid.get(f"{W}linePitch")) == ("lines", "579")
    body = document.styles["Normal"]
    assert body.font.size == Pt(16)
    assert body.element.rPr.find(f"{W}rFonts").get(f"{W}eastAsia") == "仿宋_GB2312"
    assert document.settings.odd_and_even_pages_header_footer


def test_tables_repeat_their_header_fill_the_width_and_pictures_have_words(document, brief):
    assert document.tables
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(f"{W}tblHeader") is not None
        widths = [column.width for column in table.columns]
        assert abs(sum(widths) - Mm(156)) < Mm(0.5)
    described = [node.get("descr") for node in document.element.body.iter() if node.tag.endswith("}docPr")]
    assert described == [chart.alt for chart in charts(brief)]


def test_the_file_names_the_unit_and_no_person(document, brief):
    core = document.core_properties
    assert (core.author, core.last_modified_by) == (brief.unit, brief.unit)
    assert core.created == core.modified


def test_notes_are_numbered_once_and_written_short():
    notes = References(BASE + "/")
    parts = (Figure("1", "件", "/a", 1), "和", Figure("2", "件", "/a", 2), Figure("3", "件", "/b", 3))
    assert [n for _, n in notes.marked(parts)] == [None, None, 1, 2]
    assert notes.listed() == [(1, "/a", f"{BASE}/a"), (2, "/b", f"{BASE}/b")]
    asked = "/api/v1/trends?bucket=day&kind=board&topic=%E4%BE%9B%E6%B0%B4&since=2026-11-16&until=2026-11-22"
    assert told(asked) == "trends board 供水 2026-11-16..2026-11-22"
    assert told("/api/v1/events/8bf32f2f22122d90b24e3a8e79b8?since=2026-11-16&until=2026-11-22").startswith(
        "events/8bf32f2f… "
    )
    assert told("/api/v1/alerts/2026-11-22T14%2B0800.4eadc9df1ba1") == "alerts/2026-11-22T14+0800.4eadc9df1ba1"
    assert told("/metrics") == "/metrics"
    assert (
        told("/api/v1/board/overdue?as_of=2026-11-22T07%3A30%3A00%2B08%3A00") == "board/overdue as_of=2026-11-22T07:30"
    )
    assert spans((5, 1, 2, 3, 9)) == "1-3、5、9"


def test_columns_share_the_whole_width(brief):
    for section in brief.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                assert sum(shares(block)) == pytest.approx(1)
                assert parts_of(block)
