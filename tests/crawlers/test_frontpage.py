"""Front pages: which story is the headline, in which order the others stand, and what is no story."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.adapters import Meta, Role, adapter
from crawlers.adapters.frontpage import looks_like
from crawlers.failures import AdapterError, FetchFailure
from monitor.model import Fetched
from monitor.settings.types import Source
from tests.crawlers.paper_pages import WHO, front
from tests.crawlers.test_extract import saved
from tests.site import article

NOW = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
HOME = "https://news.example.cn/"
STORIES = [(f"/2026/1122/{n}.html", f"示例区第{n}件民生实事有了最新进展") for n in range(9)]


def source(**more: Any) -> Source:
    return Source.model_validate(
        {"id": "f", "name": "首页", "kind": "news", "adapter": "frontpage", "url": HOME, **more}
    )


def entries(body: str | bytes, told: Source | None = None) -> list[Fetched]:
    raw = body.encode() if isinstance(body, str) else body
    parsed = adapter("frontpage")(raw, Meta(HOME, HOME, Role.INDEX, NOW, "text/html"), told or source())
    return [link.entry for link in parsed.links if link.entry] or list(parsed.items)


@pytest.mark.parametrize("style", ["toutiao", "h1", "font", "label"])
def test_the_headline_is_what_the_page_sets_apart(style: str) -> None:
    found = entries(front("示例新闻网", STORIES, style))
    assert (found[0].url, found[0].rank) == ("https://news.example.cn/2026/1122/0.html", 1)
    assert found[0].title == STORIES[0][1]


@pytest.mark.parametrize("style", ["toutiao", "h1", "font", "label", "none"])
def test_every_story_has_one_place_and_nothing_else_has_any(style: str) -> None:
    found = entries(front("示例新闻网", STORIES, style))
    assert [e.rank for e in found] == list(range(1, 10))
    assert {e.url for e in found} == {f"https://news.example.cn{path}" for path, _ in STORIES}
    assert WHO not in repr(found)


def test_without_anything_set_apart_the_first_story_that_is_no_picture_in_turn_leads() -> None:
    assert entries(front("示例新闻网", STORIES, "none"))[0].url.endswith("/0.html")


def test_a_short_headline_is_one_too() -> None:
    page = front("示例新闻网", [("/2026/1122/0.html", "两会开幕"), *STORIES[1:]])
    assert (entries(page)[0].title, entries(page)[0].rank) == ("两会开幕", 1)


def test_the_lines_below_the_headline_follow_it() -> None:
    page = front("示例新闻网", STORIES).replace("<p><a href='/2026/1122/0.html'>[详细]</a></p>",
        "<p><a href='/2026/1122/7.html'>示例区第7件民生实事有了最新进展</a></p>")  # fmt: skip
    assert [e.url.rpartition("/")[2] for e in entries(page)[:2]] == ["0.html", "7.html"]


def test_rules_say_what_is_the_headline_and_where_stories_are_in_css_or_xpath() -> None:
    page = front("示例新闻网", STORIES, "none")
    for head, link in (("ul.n0", ".col1 li a"), ("//ul[@class='n0']", "//div[@class='col1']//li/a")):
        found = entries(page, source(list={"head": head, "link": link}))
        assert [e.url.rpartition("/")[2] for e in found] == ["0.html", "2.html", "5.html", "8.html"]


def test_as_a_hot_list_the_entries_themselves_are_kept_with_the_addresses_of_the_stories() -> None:
    found = entries(front("示例新闻网", STORIES), source(kind="hotlist"))
    assert (found[0].rank, found[0].url, found[0].published) == (1, "https://news.example.cn/2026/1122/0.html", NOW)


def test_the_stored_item_has_the_rank_and_the_words_of_its_page() -> None:
    entry = entries(front("示例新闻网", [("/2026/1122/0.html", "供水管网改造提前…"), *STORIES[1:]]))[0]
    body = article("示例区供水管网改造提前完成", "青石街道停水结束。" * 20).body
    assert isinstance(body, str)
    (item,) = adapter("frontpage")(body.encode(), Meta(entry.url, entry.key, Role.ITEM, NOW, "", entry), source()).items
    assert (item.rank, item.title) == (1, "示例区供水管网改造提前完成")


@pytest.mark.parametrize("charset", ["gbk", "utf-8"])
def test_a_page_in_another_charset_than_it_says_is_read(charset: str) -> None:
    body = front("示例新闻网", STORIES).replace("<head>", "<head><meta charset=utf-8>").encode(charset)
    assert entries(body)[0].title == STORIES[0][1]


def test_a_page_made_by_scripts_says_what_to_do() -> None:
    with pytest.raises(AdapterError) as error:
        entries("<html><body><div id=app></div><script src=/app.js></script></body></html>")
    assert error.value.failure is FetchFailure.NO_LINKS and "脚本" in error.value.hint


def test_a_front_page_is_recognised_by_its_many_blocks_at_the_top_of_its_site() -> None:
    stories = [(f"/2026/1122/{n}.html", f"示例区第{n}件民生实事有了最新进展") for n in range(40)]
    page = front("示例新闻网", stories).encode()
    assert looks_like(page, HOME) and looks_like(page, HOME + "index.html")
    assert not looks_like(page, HOME + "news/list.html")
    assert not looks_like(front("示例新闻网", STORIES).encode(), HOME)


def test_the_headlines_of_two_recorded_front_pages_are_found(shared_data: Path) -> None:
    """news.163.com of August 2020: tabs behind the headline and a column beside it are no headline."""
    pages = saved(shared_data, "list_pages")
    heads = {}
    for name in ("163/1.html", "163/2.html"):
        url = "https://news.163.com/"
        parsed = adapter("frontpage")(pages[name], Meta(url, url, Role.INDEX, NOW, "text/html"), source(url=url))
        heads[name] = [link.entry.title for link in parsed.links[:4] if link.entry]
    assert heads["163/1.html"][:2] == ['习近平为何提出"新时代北斗精神"', "习近平提出这些要求"]
    assert heads["163/2.html"][0] == "特别的节日 习近平提出特别的要求"
    assert "中共中央国务院中央军委对北斗导航系统开通的贺电" in heads["163/2.html"]
