"""Where an article stood, in words: 头版头条, 首页第4位, and the page of a newspaper that its outlet names."""

from __future__ import annotations

import re

_SHEET = re.compile(r"[（(](?P<sheet>第(?P<no>[A-Z]{0,2}\d{1,3})版(?:[:：][^（）()]{1,20})?)[）)]$")
_FRONT = re.compile(r"^A?0*1$")


def without_sheet(outlet: str) -> str:
    """示例日报（第03版：民生） is 示例日报: an outlet is one, whichever of its pages an article stood on."""
    return _SHEET.sub("", outlet.strip())


def sheet_of(outlet: str) -> str:
    """第03版：民生 of an outlet that names the page of a newspaper; empty where it names none."""
    found = _SHEET.search(outlet.strip())
    return found["sheet"] if found else ""


def front_of(outlet: str) -> str:
    """What the front page of an outlet is called: 头版 of a printed one, else 首页."""
    found = _SHEET.search(outlet.strip())
    return "头版" if found and _FRONT.match(found["no"]) else "首页"


def place(rank: int, front: str) -> str:
    """首页头条, 首页第 4 位, 头版头条, 头版第 2 条."""
    if rank == 1:
        return f"{front}头条"
    return f"{front}第 {rank} {'条' if front == '头版' else '位'}"
