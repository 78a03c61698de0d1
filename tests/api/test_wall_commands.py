"""``yuqing wall``: a link for a screen, the list of screens, and taking one out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from monitor.app import open_app
from monitor.cli import wall as commands
from monitor.ops import walls
from monitor.ops.walls import WallError
from tests.api import district


def test_a_link_is_printed_once_and_the_screen_is_listed_and_taken_out(tmp_path: Path) -> None:
    config = district.write_config(tmp_path)
    app = typer.Typer()
    commands.register(app)

    def run(*words: str) -> str:
        result = CliRunner().invoke(app, ["wall", *words, "--config", str(config)], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    assert "还没有大屏" in run("list")
    link = run("add", "值班室大屏").strip()
    code = link.partition("/wall/open?code=")[2]
    with open_app(config) as opened:
        let_in = walls.open_(opened.store, code, opened.clock())
        assert let_in is not None
    (listed,) = json.loads(run("list", "--json"))
    assert (listed["name"], listed["by"], listed["good"]) == ("值班室大屏", "cli", True)
    assert code not in json.dumps(listed) and "在用" in run("list")
    run("revoke", listed["id"])
    assert "已撤销" in run("list")
    with pytest.raises(WallError, match="没有这块大屏"):
        run("revoke", "00000000")
    with pytest.raises(WallError, match="名称"):
        run("add", "<b>")
