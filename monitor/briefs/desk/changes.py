"""What a 更正 changed, in a clerk's words: the issued brief and the new one compared, figures and texts.

``一、总体情况：“群众留言”由12件更正为13件``. New figures keep their query; old ones name the issue that showed them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from monitor.briefs.desk.texts import Passage, merged, passages
from monitor.briefs.heads import ordinal
from monitor.briefs.types import Brief, Bullets, Figure, Paragraph, Parts, Section, Table, words

MOST = 12
"""Changes that are printed; more are counted."""
_CLAUSE = re.compile(r"[，。；：、（）“”？！,;:()]")
_QUOTED = 40
_WHOLE = 24
"""A text up to this long is quoted whole rather than around what differs."""


def between(old: Brief, new: Brief) -> tuple[Parts, ...]:
    """The changes from an issued brief to the next, in reading order, at most ``MOST`` and a word on the rest."""
    if old.partial and not new.partial:
        # Every figure of a day that had not ended has changed: a list of them all would tell nothing.
        return (("前次签发时报告时段尚未结束，本次补齐全部时段的数据。",),)
    found = [change for change in _all(old, new) if words(change)]
    if len(found) <= MOST:
        return tuple(found)
    return (*found[:MOST], (f"另有{len(found) - MOST}处改动，见各节正文。",))


def same(old: Brief, new: Brief) -> bool:
    """Whether two briefs say the same, whatever revision they are."""
    return replace(old, revision=1, changes=()) == replace(new, revision=1, changes=())


def _all(old: Brief, new: Brief) -> Iterator[Parts]:
    source = f"/api/v1/briefs/{old.id}?revision={old.revision}"
    if old.title != new.title:
        yield (f"标题由“{old.title}”更正为“{new.title}”。",)
    if old.note != new.note:
        yield ("编者按已改写。" if old.note and new.note else "增加编者按。" if new.note else "删去编者按。",)
    before, after = passages(old), passages(new)
    yield from _runs(new.lead_title, before[:1], after[:1], source)
    titles = {s.key: s for s in old.sections}
    for n, section in enumerate(new.sections):
        name = f"{ordinal(n)}、{section.title}" if section.key != "notes" else f"附：{section.title}"
        earlier = titles.get(section.key)
        if earlier is None:
            yield (f"增加“{section.title}”一节。",)
            continue
        yield from _blocks(name, earlier, section, source)
    gone = [s.title for s in old.sections if s.key not in {s.key for s in new.sections}]
    yield from ((f"删去“{title}”一节。",) for title in gone)


def _blocks(name: str, old: Section, new: Section, source: str) -> Iterator[Parts]:
    """Tables by their first column, everything else as runs of words; a picture that changed is named."""
    yield from _runs(name, _words_of(old), _words_of(new), source)
    yield from _tables(name, [b for b in old.blocks if isinstance(b, Table)],
                       [b for b in new.blocks if isinstance(b, Table)], source)  # fmt: skip
    drawn = {b.title: b for b in old.blocks if not isinstance(b, Paragraph | Bullets | Table)}
    for block in new.blocks:
        if isinstance(block, Paragraph | Bullets | Table):
            continue
        if block.title in drawn and drawn[block.title] != block:
            yield (f"{name}：图“{block.title}”已按更正后的数据重画。",)


def _words_of(section: Section) -> list[Passage]:
    found = []
    for block in section.blocks:
        if isinstance(block, Paragraph):
            found.append(Passage(section.key, section.key, merged(block.parts)))
        elif isinstance(block, Bullets):
            found += [Passage(section.key, section.key, merged(item)) for item in block.items]
    return found


def _runs(name: str, old: Sequence[Passage], new: Sequence[Passage], source: str) -> Iterator[Parts]:
    """Runs matched by their words (figures aside), so that one put in between shifts nothing."""
    before, after = [_skeleton(p.parts) for p in old], [_skeleton(p.parts) for p in new]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        pairs = min(i2 - i1, j2 - j1)
        for a, b in zip(old[i1 : i1 + pairs], new[j1 : j1 + pairs], strict=True):
            yield from _run(name, a.parts, b.parts, source, reworded=kind != "equal")
        for passage in new[j1 + pairs : j2]:
            yield (f"{name}：增加“{_short(words(passage.parts))}”。",)
        for passage in old[i1 + pairs : i2]:
            yield (f"{name}：删去“{_short(words(passage.parts))}”。",)


def _run(name: str, old: Parts, new: Parts, source: str, *, reworded: bool) -> Iterator[Parts]:
    """One run: its figures one by one where the words are the same, else as what it said and says."""
    if not reworded:
        for i, (a, b) in enumerate(zip(old, new, strict=True)):
            if isinstance(a, Figure) and isinstance(b, Figure) and (a.text, a.unit) != (b.text, b.unit):
                yield (f"{name}：{_about(new, i)}由", _old(a, source), "更正为", b, "。")
        return
    if [type(p) for p in old] == [type(p) for p in new]:
        for i, (was, now) in enumerate(zip(old, new, strict=True)):
            if was == now:
                continue
            if isinstance(was, Figure) and isinstance(now, Figure):
                yield (f"{name}：{_about(new, i)}由", _old(was, source), "更正为", now, "。")
            else:
                told, says = _apart(words((was,)), words((now,)))
                yield (f"{name}：“{told}”更正为“{says}”。",)
        return
    yield (f"{name}：“{_short(words(old))}”更正为“{_short(words(new))}”。",)


def _tables(name: str, old: Sequence[Table], new: Sequence[Table], source: str) -> Iterator[Parts]:
    for a, b in zip(old, new, strict=False):
        if a == b:
            continue
        rows = {words(row[0]): row for row in a.rows if row}
        called = f"{name}：" + (f"表“{b.title}”" if b.title else "表中")
        if a.columns != b.columns:
            yield (f"{called}已重列。",)
            continue
        for row in b.rows:
            head = words(row[0])
            if head not in rows:
                yield (f"{called}增加“{_short(head)}”。",)
                continue
            for column, was, cell in zip(b.columns, rows[head], row, strict=True):
                if words(was) != words(cell):
                    yield (f"{called}{_short(head)}的{column}由", *_cell(was, source), "更正为", *_cell(cell, ""), "。")
        gone = rows.keys() - {words(row[0]) for row in b.rows if row}
        yield from ((f"{called}删去“{_short(head)}”。",) for head in rows if head in gone)
    if len(old) != len(new):
        yield (f"{name}：{'增加' if len(new) > len(old) else '删去'}表格。",)


def _cell(parts: Parts, source: str) -> Parts:
    if not words(parts):
        return ("空白",)
    return tuple(_old(p, source) if source and isinstance(p, Figure) else p for p in parts)


def _old(figure: Figure, source: str) -> Figure:
    return replace(figure, query=source)


def _skeleton(parts: Parts) -> tuple[str, ...]:
    """A run without its figures' values."""
    return tuple("#" if isinstance(p, Figure) else words((p,)) for p in parts)


def _about(parts: Parts, i: int) -> str:
    """What a figure is of: the last words before it, back to the nearest stop."""
    before = "".join(words((p,)) if not isinstance(p, Figure) else "" for p in parts[:i])
    clauses = [c for c in _CLAUSE.split(before) if c.strip()]
    last = clauses[-1].strip() if clauses else ""
    return f"“{last[-16:]}”" if last else "一处数字"


def _apart(old: str, new: str) -> tuple[str, str]:
    """Where two texts differ, with a little of what stands around."""
    head = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    room = min(len(old), len(new)) - head
    tail = next((i for i in range(room) if old[-1 - i] != new[-1 - i]), room)
    begin, end = max(0, head - 6), max(0, tail - 6)
    before, after = old[begin : len(old) - end], new[begin : len(new) - end]
    if not before.strip() or not after.strip() or max(len(old), len(new)) <= _WHOLE:
        before, after = old, new
    return _short(before), _short(after)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"
