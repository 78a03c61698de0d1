"""A page that can be no source says why, and what to do instead."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.adapters import Meta, Role, adapter
from crawlers.failures import AdapterError, FetchFailure
from crawlers.hindrance import hindrance, is_binary
from monitor.settings.types import Source
from tests.crawlers.test_extract import BODY
from tests.site import article

AT = "https://www.qingshi.example.cn/x"
FORM = "<form><input name=u><input type=password name=p><button>登录</button></form>"
SHELL = "<html><head><title>政民互动</title></head><body>{}<script src=/app.js></script></body></html>"


def code(body: str | bytes, url: str = AT) -> str:
    return hindrance(url, body.encode() if isinstance(body, str) else body).code


@pytest.mark.parametrize(
    ("body", "url", "expected"),
    [
        (f"<html><title>用户登录</title><body>{FORM}</body></html>", AT, "login"),
        (f"<html><title>统一认证</title><body><p>{'请使用政务账号。' * 80}</p>{FORM}</body></html>", AT + "/login?to=/", "login"),
        ("<html><title>请登录</title><body>正在跳转</body></html>", "https://sso.qingshi.example.cn/cas/x", "login"),
        ("<html><title>安全验证</title><body>请完成验证</body></html>", AT, "human_check"),
        ("<html><title>Just a moment...</title><script src=/c.js></script></html>", AT, "human_check"),
        (SHELL.format("<div id=app></div>"), AT, "script"),
        (SHELL.format("<div id=root> </div><noscript>You need to enable JavaScript to run this app.</noscript>"), AT, "script"),
        (SHELL.format("<p>请开启浏览器的 JavaScript 后访问</p>"), AT, "script"),
        (SHELL.format("<div><a href=/a>要闻</a> <a href=/b>通知公告</a> 青石</div>" * 20), AT, "no_list"),
        ("<html><body><p>青石区欢迎您</p></body></html>", AT, "no_list"),
        (b"%PDF-1.4 xxxx", AT, "not_text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", AT, "not_text"),
        (b"", AT, "not_text"),
    ],
)  # fmt: skip
def test_what_stands_in_the_way_is_named(body: str | bytes, url: str, expected: str) -> None:
    found = hindrance(url, body.encode() if isinstance(body, str) else body)
    assert found.code == expected
    assert found.message and found.hint


def test_an_article_is_told_from_a_list_with_the_section_it_stands_in() -> None:
    path = "<div class=path>当前位置：<a href='/'>首页</a> &gt; <a href='/news/'>要闻</a></div>"
    reply = article("青石街道排查供水管网", BODY, around=path)
    assert isinstance(reply.body, str)
    found = hindrance(AT + "/t1.html", reply.body.encode())
    assert (found.code, found.hint.rpartition(" ")[2]) == ("article", "https://www.qingshi.example.cn/news/")


def test_a_page_with_a_sign_in_box_beside_its_words_is_no_log_in_page() -> None:
    assert code(f"<html><body><div>{FORM}</div><p>{'青石区今日要闻，' * 200}</p></body></html>") != "login"


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (f"<html><title>登录_青石网</title><body><h1>请登录</h1>{FORM}</body></html>".encode(), FetchFailure.FORBIDDEN),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, FetchFailure.NOT_TEXT),
        (b"\x7fELF" + bytes(range(256)) * 9, FetchFailure.NOT_TEXT),
        (bytes(range(256)) * 9, FetchFailure.NOT_TEXT),
    ],
)
def test_an_item_that_wants_a_sign_in_or_is_no_text_is_not_taken_for_an_article(
    body: bytes, failure: FetchFailure
) -> None:
    source = Source.model_validate({"id": "s", "name": "s", "kind": "news", "adapter": "html", "url": AT})
    with pytest.raises(AdapterError) as error:
        adapter("html")(body, Meta(AT, AT, Role.ITEM, datetime(2026, 11, 22, tzinfo=UTC)), source)
    assert error.value.failure is failure


@pytest.mark.parametrize("charset", ["utf-8", "gbk", "gb18030", "big5", "utf-16", "utf-8-sig"])
def test_text_of_any_charset_is_no_binary(charset: str) -> None:
    assert not is_binary("青石街道排查供水管網，\t一戶一策。\r\n\x0c".encode(charset))


@given(st.binary(max_size=300))
def test_no_bytes_break_it(body: bytes) -> None:
    assert code(body)
