"""Whatever is done to records in whatever order, every keeping has what the plainest bookkeeping has."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model import (
    ALL_TOPICS,
    AnyRecord,
    BoardMessage,
    Change,
    Facet,
    Kind,
    Post,
    Reply,
    Revision,
)
from monitor.store import CellQuery, FacetQuery, RecordQuery, Store
from monitor.store.rules import CellKey, FacetKey, cells_of, day_number, facets_of, micros
from tests.store import made
from tests.store.conftest import NewStore
from tests.store.test_records import plain, walk

TOPICS = (ALL_TOPICS, "供水", "交通", "教育")
SPAN = CellQuery(
    since=made.NOON - timedelta(days=5), until=made.NOON + timedelta(days=5), topics=TOPICS, by_source=True
)


@dataclass
class Books:
    """What the contract promises, in the plainest words."""

    records: dict[str, AnyRecord] = field(default_factory=dict)
    gone: dict[str, datetime] = field(default_factory=dict)
    cells: Counter[CellKey] = field(default_factory=Counter)
    facets: Counter[FacetKey] = field(default_factory=Counter)

    def add(self, record: AnyRecord) -> bool:
        if record.id in self.records or record.id in self.gone:
            return False
        self.records[record.id] = record
        self.cells.update(cells_of(record))
        self.facets.update(facets_of(record))
        return True

    def revise(self, id: str, change: Change) -> bool:
        record = self.records.get(id)
        if record is None:
            return False
        if isinstance(record, Post):
            self.records[id] = replace(record, text=change.text)
            return change.text != record.text
        if record.withdrawn is not None:
            return False
        after = record
        if not isinstance(after, BoardMessage) and change.rank is not None:
            after = replace(after, rank=min(change.rank, after.rank or change.rank))
        different = (record.title, record.text) != (change.title, change.text)
        if different and (not record.revisions or record.revisions[-1].time < change.at):
            note = Revision(
                change.at, record.title if record.title != change.title else None, record.text != change.text
            )
            revisions = (*record.revisions, note)[-20:]
            after = replace(after, title=change.title, text=change.text, revisions=revisions)
        self.records[id] = after
        return after != record

    def withdraw(self, id: str, at: datetime, uncount: bool) -> bool:
        record = self.records.get(id)
        if record is None:
            return False
        if isinstance(record, Post):
            self.gone[id] = record.published
            del self.records[id]
            if uncount:
                self.cells.subtract(cells_of(record))
                self.facets.subtract(facets_of(record))
            return True
        if record.withdrawn is not None:
            return False
        after = replace(record, text="", withdrawn=at)
        if isinstance(after, BoardMessage):
            after = replace(after, revisions=tuple(replace(r, title=None) for r in after.revisions))
            if after.reply is not None:
                after = replace(after, reply=replace(after.reply, text=""))
        self.records[id] = after
        return True

    def purge(self, kind: Kind, before: datetime) -> int:
        old = [r.id for r in self.records.values() if r.kind is kind and r.published < before]
        for id in old:
            del self.records[id]
        if kind is Kind.POST:
            self.gone = {id: at for id, at in self.gone.items() if at >= before}
            for key in [k for k, n in self.facets.items() if k[1] == "post" and k[0] < day_number(before) and n < 10]:
                del self.facets[key]
        return len(old)


OPERATIONS = st.one_of(
    st.tuples(st.just("add"), st.lists(made.records(), min_size=1, max_size=8)),
    st.tuples(st.just("withdraw"), st.integers(0, 60), st.booleans()),
    st.tuples(st.just("withdraw"), st.integers(0, 60), st.booleans()),
    st.tuples(st.just("revise"), st.integers(0, 60), made.TEXTS, made.TEXTS, st.none() | st.integers(1, 9)),
    st.tuples(st.just("reply"), st.integers(0, 60)),
    st.tuples(st.just("purge"), st.sampled_from(Kind), made.MOMENTS),
)


def compare(store: Store, books: Books) -> None:
    standing = [r for r in books.records.values() if isinstance(r, Post) or r.withdrawn is None]
    withdrawn = [r for r in books.records.values() if r not in standing]
    for query, wanted in ((RecordQuery(limit=7), standing), (RecordQuery(limit=7, withdrawn=True), withdrawn)):
        assert walk(store, query) == sorted(wanted, key=lambda r: (micros(r.published), r.id), reverse=True)
        assert plain(store.count(query)) == len(wanted)
        public = [r.id for r in wanted if r.kind not in (Kind.POST, Kind.BOARD)]
        assert sorted(o.id for o in store.outlines(query)) == sorted(public)
        assert sorted(q.id for q in store.questions(query)) == sorted(r.id for r in wanted if r.kind is Kind.BOARD)
    cells = {
        (micros(c.start), c.kind.value, c.source, c.topic, int(c.polarity), int(c.reprint)): plain(c.n)
        for c in store.cells(SPAN)
    }
    assert cells == {key: n for key, n in books.cells.items() if n}
    days = {"since": SPAN.since.date(), "until": SPAN.until.date(), "topics": TOPICS}
    found = [cell for facet in Facet for cell in store.facets(FacetQuery(facet=facet, **days))]  # type: ignore[arg-type]
    facets = {(c.day.toordinal(), c.kind.value, c.topic, c.facet.value, c.value): plain(c.n) for c in found}
    assert facets == {key: n for key, n in books.facets.items() if n}


def test_a_life_of_records(new_store: NewStore, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(OPERATIONS, min_size=4, max_size=16))
    def check(operations: list[tuple[object, ...]]) -> None:
        store, books, seen, at = new_store(), Books(), list[str](), made.NOON
        for what, *given_ in operations:
            at += timedelta(minutes=7)
            if what == "add":
                (records,) = given_
                new = [r.id for r in records if books.add(r)]  # type: ignore[attr-defined]
                assert list(store.add(records).new) == new  # type: ignore[arg-type]
                seen += new
                continue
            if what == "purge":
                kind, before = given_
                assert plain(store.purge(kind, before).records) == books.purge(kind, before)  # type: ignore[arg-type]
                continue
            n, *rest = given_
            id = seen[n % len(seen)] if seen else "absent"  # type: ignore[operator]
            if what == "withdraw":
                assert store.withdraw(id, at, uncount=bool(rest[0])) == books.withdraw(id, at, bool(rest[0]))
            elif what == "revise":
                change = Change(at=at, title=rest[0], text=rest[1], rank=rest[2])  # type: ignore[arg-type]
                assert store.revise(id, change) == books.revise(id, change)
                assert store.revise(id, change) is False
            elif what == "reply":
                held, answer = books.records.get(id), Reply(f"答复{at:%H%M}", at, "水务局")
                open_ = isinstance(held, BoardMessage) and held.withdrawn is None
                assert store.record_reply(id, answer) is open_
                if isinstance(held, BoardMessage) and open_:
                    books.records[id] = replace(held, reply=answer)
            assert store.get_record(id) == books.records.get(id)
        compare(store, books)

    check()
