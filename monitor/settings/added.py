"""Adds a source to sources.toml: the text of its entry, appended so that everything that stands there stays."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from monitor.settings.load import problems_of

_FIRST = ("id", "name", "kind", "adapter", "url")


def entry(source: Mapping[str, Any]) -> str:
    """The ``[[source]]`` entry of a source as TOML."""
    keys = [*(k for k in _FIRST if k in source), *(k for k in source if k not in _FIRST)]
    plain = [f"{key} = {_value(source[key])}" for key in keys if not isinstance(source[key], Mapping)]
    tables = [
        f"\n[source.{key}]\n" + "\n".join(f"{k} = {_value(v)}" for k, v in source[key].items())
        for key in keys
        if isinstance(source[key], Mapping)
    ]
    return "\n".join(["[[source]]", *plain, *tables]) + "\n"


def write(folder: Path, source: Mapping[str, Any]) -> tuple[str, ...]:
    """Appends the entry to sources.toml. With it wrong, the file is as before and its problems are returned."""
    path = folder / "sources.toml"
    before = path.read_bytes() if path.exists() else None
    known = set(problems_of(folder))
    text = before.decode("utf-8") if before is not None else ""
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    added = gap + entry(source)
    if "\r\n" in text:
        added = added.replace("\n", "\r\n")  # as an editor on Windows left the file
    _replace(path, (text + added).encode("utf-8"))
    problems = tuple(p for p in problems_of(folder) if p not in known)
    if problems:
        if before is None:
            path.unlink()
        else:
            _replace(path, before)
    return problems


def _replace(path: Path, content: bytes) -> None:
    """Whole or not at all: a service that starts meanwhile must not read half a file."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(content)
    fresh.replace(path)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    # A JSON string is a TOML basic string, but for the one control character that JSON leaves as it is.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
