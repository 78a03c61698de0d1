"""Two addresses of one page have one name, two pages never have."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.addresses import canonical, cleaned, endless, led_home, shape
from crawlers.ledger import Ledger

KEY = b"k" * 32
ONE = "http://www.x.gov.cn/a/1.html"


@pytest.mark.parametrize(
    "address",
    [
        "https://www.x.gov.cn/a/1.html", "HTTP://WWW.X.gov.cn:80/a/1.html", "https://www.x.gov.cn:443/a/1.html",
        "http://user:word@www.x.gov.cn/a/1.html", "http://www.x.gov.cn/a/1.html#comments", "http://www.x.gov.cn./a/1.html",
        "http://www.x.gov.cn/b/../a/./1.html", "http://www.x.gov.cn/a/1.html?", "http://www.x.gov.cn/a/%31.html",
        "http://www.x.gov.cn/a/1.html;jsessionid=0A1B2C3D4E5F?utm_source=wx&utm_campaign=y",
        "http://www.x.gov.cn/(S(lit3py55t21z5v55vlm25s55))/a/1.html", "http://www.x.gov.cn/a/1.html?PHPSESSID=k2j3h4k5j6",
        "http://www.x.gov.cn/a/1.html?spm=a2c4g.11&from=timeline&isappinstalled=0", "http://www.x.gov.cn/a/1.html?sid=9f86d081884c7d659a",
        "http://www.x.gov.cn/a/1.html?_t=1763779200000", "http://www.x.gov.cn/a/1.html?sid=Kd83nQ", "http://www.x.gov.cn/a/1.html?ASPSESSIONIDQQ=ABCDEFGH",
    ],
)  # fmt: skip
def test_spellings_of_one_address_are_one_page(address: str) -> None:
    assert canonical(address) == canonical(ONE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/v?id=1", "/v?id=2"), ("/v?sid=12", "/v?sid=13"), ("/l?from=20", "/l?from=40"), ("/a%2Fb", "/a/b"),
        ("/v?q=a%26b=1", "/v?q=a&b=1"), ("/v?t=1763779200", "/v?t=1763779201"), ("/A.html", "/a.html"),
        ("/v?share=7", "/v?share=8"), ("/#/detail/1", "/#/detail/2"), ("/v?s=1", "/v?s=2"), ("/v?sid=n10012", "/v?sid=n10013"), ("/v?id=1", "/v?id=1&page=2"),
        ("/index.jsp?id=1", "/index.jsp?id=2"), ("/v?q=%D6%D0", "/v?q=%D6%D1"), ("/v?a=%2B1", "/v?a=+1"), (":81/a", ":82/a"),
    ],
)  # fmt: skip
def test_pages_that_differ_keep_different_names(one: str, other: str) -> None:
    assert canonical(f"http://x.cn{one}") != canonical(f"http://x.cn{other}")


def test_the_order_of_parameters_and_index_pages_make_no_difference() -> None:
    assert canonical("http://x.cn/v?b=2&a=1") == canonical("https://x.cn/v?a=1&b=2&a=1")
    assert canonical("http://x.cn/news/index.html") == canonical("http://x.cn/news/") == canonical("http://x.cn/news")
    assert canonical("http://x.cn/index.php") != canonical("http://x.cn/")
    assert canonical("http://x.cn/新闻/?q=停水") == canonical(f"http://x.cn/{quote('新闻')}?q={quote('停水')}")
    assert canonical("http://x.cn/v?id=1&visit=abc", ("visit",)) == canonical("http://x.cn/v?id=1")
    assert canonical(" row 17 ") == "row 17" and canonical("http://x:y@/") and canonical("http://x.cn:99999999/a")


def test_what_is_asked_for_stays_as_the_site_wrote_it() -> None:
    assert cleaned("https://x.cn/v?b=%e4&a=1") == "https://x.cn/v?b=%e4&a=1"
    assert cleaned("https://x.cn/v?b=%e4&utm_source=x&a=1#top") == "https://x.cn/v?b=%e4&a=1"


PARTS = st.text(st.sampled_from("ab1/%?&=+#;._-中 "), max_size=12)


@given(PARTS, PARTS)
def test_a_name_is_the_name_of_itself(path: str, query: str) -> None:
    name = canonical(f"http://x.cn/{path}?{query}")
    assert canonical(name) == name


@given(st.integers(0, 9999), st.integers(0, 9999), st.sampled_from(["id", "sid", "s", "tid", "from", "t", "ref", "p"]))
def test_numbers_in_addresses_are_never_dropped(one: int, other: int, name: str) -> None:
    same = canonical(f"http://x.cn/v?{name}={one}") == canonical(f"http://x.cn/v?{name}={other}")
    assert same == (one == other)


def test_addresses_without_end_are_seen() -> None:
    assert endless("http://x.cn/a/a/a/b.html") and endless("http://x.cn/n/c/n/c/n/c/1.html")
    assert endless("http://x.cn" + "".join(f"/{n}" for n in range(30)))
    for fine in ("http://x.cn/2011/11/11/11.html", "http://x.cn/a/a/b/1.html", ONE):
        assert not endless(fine)


def test_a_page_that_leads_to_the_home_page_or_the_list_is_gone() -> None:
    index = "http://x.cn/news/"
    for landed in ("http://x.cn/", "https://x.cn/index.html", "http://x.cn/news/index.html", "http://www.x.cn"):
        assert led_home("http://x.cn/a/1.html", landed, index)
    for landed in ("http://x.cn/b/1.html", "http://x.cn/?id=1", "http://x.cn/a/1.html", "https://x.cn/a/1.html"):
        assert not led_home("http://x.cn/a/1.html", landed, index)
    assert not led_home("http://x.cn/", "http://www.x.cn/", index)


def test_another_token_on_the_same_file_is_the_same_shape() -> None:
    assert shape(f"{ONE}?v=1") == shape(f"{ONE}?v=2") == shape(ONE)
    assert shape("http://x.cn/v?id=1&k=0123456789abcdef0") == shape("http://x.cn/v?id=1&k=fedcba98765432109")
    assert shape("http://x.cn/v?id=1") != shape("http://x.cn/v?id=2")


def test_a_ledger_of_an_older_version_still_knows_its_pages() -> None:
    ledger = Ledger("s", "http://x.cn/", KEY)
    written = "https://x.cn/v?b=2&a=1"
    ledger._known[ledger._hash(written)] = "20261101T000000000000.x"
    assert ledger.knows(written) and ledger.key_of(written) == written
    assert not ledger.knows("https://x.cn/v?b=3&a=1")
    ledger.mark(["https://x.cn/v?b=3&a=1"])
    assert ledger.knows("http://x.cn/v?a=1&b=3"), "new ones are known by their canonical name"
