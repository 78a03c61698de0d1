"""Rows and times, without any file."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ImportRefused
from monitor.model import CHINA, Fetched, Kind
from monitor.ops.import_rows import BadRow, chosen_fields, fetched, match, moment, plain, rules_of
from monitor.settings.types import ColumnRules, Source

NOW = datetime(2026, 11, 22, 8, tzinfo=CHINA)
HOTLINE = Source(id="hotline", name="12345", kind=Kind.BOARD, adapter="import", trusted=True)


def row(**cells: object) -> Fetched | BadRow:
    rules = rules_of(HOTLINE, {})
    mapped = match(rules, [*cells, *(n for n in ("text", "time") if n not in cells)], frozenset())
    return fetched(cells, mapped, HOTLINE, NOW)


@pytest.mark.parametrize(
    "written",
    [
        "2019/2/28 11:25:05", "2019-02-28 11:25:05", "2019-02-28T11:25:05", "2019.2.28 11:25:05",
        "20190228112505",
        "2019年2月28日 11时25分05秒", "2019年2月28日11:25:05", "2019-02-28T03:25:05Z",
        "２０１９／２／２８　１１：２５：０５",
        "2019-02-28T11:25:05+08:00", "2019-02-28 11:25:05.000", "1551324305", "1551324305000", 1551324305,
        "2019/2/28 上午11:25:05", "2019/2/28 11:25:05 AM", datetime(2019, 2, 28, 11, 25, 5),  # noqa: DTZ001
        "43524.475752314816", 43524.475752314816,
    ],
)  # fmt: skip
def test_every_usual_way_to_write_a_time_means_the_same_moment(written: object) -> None:
    assert moment(written) == datetime(2019, 2, 28, 11, 25, 5, tzinfo=CHINA)


@pytest.mark.parametrize(
    "written", ["2019-02-28", "2019/2/28", "20190228", "2019年2月28日", 43524, "43524", date(2019, 2, 28)]
)
def test_a_day_without_a_time_begins_at_midnight_china_time(written: object) -> None:
    assert moment(written) == datetime(2019, 2, 28, tzinfo=CHINA)


@pytest.mark.parametrize(
    "written", ["2019/2/28 3:25 PM", "2019/2/28 下午3:25", "2019-2-28 15:25", "2019年2月28日15时25分"]
)
def test_afternoons_are_understood(written: str) -> None:
    assert moment(written) == datetime(2019, 2, 28, 15, 25, tzinfo=CHINA)


def test_24_o_clock_is_the_next_midnight() -> None:
    assert moment("2019-02-28 24:00:00") == datetime(2019, 3, 1, tzinfo=CHINA)


@pytest.mark.parametrize(
    "written",
    ["", "昨天", "2019-02-30", "2019-13-01", "28/2/2019", "11:25", "0", "123", "2019-02-28 25:00", True, None, [],
     "inf", "9" * 400, "2019-02-28 11:25 =CMD()"],
)  # fmt: skip
def test_what_is_not_a_time_is_not_guessed(written: object) -> None:
    assert moment(written) is None


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2099, 12, 31)))  # noqa: DTZ001
def test_written_and_read_again_a_time_is_the_same(when: datetime) -> None:
    when = when.replace(microsecond=0, tzinfo=CHINA)
    bare = when.replace(tzinfo=None)
    for written in (
        f"{when:%Y-%m-%d %H:%M:%S}",
        f"{when.year}/{when.month}/{when.day} {when:%H:%M:%S}",
        when.isoformat(),
    ):
        assert moment(written) == when
    days = (bare - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001
    assert moment(days) == when
    if when.timestamp() >= 1_000_000_000:
        assert moment(int(when.timestamp())) == when


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.booleans(), st.lists(st.text())))
def test_no_cell_makes_the_reader_of_times_fail(cell: object) -> None:
    result = moment(cell)
    assert result is None or result.tzinfo is not None


def test_a_row_becomes_what_the_intake_takes() -> None:
    item = row(
        title=" 小区停水 ", text="已经两天没水", time="2026-11-21 09:30", url="https://board.example.cn/1",
        category="投诉",
        reply="已恢复供水", reply_time="2026-11-21 15:00", department="区水务局",
    )  # fmt: skip
    assert isinstance(item, Fetched)
    assert (item.title, item.text, item.category) == ("小区停水", "已经两天没水", "投诉")
    assert item.published == datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
    assert item.reply is not None
    assert (item.reply.department, item.reply.time) == ("区水务局", datetime(2026, 11, 21, 15, tzinfo=CHINA))


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    for text in ("=1+1", "+86停水", "-停水-", "@区长 停水"):
        item = row(text=text, time="2026-11-21")
        assert isinstance(item, Fetched)
        assert item.text == text


def test_a_title_alone_is_enough_and_is_the_text() -> None:
    item = row(title="路灯不亮", time="2026-11-21")
    assert isinstance(item, Fetched)
    assert item.text == "路灯不亮"


def test_bad_rows_say_why() -> None:
    assert row(title=" ", text=None, time="2026-11-21") is BadRow.EMPTY
    assert row(text="没水", time=" ") is BadRow.TIME_MISSING
    assert row(text="没水", time="前天") is BadRow.TIME_UNKNOWN


def test_rows_are_known_by_key_then_url_then_content() -> None:
    keyed = HOTLINE.model_copy(update={"columns": ColumnRules(key="id")})
    rules = rules_of(keyed, {})
    mapped = match(rules, ["id", "text", "time", "url"], chosen_fields(keyed, {}))
    cells = {"id": 17.0, "text": "没水", "time": "2026-11-21", "url": "https://b.example.cn/1"}
    by_key = fetched(cells, mapped, keyed, NOW)
    assert isinstance(by_key, Fetched)
    assert by_key.key == "row:17"
    assert fetched({**cells, "id": None}, mapped, keyed, NOW) is BadRow.KEY_MISSING
    by_url, again = (row(text="没水", time=t, url="https://b.example.cn/1") for t in ("2026-11-21", "2026-11-20"))
    assert isinstance(by_url, Fetched) and isinstance(again, Fetched)
    assert by_url.key == again.key
    one, same, other = (row(text=x, time="2026-11-21") for x in ("没水", "没水 ", "没电"))
    assert isinstance(one, Fetched) and isinstance(same, Fetched) and isinstance(other, Fetched)
    assert one.key == same.key != other.key


def test_column_names_match_whatever_their_width_case_and_spaces() -> None:
    mapped = match(rules_of(HOTLINE, {}), ["\ufeffＴｅｘｔ", " TIME "], frozenset())
    assert mapped.columns == {"text": "\ufeffＴｅｘｔ", "time": " TIME "}


def test_missing_columns_are_named_with_what_is_there_and_what_to_do() -> None:
    with pytest.raises(ImportRefused) as caught:
        match(rules_of(HOTLINE, {}), ["诉求内容", "受理时间"], frozenset())
    assert caught.value.message == "缺少列：text（text）、time（time）；文件里的列：诉求内容、受理时间"
    assert "--column text=列名 --column time=列名" in caught.value.hint


def test_a_column_that_someone_named_must_be_there() -> None:
    overrides = {"reply": "答复"}
    with pytest.raises(ImportRefused, match="reply（答复）"):
        match(rules_of(HOTLINE, overrides), ["text", "time", "回复"], chosen_fields(HOTLINE, overrides))


def test_a_file_without_header_does_not_spill_its_texts_into_the_message() -> None:
    with pytest.raises(ImportRefused) as caught:
        match(rules_of(HOTLINE, {}), ["我住在青石街道锦绣花园三栋，家里停水两天了", "13912345678"], frozenset())
    assert "锦绣花园" not in str(caught.value)
    assert "139" not in str(caught.value)


def test_an_unknown_field_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ImportRefused, match="没有名为“author”的字段"):
        rules_of(HOTLINE, {"author": "姓名"})


@given(st.one_of(st.text(), st.floats(allow_nan=True), st.integers(), st.none(), st.dictionaries(st.text(), st.text())))
def test_every_cell_becomes_a_text_that_can_be_stored(cell: object) -> None:
    plain(cell).encode("utf-8")


def test_a_lone_surrogate_cannot_break_a_later_write() -> None:
    assert plain("停水\ud83d") == "停水?"
