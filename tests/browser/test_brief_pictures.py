"""Drawings of briefs in a real browser: no words on other words, none outside of the drawing, nothing wider than a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from monitor.briefs import charts
from monitor.briefs.render import html
from monitor.briefs.types import Drawing
from tests.briefs import samples

FAULTS = """
() => [...document.querySelectorAll('svg.chart')].flatMap(svg => {
  const frame = svg.getBoundingClientRect(), name = svg.dataset.name || svg.getAttribute('aria-label');
  const boxes = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
  const faults = [];
  boxes.forEach(([words, a], at) => {
    if (a.left < frame.left - 1 || a.right > frame.right + 1 || a.top < frame.top - 2 || a.bottom > frame.bottom + 2)
      faults.push(`${name}: ${words} is outside`);
    for (const [other, b] of boxes.slice(at + 1)) {
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && high > 4) faults.push(`${name}: ${words} is on ${other}`);
    }
  });
  return faults;
})
"""
"""Boxes of letters include the room above and below them: lines of text may touch by a third of their height."""

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
SUPPRESSED = samples.chart(31, ahead=0, top=0, line=0, alert=False)
CASES: dict[str, Drawing] = {
    "four weeks": samples.chart(), "a month": samples.chart(31, ahead=7), "a week": samples.chart(7, ahead=3),
    "one day": samples.chart(1, ahead=0), "a year": samples.chart(365, ahead=0), "a million": samples.chart(top=1_000_000),
    "two axes": samples.chart(top=8, line=900_000), "nothing": SUPPRESSED, "only to come": samples.chart(0, ahead=5),
    "bars": samples.bars(), "forty bars": samples.bars(40), "long names": samples.bars(12, samples.LONG_NAME),
    "a million in a bar": samples.bars(9, top=1_000_000), "one bar": samples.bars(1), "Latin names": samples.bars(5, "W" * 40),
    "stack": samples.stack(), "forty departments": samples.stack(40), "calendar": samples.heat(),
    "calendar of millions": samples.heat(1_234_567), "empty calendar": samples.heat(0), "panels": samples.panels(),
    "forty panels": samples.panels(40, top=1_000_000), "one panel": samples.panels(1),
}  # fmt: skip


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1000, "height": 800}, locale="zh-CN")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("width", "kind"), [(charts.WIDE, "paper"), (charts.NARROW, "phone")])
def test_no_words_of_a_drawing_touch_others_or_leave_it(page: Page, width: int, kind: str) -> None:
    drawn = "".join(
        f'<div style="width:{width}px">{charts.svg(block, width).replace("<svg", f"<svg data-name={name!r}", 1)}</div>'
        for name, block in CASES.items()
    )
    page.set_content(f"<style>{charts.page_rules()}svg{{display:block;width:100%}}</style>{drawn}")
    assert page.locator("svg.chart").count() == len(CASES)
    assert page.evaluate(FAULTS) == []


@pytest.mark.parametrize(("width", "scheme"), [(1000, "light"), (390, "dark")])
def test_a_brief_shuts_nobody_out(chromium: Browser, width: int, scheme: Literal["light", "dark"]) -> None:
    """axe-core: WCAG 2.2 AA and best practice, with every table of numbers opened."""
    # The brief's own policy forbids scripts, and so the checker.
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.set_content(html(samples.sample("weekly")).decode())
    for at in range(5):
        page.locator("summary").nth(at).click()
    page.evaluate(AXE.read_text())
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", tags)
    assert [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_brief_is_read_on_a_phone_without_scrolling_sideways(page: Page, scheme: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme=scheme)
    page.set_content(html(samples.sample("weekly")).decode())
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    shown = page.locator("svg.chart:visible")
    assert shown.count() == 5
    assert all("slim" in (shown.nth(at).get_attribute("class") or "") for at in range(5))
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('svg.slim text')).fontSize)") >= 12
    keys = page.locator(".legend span")
    assert all((box := keys.nth(at).bounding_box()) and box["x"] + box["width"] <= 390 for at in range(keys.count()))
    # The paper is dark where the reader's screen is, and letters stand off from it.
    dark = page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor")
    assert dark == ("rgb(23, 25, 29)" if scheme == "dark" else "rgb(255, 255, 255)")


def test_the_numbers_of_each_drawing_open_with_the_keyboard_and_stay_off_paper(page: Page) -> None:
    page.set_viewport_size({"width": 1000, "height": 800})
    page.set_content(html(samples.sample("weekly")).decode())
    first = page.locator("figure details").first
    first.locator("summary").focus()
    page.keyboard.press("Enter")
    assert first.get_attribute("open") is not None
    assert first.locator("tbody tr").count() == 31, "28 days and 3 to come"
    page.emulate_media(media="print")
    assert not first.locator("table").is_visible()
    assert page.locator("svg.broad").first.is_visible()
    page.emulate_media(media="screen")
