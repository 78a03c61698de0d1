"""Personal data out of a text before anything keeps it (safeguard S2).

``redact(text, kind)`` replaces by placeholders; nothing of what stood there, its length included, can be restored.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.analysis.names import Memo, tagger
from monitor.intake.redact.address import addresses
from monitor.intake.redact.fold import fold
from monitor.intake.redact.names import names
from monitor.intake.redact.patterns import contacts
from monitor.intake.redact.spans import Span, SpanKind
from monitor.model import Kind

__all__ = ["PLACEHOLDER", "PRIVATE", "Redacted", "Span", "SpanKind", "foresee", "redact", "spans_in"]

PLACEHOLDER: dict[SpanKind, str] = {
    SpanKind.PERSON: "〔姓名〕",
    SpanKind.PHONE: "〔电话〕",
    SpanKind.ID: "〔证件号〕",
    SpanKind.BANK: "〔银行卡〕",
    SpanKind.PLATE: "〔车牌〕",
    SpanKind.EMAIL: "〔邮箱〕",
    SpanKind.HANDLE: "〔账号〕",
    SpanKind.URL: "〔链接〕",
    SpanKind.ADDRESS: "〔住址〕",
}
_MASK = re.compile("|".join(PLACEHOLDER.values()))
PRIVATE = frozenset({Kind.BOARD, Kind.POST})
"""Kinds of which everything personal goes; public kinds keep what their publisher says of officials."""
_IN_NEWS = frozenset({SpanKind.ID, SpanKind.BANK, SpanKind.PHONE})
"""What goes even from published news: nobody needs a private person's numbers to judge public opinion. Names of
officials, plates of buses, links and office addresses stay; so do landlines and hotlines."""
_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Redacted:
    """``spans`` are offsets into the input, ordered, not overlapping."""

    text: str
    spans: tuple[Span, ...] = ()


def foresee(texts: Iterable[tuple[str, Kind]], memo: Memo) -> None:
    """Looks for names in many texts together, each with its kind, before :func:`redact` is asked about each."""
    tagger().foresee((fold(text).text for text, kind in texts if kind in PRIVATE), memo)


def redact(text: str, kind: Kind, memo: Memo | None = None) -> Redacted:
    """``text`` without personal data. ``kind`` BOARD and POST: everything goes; others: see ``_IN_NEWS``.

    Never raises, for any text; applying it twice changes nothing more: what is left is looked at again until nothing
    is found in it, because a placeholder beside a word can change what the word is taken for. ``memo``: what was
    found before, see :func:`foresee`.
    """
    spans: list[Span] = []
    now, memo = text, Memo() if memo is None else memo
    for _ in range(_ROUNDS):
        found = _once(now, kind, memo)
        if not found:
            break
        spans = _in_input(found, spans)
        now = _masked(text, spans)
    return Redacted(now, tuple(spans))


def spans_in(text: str, kind: Kind) -> tuple[Span, ...]:
    """Where personal data stand in ``text``."""
    return redact(text, kind).spans


def _once(text: str, kind: Kind, memo: Memo) -> list[Span]:
    """What one look finds outside the placeholders."""
    if not text:
        return []
    folded = fold(text)
    private = kind in PRIVATE
    found = list(contacts(folded.text, strict=private))
    if private:
        found += addresses(folded.text)
        found += names(folded.text, memo)
    else:
        found = [s for s in found if s.kind in _IN_NEWS]
    spans = [folded.back(s) for s in merge(found)]
    return list(_outside(text, spans)) if spans and "〔" in text else spans


def _outside(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """The parts of the spans that no placeholder covers and in which something stands."""
    masks = [m.span() for m in _MASK.finditer(text)]
    ends = [e for _, e in masks]
    for span in spans:
        begin = span.begin
        for b, e in masks[bisect_right(ends, begin) :]:
            if b >= span.end:
                break
            if text[begin:b].strip():
                yield Span(begin, b, span.kind)
            begin = e
        if begin < span.end and text[begin : span.end].strip():
            yield Span(begin, span.end, span.kind)


def _masked(text: str, spans: Iterable[Span]) -> str:
    parts, at = list[str](), 0
    for span in spans:
        parts += (text[at : span.begin], PLACEHOLDER[span.kind])
        at = span.end
    return "".join((*parts, text[at:]))


def _in_input(found: Sequence[Span], before: Sequence[Span]) -> list[Span]:
    """``before`` (offsets of the input) and ``found`` (offsets of the text that ``before`` masks) together."""
    if not before:
        return list(found)
    shown, moved, shift = list[int](), list[int](), 0
    for span in before:
        shift += len(PLACEHOLDER[span.kind]) - (span.end - span.begin)
        shown.append(span.end + shift)
        moved.append(shift)

    def back(at: int) -> int:
        i = bisect_right(shown, at)
        return at - (moved[i - 1] if i else 0)

    # No found span touches a placeholder from inside, so both its ends lie between two masks.
    return sorted((*before, *(Span(back(s.begin), back(s.end - 1) + 1, s.kind) for s in found)))


def merge(spans: Iterable[Span]) -> list[Span]:
    """Spans that overlap become one, of the kind that is first in :class:`SpanKind`; so no rest of one can leak."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.begin, s.end)):
        if merged and span.begin < merged[-1].end:
            last = merged.pop()
            order = list(SpanKind)
            kind = min(last.kind, span.kind, key=order.index)
            span = Span(last.begin, max(last.end, span.end), kind)  # noqa: PLW2901
        merged.append(span)
    return merged
