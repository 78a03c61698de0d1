"""``yuqing coverage``: a month by level, and outlets without a level as lines for media.toml."""

from __future__ import annotations

import json
import tomllib
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.app import open_app, system_clock
from monitor.cli import app as cli
from monitor.model import CHINA
from monitor.settings import problems_of
from tests.api.district import write_config
from tests.coverage.build import article, release

MEDIA = '[[outlet]]\nname = "市报"\nlevel = "市级"\n'
GOV = '[[source]]\nid = "gov"\nname = "区政府网"\nkind = "official"\nadapter = "import"\n'


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("coverage")
    config = write_config(folder, sources=GOV)
    (config / "media.toml").write_text(MEDIA, encoding="utf-8")
    when = datetime(2026, 10, 12, 9, tzinfo=CHINA)
    with open_app(config) as app:
        app.store.add(
            [
                release(id="r", when=when), article("市报", when=when + timedelta(hours=2), of="r"),
                article('示例"市"广播台', when=system_clock() - timedelta(days=2)),
                article("乙网", when=system_clock() - timedelta(days=3)),
            ]
        )  # fmt: skip
    return config


def run(config: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["coverage", *words, "--config", str(config)])


def test_a_month_is_told_by_level_and_account(config: Path) -> None:
    shown = run(config, "month", "--month", "2026-10")
    assert shown.exit_code == 0 and "市级" in shown.stdout and "区政府网" in shown.stdout
    told = json.loads(run(config, "month", "--month", "2026-10", "--json").stdout)
    assert (told["news"], told["news_of_own"], told["releases_carried"], told["median_delay_h"]) == (1, 1, 1, 2.0)
    assert told["levels"] == [{"level": "市级", "outlets": 1, "articles": 1}]
    assert run(config, "month", "--month", "2026-13").exit_code == 2


def test_outlets_without_a_level_can_be_pasted_as_they_are(config: Path) -> None:
    shown = run(config, "outlets", "--days", "30")
    pasted = tomllib.loads(shown.stdout)["outlet"]
    assert {(o["name"], o["level"]) for o in pasted} == {('示例"市"广播台', "区级"), ("乙网", "商业及其他")}
    file = config / "media.toml"
    file.write_text(MEDIA + shown.stdout, encoding="utf-8")
    assert problems_of(config, {}) == ()
    assert json.loads(run(config, "outlets", "--days", "30", "--json").stdout) == []
