"""Who is to answer, under one name."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.model import Reply
from monitor.responses import UNASSIGNED, canonical, department_of, summary
from monitor.settings import Settings
from tests.briefs.build import DAY, MORNING, TOML, at, message, settings, store


def rules(*names: str, **district: Any) -> Settings:
    """The test district with these departments in its plan, and no others."""
    plan = {"department": [{"name": name} for name in names], "rule": []}
    topics = {"topic": [{"name": "停水", "official": "城乡建设", "department": names[0], "terms": ["停水"]}]}
    return settings(response_plan=plan, topics=topics, district={**TOML["district"], **district})


@pytest.mark.parametrize(
    "written",
    ["区水务局", "示例区水务局", "示例市示例区水务局", "示例省示例市示例区水务局", "示例市区水务局", "示例新区水务局",
     "水务局", " 示例区 水务局", "示例区\u3000水务局"],
)  # fmt: skip
def test_a_department_is_known_by_any_name_that_boards_give_it(written: str) -> None:
    assert canonical(written, rules("区水务局", "区教育局", aliases=("示例新区",))) == "区水务局"


@pytest.mark.parametrize(
    "written",
    ["示例市水务局", "市水务局", "示例省水务局", "区水利局", "样板区水务局", "示例区", "区", "", "示例区供水公司"],
)
def test_another_department_keeps_the_name_it_bears(written: str) -> None:
    assert canonical(written, rules("区水务局")) == written


def test_a_name_that_means_two_departments_is_left_alone() -> None:
    both = rules("区水务局", "市水务局")
    assert canonical("水务局", both) == "水务局"
    assert canonical("示例区水务局", both) == "区水务局"
    assert canonical("示例市水务局", both) == "市水务局"


@pytest.mark.parametrize("written", ["示例区市场监督管理局", "区市场监督管理局", "市场监督管理局"])
def test_the_market_is_not_a_city(written: str) -> None:
    assert canonical(written, rules("区市场监督管理局", "区政管理局")) == "区市场监督管理局"


def test_the_configuration_may_bear_the_long_name() -> None:
    assert canonical("区水务局", rules("示例区水务局")) == "示例区水务局"


@pytest.mark.parametrize("written", ["某市水务局", "市水务局", "西地省某市水务局", "水务局"])
def test_a_county_level_city_is_its_own_district(written: str) -> None:
    assert canonical(written, rules("市水务局", name="某市", city="某市", province="西地省")) == "市水务局"


def test_the_department_is_the_one_that_answered_else_that_of_the_topic() -> None:
    known = settings()
    assert department_of(message(at(), reply=Reply("已办", None, "区城管局")), known) == "区城管局"
    assert department_of(message(at(), reply=Reply("已办", None, "示例区水务局")), known) == "区水务局"
    assert department_of(message(at(), ("噪音", "供水")), known) == "区生态环境局"
    assert department_of(message(at(), ("已撤销的专题",)), known) == UNASSIGNED


def test_a_matter_says_more_than_an_official_class_before_it() -> None:
    known = settings()
    assert department_of(message(at(), ("城乡建设", "供水")), known) == "区水务局"
    assert department_of(message(at(), ("城乡建设",)), known) == "区住建局"
    assert department_of(message(at(), ("已撤销的专题", "城乡建设")), known) == "区住建局"


def test_answered_and_open_messages_of_a_department_are_in_one_row() -> None:
    kept = store(
        message(at(), reply=Reply("已办", at(hour=11), "示例区水务局")),
        message(at(), reply=Reply("已办", at(hour=12), "示例市示例区水务局")),
        message(at(), ("城乡建设", "供水")),
    )
    (row,) = summary(kept, settings(), DAY, DAY, MORNING).departments
    assert (row.department, row.received, row.answered) == ("区水务局", 3, 2)
