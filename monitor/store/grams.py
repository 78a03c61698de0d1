"""Character bigrams made by the client: exact substring search that is the same in every keeping.

A text of n characters becomes n tokens of two characters, the last one ending in ``END``. A query of two characters
or more is found where its bigrams stand in a row (Elasticsearch: ``match_phrase``; SQLite: all of them, then the
folded text decides); a query of one character is a prefix of a token. The bigrams of a title are kept a second time
behind ``TITLE``, so that what stands in a title can be told from what stands in the text. White space, controls and
what a tokenizer could split or quote are moved to private code points first, one to one, so a token never breaks.

Numbers of code points are handled with numpy: ten times faster than joining Python strings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

END = "\ue001"
TITLE = "\ue002"
_SHIFT = 0xF0000
# White space and controls of any tokenizer, quotes and escapes, the two marks, surrogates and non-characters.
_UNSAFE = re.compile(
    r"[\x00-\x20\x22\x27\x5c\x7f-\xa0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ud800-\udfff"
    r"\ue001\ue002\ufeff\ufff0-\uffff]"
)
_PRIVATE = re.compile(r"[\U000f0000-\U0010ffff]")
_WIDE = re.compile("[\uff01-\uff5e\u3000]")


def fold(text: str) -> str:
    """The form in which texts are compared: case folded, full-width letters, digits and signs as the plain ones; the
    private planes (which tokens use) become U+FFFD. The fold of a text is that of its characters in a row."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    return _PRIVATE.sub("\ufffd", _WIDE.sub(_narrow, folded))


def spans(query: str, text: str) -> list[tuple[int, int]]:
    """Where ``text`` contains ``query``: offsets of characters, each stretch once, from the left."""
    wanted = fold(query.strip())
    if not wanted:
        return []
    whole, found, at = fold(text), list[tuple[int, int]](), 0
    owner: Sequence[int] = range(len(text))
    if len(whole) != len(text):
        owner = [at for at, char in enumerate(text) for _ in fold(char)]
    while (begin := whole.find(wanted, at)) >= 0:
        at = begin + len(wanted)
        # One character may fold to two that are both sought (ß and s).
        if not found or owner[begin] >= found[-1][1]:
            found.append((owner[begin], owner[at - 1] + 1))
    return found


def contains(query: str, *texts: str) -> bool:
    """The meaning of a text query: ``query``, white space at its ends ignored, is a substring of one of ``texts``."""
    wanted = fold(query.strip())
    return any(wanted in fold(text) for text in texts)


def tokens(*texts: str) -> str:
    """The tokens of the texts, separated by single spaces."""
    return " ".join(_pairs(text) for text in texts if text)


def document(title: str, text: str) -> str:
    """Every token of a record that can be searched."""
    titled = _pairs(title).replace(" ", f" {TITLE}") if title else ""
    return " ".join(filter(None, (tokens(title, text), titled and TITLE + titled)))


def in_title(words: Iterable[str]) -> list[str]:
    """The words as a title has them."""
    return [TITLE + word for word in words]


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


def _narrow(found: re.Match[str]) -> str:
    return " " if found[0] == "\u3000" else chr(ord(found[0]) - 0xFEE0)


def _safe(folded: str) -> str:
    return _UNSAFE.sub(lambda found: chr(ord(found.group()) + _SHIFT), folded)


def fts_query(words: Iterable[str]) -> str:
    """An FTS5 query for rows that have every word. No word holds a quote or a space."""
    return " AND ".join(f'"{word}"' for word in dict.fromkeys(words))
