"""Reads the development data (see the model cards for what it is and on what terms)."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from monitor.errors import ModelUnavailable


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of ``<folder>/<name>.jsonl.gz``. Raises ``ModelUnavailable`` where it cannot be read."""
    path = folder / f"{name}.jsonl.gz"
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.strip()]
    except (OSError, ValueError) as error:
        raise ModelUnavailable(
            f"训练数据 {name}.jsonl.gz 读不了：{type(error).__name__}", "给出含 sentiment、civic、names 的数据文件夹"
        ) from error
