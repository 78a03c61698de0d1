"""Model files: plain, small, damaged ones refused, rebuilt byte for byte."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from monitor.analysis import archive, fit
from monitor.analysis.linear import LinearModel, Table, placeable
from monitor.analysis.names_train import Sentence
from monitor.analysis.names_train import fit as fit_names
from monitor.errors import ModelUnavailable

SHIPPED = sorted(archive.MODELS.glob("*.npz"))


def test_the_shipped_models_are_small_and_only_the_optional_engine_is_larger() -> None:
    assert {p.stem for p in SHIPPED} == {
        "sentiment-linear", "topic-linear", "names-crf", "event-pairs", "sentiment-e5",
    }  # fmt: skip
    assert all(p.stat().st_size < (25_000_000 if p.stem == "sentiment-e5" else 8_000_000) for p in SHIPPED)


def test_a_damaged_model_file_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "bad.npz"
    for content in (b"", b"PK\x03\x04 not a zip", SHIPPED[0].read_bytes()[:5_000]):
        bad.write_bytes(content)
        with pytest.raises(ModelUnavailable, match=r"bad\.npz"):
            archive.load(bad)
    with pytest.raises(ModelUnavailable):
        archive.load(tmp_path / "absent.npz")


def test_an_array_of_python_objects_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pickled.npz"
    np.savez(path, meta=np.asarray([{"a": 1}], dtype=object))
    with pytest.raises(ModelUnavailable):
        archive.load(path)


def test_the_same_texts_give_the_same_model_and_it_learns_them(tmp_path: Path) -> None:
    texts = ["停水了真烦", "停电了真烦", "今天很开心", "天气好开心", "没有水烦死", "大家都开心"] * 5
    gold = [0, 0, 1, 1, 0, 1] * 5
    files = []
    for name in ("a.npz", "b.npz"):
        hashes, idf = fit.vocabulary(texts, 2, 1_000)
        w = fit.logistic(fit.matrix(texts, hashes, idf), fit.one_hot(gold, 2), np.ones(len(texts)))
        archive.save(tmp_path / name, fit.pack(hashes, idf, w), {"version": "t"})
        files.append((tmp_path / name).read_bytes())
    assert files[0] == files[1]
    scores = LinearModel.load(tmp_path / "a.npz").scores(texts)
    assert scores.argmax(axis=1).tolist() == gold


def test_logistic_regression_agrees_with_scikit_learn() -> None:
    from sklearn.linear_model import LogisticRegression

    random.seed(3)
    texts = ["".join(random.choice("停水电好坏人天地的了") for _ in range(12)) for _ in range(300)]
    gold = [int("停" in t) + int("好" in t and "坏" in t) for t in texts]
    hashes, idf = fit.vocabulary(texts, 2, 5_000)
    x = fit.matrix(texts, hashes, idf)
    ours = fit.logistic(x, fit.one_hot(gold, 3), np.ones(300), c=1.0, iterations=300)
    theirs = LogisticRegression(C=1.0, max_iter=2_000, tol=1e-6).fit(x, gold).predict_proba(x)
    raw = x @ ours[:-1] + ours[-1]
    p = np.exp(raw - raw.max(axis=1, keepdims=True))
    assert np.abs(p / p.sum(axis=1, keepdims=True) - theirs).max() < 0.02


def test_the_exact_exponential_is_the_exponential() -> None:
    x = -np.linspace(0, 60, 10_000)
    assert np.allclose(fit.exact_exp(x), np.exp(x), rtol=1e-14)


def test_a_table_finds_what_it_holds_and_nothing_else() -> None:
    rng = np.random.default_rng(5)
    hashes = rng.integers(1, 2**32, 5_000, dtype=np.uint32)
    chosen = placeable(np.unique(hashes), np.ones(len(np.unique(hashes)), dtype=np.int64), 2_000)
    table = Table(chosen)
    assert (table.rows(chosen) == np.arange(1, len(chosen) + 1)).all()
    others = np.setdiff1d(rng.integers(1, 2**32, 50_000, dtype=np.uint32), chosen)
    assert not table.rows(others).any()


def test_the_name_tagger_is_fitted_the_same_twice() -> None:
    data = [Sentence("今天张建国说话了", ((2, 5),)), Sentence("李明去了市场", ((0, 2),)), Sentence("水停了", ())] * 10
    first, second = fit_names(data), fit_names(data)
    assert all((first[k] == second[k]).all() for k in first)
