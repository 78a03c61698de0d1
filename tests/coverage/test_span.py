"""Own releases and who carried them, counted from the store."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from monitor.coverage import AccountCount, LevelCount, OutletCount, month, reprints_of, span
from monitor.coverage.families import families, release_of
from monitor.model import CHINA, Kind
from monitor.settings.media import OutletLevel, own_of
from monitor.store.rules import outline
from tests.briefs import build as briefs
from tests.briefs.build import DAY, at
from tests.coverage.build import article, release, settings, store

PLAIN = briefs.settings()


def test_reprints_gather_under_the_release_they_carry() -> None:
    kept = store(
        release(8, id="x1"),
        article("区发布", 9, kind=Kind.OFFICIAL, of="x1"),
        article("市报", 10, of="x1"),
        article("市晚报", 11, of="x1"),
        article("搜狐", 11.5, of="x1", url="https://www.sohu.com/a/1"),
        article("乙网", 12),
    )
    found = span(kept, settings(), DAY, DAY)
    assert (found.releases, found.originals, found.releases_carried) == (2, 1, 1)
    assert (found.news, found.news_reprints, found.news_of_own) == (4, 3, 3)
    assert found.news_outlets == (
        OutletCount("市报", 2, 2, OutletLevel.CITY, 2),
        OutletCount("搜狐", 1, 1, OutletLevel.COMMERCIAL, 1),
        OutletCount("乙网", 1, 0, None, 0),
    )
    assert found.levels == (
        LevelCount(OutletLevel.CITY, 1, 2, 2),
        LevelCount(OutletLevel.COMMERCIAL, 1, 1, 1),
        LevelCount(None, 1, 1, 0),
    )
    assert [o.outlet for o in found.unlisted] == ["乙网"]
    first, second = found.stories
    assert (first.article.id, first.reprints, first.outlets, first.sites, first.own) == (
        "x1", 3, ("市报", "搜狐"), 2, True,
    )  # fmt: skip
    assert (first.level, first.first_outlet, first.delay_h) == (OutletLevel.CITY, "市报", 2.0)
    assert (second.article.outlet, second.reprints, second.own) == ("乙网", 0, False)
    assert found.carried_share == 1.0 and found.median_delay_h == 2.0


def test_a_release_that_was_fetched_after_its_reprint_is_still_the_districts_own() -> None:
    kept = store(article("市报", 9, id="n"), release(8, id="r", of="n"), article("省报", 10, of="n"))
    (story,) = span(kept, settings(), DAY, DAY).stories
    assert (story.article.id, story.own, story.reprints, story.first_outlet, story.delay_h) == (
        "r",
        True,
        2,
        "市报",
        1.0,
    )


def test_a_release_that_repeats_a_report_is_not_its_origin() -> None:
    kept = store(article("人民网", 7, id="n"), release(8, id="r", of="n"), article("省报", 10, of="n"))
    found = span(kept, settings(), DAY, DAY)
    (story,) = found.stories
    assert (story.article.id, story.own, story.reprints) == ("n", False, 1)
    assert (found.originals, found.releases_carried, found.news_of_own) == (0, 0, 0)


def test_a_report_of_the_day_before_takes_the_release_that_repeats_it_from_the_district() -> None:
    old = article("人民网", when=at(DAY - timedelta(days=1)), id="n")
    found = span(store(old, release(8, id="r", of="n"), article("省报", 10, of="n")), settings(), DAY, DAY)
    assert (found.news, found.originals, found.news_of_own) == (1, 0, 0)


def test_where_a_page_tells_only_the_day_the_days_decide_and_no_hours_are_told() -> None:
    midnight = datetime(DAY.year, DAY.month, DAY.day, tzinfo=CHINA)
    kept = store(release(8, id="r"), article("市报", when=midnight, of="r"))
    (story,) = span(kept, settings(), DAY, DAY).stories
    assert (story.own, story.reprints, story.delay_h) == (True, 1, None)
    before = [release(8, id="r"), article("市报", when=midnight - timedelta(days=1), of="r")]
    assert release_of(families(map(outline, before))[0], own_of(settings())) is None


def test_news_of_the_span_carry_releases_of_the_weeks_before() -> None:
    old = release(id="r", when=at(DAY - timedelta(days=20)))
    found = span(store(old, article("省报", 9, of="r")), settings(), DAY, DAY)
    (story,) = found.stories
    assert (story.article.id, story.own, story.reprints, found.news_of_own) == ("r", True, 1, 1)
    # The release itself is another span's: it does not count among what was put out and carried in this one.
    assert (found.releases, found.originals, found.releases_carried, found.carried_share) == (0, 0, 0, None)


def test_a_reprint_of_an_older_report_stands_for_it() -> None:
    kept = store(
        article("甲报", when=at(DAY - timedelta(days=1)), id="old"),
        article("乙网", 9, of="old"),
        article("丙台", 10, of="old"),
    )
    (story,) = span(kept, PLAIN, DAY, DAY).stories
    assert (story.outlet, story.reprints, story.outlets, story.own) == ("乙网", 1, ("丙台",), False)


def test_messages_and_posts_are_no_coverage() -> None:
    kept = briefs.store(briefs.message(at()), *briefs.posts(12))
    found = span(kept, PLAIN, DAY, DAY)
    assert (found.releases, found.news, found.stories, found.levels) == (0, 0, (), ())
    assert found.carried_share is None and found.median_delay_h is None


def test_many_articles_are_all_counted_and_only_some_plain_stories_kept() -> None:
    kept = store(*(article(f"报{n % 7}", when=at() + timedelta(seconds=n)) for n in range(1105)))
    found = span(kept, PLAIN, DAY, DAY)
    assert found.news == 1105 and sum(o.articles for o in found.news_outlets) == 1105
    assert 0 < len(found.stories) < 100


def test_accounts_tell_what_each_put_out_the_silent_ones_too() -> None:
    media = {
        "account": [
            {"name": "区政府网", "source": "gov"},
            {"name": "区发布", "platform": "微信", "source": "wechat"},
            {"name": "区微博", "platform": "微博", "source": "weibo"},
        ]
    }
    sources = [
        {"id": id, "name": id, "kind": "official", "adapter": "import"} for id in ("gov", "wechat", "weibo", "city")
    ]
    told = settings(media=media, sources={"source": sources})
    kept = store(
        release(8, id="a"), release(9, id="b"), article("区发布", 9, kind=Kind.OFFICIAL, source="wechat", of="a"),
        article("市政府网", 9, kind=Kind.OFFICIAL, source="city"), article("市报", 10, of="a"),
    )  # fmt: skip
    found = span(kept, told, DAY, DAY)
    assert found.accounts == (
        AccountCount("区政府网", "网站", 2, 1), AccountCount("区发布", "微信", 1, 1), AccountCount("区微博", "微博", 0, 0)
    )  # fmt: skip
    assert (found.releases, found.originals, found.releases_carried) == (3, 2, 1)


def test_topics_narrow_it_down() -> None:
    kept = store(
        article("市报", topics=("供水",)), article("省报", topics=("噪音",)), release(id="r", topics=("供水",))
    )
    found = span(kept, settings(), DAY, DAY, topics=("供水",))
    assert (found.news, found.releases) == (1, 1)


def test_a_month_stands_beside_the_month_before_and_equals_it_alone() -> None:
    records = []
    for day in range(1, 29):
        for of_month in (10, 11):
            when = datetime(2026, of_month, day, 9, tzinfo=CHINA)
            records.append(release(id=f"r{of_month}-{day}", when=when))
            if day % 3 == of_month % 3:
                records.append(article("省报", when=when + timedelta(hours=4), of=f"r{of_month}-{day}"))
            records.append(article("市报", when=when + timedelta(days=3), of=f"r10-{day}" if day % 5 else None))
    kept = store(*records)
    found = month(kept, settings(), date(2026, 11, 17))
    assert (found.first, found.last) == (date(2026, 11, 1), date(2026, 11, 30))
    assert found.before == span(kept, settings(), date(2026, 10, 1), date(2026, 10, 31))
    assert found.before is not None and found.before.news_of_own > 9
    alone = span(kept, settings(), date(2026, 11, 1), date(2026, 11, 30))
    assert {f: getattr(found, f) for f in alone.__slots__ if f != "before"} == {
        f: getattr(alone, f) for f in alone.__slots__ if f != "before"
    }
    assert sum(d.releases for d in found.days) == found.releases == 28
    assert sum(d.news for d in found.days) == found.news
    assert sum(d.of_own for d in found.days) == found.news_of_own


def test_a_place_on_a_front_page_is_told_by_the_article_or_by_a_list_that_leads_to_it() -> None:
    kept = store(
        release(8, id="r"),
        article("人民网", 9, of="r", rank=3),
        article("市报", 9, of="r", url="https://city.example/news/1?from=rss", title="管网改造提速"),
        article("市报", 9.5, id="other", title="示例区地铁三号线开通试运行"),
        # Front page of an outlet with a level, and a hot list of a platform.
        article("市报", 10, kind=Kind.HOTLIST, url="http://www.city.example/news/1", title="提速！", rank=1),
        article(
            "搜狐", 10, kind=Kind.HOTLIST, title="示例区 地铁三号线，开通试运行！", rank=7, url="https://hot.example/7"
        ),
        article("搜狐", 10, kind=Kind.HOTLIST, title="别的城市的事情与本区无关", rank=2),
        article("市报", 10, kind=Kind.HOTLIST, title="没有名次的条目也在这里", rank=None),
    )
    found = span(kept, settings(), DAY, DAY)
    assert [(f.outlet, f.rank, f.listed, f.own) for f in found.fronts] == [
        ("市报", 1, False, True), ("人民网", 3, False, True), ("搜狐", 7, True, False),
    ]  # fmt: skip
    assert {s.article.id: s.front for s in found.stories} == {"r": 1, "other": None}


def test_reprints_of_some_records_come_with_their_outlets() -> None:
    kept = store(
        article("市报", 9, id="a"), article("省日报", 11, of="a"), article("搜狐", 10, of="a"), article("乙", of="b")
    )
    found = reprints_of(kept, settings(), ["a", "z"])
    assert [(a.outlet, k.name, k.level) for a, k in found["a"]] == [
        ("搜狐", "搜狐", OutletLevel.COMMERCIAL), ("省日报", "省报", OutletLevel.PROVINCE),
    ]  # fmt: skip
    assert set(found) == {"a"} and reprints_of(kept, settings(), []) == {}


@pytest.mark.parametrize("days", [1, 7, 31])
def test_every_news_article_is_of_one_outlet_one_level_and_one_day(days: int) -> None:
    names = ("市报", "省日报", "人民网-示例频道", "来源：《区报》", "无名网", "")
    kept = store(
        *(
            article(names[n % 6], when=at(DAY - timedelta(days=n % days), 9), of=f"z{n % 4}" if n % 3 else None)
            for n in range(90)
        )
    )
    found = span(kept, settings(), DAY - timedelta(days=days - 1), DAY)
    assert found.news == 90 == sum(o.articles for o in found.news_outlets)
    assert found.news == sum(row.articles for row in found.levels) == sum(d.news for d in found.days)
    assert sum(row.outlets for row in found.levels) == len(found.news_outlets)
    assert len(found.days) == days
