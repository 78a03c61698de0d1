"""Editions in the store: a small head by compare-and-set, the briefs themselves as contents that never change.

A content's id bears the hash of what it says, so writing it twice is harmless and a head that names it can be trusted;
a process killed between the two leaves a content that nobody names. ``brief_day`` has one empty document a brief whose
id begins with the day, so that the archive of all kinds is one walk backwards in time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from monitor.briefs.codec import of_json, to_json
from monitor.briefs.desk.types import (
    NUMBERED_BY_ORDER,
    Act,
    Correction,
    Edition,
    Outline,
    Revision,
    State,
    Step,
    is_id,
    parts_of_id,
)  # fmt: skip
from monitor.briefs.types import Brief
from monitor.errors import BadQuery, StoreConflict, StoreCorrupt
from monitor.model import CHINA
from monitor.store import Doc, StateDoc, Store

STATE = "brief"
STATE_CONTENT = "brief_content"
STATE_DAY = "brief_day"
_INDEXED = "~indexed"
"""Sorts after every day: its presence says that briefs from before there was an index are in it too."""
_PAGE = 200


def load(store: Store, id: str) -> Edition | None:
    """The edition of an id; None for one that is not there, and for anything that cannot be an id."""
    if not is_id(id):
        return None
    state = store.get(STATE, id)
    return None if state is None else _edition(store, state)


def content(store: Store, id: str) -> Brief:
    """A brief by its content id. Raises ``StoreCorrupt`` where a head names one that is gone."""
    state = store.get(STATE_CONTENT, id)
    if state is None:
        raise StoreCorrupt("专报的内容不在库中", "从备份恢复，或按最新数据重编这一期")
    return of_json(state.doc["brief"])


def keep(store: Store, brief: Brief) -> str:
    """Writes a brief down and returns its content id; the same brief has the same."""
    return _keep(store, brief.id, to_json(brief))


def create(store: Store, edition: Edition) -> Edition:
    """Raises ``StoreConflict`` if another process made it in the meantime."""
    if store.get(STATE_DAY, _INDEXED) is None and not store.list_states(STATE, limit=1):
        _create_if_new(store, STATE_DAY, _INDEXED, {})  # the first brief of all: there is nothing to put in
    _create_if_new(store, STATE_DAY, _day_key(edition.id), {})
    return _with_version(edition, store.create(STATE, edition.id, _doc(edition)))


def update(store: Store, edition: Edition) -> Edition:
    """Raises ``StoreConflict`` unless the stored version is the edition's."""
    return _with_version(edition, store.replace(STATE, edition.id, _doc(edition), edition.version))


def listed(
    store: Store, *, kinds: Sequence[str] = (), month: str = "", before: str = "", issued: bool = False, limit: int = 31
) -> list[Edition]:
    """Editions by day, newest first, strictly before the brief ``before``; ``month`` as 2026-11 (or a year, a day).

    Raises ``BadQuery`` where ``before`` is no id.
    """
    if before and not is_id(before):
        raise BadQuery("不认识的起点", "before 须是上一页给出的 next")
    found: list[Edition] = []
    for id in _ids_of(store, kinds, month, before):
        edition = load(store, id)
        if edition is None or (issued and not edition.revisions):
            continue  # a pointer whose maker was killed before the brief itself was written; or a draft
        found.append(edition)
        if len(found) >= limit:
            break
    return found


def _ids_of(store: Store, kinds: Sequence[str], month: str, before: str) -> Iterator[str]:
    if len(kinds) == 1 and kinds[0] not in NUMBERED_BY_ORDER:
        # The ids of such a kind sort by day themselves.
        after = f"{kinds[0]}.{parts_of_id(before)[2]}" if is_id(before) else f"{kinds[0]}.3"
        while page := store.list_states(
            STATE, prefix=f"{kinds[0]}.{month or 2}", after=after, limit=_PAGE, backwards=True
        ):
            yield from (s.id for s in page)
            after = page[-1].id
        return
    if kinds and not any(store.list_states(STATE, prefix=f"{kind}.", limit=1) for kind in kinds):
        return
    for id in _ids(store, month, _day_key(before)):
        if not kinds or id.partition(".")[0] in kinds:
            yield id


