"""Government sites whose lists a script writes from XML in the page (大汉 jpage): read without running it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.adapters import Meta, Parsed, Role, adapter
from crawlers.adapters.datastore import unfolded
from crawlers.failures import AdapterError, FetchFailure
from crawlers.proposals import propose
from monitor.settings.types import Source

URL = "https://www.qingshi.gov.cn/col/col1229/index.html"
GROUP = "/module/web/jpage/dataproxy.jsp?page=1&amp;appid=1&amp;webid=7&amp;columnid=1229&amp;unitid=66"
ENTRIES = "".join(
    f"<record><![CDATA[<li><a href='/art/2026/11/{n}/art_1229_{n}.html' title='青石街道第{n}次排查供水管网' target='_blank'>"
    f"青石街道第{n}次排查供水管网</a><span>2026-11-{n}</span></li>]]></record>"
    for n in range(20, 10, -1)
)
STORE = (
    f'<datastore><nextgroup><![CDATA[<a href="{GROUP}"></a>]]></nextgroup><recordset>{ENTRIES}</recordset></datastore>'
)
NAV = (
    "<div class=nav>"
    + "".join(f"<a href='/col/col{n}/index.html'>政务公开栏目第{n}项</a>" for n in range(8))
    + "</div>"
)
PAGE = (
    f"<!DOCTYPE html><html><head><title>通知公告</title></head><body>{NAV}<div id='66' class='default_pgContainer'></div>"
    f"<script type=\"text/xml\">{STORE}</script><script>$('#66').jpage({{}})</script></body></html>"
)


def read(body: str, url: str = URL) -> Parsed:
    source = Source.model_validate({"id": "s", "name": "源", "kind": "official", "adapter": "html", "url": URL})
    return adapter("html")(body.encode(), Meta(url, url, Role.INDEX, datetime(2026, 11, 22, tzinfo=UTC)), source)


def followed(parsed: Parsed) -> list[str]:
    return [link.url for link in parsed.links if link.role is Role.INDEX]


@pytest.mark.parametrize("body", [PAGE, f"<?xml version='1.0' encoding='UTF-8'?>{STORE}"])
def test_the_entries_and_the_way_on_are_found(body: str) -> None:
    parsed = read(body)
    items = [link for link in parsed.links if link.role is Role.ITEM]
    assert [link.url for link in items] == [
        f"https://www.qingshi.gov.cn/art/2026/11/{n}/art_1229_{n}.html" for n in range(20, 10, -1)
    ]
    assert [link.entry.title for link in items if link.entry][:1] == ["青石街道第20次排查供水管网"]
    assert followed(parsed) == [
        "https://www.qingshi.gov.cn/module/web/jpage/dataproxy.jsp?page=1&appid=1&webid=7&columnid=1229&unitid=66"
    ]


def test_such_a_page_is_proposed_as_a_list() -> None:
    (found,) = propose(URL, PAGE.encode())
    assert (found.source["adapter"], found.source["kind"], "10 条" in found.why) == ("html", "official", True)


@pytest.mark.parametrize("text", ["", "<html></html>", "<html><script type='text/xml'><x/></script></html>", "没有"])
def test_other_pages_stay_as_they_are(text: str) -> None:
    assert unfolded(text) == text


def test_an_island_without_entries_does_not_make_the_navigation_a_list() -> None:
    with pytest.raises(AdapterError) as error:
        read(PAGE.replace(ENTRIES, "").replace(GROUP, ""))
    assert error.value.failure is FetchFailure.NO_LINKS
