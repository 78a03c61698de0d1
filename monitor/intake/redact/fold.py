"""One writing for what looks alike, character by character, with the way back to the input's offsets."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from monitor.intake.redact.spans import Span

_RANGES = ((0x2070, 0x209F), (0x2460, 0x24FF), (0x2776, 0x2793), (0x3000, 0x3001), (0xFF00, 0xFFEF), (0x1D400, 0x1D800))
_DIGIT_BLOCKS = tuple(
    c for first in (0x660, 0x666) for c in range(first, 0x1FBFA, 16) if unicodedata.decimal(chr(c), None) == 0
)
"""Where the ten digits of each script begin (Unicode category Nd)."""
_USUAL_INVISIBLE = (
    "\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
)
_INVISIBLE = re.compile(f"[{_USUAL_INVISIBLE}\U000e0000-\U000e0fff]")
"""Controls, zero-width characters, direction overrides, variation selectors, tags, marks put over a character: what an
eye does not see or does not read."""


_HIDES = re.compile(f"[{_USUAL_INVISIBLE}]")


def _alike() -> dict[int, str]:
    table = {}
    for first, last in _RANGES:
        for code in range(first, last):
            char = chr(code)
            plain = unicodedata.normalize("NFKC", char)
            if len(plain) != 1:
                plain = plain.strip("().")
            if len(plain) == 1 and plain.isascii():
                table[code] = plain
            elif char.isdigit() or (plain.isdigit() and len(plain) == 1):
                table[code] = str(unicodedata.digit(char, 0))
    for code in _DIGIT_BLOCKS:
        table.update({code + i: str(i) for i in range(10)})
    # Punctuation that a sentence ends with must not become the dot of a domain.
    for keep in "！，；？（）":
        table.pop(ord(keep), None)
    return table


_ALIKE = _alike()
_LOOKS_ALIKE = re.compile(f"[{re.escape(''.join(chr(code) for code in _ALIKE if code < 0x10000))}]")
_RARE = re.compile("[\U00010000-\U0010ffff]")
"""A class that reaches beyond 0xFFFF is searched ten times as slowly as one that does not."""


@dataclass(frozen=True, slots=True)
class Folded:
    """``text`` without invisible characters, look-alikes of ASCII as ASCII; ``index`` None: offsets are the input's."""

    text: str
    index: tuple[int, ...] | None

    def back(self, span: Span) -> Span:
        """The span in offsets of the input."""
        if self.index is None:
            return span
        # Up to the next character that is seen: what is put over or after the last one goes with it.
        return Span(self.index[span.begin], self.index[span.end], span.kind)


def fold(text: str) -> Folded:
    """See :class:`Folded`."""
    if not _hides(text):
        return Folded(_plain(text), None)
    index = tuple(i for i, char in enumerate(text) if _INVISIBLE.match(char) is None)
    return Folded(_plain("".join(text[i] for i in index)), (*index, len(text)))


def _plain(text: str) -> str:
    # Few characters are alike, and finding them is quicker than looking every one up.
    if _RARE.search(text):
        return text.translate(_ALIKE)
    return _LOOKS_ALIKE.sub(lambda found: _ALIKE[ord(found[0])], text)


def visible(text: str) -> str:
    """``text`` without the characters that an eye does not see."""
    return _INVISIBLE.sub("", text) if _hides(text) else text


def _hides(text: str) -> bool:
    return _HIDES.search(text) is not None or (_RARE.search(text) is not None and _INVISIBLE.search(text) is not None)
