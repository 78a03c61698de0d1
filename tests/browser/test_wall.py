"""The wallboard in a real browser: fits 1080p and 4K, turns its slides, says when its data is old, tells no words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from monitor.app import App
from monitor.model import BoardMessage, Post
from monitor.store import RecordQuery
from tests.browser.test_accessibility import violations
from tests.browser.test_dashboard import Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160), (1366, 768)])
def test_the_wall_fits_the_screen_and_can_be_read_from_afar(
    chromium: Browser, address: str, width: int, height: int
) -> None:
    visit = Visit(chromium, address, width, height)
    try:
        visit.sign_in()
        visit.page.goto("/wall")
        expect(visit.page.get_by_role("heading", level=1)).to_contain_text("舆情值守")
        assert visit.page.evaluate(
            "document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth"
        )
        sizes = visit.page.eval_on_selector_all(
            ".slide:not([hidden]) dd, .tiles strong", "e => e.map(x => parseFloat(getComputedStyle(x).fontSize))"
        )
        assert sizes and min(sizes) >= height / 30
        cut = visit.page.eval_on_selector_all(
            ".tiles li, .side, .slides", "e => e.filter(x => x.scrollHeight > x.clientHeight + 2).length"
        )
        assert cut == 0
        if folder := os.environ.get("YUQING_TEST_PICTURES"):
            visit.page.screenshot(path=Path(folder) / f"wall_{width}.png")
        assert violations(visit) == []
        assert visit.troubles == []
    finally:
        visit.context.close()


def test_it_turns_by_itself_waits_on_request_and_says_when_its_data_is_old(chromium: Browser, address: str) -> None:
    visit = Visit(chromium, address, 1920, 1080)
    try:
        visit.sign_in()
        page = visit.page
        page.clock.install()
        page.goto("/wall")
        slide = page.locator(".slide:not([hidden])")
        first = slide.get_attribute("data-slide")
        page.clock.run_for(13_000)
        assert slide.get_attribute("data-slide") != first
        page.keyboard.press("ArrowLeft")
        assert slide.get_attribute("data-slide") == first
        page.keyboard.press("Space")
        page.clock.run_for(13_000)
        assert slide.get_attribute("data-slide") == first
        expect(page.locator("#stale")).to_be_hidden()
        visit.context.set_offline(True)
        page.clock.run_for(200_000)
        expect(page.locator("#stale")).to_contain_text("没有更新")
        visit.context.set_offline(False)
        # A question that was under way when the network came back may still fail; the next one is asked in half a minute.
        for _ in range(10):
            page.clock.run_for(34_000)
            page.wait_for_timeout(300)
            if page.locator("#stale").is_hidden():
                break
        expect(page.locator("#stale")).to_be_hidden()
    finally:
        visit.context.close()


def test_no_words_of_residents_stand_on_it(chromium: Browser, address: str, app: App) -> None:
    visit = Visit(chromium, address, 1920, 1080)
    try:
        visit.sign_in()
        visit.page.goto("/wall")
        whole = visit.page.content()
    finally:
        visit.context.close()
    records = app.store.find(RecordQuery(limit=200)).records
    words = [r.text for r in records if isinstance(r, Post | BoardMessage)]
    words += [r.title for r in records if isinstance(r, BoardMessage)]
    assert words
    assert not [w for w in words if len(w) >= 4 and w in whole]


def test_nobody_sees_it_without_signing_in(chromium: Browser, address: str) -> None:
    visit = Visit(chromium, address, 1920, 1080)
    try:
        visit.page.goto("/wall")
        expect(visit.page.get_by_label("密码")).to_be_visible()
    finally:
        visit.context.close()
