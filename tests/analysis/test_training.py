"""The shipped models are rebuilt bit for bit from the development data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from monitor.analysis import archive, topics_train
from monitor.analysis.names import FILE as NAMES
from monitor.analysis.topics import FILE as TOPICS

if os.environ.get("YUQING_TEST_TRAINING"):  # takes minutes; tests/analysis/test_topics.py rebuilds a sample every time

    @pytest.mark.slow
    @pytest.mark.timeout(1_800)
    def test_the_topic_model_is_rebuilt_bit_for_bit(shared_data: Path, tmp_path: Path) -> None:
        rebuilt = topics_train.train(shared_data, tmp_path)
        assert rebuilt.read_bytes() == (archive.MODELS / TOPICS).read_bytes()


def test_models_are_plain_arrays_with_their_measures(tmp_path: Path) -> None:
    for file in (TOPICS, NAMES, "sentiment-linear.npz"):
        arrays, meta = archive.load(archive.MODELS / file)
        assert all(array.dtype != object for array in arrays.values())
        assert meta["version"]
        assert any(key.startswith("held_out") for key in meta)


def test_saving_the_same_arrays_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    arrays, meta = archive.load(archive.MODELS / TOPICS)
    for name in ("a.npz", "b.npz"):
        archive.save(tmp_path / name, arrays, meta)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
