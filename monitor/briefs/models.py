"""Which models labelled the texts, and how accurate they were measured to be, from the models' own meta data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from monitor.analysis import archive
from monitor.errors import ModelUnavailable

FILES = {"情感": "sentiment-linear.npz", "分类": "topic-linear.npz"}


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
    found = [ModelNote("情感", "SnowNLP", version("snownlp"), "")] if sentiment == "snow" else [_shipped("情感")]
    return tuple(note for note in (*found, _shipped("分类")) if note is not None)


def _shipped(task: str) -> ModelNote | None:
    try:
        _, meta = archive.load(archive.MODELS / FILES[task])
    except ModelUnavailable:
        return None
    return ModelNote(task, "linear", str(meta.get("version", "")), measured(meta))


def measured(meta: Mapping[str, Any]) -> str:
    """``meta["measured"]``: a list of ``{"data", "metric", "value", "low", "high"}``, as one Chinese clause."""
    clauses = []
    for item in meta.get("measured") or ():
        interval = f"（95%置信区间{item['low']:.3f}至{item['high']:.3f}）"
        clauses.append(f"{item['data']} {item['metric']} {item['value']:.3f}{interval}")
    return f"实测{'，'.join(clauses)}" if clauses else ""
