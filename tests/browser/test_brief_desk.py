"""The desk of briefs in a real browser: a clerk corrects words by clicking, sees figures locked, issues and downloads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from monitor.app import App, open_app
from monitor.briefs import archive
from monitor.briefs.desk import mailing
from monitor.briefs.types import words
from tests.alerts.sink import Sink, smtp_sink
from tests.api import district
from tests.api.client import serving
from tests.browser.test_accessibility import violations
from tests.browser.test_dashboard import Visit

pytestmark = pytest.mark.browser
ID = "daily.2026-11-21"
LIST = '[[distribution]]\nname = "区委办公室"\nto = ["office@example.org", "gone@example.org"]\nformats = []\n'


@pytest.fixture
def service(tmp_path: Path) -> Iterator[tuple[App, Sink, str]]:
    with smtp_sink() as sink:
        smtp = f'[smtp]\nhost = "127.0.0.1"\nport = {sink.port}\nsender = "yuqing@example.org"\n'
        config = district.write_config(tmp_path, service=smtp)
        (config / "brief.toml").write_text(LIST, encoding="utf-8")
        with open_app(config, district.Hands()) as app:
            app.store.init()
            district.fill(app)
            with serving(app) as port:
                yield app, sink, f"http://127.0.0.1:{port}"


def test_a_clerk_corrects_issues_sends_and_downloads(chromium: Browser, service: tuple[App, Sink, str]) -> None:
    app, sink, address = service
    visit = Visit(chromium, address)
    page = visit.sign_in()
    page.get_by_role("link", name="专报", exact=True).click()
    page.get_by_role("link", name="每日舆情专报").click()
    page.get_by_role("link", name="改文字、写编者按").click()
    locked = page.locator("#p-overview-0 .locked").first
    assert locked.get_attribute("title") == "数字由数据得出，不可改"
    page.locator("#p-overview-0 .change").click()
    field = page.locator("#p-overview-0 textarea").first
    expect(field).to_be_focused()
    said = field.input_value()
    field.fill(f"{said}和来信99件，")
    page.locator("#p-overview-0").get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_contain_text("不能新写数字：99")
    field = page.locator("#p-overview-0 textarea").first
    assert field.input_value() == f"{said}和来信99件，", "what was typed is not lost"
    field.fill(said.replace("采集到", "共采集到"))
    page.locator("#p-overview-0").get_by_role("button", name="保存").click()
    expect(page.locator("#p-overview-0 ins")).to_contain_text("共采集到")
    page.get_by_label("写在正文之前").fill("请区水务局于11月22日18时前答复。")
    page.get_by_role("button", name="保存编者按").click()
    expect(page.get_by_role("status")).to_contain_text("已保存")
    edit_faults = violations(visit)
    page.get_by_role("link", name="预览与签发").first.click()
    expect(page.locator(".changes").first).to_contain_text("增加编者按")
    page.get_by_text("签发更正…").click()
    page_faults = violations(visit)
    page.get_by_role("button", name="确认签发").click()
    expect(page.get_by_role("status").first).to_contain_text("已签发，正在分送")
    expect(page.locator("#receipts")).to_contain_text("已排队")
    sink.answers = ["550 no such user"]
    mailing.dispatch(app.settings, app.store, app.keys.session, district.NOW + timedelta(seconds=1))
    expect(page.locator("#receipts")).to_contain_text("已送达", timeout=15_000)
    expect(page.locator("#receipts")).to_contain_text("被拒收")
    with page.expect_download() as started:
        page.get_by_role("link", name="Word 文档").click()
    assert started.value.suggested_filename == "示例区每日舆情专报〔2026〕第325期（更正）.docx"
    issued = archive.get(app.store, ID)
    assert issued is not None and issued.revision == 2 and issued.brief.note[0].startswith("请区水务局")
    assert "共采集到" in words(issued.brief.section("overview").blocks[0].parts)  # type: ignore[union-attr]
    page.goto("/briefs/new")
    page.get_by_label("专题专报").check()
    expect(page.get_by_label("专题", exact=True)).to_be_visible()
    new_faults = violations(visit)
    page.get_by_role("button", name="编成草稿").click()
    expect(page.get_by_role("status")).to_contain_text("已编成草稿")
    assert (edit_faults, page_faults, new_faults, visit.troubles) == ([], [], [], [])
    visit.context.close()


def test_the_pages_fit_a_phone_in_the_dark_and_shut_nobody_out(
    chromium: Browser, service: tuple[App, Sink, str]
) -> None:
    visit = Visit(chromium, service[2], 390, 844, color_scheme="dark")
    page = visit.sign_in()
    found: dict[str, object] = {}
    for path in ("/briefs", f"/briefs/{ID}", f"/briefs/{ID}/edit", f"/briefs/{ID}/edit?at=overview/0", "/briefs/new"):
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found[path] = (violations(visit), wide if wide > 0 else 0)
    assert found == dict.fromkeys(found, ([], 0)) and visit.troubles == []
    visit.context.close()
