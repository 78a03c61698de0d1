"""Text queries are exact substrings, the same in every keeping."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor.errors import BadQuery
from monitor.model import Kind
from monitor.store import RecordQuery, Store, grams
from tests.store import made
from tests.store.conftest import NewStore

TEXTS = [
    "东湖街道停水三天，居民用水难",
    "水",
    "停 水",
    "He said “停电”, it's 'OK' \\ \"x\" 100% a*b",
    "ＡＢＣ full-width; Straße İstanbul ΟΔΟΣ",
    "🚰🚰 👨‍👩‍👧 e\u0301",
    "第一行\n第二行\t制表\u3000全角空格",
    "AND OR NOT NEAR(a b) col:x ^y -z +w",
    "\U000f0020 private \ue001 \ufffd\x1f\x00 end",
    "",
]


QUERIES = [
    *("停水", "水", "停水三天", "水三天，居", "街道停", "停 水", "停  水", " 停水 ", "难水", "停水三天，居民用水难吗"),
    *("he SAID", "it's", "'ok'", '"x"', "\\", "*", "a*b", "100%", "ａｂｃ", "abc", "strasse", "STRASSE", "istanbul"),
    *("οδοσ", "🚰", "🚰🚰", "🚰🚰🚰", "👨‍👩‍👧", "👩", "\u0301", "é", "第一行\n第二行", "\t", "\u3000全", "end 停"),
    *("and or", "NEAR(a", "col:x", "^y", "-z", "+w", "\ue001", "\U000f0020", "\U000f0021", "\x1f", "x" * 200, ""),
]


def test_a_query_finds_exactly_the_texts_that_contain_it(store: Store) -> None:
    texts = {f"t{i}": text for i, text in enumerate(TEXTS)}
    store.add([made.article(id, text=text, title="标题") for id, text in texts.items()])
    store.add([made.post("p", "停水三天 水 🚰")])
    for query in QUERIES:
        wanted = grams.fold(query.strip())
        expected = {id for id, text in texts.items() if wanted in grams.fold(text)}
        found = {r.id for r in store.find(RecordQuery(text=query, limit=100)).records}
        assert found == (expected if wanted else {*texts, "p"}), query
        if wanted:
            assert store.count(RecordQuery(text=query)) == len(expected), query


def test_any_piece_of_any_text_is_found(new_store: NewStore, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(made.TEXTS, made.TEXTS), min_size=1, max_size=8), st.data())
    def check(texts: list[tuple[str, str]], data: st.DataObject) -> None:
        store = new_store()
        store.add([made.message(f"m{i}", text=text, title=title) for i, (title, text) in enumerate(texts)])
        for _ in range(6):
            title, text = data.draw(st.sampled_from(texts))
            whole = data.draw(st.sampled_from([title, text, title + text]))
            begin = data.draw(st.integers(0, len(whole)))
            query = whole[begin : data.draw(st.integers(begin, len(whole)))] if data.draw(st.booleans()) else text
            found = {r.id for r in store.find(RecordQuery(text=query, limit=50)).records}
            if query.strip():
                wanted = grams.fold(query.strip())
                expected = {f"m{i}" for i, pair in enumerate(texts) if any(wanted in grams.fold(t) for t in pair)}
            else:
                expected = {f"m{i}" for i in range(len(texts))}
            assert found == expected

    check()


def test_posts_are_not_searchable(store: Store) -> None:
    store.add([made.post("p", "停水")])
    for kinds in ((Kind.POST,), (Kind.NEWS, Kind.POST)):
        with pytest.raises(BadQuery):
            store.find(RecordQuery(kinds=kinds, text="停水"))
        with pytest.raises(BadQuery):
            store.count(RecordQuery(kinds=kinds, text="停水"))
    assert store.find(RecordQuery(text="停水")).records == ()


def test_a_query_that_is_too_long_is_refused(store: Store) -> None:
    with pytest.raises(BadQuery):
        store.find(RecordQuery(text="水" * 201))


@given(st.text(min_size=1))
@example("a b")
@example("\ud800x")
@settings(deadline=None)
def test_tokens_hold_no_separator_and_one_stands_for_each_character(text: str) -> None:
    folded = grams.fold(text)
    words = grams.tokens(text).split(" ")
    assert len(words) == len(folded)
    assert all(len(word) == 2 and not word[0].isspace() and not word[1].isspace() for word in words)
    assert [word[:1] for word in words] == list(grams._safe(folded))
