"""The one exit for figures about posts (safeguard S3).

The rule is that of the UK Office for National Statistics for published counts: a count under 10 is shown as "<10",
every other is rounded to base 5, and percentages are computed from the rounded counts. A term or a place is shown
only when at least 10 posts carry it. Because the cells are fixed (hour or day, topic, polarity, kind), two releases
differ by at least a rounding step and cannot be subtracted to isolate a few people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.model import ExactCount, FacetCell

THRESHOLD = 10
BASE = 5

_EXIT = object()


@dataclass(frozen=True, slots=True, init=False)
class ReleasedCount:
    """A count about posts that may be shown. ``value`` is None where it is suppressed (under ten)."""

    value: int | None

    def __init__(self, value: int | None, *, _exit: object = None) -> None:
        if _exit is not _EXIT:
            raise TypeError("a ReleasedCount is made only by monitor.disclosure.release")
        object.__setattr__(self, "value", value)

    @property
    def suppressed(self) -> bool:
        return self.value is None

    @property
    def text(self) -> str:
        """``<10``, or the rounded number."""
        return f"<{THRESHOLD}" if self.value is None else str(self.value)

    @property
    def phrase(self) -> str:
        """For running Chinese text: 不足10 or 约25."""
        return f"不足{THRESHOLD}" if self.value is None else f"约{self.value}"

    def as_json(self) -> dict[str, Any]:
        return {"value": self.value, "text": self.text, "rounded_to": BASE, "suppressed": self.suppressed}


def release(count: ExactCount) -> ReleasedCount:
    """The shown form of an exact count about posts: under ten suppressed, otherwise rounded half up to base 5."""
    n = count.for_rules()
    if n < THRESHOLD:
        return ReleasedCount(None, _exit=_EXIT)
    return ReleasedCount((2 * n + BASE) // (2 * BASE) * BASE, _exit=_EXIT)


def release_sum(counts: Iterable[ExactCount]) -> ReleasedCount:
    """Releases the sum of the parts of one fixed cell (its sources, polarities or reprints)."""
    return release(sum(counts, ExactCount(0)))


def share(part: ReleasedCount, whole: ReleasedCount) -> float | None:
    """``part`` of ``whole`` from released values, 0 to 1; None where either is suppressed."""
    if part.value is None or not whole.value:
        return None
    return min(1.0, part.value / whole.value)


def change(now: ReleasedCount, before: ReleasedCount) -> float | None:
    """Relative change from released values; None where either is suppressed."""
    if now.value is None or not before.value:
        return None
    return now.value / before.value - 1.0


def release_facets(cells: Sequence[FacetCell], limit: int = 10) -> list[tuple[str, ReleasedCount]]:
    """The places or terms of posts that at least ten posts carry, most first; the rest is never named.

    ``cells`` are of one topic and one facet; days are added up before the threshold is applied.
    """
    totals: dict[str, ExactCount] = {}
    for cell in cells:
        if not isinstance(cell.n, ExactCount):
            raise TypeError("facets of public kinds are exact and need no release")
        totals[cell.value] = totals.get(cell.value, ExactCount(0)) + cell.n
    released = [(value, release(count)) for value, count in totals.items() if count.for_rules() >= THRESHOLD]
    # Ordered by the released count, then by name, so that the order itself tells no exact difference.
    released.sort(key=lambda item: (-(item[1].value or 0), item[0]))
    return released[:limit]
