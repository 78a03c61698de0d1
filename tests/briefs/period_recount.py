"""Counts the figures of weekly, monthly, topic and watch briefs again, from raw rows: no store, no brief, no API.

The disclosure rule is written out once more: fewer than ten posts are not told, more are rounded half up to base 5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from math import sqrt
from statistics import median

from tests.briefs.period_data import DEPARTMENTS, OFFICIAL, Row
from tests.briefs.recount import Shown, one, percent

Span = tuple[date, date]
LIMIT = timedelta(hours=48)


def rounded(n: int) -> int | None:
    """A count about posts as it may be told."""
    return None if n < 10 else (n + 2) // 5 * 5


def whole(share: Fraction) -> Shown:
    """A percentage without decimals, half up."""
    return str((share.numerator * 200 + share.denominator) // (2 * share.denominator)), "%"


@dataclass(frozen=True)
class Recount:
    rows: Sequence[Row]
    span: Span
    before: tuple[Span, ...]
    as_of: datetime
    topic: str = ""

    def of(self, kind: str, span: Span | None = None, topic: str = "") -> list[Row]:
        first, last = span or self.span
        wanted = topic or self.topic
        return [
            r for r in self.rows if r.kind == kind and first <= r.day <= last and (not wanted or wanted in r.topics)
        ]

    def n(self, kind: str, span: Span | None = None, topic: str = "") -> int:
        return len(self.of(kind, span, topic))

    # 总体情况

    def overview(self) -> list[Shown]:
        return [*self._public("board", "件"), *self._posts(), *self._public("news", "篇"), *self._official()]

    def _public(self, kind: str, unit: str) -> list[Shown]:
        n = self.n(kind)
        if not n:
            return []
        found: list[Shown] = [(str(n), unit), *self._change(kind, unit, n)]
        negative = sum(r.negative for r in self.of(kind))
        if n >= 10 and negative:
            z = 1.959963984540054
            p, c = negative / n, (negative + z * z / 2) / (n + z * z)
            half = z * sqrt(n * p * (1 - p) + z * z / 4) / (n + z * z)
            found += [(str(negative), unit), percent(Fraction(negative, n))]
            found += [percent(Fraction(max(0.0, c - half))), percent(Fraction(min(1.0, c + half)))]
        return found

    def _change(self, kind: str, unit: str, n: int) -> list[Shown]:
        """Against the nearest period before; of four weeks also their mean."""
        before = [self.n(kind, span) for span in self.before]
        if not before:
            return []
        found: list[Shown] = [(str(before[0]), unit)]
        if before[0] >= 5:
            change = Fraction(n, before[0]) - 1
            found += [percent(abs(change))] if abs(change) > Fraction(1, 20) else []
            found += self._cause(n - before[0]) if kind == "board" and abs(change) > Fraction(1, 20) else []
        mean = len(before) > 1 and kind == "board"
        return found + ([one(Fraction(sum(before), len(before)), unit)] if mean else [])

    def _cause(self, change: int) -> list[Shown]:
        if self.topic or abs(change) < 3:
            return []
        parts = []
        for topic in OFFICIAL:
            own = self.n("board", None, topic) - self.n("board", self.before[0], topic)
            if own * change > 0 and abs(own) >= 3:
                parts.append(Fraction(own, change))
        part = max(parts, default=Fraction(0))
        return [whole(part)] if Fraction(2, 5) <= part <= 1 - Fraction(1, 10**9) else []

    def _posts(self) -> list[Shown]:
        now, before = rounded(self.n("post")), [rounded(self.n("post", span)) for span in self.before[:1]]
        if now is None or any(b is None for b in before):
            return [("不足10" if now is None else f"约{now}", "条")] if self.n("post") else []
        told = [b or 0 for b in before]
        found: list[Shown] = [(f"约{now}", "条")]
        if told:
            change = Fraction(now, told[0]) - 1
            found.append((str(told[0]), "条"))
            found += [whole(abs(change))] if abs(change) > Fraction(1, 20) else []
        negative = rounded(sum(r.negative for r in self.of("post")))
        found.append(("不足10" if negative is None else f"约{negative}", "条"))
        return found + ([whole(min(Fraction(1), Fraction(negative, now)))] if negative is not None else [])

    def _official(self) -> list[Shown]:
        return [(str(self.n("official")), "篇")] if self.n("official") else []

    # 留言办理

    def responses(self, topics: Sequence[str] = ()) -> list[Shown]:
        """The paragraph of a longer period: received, answered, rates beside those before, median, overdue."""

        def about(row: Row) -> bool:
            return not topics or bool(set(topics) & set(row.topics))

        mine = [r for r in self.of("board") if about(r)]
        earlier = [r for r in self.of("board", self.before[0]) if about(r)]
        then = datetime.combine(self.before[0][1] + timedelta(days=1), time(7, 30))
        answered = [r for r in mine if _answered(r, self.as_of)]
        found: list[Shown] = [(str(len(mine)), "件"), (str(len(answered)), "件")]
        found += [percent(Fraction(len(answered), len(mine)))]
        found += [percent(Fraction(sum(_answered(r, then) for r in earlier), len(earlier)))]
        on_time = sum(_on_time(r, self.as_of) for r in mine)
        found += [(str(on_time), "件"), percent(_rate(mine, self.as_of)), percent(_rate(earlier, then))]
        hours = [Fraction(str(r.reply_h)) for r in answered if r.reply_h is not None]
        found.append(one(Fraction(median(hours)), "小时"))
        late = sum(_late(r, self.as_of) for r in mine)
        before = [r for r in self.rows if r.kind == "board" and r.day < self.span[0] and about(r)]
        older = sum(_late(r, self.as_of) for r in before if not self.topic or self.topic in r.topics)
        found += [(str(late), "件")] if late else []
        return found + ([(str(older), "件")] if older else [])

    def departments(self) -> list[tuple[str, ...]]:
        """Rows of the ranked table: name, received, answered, on time, overdue, both rates."""
        rows = []
        for topic, name in DEPARTMENTS.items():
            mine = self.of("board", None, topic)
            if not mine:
                continue
            rate = _rate(mine, self.as_of) if len(mine) >= 10 else None
            answered = sum(_answered(r, self.as_of) for r in mine)
            rows.append((name, len(mine), answered, rate, sum(_late(r, self.as_of) for r in mine)))

        def key(row: tuple[str, int, int, Fraction | None, int]) -> tuple[bool, Fraction, Fraction, int, str]:
            if row[3] is None:
                return True, Fraction(0), Fraction(0), -row[1], row[0]
            return False, -row[3], -Fraction(row[2], row[1]), -row[1], row[0]

        return [
            (r[0], str(r[1]), str(r[2]), str(r[4]), percent(r[3])[0] if r[3] is not None else "—")
            for r in sorted(rows, key=key)
        ]

    # 专题变化, 反映情况, 图

    def ranks(self) -> list[tuple[str, str, str, str, str]]:
        """Rows of the table of ranks: name, place now, place before, messages now and before."""
        now = {t: self.n("board", None, t) for t in OFFICIAL}
        before = {t: self.n("board", self.before[0], t) for t in OFFICIAL}
        place: Callable[[dict[str, int], str], int] = lambda counts, t: 1 + sum(m > counts[t] for m in counts.values())  # noqa: E731
        rows = [
            (t, place(now, t) if now[t] else 999, place(before, t) if before[t] else 999)
            for t in OFFICIAL
            if now[t] or before[t]
        ]
        rows.sort(key=lambda row: (row[1], row[2], row[0]))
        text = [(t, *(str(p) if p < 999 else "—" for p in places), str(now[t]), str(before[t])) for t, *places in rows]
        return text  # type: ignore[return-value]

    def days(self) -> list[int]:
        first, last = self.span
        every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return [self.n("board", (day, day)) for day in every]


def _answered(row: Row, moment: datetime) -> bool:
    return row.reply_h is not None and row.when + timedelta(hours=row.reply_h) <= moment


def _on_time(row: Row, moment: datetime) -> bool:
    return _answered(row, moment) and timedelta(hours=row.reply_h or 0) <= LIMIT


def _late(row: Row, moment: datetime) -> bool:
    """Not answered by a moment although its time had run out."""
    return not _answered(row, moment) and row.when + LIMIT < moment


def _rate(rows: Sequence[Row], moment: datetime) -> Fraction:
    on_time = sum(_on_time(r, moment) for r in rows)
    decided = sum(_answered(r, moment) or _late(r, moment) for r in rows)
    return Fraction(on_time, decided)
