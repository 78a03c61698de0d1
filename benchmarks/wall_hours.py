"""Whether the wallboard grows over days: it is let run with a clock that is moved, its script's heap measured.

    python benchmarks/wall_hours.py [--hours 24] [--config data/demo/config]

Real Chromium (Debian's), a real server in this process. Every 15 seconds of the wall's time is a real question over
HTTP; the clock of the page is moved, so a day takes minutes. The page loads itself anew every six hours, as on a wall.
Prints JSON: kilobytes of the script's heap after a collection, and nodes of the page, every quarter of an hour.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from page_speed import serving
from playwright.sync_api import sync_playwright

from monitor.app import open_app
from monitor.ops import log, walls


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=Path("data/demo/config"))
    parser.add_argument("--hours", type=int, default=24)
    given = parser.parse_args()
    log.configure()
    # One client asks more often than a person may: the limits of rates are not what is measured.
    os.environ.update(YUQING_SERVICE__HTTP__RATE__CALLER_PER_MIN="0", YUQING_SERVICE__HTTP__RATE__STRANGER_PER_MIN="0")
    logging.disable(logging.INFO)
    rows: list[dict[str, float]] = []
    with open_app(given.config) as app, serving(app) as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(f"http://127.0.0.1:{port}/wall/open?code={walls.add(app.store, '测试', app.clock())}")
        page.clock.install()
        page.get_by_role("button", name="设为大屏").click()
        page.wait_for_selector("#data", state="attached")
        session = page.context.new_cdp_session(page)
        for quarter in range(given.hours * 4 + 1):
            session.send("HeapProfiler.collectGarbage")
            heap = session.send("Runtime.getHeapUsage")["usedSize"]
            nodes = page.evaluate("document.querySelectorAll('*').length")
            rows.append({"hour": quarter / 4, "heap_kb": round(heap / 1024), "nodes": nodes})
            # Steps of less than a question's time: each question is answered before the clock goes on.
            for _ in range(60 if quarter < given.hours * 4 else 0):
                with page.expect_response("**/parts/wall", timeout=30_000):
                    page.clock.run_for(17_000)
        told = page.locator("#stale").is_hidden()
        browser.close()
    sys.stdout.write(json.dumps({"stale_hidden": told, "hours": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
