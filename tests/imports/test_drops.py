"""Files dropped into a folder: imported once, put aside with a note, kept for their days, never half read."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from monitor.app import App, open_app
from monitor.model import CHINA, Kind
from monitor.ops import audit, drops, runs
from monitor.schedule import jobs
from monitor.settings import problems_of
from monitor.signals.health import check
from monitor.signals.illness import Ailment
from monitor.store import RecordQuery

HEAD = "工单编号,受理时间,标题,诉求内容,处理意见\n"

SOURCES = """
[[source]]
id = "hotline"
name = "热线"
kind = "board"
adapter = "import"
trusted = true
drop = "drop/hotline"
drop_keep_days = 7
columns = { text = "诉求内容", time = "受理时间", key = "工单编号", title = "标题", reply = "处理意见" }
"""


def row(number: int, text: str = "小区停水三天，请尽快恢复供水") -> str:
    return f"A{number},{datetime.now(CHINA) - timedelta(days=1):%Y-%m-%d %H:%M},停水{number},{text}{number},\n"


class Moved:
    """A clock that can be moved on; files at rest are judged by it, since their own times cannot be set back."""

    def __init__(self) -> None:
        self.ahead = drops.AT_REST + timedelta(seconds=1)

    def __call__(self) -> datetime:
        return datetime.now(CHINA) + self.ahead


@pytest.fixture
def clock() -> Moved:
    return Moved()


@pytest.fixture
def app(tmp_path: Path, clock: Moved) -> Iterator[App]:
    config = tmp_path / "config"
    config.mkdir()
    (config / "district.toml").write_text('name = "示例区"\ncity = "示例市"\nprovince = "示例省"\n', encoding="utf-8")
    (config / "service.toml").write_text(f'data = "{tmp_path / "data"}"\n', encoding="utf-8")
    (config / "sources.toml").write_text(SOURCES, encoding="utf-8")
    with open_app(config, clock) as opened:
        opened.store.init()
        yield opened


@pytest.fixture
def folder(app: App) -> Path:
    path = app.settings.service.data / "drop" / "hotline"
    path.mkdir(parents=True)
    return path


def take(app: App) -> list[drops.Dropped]:
    return drops.take(app.settings, app.store, app.spool, app.keys.record, app.clock)


def stored(app: App) -> int:
    return len(app.store.find(RecordQuery(kinds=(Kind.BOARD,), limit=500)).records)


def test_a_dropped_file_is_imported_and_put_aside_with_a_note(app: App, folder: Path) -> None:
    (folder / "11月22日.csv").write_text(HEAD + row(1) + row(2) + "A3,没有时间,标题,内容,\n", encoding="gb18030")
    (done,) = take(app)
    assert stored(app) == 2
    assert done.file.parent == folder / "已导入"
    assert done.file.name.endswith("-11月22日.csv")
    note = done.file.with_name(done.file.name + drops.NOTE).read_text(encoding="utf-8")
    assert "新增：2" in note
    assert "第 4 行：时间认不出" in note
    assert "停水" not in note, "a note quotes no row"
    assert [p.name for p in folder.iterdir()] == ["已导入"]
    assert any(e.action is audit.Action.IMPORT and e.who == "drop" for e in audit.read(app.store))
    assert take(app) == []


def test_the_same_rows_again_add_nothing(app: App, folder: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (folder / name).write_text(HEAD + row(1), encoding="utf-8")
    reports = [d.report for d in take(app)]
    assert [(r.new, r.duplicate) for r in reports if r] == [(1, 0), (0, 1)]
    (folder / "a.csv").write_text(HEAD + row(1), encoding="utf-8")
    (again,) = take(app)
    assert again.report is not None
    assert again.report.duplicate == 1
    assert len(list((folder / "已导入").glob("*.csv"))) == 3, "a file of the same name is not written over"


def test_a_file_that_may_still_grow_waits(app: App, folder: Path, clock: Moved) -> None:
    clock.ahead = timedelta(0)
    (folder / "big.csv").write_text(HEAD + row(1), encoding="utf-8")
    os.utime(folder / "big.csv", (0, 0))  # copied with its old time of content
    assert take(app) == []
    clock.ahead = drops.AT_REST + timedelta(seconds=1)
    assert len(take(app)) == 1


def test_a_file_that_cannot_be_read_is_put_aside_with_the_reason(app: App, folder: Path, clock: Moved) -> None:
    clock.ahead = drops.PATIENCE + timedelta(seconds=1)
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04 broken")
    (folder / "列名不对.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    (folder / "好.csv").write_text(HEAD + row(1), encoding="utf-8")
    taken = {d.file.name.split("-", 2)[2]: d for d in take(app)}
    assert stored(app) == 1
    assert "XLSX" in taken["坏.xlsx"].refused
    assert "缺少列" in (folder / "未导入" / (taken["列名不对.csv"].file.name + drops.NOTE)).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["~$表.xlsx", ".表.csv.swp", "表.csv.part", "表.xlsx.filepart", "_tmp.csv"])
def test_what_is_not_finished_stays_where_it_is(app: App, folder: Path, name: str) -> None:
    (folder / name).write_text(HEAD + row(1), encoding="utf-8")
    assert take(app) == []
    assert (folder / name).exists()


@pytest.mark.parametrize("name", ["说明.docx", "导出.zip", "导出.xls", "扫描.pdf"])
def test_what_is_no_table_is_put_aside_and_shown_until_somebody_takes_it_away(
    app: App, folder: Path, clock: Moved, name: str
) -> None:
    clock.ahead = drops.PATIENCE + timedelta(seconds=1)
    (folder / name).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 not a table")
    (folder / "z好.csv").write_text(HEAD + row(1), encoding="utf-8")
    refused = next(d for d in take(app) if d.refused)
    assert stored(app) == 1
    take(app)
    source = app.settings.sources.source[0]
    state = runs.states(app.store, [source])["hotline"]
    assert state.state is runs.RunState.FAILED
    assert name in state.message
    assert len(runs.recent(app.store, "hotline")) == 2, "said once, not every half minute"
    (illness,) = check(app.settings, app.store, clock())["hotline"]
    assert illness.ailment is Ailment.FAILING
    assert name in illness.seen
    refused.file.unlink()
    take(app)
    assert runs.states(app.store, [source])["hotline"].state is runs.RunState.OK
    assert check(app.settings, app.store, clock())["hotline"] == ()


def test_half_a_workbook_waits_for_its_other_half(app: App, folder: Path, clock: Moved) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for cells in csv.reader([HEAD.strip(), row(1).strip()]):
        book.active.append(cells)
    whole = folder.parent / "whole.xlsx"
    book.save(whole)
    content = whole.read_bytes()
    (folder / "今日.xlsx").write_bytes(content[: len(content) // 2])
    assert take(app) == []
    (folder / "今日.xlsx").write_bytes(content)
    (done,) = take(app)
    assert done.report is not None
    assert done.report.new == 1


def test_half_a_line_at_the_end_of_a_file_waits_too(app: App, folder: Path, clock: Moved) -> None:
    (folder / "今日.csv").write_text(HEAD + row(1).strip(), encoding="utf-16")
    assert take(app) == []
    clock.ahead = drops.PATIENCE + timedelta(seconds=1)
    assert len(take(app)) == 1, "some systems end no line: after a while it is taken as it is"


def test_a_folder_that_cannot_be_used_is_told_once(app: App, folder: Path) -> None:
    folder.rmdir()
    folder.write_text("a file where the folder should be", encoding="utf-8")
    take(app)
    take(app)
    (run,) = runs.recent(app.store, "hotline")
    assert run.message.startswith("投放文件夹不能使用")


def test_the_same_file_again_is_told_in_its_note(app: App, folder: Path) -> None:
    (folder / "a.csv").write_text(HEAD + row(1), encoding="utf-8")
    content = (folder / "a.csv").read_bytes()
    take(app)
    (folder / "b.csv").write_bytes(content)
    (again,) = take(app)
    note = again.file.with_name(again.file.name + drops.NOTE).read_text(encoding="utf-8")
    assert "完全相同的文件已于" in note


def test_a_link_out_of_the_folder_is_not_followed(app: App, folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "elsewhere.csv"
    secret.write_text(HEAD + row(1), encoding="utf-8")
    (folder / "link.csv").symlink_to(secret)
    assert take(app) == []
    assert secret.exists()


def test_imported_files_go_after_their_days_and_their_notes_stay(app: App, folder: Path, clock: Moved) -> None:
    (folder / "a.csv").write_text(HEAD + row(1), encoding="utf-8")
    (folder / "b.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    take(app)
    clock.ahead += timedelta(days=6)
    take(app)
    assert len(list((folder / "已导入").glob("*.csv"))) == 1
    clock.ahead += timedelta(days=2)
    take(app)
    assert [p.name[-7:] for p in (folder / "已导入").iterdir()] == [drops.NOTE]
    assert len(list((folder / "未导入").glob("*.csv"))) == 1, "refused files wait for a person"


def test_a_crash_before_the_move_costs_another_reading_only(app: App, folder: Path) -> None:
    from monitor.ops.imports import import_file

    (folder / "a.csv").write_text(HEAD + row(1) + row(2), encoding="utf-8")
    import_file(app.settings, app.store, app.spool, app.keys.record, folder / "a.csv", "hotline", clock=app.clock)
    (again,) = take(app)
    assert again.report is not None
    assert (again.report.new, again.report.duplicate, stored(app)) == (0, 2, 2)


def test_the_service_takes_files_by_itself(app: App, folder: Path) -> None:
    (folder / "a.csv").write_text(HEAD + row(1), encoding="utf-8")
    job = next(j for j in jobs.all_jobs(app) if j.name == "drops")
    jobs.perform(job, app)
    assert stored(app) == 1
    assert job.every_s <= 30


def test_a_drop_folder_of_a_crawled_source_and_one_shared_by_two_are_refused(app: App) -> None:
    doubled = SOURCES + SOURCES.replace('"hotline"\nname', '"second"\nname')
    crawled = '\n[[source]]\nid = "web"\nname = "网"\nkind = "news"\nadapter = "rss"\nurl = "https://x.example.cn/f"\ndrop = "d"\n'
    (app.folder / "sources.toml").write_text(doubled + crawled, encoding="utf-8")
    told = "\n".join(problems_of(app.folder))
    assert "多个信源使用" in told
    assert "请删去 drop" in told
