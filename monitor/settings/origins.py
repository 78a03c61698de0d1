"""The whole configuration for people: each value in words, where it comes from, and what changed since it was read.

Secrets are told only as set or not set; a password inside an address is masked.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from monitor.model import CHINA
from monitor.settings.load import PREFIX, load
from monitor.settings.types import Settings
from monitor.settings.words import value_word, word

SET, UNSET, NOTHING = "已设置（不显示）", "未设置", "—"
DEFAULT = "默认值"
_PASSWORD = re.compile(r"(?<=://)([^/@\s:]*):[^/@\s]*@")
_CHOICE = re.compile(r"Literal\[(?!'')")
_SAY: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (SecretStr, lambda v: SET if v.get_secret_value() else UNSET),
    (bool, lambda v: "是" if v else "否"),
    (Enum, lambda v: value_word(str(v.value))),
    (datetime, lambda v: f"{v.astimezone(CHINA):%Y-%m-%d %H:%M}"),
    (time, lambda v: f"{v:%H:%M}"),
    (float, lambda v: f"{v:g}"),
    (str, lambda v: _PASSWORD.sub(r"\1:***@", v)),
)
"""How each type of value is said, the first that fits (a str that is an Enum is a choice)."""


@dataclass(frozen=True, slots=True)
class Item:
    """One value. ``key`` as in the file (``http.port``); ``name`` and ``value`` in words; ``origin``: the file, the
    environment variable, or the default."""

    key: str
    name: str
    value: str
    origin: str

    @property
    def usual(self) -> bool:
        return self.origin == DEFAULT


@dataclass(frozen=True, slots=True)
class Group:
    """Values that stand together: a table of a file, or one entry of a list (then ``entry``: its name)."""

    name: str
    items: tuple[Item, ...]
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One file."""

    file: str
    name: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A value that differs between what runs and what the files say now; "—" where one of them has none."""

    file: str
    key: str
    name: str
    running: str
    now: str


def described(settings: Settings, folder: Path, environ: Mapping[str, str] | None = None) -> tuple[Section, ...]:
    """The configuration that runs, a section a file, in the order of the files' names in :class:`Settings`."""
    told, given = _files(folder), _given(os.environ if environ is None else environ)
    sections = []
    for file in Settings.model_fields:
        groups = tuple(_groups(getattr(settings, file), file, told.get(file, {}), file, given))
        sections.append(Section(f"{file}.toml", word(file) or file, groups))
    return tuple(sections)


def changes(settings: Settings, folder: Path, environ: Mapping[str, str] | None = None) -> tuple[Change, ...]:
    """What the files say now that the running service does not know yet. Raises ``SettingsError`` if they are wrong."""
    now = load(folder, environ)
    before, after = dict(_flat(settings, "", "")), dict(_flat(now, "", ""))
    found = []
    for key in [*before, *(k for k in after if k not in before)]:
        old, new = before.get(key), after.get(key)
        if old is not None and new is not None and old[2] == new[2]:
            continue
        path, one = (old or new or ("", "", ""))[0], key.partition(".")
        found.append(Change(f"{one[0]}.toml", one[2], word(path) or one[2], _said(old), _said(new)))
    return tuple(found)


def _said(told: tuple[str, str, str] | None) -> str:
    return told[1] if told is not None else NOTHING


def _groups(
    part: BaseModel, path: str, told: Any, file: str, given: Mapping[str, str], entry: str = ""
) -> Iterator[Group]:
    """The plain values of a part first, then its tables and lists."""
    plain: list[Item] = []
    inner: list[Group] = []
    for field in type(part).model_fields:
        value, below = getattr(part, field), f"{path}.{field}"
        said = told.get(field) if isinstance(told, dict) else None
        if isinstance(value, BaseModel):
            inner += _groups(value, below, said, file, given, entry)
        elif _parts(value):
            for number, one in enumerate(value):
                mine = said[number] if isinstance(said, list) and number < len(said) else None
                inner += _groups(one, below, mine, file, given, _label(one, number))
        else:
            origin = _origin(below, said, file, given)
            plain.append(Item(below.partition(".")[2], word(below) or field, _told(part, field), origin))
    shown = [i for i in plain if not i.usual] if entry else plain
    if shown:
        yield Group(word(path) or path.rpartition(".")[2], tuple(shown), entry)
    yield from inner


def _flat(part: BaseModel, path: str, key: str) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Key with the names of entries, and (path without them, value in words, value to compare)."""
    for field in type(part).model_fields:
        value = getattr(part, field)
        below, named = f"{path}.{field}".lstrip("."), f"{key}.{field}".lstrip(".")
        if isinstance(value, BaseModel):
            yield from _flat(value, below, named)
        elif _parts(value):
            for number, one in enumerate(value):
                yield from _flat(one, below, f"{named}.{_label(one, number)}")
        else:
            secret = value.get_secret_value() if isinstance(value, SecretStr) else ""
            yield named, (below, _told(part, field), f"{secret}{value!r}")


def _parts(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], BaseModel)


def _label(part: BaseModel, number: int) -> str:
    for field in ("name", "id", "desk"):
        if isinstance(told := getattr(part, field, None), str) and told:
            return told
    return f"第{number + 1}项"


def _origin(path: str, said: Any, file: str, given: Mapping[str, str]) -> str:
    if path in given:
        return f"环境变量 {given[path]}"
    return DEFAULT if said is None else f"{file}.toml"


def _told(part: BaseModel, field: str) -> str:
    """A value in words; choices have words of their own, while a name that looks like one (``news``) is a name."""
    value = getattr(part, field)
    choice = bool(_CHOICE.search(str(type(part).model_fields[field].annotation)))
    if choice and isinstance(value, tuple):
        return "、".join(value_word(str(v)) for v in value) or NOTHING
    return value_word(value) if choice and isinstance(value, str) and value else _text(value)


def _text(value: Any) -> str:
    if value is None or value in ("", ()):
        return NOTHING
    if isinstance(value, Mapping):
        return "；".join(f"{_text(k)} {_text(v)}" for k, v in value.items()) or NOTHING
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "、".join(_text(v) for v in value)
    return next((say(value) for kind, say in _SAY if isinstance(value, kind)), str(value))


def _files(folder: Path) -> dict[str, Any]:
    """What the files say as they stand; one that cannot be read says nothing (``problems_of`` tells why)."""
    told: dict[str, Any] = {}
    for file in Settings.model_fields:
        try:
            told[file] = tomllib.loads((folder / f"{file}.toml").read_text(encoding="utf-8-sig"))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
            continue
    return told


def _given(environ: Mapping[str, str]) -> dict[str, str]:
    """The variable that sets a key, by the key's path."""
    found = {}
    for name in environ:
        if name.startswith(PREFIX) and "__" in name:
            key = name.removesuffix("_FILE") if not name.endswith("__FILE") else name
            found[key.removeprefix(PREFIX).lower().replace("__", ".")] = name
    return found
