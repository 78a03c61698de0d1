"""WCAG 2.2 AA on every page, as axe-core 4.14 sees it in Chromium: wide and narrow, light and dark."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.test_dashboard import PAGES, Visit

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})"


def violations(visit: Visit) -> list[str]:
    visit.page.wait_for_load_state("networkidle")
    visit.page.evaluate(AXE)
    found = visit.page.evaluate(RUN, TAGS)
    assert found["passes"], "axe saw nothing"
    return [f"{v['id']}: {n['target']} {n['failureSummary']}" for v in found["violations"] for n in v["nodes"]]


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_no_page_shuts_anybody_out(chromium: Browser, address: str, width: int, scheme: str) -> None:
    visit = Visit(chromium, address, width, 900, color_scheme=scheme)
    try:
        visit.page.goto("/sign-in")
        found = {"/sign-in": violations(visit)}
        visit.sign_in()
        first = visit.page.request.get("/api/v1/alerts").json()["items"][0]["id"]
        brief = visit.page.request.get("/api/v1/briefs").json()["items"]
        further = [f"/alerts/{first}", "/missing"] + [f"/briefs/{b['id']}" for b in brief[:1]]
        for path in (*PAGES, *further):
            visit.page.goto(path)
            found[path] = violations(visit)
    finally:
        visit.context.close()
    assert not {path: told for path, told in found.items() if told}
