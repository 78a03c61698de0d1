"""预警与突发 and the suggestions that follow from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from monitor import briefs
from monitor.alerts.book import AlertBook
from monitor.alerts.types import Alert, AlertState, alert_id
from monitor.briefs.types import Bullets, Paragraph, words
from monitor.model import Kind
from tests.briefs.build import DAY, MORNING, at, settings, store

ONSET = at(hour=8)


def alert(topic: str = "供水", level: int = 3, onset: datetime = ONSET, **more: Any) -> Alert:
    facts = Alert(
        id=alert_id(topic, onset), topic=topic, level=level, state=AlertState.OPEN, onset=onset,
        opened_at=onset + timedelta(hours=1), updated=onset + timedelta(hours=1), window_h=3, window_begin=onset,
        window_end=onset + timedelta(hours=3), observed={Kind.BOARD: 12}, shown_total=12, expected_low=0,
        expected_high=5, department="区水务局", rule="water",
    )  # fmt: skip
    return replace(facts, **more)


def brief(*alerts: Alert, now: datetime = MORNING) -> briefs.Brief:
    kept = store()
    for item in alerts:
        AlertBook(kept).open_new(item)
    return briefs.daily(settings(), kept, DAY, now)


def told(made: briefs.Brief, key: str) -> list[str]:
    lines: list[str] = []
    for block in made.section(key).blocks:
        if isinstance(block, Paragraph):
            lines.append(words(block.parts))
        elif isinstance(block, Bullets):
            lines += map(words, block.items)
    return lines


def test_an_open_alert_is_told_with_its_clock_and_leads_the_brief() -> None:
    made = brief(alert())
    assert words(made.lead) == "黄色预警供水：3小时内群众反映12条，平时不超过5条。"
    assert told(made, "alerts")[:2] == [
        "尚未恢复的预警1起。",
        "黄色预警供水（待签收）：自11月21日8时起，3小时内群众反映12条，平时不超过5条。责任部门：区水务局。"
        "回应群众（5小时）时限11月21日13时（已到时限）。",
    ]
    without_rule = told(brief(alert("噪音", rule=None)), "alerts")[1]
    assert without_rule.endswith("回应群众（48小时）时限11月23日8时（尚余24小时）。")


def test_a_grave_alert_has_the_five_the_twenty_four_and_the_forty_eight_hour_clock() -> None:
    line = told(brief(alert(level=2, rule=None), now=at(hour=11, minute=30)), "alerts")[1]
    assert line.endswith(
        "发布权威信息（5小时）时限11月21日13时（尚余1小时）；新闻发布会（24小时）时限11月22日8时（尚余20小时）；"
        "回应群众（48小时）时限11月23日8时（尚余44小时）。"
    )
    later = told(brief(alert(level=2, rule=None)), "alerts")[1]
    assert "时限11月21日13时（已到时限）" in later and "时限11月22日8时（尚余30分钟）" in later


def test_the_limits_of_the_response_plan_go_before_the_general_ones_and_what_was_done_is_told() -> None:
    """first_h and deadline_h of the rule, as the alert froze them; what the desk registered instead of a countdown."""
    plan: dict[str, Any] = {"first_deadline": ONSET + timedelta(hours=3), "deadline": ONSET + timedelta(hours=24)}
    waiting = told(brief(alert(**plan), now=at(hour=10)), "alerts")[1]
    assert waiting.endswith(
        "发布权威信息（3小时）时限11月21日11时（尚余1小时）；回应群众（24小时）时限11月22日8时（尚余22小时）。"
    )
    done = alert(**plan, first_done_at=ONSET + timedelta(hours=4), answered_at=ONSET + timedelta(hours=20))
    line = told(brief(done), "alerts")[1]
    assert "发布权威信息（3小时）已于11月21日12时完成，已超时限" in line
    assert "回应群众（24小时）已于11月22日4时完成。" in line


def test_clocks_that_run_out_at_one_moment_are_told_in_one_clause() -> None:
    line = told(brief(alert(level=2, deadline=ONSET + timedelta(hours=24)), now=at(hour=9)), "alerts")[1]
    assert "新闻发布会（24小时）、回应群众（24小时）时限11月22日8时（尚余23小时）" in line


def test_an_alert_with_posts_is_told_as_about() -> None:
    rounded = {"value": 40, "text": "40", "rounded_to": 5, "suppressed": False}
    made = brief(alert(observed={Kind.POST: rounded}, shown_total=40))
    assert "群众反映约40条" in words(made.lead)
    assert "群众反映约40条" in told(made, "alerts")[1]


def test_a_recovered_alert_is_told_on_its_day_and_asks_for_nothing() -> None:
    over = alert(state=AlertState.RECOVERED, recovered_at=at(hour=15))
    made = brief(over)
    assert told(made, "alerts")[0] == "当日恢复1起。"
    assert "供水（11月21日15时恢复）" in told(made, "alerts")[1]
    assert "当前情况没有触发预案条目，本期无建议。" in told(made, "advice")
    long_over = alert(
        onset=ONSET - timedelta(days=3), state=AlertState.RECOVERED, recovered_at=ONSET - timedelta(days=2)
    )
    assert told(brief(long_over), "alerts") == ["当日没有预警，也没有尚未恢复的预警。"]


def test_an_alert_that_recovered_after_the_brief_was_due_is_still_open_in_it() -> None:
    later = alert(state=AlertState.RECOVERED, recovered_at=MORNING + timedelta(hours=2))
    assert told(brief(later, now=MORNING + timedelta(days=9)), "alerts")[0] == "尚未恢复的预警1起。"


def test_an_acknowledged_alert_says_since_when() -> None:
    taken = alert(state=AlertState.ACKNOWLEDGED, acknowledged_by="li", acknowledged_at=at(hour=9, minute=5))
    line = told(brief(taken), "alerts")[1]
    assert "供水（11月21日9时05分已签收）" in line
    assert "li" not in line


def test_the_gravest_open_alert_comes_first() -> None:
    made = brief(
        alert("噪音", 4, rule=None),
        alert("供水", 2),
        alert("城乡建设", 1, state=AlertState.RECOVERED, recovered_at=at(hour=12)),
    )
    lines = told(made, "alerts")
    assert lines[0] == "尚未恢复的预警2起；当日恢复1起。"
    assert [line[:6] for line in lines[1:4]] == ["橙色预警供水", "蓝色预警噪音", "红色预警城乡"]
    assert words(made.lead).endswith("；另有1起预警未恢复。")


def test_a_suggestion_names_rule_department_and_deadline_and_comes_from_the_plan() -> None:
    assert told(brief(alert()), "advice")[-2:] == [
        "黄色预警供水：请区水务局尽快答复群众（时限11月21日13时，已过）：核实停水范围与恢复时间；协调应急送水。"
        "（依据：预案条目 water，答复时限5小时）",
        "预案指：示例区应急预案。",
    ]
    assert "请区水务局于11月21日13时前答复群众：核实" in told(brief(alert(), now=at(hour=12)), "advice")[-2]


def test_nothing_is_suggested_where_the_plan_has_no_rule() -> None:
    for item in (alert("噪音", 4, rule=None), alert("供水", 4, rule=None)):
        assert told(brief(item), "advice")[-1] == "当前情况没有触发预案条目，本期无建议。"


def test_thin_history_is_said() -> None:
    assert "历史数据不足" in told(brief(alert(thin_history=True)), "alerts")[1]
