"""What is served to browsers: the vendored files are the ones named, and nothing comes from the internet."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import api

PAGES = Path(api.__file__).parent / "dashboard"


def test_vendored_files_are_the_versions_that_are_written_down() -> None:
    vendor = PAGES / "static" / "vendor"
    listed = dict(
        re.findall(r"^\| (\S+\.js) \|.*\| ([0-9a-f]{64}) \|$", (vendor / "README.md").read_text(), re.MULTILINE)
    )
    found = {str(p.relative_to(vendor)): hashlib.sha256(p.read_bytes()).hexdigest() for p in vendor.rglob("*.js")}
    assert listed == found and len(found) == 2
    for folder in ("echarts", "htmx"):
        assert (vendor / folder / "LICENSE.txt").is_file()


def test_our_pages_ask_nothing_of_other_sites() -> None:
    own = [*PAGES.rglob("templates/**/*.html"), *PAGES.glob("static/*.css"), *PAGES.glob("static/*.js")]
    assert len(own) > 10
    for path in own:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?:src|href|url\()\s*=?\s*[\"']?(?:https?:)?//", text), path.name
