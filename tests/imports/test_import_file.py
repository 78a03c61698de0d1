"""The whole import: a file through the real intake into the real SQLite store."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from monitor.app import App
from monitor.errors import ImportRefused
from monitor.model import BoardMessage, Kind
from monitor.ops import audit, runs, tally
from monitor.ops.import_preview import Preview, preview, proposed_columns
from monitor.ops.import_report import ImportReport, Outcome
from monitor.ops.imports import Step, import_file
from monitor.store import RecordQuery
from tests.imports.district import NOW, configure, csv, running

HEAD = "title,text,time,url,category,reply,reply_time"
ROWS = [
    HEAD,
    "小区停水,家里停水两天了请尽快恢复,2026-11-20 09:00,https://b.example.cn/1,投诉,已恢复供水,2026-11-20 18:00",
    "路灯不亮,门口的路灯坏了一周没人修,2026/11/21 8:05:00,https://b.example.cn/2,建议,,",
    "公交太少,早高峰公交车半小时一班,2026年11月21日,https://b.example.cn/3,咨询,,",
]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with running(configure(tmp_path)) as app:
        yield app


def imported(app: App, path: Path, source: str = "hotline", **options: object) -> ImportReport:
    return import_file(
        app.settings, app.store, app.spool, app.keys.record, path, source, clock=app.clock, **options  # type: ignore[arg-type]
    )  # fmt: skip


def previewed(app: App, path: Path, source: str = "hotline") -> Preview:
    return preview(app.settings, app.store, app.spool, app.keys.record, path, source, clock=app.clock)


def damaged_workbook(path: Path, rows: int) -> Path:
    """A workbook whose sheet ends in the middle of a row."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["title", "text", "time"])
    for n in range(rows):
        book.active.append(["停水", f"没水{n}天", "2026-11-21"])
    whole = path.with_suffix(".whole")
    book.save(whole)
    with zipfile.ZipFile(whole) as before, zipfile.ZipFile(path, "w") as after:
        for part in before.infolist():
            content = before.read(part)
            after.writestr(part, content[: len(content) * 2 // 3] if part.filename.endswith("sheet1.xml") else content)
    return path


def kept(app: App) -> list[BoardMessage]:
    found = app.store.find(RecordQuery(kinds=(Kind.BOARD,), limit=100)).records
    return [record for record in found if isinstance(record, BoardMessage)]


def test_every_row_becomes_a_message_once(app: App, tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", ROWS)
    first = imported(app, path)
    assert (first.rows, first.new, first.duplicate, first.refusals) == (3, 3, 0, ())
    second = imported(app, path)
    assert (second.rows, second.new, second.duplicate) == (3, 0, 3)
    messages = kept(app)
    assert len(messages) == 3
    answered = next(m for m in messages if m.title == "小区停水")
    assert answered.reply is not None and answered.reply.text == "已恢复供水"
    assert answered.category == "投诉"


def test_the_same_rows_in_another_encoding_and_format_add_nothing(app: App, tmp_path: Path) -> None:
    imported(app, csv(tmp_path / "a.csv", ROWS))
    for encoding in ("gbk", "utf-16", "utf-8-sig"):
        assert imported(app, csv(tmp_path / f"{encoding}.csv", ROWS, encoding)).new == 0
    assert imported(app, csv(tmp_path / "tab.tsv", [row.replace(",", "\t") for row in ROWS])).new == 0


def test_a_later_answer_is_taken_over(app: App, tmp_path: Path) -> None:
    imported(app, csv(tmp_path / "a.csv", ROWS))
    later = [*ROWS[:2], ROWS[2].replace("建议,,", "建议,已派人维修,2026-11-22 07:00"), ROWS[3]]
    report = imported(app, csv(tmp_path / "b.csv", later))
    assert (report.new, report.replies) == (0, 1)
    assert sum(1 for m in kept(app) if m.reply) == 2


def test_bad_rows_are_named_by_number_and_do_not_stop_the_good_ones(app: App, tmp_path: Path) -> None:
    rows = [*ROWS, ",,2026-11-21,,,,", "停水,没水,前天,,,,", "停水,没水,,,,,", "停水,没,水,2026-11-21,a,b,c,d"]
    report = imported(app, csv(tmp_path / "a.csv", rows))
    assert (report.rows, report.new) == (7, 3)
    assert report.refused == {"empty": 1, "time_unknown": 1, "time_missing": 1, "unreadable": 1}
    assert [(r.row, r.reason) for r in report.refusals] == [
        (5, "empty"), (6, "time_unknown"), (7, "time_missing"), (8, "unreadable"),
    ]  # fmt: skip
    assert runs.recent(app.store, "hotline")[0].state is runs.RunState.PARTIAL
    counted = {s.labels["reason"]: s.value for s in tally.read(app.store) if s.name == "import_rows_refused"}
    assert counted == report.refused


def test_rows_counted_are_rows_accounted_for(app: App, tmp_path: Path) -> None:
    rows = [*ROWS, "停水,没水了,2019-01-01,,,,", "停水,没水了,2030-01-01,,,,", ROWS[1], "停水,没水,x,,,,"]
    report = imported(app, csv(tmp_path / "a.csv", rows))
    assert report.dropped == {"too_old": 1, "future": 1}
    parts = [report.new, report.duplicate, *report.dropped.values(), *report.refused.values()]
    assert report.rows == sum(n for n in parts if isinstance(n, int)) == 7


def test_a_preview_says_what_would_happen_and_writes_nothing(app: App, tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", ROWS)
    before = app.store.stats()
    report = previewed(app, path).report
    assert report is not None
    assert (report.new, report.dry_run) == (3, True)
    after = app.store.stats()
    assert (after.records, after.states) == (before.records, before.states)
    imported(app, path)
    again = previewed(app, path).report
    assert again is not None
    assert (again.new, again.duplicate) == (0, 3)


def test_the_import_is_audited_and_recorded_as_a_run(app: App, tmp_path: Path) -> None:
    imported(app, csv(tmp_path / "a.csv", ROWS), who="cli")
    entry = audit.read(app.store)[0]
    assert (entry.who, entry.action, entry.target) == ("cli", audit.Action.IMPORT, "hotline a.csv")
    run = runs.recent(app.store, "hotline")[0]
    assert (run.new, run.state, run.started) == (3, runs.RunState.OK, NOW)
    state = runs.states(app.store, app.settings.sources.source)["hotline"]
    assert state.last_new == NOW


def test_columns_about_persons_cannot_be_read_at_all(app: App, tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", ["来电人姓名,text,time", "某某,家里停水两天了,2026-11-20"])
    with pytest.raises(ImportRefused, match="“来电人姓名”是个人信息"):
        imported(app, path, columns={"title": "来电人姓名"})


def test_answers_that_come_late_in_json_lines_are_read(app: App, tmp_path: Path) -> None:
    rows = [f'{{"title":"停水{n}","text":"没水{n}天了","time":"2026-11-20"}}' for n in range(40)]
    rows.append('{"title":"停水","text":"没水很久了","time":"2026-11-20","reply":"已恢复供水"}')
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(rows), encoding="utf-8")
    assert imported(app, path).new == 41
    assert sum(1 for m in kept(app) if m.reply) == 1


def test_a_preview_proposes_columns_and_shows_redacted_rows(app: App, tmp_path: Path) -> None:
    path = csv(
        tmp_path / "a.csv",
        ["来电人,联系电话,诉求内容,来电时间", "某某,13912345678,家里停水两天了请联系13912345678,2026-11-20"],
    )
    seen = previewed(app, path)
    assert seen.columns.mapping == {"text": "诉求内容", "time": "来电时间"}
    assert seen.toml == '[source.columns]\ntext = "诉求内容"\ntime = "来电时间"\n'
    (first,) = seen.first
    assert first.text == "家里停水两天了请联系〔电话〕"
    taken = proposed_columns(app.settings, path, "hotline", {})
    assert imported(app, path, columns=taken).new == 1


def test_a_preview_without_a_time_says_so(app: App, tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", ["诉求内容,街道", "家里停水两天了没人管,青石街道"])
    seen = previewed(app, path)
    assert (seen.missing, seen.report) == (("time",), None)
    with pytest.raises(ImportRefused, match="缺少列：time"):
        proposed_columns(app.settings, path, "hotline", {})


def test_the_street_of_a_ticket_counts_where_it_is_one_of_the_district(app: App, tmp_path: Path) -> None:
    rows = [
        "title,text,time,street",
        "路灯,路灯坏了一周没人修,2026-11-20,青石街道",
        "停水,停水两天了,2026-11-20,别处镇",
    ]
    assert imported(app, csv(tmp_path / "a.csv", rows)).new == 2
    assert {m.title: m.labels.places for m in kept(app)} == {"路灯": ("青石街道",), "停水": ()}


def test_where_a_post_says_it_comes_from_is_not_read(app: App, tmp_path: Path) -> None:
    imported(app, csv(tmp_path / "a.csv", ["text,time,street", "小区停水两天了没人管,2026-11-21,青石街道"]), "forum")
    (post,) = app.store.find(RecordQuery(kinds=(Kind.POST,))).records
    assert post.labels.places == ()


def test_no_post_is_shown_in_a_preview(app: App, tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", ["text,time", *(f"青石街道小区停水{n}天了没水用,2026-11-21" for n in range(12))])
    seen = previewed(app, path, "forum")
    assert seen.first == ()
    assert seen.report is not None
    assert seen.report.fates == ()


def test_the_worksheet_with_the_table_is_found(app: App, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "汇总"
    book.active.append(["合计", 3])
    book.create_sheet("空")
    sheet = book.create_sheet("明细")
    sheet.append(["title", "text", "time"])
    sheet.append(["停水", "家里停水两天了", 46346.5])
    sheet.append(["#N/A", "#REF!", "2026-11-20"])
    book.save(tmp_path / "a.xlsx")
    report = imported(app, tmp_path / "a.xlsx")
    assert (report.sheet, report.other_sheets, report.new) == ("明细", ("汇总",), 1)
    assert report.refused == {"empty": 1}
    with pytest.raises(ImportRefused, match=r"没有工作表“无”.*汇总、空、明细"):
        imported(app, tmp_path / "a.xlsx", sheet="无")


def test_columns_can_be_named_for_one_import(app: App, tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", ["诉求标题,诉求内容,受理时间", "停水,家里停水两天了,2026-11-20"])
    with pytest.raises(
        ImportRefused, match="缺少列：text（text）、time（time）；文件里的列：诉求标题、诉求内容、受理时间"
    ):
        imported(app, path)
    report = imported(app, path, columns={"title": "诉求标题", "text": "诉求内容", "time": "受理时间"})
    assert report.new == 1
    assert kept(app)[0].title == "停水"


def test_a_refused_file_is_counted_and_leaves_no_other_trace(app: App, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused):
        imported(app, csv(tmp_path / "a.csv", ["a,b", "1,2"]))
    assert audit.read(app.store) == ()
    assert runs.recent(app.store, "hotline") == []
    assert [(s.name, s.value) for s in tally.read(app.store)] == [("import_files_refused", 1)]


def test_an_unknown_source_is_refused_with_the_known_ones(app: App, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match=r"没有信源“hotlin”.*hotline、keyed、forum"):
        imported(app, csv(tmp_path / "a.csv", ROWS), "hotlin")


def test_rows_of_a_keyed_source_are_the_same_while_the_key_is(app: App, tmp_path: Path) -> None:
    first = csv(tmp_path / "a.csv", ["id,title,body,time", "17,停水,家里停水两天了,2026-11-20"])
    edited = csv(
        tmp_path / "b.csv", ["id,title,body,time", "17,停水,家里停水三天了,2026-11-20", "18,停水,也没水,2026-11-20"]
    )
    assert imported(app, first, "keyed").new == 1
    seen = previewed(app, edited, "keyed").report
    report = imported(app, edited, "keyed")
    for told in (seen, report):
        assert told is not None
        assert (told.new, told.duplicate, told.edited) == (1, 1, 1)


def test_a_ticket_whose_text_changed_is_revised_and_one_that_was_closed_is_answered(app: App, tmp_path: Path) -> None:
    head = "id,title,body,time,reply,reply_time,department"
    first = [head, "17,停水,家里停水两天了,2026-11-20,,,", "18,路灯,路灯坏了一周没人修,2026-11-20,,,"]
    later = [
        head,
        "17,停水,家里停水两天了，今天来水但很黄,2026-11-20,,,",
        "18,路灯,路灯坏了一周没人修,2026-11-20,已派人修复，路灯已亮,2026-11-22 07:00,区城管局",
    ]
    imported(app, csv(tmp_path / "a.csv", first), "keyed")
    path = csv(tmp_path / "b.csv", later)
    seen = previewed(app, path, "keyed").report
    report = imported(app, path, "keyed")
    for told in (seen, report):
        assert told is not None
        assert (told.new, told.edited, told.replies) == (0, 1, 1)
        assert [fate.outcome for fate in told.fates] == [Outcome.EDITED, Outcome.REPLIED]
    water, lamp = sorted(kept(app), key=lambda m: m.title)
    assert water.text == "家里停水两天了，今天来水但很黄"
    assert [(r.title, r.text) for r in water.revisions] == [(None, True)]
    assert lamp.reply is not None
    assert lamp.reply.department == "区城管局"
    assert imported(app, path, "keyed").as_json()["edited"] == 0


def test_a_message_that_was_withdrawn_stays_withdrawn(app: App, tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", ROWS)
    imported(app, path)
    gone = kept(app)[0]
    assert app.store.withdraw(gone.id, NOW, uncount=False)
    report = imported(app, path)
    assert (report.new, report.duplicate, report.edited) == (0, 3, 0)
    assert len(kept(app)) == 2


def test_figures_about_imported_posts_leave_only_rounded(app: App, tmp_path: Path) -> None:
    rows = ["text,time", *(f"青石街道小区停水{n}天了没水用,2026-11-21 0{n % 9}:00" for n in range(23)), "没时间,"]
    report = imported(app, csv(tmp_path / "a.csv", rows), "forum")
    doc = report.as_json()
    assert doc["rows"] == {"value": 25, "text": "25", "rounded_to": 5, "suppressed": False}
    assert doc["refused"]["time_missing"]["text"] == "<10"
    assert "23" not in str(doc["new"])


def test_a_quote_that_is_never_closed_costs_its_own_row_only(app: App, tmp_path: Path) -> None:
    rows = [*ROWS, '"停水,没水,2026-11-21,,,,', *(f"停水,没水{n},2026-11-21,,,," for n in range(3))]
    report = imported(app, csv(tmp_path / "a.csv", rows))
    assert report.new == 6
    assert [(fate.row, fate.why) for fate in report.refusals] == [(5, "引号不成对")]


def test_a_workbook_damaged_in_the_middle_keeps_what_was_read_and_says_so(app: App, tmp_path: Path) -> None:
    path = damaged_workbook(tmp_path / "a.xlsx", rows=150)
    with pytest.raises(ImportRefused, match="不是完好的 XLSX"):
        imported(app, path, portion=50)
    run = runs.recent(app.store, "hotline")[0]
    assert 50 <= run.new < 150
    assert (run.state, run.message) == (runs.RunState.PARTIAL, "文件导入，读到中途文件损坏")
    assert app.store.count(RecordQuery(kinds=(Kind.BOARD,))) == run.new


def test_progress_reaches_the_end(app: App, tmp_path: Path) -> None:
    seen: list[Step] = []
    path = csv(tmp_path / "a.csv", [HEAD, *(f"停水,没水{n}天,2026-11-21,,,," for n in range(110))])
    imported(app, path, progress=seen.append, portion=50)
    assert [step.rows for step in seen] == [50, 100, 110]
    size = path.stat().st_size
    assert [step.total for step in seen] == [size] * 3
    assert [step.done for step in seen] == sorted(step.done for step in seen)
    assert seen[-1].done == size
