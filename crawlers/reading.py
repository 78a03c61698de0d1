"""Reading one page: by its adapter, and by what can be found without rules where the rules of a source find nothing.

A site that was rebuilt should go on being read, and whoever looks after it be told: every fall-back comes with a note.
Pure; runs off the reactor's thread.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from crawlers.adapters import Meta, Parsed, Role, adapter
from crawlers.failures import AdapterError, FetchFailure
from crawlers.nextpage import next_page
from monitor.model import Kind
from monitor.settings.types import ListRules, PageRules, Source


class Note(StrEnum):
    """What the operator should know of how a page was read."""

    LIST_BY_ITSELF = "list_by_itself"
    TEXT_BY_ITSELF = "text_by_itself"


@dataclass(frozen=True, slots=True)
class Reading:
    """``next``: where a list without a rule for it seems to go on."""

    parsed: Parsed
    note: Note | None = None
    next: str = ""


def read(body: bytes, meta: Meta, source: Source) -> Reading:
    """What a page says. Raises ``AdapterError``."""
    reading = _read(body, meta, source)
    if meta.role is not Role.INDEX or source.adapter != "html" or source.list.next or source.kind is Kind.HOTLIST:
        return reading
    if any(link.role is Role.INDEX for link in reading.parsed.links):
        return reading
    return replace(reading, next=next_page(body, meta))


def _read(body: bytes, meta: Meta, source: Source) -> Reading:
    try:
        return Reading(adapter(source.adapter)(body, meta, source))
    except AdapterError as error:
        instead = _without_rules(source, meta.role, error.failure)
        if instead is None:
            raise
        other, note = instead
        return Reading(adapter(source.adapter)(body, meta, other), note)


def _without_rules(source: Source, role: Role, failure: FetchFailure) -> tuple[Source, Note] | None:
    """The source without the rule that finds nothing any more. Never for boards and forums: only their rules keep
    the names of people out (S1).
    """
    if source.kind in (Kind.BOARD, Kind.POST) and role is Role.ITEM:
        return None
    if role is Role.INDEX and failure is FetchFailure.NO_LINKS and source.adapter == "html" and source.list.link:
        rules = ListRules.model_validate({**source.list.model_dump(), "link": ""})
        return source.model_copy(update={"list": rules}), Note.LIST_BY_ITSELF
    if role is Role.ITEM and failure is FetchFailure.NO_TEXT and source.page.text:
        return source.model_copy(update={"page": PageRules()}), Note.TEXT_BY_ITSELF
    return None
