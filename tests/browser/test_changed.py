"""Changed and withdrawn articles and messages in a real browser: marks, former titles on demand, the brief's warning."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from monitor.app import App
from monitor.briefs import archive
from monitor.briefs.since import later
from monitor.briefs.types import Link, parts_of
from monitor.model import Article, BoardMessage, Change, Kind
from monitor.store import RecordQuery
from tests.api import district
from tests.api.client import serving
from tests.browser.test_accessibility import violations
from tests.browser.test_dashboard import Visit

pytestmark = pytest.mark.browser
SEEN = district.NOW + timedelta(minutes=1)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """A district whose issued brief cites a text that was withdrawn and one that was retitled."""
    with district.opened(tmp_path_factory.mktemp("changed"), district.Hands(district.NOW + timedelta(hours=1))) as app:
        district.fill(app)
        brief = archive.list_issued(app.store, limit=1)[0].brief
        parts = [part for section in brief.sections for block in section.blocks for part in parts_of(block)]
        first, second, *_ = dict.fromkeys(p.record for p in parts if isinstance(p, Link) and p.record)
        listed = app.store.find(RecordQuery(kinds=(Kind.NEWS, Kind.OFFICIAL), limit=9)).records
        newest = next(r for r in listed if r.id not in (first, second))
        message = app.store.find(RecordQuery(kinds=(Kind.BOARD,), limit=3)).records[2]
        for record in (app.store.get_record(second), newest):
            assert isinstance(record, Article | BoardMessage)
            app.store.revise(record.id, Change(at=SEEN, title=f"{record.title}（更正）", text=record.text))
        for id in (first, message.id):
            app.store.withdraw(id, SEEN, uncount=False)
        assert len(later(app.store, brief, district.NOW)) >= 2
        yield app


@pytest.fixture(scope="module")
def place(filled: App) -> Iterator[str]:
    with serving(filled) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("width", "scheme", "paths"),
    [
        (1440, "light", ("/articles", "/briefs/daily.2026-11-21")),
        (390, "dark", ("/articles", "/board?show=withdrawn", "/sources/news")),
    ],
)
def test_marks_are_seen_and_shut_nobody_out(
    chromium: Browser, place: str, width: int, scheme: str, paths: tuple[str, ...]
) -> None:
    visit = Visit(chromium, place, width, 900, color_scheme=scheme)
    page = visit.sign_in()
    found: dict[str, list[str]] = {}
    try:
        page.goto("/articles")
        former = page.locator("details.revisions").first
        expect(former.get_by_text("标题原为")).to_be_hidden()
        former.locator("summary").click()
        expect(former.get_by_text("标题原为")).to_be_visible()
        for path in paths:
            if path != "/articles":
                page.goto(path)
            found[path] = violations(visit)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        page.goto("/board?show=withdrawn")
        expect(page.get_by_text("正文不再保留").first).to_be_visible()
        page.goto("/briefs")
        expect(page.get_by_text("引用有变化").first).to_be_visible()
        page.goto("/briefs/daily.2026-11-21")
        expect(page.get_by_role("region", name="签发后的变化")).to_contain_text("已撤回")
    finally:
        visit.context.close()
    assert not {path: told for path, told in found.items() if told}
    assert visit.troubles == []
