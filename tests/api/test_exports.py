"""Exports: the same figures as the pages, no formula, no post, written down in the audit log."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from monitor.model import Post
from monitor.ops import audit, sheets
from monitor.store import RecordQuery

NAMES = ("articles", "board", "alerts", "topics", "trends", "departments")


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


EVIL = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "＝1", '=HYPERLINK("http://x")', "普通", "", "\x00=1", "\ud800"]


def test_no_cell_is_a_formula_in_either_form():
    columns = ["甲"]
    table = [[value] for value in EVIL]
    for row in rows_of(sheets.csv_bytes(columns, table))[1:]:
        assert not (row and row[0].startswith(sheets.FORMULA))
    book = load_workbook(io.BytesIO(sheets.xlsx_bytes("表/[1]", columns, table)))
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)


@given(st.lists(st.lists(st.text() | st.integers(-(10**12), 10**12) | st.none(), min_size=2, max_size=2), max_size=5))
def test_any_table_can_be_written_and_read_back(table):
    assert len(rows_of(sheets.csv_bytes(["甲", "乙"], table))) >= 1
    book = load_workbook(io.BytesIO(sheets.xlsx_bytes("表", ["甲", "乙"], table)))
    assert [cell.value for cell in book.active[1]] == ["甲", "乙"]
