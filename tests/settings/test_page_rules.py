"""Rules of lists, pages and papers at the door: CSS and XPath that can be read and point to no person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from monitor.settings import problems_of
from monitor.settings.selectors import RuleError, compiled, points_to_person
from tests.crawlers.desk import _table


def problems(folder: Path, **source: Any) -> str:
    told = {
        "id": "s",
        "name": "源",
        "kind": "news",
        "adapter": "html",
        "url": "http://127.0.0.1:1/",
        "local": True,
        **source,
    }
    (folder / "sources.toml").write_text(_table("[source]", told), encoding="utf-8")
    (folder / "district.toml").write_text('name = "示例区"\ncity = "示例市"\nprovince = "示例省"\n', encoding="utf-8")
    return "\n".join(str(p) for p in problems_of(folder, {}))


@pytest.mark.parametrize(
    "rule",
    [
        "ul.list a",
        "a:contains('下一页')",
        "//ul[@class='l']/li/a",
        ".//a",
        "(//ul)[1]//a",
        "./div",
        "id('x')/a",
        "h1, h2",
    ],
)
def test_css_and_xpath_are_both_rules(rule: str, tmp_path: Path) -> None:
    assert problems(tmp_path, list={"link": rule}, page={"text": rule, "time": rule}) == ""


@pytest.mark.parametrize(
    "rule", ["ul[", "//ul[", "//a/@href]", "count(//a)", "//h1/text(", "a::attr(href)", "string(//h1)"]
)
def test_what_cannot_be_read_is_named_with_an_example(rule: str, tmp_path: Path) -> None:
    text = problems(tmp_path, list={"link": rule})
    assert "source.s.list.link" in text and "//div[@class=" in text


@pytest.mark.parametrize(
    "rule",
    [".post-author", "//span[@class='user-name']", "#nickname", "a[href*=member]", "//*[@id='作者']", "img.avatar"],
)
def test_a_rule_that_points_to_a_person_is_refused_in_css_and_xpath(rule: str, tmp_path: Path) -> None:
    for part, key in (
        ("list", "link"),
        ("page", "text"),
        ("page", "title"),
        ("page", "category"),
        ("page", "department"),
    ):
        assert "S1" in problems(tmp_path, **{part: {key: rule}}), (part, key)


def test_leaving_a_person_out_and_the_time_of_a_post_are_allowed(tmp_path: Path) -> None:
    assert not points_to_person(".post:not(.author) p") and not points_to_person("//p[not(@class='user')]")
    assert points_to_person(".author:not(.x)")
    assert problems(tmp_path, page={"text": "div.t:not(.author)", "time": "em[id^=authorposton]"}) == ""


def test_an_xpath_of_attributes_or_texts_selects_no_elements_but_is_none_the_less_a_list() -> None:
    assert callable(compiled("//a/@href"))
    with pytest.raises(RuleError):
        compiled("boolean(//a)")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({"paper": {"issue": "http://x.cn/{yyyy}{mm}{dd}.html"}}, "epaper"),
        ({"adapter": "epaper", "paper": {"issue": "http://x.cn/{year}.html"}}, "{year}"),
        ({"adapter": "epaper", "paper": {"issue": "http://x.cn/{yyyy}/{mm}.html"}}, "年、月、日"),
        ({"adapter": "epaper", "paper": {"days": 30}}, "14"),
        ({"adapter": "epaper", "kind": "board"}, "news"),
        ({"adapter": "frontpage", "kind": "post"}, "hotlist"),
        ({"list": {"head": "h1 a"}}, "frontpage"),
    ],
)
def test_rules_of_another_adapter_and_unknown_tokens_are_told(
    source: dict[str, Any], said: str, tmp_path: Path
) -> None:
    assert said in problems(tmp_path, **source)


def test_a_paper_and_a_front_page_are_right_as_documented(tmp_path: Path) -> None:
    paper = {"issue": "https://epaper.example.com/html/{yyyy}-{mm}/{dd}/node_1.htm", "days": 5}
    assert problems(tmp_path, adapter="epaper", paper=paper) == ""
    assert problems(tmp_path, adapter="frontpage", list={"head": ".top a", "link": "//li/a"}) == ""
