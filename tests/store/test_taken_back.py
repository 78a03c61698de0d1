"""Revising and withdrawing records: the contract over every keeping."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import (
    ALL_TOPICS,
    MAX_REVISIONS,
    Article,
    BoardMessage,
    Cell,
    Change,
    ExactCount,
    Facet,
    FacetCell,
    Kind,
    Reply,
    Revision,
)
from monitor.store import Added, CellQuery, FacetQuery, Order, Purged, RecordQuery, Store
from tests.store import made
from tests.store.test_records import plain, walk

NOON = made.NOON
HOUR = timedelta(hours=1)
GONE = RecordQuery(withdrawn=True)
CELLS = CellQuery(since=NOON - timedelta(days=60), until=NOON + timedelta(days=9), by_source=True,
                  topics=(ALL_TOPICS, "供水", "交通"))  # fmt: skip


def change(title: str, text: str, hours: int = 1, rank: int | None = None) -> Change:
    return Change(at=NOON + hours * HOUR, title=title, text=text, rank=rank)


def cells(store: Store) -> list[Cell]:
    return list(store.cells(CELLS))


def facets(store: Store) -> list[FacetCell]:
    span = {"since": CELLS.since.date(), "until": CELLS.until.date(), "topics": CELLS.topics}
    return [cell for facet in Facet for cell in store.facets(FacetQuery(facet=facet, **span))]  # type: ignore[arg-type]


def ids(store: Store, query: RecordQuery) -> list[str]:
    return [record.id for record in store.find(query).records]


def test_a_revision_replaces_title_and_text_and_notes_the_former_title(store: Store) -> None:
    old = made.article("a", title="供水抢修公告", text="今晚停水三小时", topics=("供水",), terms=("停水",))
    asked = made.message("m", title="何时来水", text="小区停水两天", reply=Reply("正在抢修", NOON))
    store.add([old, asked])
    before = cells(store), facets(store)
    assert store.revise("a", change("供水抢修公告（更新）", "今晚停水八小时")) is True
    assert store.revise("m", change("何时来水", "小区停水三天", 2)) is True
    assert store.get_record("a") == replace(
        old, title="供水抢修公告（更新）", text="今晚停水八小时",
        revisions=(Revision(NOON + HOUR, "供水抢修公告", True),),
    )  # fmt: skip
    assert store.get_record("m") == replace(
        asked, text="小区停水三天", revisions=(Revision(NOON + 2 * HOUR, None, True),)
    )
    assert (cells(store), facets(store)) == before, "labels are final"
    assert ids(store, RecordQuery(text="八小时")) == ["a"] and ids(store, RecordQuery(text="更新")) == ["a"]
    assert ids(store, RecordQuery(text="三小时")) == [] and ids(store, RecordQuery(text="两天")) == []
    best = RecordQuery(text="（更新）", order=Order.BEST)
    assert ids(store, best) == ["a"]
    assert [o.title for o in store.outlines(RecordQuery())] == ["供水抢修公告（更新）"]
    assert store.count(RecordQuery(text="三天")) == 1


def test_of_a_post_only_the_text_changes(store: Store) -> None:
    store.add([made.post("p", "停水了", topics=("供水",))])
    before = cells(store)
    assert store.revise("p", change("不用", "水来了")) is True
    assert store.get_record("p") == made.post("p", "水来了", topics=("供水",))
    assert store.revise("p", change("", "水来了", 2)) is False
    assert cells(store) == before


def test_what_changes_nothing_is_no_revision(store: Store) -> None:
    store.add([made.article("a", title="甲", text="乙")])
    assert store.revise("absent", change("x", "y")) is False
    assert store.revise("a", change("甲", "乙")) is False
    assert store.revise("a", change("甲", "丙", 3)) is True
    assert store.revise("a", change("甲", "丙", 4)) is False
    # Read before the last change, or at once with it: a spool played twice, or a slow crawl.
    assert store.revise("a", change("甲", "乙", 3)) is False and store.revise("a", change("甲", "丁", 2)) is False
    record = store.get_record("a")
    assert isinstance(record, Article) and (record.text, len(record.revisions)) == ("丙", 1)


def test_the_better_rank_stays_and_is_no_revision(store: Store) -> None:
    store.add([made.article("a", title="甲", text="乙"), made.message("m", title="甲", text="乙")])
    assert store.revise("a", change("甲", "乙", rank=7)) is True
    assert store.revise("a", change("甲", "乙", rank=9)) is False
    assert store.revise("a", change("甲", "乙", 5, rank=3)) is True
    assert store.revise("a", change("甲", "乙", 6)) is False
    assert store.revise("m", change("甲", "乙", rank=1)) is False
    assert store.revise("a", Change(at=NOON, title=None, text=None, rank=2)) is True
    assert store.revise("a", Change(at=NOON, title=None, text=None)) is False
    record = store.get_record("a")
    assert isinstance(record, Article) and (record.rank, record.revisions) == (2, ())
    assert (record.title, record.text) == ("甲", "乙")
    assert [o.rank for o in store.outlines(RecordQuery())] == [2]


def test_the_last_revisions_are_kept(store: Store) -> None:
    store.add([made.article("a", title="0", text="x")])
    for n in range(1, MAX_REVISIONS + 4):
        assert store.revise("a", change(str(n), "x", n)) is True
    record = store.get_record("a")
    assert isinstance(record, Article)
    assert [r.title for r in record.revisions] == [str(n) for n in range(3, MAX_REVISIONS + 3)]


def test_a_withdrawn_article_is_marked_and_cited_nowhere(store: Store) -> None:
    kept = made.article("k", title="停水通知", published=NOON - HOUR)
    old = made.article("a", title="停水通知", text="城东停水", topics=("供水",), terms=("停水",), reprint_of="o",
                       event="e")  # fmt: skip
    store.add([old, kept])
    store.revise("a", change("停水通告", "城东停水"))
    before = cells(store), facets(store)
    assert store.withdraw("a", NOON + 3 * HOUR, uncount=True) is True
    left = replace(
        old, title="停水通告", text="", withdrawn=NOON + 3 * HOUR, revisions=(Revision(NOON + HOUR, "停水通知", False),)
    )
    assert store.get_record("a") == left
    assert (cells(store), facets(store)) == before, "what was public stays counted"
    for query in (RecordQuery(), RecordQuery(text="停水"), RecordQuery(reprints_of=("o",)), RecordQuery(events=("e",))):
        assert "a" not in ids(store, query) and plain(store.count(query)) == len(ids(store, query))
    assert [o.id for o in store.outlines(RecordQuery())] == ["k"]
    assert list(store.find(GONE).records) == [left] and store.count(GONE) == 1
    assert [o.title for o in store.outlines(GONE)] == ["停水通告"]
    # Of what was taken back the title can be found, and nothing of the text.
    for order in Order:
        assert ids(store, replace(GONE, text="停水通告", order=order)) == ["a"]
        assert ids(store, replace(GONE, text="城东", order=order)) == []
        assert ids(store, replace(GONE, text="水", order=order)) == ["a"]
    assert store.count(replace(GONE, text="停水")) == 1
    assert ids(store, replace(GONE, kinds=(Kind.NEWS,), reprints_of=("o",), topics=("供水",))) == ["a"]
    assert ids(store, replace(GONE, until=NOON)) == []


def test_a_withdrawn_message_loses_its_words_and_those_of_its_answer(store: Store) -> None:
    asked = made.message("m", reply=Reply("已派人上门", NOON + HOUR, "水务局"), topics=("供水",))
    store.add([asked, made.message("n")])
    assert store.revise("m", change("停水（已处理）", asked.text)) is True
    assert store.withdraw("m", NOON + 2 * HOUR, uncount=False) is True
    left = replace(
        asked, title="停水（已处理）", text="", reply=Reply("", NOON + HOUR, "水务局"), withdrawn=NOON + 2 * HOUR,
        revisions=(Revision(NOON + HOUR, None, False),),
    )  # fmt: skip
    assert store.get_record("m") == left
    assert [q.id for q in store.questions(RecordQuery())] == ["n"]
    assert [q.id for q in store.questions(GONE)] == ["m"]
    assert ids(store, RecordQuery(answered=True)) == [] and ids(store, replace(GONE, answered=True)) == ["m"]
    assert store.record_reply("m", Reply("办结", NOON + 9 * HOUR)) is False
    assert store.get_record("m") == left


def test_what_is_withdrawn_stays_so(store: Store) -> None:
    old = made.article("a")
    store.add([old])
    assert store.withdraw("absent", NOON, uncount=True) is False
    assert store.withdraw("a", NOON, uncount=True) is True
    assert store.withdraw("a", NOON + HOUR, uncount=True) is False
    assert store.revise("a", change("新", "新", rank=1)) is False
    assert store.add([old]) == Added((), ("a",))
    record = store.get_record("a")
    assert isinstance(record, Article) and (record.withdrawn, record.text, record.title) == (NOON, "", old.title)


@pytest.mark.parametrize("uncount", [True, False])
def test_a_withdrawn_post_goes_and_never_comes_back(store: Store, uncount: bool) -> None:
    labels = {"topics": ("供水", "交通"), "places": ("东街",), "terms": ("停水",), "event": "e"}
    one, two = made.post("one", **labels), made.post("two", **labels)
    store.add([two])
    alone = cells(store), facets(store)
    store.add([one])
    both = cells(store), facets(store)
    assert alone != both
    assert store.withdraw("one", NOON + HOUR, uncount=uncount) is True
    assert (cells(store), facets(store)) == (alone if uncount else both)
    assert store.get_record("one") is None
    assert ids(store, RecordQuery()) == ["two"] and store.count(RecordQuery()) == ExactCount(1)
    assert list(store.find(GONE).records) == [] and store.count(GONE) == 0
    assert ids(store, replace(GONE, kinds=(Kind.POST,))) == []
    assert store.withdraw("one", NOON + HOUR, uncount=True) is False
    assert store.revise("one", change("", "又来了")) is False
    later = replace(one, published=NOON - timedelta(days=3))
    assert store.add([one, made.post("three"), later]) == Added(("three",), ("one", "one"))
    assert store.withdraw("three", NOON, uncount=True) is True
    assert (cells(store), facets(store)) == (alone if uncount else both)
    assert store.stats().records == {Kind.POST: ExactCount(1)} and store.stats().withdrawn == {}


def test_the_last_post_of_a_cell_takes_the_cell_with_it(store: Store) -> None:
    store.add([made.post("p", topics=("供水",), terms=("停水",), reprint_of="x"), made.article("a")])
    assert store.withdraw("p", NOON, uncount=True) is True
    assert [c.kind for c in cells(store)] == [Kind.NEWS] and facets(store) == []


def test_the_id_of_a_withdrawn_post_expires_with_its_time(store: Store) -> None:
    early, late = NOON - timedelta(days=2), NOON.replace(hour=14)
    store.add([made.post("e", published=early), made.post("l", published=late), made.post("k", published=late)])
    store.add([made.post("h", published=NOON.replace(hour=3), terms=("停水",))])
    store.withdraw("e", NOON, uncount=True)
    store.withdraw("l", NOON, uncount=True)
    store.withdraw("h", NOON, uncount=False)
    counted = cells(store)
    # A day is cut in two: what stays on the day keeps its stone.
    assert store.purge(Kind.POST, NOON) == Purged(ExactCount(0), ExactCount(0)), "those that went were none any more"
    assert cells(store) == counted
    assert store.add([made.post("l", published=late)]).duplicate == ("l",)
    assert store.add([made.post("e", published=late), made.post("h", published=late)]).new == ("e", "h")
    assert store.purge(Kind.POST, NOON + timedelta(days=9)).records == ExactCount(3)
    assert store.add([made.post("l", published=late)]).new == ("l",)
    assert sum(plain(c.n) for c in cells(store) if c.topic == ALL_TOPICS) == 5


def test_withdrawn_records_are_purged_with_the_others(store: Store) -> None:
    store.add([made.message(f"m{d}", published=NOON - timedelta(days=d)) for d in range(4)])
    store.withdraw("m1", NOON, uncount=True)
    store.withdraw("m3", NOON, uncount=True)
    assert store.stats().withdrawn == {Kind.BOARD: 2} and store.stats().records == {Kind.BOARD: 2}
    counted = cells(store)
    assert store.purge(Kind.BOARD, NOON - timedelta(days=2)).records == 1
    assert (ids(store, GONE), store.stats().withdrawn) == (["m1"], {Kind.BOARD: 1})
    assert store.purge(Kind.BOARD, NOON + timedelta(days=1)).records == 3
    assert (ids(store, GONE), store.stats().withdrawn) == ([], {})
    assert cells(store) == counted


def test_pages_of_withdrawn_records_are_followed(store: Store) -> None:
    store.add([made.article(f"a{n}", published=NOON - n * HOUR) for n in range(9)])
    for n in range(0, 9, 2):
        store.withdraw(f"a{n}", NOON, uncount=False)
    for order in (Order.NEWEST, Order.OLDEST, Order.BEST):
        for text in ("", "抢修"):
            found = [r.id for r in walk(store, RecordQuery(withdrawn=True, limit=2, order=order, text=text))]
            wanted = [f"a{n}" for n in range(0, 9, 2)]
            assert found == (wanted if order is not Order.OLDEST else wanted[::-1])


def test_a_revised_message_takes_its_answer_later(store: Store) -> None:
    store.add([made.message("m")])
    store.revise("m", change("停水", "停水四天"))
    assert store.record_reply("m", Reply("已恢复", NOON + 5 * HOUR)) is True
    record = store.get_record("m")
    assert isinstance(record, BoardMessage) and record.reply and (record.text, len(record.revisions)) == ("停水四天", 1)
    assert [q.id for q in store.questions(RecordQuery(answered=True))] == ["m"]
