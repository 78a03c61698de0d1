"""Every preset can be copied as it stands: it loads beside a district, and reads nothing that points to a person."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from monitor.settings import problems_of
from monitor.settings.types import SourcesSettings
from tests.conftest import ROOT

PRESETS = sorted((ROOT / "config" / "presets").glob("*.toml"))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda path: path.stem)
def test_a_preset_loads_and_says_whether_it_was_checked(preset: Path, tmp_path: Path) -> None:
    text = preset.read_text(encoding="utf-8")
    assert text.startswith(("# 未核对", "# 按录制的网页核对"))
    assert SourcesSettings.model_validate(tomllib.loads(text)).source
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    (tmp_path / "district.toml").write_text('name = "示例区"\ncity = "示例市"\nprovince = "示例省"\n', encoding="utf-8")
    (tmp_path / "service.toml").write_text('[crawl]\ncontact = "office@example.gov.cn"\n', encoding="utf-8")
    assert problems_of(tmp_path, {}) == ()


def test_there_are_presets() -> None:
    assert len(PRESETS) >= 6
