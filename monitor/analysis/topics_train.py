"""``yuqing train topic``: rebuilds the topic model from the development data, bit for bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from monitor.analysis import archive, corpora, fit
from monitor.analysis.evaluate import macro_f1
from monitor.analysis.linear import softmax
from monitor.analysis.topics import FILE, OFFICIAL, undressed
from monitor.analysis.weak import strip_anonymised

VERSION = "2"
FOLDS = 3
_C = 10.0


def train(folder: Path, out: Path = archive.MODELS) -> Path:
    """Fits the seven classes and the public-service gate; returns the path of the model file."""
    texts, topic, public = examples(folder)
    hashes, idf = fit.vocabulary(texts, minimum=2, limit=200_000)
    x = fit.matrix(texts, hashes, idf)
    labelled = np.asarray([t >= 0 for t in topic]).astype(float)
    target = fit.one_hot([max(t, 0) for t in topic], len(OFFICIAL))
    gate = fit.one_hot(public, 2)
    classes = fit.logistic(x, target, labelled, _C)
    service = fit.logistic(x, gate, np.ones(len(texts)), _C)
    fold = np.arange(len(texts)) // 20 % FOLDS
    held_classes, held_service = np.zeros_like(target), np.zeros_like(gate)
    for k in range(FOLDS):
        held = fold == k
        w = fit.logistic(x, target, np.where(held, 0.0, labelled), _C)
        held_classes[held] = x[np.flatnonzero(held)] @ w[:-1] + w[-1]
        w = fit.logistic(x, gate, np.where(held, 0.0, 1.0), _C)
        held_service[held] = x[np.flatnonzero(held)] @ w[:-1] + w[-1]
    grid = [round(0.3 + 0.02 * i, 2) for i in range(120)]
    known = labelled > 0
    losses = [-(np.log(softmax(held_classes[known] / t) + 1e-12) * target[known]).sum() for t in grid]
    chances = softmax(held_service)[:, 1][np.asarray(public) == 1]
    # 98 of 100 held-out civic texts pass.
    threshold = round(float(np.clip(np.quantile(chances, 0.02), 0.05, 0.9)), 2)
    meta: dict[str, Any] = {"version": VERSION, "temperature": grid[int(np.argmin(losses))], "threshold": threshold}
    found = held_classes[known].argmax(axis=1)
    meta["held_out_macro_f1"] = round(macro_f1(target[known].argmax(axis=1), found, range(len(OFFICIAL))), 3)
    meta["outputs"] = [*OFFICIAL, "other", "public"]
    path = out / FILE
    archive.save(path, fit.pack(hashes, idf, np.hstack((classes, service))), meta)
    return path


def examples(folder: Path) -> tuple[list[str], list[int], list[int]]:
    """Texts, their official class (-1: not labelled) and whether they are public-service matters (0 or 1).

    Not public-service: epidemic posts and reviews. News is left out: much of it is about public services, unlabelled.
    """
    texts, topic, public = [], [], []
    for row in corpora.rows(folder / "civic", "topics_train"):
        texts.append(strip_anonymised(row["text"]))
        topic.append(OFFICIAL.index(row["topic"]))
        public.append(1)
    for row in corpora.rows(folder / "civic", "messages")[::4]:
        texts.append(strip_anonymised(f"{row['title']}\n{' '.join(row['body'].split())}"))
        topic.append(-1)
        public.append(1)
    for name in ("weibo_epidemic_train", "reviews_train"):
        for row in corpora.rows(folder / "sentiment", name):
            texts.append(undressed(row["text"]))
            topic.append(-1)
            public.append(0)
    return texts, topic, public
