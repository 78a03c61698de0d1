"""A district on disk for imports: configuration in TOML, the real SQLite store, the real intake."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from monitor.app import App, open_app
from monitor.model import CHINA

NOW = datetime(2026, 11, 22, 8, tzinfo=CHINA)
_OFFICIAL = ("城乡建设", "劳动和社会保障", "教育文体", "商贸旅游", "环境保护", "卫生计生", "交通运输")
_DISTRICT = """
name = "示例区"
city = "示例市"
province = "示例省"
[[places]]
name = "青石街道"
"""
_SOURCES = """
[[source]]
id = "hotline"
name = "12345 热线"
kind = "board"
adapter = "import"
trusted = true

[[source]]
id = "keyed"
name = "区长信箱"
kind = "board"
adapter = "import"
trusted = true
[source.columns]
key = "id"
text = "body"

[[source]]
id = "forum"
name = "示例论坛"
kind = "post"
adapter = "import"
trusted = true
"""


def configure(folder: Path, *, late_days: int = 400, sources: str = _SOURCES, district: str = _DISTRICT) -> Path:
    """Writes a configuration folder whose data lie beside it; returns the folder."""
    config = folder / "config"
    config.mkdir()
    (config / "district.toml").write_text(district, encoding="utf-8")
    (config / "sources.toml").write_text(sources, encoding="utf-8")
    topics = "".join(
        f'[[topic]]\nname = "{name}"\nofficial = "{name}"\ndepartment = "区{name}部门"\n' for name in _OFFICIAL
    )
    water = '[[topic]]\nname = "供水"\nofficial = "城乡建设"\ndepartment = "区水务局"\nterms = ["停水", "没水"]\n'
    (config / "topics.toml").write_text(topics + water, encoding="utf-8")
    service = f"data = {json.dumps(str(folder / 'data'))}\n[analysis]\nlate_days = {late_days}\n"
    (config / "service.toml").write_text(service, encoding="utf-8")
    return config


@contextmanager
def running(config: Path, now: datetime = NOW) -> Iterator[App]:
    """The App with a fixed clock, its store ready."""
    with open_app(config, lambda: now) as app:
        app.store.init()
        yield app


def csv(path: Path, rows: Sequence[str], encoding: str = "utf-8") -> Path:
    path.write_text("\r\n".join(rows), encoding=encoding, newline="")
    return path
