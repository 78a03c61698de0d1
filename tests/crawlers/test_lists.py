"""List pages without rules: the main list among others, dates beside links, scripts' links, frames and redirects."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.adapters import Link, Meta, Role, adapter
from crawlers.failures import AdapterError, FetchFailure
from monitor.model import CHINA
from monitor.settings.types import Source
from tests.site import article

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
URL = "https://www.example.gov.cn/news/index.html"


def source(**more: Any) -> Source:
    return Source.model_validate({"id": "s", "name": "源", "kind": "news", "adapter": "html", "url": URL, **more})


def index(body: str | bytes, told: Source | None = None, *, url: str = URL, key: str = "") -> tuple[Link, ...]:
    raw = body.encode() if isinstance(body, str) else body
    return adapter("html")(raw, Meta(url, key or url, Role.INDEX, NOW, "text/html"), told or source()).links


def paths(links: tuple[Link, ...]) -> list[str]:
    return [link.url.partition("gov.cn")[2] for link in links]


def days(links: tuple[Link, ...]) -> list[str]:
    moments = [
        link.entry.published.astimezone(CHINA) if link.entry and link.entry.published else None for link in links
    ]
    return [f"{m:%m-%d}" if m else "" for m in moments]


NAV = "".join(f"<li><a href='/c{n}/index.html'>政务公开第{n}个栏目的名称</a></li>" for n in range(9))
FOOT = "".join(f"<a href='/dept{n}.html'>某某局官方网站链接第{n}个</a>" for n in range(12))


def page(rows: str, *, head: str = "") -> str:
    return f"<html><head>{head}<title>要闻</title></head><body><ul class='nav-list nav'>{NAV}</ul>{rows}<div class=footer>{FOOT}</div></body></html>"


@pytest.mark.parametrize(
    "row",
    [
        "<li><a href='/n/{n}.html'>{t}</a><span>2026-11-{d}</span></li>",
        "<li><span>[11-{d}]</span><a href='/n/{n}.html' title='{t}'>{t}</a></li>",
        "<tr><td>·</td><td><a href='/n/{n}.html'>{t}</a></td><td>2026/11/{d}</td></tr>",
        "<li class='row{n}'><a href='/n/{n}.html'>{t}</a> 11月{d}日</li>",
        "<div class=item><div class=date><b>{d}</b><i>2026-11</i></div><h3><a href='/n/{n}.html'>{t}</a></h3></div>",
        "<div class=item><div class=date><i>2026.11</i><b>{d}</b></div><h3><a href='/n/{n}.html'>{t}</a></h3></div>",
        "<dd><a href='/n/{n}.html'>{t}（2026-11-{d}）</a><em>2026年11月{d}日 08:30</em></dd>",
    ],
)
def test_dates_stand_beside_the_links_in_whatever_way(row: str) -> None:
    rows = "".join(row.format(n=n, d=20 - n, t=f"通知第{n}号") for n in range(6))
    tag = "table" if row.startswith("<tr") else "ul" if row.startswith("<li") else "section"
    links = index(page(f"<{tag} class=box>{rows}</{tag}>"))
    assert paths(links) == [f"/n/{n}.html" for n in range(6)]
    assert days(links) == [f"11-{20 - n}" for n in range(6)]


def test_relative_dates_are_of_the_day_the_page_was_read() -> None:
    told = ("刚刚", "25分钟前", "3小时前", "昨天 18:20", "前天", "5天前")
    rows = "".join(f"<li><a href='/n/{n}.html'>示例区第{n}号通知</a><i>{when}</i></li>" for n, when in enumerate(told))
    assert days(index(page(f"<ul>{rows}</ul>"))) == ["11-22", "11-22", "11-22", "11-21", "11-20", "11-17"]


def test_the_title_of_a_cut_off_link_is_its_title_attribute() -> None:
    rows = "".join(
        f"<li><a href='/n/{n}.html' title='示例区第{n}次新闻发布会将于明日举行'>示例区第{n}次新闻发布会…</a></li>"
        for n in range(4)
    )
    entry = index(page(f"<ul>{rows}</ul>"))[0].entry
    assert entry is not None and entry.title == "示例区第0次新闻发布会将于明日举行"


def test_rows_that_alternate_in_class_are_one_list() -> None:
    rows = "".join(
        f"<li class='{'odd' if n % 2 else 'even'} li{n}'><a href='/n/{n}.html'>示例区第{n}次新闻发布会举行</a></li>"
        for n in range(8)
    )
    assert len(index(page(f"<ul>{rows}</ul>"))) == 8


def test_links_that_a_click_follows_are_links() -> None:
    ways = (
        "<a href='javascript:void(0)' onclick=\"window.open('/n/0.html')\">示例区第零次发布会举行</a>",
        "<a href=\"javascript:location.href='/n/1.html'\">示例区第一次发布会举行</a>",
        "<a href='#' onclick=\"goto('/n/2.html');return false\">示例区第二次发布会举行</a>",
        "<div onclick=\"location.href='/n/3.html'\">示例区第三次发布会举行</div>",
        "<a href='javascript:;' data-href='/n/4.html'>示例区第四次发布会举行</a>",
        "<a href='javascript:share(1)'>分享到微信朋友圈等</a>",
    )
    body = page("<ul>" + "".join(f"<li class=x>{way}</li>" for way in ways) + "</ul>")
    assert paths(index(body, source(list={"link": "li.x"}))) == [f"/n/{n}.html" for n in range(5)]


def test_links_are_relative_to_the_base_of_the_page() -> None:
    rows = "".join(f"<li><a href='{n}.html'>示例区第{n}次新闻发布会举行</a></li>" for n in range(4))
    assert paths(index(page(f"<ul>{rows}</ul>", head="<base href='/other/place/'>")))[0] == "/other/place/0.html"


@pytest.mark.parametrize(
    "body",
    [
        "<html><head><meta http-equiv=refresh content='0;url=/list/1.html'></head><body></body></html>",
        "<html><frameset><frame name=top src=/top.html><frame name=main src=/list/1.html></frameset></html>",
        "<html><body><iframe src='/list/1.html'></iframe></body></html>",
        "<html><body><script>top.location='/list/1.html';</script></body></html>",
    ],
)
def test_a_page_that_only_leads_to_the_list_is_followed_one_step(body: str) -> None:
    (link,) = index(body)
    assert (link.url, link.role, link.part) == ("https://www.example.gov.cn/list/1.html", Role.INDEX, True)
    with pytest.raises(AdapterError) as error:
        index(body, url="https://www.example.gov.cn/list/0.html")
    assert error.value.failure is FetchFailure.NO_LINKS, "not a second step"


def test_a_list_that_reloads_itself_is_a_list() -> None:
    rows = "".join(f"<li><a href='/n/{n}.html'>示例区第{n}次新闻发布会举行</a></li>" for n in range(4))
    head = "<meta http-equiv=refresh content='300'><meta http-equiv=refresh content='300;url=/news/index.html'>"
    assert len(index(page(f"<ul>{rows}</ul>", head=head))) == 4


def test_xpath_rules_are_read_wherever_css_rules_are() -> None:
    rows = "".join(f"<li><a href='/n/{n}.html'>第{n}号</a></li>" for n in range(2))
    body = page(f"<ul class=box>{rows}</ul><a class=next href=p2.html>下一页</a>")
    told = source(list={"link": "//ul[@class='box']/li/a", "next": "//a[text()='下一页']"})
    assert paths(index(body, told)) == ["/n/0.html", "/n/1.html", "/news/p2.html"]
    rules = {"title": "(//h1)[1]", "text": "//div[contains(@class,'article-content')]", "time": ".//div[@class='info']"}
    raw = article("停水通知", "青石街道今晚停水。" * 5, date="2026-11-20 08:30").body
    assert isinstance(raw, str)
    (item,) = adapter("html")(raw.encode(), Meta(URL, URL, Role.ITEM, NOW), source(page=rules)).items
    assert (item.title, item.text) == ("停水通知", "青石街道今晚停水。" * 5)
    assert item.published == datetime(2026, 11, 20, 8, 30, tzinfo=CHINA)


def test_an_article_in_a_frame_is_read_from_the_frame() -> None:
    body = "<html><head><title>停水通知</title></head><body><iframe src='/text/1.html'></iframe></body></html>"
    meta = Meta(URL, URL, Role.ITEM, NOW)
    (link,) = adapter("html")(body.encode(), meta, source()).links
    assert (link.url, link.role, link.of) == ("https://www.example.gov.cn/text/1.html", Role.ITEM, URL)


GONE = (
    "<html><title>404 Not Found</title><body><center><h1>404 Not Found</h1></center></body></html>",
    "<html><title>示例区人民政府</title><body><div class=msg><p>抱歉，您访问的页面不存在或已被删除！</p><p><a href=/>返回首页</a></p></div></body></html>",
    "<html><title>提示信息</title><body><p>该稿件已撤回</p></body></html>",
    "<html><title>示例新闻网</title><body><ul class=nav><li><a href=/a>要闻</a></li></ul><p>文章已下线，5秒后返回首页</p></body></html>",
)
STANDS = (
    ("教育局删除不实信息并致歉", "示例区教育局今日发布通告，称此前页面不存在的名单系误传，已删除。" * 4),
    (
        "一条“页面不存在”的投诉",
        "居民反映网上办事大厅提示“您访问的页面不存在”，区政务服务局表示系统升级中，今晚恢复。" * 3,
    ),
    ("停水通知", "青石街道今晚停水。"),
)


@pytest.mark.parametrize("body", GONE)
def test_a_page_that_says_it_is_gone_is_gone(body: str) -> None:
    with pytest.raises(AdapterError) as error:
        adapter("html")(body.encode(), Meta(URL, URL, Role.ITEM, NOW), source())
    assert error.value.failure is FetchFailure.GONE


@pytest.mark.parametrize(("title", "text"), STANDS)
def test_an_article_that_mentions_such_words_stands(title: str, text: str) -> None:
    raw = article(title, text).body
    assert isinstance(raw, str)
    (item,) = adapter("html")(raw.encode(), Meta(URL, URL, Role.ITEM, NOW), source()).items
    assert (item.title, item.text) == (title, text)


def test_a_hot_list_is_its_titles_without_numbers_and_marks() -> None:
    rows = "".join(
        f"<li><a href='/s?q={n}'><i>{n}</i><span>{title}</span><em>热</em><b>12{n}万热度</b></a></li>"
        for n, title in enumerate(("示例区全城停水三天", "示例区 110 联动中心启用", "2026年供水条例公布"), 1)
    )
    told = source(kind="hotlist", list={"link": "li a"})
    parsed = adapter("html")(f"<ol>{rows}</ol>".encode(), Meta(URL, URL, Role.INDEX, NOW), told)
    assert [(i.rank, i.title) for i in parsed.items] == [
        (1, "示例区全城停水三天"), (2, "示例区 110 联动中心启用"), (3, "2026年供水条例公布"),
    ]  # fmt: skip
