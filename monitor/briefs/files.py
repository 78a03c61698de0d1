"""Briefs as files: one a format, named by kind and day, replaced whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from monitor.briefs.render import FORMATS
from monitor.briefs.types import Brief
from monitor.errors import YuqingError


def write(brief: Brief, formats: Sequence[str], folder: Path, base: str) -> dict[str, Path]:
    """Writes ``<kind>-<day>.<format>`` files and tells where they are. Raises ``YuqingError`` if it cannot."""
    paths = {name: folder / f"{brief.kind}-{brief.day.isoformat()}.{name}" for name in formats}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, path in paths.items():
            fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            fresh.write_bytes(FORMATS[name](brief, base))
            os.replace(fresh, path)
    except OSError as error:
        raise YuqingError(f"写不了文件夹 {folder}：{error.strerror}", "用 --out 指定一个可写的文件夹") from error
    return paths
