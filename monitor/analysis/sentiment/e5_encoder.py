"""A small transformer encoder in plain numpy: texts in, one vector of 384 numbers a text out.

The architecture is BERT's (Devlin et al. 2019) as multilingual-e5-small uses it (Wang et al. 2024). Weights are kept
in blocks of 32 with one scale each, of 4 or 8 bits. Tokens of many texts run through the large products together;
attention sees one text at a time. So no text is padded to the length of another, and none changes another's result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.sentiment.e5_tokens import Ids

BLOCK = 32
_ROWS = 64
"""Token rows come in multiples of this, so that a product's kernel, and with it the last bit, is always the same."""
_BUDGET = 1024
"""Tokens that run together: bounds the memory."""
_EPSILON = np.float32(1e-12)
Single = NDArray[np.float32]
Array = NDArray[Any]


def unpacked(arrays: Mapping[str, Array], name: str, width: int) -> Single:
    """The matrix of that name with rows of ``width``, from blocks of 4 or 8 bits."""
    scales = arrays[f"{name}.scale"].astype(np.float32).reshape(-1, 1)
    packed = arrays[name]
    if packed.dtype == np.uint8:
        halves = packed.reshape(-1, BLOCK // 2)
        values = np.concatenate((halves & 15, halves >> 4), axis=1).astype(np.float32) - 8
    else:
        values = packed.reshape(-1, BLOCK).astype(np.float32)
    return np.asarray((values * scales).reshape(-1, width), dtype=np.float32)


class Encoder:
    """Built from the arrays of a model file; see :mod:`monitor.analysis.sentiment.e5_pack` for their names."""

    def __init__(self, arrays: Mapping[str, Array], layers: int, heads: int) -> None:
        self.width = int(arrays["position"].shape[1])
        self.longest = int(arrays["position"].shape[0])
        self._heads = heads
        self._words, self._scales = arrays["words"], arrays["words.scale"]
        self._position = arrays["position"].astype(np.float32)
        self._norm = arrays["norm"].astype(np.float32)
        self._layers = [_Layer(arrays, f"layer{i}", self.width, heads) for i in range(layers)]

    def vectors(self, texts: Sequence[Ids]) -> Single:
        """Mean of a text's token states, shape (texts, width). Each text: 1 to ``longest`` ids."""
        found = [np.zeros((0, self.width), dtype=np.float32)]
        for first, last in _batches([len(ids) for ids in texts]):
            found.append(np.stack([state.mean(axis=0) for state in self._run(texts[first:last])]))
        return np.concatenate(found)

    def states(self, texts: Sequence[Ids]) -> list[Single]:
        """The state of every token of each text after the last layer, shapes (tokens, width)."""
        return [
            state for first, last in _batches([len(ids) for ids in texts]) for state in self._run(texts[first:last])
        ]

    def _run(self, texts: Sequence[Ids]) -> list[Single]:
        ends = np.cumsum([len(ids) for ids in texts])
        begins = ends - [len(ids) for ids in texts]
        total = int(ends[-1])
        x = np.zeros((-(-total // _ROWS) * _ROWS, self.width), dtype=np.float32)
        x[:total] = self._embedded(np.concatenate(texts))
        x[:total] += np.concatenate([self._position[: len(ids)] for ids in texts])
        x = _normalised(x, self._norm)
        spans = list(zip(begins.tolist(), ends.tolist(), strict=True))
        for layer in self._layers:
            x = layer(x, spans)
        return [x[a:b] for a, b in spans]

    def _embedded(self, ids: Ids) -> Single:
        blocks = {"w": self._words[ids].reshape(-1), "w.scale": self._scales[ids].reshape(-1)}
        return unpacked(blocks, "w", self.width)


class _Layer:
    """Self-attention and a feed-forward net, each added to its input and normalised."""

    def __init__(self, arrays: Mapping[str, Array], name: str, width: int, heads: int) -> None:
        def matrix(part: str, columns: int) -> Single:
            return np.ascontiguousarray(unpacked(arrays, f"{name}.{part}", columns).T)

        wide = len(arrays[f"{name}.up.bias"])
        self._qkv, self._out = matrix("qkv", width), matrix("out", width)
        self._up, self._down = matrix("up", width), matrix("down", wide)
        self._bias = {part: arrays[f"{name}.{part}.bias"].astype(np.float32) for part in ("qkv", "out", "up", "down")}
        self._norms = arrays[f"{name}.norms"].astype(np.float32)
        self._heads, self._scale = heads, np.float32((width // heads) ** -0.5)

    def __call__(self, x: Single, spans: Sequence[tuple[int, int]]) -> Single:
        qkv = x @ self._qkv
        qkv += self._bias["qkv"]
        seen = np.zeros_like(x)
        for a, b in spans:
            seen[a:b] = self._attended(qkv[a:b])
        out = seen @ self._out
        out += self._bias["out"]
        out += x
        x = _normalised(out, self._norms[:2])
        up = x @ self._up
        up += self._bias["up"]
        down = _gelu(up) @ self._down
        down += self._bias["down"]
        down += x
        return _normalised(down, self._norms[2:])

    def _attended(self, qkv: Single) -> Single:
        n = len(qkv)
        query, key, value = qkv.reshape(n, 3, self._heads, -1).transpose(1, 2, 0, 3)
        scores = query @ key.transpose(0, 2, 1)
        scores *= self._scale
        scores -= scores.max(axis=2, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=2, keepdims=True)
        return np.asarray((scores @ value).transpose(1, 0, 2).reshape(n, -1), dtype=np.float32)


def _normalised(x: Single, norm: Single) -> Single:
    """Layer normalisation (Ba et al. 2016); ``norm``: gain and shift."""
    x = x - x.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", x, x)[:, None] / np.float32(x.shape[1])
    x /= np.sqrt(variance + _EPSILON)
    x *= norm[0]
    x += norm[1]
    return x


def _gelu(x: Single) -> Single:
    """x · Φ(x) by its tanh form (Hendrycks & Gimpel 2016), within .001 of it."""
    inner = x * x
    inner *= np.float32(0.044715)
    inner += np.float32(1)
    inner *= x
    inner *= np.float32(0.7978845608)
    np.tanh(inner, out=inner)
    inner += np.float32(1)
    inner *= x
    inner *= np.float32(0.5)
    return inner


def _batches(lengths: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbouring texts of together at most ``_BUDGET`` tokens, at least one."""
    found, first, total = [], 0, 0
    for i, length in enumerate(lengths):
        if total and total + length > _BUDGET:
            found.append((first, i))
            first, total = i, 0
        total += length
    if total:
        found.append((first, len(lengths)))
    return found
