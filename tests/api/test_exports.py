"""Exports: the same figures as the pages, no formula, no post, written down in the audit log."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from api.resources import exports
from monitor.model import Post
from monitor.ops import audit, sheets
from monitor.ops.sheets_xlsx import xlsx_stream
from monitor.store import RecordQuery

NAMES = (
    "articles", "board", "overdue", "alerts", "topics", "trends", "departments", "events", "coverage", "sources",
)  # fmt: skip


def rows_of(body: bytes) -> list[list[str]]:
    assert body.startswith(b"\xef\xbb\xbf"), "Excel reads UTF-8 only with the mark"
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


@pytest.mark.parametrize("name", NAMES)
def test_every_export_has_its_columns_and_rows_in_both_forms(reader, name):
    answer = reader.get(f"/api/v1/exports/{name}.csv")
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/csv")
    assert f'attachment; filename="{name}-' in answer.headers["Content-Disposition"]
    header, *rows = rows_of(answer.body)
    assert rows and all(len(row) == len(header) for row in rows)
    sheet = load_workbook(io.BytesIO(reader.get(f"/api/v1/exports/{name}.xlsx").body)).active
    assert [cell.value for cell in sheet[1]] == header
    assert sheet.max_row == len(rows) + 1


def test_the_figures_are_those_of_the_api_and_of_posts_the_released_ones(reader):
    _, *rows = rows_of(reader.get("/api/v1/exports/topics.csv?days=30").body)
    shown = {row["name"]: row for row in reader.get("/api/v1/topics?days=30").json()["items"]}
    assert {row[0]: row[3] for row in rows} == {name: row["total"]["post"]["text"] for name, row in shown.items()}
    assert all(row[3] == "<10" or int(row[3]) % 5 == 0 for row in rows)


def test_no_words_of_a_post_are_in_any_export(reader, app):
    posts = [r.text for r in app.store.find(RecordQuery(limit=200)).records if isinstance(r, Post)]
    assert posts
    for name in NAMES:
        text = reader.get(f"/api/v1/exports/{name}.csv").body.decode()
        assert not [p for p in posts if p in text]


def test_an_export_is_written_down_with_what_was_asked(reader, app):
    reader.get("/api/v1/exports/board.csv?answered=false")
    newest = audit.read(app.store, limit=1)[0]
    assert (newest.action, newest.target) == (audit.Action.EXPORT, "/api/v1/exports/board.csv?answered=false")


def test_filters_narrow_an_export_and_wrong_ones_are_refused(reader):
    everything = rows_of(reader.get("/api/v1/exports/board.csv").body)
    some = rows_of(reader.get("/api/v1/exports/board.csv?answered=true").body)
    assert 1 < len(some) < len(everything)
    assert reader.get("/api/v1/exports/board.csv?limit=5").status == 400
    assert reader.get("/api/v1/exports/posts.csv").status == 404


def test_nobody_exports_without_signing_in(anonymous):
    assert anonymous.get("/api/v1/exports/board.csv").status == 401


EVIL = [
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "＝1",
    '=HYPERLINK("http://x")',
    "普通",
    "",
    "\x00=1",
    "\ud800",
    "\n=1",
]


def csv_of(columns, table):
    return b"".join(sheets.csv_stream(columns, table))


def xlsx_of(title, columns, table):
    return b"".join(xlsx_stream(title, columns, table))


def test_no_cell_is_a_formula_in_either_form():
    columns = ["=甲"]
    table = [[value] for value in EVIL]
    for row in rows_of(csv_of(columns, table)):
        assert not (row and row[0].startswith(sheets.FORMULA))
    book = load_workbook(io.BytesIO(xlsx_of("表/[1]", columns, table)))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) >= 10 and all(cell.data_type == "s" and cell.number_format == "@" for cell in cells)


@given(st.lists(st.lists(st.text() | st.integers(-(10**12), 10**12) | st.none(), min_size=2, max_size=2), max_size=5))
def test_any_table_can_be_written_and_read_back(table):
    read = rows_of(csv_of(["甲", "乙"], table))
    assert [len(row) for row in read] == [2] * (len(table) + 1)
    book = load_workbook(io.BytesIO(xlsx_of("表", ["甲", "乙"], table)))
    assert [cell.value for cell in book.active[1]] == ["甲", "乙"]
    for row, line in zip(table, book.active.iter_rows(min_row=2, max_col=2), strict=False):
        for value, cell in zip(row, line, strict=True):
            if isinstance(value, int):
                assert cell.value == value
            elif value:
                kept = sheets.fitting(value)
                # XML folds a carriage return into a line feed.
                assert (cell.value or "") == kept.replace("\r\n", "\n").replace("\r", "\n")


def test_a_spreadsheet_has_real_times_shares_and_numbers_and_names_nobody():
    at = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
    body = xlsx_of(
        "表", ["时", "比", "数", "字"], [[at, sheets.Percent(0.375), 12, "0012"], [None, None, 1.5, "2026-11-22"]]
    )
    sheet = load_workbook(io.BytesIO(body)).active
    assert sheet.freeze_panes == "A2" and all(cell.font.b for cell in sheet[1])
    when, share, number, text = sheet[2]
    assert when.is_date and when.value == datetime(2026, 11, 22, 8, 30)  # noqa: DTZ001 - a spreadsheet has no time zones
    assert (share.value, share.number_format) == (0.375, "0.0%")
    assert (number.value, number.data_type, text.value, text.data_type) == (12, "n", "0012", "s")
    assert rows_of(csv_of(["时", "比"], [[at, sheets.Percent(0.375)]]))[1] == ["2026-11-22 08:30", "37.5%"]
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        assert not [name for name in book.namelist() if "docProps" in name]
        assert {info.date_time for info in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert body == xlsx_of(
        "表", ["时", "比", "数", "字"], [[at, sheets.Percent(0.375), 12, "0012"], [None, None, 1.5, "2026-11-22"]]
    )


def test_lines_end_and_quotes_double_as_rfc_4180_asks():
    assert csv_of(["甲"], [['说"好"'], ["a,b"], ["两\n行"], ["普通"]]) == (
        '\ufeff甲\r\n"说""好"""\r\n"a,b"\r\n"两\n行"\r\n普通\r\n'.encode()
    )


