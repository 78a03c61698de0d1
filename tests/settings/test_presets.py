"""Every preset can be copied as it stands, says what it was checked against, and reads nothing of a person."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from monitor.settings import presets, problems_of
from monitor.settings.added import entry
from monitor.settings.presets import Preset
from monitor.settings.types import Source
from tests.conftest import ROOT

PRESETS = presets.load(ROOT / "config")


@pytest.mark.parametrize("preset", PRESETS, ids=lambda p: p.name)
def test_a_preset_can_be_copied_into_a_configuration(preset: Preset, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(entry(preset.source), encoding="utf-8")
    (tmp_path / "district.toml").write_text('name = "示例区"\ncity = "示例市"\nprovince = "示例省"\n', encoding="utf-8")
    (tmp_path / "service.toml").write_text('[crawl]\ncontact = "office@example.gov.cn"\n', encoding="utf-8")
    assert problems_of(tmp_path, {}) == ()


@pytest.mark.parametrize("preset", PRESETS, ids=lambda p: p.name)
def test_a_preset_says_what_it_is_for_and_how_far_it_was_checked(preset: Preset) -> None:
    assert preset.mark.about
    if preset.mark.checked == "markup":
        assert (ROOT / preset.mark.test.partition("::")[0]).is_file()


def test_the_marks_of_the_house_hold() -> None:
    assert presets.problems_of(ROOT / "config") == ()
    assert len(PRESETS) >= 40
    assert len({p.name for p in PRESETS}) == len(PRESETS)


def test_an_entry_moves_to_another_address_with_the_addresses_that_it_makes() -> None:
    board = next(p for p in PRESETS if p.name == "letters-json")
    moved = board.at("https://www.qingshi.gov.cn/api/letters?size=20")
    assert moved["url"] == "https://www.qingshi.gov.cn/api/letters?size=20"
    assert moved["api"]["url_template"] == "https://www.qingshi.gov.cn/letters/{id}"
    assert not {"id", "name"} & moved.keys()
    Source.model_validate({"id": "a", "name": "甲", **moved})


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.thepaper.cn/channel_25951", "thepaper"),
        ("https://m.thepaper.cn/x", "thepaper"),
        ("https://notthepaper.cn/", None),
        ("https://www.qingshi.gov.cn/", None),
    ],
)
def test_a_known_site_is_known_by_its_host(url: str, name: str | None) -> None:
    found = presets.of_host(PRESETS, url)
    assert (found.name if found else None) == name


GOOD = '[preset.a]\nabout = "例"\n{}\n[[source]]\nid = "a"\nname = "甲"\nkind = "news"\nadapter = "rss"\nurl = "https://a.example.cn/f"\n'


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ('checked = "recorded"\nrecorded = 2020-01-01', "items 或 lists"),
        ('checked = "recorded"\nitems = ["163/1.html"]', "日期"),
        ('checked = "markup"', "哪个测试"),
        ('items = ["163/1.html"]', "checked 却是 no"),
        ('checked = "yes"', "写法不对"),
        ("[preset.b]", "没有编号为“b”"),
        ("[", "不是正确的 TOML"),
    ],
)
def test_a_mark_that_claims_more_than_it_shows_is_told(mark: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "own.toml").write_text(GOOD.format(mark), encoding="utf-8")
    assert any(words in problem for problem in presets.problems_of(tmp_path))


def test_a_configuration_without_presets_uses_those_that_came_with_the_service(tmp_path: Path) -> None:
    assert presets.problems_of(tmp_path) == ()
    assert presets.load(tmp_path) == PRESETS


def test_files_hold_only_sources_and_marks() -> None:
    for path in (ROOT / "config" / "presets").glob("*.toml"):
        assert set(tomllib.loads(path.read_text(encoding="utf-8"))) <= {"source", "preset"}, path.name
