"""Reads a configuration folder: TOML files, environment, secret files; all problems at once."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from monitor.errors import SettingsError
from monitor.settings import alert_rules
from monitor.settings.rules import Found, across
from monitor.settings.types import Settings

PREFIX = "YUQING_"
REQUIRED = ("district",)

_MESSAGES = {
    "missing": "缺少必填项",
    "extra_forbidden": "不认识的键",
    "string_type": "应为文字（加引号）",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "tuple_type": "应为列表 [ … ]",
    "string_too_short": "不能为空",
    "string_too_long": "太长，最多 {max_length} 个字",
    "too_short": "不能为空列表",
    "literal_error": "只能是 {expected} 之一",
    "enum": "只能是 {expected} 之一",
    "greater_than": "须大于 {gt}",
    "greater_than_equal": "不得小于 {ge}",
    "less_than": "须小于 {lt}",
    "less_than_equal": "不得大于 {le}",
    "string_pattern_mismatch": "写法不对，须符合 {pattern}",
    "time_parsing": "应为时刻，如 07:30",
    "model_type": "应为一个表 [ … ]",
}


def load(folder: Path, environ: Mapping[str, str] | None = None) -> Settings:
    """The checked configuration of a folder; raises ``SettingsError`` with every problem.

    Environment variables override: ``YUQING_SERVICE__SMTP__PASSWORD`` sets service.toml's smtp.password, and the same
    name with ``_FILE`` reads the value from a file (for container secrets).
    """
    settings, found = _read(folder, os.environ if environ is None else environ)
    if settings is None or found:
        raise SettingsError(tuple(_line(folder, f) for f in found))
    return settings


def problems_of(folder: Path, environ: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Every problem of a configuration folder, each as one line: file, key, what is wrong and what to do."""
    _, found = _read(folder, os.environ if environ is None else environ)
    return tuple(_line(folder, f) for f in found)


def warnings_of(folder: Path, now: datetime, environ: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """What a right configuration may have forgotten, as lines like those of ``problems_of``; none if it is wrong."""
    settings, found = _read(folder, os.environ if environ is None else environ)
    if settings is None or found:
        return ()
    return tuple(_line(folder, f) for f in alert_rules.warnings_of(settings, now))


def _line(folder: Path, found: Found) -> str:
    file, key, text = found
    where = f"{folder / file}.toml" if file else str(folder)
    return f"{where}: {key}: {text}" if key else f"{where}: {text}"


def _read(folder: Path, environ: Mapping[str, str]) -> tuple[Settings | None, list[Found]]:
    if not folder.is_dir():
        return None, [("", "", "没有这个配置文件夹；用 --config 指定，或从仓库的 config/ 复制一份")]
    data, found = _files(folder)
    found += _overlay(data, environ)
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        failed = {f[0] for f in found}
        details = error.errors(include_url=False, include_input=False)
        return None, found + [_told(dict(d), data) for d in details if d["loc"] and d["loc"][0] not in failed]
    # A file that could not be read makes every reference into it look wrong: those would hide the real problem.
    return settings, found or across(settings)


def _files(folder: Path) -> tuple[dict[str, Any], list[Found]]:
    data: dict[str, Any] = {}
    found: list[Found] = []
    names = list(Settings.model_fields)
    for path in sorted(folder.glob("*.toml")):
        if path.stem not in names:
            found.append((path.stem, "", "不认识的配置文件" + _nearest(path.stem, names)))
            continue
        try:
            data[path.stem] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except tomllib.TOMLDecodeError as error:
            found.append((path.stem, "", f"不是正确的 TOML：{error}；检查引号、方括号和等号"))
        except UnicodeDecodeError:
            found.append((path.stem, "", "不是 UTF-8 编码；请另存为 UTF-8"))
    failed = {f[0] for f in found}
    found += [(name, "", "缺少这个文件") for name in REQUIRED if name not in data and name not in failed]
    return data, found


def _overlay(data: dict[str, Any], environ: Mapping[str, str]) -> list[Found]:
    found: list[Found] = []
    for name, raw in sorted(environ.items()):
        if not name.startswith(PREFIX) or "__" not in name:
            continue
        value, key = raw, name
        if name.endswith("_FILE") and not name.endswith("__FILE"):
            key = name.removesuffix("_FILE")
            try:
                value = Path(raw).read_text(encoding="utf-8").rstrip("\r\n")
            except (OSError, UnicodeDecodeError):
                found.append(("", name, "环境变量所指的文件读不到；检查路径和权限"))
                continue
        file, *path = key.removeprefix(PREFIX).lower().split("__")
        if file not in Settings.model_fields:
            found.append(("", name, "环境变量不对应任何配置文件" + _nearest(file, list(Settings.model_fields))))
            continue
        table = data.setdefault(file, {})
        for step in path[:-1]:
            table = _inner(table, step)
        if isinstance(table, dict):
            table[path[-1]] = value
        else:
            found.append(("", name, "环境变量所指的一项不在配置文件里；列表中的项以其 id 称呼"))
    return found


def _inner(table: Any, step: str) -> Any:
    """The table below ``step``: a key, or in a list the item of that id (- and _ are the same); None: there is none."""
    if isinstance(table, list):
        ids = (str(item.get("id", "")).lower().replace("-", "_") if isinstance(item, dict) else "" for item in table)
        return next((item for id, item in zip(ids, table, strict=True) if id == step), None)
    return table.setdefault(step, {}) if isinstance(table, dict) else None


def _told(detail: dict[str, Any], data: dict[str, Any]) -> Found:
    file, *path = detail["loc"]
    kind = detail["type"]
    context = detail.get("ctx") or {}
    text = _MESSAGES.get(kind, detail["msg"])
    text = text.format(**context) if "{" in text else text
    if kind == "extra_forbidden":
        text += _nearest(str(path[-1]) if path else str(file), _known(path[:-1] if path else [], str(file)))
    return str(file), _key(path, data.get(str(file))), text


def _key(path: list[Any], table: Any) -> str:
    """``source.board1.url`` rather than ``source.3.url``: list items are named by their id or name."""
    words: list[str] = []
    for step in path:
        table = table[step] if isinstance(table, dict | list) and _has(table, step) else None
        if isinstance(step, int):
            label = (table.get("id") or table.get("name")) if isinstance(table, dict) else None
            words.append(str(label or f"第{step + 1}项"))
        else:
            words.append(str(step))
    return ".".join(words)


def _has(table: Any, step: Any) -> bool:
    return step in table if isinstance(table, dict) else isinstance(step, int) and step < len(table)


def _known(path: list[Any], file: str) -> list[str]:
    """The keys that are known at a place of the configuration."""
    model: Any = Settings
    for step in [file, *path]:
        if isinstance(step, int) or not (isinstance(model, type) and issubclass(model, BaseModel)):
            continue
        annotation = model.model_fields[step].annotation if step in model.model_fields else None
        inner = [a for a in (annotation, *get_args(annotation)) if isinstance(a, type) and issubclass(a, BaseModel)]
        model = inner[0] if inner else None
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _nearest(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if near:
        return f"；是否想写 {near[0]}？"
    return f"；可用的有：{'、'.join(known)}" if known else ""
