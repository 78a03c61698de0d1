"""``yuqing eval``: gold files against engines, models and redaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from monitor.analysis import evaluate, sentiment, topics
from monitor.analysis.labelling import BadRow, Row, whole
from monitor.analysis.sentiment.linear import POLARITIES
from monitor.intake.redact import spans_in
from monitor.model import Kind

_NUMBERED = {-1: "negative", 0: "neutral", 1: "positive", "-1": "negative", "0": "neutral", "1": "positive"}


def eval_sentiment(rows: Sequence[Row], engines: Sequence[str], kind: Kind | None = None) -> dict[str, Any]:
    """Each engine on rows with ``text`` (or ``title`` and ``lead``) and ``polarity``; rows with null are left out."""
    texts, gold = [], []
    for row in rows:
        polarity = _NUMBERED.get(
            row.get("polarity", "") if row.get("polarity") is not None else "", row.get("polarity")
        )
        if polarity is None:
            continue
        if polarity not in POLARITIES:
            raise BadRow(f"polarity 的值“{polarity}”不认识", "应为 negative、neutral、positive，或 -1、0、1")
        texts.append(whole({**row, "text": row.get("text") or row.get("lead") or ""}))
        gold.append(POLARITIES.index(polarity))
    _not_empty(texts)
    found = {}
    for name in engines:
        scored = sentiment.engine(name).score(texts, kind)
        chances = np.asarray([[s.negative, s.neutral, s.positive] for s in scored])
        found[name] = evaluate.sentiment(np.asarray(gold), chances)
    return found


def eval_topic(rows: Sequence[Row]) -> dict[str, Any]:
    """The most probable official class on rows with ``topic``; and how many pass as a public-service matter.

    Rows whose topic is null are not public-service matters.
    """
    _not_empty(rows)
    model = topics.model()
    scores = model.score([whole(row) for row in rows])
    civic = [(row["topic"], s.official[0][0]) for row, s in zip(rows, scores, strict=True) if row.get("topic")]
    passed = np.asarray([s.public_service >= model.threshold for s in scores])
    public = np.asarray([bool(row.get("topic")) for row in rows])
    out: dict[str, Any] = {}
    if civic:
        out = evaluate.classes([gold for gold, _ in civic], [found for _, found in civic])
        own = passed[public]
        out["public_service_recall"] = evaluate.interval(len(own), lambda i: float(own[i].mean()))
    if not public.all():
        other = passed[~public]
        out["others_let_in"] = evaluate.interval(len(other), lambda i: float(other[i].mean()))
    return {"linear": out}


def eval_redact(rows: Sequence[Row], kind: Kind) -> dict[str, Any]:
    """Rows with ``text`` and ``spans`` ([[start, end, kind]], half-open) or ``names`` ([[start, end inclusive]])."""
    _not_empty(rows)
    only_names = all("spans" not in row for row in rows)
    gold, found = [], []
    for row in rows:
        names = {(b, e + 1, "PERSON") for b, e in row.get("names") or ()}
        gold.append(names | {(b, e, str(k)) for b, e, k in row.get("spans") or ()})
        spans = {(s.begin, s.end, s.kind.value) for s in spans_in(row.get("text") or "", kind)}
        found.append({s for s in spans if s[2] == "PERSON"} if only_names else spans)
    return {"redact": evaluate.spans(gold, found)}


def _not_empty(rows: Sequence[Any]) -> None:
    if not rows:
        raise BadRow("文件里没有可评测的行", "每行一个带标准答案的 JSON 对象")
