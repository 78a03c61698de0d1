"""Counts the figures of a daily brief again, in plain Python from raw rows: nothing here uses a store or a brief.

A row is (moment, topics, negative). Only board messages, none of them answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import sqrt

Row = tuple[datetime, tuple[str, ...], bool]
Shown = tuple[str, str]
"""Text and unit."""
NOBODY = "未分派"


@dataclass(frozen=True)
class Recount:
    rows: Sequence[Row]
    official: frozenset[str]
    department: Mapping[str, str]
    """Topic -> department, in the order of the configuration."""

    def day(self, day: date, topic: str = "") -> int:
        return sum(1 for when, topics, _ in self.rows if when.date() == day and (not topic or topic in topics))

    def before(self, day: date, topic: str = "") -> list[int]:
        known = min(w.date() for w, _, _ in self.rows if day - timedelta(days=60) <= w.date() <= day)
        earlier = [day - timedelta(days=7 * week) for week in (1, 2, 3, 4)]
        return [self.day(d, topic) for d in earlier if d >= known]

    def figures(self, day: date) -> list[Shown]:
        """Text and unit of every figure of the sections in reading order, but for hot issues and forecasts."""
        ranked = self._ranked(day)
        finer = [t for t in ranked if t not in self.official]
        matters = [t for t in finer or ranked if self.day(day, t) >= 3][:8]
        return [
            *self._overview(day), *self._matters(day, ranked, matters), *self._responses(day),
            *self._advice(day, matters), ("1", "个"),
        ]  # fmt: skip

    def _overview(self, day: date) -> list[Shown]:
        n, found = self.day(day), list[Shown]()
        if n:
            found.append((str(n), "件"))
        found += [*self._compared(n, self.before(day)), *self._cause(day)]
        negative = sum(1 for when, _, bad in self.rows if when.date() == day and bad)
        if n >= 10:
            z = 1.959963984540054
            p, c = negative / n, (negative + z * z / 2) / (n + z * z)
            half = z * sqrt(n * p * (1 - p) + z * z / 4) / (n + z * z)
            found += [(str(negative), "件"), percent(Fraction(negative, n))]
            found += [percent(Fraction(max(0.0, c - half))), percent(Fraction(min(1.0, c + half)))]
        return found

    def _cause(self, day: date) -> list[Shown]:
        """The share of a change of three and more, from a mean of five and more, that one finer topic brought."""
        n, before = self.day(day), self.before(day)
        mean = _mean(before) if before else Fraction(0)
        change = n - mean
        if not n or mean < 5 or abs(change) < 3 or abs(change / mean) <= Fraction(1, 20):
            return []
        own = {t: self.day(day, t) - _mean(self.before(day, t)) for t in self.department if t not in self.official}
        shares = [(value / change, t) for t, value in own.items() if value * change > 0 and abs(value) >= 3]
        most = max(shares, default=(Fraction(0), ""))[0]
        return [whole(most)] if Fraction(2, 5) <= most < 1 else []

    def _compared(self, n: int, before: list[int]) -> list[Shown]:
        if not before:
            return []
        mean = Fraction(sum(before), len(before))
        if mean < 5:
            return [one(mean, "件")]
        change = n / mean - 1
        return [one(mean, "件"), *([percent(abs(change))] if abs(change) > Fraction(1, 20) else [])]

    def _ranked(self, day: date) -> list[str]:
        def score(topic: str) -> Fraction:
            n, before = self.day(day, topic), self.before(day, topic)
            return n + (max(Fraction(0), n - _mean(before)) if before else Fraction(0))

        seen = [t for t in self.department if self.day(day, t)]
        return sorted(seen, key=lambda t: (-score(t), t))

    def mark(self, day: date, topic: str) -> str:
        n, before = self.day(day, topic), self.before(day, topic)
        month = sum(self.day(day - timedelta(days=d), topic) for d in range(1, 29))
        known = min(w.date() for w, _, _ in self.rows if day - timedelta(days=60) <= w.date())
        if n >= 3 and not month and known <= day - timedelta(days=14):
            return "新"
        mean = Fraction(sum(before), len(before)) if before else None
        return "升" if mean is not None and n >= 5 and n >= mean * 3 / 2 and n - mean >= 3 else ""

    def _matters(self, day: date, ranked: list[str], matters: list[str]) -> list[Shown]:
        found: list[Shown] = []
        finer = [t for t in ranked if t not in self.official]
        if finer or not matters:
            classes = sorted((t for t in ranked if t in self.official), key=lambda t: (-self.day(day, t), t))
            found += [(str(self.day(day, t)), "件") for t in classes]
        for topic in matters:
            n, before, days = self.day(day, topic), self.before(day, topic), 0
            found.append((str(n), ""))
            if before and _mean(before) >= 5 and n != _mean(before):
                found.append(percent(abs(n / _mean(before) - 1)))
            while days <= 60 and self.day(day - timedelta(days=days), topic):
                days += 1
            found += [(str(days), "")] if days <= 60 else []
            found.append(("0", ""))
        further = len(finer or ranked) - len(matters) if finer or matters else 0
        return found + ([(str(further), "个")] if further else [])

    def _month(self, day: date) -> list[Row]:
        return [row for row in self.rows if day - timedelta(days=29) <= row[0].date() <= day]

    def _late(self, day: date, rows: Sequence[Row] | None = None) -> list[int]:
        """Whole hours beyond 48, of messages of the last 30 days, at half past seven the next morning."""
        as_of = datetime(day.year, day.month, day.day, 7, 30) + timedelta(days=1)  # noqa: DTZ001
        waited = [as_of - when for when, _, _ in (self._month(day) if rows is None else rows)]
        return [int((w - timedelta(hours=48)).total_seconds() // 3600) for w in waited if w > timedelta(hours=48)]

    def _responses(self, day: date) -> list[Shown]:
        found: list[Shown] = []
        month, late = self._month(day), sorted(self._late(day), reverse=True)
        if self.day(day):
            found.append((str(self.day(day)), "件"))
        found.append((str(len(month)), "件"))
        ever = len(self._late(day, [row for row in self.rows if row[0].date() <= day]))
        found.append((str(len(late)), "件"))
        found += [(str(ever - len(late)), "件")] if ever > len(late) else []
        found += [(str(hours), "") for hours in late[:5]]
        found += [(str(len(late) - 5), "件")] if len(late) > 5 else []
        departments = self._departments(day)
        for _, received, overdue in departments[:8]:
            found += [(str(received), ""), ("0", ""), ("0", ""), (str(overdue), "")]
            found += [("0.0", "%")] * (received >= 10) + [("0.0", "%")] * (received >= 10 and overdue > 0)
        return found + ([(str(len(departments) - 8), "个")] if len(departments) > 8 else [])

    def _departments(self, day: date) -> list[tuple[str, int, int]]:
        groups: dict[str, list[Row]] = {}
        for row in self._month(day):
            first = next((t for t in row[1] if t not in self.official), row[1][0] if row[1] else "")
            groups.setdefault(self.department.get(first, NOBODY), []).append(row)
        rows = [(name, len(members), len(self._late(day, members))) for name, members in groups.items()]
        return sorted(rows, key=lambda row: (-row[2], -row[1], row[0]))

    def _advice(self, day: date, matters: list[str]) -> list[Shown]:
        found: list[Shown] = []
        for topic in matters:
            if self.mark(day, topic):
                found.append((str(self.day(day, topic)), "件"))
                mean = _mean(self.before(day, topic)) if self.before(day, topic) else 0
                found += [one(mean, "件")] if mean else []
        departments = self._departments(day)
        found += [(str(late), "件") for name, _, late in departments if late and name != NOBODY][:5]
        return found + [(str(late), "件") for name, _, late in departments if late and name == NOBODY]


def _mean(values: list[int]) -> Fraction:
    return Fraction(sum(values), len(values))


def one(value: Fraction | int, unit: str) -> Shown:
    """One decimal, rounded half up."""
    exact = Decimal(Fraction(value).numerator) / Decimal(Fraction(value).denominator)
    return str(exact.quantize(Decimal("0.1"), ROUND_HALF_UP)), unit


def whole(share: Fraction) -> Shown:
    """A percentage without decimals, rounded half up."""
    return str(int(share * 100 + Fraction(1, 2))), "%"


def percent(share: Fraction) -> Shown:
    return one(share * 100, "%")
