"""config/presets: ready-made entries for kinds of site, each marked with what it was checked against.

A preset file is a ``sources.toml`` of its own, so that an entry can be copied as it stands; beside each ``[[source]]``
a table ``[preset.<its id>]`` says what the entry is for and how far it is known to work. Tests read the marked pages
with the entry, so a mark cannot outlive what it says.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError

from monitor.settings.base import Part
from monitor.settings.types import Source

FOLDER = "presets"
_OWN = Path(__file__).resolve().parents[2] / "config" / FOLDER

CHECKED = {"recorded": "按录制网页核对", "markup": "按公开的模板核对", "no": "未核对"}


class Mark(Part):
    """What a preset is for and what it was checked against; ``no`` unless something proves more."""

    about: str = Field("", max_length=120)
    hosts: tuple[Annotated[str, Field(pattern=r"^[a-z0-9.-]+$")], ...] = ()
    """Sites that this entry is for: an address there is proposed to be read this way."""
    checked: Literal["recorded", "markup", "no"] = "no"
    """``recorded``: a saved real page is read right; ``markup``: pages written after the software's own templates."""
    items: tuple[str, ...] = ()
    """Recorded article pages (site folder/file)."""
    lists: tuple[str, ...] = ()
    """Recorded list pages."""
    recorded: date | None = None
    """Day of the youngest of these pages: sites change."""
    test: str = Field("", max_length=120)
    """``markup``: the test that proves it, as a path in the repository."""
    note: str = Field("", max_length=200)
    """What a clerk has to know before using it."""

    @property
    def chinese(self) -> str:
        """``按录制网页核对（文章页，2020-02-29）``."""
        if self.checked != "recorded":
            return CHECKED[self.checked]
        seen = "、".join(word for word, pages in (("文章页", self.items), ("列表页", self.lists)) if pages)
        return f"{CHECKED['recorded']}（{seen}，{self.recorded}）"

    @property
    def short(self) -> str:
        """The same for a narrow column: ``录制网页 2020-02-29``."""
        words = {"recorded": f"录制网页 {self.recorded}", "markup": "公开模板", "no": "未核对"}
        return words[self.checked]


@dataclass(frozen=True, slots=True)
class Preset:
    """An entry as it would stand in sources.toml, and its mark."""

    name: str
    file: str
    mark: Mark
    source: Mapping[str, Any]

    def at(self, url: str) -> dict[str, Any]:
        """The entry for another address: its rules, without id and name; addresses made from its own host follow."""
        host, given = urlsplit(str(self.source.get("url", ""))).netloc, urlsplit(url).netloc
        told = {key: value for key, value in self.source.items() if key not in ("id", "name", "url")}
        if host and given:
            told = json.loads(json.dumps(told, ensure_ascii=False).replace(f"//{host}/", f"//{given}/"))
        return {**told, "url": url}


def folder_of(config: Path) -> Path:
    """Where the presets of a configuration folder are: its own, else those that the service came with."""
    own = config / FOLDER
    return own if own.is_dir() else _OWN


def load(config: Path) -> tuple[Preset, ...]:
    """Every preset that can be read, by name; what cannot is told by ``problems_of``."""
    found, _ = _read(folder_of(config))
    return tuple(sorted(found, key=lambda p: p.name))


def problems_of(config: Path) -> tuple[str, ...]:
    """What is wrong with presets or their marks, a line each; none where there is no folder of presets."""
    return tuple(_read(config / FOLDER)[1])


def of_host(presets: tuple[Preset, ...], url: str) -> Preset | None:
    """The preset for the site of an address; the one with the longest host name that fits."""
    host = (urlsplit(url).hostname or "").lower()
    fitting = [
        (len(own), -n, preset)
        for n, preset in enumerate(presets)
        for own in preset.mark.hosts
        if host == own or host.endswith("." + own)
    ]
    return max(fitting, key=lambda one: one[:2])[2] if fitting else None


def _read(folder: Path) -> tuple[list[Preset], list[str]]:
    found: list[Preset] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            told = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            problems.append(f"{path}: 不是正确的 TOML：{error}")
            continue
        marks = told.get("preset", {})
        sources = told.get("source", [])
        names = [str(s.get("id", "")) for s in sources]
        problems += [f"{path}: preset.{name}: 没有编号为“{name}”的 [[source]]" for name in marks if name not in names]
        for source in sources:
            made, wrong = _preset(path, source, marks.get(source.get("id", ""), {}))
            problems += wrong
            if made is not None:
                found.append(made)
    names = [p.name for p in found]
    problems += [f"{folder}: 编号“{name}”重复" for name in dict.fromkeys(names) if names.count(name) > 1]
    return found, problems


def _preset(path: Path, source: Mapping[str, Any], told: Mapping[str, Any]) -> tuple[Preset | None, list[str]]:
    name = str(source.get("id", ""))
    try:
        mark = Mark.model_validate(told)
        Source.model_validate(source)
    except ValidationError as error:
        keys = "、".join(".".join(str(step) for step in e["loc"]) for e in error.errors(include_url=False))
        return None, [f"{path}: {name or '没有 id'}: 写法不对：{keys}"]
    return Preset(name, path.name, mark, source), [f"{path}: preset.{name}: {text}" for text in _unproved(mark)]


def _unproved(mark: Mark) -> Iterator[str]:
    """Marks that claim more than they show."""
    if mark.checked == "recorded" and not (mark.items or mark.lists):
        yield "写了 recorded，还要写 items 或 lists：核对过哪些录制的网页"
    if mark.checked == "recorded" and mark.recorded is None:
        yield "写了 recorded，还要写 recorded 的日期"
    if mark.checked == "markup" and not mark.test:
        yield "写了 markup，还要写 test：哪个测试核对它"
    if mark.checked == "no" and (mark.items or mark.lists or mark.test):
        yield "写了核对用的网页或测试，checked 却是 no"
