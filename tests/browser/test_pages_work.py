"""The pages at work in a real browser: keys, lists, charts, paper, narrow screens, spaced text, the way back."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from monitor.alerts.book import AlertBook
from monitor.app import App
from tests.api import district
from tests.browser.test_accessibility import violations
from tests.browser.test_dashboard import Visit

pytestmark = pytest.mark.browser

PAGES = {
    "/topics": "专题", f"/topics/{quote('供水')}": "供水", f"/topics/{quote('噪音')}?days=1": "噪音", "/events": "事件",
    f"/events/{district.MATTER}": "停水", "/settings?check=1": "设置", "/audit": "审计", "/help": "帮助",
    "/alerts/notifications": "通知记录",
}  # fmt: skip
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""
SHIFT = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(l => l.getEntries().forEach(e => { if (!e.hadRecentInput) sum += e.value; }))
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done(sum), 50);
})"""


@pytest.fixture(scope="module")
def boss(chromium: Browser, address: str) -> Iterator[Visit]:
    visit = Visit(chromium, address)
    visit.sign_in("admin")
    yield visit
    visit.context.close()


@pytest.fixture
def page(boss: Visit) -> Page:
    boss.troubles.clear()
    boss.page.set_viewport_size({"width": 1440, "height": 900})
    return boss.page


def test_every_new_page_loads_in_peace_and_shuts_nobody_out(boss: Visit, page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    found = {}
    for path, heading in PAGES.items():
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        found[path] = violations(boss)
        assert page.evaluate(SHIFT) < 0.02, f"{path} moves while it loads"
    page.emulate_media(color_scheme="light")
    assert not {path: told for path, told in found.items() if told}
    assert boss.troubles == []


def test_every_new_page_fits_a_window_of_320_pixels(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} does not reflow"
        small = page.eval_on_selector_all(
            "main button, main summary, nav a",
            "all => all.filter(e => e.offsetParent && e.getBoundingClientRect().height < 24).map(e => e.textContent)",
        )
        assert small == [], f"{path}: targets under 24 px (WCAG 2.5.8)"


def test_text_may_be_spaced_without_a_loss(page: Page) -> None:
    """WCAG 2.2, 1.4.12: nothing is cut off or laid over when a reader spaces letters and lines."""
    page.set_viewport_size({"width": 390, "height": 800})
    for path in ("/", "/settings", "/board"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        # The policy lets no style in, so the rules are put into a sheet that is there.
        page.evaluate(
            "rules => rules.match(/[^{]+[{][^}]+[}]/g).forEach(r => document.styleSheets[0].insertRule(r, 0))", SPACED
        )
        cut = page.eval_on_selector_all(
            ".tile, .badge, .chip, button, th, .panel h2",
            "all => all.filter(e => getComputedStyle(e).overflow === 'hidden' && e.scrollWidth > e.clientWidth + 1)"
            ".map(e => e.className + e.textContent)",
        )
        assert cut == [] and page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_the_keyboard_finds_searches_and_walks_a_list(page: Page) -> None:
    page.goto("/board")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="查找")).to_be_focused()
    page.keyboard.type("?/停水")
    expect(page.get_by_role("searchbox", name="查找")).to_have_value("?/停水")
    page.keyboard.press("Escape")
    links = page.locator("[data-list] > li .title a")
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("k")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("g")
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="预警", level=1)).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="帮助", level=1)).to_be_visible()
    page.get_by_label("启用单键快捷键").uncheck()
    page.get_by_role("heading", name="帮助").click()
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.keyboard.press("/")
    assert page.url.endswith("/help"), "switched off they do nothing (WCAG 2.1.4)"
    page.get_by_label("启用单键快捷键").check()