@pytest.mark.parametrize(
    "made", [lambda rows: sheets.csv_stream(["甲"] * 6, rows), lambda rows: xlsx_stream("表", ["甲"] * 6, rows)]
)
def test_a_long_table_takes_no_more_memory_than_a_short_one(made):
    def peak(count):
        tracemalloc.start()
        size = sum(len(part) for part in made(["停水通知" * 10, n, None, "供水", f"{n}", "x"] for n in range(count)))
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size, top

    (small, low), (large, high) = peak(4_000), peak(20_000)
    assert large > 4 * small and high < low * 1.5 + 200_000


def test_a_long_list_is_cut_and_says_so():
    rows = list(exports._bounded(([n, "x"] for n in range(exports.MOST + 5)), 2))
    assert len(rows) == exports.MOST + 1 and str(rows[-1][0]).startswith("……只导出前 100000 行")
    assert len(list(exports._bounded(([n] for n in range(3)), 1))) == 3


def test_what_is_wrong_is_answered_before_a_file_begins(reader):
    for path in ("articles.csv?since=2026-11-02&until=2026-11-01", "coverage.xlsx?since=2020-01-01&until=2026-01-01",
                 "releases.csv?until=2026-02-30", "overdue.csv?as_of=gestern", "articles.xlsx?order=worst"):  # fmt: skip
        answer = reader.get(f"/api/v1/exports/{path}")
        assert answer.status == 400 and answer.headers["Content-Type"].startswith("application/problem+json"), path


def test_an_export_holds_all_that_the_list_holds_in_its_order(reader):
    listed, cursor = [], ""
    while True:
        page = reader.get(f"/api/v1/articles?q=%E4%BE%9B%E6%B0%B4&order=best&limit=7{cursor}").json()
        listed += [item["id"] for item in page["items"]]
        if not page["next"]:
            break
        cursor = f"&cursor={page['next']}"
    header, *rows = rows_of(reader.get("/api/v1/exports/articles.csv?q=%E4%BE%9B%E6%B0%B4&order=best").body)
    assert [row[header.index("编号")] for row in rows] == listed and len(listed) > 7


def test_the_log_of_who_did_what_is_for_administrators(reader, duty, admin, anonymous):
    assert [c.get("/api/v1/exports/audit.csv").status for c in (anonymous, reader, duty)] == [401, 403, 403]
    header, *rows = rows_of(admin.get("/api/v1/exports/audit.csv?who=reader").body)
    assert header[1] == "谁" and rows and {row[1] for row in rows} == {"reader"}


def test_names_of_files_are_told_in_chinese_too(reader):
    told = reader.get("/api/v1/exports/releases.xlsx").headers["Content-Disposition"]
    assert 'filename="releases-20261122-0830.xlsx"' in told
    assert unquote(told.partition("filename*=UTF-8''")[2]) == "示例区本区稿件转载情况-20261122-0830.xlsx"
