"""Briefs as files: one a format, named by the brief's id, replaced whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from monitor.briefs import heads
from monitor.briefs.render import FORMATS
from monitor.briefs.types import Brief
from monitor.errors import YuqingError

MEDIA = {
    "html": "text/html",
    "json": "application/json",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
"""Format -> media type."""
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]')
_LONGEST = 80


def write(brief: Brief, formats: Sequence[str], folder: Path, base: str) -> dict[str, Path]:
    """Writes ``<kind>[-<slug>]-<day>.<format>`` files and tells where they are. Raises ``YuqingError`` if it cannot."""
    paths = {name: folder / f"{stem(brief)}.{name}" for name in formats}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, path in paths.items():
            fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            fresh.write_bytes(FORMATS[name](brief, base))
            os.replace(fresh, path)
    except OSError as error:
        raise YuqingError(f"写不了文件夹 {folder}：{error.strerror}", "用 --out 指定一个可写的文件夹") from error
    return paths


def stem(brief: Brief) -> str:
    """``daily-2026-11-22``: the id as part of a file's name, letters, digits, - and _ only."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", brief.id).strip("-")


def title(brief: Brief, format: str) -> str:
    """The name under which people save it: 示例区每日舆情专报〔2026〕第12期.docx; no character that a disk refuses."""
    issue = heads.issue(brief).replace(" ", "")
    if not brief.number:
        issue = f"（{brief.day.isoformat()}）{issue.removeprefix(brief.issue.replace(' ', ''))}"
    name = _UNSAFE.sub("", "".join(heads.masthead(brief)))[:_LONGEST].strip(" .")
    return f"{name or '专报'}{issue}.{format}"
