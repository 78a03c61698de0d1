"""The public page and the pages of sources in a browser: for everybody, on a phone, in the dark, on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_accessibility import violations
from tests.browser.test_dashboard import Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_a_resident_reads_the_public_page_without_signing_in(
    chromium: Browser, address: str, width: int, scheme: str
) -> None:
    visit = Visit(chromium, address, width, 844, color_scheme=scheme)
    try:
        page = visit.page
        page.goto("/transparency")
        expect(page.get_by_role("heading", name="公开说明", level=1)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        assert violations(visit) == [] and visit.troubles == []
        page.get_by_role("navigation", name="本页内容").get_by_role("link", name="您的权利").click()
        expect(page.get_by_role("heading", name="您的权利")).to_be_in_viewport()
        assert visit.context.cookies() == []
    finally:
        visit.context.close()


def test_on_paper_the_public_page_is_whole_and_without_links_to_click(chromium: Browser, address: str) -> None:
    visit = Visit(chromium, address, 794, 1123)
    try:
        visit.page.goto("/transparency")
        visit.page.emulate_media(media="print", color_scheme="light")
        expect(visit.page.get_by_role("navigation", name="本页内容")).to_be_hidden()
        expect(visit.page.get_by_role("heading", name="联系")).to_be_visible()
        assert visit.page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    finally:
        visit.context.close()


def test_a_clerk_finds_what_is_wrong_with_a_source_from_the_list(chromium: Browser, address: str) -> None:
    visit = Visit(chromium, address, 390, 844, color_scheme="dark")
    try:
        page = visit.sign_in()
        page.goto("/sources")
        page.get_by_role("link", name="有问题 1").click()
        page.get_by_role("link", name="示例留言板").click()
        expect(page.get_by_text("对方网站返回 500").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        assert violations(visit) == [] and visit.troubles == []
        visit.page.goto("/sources/forum")
        assert violations(visit) == [] and visit.troubles == []
    finally:
        visit.context.close()
