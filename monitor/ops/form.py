"""The outward form of what a run read: how many texts, how many of one length, of one moment, without a date.

A page whose layout changed still yields texts, but they look alike: all empty, all of one length (a menu), all of one
moment (the page's own clock). These counts show it without keeping a word of what was read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from monitor.model import Fetched

_KEPT = 3
"""Most frequent values written down; more would be a history of single texts."""


@dataclass(slots=True)
class Form:
    """``lengths`` and ``moments``: how many texts had the same length (characters), the same moment (UTC, to the
    minute). Of a post source these are exact counts about posts: rules read them, nothing shows them."""

    texts: int = 0
    undated: int = 0
    lengths: Counter[int] = field(default_factory=Counter)
    moments: Counter[str] = field(default_factory=Counter)

    def add(self, items: Iterable[Fetched]) -> None:
        for item in items:
            self.texts += 1
            self.lengths[len(item.text)] += 1
            if item.published is None:
                self.undated += 1
            else:
                self.moments[f"{item.published.astimezone(UTC):%Y-%m-%dT%H:%M}"] += 1

    def merge(self, other: Form) -> None:
        self.texts += other.texts
        self.undated += other.undated
        self.lengths.update(other.lengths)
        self.moments.update(other.moments)


def together(forms: Sequence[Form]) -> Form:
    """Several runs as one."""
    whole = Form()
    for form in forms:
        whole.merge(form)
    return whole


def form_doc(form: Form) -> dict[str, Any]:
    return {
        "texts": form.texts,
        "undated": form.undated,
        "lengths": [list(pair) for pair in _top(form.lengths)],
        "moments": [list(pair) for pair in _top(form.moments)],
    }


def form_of(doc: Mapping[str, Any]) -> Form:
    return Form(
        texts=int(doc.get("texts", 0)),
        undated=int(doc.get("undated", 0)),
        lengths=Counter({int(k): int(n) for k, n in doc.get("lengths", [])}),
        moments=Counter({str(k): int(n) for k, n in doc.get("moments", [])}),
    )


def _top(counts: Counter[Any]) -> list[tuple[Any, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))[:_KEPT]


def day_only(moment: str) -> bool:
    """Whether a moment is a bare date: midnight in China is 16:00 UTC."""
    return datetime.fromisoformat(moment).hour == 16 and moment.endswith(":00")
