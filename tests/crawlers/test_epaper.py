"""Digital newspapers: issues, pages, articles, and the page that an article stood on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from crawlers.adapters import Link, Meta, Role, adapter
from crawlers.adapters.epaper import looks_like
from crawlers.adapters.issues import issue_address
from crawlers.failures import AdapterError, FetchFailure
from monitor.model import CHINA
from monitor.settings.types import Source
from tests.crawlers.paper_pages import WHO, founder_article, founder_sheet, layout_sheet, lettered_sheet, titles

NOW = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
DAY = date(2026, 11, 22)
HOME = "http://epaper.example.cn/"
ISSUE = "http://epaper.example.cn/html/2026-11/22/node_1.htm"


def paper(url: str = HOME, **more: Any) -> Source:
    return Source.model_validate(
        {
            "id": "p",
            "name": "示例日报电子版",
            "kind": "news",
            "adapter": "epaper",
            "url": url,
            "outlet": "示例日报",
            **more,
        }
    )


def index(body: str | bytes, url: str, source: Source, key: str = "", entry: Any = None) -> tuple[Link, ...]:
    raw = body.encode() if isinstance(body, str) else body
    return adapter("epaper")(raw, Meta(url, key or url, Role.INDEX, NOW, "text/html", entry), source).links


def parts(links: tuple[Link, ...]) -> list[str]:
    return [link.url for link in links if link.part]


def told(links: tuple[Link, ...]) -> list[tuple[str, str, int | None]]:
    return [
        (link.entry.title, link.entry.outlet, link.entry.rank)
        for link in links
        if link.role is Role.ITEM and link.entry
    ]


def test_the_first_page_of_a_founder_paper_gives_its_pages_and_the_places_of_its_articles() -> None:
    links = index(founder_sheet(DAY, 1), ISSUE, paper())
    assert parts(links) == [ISSUE.replace("node_1", f"node_{n}") for n in (2, 3)]
    assert told(links) == [(t, "示例日报（第01版：要闻）", n) for n, t in enumerate(titles(DAY, 1), 1)]
    assert all(
        link.entry and link.entry.published == datetime(2026, 11, 22, tzinfo=CHINA) for link in links if not link.part
    )


def test_an_article_of_another_page_has_that_page_and_no_rank() -> None:
    second = next(link for link in index(founder_sheet(DAY, 1), ISSUE, paper()) if link.url.endswith("node_2.htm"))
    links = index(founder_sheet(DAY, 2), second.url, paper(), entry=second.entry)
    assert told(links) == [(t, "示例日报（第02版：民生）", None) for t in titles(DAY, 2)]
    # Read alone, the page says itself which it is.
    assert told(index(founder_sheet(DAY, 2), second.url, paper())) == told(links)


def test_the_areas_of_the_picture_do_not_disturb_the_order_of_the_headlines() -> None:
    links = index(founder_sheet(DAY, 1), ISSUE, paper())
    assert [link.url.partition("content_")[2] for link in links if not link.part] == [
        "100.htm?div=-1", "101.htm?div=-1", "102.htm?div=-1",
    ]  # fmt: skip


def test_a_landing_page_leads_to_the_issues_of_the_last_days() -> None:
    for landing in (
        "<meta http-equiv='Refresh' content='0; URL=html/2026-11/22/node_1.htm'>",
        "<script>window.location.href = 'html/2026-11/22/node_1.htm';</script>",
        "<frameset><frame name=topFrame src=/top.htm><frame name=main src='/html/2026-11/22/node_1.htm'></frameset>",
    ):
        links = index(f"<html><head>{landing}</head><body></body></html>", HOME, paper())
        assert parts(links) == [ISSUE.replace("/22/", f"/{day}/") for day in (22, 21, 20)]
        assert [link.once for link in links] == [False, False, True]


def test_the_configured_address_is_filled_with_the_last_days() -> None:
    source = paper(paper={"issue": "http://epaper.example.cn/{yyyy}/{m}-{d}/A1.html", "days": 2})
    links = index("<html><body>欢迎阅读数字报</body></html>", HOME, source)
    assert parts(links) == [
        "http://epaper.example.cn/2026/11-22/A1.html",
        "http://epaper.example.cn/2026/11-21/A1.html",
    ]
    assert issue_address("{yy}{mm}{dd}", date(2026, 3, 4)) == "260304"


def test_a_home_page_that_is_an_issue_is_read_and_the_days_before_are_looked_for() -> None:
    source = paper(ISSUE)
    links = index(founder_sheet(DAY, 1), ISSUE, source)
    assert parts(links)[:2] == [ISSUE.replace("/22/", f"/{day}/") for day in (21, 20)]
    assert len(told(links)) == 3


def test_the_layout_and_content_make_is_read() -> None:
    url = "http://paper.example.cn/pc/layout/202611/22/node_01.html"
    links = index(layout_sheet(DAY, 1), url, paper())
    assert parts(links) == [url.replace("node_01", f"node_{n}") for n in ("02", "03")]
    assert told(links)[0] == (titles(DAY, 1)[0], "示例日报（第01版：要闻）", 1)
    assert links[-1].url == "http://paper.example.cn/pc/content/202611/22/content_312.html"


def test_a_paper_of_unknown_make_is_read_by_what_its_links_are_called() -> None:
    url = "http://paper.example.cn/szb/2026-11-22/a01/"
    links = index(lettered_sheet(DAY), url, paper())
    assert parts(links) == [
        "http://paper.example.cn/szb/2026-11-22/a02/",
        "http://paper.example.cn/szb/2026-11-22/b01/",
    ]
    assert told(links)[0] == (titles(DAY, 1)[0], "示例日报（第A01版：头版）", 1)
    inner = links[[link.url for link in links].index("http://paper.example.cn/szb/2026-11-22/b01/")]
    supplement = index(lettered_sheet(DAY, "B01"), inner.url, paper(), entry=inner.entry)
    # The first page of a supplement is no front page.
    assert told(supplement)[0] == (titles(DAY, 1)[0], "示例日报（第B01版：楼市）", None)


@pytest.mark.parametrize("charset", ["gbk", "utf-8"])
def test_an_article_is_read_without_its_writers_whatever_charset_it_claims(charset: str) -> None:
    entry = index(founder_sheet(DAY, 1), ISSUE, paper())[2].entry
    assert entry is not None
    body = founder_article(DAY, 1, 0).replace("<head>", "<head><meta charset=utf-8>").encode(charset)
    (item,) = adapter("epaper")(body, Meta(entry.url, entry.key, Role.ITEM, NOW, "text/html", entry), paper()).items
    assert (item.title, item.outlet, item.rank) == (titles(DAY, 1)[0], "示例日报（第01版：要闻）", 1)
    assert item.published == datetime(2026, 11, 22, tzinfo=CHINA)
    assert item.text.count("青石街道老旧供水管网改造进入收尾阶段") == 1
    assert WHO not in repr(item)


def test_old_issues_are_settled_and_new_ones_not() -> None:
    old = DAY - timedelta(days=2)
    links = index(founder_sheet(old, 1), ISSUE.replace("/22/", "/20/"), paper())
    assert all(link.once for link in links if link.part)
    assert not any(link.once for link in index(founder_sheet(DAY, 1), ISSUE, paper()))


def test_a_page_that_is_no_paper_says_so() -> None:
    with pytest.raises(AdapterError) as error:
        index("<html><body><p>网站维护中</p></body></html>", HOME, paper())
    assert error.value.failure is FetchFailure.NO_LINKS


def test_a_paper_is_recognised_and_a_list_is_not() -> None:
    assert looks_like(founder_sheet(DAY, 1).encode(), ISSUE)
    assert looks_like(lettered_sheet(DAY).encode(), "http://paper.example.cn/szb/")
    assert looks_like(b"<meta http-equiv=refresh content='0;url=html/2026-11/22/node_1.htm'>", HOME)
    rows = "".join(f"<li><a href='/n/{n}.html'>示例区第{n}版行政规范性文件公布</a></li>" for n in range(20))
    turns = "".join(f"<a href='page_{n}.html'>{n}</a>" for n in range(2, 9))
    assert not looks_like(f"<ul>{rows}</ul>{turns}".encode(), "http://www.example.cn/list/")


@pytest.mark.parametrize(
    "line",
    [
        "□本报记者 {w}", "■ 本报记者 {w} 通讯员 {w}", "◎{w}", "○ 记者 {w}/文 {w}/图", "□ 记者 {w} 实习生 {w} 文/图",
        "本报记者　{w}　{w}", "文/本报记者 {w} 图/受访者提供", "（本报记者 {w} 摄）", "本版撰文 {w}", "▲居民用上了自来水 本报记者 {w} 摄",
        "本报讯 记者{w}、通讯员{w}报道：今日上午，供水恢复。", "本报讯（记者 {w} 通讯员 {w}）今日上午，供水恢复。",
    ],
)  # fmt: skip
@pytest.mark.parametrize("at", [0, -1])
def test_papers_sign_in_many_ways_and_none_is_kept(line: str, at: int) -> None:
    told = ["区水务局表示，老旧供水管网改造进入收尾阶段，居民将在月底前用上稳定的自来水。"] * 8
    told.insert(at if at == 0 else len(told), line.format(w=WHO))
    page = "<founder-title>供水管网改造收尾</founder-title><founder-content>{}</founder-content>"
    body = page.format("".join(f"<p>{one}</p>" for one in told))
    (item,) = adapter("epaper")(body.encode(), Meta(ISSUE, ISSUE, Role.ITEM, NOW, "text/html"), paper()).items
    assert WHO not in repr(item)
    assert item.text.count("老旧供水管网改造进入收尾阶段") == 8
    if "恢复" in line:
        assert "供水恢复。" in item.text
