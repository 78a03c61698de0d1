"""四、媒体报道: what is said of none, one, few and many; of outlets without a level; where nothing of one's own is read."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api import create_app
from monitor import briefs
from monitor.app import App, derive
from monitor.briefs.types import Bars, Brief, Figure, Paragraph, Table, words
from monitor.model import CHINA, Article, Kind
from monitor.ops import people
from monitor.store import Spool
from tests.briefs.build import DAY, MORNING, at
from tests.briefs.test_writing import told
from tests.coverage.build import OUTLETS, article, release, settings, store

MONTH_END = date(2026, 11, 30)
AFTER = datetime(2026, 12, 1, 8, tzinfo=CHINA)


def daily(*articles: Article, **changes: Any) -> Brief:
    return briefs.daily(settings(**changes), store(*articles), DAY, MORNING)


def monthly(*articles: Article, **changes: Any) -> Brief:
    return briefs.make(settings(**changes), store(*articles), "monthly", MONTH_END, AFTER)


def sentence(brief: Brief) -> str:
    return "\n".join(words(b.parts) for b in brief.section("media").blocks if isinstance(b, Paragraph))


def table(brief: Brief, title: str) -> Table:
    return next(b for b in brief.section("media").blocks if isinstance(b, Table) and b.title == title)


def cells(found: Table) -> list[str]:
    return ["|".join(map(words, row)) for row in found.rows]


def test_nothing_at_all_is_one_sentence() -> None:
    assert told(daily(), "media") == "当日没有采集到涉及本区的新闻报道和政务发布。"
    assert told(monthly(), "media") == "本月没有采集到涉及本区的新闻报道和政务发布。"


def test_one_report_of_one_outlet_with_its_level() -> None:
    assert sentence(daily(article("市报"))) == (
        "涉及本区的新闻报道1篇，来自1家媒体。按媒体级别：市级1篇。本区政务渠道当日没有发布被采集到的稿件。"
    )


def test_levels_are_told_from_the_highest_and_what_has_none_last() -> None:
    brief = daily(article("乙网"), article("人民网"), article("市报"), article("市晚报"), article("搜狐"))
    assert sentence(brief).startswith(
        "涉及本区的新闻报道5篇，来自4家媒体：市报2篇、人民网1篇、搜狐1篇、乙网1篇。"
        "按媒体级别：中央1篇、市级2篇、商业及其他1篇，未列级别1篇。"
    )


def test_without_a_table_of_outlets_nothing_is_said_of_levels() -> None:
    text = sentence(daily(article("市报"), media={}))
    assert "级" not in text and text.startswith("涉及本区的新闻报道1篇，来自1家媒体。")
    assert "级" not in sentence(daily(article("乙网"))), "a table that knows none of them says nothing either"


def test_many_outlets_are_cut_short() -> None:
    brief = daily(*(article(f"报{n}") for n in range(7)))
    assert "来自7家媒体：报01篇、报11篇、报21篇、报31篇、报41篇等。" in sentence(brief)


@pytest.mark.parametrize(
    ("hours", "words_"),
    [(3.6, "发布到首家转载相隔3小时"), (0.5, "发布到首家转载相隔不足1小时"), (None, "被媒体转载。")],
)
def test_a_release_that_was_carried_and_how_soon(hours: float | None, words_: str) -> None:
    first = at(DAY, 0) if hours is None else at(DAY, 8) + timedelta(hours=hours)
    text = sentence(daily(release(8, id="r"), article("省报", when=first, of="r")))
    assert (
        f"本区政务渠道发布稿件1篇，其中1篇当日被媒体转载{words_.removeprefix('被媒体转载') if hours is None else '，' + words_}"
        in text
    )


def test_a_release_nobody_carried() -> None:
    assert "本区政务渠道发布稿件1篇，当日未见媒体转载。" in sentence(daily(release(8, id="r"), article("市报")))


def test_a_release_of_another_day_that_is_still_carried() -> None:
    old = release(id="r", when=at(DAY - timedelta(days=3)))
    text = sentence(daily(old, article("省报", 9, of="r")))
    assert text.endswith("本区政务渠道当日没有发布被采集到的稿件。此前发布的稿件仍有媒体转载，共1篇次。")


def test_where_no_own_source_is_read_it_says_so() -> None:
    sources = [{"id": "news", "name": "示例日报", "kind": "news", "adapter": "import"}]
    text = sentence(daily(article("市报"), sources={"source": sources}))
    assert text.endswith("尚未接入本区政务渠道，不统计本区稿件。")


def test_a_front_page_is_told_with_its_place() -> None:
    brief = daily(
        article("人民网", title="示例区治水有方", rank=1),
        article("省报", title="老旧管网换新", rank=4),
        release(8, id="r"),
    )
    assert "登上媒体首页的有《示例区治水有方》（人民网头条）、《老旧管网换新》（省报第4位）。" in sentence(brief)
    stories = next(b for b in brief.section("media").blocks if isinstance(b, Table))
    assert "版位" in stories.columns and any("头条" in row for row in cells(stories))
    plain = next(b for b in daily(article("市报")).section("media").blocks if isinstance(b, Table))
    assert "版位" not in plain.columns


def test_stories_stand_by_reprints_then_by_level() -> None:
    brief = daily(
        article("市报", 8, title="甲"), article("人民网", 10, title="乙"), article("乙网", 7, title="丙"),
        article("省报", 11, id="d", title="丁"), article("搜狐", 12, of="d", title="丁"),
    )  # fmt: skip
    stories = next(b for b in brief.section("media").blocks if isinstance(b, Table))
    assert [row.partition("|")[0] for row in cells(stories)] == ["丁", "乙", "甲", "丙"]
    assert cells(stories)[0].endswith("|1（搜狐）")


def of_month(month: int, count: int, outlet: str = "市报", **more: Any) -> list[Article]:
    return [article(outlet, when=datetime(2026, month, 1 + n % 28, 10, tzinfo=CHINA), **more) for n in range(count)]


def test_a_month_is_compared_with_the_month_before() -> None:
    brief = monthly(*of_month(11, 12), *of_month(10, 10), *of_month(11, 3, "人民网"), *of_month(10, 1, "人民网"))
    assert "涉及本区的新闻报道15篇，较上月（11篇）增加36.4%，来自2家媒体" in sentence(brief)
    levels = table(brief, "各级媒体报道")
    assert levels.columns == ("媒体级别", "媒体（家）", "报道（篇）", "增减")
    assert cells(levels) == ["中央|1|3|—", "市级|1|12|+20.0%"]


def test_a_first_month_is_not_compared_with_nothing() -> None:
    text = sentence(monthly(*of_month(11, 12)))
    assert "涉及本区的新闻报道12篇" in text and "上月" not in text
    few = sentence(monthly(*of_month(11, 12), *of_month(10, 3)))
    assert "涉及本区的新闻报道12篇，上月3篇，来自1家媒体" in few


def test_a_month_tells_who_carried_what_and_how_soon() -> None:
    kept = [
        release(id=f"r{n}", when=datetime(2026, 11, 2 + n, 9, tzinfo=CHINA), title=f"公告{n}号发布") for n in range(12)
    ]
    for n in range(6):
        at_ = kept[n].published + timedelta(hours=2 + n)
        kept.append(article(("省报", "人民网")[n % 2], when=at_, of=f"r{n}"))
    kept.append(article("搜狐", when=kept[0].published + timedelta(hours=9), of="r0"))
    brief = monthly(*kept)
    text = sentence(brief)
    assert (
        "本区政务渠道发布稿件12篇，其中6篇本月被媒体转载（占不同稿件的50.0%），发布到首家转载的时间中位数为4小时。"
        in text
    )
    assert "媒体刊登本区稿件7篇次，涉及3家媒体。" in text
    carried = table(brief, "本区稿件转载情况")
    assert cells(carried)[0] == "公告0号发布|11月2日|省报|2小时|2|2|省级"
    assert len(carried.rows) == 6 and carried.note == ""
    assert not [b for b in brief.section("media").blocks if isinstance(b, Table) and "主要报道" in b.columns]


def test_a_share_of_few_is_not_told() -> None:
    kept = [release(id="r", when=datetime(2026, 11, 2, 9, tzinfo=CHINA))]
    kept.append(article("省报", when=datetime(2026, 11, 2, 12, tzinfo=CHINA), of="r"))
    text = sentence(monthly(*kept))
    assert "%" not in text and "其中1篇本月被媒体转载，发布到首家转载相隔3小时。" in text


def test_outlets_without_a_level_are_named_under_the_table() -> None:
    brief = monthly(*of_month(11, 4), *(a for n in range(7) for a in of_month(11, 1, f"网{n}")))
    assert table(brief, "各级媒体报道").note == "未列级别的媒体：网0、网1、网2、网3、网4等。"


def test_the_chart_shows_the_outlets_with_their_levels() -> None:
    brief = monthly(*of_month(11, 9), *of_month(11, 4, "人民网"), *of_month(11, 2, "乙网"))
    bars = next(b for b in brief.section("media").blocks if isinstance(b, Bars))
    assert [(b.name, b.value.value) for b in bars.bars] == [("市报（市级）", 9), ("人民网（中央）", 4), ("乙网", 2)]
    assert bars.alt == "报道较多的媒体：市报9篇，人民网4篇，乙网2篇。"


def test_accounts_are_told_and_the_silent_ones_named() -> None:
    media = {
        "outlet": OUTLETS,
        "account": [
            {"name": "区政府网", "source": "gov"}, {"name": "区发布", "platform": "微信", "source": "wx"},
            {"name": "区微博", "platform": "微博", "source": "wb"},
        ],
    }  # fmt: skip
    sources = [{"id": id, "name": id, "kind": "official", "adapter": "import"} for id in ("gov", "wx", "wb")]
    when = datetime(2026, 11, 3, 9, tzinfo=CHINA)
    kept = [release(id="a", when=when), article("区发布", when=when, kind=Kind.OFFICIAL, source="wx", id="b")]
    brief = monthly(
        *kept, article("省报", when=when + timedelta(hours=1), of="b"), media=media, sources={"source": sources}
    )
    assert cells(table(brief, "本区账号发布")) == ["区发布|微信|1|1", "区政府网|网站|1|0"]
    assert "区微博本月没有发布被采集到的稿件。" in sentence(brief)


def test_titles_and_names_from_outside_stay_in_their_line() -> None:
    brief = daily(article("坏\n名" * 30, title="=1+1<script>\u202e" + "长" * 300), article("", title=""))
    text = told(brief, "media")
    assert "\u202e" not in text and "坏\n名" not in text and "（无标题）" in text and "…" in text


def test_every_figure_says_where_it_comes_from() -> None:
    brief = monthly(
        *of_month(11, 12), *of_month(10, 10), release(id="r", when=at(DAY)), article("省报", when=at(DAY, 12), of="r")
    )
    found = [f for f in brief.figures() if "篇" in f.unit or "家" in f.unit]
    assert len(found) > 8 and all(isinstance(f, Figure) and f.query.startswith("/api/v1/") for f in found)
    assert any(f.query == "/api/v1/coverage?since=2026-11-01&until=2026-11-30" for f in found)
    assert any(f.query == "/api/v1/coverage?since=2026-10-01&until=2026-10-31" for f in found)


def test_the_query_of_a_figure_gives_it_again(tmp_path: Path) -> None:
    records = [
        *of_month(11, 12),
        *of_month(10, 10),
        release(id="r", when=at(DAY)),
        article("省报", when=at(DAY, 12), of="r"),
    ]
    kept, rules = store(*records), settings()
    brief = briefs.make(rules, kept, "monthly", MONTH_END, AFTER)
    spool = Spool(tmp_path / "spool.db", 1_000_000)
    app = App(settings=rules, folder=tmp_path, store=kept, spool=spool, keys=derive(b"a test"), clock=lambda: AFTER)
    people.add(kept, "chief", people.Role.ADMIN, "correct horse battery", AFTER)
    token = people.add_token(kept, "chief", "test", people.Role.ADMIN, AFTER + timedelta(days=1), AFTER)
    client = create_app(app).test_client()

    def answer(query: str) -> dict[str, Any]:
        found = client.get(query, headers={"Authorization": f"Bearer {token}"})
        assert found.status_code == 200, query
        return dict(found.get_json())

    this, before = (f"/api/v1/coverage?since=2026-{m}-01&until=2026-{m}-{d}" for m, d in ((11, 30), (10, 31)))
    shown = {f.query: [] for f in brief.figures()}
    for figure in brief.figures():
        shown[figure.query].append((figure.value, figure.unit))
    now, then = answer(this), answer(before)
    assert (now["releases_carried"], "篇") in shown[this] and (len(now["outlets"]), "家") in shown[this]
    assert {(row["articles"], "篇") for row in now["levels"]} <= set(shown[this])
    assert (then["news"], "篇") in shown[before]
    assert (now["news_of_own"], "篇次") in shown[this] and (int(now["median_delay_h"]), "小时") in shown[this]
    spool.close()
