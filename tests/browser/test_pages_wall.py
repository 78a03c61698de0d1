"""A wallboard that nobody signs in at: let in by a code, on for days, through restarts and without a store."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from monitor.app import App, open_app
from monitor.ops import audit, walls
from tests.api import district
from tests.api.client import serving
from tests.browser.test_accessibility import violations
from tests.browser.test_dashboard import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def screen(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN", reduced_motion="reduce")
    yield made
    made.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def let_in(page: Page, address: str, app: App) -> None:
    page.goto(f"{address}/wall/open?code={walls.add(app.store, '值班室大屏', app.clock())}")
    expect(page.get_by_text("值班室大屏")).to_be_visible()
    page.get_by_role("button", name="设为大屏").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("舆情值守")


def goes_on_until(page: Page, check: Callable[[float], None]) -> None:
    """Moves the wall's clock by the time between two questions until a check holds; a question may be under way."""
    for _ in range(8):
        page.clock.run_for(34_000)
        with contextlib.suppress(AssertionError):
            check(1500)
            return
    check(5000)


def test_a_screen_is_let_in_by_a_code_stays_for_days_and_sees_only_the_wall(
    screen: BrowserContext, tmp_path: Path
) -> None:
    clock = district.Hands()
    with district.opened(tmp_path, clock) as app:
        district.fill(app, brief=False)
        with serving(app) as port:
            address, page = f"http://127.0.0.1:{port}", screen.new_page()
            let_in(page, address, app)
            page.clock.install()
            page.reload()
            # Three days later, far past http.session_hours: the figures are those of the moved clock.
            clock.now += timedelta(days=3)
            told = page.locator("#data")
            goes_on_until(page, lambda ms: expect(told).to_have_attribute("data-told", "11月25日 08:30", timeout=ms))
            expect(page.locator("#stale")).to_be_hidden()
            expect(page.locator(".old")).to_contain_text("采集已停：最近一次在 11月22日")
            page.goto(f"{address}/alerts")
            expect(page.get_by_label("密码")).to_be_visible()
            assert page.request.get(f"{address}/api/v1/alerts").status == 401
            # Revoked: the screen says so by itself and keeps nothing alive.
            page.goto(f"{address}/wall")
            walls.revoke(app.store, walls.everyone(app.store)[0].id, clock.now)
            stale = page.locator("#stale")
            goes_on_until(page, lambda ms: expect(stale).to_contain_text("这块大屏已被撤销", timeout=ms))
            page.goto(f"{address}/wall")
            expect(page.get_by_role("heading", name="这块屏幕不再是大屏")).to_be_visible()
        done = [e.action for e in audit.read(app.store, limit=50)]
        assert {audit.Action.WALL_ADDED, audit.Action.WALL_OPENED, audit.Action.WALL_REVOKED} <= set(done)


def test_it_outlives_a_restart_of_the_server_and_a_store_that_is_away(screen: BrowserContext, tmp_path: Path) -> None:
    config = district.write_config(tmp_path)
    port = free_port()
    page = screen.new_page()
    address = f"http://127.0.0.1:{port}"
    with open_app(config, district.Hands()) as app:
        app.store.init()
        district.fill(app, brief=False)
        with serving(app, port):
            let_in(page, address, app)
            page.clock.install()
            page.reload()
            expect(page.locator("#stale")).to_be_hidden()
    goes_on_until(page, lambda ms: expect(page.locator("#stale")).to_contain_text("服务连不上", timeout=ms))
    assert page.locator(".slide").count(), "what was known stays on the wall"
    # A new process on the same address: the store's file is in the way of another one at first.
    database = tmp_path / "data" / "yuqing.db"
    for part in database.parent.glob("yuqing.db*"):
        part.rename(part.with_name(f"kept-{part.name}"))
    database.mkdir()
    with open_app(config, district.Hands()) as app, serving(app, port):
        stale = page.locator("#stale")
        goes_on_until(page, lambda ms: expect(stale).to_contain_text("数据库暂时连不上", timeout=ms))
        page.reload()
        expect(page.get_by_text("正在等它恢复")).to_be_visible()
        database.rmdir()
        for part in database.parent.glob("kept-*"):
            part.rename(part.with_name(part.name.removeprefix("kept-")))
        goes_on_until(page, lambda ms: expect(page.locator(".slide").first).to_be_attached(timeout=ms))
        expect(stale).to_be_hidden()


def test_a_watch_period_leads_the_slides_and_is_compared_with_the_usual(
    chromium: Browser, screen: BrowserContext, tmp_path: Path
) -> None:
    watch = '[[watch]]\nid = "flood"\nname = "2026 年汛期"\nbegin = 2026-11-20\nend = 2026-11-30\ntopics = ["供水"]\n'
    config = district.write_config(tmp_path)
    (config / "watch.toml").write_text(watch, encoding="utf-8")
    with open_app(config, district.Hands()) as app:
        app.store.init()
        district.fill(app, brief=False)
        with serving(app) as port:
            visit = Visit(chromium, f"http://127.0.0.1:{port}", 3840, 2160)
            try:
                visit.sign_in("reader")
                visit.page.goto("/wall")
                slide = visit.page.locator(".slide:not([hidden])")
                expect(slide.get_by_role("heading")).to_contain_text("2026 年汛期")
                expect(slide.locator("tr.high")).to_contain_text("明显高于平时")
                assert violations(visit) == []
                assert visit.page.evaluate("document.documentElement.scrollHeight <= innerHeight")
                assert visit.troubles == []
            finally:
                visit.context.close()


def test_with_reduced_motion_nothing_moves(screen: BrowserContext, address: str, app: App) -> None:
    page = screen.new_page()
    let_in(page, address, app)
    names = page.eval_on_selector_all("body *", "all => all.map(e => getComputedStyle(e).animationName)")
    assert names and set(names) == {"none"}


def test_hours_of_asking_leave_the_page_as_small_as_it_was(screen: BrowserContext, address: str, app: App) -> None:
    page = screen.new_page()
    page.clock.install()
    let_in(page, address, app)
    count = "document.querySelectorAll('*').length"
    before = page.evaluate(count)
    for _ in range(6):
        with page.expect_response("**/parts/wall"):
            page.clock.run_for(17_000)
    assert page.evaluate(count) == before
    expect(page.locator("#stale")).to_be_hidden()
