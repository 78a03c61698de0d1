"""Character bigrams made by the client: exact substring search that is the same in every keeping.

A text of n characters becomes n tokens of two characters, the last one ending in ``END``. A query of two characters
or more is found where its bigrams stand in a row (Elasticsearch: ``match_phrase``; SQLite: all of them, then the
folded text decides); a query of one character is a prefix of a token. White space, controls and what a tokenizer
could split or quote are moved to private code points first, one to one, so a token never breaks.

Numbers of code points are handled with numpy: ten times faster than joining Python strings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

END = "\ue001"
_SHIFT = 0xF0000
# White space and controls of any tokenizer, quotes and escapes, the END mark, surrogates and non-characters.
_UNSAFE = re.compile(
    r"[\x00-\x20\x22\x27\x5c\x7f-\xa0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ud800-\udfff"
    r"\ue001\ufeff\ufff0-\uffff]"
)
_PRIVATE = re.compile(r"[\U000f0000-\U0010ffff]")


def fold(text: str) -> str:
    """The form in which texts are compared: case folded; the private planes (which tokens use) become U+FFFD."""
    folded = text.casefold()
    return folded if folded.isascii() else _PRIVATE.sub("\ufffd", folded)


def contains(query: str, *texts: str) -> bool:
    """The meaning of a text query: ``query``, white space at its ends ignored, is a substring of one of ``texts``."""
    wanted = fold(query.strip())
    return any(wanted in fold(text) for text in texts)


def tokens(*texts: str) -> str:
    """The tokens of the texts, separated by single spaces."""
    return " ".join(_pairs(text) for text in texts if text)


def phrase(query: str) -> list[str]:
    """The bigrams that a text containing ``query`` has in a row; empty for a query of fewer than two characters."""
    safe = _safe(fold(query.strip()))
    return [safe[i : i + 2] for i in range(len(safe) - 1)]


def prefix(query: str) -> str:
    """The beginning of a token of every text that contains ``query``, a single character."""
    return _safe(fold(query.strip()))


def _pairs(text: str) -> str:
    import numpy as np

    # Surrogates cannot be encoded, but _safe has moved them.
    codes = np.frombuffer(_safe(fold(text)).encode("utf-32-le"), dtype="<u4")
    table = np.empty((len(codes), 3), dtype="<u4")
    table[:, 0] = codes
    table[:-1, 1] = codes[1:]
    table[-1, 1] = ord(END)
    table[:, 2] = ord(" ")
    return table.tobytes()[:-4].decode("utf-32-le")


def _safe(folded: str) -> str:
    return _UNSAFE.sub(lambda found: chr(ord(found.group()) + _SHIFT), folded)


def fts_query(words: Iterable[str]) -> str:
    """An FTS5 query for rows that have every word. No word holds a quote or a space."""
    return " AND ".join(f'"{word}"' for word in dict.fromkeys(words))
