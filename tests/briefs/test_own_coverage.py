"""Own releases and who carried them, counted from the store."""

from __future__ import annotations

from datetime import timedelta

from monitor.coverage import OutletCount, span
from monitor.model import Kind
from tests.briefs.build import DAY, article, at, message, posts, store


def test_reprints_gather_under_the_text_they_reprint() -> None:
    kept = store(
        article(at(hour=8), "公告", "区政府网", Kind.OFFICIAL, id="x1"),
        article(at(hour=9), "公告", "区发布", Kind.OFFICIAL, reprint_of="x1"),
        article(at(hour=10), "公告", "甲报", reprint_of="x1"),
        article(at(hour=11), "公告", "甲报", reprint_of="x1"),
        article(at(hour=12), "别的事", "乙网"),
    )
    found = span(kept, DAY, DAY)
    assert (found.releases, found.releases_carried, found.news, found.news_reprints) == (2, 1, 3, 2)
    assert found.news_outlets == (OutletCount("甲报", 2, 2), OutletCount("乙网", 1, 0))
    first, second = found.stories
    assert (first.article.id, first.reprints, first.outlets, first.own) == ("x1", 2, ("甲报",), True)
    assert (second.article.title, second.reprints, second.own) == ("别的事", 0, False)


def test_a_reprint_of_an_older_text_stands_for_it() -> None:
    kept = store(
        article(at(DAY - timedelta(days=1)), "旧闻", "甲报", id="old"),
        article(at(hour=9), "旧闻", "乙网", reprint_of="old"),
        article(at(hour=10), "旧闻", "丙台", reprint_of="old"),
    )
    (story,) = span(kept, DAY, DAY).stories
    assert (story.article.outlet, story.reprints, story.outlets) == ("乙网", 1, ("丙台",))


def test_messages_and_posts_are_no_coverage() -> None:
    found = span(store(message(at()), *posts(12)), DAY, DAY)
    assert (found.releases, found.news, found.stories) == (0, 0, ())


def test_more_articles_than_a_page_are_all_read() -> None:
    kept = store(*(article(at() + timedelta(seconds=n), f"标题{n}") for n in range(1105)))
    assert span(kept, DAY, DAY).news == 1105
