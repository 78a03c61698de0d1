"""Import files as offices really send them: encodings, delimiters, title rows, formulas, damage."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from monitor.errors import ImportRefused
from monitor.ops.import_files import open_rows
from monitor.ops.import_types import Opened, Row

WANTED = ("title", "text", "time")
TEXTS = ["编号,标题,正文", "1,停水,两天没水了", "2,路灯,“不亮”"]


def opened(path: Path, *wanted: str) -> Opened:
    return open_rows(path, frozenset(wanted or WANTED))


def file(folder: Path, name: str, content: bytes | str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def workbook(folder: Path, rows: list[list[object]], name: str = "a.xlsx") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(folder / name)
    return folder / name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_usual_encoding_reads_the_same(tmp_path: Path, encoding: str) -> None:
    found = opened(file(tmp_path, "a.csv", "\r\n".join(TEXTS), encoding), "标题")
    assert found.columns == ("编号", "标题", "正文")
    assert [row.cells for row in found.rows] == [
        {"编号": "1", "标题": "停水", "正文": "两天没水了"},
        {"编号": "2", "标题": "路灯", "正文": "“不亮”"},
    ]


def test_characters_beyond_gbk_are_read_as_gb18030(tmp_path: Path) -> None:
    found = opened(file(tmp_path, "a.csv", "title,text\n㐀镕,😀停水\n", "gb18030"))
    assert next(found.rows).cells == {"title": "㐀镕", "text": "😀停水"}


def test_bytes_in_no_known_encoding_are_refused_with_the_line(tmp_path: Path) -> None:
    path = file(tmp_path, "a.csv", "title,text\n停水,好\n".encode() + b"\xff\xff\xff,\x81\n")
    with pytest.raises(ImportRefused, match=r"编码认不出.*第 3 行"):
        opened(path)


def test_a_file_that_lies_about_being_utf8_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="自称 UTF-8-SIG，但约在第 1 行"):
        opened(file(tmp_path, "a.csv", b"\xef\xbb\xbf" + "标题,正文".encode("gbk")))


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "，"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    lines = "\n".join(delimiter.join(row) for row in (["title", "text", "time"], ["停水", "没水", "2026-11-21"]))
    assert next(opened(file(tmp_path, "a.csv", lines)).rows).cells == {
        "title": "停水",
        "text": "没水",
        "time": "2026-11-21",
    }


def test_quoted_line_breaks_and_delimiters_stay_in_the_text(tmp_path: Path) -> None:
    path = file(tmp_path, "a.csv", 'title,text,time\n停水,"第一行\n第二行, 还有",2026-11-21\n路灯,不亮,2026-11-20\n')
    first, second = opened(path).rows
    assert first == Row(2, {"title": "停水", "text": "第一行\n第二行, 还有", "time": "2026-11-21"})
    assert second.number == 4


def test_a_text_torn_apart_by_an_unquoted_delimiter_is_reported_by_its_line(tmp_path: Path) -> None:
    path = file(tmp_path, "a.csv", "title,text,time\n停水,没水,又来,2026-11-21\n路灯,不亮,2026-11-20\n")
    torn, good = opened(path).rows
    assert (torn.number, torn.problem) == (2, "列数多于表头（文字里的分隔符未加引号？）")
    assert good.cells["title"] == "路灯"


def test_a_title_row_above_the_header_is_passed_over(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["12345 热线工单导出"], [], ["title", "text", "time"], ["停水", "没水", "2026-11-21"]])
    found = opened(path)
    assert found.columns == ("title", "text", "time")
    assert [row.number for row in found.rows] == [4]


def test_empty_lines_are_no_rows(tmp_path: Path) -> None:
    assert [r.number for r in opened(file(tmp_path, "a.csv", "title,text\n\n停水,没水\n,\n路灯,不亮\n\n")).rows] == [
        3,
        5,
    ]


def test_json_lines_keep_going_after_a_bad_line(tmp_path: Path) -> None:
    path = file(tmp_path, "a.jsonl", '{"title":"停水","text":"没水"}\n{"title":\n\n[1]\n{"title":"路灯"}\n')
    rows = list(opened(path).rows)
    assert [(r.number, r.problem) for r in rows] == [(1, ""), (2, "不是正确的 JSON"), (4, "不是 JSON 对象"), (5, "")]


def test_deeply_nested_json_is_a_bad_line_and_not_a_crash(tmp_path: Path) -> None:
    bomb = "[" * 100_000 + "]" * 100_000
    rows = list(opened(file(tmp_path, "a.jsonl", '{"title":"停水"}\n{"a":' + bomb + "}\n")).rows)
    assert [bool(r.problem) for r in rows] == [False, True]


def test_a_json_array_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="每行一个对象"):
        opened(file(tmp_path, "a.json", '[{"title":"停水"}]'))


def test_a_formula_gives_its_cached_value_and_never_runs(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["title", "text", "time"], ["停水", "=1+1", "2026-11-21"]])
    assert next(opened(path).rows).cells["text"] is None  # written without a cached value: nothing, not 2
    cached = tmp_path / "cached.xlsx"
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(cached, "w") as after:
        for part in before.infolist():
            content = before.read(part)
            if part.filename.endswith("sheet1.xml"):
                content = content.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>7</v>")
                content = content.replace(b"<f>1+1</f><v/>", b"<f>1+1</f><v>7</v>").replace(b"<v />", b"<v>7</v>")
            after.writestr(part, content)
    assert next(opened(cached).rows).cells["text"] == 7


def test_a_workbook_that_names_a_wrong_size_is_read_to_its_end(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["title", "text", "time"], *([f"停水{n}", "没水", "2026-11-21"] for n in range(30))])
    wrong = tmp_path / "wrong.xlsx"
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(wrong, "w") as after:
        for part in before.infolist():
            after.writestr(part, before.read(part).replace(b'ref="A1:C31"', b'ref="A1:A1"'))
    assert len(list(opened(wrong).rows)) == 30


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "是空的"), (b"  \n\n ", "是空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 .xls"), (b"%PDF-1.7", "不是表格文件"),
        (b"PK\x03\x04broken", "不是完好的 XLSX"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(ImportRefused, match=said):
        opened(file(tmp_path, "a.bin", content))


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="读不到文件"):
        opened(tmp_path / "none.csv")


def test_another_kind_of_zip_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    with pytest.raises(ImportRefused, match="不是完好的 XLSX"):
        opened(file(tmp_path, "a.xlsx", buffer.getvalue()))


def test_an_entity_bomb_in_a_workbook_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["title", "text", "time"], ["停水", "没水", "2026-11-21"]])
    bomb = b'<!DOCTYPE a [<!ENTITY x0 "xxxxxxxxxx">' + b"".join(
        b'<!ENTITY x%d "%s">' % (n, b"&x%d;" % (n - 1) * 10) for n in range(1, 12)
    )
    hostile = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(hostile, "w") as after:
        for part in before.infolist():
            content = before.read(part)
            if part.filename.endswith(("sheet1.xml", "sharedStrings.xml")):
                content = bomb + b"]>" + content.replace(b"<t>", b"<t>&x11;").split(b"?>", 1)[-1]
            after.writestr(part, content)
    with pytest.raises(ImportRefused, match="不是完好的 XLSX"):
        list(opened(hostile).rows)
