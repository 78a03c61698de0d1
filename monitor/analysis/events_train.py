"""``yuqing train events``: what is common in civic texts, and which pairs of texts are about one matter.

The gold is our own reading of the dated civic messages (``event_issues.json``: ids only), held out issue by issue.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.analysis import archive, corpora, event_measures
from monitor.analysis.boost import boost
from monitor.analysis.event_pairs import FILE, PairModel, Shelf, Trees, likenesses, shares_of
from monitor.analysis.event_signs import BITS, Sign, buckets, grams, sign
from monitor.analysis.events import EventIndex
from monitor.model import CHINA

VERSION = "1"
FOLDS = 5
THRESHOLD = -1.0
GOLD = Path(__file__).with_name("event_issues.json")
_KEYS = 48
_PARTNERS = 400
_BACKGROUND = 800
"""Characters of a background text."""
_LEAST_COSINE = 0.04
_TREES, _DEPTH, _RATE = 80, 3, 0.1
_TWINS = 2
"""One message in so many gets a twin elsewhere."""
_TWIN_WEIGHT = 4
TWIN = "twin"
_PLACE = re.compile(
    r"(?<=[区县市镇道路])([一-鿿]{2,4}?)"
    r"(小区|花园|新城|国际|家园|公寓|广场|大厦|学校|小学|中学|学院|路|村|社区|公司|苑|园|城|府|庭)"
)
"""The name of a place in a title, after that of its district."""


@dataclass(frozen=True, slots=True)
class Message:
    id: str
    title: str
    text: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Gold:
    """``issue_of``: issue by id, None for a message of no issue; ``unsure``: ids that are left out."""

    issue_of: dict[str, str | None]
    unsure: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Judged pairs: likenesses, whether they are of one issue, weights, and the issues of the two ends."""

    x: NDArray[np.float32]
    y: NDArray[np.bool_]
    weight: NDArray[np.float64]
    ends: list[tuple[str | None, str | None]]


def moment(told: str) -> datetime:
    """A time of the civic messages (2019/7/3 23:27:02 or 2019-07-03 23:27:02)."""
    day, _, clock = told.replace("/", "-").partition(" ")
    return datetime(*map(int, day.split("-")), *map(int, clock.split(":")), tzinfo=CHINA)  # type: ignore[misc,arg-type]


def messages(folder: Path) -> list[Message]:
    """The dated civic messages in the order of time."""
    rows = corpora.rows(folder / "civic", "messages")
    found = [Message(r["id"], r["title"], r["body"], moment(r["time"])) for r in rows]
    return sorted(found, key=lambda m: (m.time, m.id))


def gold() -> Gold:
    told = json.loads(GOLD.read_text(encoding="utf-8"))
    issue_of: dict[str, str | None] = {id: issue for issue, ids in told["issues"].items() for id in ids}
    return Gold(issue_of | dict.fromkeys(told["alone"]), frozenset(told["unsure"]))


def train(folder: Path, out: Path = archive.MODELS) -> Path:
    """Counts the background, fits the trees, measures on held-out issues; returns the path of the model file."""
    often, background = background_of(folder)
    texts, told, shares = messages(folder), gold(), shares_of(often, background)
    judged = judged_pairs(texts, told, shares)
    trees = fitted(judged, np.ones(len(judged.y), dtype=bool))
    meta: dict[str, Any] = {
        "version": VERSION, "texts": background, "threshold": THRESHOLD, "base": trees.base,
        "measured": _figures(texts, told, judged, shares, background),
    }  # fmt: skip
    path = out / FILE
    arrays: dict[str, archive.Array] = {
        "often": often,
        "feature": trees.feature.astype(np.uint8),
        "cut": trees.cut,
        "leaf": trees.leaf,
    }
    archive.save(path, arrays, meta)
    return path


def background_of(folder: Path) -> tuple[NDArray[np.uint16], int]:
    """In how many background texts a gram of each bucket stands, and how many texts there are."""
    texts = [row["text"] for row in corpora.rows(folder / "civic", "topics_train")]
    return counts(texts), len(texts)


def counts(texts: list[str]) -> NDArray[np.uint16]:
    """In how many texts a gram of each bucket stands."""
    found = np.zeros(1 << BITS, dtype=np.int64)
    for text in texts:
        found[np.unique(buckets(grams(text[:_BACKGROUND])))] += 1
    return np.minimum(found, 65_535).astype(np.uint16)