def _ids(store: Store, prefix: str, after: str) -> Iterator[str]:
    _index(store)
    after = after or "3"
    while True:
        page = store.list_states(STATE_DAY, prefix=prefix or "2", after=after, limit=_PAGE, backwards=True)
        for state in page:
            day, kind, slug = (*state.id.split("."), "")[:3]
            yield ".".join(filter(None, (kind, slug, day)))
        if len(page) < _PAGE:
            return
        after = page[-1].id


def _day_key(id: str) -> str:
    if not is_id(id):
        return ""
    kind, slug, day = parts_of_id(id)
    return ".".join(filter(None, (day, kind, slug)))


def _index(store: Store) -> None:
    """Puts briefs from before there was an index into it, once."""
    if store.get(STATE_DAY, _INDEXED) is not None:
        return
    after = ""
    while True:
        page = store.list_states(STATE, after=after, limit=_PAGE)
        for state in page:
            if is_id(state.id):
                _create_if_new(store, STATE_DAY, _day_key(state.id), {})
        if len(page) < _PAGE:
            break
        after = page[-1].id
    _create_if_new(store, STATE_DAY, _INDEXED, {})


def _keep(store: Store, id: str, brief: dict[str, Any]) -> str:
    told = json.dumps(brief, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    name = f"{id}.{hashlib.sha256(told.encode()).hexdigest()[:24]}"
    _create_if_new(store, STATE_CONTENT, name, {"brief": brief})
    return name


def _create_if_new(store: Store, kind: str, id: str, doc: Doc) -> None:
    try:
        store.create(kind, id, doc)
    except StoreConflict:
        return  # there already, and the same


def _with_version(edition: Edition, version: int) -> Edition:
    return replace(edition, version=version)


def _doc(e: Edition) -> dict[str, Any]:
    return {
        "state": e.state.value,
        "made": e.made,
        "outline": asdict(e.outline),
        "note": list(e.note),
        "corrections": _corrections(e.corrections),
        "revisions": [_revision(r) for r in e.revisions],
        "steps": [{"act": s.act.value, "who": s.who, "at": _iso(s.at), "detail": s.detail} for s in e.steps],
        "sendings": list(e.sendings),
    }


def _corrections(corrections: Sequence[Correction]) -> list[dict[str, str]]:
    return [{"at": c.at, "old": c.old, "new": c.new} for c in corrections]


def _revision(r: Revision) -> dict[str, Any]:
    return {
        "number": r.number, "content": r.content, "issued": _iso(r.issued), "who": r.who, "made": r.made,
        "note": list(r.note), "corrections": _corrections(r.corrections),
    }  # fmt: skip


def _corrections_of(docs: Sequence[Doc]) -> tuple[Correction, ...]:
    return tuple(Correction(c["at"], c["old"], c["new"]) for c in docs)


def _revision_of(doc: Doc) -> Revision:
    return Revision(
        doc["number"], doc["content"], _moment(doc["issued"]), doc["who"], doc["made"], tuple(doc["note"]),
        _corrections_of(doc["corrections"]),
    )  # fmt: skip


def _edition(store: Store, state: StateDoc) -> Edition:
    doc = state.doc
    if "brief" in doc:
        return _of_first_version(store, state)
    return Edition(
        id=state.id,
        version=state.version,
        state=State(doc["state"]),
        made=doc["made"],
        outline=Outline(**doc["outline"]),
        note=tuple(doc["note"]),
        corrections=_corrections_of(doc["corrections"]),
        revisions=tuple(_revision_of(r) for r in doc["revisions"]),
        steps=tuple(Step(Act(s["act"]), s["who"], _moment(s["at"]), s.get("detail", "")) for s in doc["steps"]),
        sendings=tuple(doc.get("sendings", ())),
    )


def _of_first_version(store: Store, state: StateDoc) -> Edition:
    """Briefs that were issued before there was a desk are kept whole in one document."""
    doc = state.doc
    name = _keep(store, state.id, dict(doc["brief"]))
    issued, who = _moment(doc["issued"]), doc["who"]
    return Edition(
        id=state.id, version=state.version, state=State.ISSUED, made=name, outline=Outline.of(of_json(doc["brief"])),
        revisions=(Revision(int(doc["revision"]), name, issued, who, name),), steps=(Step(Act.ISSUED, who, issued),),
    )  # fmt: skip


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(CHINA)
