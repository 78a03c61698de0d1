"""``yuqing eval``: gold files against engines, models and redaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from monitor.analysis import evaluate, sentiment, topics, topics_measure
from monitor.analysis.labelling import BadRow, Row, whole
from monitor.analysis.names_data import named, surname_names
from monitor.analysis.sentiment.linear import POLARITIES
from monitor.analysis.words import dictionary_names
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
    """The official class that ``yuqing label topic`` gives, on rows with ``topic``; and how many pass as a matter (S4).

    Rows whose topic is null, or that say ``"public_service": false``, are no public-service matters; rows that say
    true and have no topic are matters of an unknown class. ``part`` (subject, body) is told apart where rows have it.
    """
    _not_empty(rows)
    model = topics.model()
    scores = model.score([whole(row) for row in rows])
    passed = np.asarray([s.public_service >= model.threshold for s in scores])
    public = np.asarray([bool(row.get("topic") or row.get("public_service")) for row in rows])
    named = [(row, s, p) for row, s, p in zip(rows, scores, passed, strict=True) if row.get("topic")]
    out: dict[str, Any] = {}
    if named:
        gold = [row["topic"] for row, _, _ in named]
        best = [s.official[0][0] for _, s, _ in named]
        parts = [str(row["part"]) for row, _, _ in named if row.get("part")]
        out = topics_measure.classes(gold, best, parts if len(parts) == len(named) else ())
        given = [name if p else None for name, (_, _, p) in zip(best, named, strict=True)]
        out["macro_f1 with null"] = topics_measure.classes(gold, given)["macro_f1"]
        out["confusion"] = topics_measure.confusion(gold, best)
    for name, which in (("public_service_recall", public), ("others_let_in", ~public)):
        if which.any():
            own = passed[which]
            out[name] = evaluate.interval(len(own), lambda i, own=own: float(own[i].mean()))  # type: ignore[misc]
    return {"linear": out}


def eval_redact(rows: Sequence[Row], kind: Kind, peers: bool = False) -> dict[str, Any]:
    """Recall and precision by kind of data.

    Rows with ``text`` and ``spans`` ([[start, end, kind]], half-open) or only ``names`` ([[start, end inclusive]]):
    then only persons are judged, and the recall of those who are named rather than spoken of (:func:`named`) stands
    beside. ``peers``: persons by the segmenter's dictionary and by the rule "a surname and one or two characters".
    Rows whose gold is empty tell how many of them were touched all the same.
    """
    _not_empty(rows)
    only_names = all("spans" not in row for row in rows)
    texts = [str(row.get("text") or "") for row in rows]
    gold = []
    for row in rows:
        names = {(b, e + 1, "PERSON") for b, e in row.get("names") or ()}
        gold.append(names | {(b, e, str(k)) for b, e, k in row.get("spans") or ()})
    engines: dict[str, Callable[[str], evaluate.Spans]] = {
        "redact": lambda text: {(s.begin, s.end, s.kind.value) for s in spans_in(text, kind)}
    }
    if peers:
        engines["dictionary"] = lambda text: {(b, e, "PERSON") for b, e in dictionary_names(text)}
        engines["surname rule"] = lambda text: {(b, e, "PERSON") for b, e in surname_names(text)}
    return {
        name: _spans(texts, gold, [find(t) for t in texts], only_names or name != "redact")
        for name, find in engines.items()
    }


def _spans(
    texts: Sequence[str], gold: Sequence[evaluate.Spans], found: Sequence[evaluate.Spans], only_names: bool
) -> dict[str, Any]:
    table = evaluate.spans(gold, found)
    if only_names:
        table = {key: table[key] for key in ("texts", "PERSON") if key in table}
        by_name = [{s for s in g if named(text[s[0] : s[1]])} for text, g in zip(texts, gold, strict=True)]
        if any(by_name):
            table["named"] = {"recall": evaluate.spans(by_name, found)["PERSON"]["recall"]}
        return table
    touched = np.asarray([bool(f) for g, f in zip(gold, found, strict=True) if not g])
    if len(touched):
        table["texts without any, touched"] = {
            "share": evaluate.interval(len(touched), lambda i: float(touched[i].mean()))
        }
    return table


def _not_empty(rows: Sequence[Any]) -> None:
    if not rows:
        raise BadRow("文件里没有可评测的行", "每行一个带标准答案的 JSON 对象")
