"""媒体: reports with what was sought set off, reprints under their original, own coverage as page and as data."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote

import pytest

from monitor.app import App
from monitor.model import Article, Kind, Polarity
from monitor.ops import people
from monitor.ops.people import Role
from tests.api import district
from tests.api.client import Client, Reply, serving
from tests.api.district import NOW

SOURCES = "".join(
    f'[[source]]\nid = "{id}"\nname = "{name}"\nkind = "official"\nadapter = "html"\nurl = "http://127.0.0.1:9/{id}"\nlocal = true\n'
    for id, name in (("gov", "示例区人民政府网"), ("wx", "示例发布"))
)
MEDIA = """
[[account]]
name = "示例区人民政府网"
source = "gov"
[[account]]
name = "示例发布"
platform = "微信"
source = "wx"
[[outlet]]
name = "人民网"
level = "中央"
[[outlet]]
name = "市报"
level = "市级"
"""
OUTLETS = ("人民网", "市报", "江南在线", "市报")
EVIL = "<img src=x onerror=alert(1)>供水"


def articles() -> Iterator[Article]:
    labels = district.labels(("供水",), Polarity.NEUTRAL)

    def made(id: str, hours: float, kind: Kind, outlet: str, title: str, text: str, of: str | None = None) -> Article:
        at = NOW - timedelta(hours=hours)
        return Article(
            id=id, source="gov" if kind is Kind.OFFICIAL else "news", kind=kind, published=at, seen=at, title=title,
            text=text, url=f"http://{id}.example.invalid/1", outlet=outlet,
            labels=dataclasses.replace(labels, reprint_of=of),
        )  # fmt: skip

    for n in range(12):
        yield made(
            f"r{n}",
            30 * n + 20,
            Kind.OFFICIAL,
            "示例区人民政府网",
            f"供水管网公告第{n}号",
            "本周停水检修，WIFI 与１２３４５热线照常。",
        )
        for k in range(n % 4):
            yield made(
                f"r{n}c{k}",
                30 * n + 19 - k,
                Kind.NEWS,
                OUTLETS[k],
                f"{OUTLETS[k]}转发公告{n}",
                "本周停水检修。",
                f"r{n}",
            )
    yield made("evil", 1, Kind.NEWS, "江南在线", EVIL, "正文在很后面的地方才提到" + "无关的话" * 80 + "供水抢修" + EVIL)
    yield made("lost", 2, Kind.NEWS, "江南在线", "原文不在库中的转载", "停水检修。", "gone")


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("media")
    (folder / "config").mkdir()
    (folder / "config" / "media.toml").write_text(MEDIA, encoding="utf-8")
    with district.opened(folder, district.Hands(), sources=SOURCES) as opened:
        people.add(opened.store, "reader", Role.READER, district.PASSWORD, NOW)
        opened.store.add(list(articles()))
        yield opened


@pytest.fixture(scope="module")
def desk(media: App) -> Iterator[Client]:
    with serving(media) as port:
        token = people.add_token(media.store, "reader", "test", Role.READER, NOW + timedelta(days=1), NOW)
        yield Client(port, token)


def titles(page: Reply) -> list[str]:
    """Titles of the rows, the reprints under them left out."""
    rows = re.sub(
        r"<details.*?</details>|<p class=\"origin.*?</p>|<span class=\"hidden-text\">.*?</span>",
        "",
        page.text,
        flags=re.S,
    )
    return [re.sub(r"<[^>]+>", "", t).strip() for t in re.findall(r'<div class="title">(.*?)</div>', rows, flags=re.S)]


def walked(desk: Client, path: str) -> list[str]:
    found: list[str] = []
    while path:
        page = desk.get(path, HX_Request="true")
        assert page.status == 200, page.text
        found += titles(page)
        more = re.search(r'hx-get="([^"]+)"', page.text)
        path = more[1].replace("&amp;", "&") if more else ""
    return found


def test_reprints_stand_under_their_original_and_nowhere_else(desk):
    listed = walked(desk, "/articles")
    assert len(listed) == len(set(listed)) == 14
    assert not [t for t in listed if "转发公告" in t] and "原文不在库中的转载" in listed
    page = desk.get("/articles").text
    assert "转载 3 篇，3 家：人民网、市报、江南在线" in re.sub(r"\s+", " ", page)
    assert "市报转发公告3" in page, "each reprint can be opened"


def test_every_article_can_be_listed_by_itself(desk):
    assert len(walked(desk, "/articles?reprints=listed")) == len(list(articles()))


def test_a_reprint_that_matches_where_its_original_does_not_is_listed_with_its_original(desk):
    page = desk.get(f"/articles?q={quote('人民网转发')}")
    assert len(titles(page)) == 9
    assert page.text.count('class="origin note"') == 9 and "原文：" in page.text
    assert titles(desk.get(f"/articles?kind=news&q={quote('本周停水检修')}")), (
        "the original is official: not listed itself"
    )


def test_what_was_sought_is_set_off_and_everything_stays_escaped(desk):
    page = desk.get(f"/articles?q={quote('供水')}").text
    assert "<mark>供水</mark>管网公告第0号" in page
    assert "&lt;img src=x onerror=alert(1)&gt;<mark>供水</mark>" in page and "<img src=x" not in page
    assert "…" in page and "<mark>供水</mark>抢修" in page, "an excerpt shows the place in a long text"
    assert desk.get(f"/articles?q={quote('<img src')}").text.count("<mark>&lt;img src</mark>") >= 2
    assert "<mark>WIFI</mark>" in desk.get("/articles?q=wifi").text
    assert "<mark>１２３４５</mark>" in desk.get("/articles?q=12345").text


def test_the_api_tells_where_the_words_stand(desk):
    items = desk.get(f"/api/v1/articles?q={quote('供水')}&order=best&limit=3").json()["items"]
    for item in items:
        found = item["found"]
        assert found["title"] and all(item["title"][b:e] == "供水" for b, e in found["title"])
        assert all(found["excerpt"][b:e] == "供水" for b, e in found["spans"])
    assert desk.get("/api/v1/articles?limit=1").json()["items"][0]["found"] is None


@pytest.mark.parametrize(
    "word", ["' OR 1=1 --", '"', "\\", "*", "AND", "NEAR(a)", "🚰", "供" * 100, "％", "{", "<script>"]
)
def test_any_word_may_be_sought(desk, word):
    for path in ("/articles", "/api/v1/articles", "/board", "/api/v1/board"):
        for order in ("newest", "best"):
            assert desk.get(f"{path}?q={quote(word)}&order={order}").status == 200, (path, word)


def test_best_first_is_titles_then_texts_then_reprints(desk):
    found = walked(desk, f"/articles?q={quote('公告')}&order=best&reprints=listed")
    kinds = ["转发" in t for t in found]
    assert kinds == sorted(kinds) and len(found) == 30


def test_dates_narrow_the_list_and_wrong_ones_are_told(desk):
    day = (NOW - timedelta(hours=20)).date().isoformat()
    assert walked(desk, f"/articles?since={day}&until={day}") == ["供水管网公告第0号"]
    assert desk.get("/articles?since=2026-11-20&until=2026-11-01").status == 400
    assert desk.get("/articles?since=x").status == 400
    assert (
        "export" in desk.get(f"/articles?since={day}").text
        and f"articles.csv?since={day}" in desk.get(f"/articles?since={day}").text
    )


def test_the_coverage_of_a_month_as_data(desk):
    found = desk.get("/api/v1/coverage?since=2026-11-01&until=2026-11-22").json()
    assert found["releases"] == 12 == found["originals"] and found["releases_carried"] == 9
    assert found["carried_share"] == 0.75 and found["median_delay_h"] == 1.0
    assert found["news"] == 20 and found["news_of_own"] == 18
    assert [(r["level"], r["articles"]) for r in found["levels"]] == [("中央", 9), ("市级", 6), (None, 5)]
    assert [a["name"] for a in found["accounts"]] == ["示例区人民政府网", "示例发布"]
    top = found["stories"][0]
    assert (top["own"], top["reprints"], top["level"], top["first"]["outlet"]) == (True, 3, "中央", "人民网")
    assert len(found["days"]) == 22 and sum(d["news"] for d in found["days"]) == 20
    assert desk.get("/api/v1/coverage").json()["first"] == "2026-11-01", "this month where nothing is asked for"
    assert desk.get("/api/v1/coverage?topic=%E5%99%AA%E9%9F%B3").json()["news"] == 0


@pytest.mark.parametrize(
    "asked",
    [
        "since=2026-11-02&until=2026-11-01",
        "since=2026-01-01&until=2026-11-01",
        "topic=x",
        "level=1",
        "since=2026-02-31",
    ],
)
def test_a_wrong_span_is_a_problem(desk, asked):
    answer = desk.get(f"/api/v1/coverage?{asked}")
    assert answer.status == 400 and answer.headers["Content-Type"].startswith("application/problem+json")


def test_the_page_of_own_coverage_shows_the_same(desk):
    page = desk.get("/articles/own")
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))
    assert page.status == 200
    assert "涉及本区的报道 20 篇" in plain and "被媒体转载的稿件 9 篇 占不同稿件的 75.0%" in plain
    assert "示例发布 微信 没有发布" in plain and "未列级别的媒体" in plain
    assert "name = &#34;江南在线&#34;" in page.text or 'name = "江南在线"' in page.text
    assert page.text.count("data-day=") == 22, "the chart draws the days of the table"


def test_an_empty_month_and_a_wrong_one(desk):
    assert "这个月没有采集到涉及本区的报道和发布" in desk.get("/articles/own?month=2026-05").text
    assert desk.get("/articles/own?month=2026-12").status == 400
    assert desk.get("/articles/own?month=2026-13").status == 400


def test_nothing_is_shown_without_signing_in(desk):
    stranger = Client(desk.port)
    assert stranger.get("/articles").status == 303 and stranger.get("/articles/own").status == 303
    assert stranger.get("/api/v1/coverage").status == 401


def test_the_tables_of_coverage_can_be_exported(desk):
    outlets = desk.get("/api/v1/exports/coverage.csv?since=2026-11-01&until=2026-11-22").body.decode("utf-8-sig")
    assert "人民网,中央,9,9,9" in outlets and "江南在线,未列级别,5,4,3" in outlets
    releases = desk.get("/api/v1/exports/releases.csv").body.decode("utf-8-sig").splitlines()
    assert len(releases) == 10 and "供水管网公告第" in releases[1] and "人民网、市报、江南在线" in releases[1]
