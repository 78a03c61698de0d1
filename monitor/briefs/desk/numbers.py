"""期号 of briefs that are numbered by their first issue: a register a kind and year, without gaps and without doubles.

The register is the truth: an issue takes its number by appending itself to it (compare-and-set), together with the
content that bears the number. A process killed between that and the issue itself leaves its entry behind; whoever takes
the next number completes the last entry first, so that no number stays without its issue.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from monitor.briefs.desk import keeping, life
from monitor.briefs.desk.types import Outline
from monitor.briefs.types import Brief
from monitor.errors import StoreConflict
from monitor.store import StateDoc, Store

STATE = "brief_number"
_TRIES = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """The issue that took a number: enough to complete it."""

    id: str
    content: str
    sending: str
    who: str
    at: datetime


def take(store: Store, brief: Brief, sending: str, who: str, now: datetime) -> tuple[Brief, str]:
    """The brief with its number and its content id; the same brief asked twice gets the same number.

    Raises ``StoreConflict`` if too many issue at the same moment.
    """
    register = f"{brief.kind}.{brief.day.year}"
    for _ in range(_TRIES):
        state = store.get(STATE, register)
        entries = _entries(state)
        known = next((n for n, e in enumerate(entries) if e.id == brief.id), None)
        if known is not None:
            numbered = replace(brief, number=known + 1)
            return numbered, keeping.keep(store, numbered)
        if entries:
            _complete(store, entries[-1])
        numbered = replace(brief, number=len(entries) + 1)
        content = keeping.keep(store, numbered)
        try:
            _append(store, register, state, [*entries, Entry(brief.id, content, sending, who, now)])
            return numbered, content
        except StoreConflict:
            continue  # another brief took this number; the next one is ours
    raise StoreConflict("专报正被多处同时签发", "稍后重试")


def _complete(store: Store, entry: Entry) -> None:
    """Issues what a killed process had numbered and not issued; nothing if it has been."""
    while True:
        edition = keeping.load(store, entry.id)
        if edition is None or edition.revisions:
            return
        try:
            outline = Outline.of(keeping.content(store, entry.content))
            keeping.update(store, life.issued(edition, entry.content, outline, entry.sending, entry.who, entry.at))
            return
        except StoreConflict:
            continue  # edited or issued at this very moment


def _append(store: Store, register: str, state: StateDoc | None, entries: list[Entry]) -> None:
    doc = {
        "given": [
            {
                "id": e.id,
                "content": e.content,
                "sending": e.sending,
                "who": e.who,
                "at": e.at.astimezone(UTC).isoformat(),
            }
            for e in entries
        ]
    }
    if state is None:
        store.create(STATE, register, doc)
    else:
        store.replace(STATE, register, doc, state.version)


def _entries(state: StateDoc | None) -> list[Entry]:
    given = state.doc["given"] if state else ()
    return [Entry(e["id"], e["content"], e["sending"], e["who"], datetime.fromisoformat(e["at"])) for e in given]
