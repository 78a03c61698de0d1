"""What a preset says it was checked against: its recorded pages, read with it as a crawl reads them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crawlers.adapters import Meta, Parsed, Role, adapter
from crawlers.evaluate import f1
from monitor.model import CHINA
from monitor.settings import presets
from monitor.settings.presets import Preset
from monitor.settings.types import Source
from tests.conftest import ROOT
from tests.crawlers.test_extract import NAVIGATION, saved

HERE = Path(__file__).parent
SEEN = datetime(2020, 10, 31, tzinfo=UTC)
"""After the youngest page; with it the pages that show no year are dated as they were read by eye."""
PRESETS = presets.load(ROOT / "config")
RECORDED = [p for p in PRESETS if p.mark.checked == "recorded"]


@cache
def gold(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return told


@cache
def pages(shared_data: Path, archive: str) -> dict[str, bytes]:
    return saved(shared_data, archive)


def read(preset: Preset, body: bytes, url: str, role: Role) -> Parsed:
    source = Source.model_validate(preset.source)
    return adapter(source.adapter)(body, Meta(url, url, role, SEEN, "text/html"), source)


def test_every_saved_page_is_named_by_exactly_one_preset(shared_data: Path) -> None:
    named = [page for p in PRESETS for page in p.mark.items]
    assert sorted(named) == sorted(pages(shared_data, "news_pages"))
    assert {page for p in PRESETS for page in p.mark.lists} <= set(pages(shared_data, "list_pages"))


@pytest.mark.parametrize("preset", RECORDED, ids=lambda p: p.name)
def test_the_recorded_articles_of_a_preset_are_read_right(preset: Preset, shared_data: Path) -> None:
    for name in preset.mark.items:
        url = f"https://www.example.cn/p/{name}"
        (item,) = read(preset, pages(shared_data, "news_pages")[name], url, Role.ITEM).items
        day = f"{item.published.astimezone(CHINA):%Y-%m-%d}" if item.published else None
        assert [item.title, day] == gold("real_pages")[name], name
        assert (item.kind, item.key, item.url) == (preset.source["kind"], url, url)
        assert len(item.text) >= 90
        assert [words for words in NAVIGATION if words in item.text] == []
        if text := gold("real_texts").get(name):
            assert f1(text["sketch"], item.text) >= 0.85, name


@pytest.mark.parametrize("preset", [p for p in RECORDED if p.mark.lists], ids=lambda p: p.name)
def test_the_recorded_lists_of_a_preset_give_their_links(preset: Preset, shared_data: Path) -> None:
    for name in preset.mark.lists:
        told = gold("real_lists")[name]
        parsed = read(preset, pages(shared_data, "list_pages")[name], told["url"], Role.INDEX)
        found = [link.url for link in parsed.links if link.role is Role.ITEM]
        # The forum's sticky threads may be left out or not: they are years old and read once.
        sticky = set(told.get("sticky", ()))
        assert [u for u in found if u not in sticky] == [u for u in told["links"] if u not in sticky], name


@pytest.mark.parametrize("name", ["163/1.html", "163/2.html"])
def test_a_list_without_rules_is_found_by_itself(name: str, shared_data: Path) -> None:
    """Stories only; those of the portal's other hosts (tech, money) may be missing without a rule."""
    told = gold("real_lists")[name]
    bare = Source.model_validate({"id": "s", "name": "s", "kind": "news", "adapter": "html", "url": told["url"]})
    meta = Meta(told["url"], told["url"], Role.INDEX, SEEN, "text/html")
    found = {link.url for link in adapter("html")(pages(shared_data, "list_pages")[name], meta, bare).links}
    assert found <= set(told["links"])
    own = {u for u in told["links"] if "//news.163.com/" in u}
    assert len(found & own) >= 0.9 * len(own)
