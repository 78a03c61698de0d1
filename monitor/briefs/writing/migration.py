"""专题变化 of a monthly brief: which matters rose and fell in rank against the month before."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.briefs import queries
from monitor.briefs.facts import Matter, PeriodFacts
from monitor.briefs.types import Block, Figure, Paragraph, Parts, Table
from monitor.briefs.wording import cell, joined, listed
from monitor.model import Kind
from monitor.signals.figures import number

TOP = 10
NAMED = 4


@dataclass(frozen=True, slots=True)
class Rank:
    """Places by messages, from 1; None where there was no message."""

    matter: Matter
    now: int | None
    before: int | None

    @property
    def rise(self) -> int:
        """Places gained; 0 where either place is not known."""
        return self.before - self.now if self.now and self.before else 0


def ranks(matters: tuple[Matter, ...]) -> tuple[Rank, ...]:
    """The matters that are among the first ten now or were before, by their place now."""
    now = _places({m.topic.name: number(m.board.now) or 0 for m in matters})
    before = _places({m.topic.name: number(m.board.before[0]) or 0 for m in matters if m.board.before})
    found = [Rank(m, now.get(m.topic.name), before.get(m.topic.name)) for m in matters]
    shown = [r for r in found if (r.now or TOP + 1) <= TOP or (r.before or TOP + 1) <= TOP]
    return tuple(sorted(shown, key=lambda r: (r.now or 999, r.before or 999, r.matter.topic.name)))


def _places(counts: dict[str, int]) -> dict[str, int]:
    """Equal counts share a place."""
    return {name: 1 + sum(1 for other in counts.values() if other > n) for name, n in counts.items() if n}


def blocks(facts: PeriodFacts) -> tuple[Block, ...]:
    """A sentence and a table; nothing where the month before is not known, or this one is not over."""
    found = ranks(facts.every)
    if not facts.whole or not found or not any(r.before for r in found):
        return ()
    return (Paragraph(_told(found, facts)), _table(found, facts))


def _told(found: tuple[Rank, ...], facts: PeriodFacts) -> Parts:
    clauses: list[Parts] = []
    rising = sorted((r for r in found if r.rise > 0), key=lambda r: (-r.rise, r.now or 0))
    falling = sorted((r for r in found if r.rise < 0), key=lambda r: (r.rise, r.now or 0))
    fresh = [r for r in found if r.now and not r.before]
    gone = [r for r in found if r.before and not r.now]
    for word, some in (("名次上升的有", rising), ("下降的有", falling)):
        if some:
            clauses.append((word, *listed([_move(r, facts) for r in some[:NAMED]])))
    for word, some in (("上月没有、本月出现的有", fresh), ("上月有、本月没有的有", gone)):
        if some:
            clauses.append((word, "、".join(r.matter.topic.name for r in some[:NAMED])))
    return (*joined(clauses), "。") if clauses else ("各事项按留言数的名次与上月相同。",)


def _move(rank: Rank, facts: PeriodFacts) -> Parts:
    """供气供暖（第5位升至第2位）."""
    word = "升至" if rank.rise > 0 else "降至"
    then, now = _place(rank.before, facts, earlier=True), _place(rank.now, facts)
    return (f"{rank.matter.topic.name}（第", then, word, "第", now, "）")


def _place(place: int | None, facts: PeriodFacts, *, earlier: bool = False) -> Figure:
    span = facts.previous if earlier and facts.previous else (facts.first, facts.last)
    return Figure(str(place), "位", queries.topics(*span), place)


def _table(found: tuple[Rank, ...], facts: PeriodFacts) -> Table:
    rows = []
    for rank in found:
        name = rank.matter.topic.name
        asked = queries.comparison(facts, Kind.BOARD, name)
        before = rank.matter.board.before
        rows.append(
            (
                (name,), _bare(rank.now, facts), _bare(rank.before, facts, earlier=True),
                (cell(rank.matter.board.now, queries.counted(facts, Kind.BOARD, name)),),
                (cell(before[0], asked),) if before else ("—",),
            )
        )  # fmt: skip
    columns = ("事项", "本月名次", "上月名次", "本月留言（件）", "上月留言（件）")
    return Table("事项名次变化（按留言数）", columns, tuple(rows))


def _bare(place: int | None, facts: PeriodFacts, *, earlier: bool = False) -> Parts:
    if place is None:
        return ("—",)
    figure = _place(place, facts, earlier=earlier)
    return (Figure(figure.text, "", figure.query, figure.value),)
