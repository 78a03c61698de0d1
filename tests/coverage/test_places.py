"""Places on front pages, of sites and of printed papers; and one page that two sources read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor import briefs
from monitor.briefs.types import Paragraph, Table, words
from monitor.coverage import OutletCount, span
from monitor.coverage.outlets import Outlets
from monitor.coverage.places import front_of, place, sheet_of, without_sheet
from monitor.model import Kind
from monitor.settings.media import Outlet, OutletLevel
from tests.briefs.build import DAY, MORNING, at
from tests.coverage.build import article, release, settings, store

PAGE = "https://city.example/news/1.html"


def test_an_outlet_that_names_a_page_is_that_outlet() -> None:
    table = Outlets([Outlet(name="市报", level=OutletLevel.CITY)])
    assert table.find("市报（第03版：民生）", "").name == "市报"
    assert table.find("某县报（第A03版）", "").name == "某县报"
    assert without_sheet("市报（都市版）") == "市报（都市版）"
    assert (sheet_of("市报（第03版：民生）"), sheet_of("市报")) == ("第03版：民生", "")


@pytest.mark.parametrize(
    ("outlet", "rank", "words"),
    [
        ("市报", 1, "首页头条"), ("市报", 4, "首页第 4 位"), ("市报（第01版：要闻）", 1, "头版头条"),
        ("市报（第A01版：头版）", 2, "头版第 2 条"), ("市报（第B01版：楼市）", 2, "首页第 2 位"),
    ],
)  # fmt: skip
def test_a_place_is_said_as_the_trade_says_it(outlet: str, rank: int, words: str) -> None:
    assert place(rank, front_of(outlet)) == words


def test_papers_and_sites_are_told_apart_among_the_front_pages() -> None:
    kept = store(
        release(8, id="r"),
        article("市报（第01版：要闻）", 9, of="r", rank=1), article("人民网", 10, of="r", rank=3),
        article("市报（第03版：民生）", 9, id="inner"),
    )  # fmt: skip
    found = span(kept, settings(), DAY, DAY)
    assert [(f.outlet, f.words, f.own) for f in found.fronts] == [
        ("市报", "头版头条", True),
        ("人民网", "首页第 3 位", True),
    ]
    assert [(s.front, s.front_page) for s in found.stories if s.own] == [(1, "头版")]
    assert OutletCount("市报", 2, 1, OutletLevel.CITY, 1) in found.news_outlets


def test_a_page_that_two_sources_read_is_one_article_with_its_best_place() -> None:
    kept = store(
        article("市报", 9, id="a", url=PAGE), article("市报", 9, id="b", of="a", url=PAGE.replace("https", "http"), rank=2),
        article("市报", 9, id="c", of="a", url=PAGE + "?utm_source=app", rank=5), article("省报", 11, of="b"),
    )  # fmt: skip
    found = span(kept, settings(), DAY, DAY)
    assert (found.news, found.news_reprints) == (2, 1)
    assert [(o.outlet, o.articles, o.reprints) for o in found.news_outlets] == [("省报", 1, 1), ("市报", 1, 0)]
    (story,) = found.stories
    assert (story.article.id, story.reprints, story.outlets, story.front) == ("a", 1, ("省报",), 2)


def test_pages_that_differ_in_what_a_query_asks_for_are_two() -> None:
    kept = store(
        article("市报", 9, url="https://x.cn/show.php?id=1"), article("市报", 9, url="https://x.cn/show.php?id=2")
    )
    assert span(kept, settings(), DAY, DAY).news == 2


def test_an_outlet_that_prints_what_it_put_online_does_not_reprint_itself() -> None:
    kept = store(
        article("市报", 9, id="a"), article("市报（第02版：要闻）", when=at(DAY, 23), of="a"), article("省报", 11, of="a"),
    )  # fmt: skip
    found = span(kept, settings(), DAY, DAY)
    assert (found.news, found.news_reprints) == (3, 1)
    (story,) = found.stories
    assert (story.reprints, story.outlets) == (1, ("省报",))


def test_the_districts_own_home_page_is_no_front_page_that_others_gave() -> None:
    kept = store(release(8, id="r", rank=1), article("市政府网", 9, kind=Kind.OFFICIAL, source="city", rank=1))
    own = {"account": [{"name": "区政府网", "source": "gov"}]}
    sources = [{"id": id, "name": id, "kind": "official", "adapter": "import"} for id in ("gov", "city")]
    told = settings(media={"outlet": [], **own}, sources={"source": sources})
    assert [f.outlet for f in span(kept, told, DAY, DAY).fronts] == ["市政府网"]


def test_a_span_and_the_one_before_know_the_page_only_once() -> None:
    early = at(DAY - timedelta(days=1))
    kept = store(article("市报", id="a", when=early, url=PAGE), article("市报", 9, id="b", of="a", url=PAGE))
    found = span(kept, settings(), DAY, DAY, before=(DAY - timedelta(days=1), DAY - timedelta(days=1)))
    assert found.before is not None
    assert (found.news + found.before.news, found.before.news) == (1, 1)


def test_the_daily_brief_says_first_page_for_a_paper_and_front_page_for_a_site() -> None:
    kept = store(
        article("市报（第01版：要闻）", 9, title="示例区治水有方", rank=1), article("人民网", 10, title="老旧管网换新", rank=4),
        article("市报（第02版：民生）", 9, title="停水提前告知"),
    )  # fmt: skip
    brief = briefs.daily(settings(), kept, DAY, MORNING)
    text = "\n".join(words(b.parts) for b in brief.section("media").blocks if isinstance(b, Paragraph))
    assert "登上媒体首页、头版的有《示例区治水有方》（市报头版头条）、《老旧管网换新》（人民网第4位）。" in text
    assert "来自2家媒体" in text
    stories = next(b for b in brief.section("media").blocks if isinstance(b, Table))
    places = [words(row[stories.columns.index("版位")]) for row in stories.rows]
    assert sorted(places) == ["—", "头版头条", "第4位"]
