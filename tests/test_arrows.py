"""The arrows of docs/architecture.md: every import points inward, and one library has one home."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

# Inside monitor/, a room imports only rooms of a lower rank; rooms of one rank do not import each other.
RANK = {
    "errors": 0, "model": 1, "disclosure": 2, "settings": 2, "analysis": 3, "intake": 4, "store": 5, "ops": 6,
    "signals": 7, "responses": 8, "coverage": 8, "alerts": 9, "briefs": 10, "app": 11, "schedule": 12, "cli": 13,
}  # fmt: skip
OUTSIDE = {
    "monitor": {"crawlers", "api", "demo", "flask", "scrapy", "twisted"},
    "crawlers": {"api", "demo", "flask"},
    "api": {"crawlers", "demo", "scrapy", "twisted"},
    "demo": {"monitor", "crawlers", "api", "flask", "scrapy"},
}
HOME = {
    "elasticsearch": "monitor/store/",
    "snownlp": "monitor/analysis/sentiment/",
    "apscheduler": "monitor/schedule/",
    "smtplib": "monitor/alerts/channels/",
    "urllib3": "monitor/alerts/channels/",
    "rjieba": "monitor/analysis/",
    "feedparser": "crawlers/adapters/",
    "trafilatura": "crawlers/",
    "scrapy": "crawlers/",
    "openpyxl": "monitor/ops/",
    "argon2": "monitor/ops/",
    "docx": "monitor/briefs/docx/",
    "weasyprint": "monitor/briefs/pdf.py",
    "resvg_py": "monitor/briefs/picture.py",
    "sklearn": "monitor/analysis/",
}


def _files(top: str) -> list[Path]:
    return sorted((ROOT / top).rglob("*.py"))


def _imports(path: Path) -> Iterator[str]:
    """Absolute names of what a file imports at run time (imports under TYPE_CHECKING are no arrows)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} uses a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _room(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[1] if len(parts) > 1 else ""


@pytest.mark.parametrize("top", OUTSIDE)
def test_no_package_imports_one_that_lies_outward(top: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in _files(top)
        for name in _imports(path)
        if name.split(".")[0] in OUTSIDE[top]
    ]
    assert not wrong, "\n".join(wrong)
    assert _files(top), f"{top} is empty: this test would see nothing"


def test_inside_monitor_every_arrow_points_to_a_lower_room() -> None:
    wrong = []
    for path in _files("monitor"):
        own = _room(path)
        if own == "__init__":
            continue
        assert own in RANK, f"monitor/{own} has no place in the order of rooms: add it to docs/architecture.md and here"
        for name in _imports(path):
            parts = name.split(".")
            if parts[0] != "monitor" or len(parts) < 2 or parts[1] == own:
                continue
            if RANK[parts[1]] >= RANK[own]:
                wrong.append(f"{path.relative_to(ROOT)} ({own}) imports {name}")
    assert not wrong, "\n".join(wrong)


def test_a_third_party_library_lives_in_one_room() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}, whose home is {HOME[name.split('.')[0]]}"
        for top in OUTSIDE
        for path in _files(top)
        for name in _imports(path)
        if name.split(".")[0] in HOME and not path.relative_to(ROOT).as_posix().startswith(HOME[name.split(".")[0]])
    ]
    assert not wrong, "\n".join(wrong)


def test_only_rules_and_the_store_look_into_an_exact_count() -> None:
    allowed = ("monitor/model.py", "monitor/disclosure.py", "monitor/signals/", "monitor/store/")
    wrong = [
        str(path.relative_to(ROOT))
        for top in OUTSIDE
        for path in _files(top)
        if "for_rules" in path.read_text(encoding="utf-8") and not path.relative_to(ROOT).as_posix().startswith(allowed)
    ]
    assert not wrong, f"these unwrap exact counts about posts (S3): {wrong}"
