"""Where a list goes on, found without a rule."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.adapters import Meta, Role
from crawlers.nextpage import next_page

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def found(html: str, url: str = "http://x.cn/news/index.html") -> str:
    return next_page(
        f"<html><body>{html}</body></html>".encode(), Meta(url, url, Role.INDEX, NOW, "text/html; charset=utf-8")
    )


@pytest.mark.parametrize(
    ("html", "address"),
    [
        ("<a href='index_1.html'>下一页</a>", "/news/index_1.html"),
        ("<a href='?page=2'><span>下页</span> ›</a>", "/news/index.html?page=2"),
        ("<link rel=next href='/news/2'><a href='/x'>首页</a>", "/news/2"),
        ("<a href='/news/p/3' rel='nofollow next'>3</a>", "/news/p/3"),
        ("<a href='list_2.html'>2</a><a href='list_3.html'>3</a>", "/news/list_2.html"),
        ("<div><a href='?p=1'>1</a><a href='?p=2'>2</a><a href='?p=2'>&gt;</a></div>", "/news/index.html?p=2"),
        ("<script>createPageHTML(25, 0, 'index', 'html');</script>", "/news/index_1.html"),
        ('<a href="javascript:go(2)">下一页</a><script>createPageHTML("page_div",25,0,"index","shtml",400)</script>', ""),
        ("<script>createPageHTML(1, 0, 'index', 'html');</script>", ""),
        ("<a href='/news/9.html'>下一篇</a><a href='/cal?m=12'>下一月</a><a href='/d'>下一天</a>", ""),
        ("<a href='http://other.cn/2'>下一页</a>", ""),
        ("<a href='/photo/2'>&gt;</a>", ""),
        ("<a href='index.html'>下一页</a>", ""),
        ("<a href='/archive/2'>2</a>", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_the_next_page_of_a_list_is_found_and_nothing_else_taken_for_it(html: str, address: str) -> None:
    assert found(html) == (f"http://x.cn{address}" if address else "")


def test_page_by_page_it_goes_on() -> None:
    pager = "".join(f"<a href='list_{n}.html'>{n}</a>" for n in range(1, 9))
    assert found(pager, "http://x.cn/news/list_3.html") == "http://x.cn/news/list_4.html"
    assert found(pager, "http://x.cn/news/list_8.html") == ""
    assert (
        found("<script>createPageHTML(9, 3, 'index', 'html');</script>", "http://x.cn/g/index_3.html")
        == "http://x.cn/g/index_4.html"
    )
