"""What a span of personal data is."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class SpanKind(StrEnum):
    """Kinds of personal data, the most specific first: the first wins where two overlap."""

    URL = "URL"
    EMAIL = "EMAIL"
    ID = "ID"
    BANK = "BANK"
    PHONE = "PHONE"
    PLATE = "PLATE"
    HANDLE = "HANDLE"
    ADDRESS = "ADDRESS"
    PERSON = "PERSON"


class Span(NamedTuple):
    """Half-open offsets."""

    begin: int
    end: int
    kind: SpanKind
