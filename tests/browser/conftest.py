"""Debian's Chromium through Playwright; a skip with the reason where there is none, a failure under CI."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from monitor.app import App
from tests.api import district
from tests.api.client import serving

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = os.environ.get("YUQING_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        reason = "Chromium is not installed (apt-get install chromium, or set YUQING_TEST_CHROMIUM)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with district.opened(tmp_path_factory.mktemp("district"), district.Hands()) as opened:
        district.fill(opened)
        yield opened


@pytest.fixture(scope="session")
def address(app: App) -> Iterator[str]:
    with serving(app) as port:
        yield f"http://127.0.0.1:{port}"
