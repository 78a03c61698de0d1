"""媒体 in a real browser: looking something up, reprints under their original, the chart of own coverage."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_accessibility import violations
from tests.browser.test_dashboard import Visit

pytestmark = pytest.mark.browser
PATHS = ("/articles?q=公交&order=best", "/articles/own", "/articles/own?month=2026-05")


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_both_tabs_do_their_work_and_shut_nobody_out(chromium: Browser, address: str, width: int, scheme: str) -> None:
    visit = Visit(chromium, address, width, 900, color_scheme=scheme)
    try:
        visit.sign_in()
        page = visit.page
        page.goto("/articles")
        page.get_by_label("查找").fill("公交")
        page.get_by_label("顺序").select_option("best")
        page.get_by_role("button", name="查找").click()
        page.wait_for_load_state("networkidle")
        assert page.locator("ul.rows mark").first.inner_text() == "公交"
        page.get_by_role("link", name="本区宣传").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("本区宣传")
        expect(page.locator("[data-coverage][data-drawn=yes] canvas")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), "nothing runs off the side"
        found = {}
        for path in PATHS:
            page.goto(path)
            found[path] = violations(visit)
        assert not {path: told for path, told in found.items() if told}
        assert not visit.troubles
    finally:
        visit.context.close()
