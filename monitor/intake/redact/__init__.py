"""Personal data out of a text before anything keeps it (safeguard S2).

``redact(text, kind)`` replaces by placeholders; nothing of what stood there, its length included, can be restored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.intake.redact.address import addresses
from monitor.intake.redact.fold import fold
from monitor.intake.redact.names import names
from monitor.intake.redact.patterns import Span, SpanKind, contacts
from monitor.model import Kind

__all__ = ["PLACEHOLDER", "Redacted", "Span", "SpanKind", "redact", "spans_in"]

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
_PRIVATE = frozenset({Kind.BOARD, Kind.POST})
_IN_NEWS = frozenset({SpanKind.ID, SpanKind.BANK, SpanKind.PHONE})
"""What goes even from published news: nobody needs a private person's numbers to judge public opinion. Names of
officials, plates of buses, links and office addresses stay; so do landlines and hotlines."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """``spans`` are offsets into the input, ordered, not overlapping."""

    text: str
    spans: tuple[Span, ...] = ()


def redact(text: str, kind: Kind) -> Redacted:
    """``text`` without personal data. ``kind`` BOARD and POST: everything goes; others: see ``_IN_NEWS``.

    Never raises, for any text; applying it twice changes nothing more.
    """
    found = spans_in(text, kind)
    if not found:
        return Redacted(text)
    parts, at = list[str](), 0
    for span in found:
        parts += (text[at : span.begin], PLACEHOLDER[span.kind])
        at = span.end
    return Redacted("".join((*parts, text[at:])), found)


def spans_in(text: str, kind: Kind) -> tuple[Span, ...]:
    """Where personal data stand in ``text``."""
    if not text:
        return ()
    folded = fold(text)
    private = kind in _PRIVATE
    found = list(contacts(folded.text, strict=private))
    if private:
        found += addresses(folded.text)
        found += names(folded.text)
    else:
        found = [s for s in found if s.kind in _IN_NEWS]
    return tuple(folded.back(s) for s in merge(found))


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
