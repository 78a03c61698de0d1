"""Which models labelled the texts, and how accurate they were measured to be, from the models' own meta data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from monitor.analysis import archive
from monitor.errors import ModelUnavailable

FILES = {
    "linear": "sentiment-linear.npz", "e5": "sentiment-e5.npz", "topic": "topic-linear.npz", "names": "names-crf.npz",
}  # fmt: skip
TOLD: Mapping[tuple[str, str], str] = {
    ("civic_gold", "accuracy"): "群众留言（人工标注）正确率",
    ("weibo_usual_dev", "macro_f1"): "微博三类宏平均F1值",
    ("news, cross-validation", "macro_f1"): "新闻三类宏平均F1值",
    ("news, kept back, encoder alone", "macro_f1"): "新闻三类宏平均F1值",
    ("names/news_train, held-out tenth, tagger alone", "recall"): "找出的姓名占",
    ("civic/topics_train, subject and body of a letter in one fold", "macro_f1"): "七类宏平均F1值",
}
"""Which of a model's measurements a reader is told, and in what words; all of them are in its model card."""


@dataclass(frozen=True, slots=True)
class ModelNote:
    """``measured`` is Chinese and carries the interval; empty where the model brings no measurement."""

    task: str
    engine: str
    version: str
    measured: str


@lru_cache(maxsize=4)
def notes(sentiment: str) -> tuple[ModelNote, ...]:
    """The models in use with the configured sentiment engine; one that cannot be read is left out."""
    snow = ModelNote("情感", "SnowNLP", version("snownlp"), "")
    found = (snow if sentiment == "snow" else _shipped("情感", sentiment), _shipped("分类", "topic"))
    return tuple(note for note in found if note is not None)


@lru_cache(maxsize=1)
def redaction() -> ModelNote | None:
    """The model that finds names of persons, for readers who ask how much is missed."""
    return _shipped("姓名", "names")


def _shipped(task: str, name: str) -> ModelNote | None:
    try:
        _, meta = archive.load(archive.MODELS / FILES[name])
    except ModelUnavailable:
        return None
    return ModelNote(
        task, {"topic": "linear", "names": "CRF"}.get(name, name), str(meta.get("version", "")), measured(meta)
    )


def measured(meta: Mapping[str, Any]) -> str:
    """What is told of ``meta["measured"]`` (rows of ``data, metric, value, low, high``), as one clause."""
    clauses = []
    for item in meta.get("measured") or ():
        name = TOLD.get((item["data"], item["metric"]))
        if name:
            clauses.append(f"{name}{item['value']:.2f}（95%置信区间{item['low']:.2f}至{item['high']:.2f}）")
    return f"开发集实测{'，'.join(clauses)}" if clauses else ""