def judged_pairs(texts: list[Message], told: Gold, shares: NDArray[np.float32]) -> Pairs:
    """Pairs of messages that share a key, at least one of an issue (or both known to be of none)."""
    shelf, leads = Shelf(), dict[int, list[int]]()
    x, y, ends = [], [], []
    for i, message in enumerate(texts):
        signed, day = sign(message.title, message.text, shares), message.time.timestamp() / 86_400
        partners = _partners(signed, leads)
        shelf.put(signed, day)
        for key in _weightiest(signed):
            leads.setdefault(key, []).append(i)
        here = [j for j in partners if _is_judged(message.id, texts[j].id, told)]
        if here:
            found = likenesses(signed, day, shelf, np.asarray(here, dtype=np.intp))
            for j, row in zip(here, found, strict=True):
                if row[0] >= _LEAST_COSINE:
                    one, other = told.issue_of.get(message.id), told.issue_of.get(texts[j].id)
                    x.append(np.round(row, 4))
                    y.append(one is not None and one == other)
                    ends.append((one, other))
    for row in twins(texts, told, shares):
        x.append(row)
        y.append(False)
        ends.append((TWIN, None))
    right = np.asarray(y)
    return Pairs(np.stack(x), right, _weights(right, ends), ends)


def twins(texts: list[Message], told: Gold, shares: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """Likenesses of messages to their twins elsewhere."""
    for i, (message, title, text) in enumerate(elsewhere(texts, told, 0, _TWINS)):
        shelf = Shelf()
        shelf.put(sign(message.title, message.text, shares), 0.0)
        days = float(i % 4 * (i % 15))
        yield np.round(likenesses(sign(title, text, shares), days, shelf, np.asarray([0])), 4)[0]


def elsewhere(texts: list[Message], told: Gold, start: int, step: int) -> Iterator[tuple[Message, str, str]]:
    """Messages with the title and text of a twin: another place's name put in. The same complaint elsewhere is another
    matter; neighbours copy each other's letters, and such copies are too rare in the data to be learnt from.

    The messages of the gold are left out, so that what is held out stays unseen.
    """
    named = [(m, found) for m in texts if m.id not in told.issue_of and (found := _PLACE.findall(m.title))]
    for i, (message, places) in enumerate(named[start::step]):
        other = named[(i * 7 + 3) % len(named)][1][0]
        if any(place[0] in other[0] or other[0] in place[0] for place in places):
            continue
        title, text = message.title, message.text
        for place, _ in places:
            title, text = title.replace(place, other[0]), text.replace(place, other[0])
        yield message, title, text


def _is_judged(one: str, other: str, told: Gold) -> bool:
    if one in told.unsure or other in told.unsure:
        return False
    if told.issue_of.get(one) is not None or told.issue_of.get(other) is not None:
        return True
    return one in told.issue_of and other in told.issue_of


def _weightiest(signed: Sign) -> list[int]:
    order = np.argsort(-signed.weights, kind="stable")[:_KEYS]
    keys: list[int] = signed.hashes[order].tolist()
    return keys


def _partners(signed: Sign, leads: dict[int, list[int]]) -> list[int]:
    hits = Counter(row for key in _weightiest(signed) for row in leads.get(key, ()))
    return [row for row, _ in sorted(hits.items(), key=lambda item: (-item[1], item[0]))[:_PARTNERS]]


def _weights(right: NDArray[np.bool_], ends: list[tuple[str | None, str | None]]) -> NDArray[np.float64]:
    """A large issue counts more than a small one, but by the root of its pairs only."""
    owners = [(one or other or "", bool(y)) for (one, other), y in zip(ends, right, strict=True)]
    sizes = Counter(owners)
    weight = np.asarray([(_TWIN_WEIGHT if owner[0] == TWIN else 1) / np.sqrt(sizes[owner]) for owner in owners])
    return np.asarray(weight * len(weight) / weight.sum())


def fitted(judged: Pairs, rows: NDArray[np.bool_]) -> Trees:
    return boost(judged.x[rows], judged.y[rows], judged.weight[rows], trees=_TREES, depth=_DEPTH, rate=_RATE)


def grouped(texts: list[Message], model: PairModel) -> dict[str, str]:
    """The event of each message; one that is alone has its own id."""
    index = EventIndex(pairs=model)
    return {m.id: index.assign(m.id, m.title, m.text, m.time) or m.id for m in texts}


def held_out(
    texts: list[Message], told: Gold, judged: Pairs, shares: NDArray[np.float32], background: int
) -> dict[str, event_measures.Row]:
    """Pair counts by issue, each issue grouped by trees that have not seen its pairs (see ``event_measures.pairs``)."""
    issues = sorted({issue for issue in told.issue_of.values() if issue})
    rows: dict[str, event_measures.Row] = {}
    for fold in range(FOLDS):
        held = set(issues[fold::FOLDS])
        kept = np.asarray([one not in held and other not in held for one, other in judged.ends])
        model = PairModel(shares, background, fitted(judged, kept), THRESHOLD, VERSION)
        found = event_measures.pairs(told.issue_of, grouped(texts, model), told.unsure)
        rows |= {issue: found[issue] for issue in (*held, event_measures.ALONE) if issue in found}
    return dict(sorted(rows.items()))


def _figures(
    texts: list[Message], told: Gold, judged: Pairs, shares: NDArray[np.float32], background: int
) -> list[dict[str, Any]]:
    rows = held_out(texts, told, judged, shares, background)
    found = event_measures.measured(rows)
    data = f"civic messages, {found.pop('issues')} issues of our own reading, each held out"
    return [{"data": data, "metric": metric, **value} for metric, value in found.items()]
