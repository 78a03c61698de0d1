"""六、研判与建议: forecasts with their interval, early signs, what the response plan asks for."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from monitor import briefs
from monitor.alerts.book import AlertBook
from monitor.briefs import outlook
from monitor.briefs.codec import of_json, to_json
from monitor.briefs.outlook_types import Ahead
from monitor.briefs.types import Brief, Figure, words
from monitor.briefs.writing import forecasts
from monitor.model import CHINA, AnyRecord, Kind
from monitor.signals.ahead import DayAhead, forecast_named
from monitor.signals.forecast import forecast
from monitor.signals.forecast import forecasts as several
from monitor.store.memory import MemoryStore
from tests.briefs.build import DAY, MORNING, at, message, messages, posts, settings, store
from tests.briefs.hot import facts_of, items, lines
from tests.briefs.test_alert_section import alert

RULE = {"id": "water", "topic": "供水", "level": 3, "department": "区水务局", "deadline_h": 24, "first_h": 5,
        "steps": ["核实停水范围，发布权威信息", "协调应急送水"]}  # fmt: skip
PLAN = {"department": [{"name": n} for n in ("区住建局", "区水务局", "区生态环境局")], "rule": [RULE]}


def daily_messages(n: int, days: int = 60, topics: tuple[str, ...] = ("供水",)) -> list[AnyRecord]:
    return [m for d in range(days) for m in messages(n, DAY - timedelta(days=d), topics=topics, title="路口")]


def _on(days_ago: int, n: int) -> list[AnyRecord]:
    return list(messages(n, DAY - timedelta(days=days_ago), title="路口"))


def brief(kept: MemoryStore, now: datetime = MORNING, day: date = DAY, **changes: Any) -> Brief:
    return briefs.daily(settings(**changes), kept, day, now)


def advice(kept: MemoryStore, **options: Any) -> str:
    return "\n".join(lines(brief(kept, **options).section("advice")))


# The coming days


def test_the_coming_week_is_told_with_its_interval_and_beside_the_usual() -> None:
    told = advice(store(*daily_messages(6), *[m for d in range(0, 60, 2) for m in _on(d, 4)]))
    found = re.search(
        r"预计11月22日至28日群众留言日均(\d+\.\d)件（80%预测区间每日(\d+)件至(\d+)件），与前四周日均（8\.0件）基本持平。",
        told,
    )
    assert found is not None, told
    mean, low, high = map(float, found.groups())
    assert low < 8 < high and mean == pytest.approx(8, abs=0.5)
    assert "每五天约有四天" in told


@pytest.mark.parametrize("kept", [[], messages(3), daily_messages(1, 10), daily_messages(5, 13)])
def test_thin_history_is_said_and_nothing_is_forecast(kept: list[AnyRecord]) -> None:
    told = advice(store(*kept))
    assert "预计" not in told
    assert ("样本不足，本期不作预测。" in told) == bool(kept)


def test_a_day_that_is_still_running_is_not_part_of_the_past() -> None:
    whole = facts_of(store(*daily_messages(8)), now=at(hour=12)).outlook.all_ahead[0].days
    kept = [m for m in daily_messages(8) if m.published.astimezone(CHINA).date() < DAY]
    cut = facts_of(store(*kept), now=at(hour=12)).outlook.all_ahead[0].days
    assert [d.day for d in whole] == [DAY + timedelta(days=n) for n in range(1, 7)]
    assert whole == cut, "the messages of this morning change nothing"


def test_posts_are_forecast_rounded_and_suppressed() -> None:
    crowd = [p for d in range(60) for p in posts(24, DAY - timedelta(days=d))]
    facts = facts_of(store(*crowd))
    (ahead,) = [a for a in facts.outlook.all_ahead if a.kind is Kind.POST]
    assert ahead.days and all(d.low % 5 == 0 and d.high % 5 == 0 for d in ahead.days)
    told = advice(store(*crowd))
    assert re.search(r"公开帖文日均约\d+条（80%预测区间每日(约|不超过约)", told)
    few = [p for d in range(60) for p in posts(4, DAY - timedelta(days=d))]
    assert "公开帖文" not in advice(store(*few)), "a suppressed kind may be an empty one"


def test_a_topic_under_alert_is_forecast_by_itself() -> None:
    kept = store(*daily_messages(8), *daily_messages(3, topics=("噪音",)))
    AlertBook(kept).open_new(alert("噪音", 4, rule=None))
    assert re.search(r"；其中噪音留言日均\d\.\d件（80%预测区间每日", advice(kept))


def test_a_forecast_over_the_new_year_names_it() -> None:
    eve = date(2026, 12, 29)
    kept = [m for d in range(60) for m in messages(8, eve - timedelta(days=d), title="路口")]
    told = advice(store(*kept), day=eve, now=datetime(2026, 12, 30, 7, 30, tzinfo=CHINA))
    assert "预计12月30日至2027年1月5日群众留言" in told


def test_growth_is_never_told_as_nothing() -> None:
    days = tuple(DayAhead(DAY + timedelta(days=n), 10, 5, 15) for n in range(1, 8))
    for usual, said in (
        (10.0, "基本持平"),
        (10.4, "基本持平"),
        (8.0, "增加25.0%"),
        (20.0, "减少50.0%"),
        (4.0, "日均10.0件"),
    ):
        facts = facts_of(store(*messages(1, title="路口")))
        facts = replace(facts, outlook=replace(facts.outlook, all_ahead=(Ahead(Kind.BOARD, "*", days, usual),)))
        told = "\n".join(words(b.parts) for b in forecasts.blocks(facts))  # type: ignore[union-attr]
        assert said in told
        assert "增加0" not in told and "减少0" not in told


def test_an_interval_of_one_number_and_one_from_nothing_are_said_as_such() -> None:
    def said(low: int, high: int) -> str:
        days = tuple(DayAhead(DAY + timedelta(days=n), high, low, high) for n in range(1, 8))
        facts = facts_of(store(*messages(1, title="路口")))
        facts = replace(facts, outlook=replace(facts.outlook, all_ahead=(Ahead(Kind.BOARD, "*", days, None),)))
        return "\n".join(words(b.parts) for b in forecasts.blocks(facts))  # type: ignore[union-attr]

    assert "（80%预测区间每日均为8件）" in said(8, 8)
    assert "（80%预测区间每日不超过3件）" in said(0, 3)
    assert "（80%预测区间每日2件至9件）" in said(2, 9)


def test_several_series_are_forecast_as_each_by_itself() -> None:
    histories: list[list[float | None]] = [
        [float((i * 7) % 13) for i in range(80)], [0.0] * 80, [None if i % 9 == 0 else 30.0 + i % 7 for i in range(80)]
    ]  # fmt: skip
    assert several(histories, DAY) == [forecast(history, DAY) for history in histories]
    assert several([], DAY) == []


def test_all_texts_are_forecast_under_their_own_name() -> None:
    kept = store(*daily_messages(6))
    (whole, water) = forecast_named(settings(), kept, DAY, ("*", "供水"), kinds=(Kind.BOARD,))
    assert next(d.day for d in whole.days) == DAY
    assert [(d.low, d.mean, d.high) for d in whole.days] == [(d.low, d.mean, d.high) for d in water.days]


# Early signs and whom it touches


def test_an_early_sign_names_the_rule_that_an_alert_would_call_for() -> None:
    kept = store(*messages(12, title="路口"), *messages(2, DAY - timedelta(days=7), title="路口"))
    told = items(brief(kept, response_plan=PLAN), "advice", "苗头（增长明显、尚未达到预警）")
    assert told == ["供水：留言12件（往期同日平均2.0件）；责任部门区水务局，如升级为预警，适用预案条目 water。"]


def test_an_early_sign_says_what_most_of_it_is_about() -> None:
    first = message(at(), title="丽发新城搅拌站噪音")
    more = [message(at(), title=f"丽发新城搅拌站粉尘{n}", event=first.id) for n in "一二三四五"]
    other = [message(at(DAY), title=f"第{n}处") for n in "甲乙"]
    kept = store(first, *more, *other, *messages(2, DAY - timedelta(days=7), title="路口"))
    (told,) = items(brief(kept), "advice", "苗头（增长明显、尚未达到预警）")
    assert "，其中6件反映“丽发新城搅拌站粉尘”；" in told
    (all_of_it,) = items(brief(store(first, *more, *messages(2, DAY - timedelta(days=7), title="路口"))), "advice",
                         "苗头（增长明显、尚未达到预警）")  # fmt: skip
    assert "，均反映“丽发新城搅拌站粉尘”；" in all_of_it


def test_whom_the_foremost_matter_touches_is_said() -> None:
    told = advice(store(message(at(), title="幼儿园旁燃气泄漏")))
    assert "影响：“幼儿园旁燃气泄漏”事关人身安全、水电气暖、儿童与学校。" in told
    assert "影响" not in advice(store(message(at(), title="路口")))


# What the plan asks for


def asked(made: Brief) -> list[str]:
    return items(made, "advice", "建议")


def kept_with(*alerts: Any) -> MemoryStore:
    kept = store()
    for item in alerts:
        AlertBook(kept).open_new(item)
    return kept


def test_the_five_hour_clock_is_told_beside_the_one_of_the_answer() -> None:
    made = brief(kept_with(alert()), now=at(hour=9), response_plan=PLAN)
    assert asked(made) == [
        "黄色预警供水：请区水务局于11月21日13时前发布权威信息，于11月22日8时前答复群众：核实停水范围，发布权威信息；"
        "协调应急送水。（依据：预案条目 water，发布时限5小时，答复时限24小时）"
    ]


def test_a_clock_that_is_over_and_one_that_was_kept_are_told() -> None:
    over = asked(brief(kept_with(alert()), now=at(hour=15), response_plan=PLAN))[0]
    assert "请区水务局尽快发布权威信息（时限11月21日13时，已过），于11月22日8时前答复群众" in over
    done = alert(first_done_at=at(hour=10), first_deadline=at(hour=13))
    assert (
        "请区水务局（已于11月21日10时发布权威信息），于"
        in asked(brief(kept_with(done), now=at(hour=15), response_plan=PLAN))[0]
    )
    # What was done later than the brief is not known in it.
    assert "于11月21日13时前发布" in asked(brief(kept_with(done), now=at(hour=9, minute=30), response_plan=PLAN))[0]


def test_the_asks_have_an_identity_and_survive_the_archive() -> None:
    kept = kept_with(alert())
    kept.add([message(at(DAY - timedelta(days=4)), title="路口")])
    made = brief(kept, response_plan=PLAN)
    by_alert, overdue = made.asks
    assert by_alert.id.startswith("water.") and by_alert.alert == alert().id
    assert (by_alert.first_due, by_alert.due) == (at(hour=13), at(DAY + timedelta(days=1), 8))
    assert (overdue.department, overdue.messages, overdue.since) == ("区水务局", 1, DAY - timedelta(days=29))
    assert of_json(to_json(made)) == made
    again = brief(kept, response_plan=PLAN)
    assert [a.id for a in again.asks] == [a.id for a in made.asks]
    older = {k: v for k, v in to_json(made).items() if k != "asks"}
    assert of_json(older).asks == ()


def test_every_figure_of_the_section_has_its_unit_and_its_query() -> None:
    kept = store(*daily_messages(8), *messages(20, title="燃气泄漏"))
    AlertBook(kept).open_new(alert())
    for block in brief(kept, response_plan=PLAN).section("advice").blocks:
        parts = getattr(block, "parts", ()) or [p for item in getattr(block, "items", ()) for p in item]
        for figure in (p for p in parts if isinstance(p, Figure)):
            assert figure.unit and figure.query.startswith("/api/v1/")


def test_the_outlook_of_an_empty_store_is_empty() -> None:
    facts = facts_of(store())
    assert outlook.gather(settings(), store(), facts).suggestions == ()
    assert advice(store()).splitlines() == [
        "未发现增长明显而未达预警的事项。",
        "当前情况没有触发预案条目，本期无建议。",
    ]
