"""The spans that a page about posts may offer: a day, seven, thirty, or a whole month (safeguard S3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pydantic import BaseModel, Field

from api.dashboard.page import address
from api.parameters import SpanDays, last_days
from api.validation import problem_of

MONTHS = 12
_NAMES = {1: "今天", 7: "近 7 天", 30: "近 30 天"}


class SpanPage(BaseModel, extra="forbid"):
    """``month`` goes before ``days``."""

    days: SpanDays | None = None
    month: str = Field("", pattern=r"^(20\d{2}-(0[1-9]|1[0-2]))?$")

    def span(self, usual: int = 7) -> tuple[date, date]:
        """First and last local day; ``usual`` days where nothing is asked for."""
        first, last = last_days(self.days or usual)
        if not self.month:
            return first, last
        begin = date.fromisoformat(f"{self.month}-01")
        if begin > last:
            raise problem_of({"month": "这个月还没有开始"})
        return begin, _next(begin) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SpanChoice:
    """What the span control of a page shows. ``months``: value and name, the newest first."""

    tabs: Sequence[tuple[str, str, bool]]
    months: Sequence[tuple[str, str]]
    month: str
    name: str
    query: str
    """``days=7`` or ``month=2026-11``: the span, for links to other pages."""


def choice(query: SpanPage, usual: int = 7) -> SpanChoice:
    """The control for a page's query: links of the fixed spans, and the last months."""
    here = query.days or usual
    tabs = [
        (address(days=str(n), month="", cursor=""), name, n == here and not query.month) for n, name in _NAMES.items()
    ]
    months = last_months(MONTHS)
    named = dict(months).get(query.month, query.month)
    asked = f"month={query.month}" if query.month else f"days={here}"
    return SpanChoice(tabs, months, query.month, named or _NAMES[here], asked)


def last_months(n: int) -> list[tuple[str, str]]:
    """Value and name of the last months, the newest first."""
    months, at = [], last_days(1)[1].replace(day=1)
    for _ in range(n):
        months.append((f"{at:%Y-%m}", f"{at.year}年{at.month}月"))
        at = (at - timedelta(days=1)).replace(day=1)
    return months


def _next(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
