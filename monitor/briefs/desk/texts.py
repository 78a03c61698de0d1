"""The texts of a brief that people may change, by address; figures, links and marks have none.

An address names one text and stays the same while the brief's layout does: ``lead/2`` (section ``lead`` is 今日要点,
then the part), ``overview/0/3`` (block, part), ``matters/1/2/0`` (block of points: block, item, part),
``responses/2/4/1/0`` (table: block, row, cell, part). Neighbouring plain-text parts count as one: how the writing rules
cut a sentence is no matter of the reader.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.briefs.desk.figures import added
from monitor.briefs.desk.types import Correction, Refused, Stale
from monitor.briefs.types import Block, Brief, Bullets, Paragraph, Part, Parts, Table

LEAD = "lead"
LONGEST = 600


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of parts that is read as one: a paragraph, a point, a table cell. ``at`` is the address of the run."""

    at: str
    section: str
    parts: Parts

    def texts(self) -> Iterator[tuple[str, str]]:
        """(address, text) of its plain-text parts."""
        for i, part in enumerate(self.parts):
            if isinstance(part, str):
                yield f"{self.at}/{i}", part


def merged(parts: Parts) -> Parts:
    """Parts with neighbouring plain texts as one; the addresses count these."""
    found: list[Part] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        else:
            found.append(part)
    return tuple(found)


def passages(brief: Brief) -> list[Passage]:
    """Everything of a brief that is words, in reading order."""
    found = [Passage(LEAD, LEAD, merged(brief.lead))]
    for section in brief.sections:
        for b, block in enumerate(section.blocks):
            found += [Passage(f"{section.key}/{b}{tail}", section.key, merged(run)) for tail, run in _runs(block)]
    return found


def texts(brief: Brief) -> dict[str, str]:
    """Address -> text of every part that people may change."""
    return {at: text for passage in passages(brief) for at, text in passage.texts()}


def apply(brief: Brief, corrections: Sequence[Correction]) -> Brief:
    """The brief with its texts corrected. Raises ``Stale`` where the old text of one does not stand (any more)."""
    known = texts(brief)
    wanted: dict[str, str] = {}
    for c in corrections:
        if c.at not in known:
            raise Refused(f"{c.at} 处没有可以更正的文字", "只有文字可以更正；数字、链接和标记由数据得出")
        if known[c.at] != c.old:
            raise Stale(
                "这一处的原文已经变了，更正没有写入", "对照现在的文字重新更正",
                at=c.at, now_text=known[c.at], yours=c.new,
            )  # fmt: skip
        wanted[c.at] = c.new
    return _replaced(brief, lambda at, text: wanted.get(at) or text) if wanted else brief


def rebase(brief: Brief, corrections: Sequence[Correction]) -> tuple[tuple[Correction, ...], tuple[Correction, ...]]:
    """Corrections carried over to a brief that was made anew: (those that still fit, those that do not).

    One fits where its old text stands at its address, or else in exactly one other place of the same section.
    """
    known = texts(brief)
    kept: dict[str, Correction] = {}
    lost: list[Correction] = []
    for c in corrections:
        places = [c.at] if known.get(c.at) == c.old else _elsewhere(known, c, kept)
        if len(places) == 1 and places[0] not in kept:
            kept[places[0]] = replace(c, at=places[0])
        else:
            lost.append(c)
    return tuple(kept.values()), tuple(lost)


def check(old: str, new: str) -> None:
    """Raises ``Refused`` where a new text may not stand for an old one."""
    if not new.strip():
        raise Refused("文字不能删空", "改写这一处；整段不用时可改为“（略）”")
    if len(new) > LONGEST:
        raise Refused(f"太长：一处文字最多 {LONGEST} 个字", "较长的说明请写在编者按里")
    if unfit(new):
        raise Refused("一处文字须在一行之内，不能含看不见的控制字符", "分段的说明请写在编者按里")
    more = added(old, new)
    if more:
        told = "、".join(more[:5])
        raise Refused(
            f"更正里不能新写数字：{told}",
            "数字由数据得出，每个数字都附可复核的查询；手写的数字无法复核。确需说明请不写数字，或修正数据后重编",
        )


def unfit(text: str) -> bool:
    """Whether a text has characters that nobody sees: line ends, controls, and those that reorder others."""
    return any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for c in text)


def corrected(
    brief: Brief, corrections: Sequence[Correction], changes: Sequence[tuple[str, str, str]]
) -> tuple[Correction, ...]:
    """Corrections after changes of (address, text as it was seen, new text); a text set back loses its correction.

    ``seen`` is what the editor had before them, earlier corrections included: where something else stands by now,
    ``Stale`` is raised and nothing is changed, so that of two editors the second is told and nobody's words are lost.
    """
    known, by_place = texts(brief), {c.at: c for c in corrections}
    for at, seen, new in changes:
        if at not in known:
            raise Refused(f"{at[:60]} 处没有可以更正的文字", "只有文字可以更正；数字、链接和标记由数据得出，不可改")
        earlier = by_place.get(at)
        standing = earlier.new if earlier else known[at]
        if new == standing:
            continue  # the same words: nothing to do, whoever wrote them
        if seen != standing:
            raise Stale(
                "这一处刚刚被别人改过，您的修改没有写入", "对照现在的文字再改一次；您写的内容仍在下面",
                at=at, now_text=standing, yours=new,
            )  # fmt: skip
        check(known[at], new)
        by_place[at] = Correction(at, known[at], new)
    order = {at: n for n, at in enumerate(known)}
    return tuple(sorted((c for c in by_place.values() if c.new != c.old), key=lambda c: order[c.at]))


def _elsewhere(known: dict[str, str], c: Correction, taken: dict[str, Correction]) -> list[str]:
    section = c.at.partition("/")[0]
    return [at for at, text in known.items() if text == c.old and at.partition("/")[0] == section and at not in taken]


def _runs(block: Block) -> list[tuple[str, Parts]]:
    """(tail of the address, parts as they were written) of the runs of one block; pictures have none."""
    if isinstance(block, Paragraph):
        return [("", block.parts)]
    if isinstance(block, Bullets):
        return [(f"/{i}", item) for i, item in enumerate(block.items)]
    if isinstance(block, Table):
        return [(f"/{r}/{c}", cell) for r, row in enumerate(block.rows) for c, cell in enumerate(row)]
    return []


def _replaced(brief: Brief, change: Callable[[str, str], str]) -> Brief:
    def parts(at: str, given: Parts) -> Parts:
        def one(i: int, part: Part) -> Part:
            return change(f"{at}/{i}", part) if isinstance(part, str) else part

        return tuple(one(i, part) for i, part in enumerate(merged(given)))

    def block(at: str, b: Block) -> Block:
        if isinstance(b, Paragraph):
            return replace(b, parts=parts(at, b.parts))
        if isinstance(b, Bullets):
            return replace(b, items=tuple(parts(f"{at}/{i}", item) for i, item in enumerate(b.items)))
        if isinstance(b, Table):
            rows = tuple(
                tuple(parts(f"{at}/{r}/{c}", cell) for c, cell in enumerate(row)) for r, row in enumerate(b.rows)
            )
            return replace(b, rows=rows)
        return b

    sections = tuple(
        replace(s, blocks=tuple(block(f"{s.key}/{n}", b) for n, b in enumerate(s.blocks))) for s in brief.sections
    )
    return replace(brief, lead=parts(LEAD, brief.lead), sections=sections)