def test_a_topic_is_drawn_with_its_band_and_leads_on_and_back(boss: Visit, page: Page) -> None:
    page.goto("/topics")
    page.get_by_role("link", name="供水").first.click()
    box = page.locator("[data-chart=usual]")
    expect(box).to_have_attribute("data-drawn", "yes")
    box.get_by_text("以表格查看").click()
    expect(box.locator("tbody tr").first).to_contain_text("高于平时")
    expect(box.locator("tbody tr")).to_have_count(28)
    page.get_by_role("link", name="近 30 天", exact=True).click()
    assert page.url.endswith("?days=30")
    page.locator("a[href^='/events/']").first.click()
    expect(page.get_by_role("heading", name="经过")).to_be_visible()
    page.go_back()
    page.go_back()
    expect(page.locator("[data-chart=usual]")).to_have_attribute("data-drawn", "yes")
    assert boss.troubles == []


def test_the_way_back_from_a_list_loaded_in_place_leads_to_that_list(boss: Visit, page: Page) -> None:
    page.goto("/board?order=oldest")
    page.get_by_role("link", name="更多留言").click()
    rows = page.locator("ul.rows > li", has=page.locator(".title"))
    expect(rows).to_have_count(40)
    expect(rows.nth(20).locator(".title a")).to_be_focused()
    page.get_by_role("link", name="预警").first.click()
    expect(page.get_by_role("heading", name="预警", level=1)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="留言办理", level=1)).to_be_visible()
    expect(page.get_by_label("顺序", exact=True)).to_have_value("oldest")
    assert rows.count() >= 20 and boss.troubles == []


def test_what_could_not_be_loaded_in_place_is_said(boss: Visit, page: Page) -> None:
    page.goto("/board")
    boss.context.set_offline(True)
    page.get_by_role("link", name="更多留言").click()
    expect(page.get_by_role("alert")).to_contain_text("连不上服务器")
    boss.context.set_offline(False)
    page.get_by_role("link", name="更多留言").click()
    expect(page.locator("ul.rows > li", has=page.locator(".title"))).to_have_count(40)


def test_on_paper_there_is_only_what_can_be_read(boss: Visit, page: Page, app: App) -> None:
    alert = AlertBook(app.store).list()[0].id
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})
    try:
        for path in ("/", "/board", f"/alerts/{alert}", "/settings", f"/topics/{quote('供水')}"):
            page.goto(path)
            page.wait_for_load_state("networkidle")
            for hidden in ("nav", "button", "form", ".skip", ".exports"):
                assert page.locator(f"{hidden}:visible").count() == 0, f"{path} prints {hidden}"
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is cut off on A4"
            cut = page.eval_on_selector_all(
                ".chart canvas", "all => all.filter(c => c.getBoundingClientRect().right > innerWidth).length"
            )
            assert cut == 0, "the last days of a chart are on the paper too"
            ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert ground == "rgb(255, 255, 255)"
        page.goto("/board")
        shown = page.evaluate("getComputedStyle(document.querySelector('.rows a[href^=http]'), '::after').content")
        assert "http" in shown, "the address of a link stands behind it"
    finally:
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": 1440, "height": 900})


def test_the_log_is_filtered_and_proved(page: Page) -> None:
    page.goto("/audit")
    page.get_by_label("操作").select_option(label="登录")
    page.get_by_role("button", name="筛选").click()
    actions = set(page.locator("tbody td[data-name=操作]").all_inner_texts())
    assert actions == {"登录"}
    page.get_by_role("button", name="核对整条记录").click()
    expect(page.get_by_role("status")).to_contain_text("记录完整")


def test_an_alert_is_taken_on_with_one_press_and_written_on(boss: Visit, page: Page, app: App) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/alerts?state=open")
    page.get_by_role("button", name="签收").first.click()
    expect(page.get_by_role("status").first).to_contain_text("已签收")
    page.get_by_label("记一笔").fill("已电话通知街道")
    page.get_by_role("button", name="记下").click()
    expect(page.locator("#course")).to_contain_text("已电话通知街道")
    assert boss.troubles == []
