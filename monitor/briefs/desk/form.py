"""A brief as a text form for an editor in a terminal, and what was changed in it.

Every passage is one line of its address and its words; figures, links and marks stand in ⟦…⟧ where they stand in the
brief. Only what is between them may change; a line whose ⟦…⟧ were touched is refused with its address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.briefs.desk.actions import Change
from monitor.briefs.desk.texts import Passage, passages
from monitor.briefs.desk.types import Refused
from monitor.briefs.types import Brief, words

NOTE = "编者按"
HELP = """\
# 改完保存退出即可；以 # 开头的行不算。每行开头方括号里是位置，不要改。
# ⟦⟧里的数字、链接和标记由数据得出，不可改；文字里也不能写原处没有的数字。
# 编者按写在“[编者按]”之后，一行一段。
"""
_LINE = re.compile(r"\[([a-z0-9_/]+)\] (.*)")
_LOCKED = re.compile(r"⟦[^⟧]*⟧")
_BRACKETS = re.compile("[⟦⟧\\s]")
_BEGIN = f"[{NOTE}]"


def form(brief: Brief) -> str:
    """The whole form. Passages without any text to change are left out."""
    lines = [HELP, _BEGIN, *brief.note, ""]
    titles = {"lead": "要点", **{s.key: s.title for s in brief.sections}}
    section = ""
    for passage in passages(brief):
        if not _fits(passage):
            continue
        if passage.section != section:
            section = passage.section
            lines += ["", f"# {titles[section]}"]
        lines.append(f"[{passage.at}] {_line(passage)}")
    return "\n".join(lines) + "\n"


def changes(brief: Brief, text: str) -> Change:
    """What a form says otherwise than the brief it was made of. Raises ``Refused`` for a line that cannot be read."""
    known = {p.at: p for p in passages(brief)}
    note, asked = [], []
    in_note = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        match = _LINE.fullmatch(line.rstrip())
        if line.strip() == _BEGIN:
            in_note = True
        elif match:
            in_note = False
            if match[1] not in known:
                raise Refused(f"第 {number} 行：没有“{match[1]}”这个位置", "方括号里的位置不要改")
            asked += list(_changed(known[match[1]], match[2], number))
        elif in_note:
            note.append(line.strip())
        else:
            raise Refused(f"第 {number} 行看不懂", "每行以方括号里的位置开头；编者按写在“[编者按]”之后")
    new = tuple(note)
    return Change(note=(brief.note, new) if new != brief.note else None, texts=tuple(asked))


def found(brief: Brief, old: str, new: str) -> tuple[str, str, str]:
    """The change of the one text that contains ``old``; raises ``Refused`` where there is none or more than one."""
    places = [(at, text) for p in passages(brief) for at, text in p.texts() if old in text]
    if not places:
        shown = any(old in words(p.parts) for p in passages(brief))
        hint = "其中有数字、链接或标记：它们由数据得出，不可改" if shown else "用 yuqing brief show 编号 查看原文"
        raise Refused(f"没有一处文字含“{old}”", hint)
    if len(places) > 1:
        told = "、".join(at for at, _ in places[:8])
        raise Refused(f"有 {len(places)} 处文字含“{old}”：{told}", "写长一点，使它只出现在一处")
    at, text = places[0]
    return at, text, text.replace(old, new, 1)


def _fits(passage: Passage) -> bool:
    """Whether a passage has texts, and none that would be taken for a locked part or another line."""
    found = [text for _, text in passage.texts()]
    return bool(found) and not any(set("⟦⟧\n") & set(text) for text in found)


def _line(passage: Passage) -> str:
    return "".join(
        part if isinstance(part, str) else f"⟦{_BRACKETS.sub(' ', words((part,)))}⟧" for part in passage.parts
    )


def _changed(passage: Passage, line: str, number: int) -> Iterator[tuple[str, str, str]]:
    """The texts of a line that differ, matched by the locked parts between them."""
    before = _line(passage)
    if line == before.rstrip():
        return
    where = f"第 {number} 行（{passage.at}）"
    if _LOCKED.findall(line) != _LOCKED.findall(before):
        hint = "数字、链接和标记由数据得出，不可改；恢复后再保存"
        raise Refused(f"{where}：⟦⟧里的内容被改动了", hint)
    at = iter(passage.texts())
    for was, now in zip(_LOCKED.split(before), _LOCKED.split(line), strict=True):
        if not was:
            if now.strip():
                raise Refused(f"{where}：“{now.strip()[:20]}”处原来没有文字", "写进相邻的文字里")
            continue
        address, text = next(at)
        if now not in (was, was.rstrip()):
            yield address, text, now
