"""The note list of a printed brief: every figure's query under a number, each query once, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote

from monitor.briefs.types import Block, Bullets, Figure, Paragraph, Part, Parts, Table, parts_of

SOURCES_NOTE = "方括号中的数字是数据编号，对应本服务的一项查询；下列为查询的资源、条件和日期，点开即可复核（需登录）。"
_COMMON = "/api/v1/"
_PLAIN = frozenset({"kind", "topic", "bucket"})
"""Parameters whose value says what they are."""
_LONG_ID = re.compile(r"\b[0-9a-f]{16,}\b")

TABLE_NOTE = "表中数据的编号"
"""Said below a table that has neither title nor remark for its notes to stand at."""


class References:
    """Numbers queries as they are met. ``base`` is the service's public address, which the list's links begin with."""

    def __init__(self, base: str) -> None:
        self._base = base.rstrip("/")
        self._numbers: dict[str, int] = {}

    def number(self, query: str) -> int:
        return self._numbers.setdefault(query, len(self._numbers) + 1)

    def marked(self, parts: Parts) -> Iterator[tuple[Part, int | None]]:
        """Each part, with a note number after the last of neighbouring figures that come from one query."""
        for at, part in enumerate(parts):
            following = next((p for p in parts[at + 1 :] if isinstance(p, Figure)), None)
            last = isinstance(part, Figure) and (following is None or following.query != part.query)
            yield part, self.number(part.query) if isinstance(part, Figure) and last else None

    def of(self, block: Block) -> tuple[int, ...]:
        """The notes of a whole table or picture, which stand beside its title: of the picture, then of its figures."""
        if isinstance(block, Paragraph | Bullets):
            return ()
        own = [] if isinstance(block, Table) else [block.query]
        queries = own + [part.query for part in parts_of(block) if isinstance(part, Figure)]
        return tuple(self.number(query) for query in dict.fromkeys(filter(None, queries)))

    def listed(self) -> list[tuple[int, str, str]]:
        """(number, query in short, whole address), to be asked for when everything else has been numbered."""
        return [(n, told(query), f"{self._base}{query}") for query, n in self._numbers.items()]


def told(query: str) -> str:
    """A query in short, as a note list has room for it: ``trends board 供水 2026-10-25..2026-11-22``."""
    path, _, rest = query.partition("?")
    asked = dict(parse_qsl(rest, keep_blank_values=True))
    since, until = asked.pop("since", ""), asked.pop("until", "")
    days = [since] if since == until else [f"{since}..{until}"]
    if asked.get("bucket") == "day":
        del asked["bucket"]
    if "as_of" in asked:
        asked["as_of"] = asked["as_of"][:16]
    named = [value if key in _PLAIN else f"{key}={value}" for key, value in asked.items()]
    place = _LONG_ID.sub(lambda id: f"{id[0][:8]}…", unquote(path.removeprefix(_COMMON)))
    return " ".join(filter(None, [place, *named, *days]))


_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")
"""What XML and UTF-8 cannot hold (control characters, lone surrogates), and what would turn the words that follow."""


def clean(text: str) -> str:
    """Text as a document can hold it."""
    return _UNFIT.sub("", text)


def spans(numbers: tuple[int, ...]) -> str:
    """``1、3-5``: as little room as a list of notes can take."""
    runs: list[list[int]] = []
    for n in sorted(numbers):
        if runs and n == runs[-1][-1] + 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    return "、".join(str(r[0]) if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in runs)
