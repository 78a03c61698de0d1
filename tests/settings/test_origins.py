"""The configuration in words: every key has a name, every value an origin, secrets are masked, changes are seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from monitor.errors import SettingsError
from monitor.settings import load
from monitor.settings.origins import DEFAULT, SET, UNSET, Item, changes, described
from monitor.settings.types import Settings
from monitor.settings.words import word
from tests.api import district


def paths(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Every key of the configuration, tables and lists too."""
    for name, field in model.model_fields.items():
        yield prefix + name
        found: list[type[BaseModel]] = []
        ahead = [field.annotation]
        while ahead:
            one = ahead.pop()
            if isinstance(one, type) and issubclass(one, BaseModel):
                found.append(one)
            ahead += get_args(one)
        for inner in found:
            yield from paths(inner, f"{prefix}{name}.")


def test_every_key_of_the_configuration_has_a_name_in_chinese() -> None:
    known = list(paths(Settings))
    assert len(known) > 200
    assert [path for path in known if not word(path)] == [], "add these to monitor/settings/words.py"


def items(folder: Path, environ: dict[str, str]) -> dict[str, Item]:
    sections = described(load(folder, environ), folder, environ)
    return {f"{s.file}:{g.entry}:{i.key}": i for s in sections for g in s.groups for i in g.items}


def test_a_value_says_where_it_comes_from(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("hush", encoding="utf-8")
    environ = {
        "YUQING_SERVICE__HTTP__PORT": "9000", "YUQING_SERVICE__SMTP__PASSWORD_FILE": str(secret),
        "YUQING_SERVICE__STORE__URL": "https://u:hush@es.example:9200",
    }  # fmt: skip
    found = items(district.write_config(tmp_path), environ)
    port = found["service.toml::http.port"]
    assert (port.name, port.value, port.origin) == ("监听端口", "9000", "环境变量 YUQING_SERVICE__HTTP__PORT")
    assert found["service.toml::http.threads"].origin == "service.toml"
    assert found["service.toml::retention.post_days"].origin == DEFAULT
    assert found["service.toml::smtp.password"].value == SET and found["service.toml::store.password"].value == UNSET
    assert found["service.toml::store.url"].value == "https://u:***@es.example:9200"
    assert not [i for i in found.values() if "hush" in i.value]


def test_a_name_that_looks_like_a_choice_is_a_name(tmp_path: Path) -> None:
    found = items(district.write_config(tmp_path), {})
    assert found["sources.toml:示例新闻网:source.id"].value == "news"
    assert found["sources.toml:示例新闻网:source.kind"].value == "新闻"
    assert found["sources.toml:示例新闻网:source.adapter"].value == "RSS/Atom"


def test_changes_of_files_are_told_with_both_values_and_without_secrets(tmp_path: Path) -> None:
    folder = district.write_config(tmp_path)
    running = load(folder, {})
    assert changes(running, folder, {}) == ()
    sources = (folder / "sources.toml").read_text(encoding="utf-8").replace('name = "示例论坛"', 'name = "论坛"')
    (folder / "sources.toml").write_text(sources, encoding="utf-8")
    service = (folder / "service.toml").read_text(encoding="utf-8").replace("threads = 4", "threads = 6")
    (folder / "service.toml").write_text(service + '[smtp]\npassword = "hush"\n', encoding="utf-8")
    found = {c.key: c for c in changes(running, folder, {})}
    assert (found["http.threads"].running, found["http.threads"].now) == ("4", "6")
    assert (found["smtp.password"].running, found["smtp.password"].now) == (UNSET, SET)
    assert any(key.startswith("source.论坛") for key in found)
    (folder / "service.toml").write_text("x = [", encoding="utf-8")
    with pytest.raises(SettingsError):
        changes(running, folder, {})
