"""Model files: plain arrays in an uncompressed ``.npz`` whose bytes depend on nothing but the arrays.

No pickle on either way, no time stamps, no compression library whose output could change between machines.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.errors import ModelUnavailable

MODELS = Path(__file__).parent / "models"
Array = NDArray[Any]


def save(path: Path, arrays: Mapping[str, Array], meta: Mapping[str, Any]) -> None:
    """Writes ``arrays`` and the JSON object ``meta`` (kept as the array ``meta`` of UTF-8 bytes)."""
    text = json.dumps(meta, ensure_ascii=False, sort_keys=True).encode()
    whole = {**arrays, "meta": np.frombuffer(text, dtype=np.uint8)}
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        for name in sorted(whole):
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(whole[name]), version=(1, 0), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            file.writestr(info, buffer.getvalue())


def load(path: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    """The arrays and the meta object. Raises ``ModelUnavailable`` where the file is absent or damaged."""
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        meta = json.loads(arrays.pop("meta").tobytes())
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ModelUnavailable(
            f"模型文件 {path.name} 不能用：{type(error).__name__}", "重新安装本软件，或用 yuqing train 重建模型"
        ) from error
    return arrays, meta
