"""The dashboard in a real browser: a person signs in, reads every page, acknowledges an alert."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from monitor.alerts.book import AlertBook
from monitor.app import App
from tests.api import district

pytestmark = pytest.mark.browser

PAGES = {
    "/": "今日", "/alerts": "预警", "/board": "留言办理", "/articles": "媒体", "/briefs": "专报", "/sources": "信源",
    "/transparency": "公开说明",
}  # fmt: skip
SIZES = ((1440, 900), (390, 844), (3840, 2160))


class Visit:
    """A page of its own browser context, and everything that went wrong on it."""

    def __init__(self, browser: Browser, address: str, width: int = 1440, height: int = 900, **options: object) -> None:
        self.context = browser.new_context(
            base_url=address, viewport={"width": width, "height": height}, locale="zh-CN", **options
        )
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.troubles: list[str] = []
        self.page.on("console", lambda m: self.troubles.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("requestfailed", self._failed)

    def _failed(self, request: Request) -> None:
        # Leaving a page ends what it was still loading; that is no trouble.
        if "ERR_ABORTED" not in (request.failure or ""):
            self.troubles.append(f"{request.url} {request.failure}")

    def sign_in(self, name: str = "duty") -> Page:
        self.page.goto("/sign-in")
        self.page.get_by_label("用户名").fill(name)
        self.page.get_by_label("密码").fill(district.PASSWORD)
        self.page.get_by_role("button", name="登录").click()
        expect(self.page.get_by_role("heading", name="今日", level=1)).to_be_visible()
        return self.page


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[Visit]:
    made = Visit(chromium, address)
    yield made
    made.context.close()


def test_a_person_comes_back_to_the_page_asked_for(visit: Visit) -> None:
    visit.page.goto("/articles?q=公交")
    expect(visit.page.get_by_role("status")).to_contain_text("请先登录")
    visit.page.get_by_label("用户名").fill("reader")
    visit.page.get_by_label("密码").fill(district.PASSWORD)
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("searchbox", name="查找")).to_have_value("公交")
    assert visit.troubles == []


@pytest.mark.parametrize("size", SIZES, ids=lambda s: str(s[0]))
def test_every_page_loads_without_a_complaint_and_fits(
    chromium: Browser, address: str, size: tuple[int, int], app: App
) -> None:
    visit = Visit(chromium, address, *size)
    page = visit.sign_in()
    alert = AlertBook(app.store).list()[0]
    headings = {**PAGES, f"/alerts/{alert.id}": alert.subject, "/briefs/daily.2026-11-21": "每日舆情专报"}
    for path, heading in headings.items():
        page.goto(path)
        expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert too_wide <= 0, f"{path} is {too_wide} px wider than the window"
    page.wait_for_load_state("networkidle")
    assert visit.troubles == []
    visit.context.close()


def test_charts_are_drawn_and_their_tables_hold_the_same_figures(visit: Visit) -> None:
    page = visit.sign_in()
    box = page.locator("[data-chart=total]")
    expect(box).to_have_attribute("data-drawn", "yes")
    assert painted(page), "the canvas is not blank"
    box.get_by_text("以表格查看").click()
    rows = box.locator("tbody tr")
    expect(rows).to_have_count(7)
    tile = page.locator(".tile", has_text="公开帖文").locator(".number").inner_text().removesuffix("条").strip()
    assert rows.first.locator("td").first.inner_text() == tile
    box.get_by_role("button", name="按小时").click()
    expect(rows).to_have_count(6 * 24 + 9)
    assert "<10" in rows.locator("td").all_inner_texts()
    assert visit.troubles == []


def test_a_duty_officer_acknowledges_an_alert(visit: Visit, app: App) -> None:
    page = visit.sign_in()
    page.get_by_role("region", name="进行中的预警").get_by_role("link").first.click()
    page.get_by_label("处置说明").fill("已联系水务局抢修")
    page.get_by_role("button", name="签收并保存说明").click()
    expect(page.get_by_role("status").first).to_contain_text("已签收")
    expect(page.locator(".facts-list")).to_contain_text("已联系水务局抢修")
    assert AlertBook(app.store).list()[0].acknowledged_by == "duty"
    assert visit.troubles == []


def test_more_rows_are_loaded_in_place(visit: Visit) -> None:
    page = visit.sign_in()
    page.goto("/board")
    rows = page.locator("ul.rows > li", has=page.locator(".title"))
    expect(rows).to_have_count(20)
    page.get_by_role("link", name="更多留言").click()
    expect(rows).to_have_count(40)
    assert page.url.endswith("/board") and visit.troubles == []


def test_a_hostile_title_runs_nothing(visit: Visit) -> None:
    page = visit.sign_in()
    page.goto("/board")
    expect(page.get_by_text("<script>document.title").first).to_be_visible()
    assert page.title().startswith("留言办理")


def test_the_keyboard_reaches_the_content_first_and_shows_where_it_is(visit: Visit) -> None:
    page = visit.sign_in()
    page.goto("/alerts")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.closest('main') !== null")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert focused and outline == "solid"


def test_the_dark_mode_is_dark_and_phones_get_the_list_layout(chromium: Browser, address: str) -> None:
    visit = Visit(chromium, address, 390, 844, color_scheme="dark")
    page = visit.sign_in()
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(int(n) for n in background.removeprefix("rgb(").removesuffix(")").split(",")) < 150
    page.goto("/alerts")
    assert page.locator("table.cards tbody tr").first.evaluate("row => getComputedStyle(row).display") == "block"
    assert visit.troubles == []
    visit.context.close()


def test_pages_work_without_script(chromium: Browser, address: str) -> None:
    visit = Visit(chromium, address, java_script_enabled=False)
    page = visit.sign_in()
    page.goto("/board")
    page.get_by_role("link", name="更多留言").click()
    expect(page.locator("ul.rows > li", has=page.locator(".title"))).to_have_count(20)
    assert "cursor=" in page.url
    visit.context.close()


def painted(page: Page) -> bool:
    """Whether the first canvas has more than one colour."""
    return bool(
        page.locator("[data-chart=total] canvas").evaluate(
            "c => { const all = c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer;"
            " return new Set(new Uint32Array(all)).size > 3 }"
        )
    )
