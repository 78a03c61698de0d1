"""Docs run: every command that README and docs/ show to a reader is executed, in the order of the page."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGES = [ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.M | re.S)

# Commands that run until they are stopped, and the test that runs them as a reader would.
ELSEWHERE = {
    "make run": "tests/demo/test_demo.py",
    "make test": ".ci/run",
    "yuqing run": "tests/schedule/test_service.py",
}


def _commands(page: Path) -> list[str]:
    lines = [
        line.split("  #")[0].strip() for block in BLOCK.findall(page.read_text("utf-8")) for line in block.split("\n")
    ]
    return [line for line in lines if line]


def test_the_two_commands_are_the_first_thing_on_the_first_page() -> None:
    for page in PAGES[:2]:
        assert _commands(page)[:2] == ["make run", "make test"]
        assert page.read_text("utf-8").splitlines()[2] == "```sh"


def test_make_run_is_the_demo_that_its_test_runs() -> None:
    recipe = (ROOT / "Makefile").read_text("utf-8").split("\nrun:")[1].split("\n\n")[0]
    assert "yuqing demo" in recipe


def test_commands_that_run_until_stopped_have_a_test_of_their_own() -> None:
    for path in ELSEWHERE.values():
        assert (ROOT / path).is_file(), path


@pytest.mark.parametrize("page", [p for p in PAGES if _commands(p)], ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_command_of_a_page_does_what_the_page_says(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    shutil.copy(ROOT / "docs/samples/sample.csv", tmp_path / "sample.csv")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "COLUMNS": "120"}
    ran = 0
    for command in _commands(page):
        if command in ELSEWHERE:
            continue
        done = subprocess.run(
            ["bash", "-euc", command], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        assert done.stdout + done.stderr, f"{command} says nothing"
        ran += 1
    assert ran or page.name not in ("README.md", "README.zh.md")


def test_no_page_points_to_a_file_that_is_not_there() -> None:
    missing = [
        f"{page.relative_to(ROOT)} -> {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if not target.startswith("http") and not (page.parent / target).exists()
    ]
    assert not missing, missing
