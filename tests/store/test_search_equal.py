"""A search gives the same answers in every keeping: those of the definition, in the defined order, page after page."""

from __future__ import annotations

import gzip
import json
import random
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

import pytest

from monitor.errors import BadQuery, StoreCorrupt
from monitor.model import AnyRecord, Article, BoardMessage, Kind, Polarity
from monitor.store import Order, Outline, RecordQuery, Store, codec, grams
from monitor.store.rules import micros
from monitor.store.sqlite import SqliteStore
from tests.store import made

PIECES = (
    "停水", "停電", "噪音扰民", "东湖街道", "東湖街道", "臺灣", "台湾", "供水管网改造", "水", "水水水", "“停水”公告", "（第3号）", "(第3号)",
    "12345热线", "１２３４５热线", "5G基站", "Wi-Fi", "wifi", "WIFI", "iPhone", "ABC", "ＡＢＣ", "ａｂｃ", "Straße", "STRASSE", "İstanbul",
    "ΟΔΟΣ", "οδος", "100%", "100 %", "C++", "a*b", "a_b", "50元/吨", "2026-11-22", "8:30", "🚰", "👨‍👩‍👧", "😀😀", "e\u0301", "é",
    "AND", "OR", "NOT", "NEAR(水 电)", "title:停水", "停水~2", "停水^3", "[1 TO 5]", "{x}", "\\", "'", "\"", "--", ";DROP TABLE records;",
    "%", "_", "?", "*", "\u3000", " ", "\n", "，", "。", "！", "…", "·", "、", "〔姓名〕", "\ue001", "\ue002停水", "\U000f0020", "\U0001f1e8\U0001f1f3",
)  # fmt: skip
WRITTEN = (
    *PIECES, "停", "a", "A", "Ａ", "1", "１", "停水 OR 供水", "停水 AND NOT 供水", "\"停水\"", "'停水'", "停*", "停?水", "+停水 -供水", "水 电",
    "水　电", "（", "(", "%水%", "停水\\", "\\\"", "' OR 1=1 --", "null", "true", "wi-fi", "WI-FI", "strasse", "ß", "ss", "istanbul", "οδοσ",
    "停水公告" * 13, "湖" * 60, "x" * 100,
)  # fmt: skip
KINDS = (Kind.NEWS, Kind.OFFICIAL, Kind.HOTLIST)


def documents(count: int, seed: int) -> list[AnyRecord]:
    """Articles and messages of random pieces; a third are reprints, many share a moment."""
    chance = random.Random(seed)
    found: list[AnyRecord] = []
    for n in range(count):
        title = "".join(chance.choices(PIECES, k=chance.randint(0, 3)))
        text = "".join(chance.choices(PIECES, k=chance.randint(0, 14)))
        at = made.NOON - timedelta(minutes=chance.randrange(200))
        of = f"d{chance.randrange(n):04}" if n and chance.random() < 0.33 else None
        more = {"title": title, "text": text, "published": at, "reprint_of": of, "polarity": chance.randint(-1, 1)}
        if chance.random() < 0.4:
            found.append(made.message(f"d{n:04}", topics=chance.choice([(), ("供水",)]), **more))
        else:
            found.append(made.article(f"d{n:04}", kind=chance.choice(KINDS), **more))
    return [*found, *(made.post(f"p{n}", "停水 停電 水 12345热线") for n in range(5))]


def pieces_of(records: Sequence[AnyRecord], count: int, seed: int) -> Iterator[str]:
    """Words that stand in the records, of 1 to 70 characters, some with one character changed, in another case."""
    chance = random.Random(seed)
    texts = [t for r in records if isinstance(r, Article | BoardMessage) for t in (r.title, r.text) if t]
    for _ in range(count):
        text = chance.choice(texts)
        begin = chance.randrange(len(text))
        word = text[begin : begin + chance.choice((1, 1, 2, 2, 3, 4, 6, 9, 20, 55, 70))]
        change = chance.random()
        if change < 0.15 and word:
            at = chance.randrange(len(word))
            word = word[:at] + chance.choice(text) + word[at + 1 :]
        yield word.upper() if 0.15 < change < 0.25 else word


folded = lru_cache(maxsize=2000)(grams.fold)


def expected(records: Sequence[AnyRecord], query: RecordQuery) -> list[str]:
    """The ids that the contract promises, in its order, said in the plainest words."""
    wanted = grams.fold(query.text.strip())
    rows = []
    for r in records:
        if not isinstance(r, Article | BoardMessage) or (query.kinds and r.kind not in query.kinds):
            continue
        titled = wanted in folded(r.title)
        if not titled and wanted not in folded(r.text):
            continue
        if query.polarities and r.labels.sentiment.polarity not in query.polarities:
            continue
        if query.topics and not set(query.topics) & set(r.labels.topics):
            continue
        points = 2 * titled + (r.labels.reprint_of is None) if query.order is Order.BEST else 0
        rows.append((points, micros(r.published), r.id))
    return [row[2] for row in sorted(rows, reverse=query.order is not Order.OLDEST)]


def walked(store: Store, query: RecordQuery) -> list[str]:
    found: list[str] = []
    while True:
        page = store.find(query)
        found += [r.id for r in page.records]
        if not page.cursor:
            return found
        query = replace(query, cursor=page.cursor)


def agrees(store: Store, records: Sequence[AnyRecord], words: Sequence[str], seed: int) -> None:
    chance = random.Random(seed)
    for word in words:
        if not word.strip():
            continue
        query = RecordQuery(
            text=word,
            order=chance.choice(list(Order)),
            limit=chance.choice((60, 400, 400)),
            kinds=chance.choice(((), (), (Kind.BOARD,), KINDS, (Kind.NEWS,))),
            polarities=chance.choice(((), (), (Polarity.NEGATIVE,))),
            topics=chance.choice(((), (), ("供水",))),
        )
        assert walked(store, query) == expected(records, query), (word, query)
        if chance.random() < 0.2:
            assert store.count(query) == len(expected(records, query)), word


@pytest.fixture
def many(engine: str) -> int:
    """How many words are sought: a search of a node on another process costs its 5 ms."""
    return {"elastic": 80, "memory": 40}.get(engine, 200)


@pytest.fixture
def size(engine: str) -> int:
    """How many documents: SQLite looks at some hundreds before it asks its index, and both ways are to be walked."""
    return 900 if engine == "sqlite" else 250


def test_made_documents_are_found_alike(store: Store, many: int, size: int) -> None:
    records = documents(size, 1)
    store.add(records)
    agrees(store, records, [*WRITTEN, *pieces_of(records, many, 2)], 3)


def test_real_messages_are_found_alike(store: Store, many: int, size: int, shared_data: Path) -> None:
    with gzip.open(shared_data / "civic" / "messages.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line, _ in zip(lines, range(size), strict=False)]
    records: list[AnyRecord] = [
        made.message(f"r{n}", title=row["title"], text=row["body"], published=made.NOON - timedelta(hours=n // 3))
        for n, row in enumerate(rows)
    ]
    store.add(records)
    agrees(store, records, ["A市", "小区", "？", "不", *pieces_of(records, many // 2, 5)], 6)


def test_the_best_come_first_and_the_newest_of_the_best(store: Store) -> None:
    store.add(
        [
            made.article("text", title="公告", text="明日停水"),
            made.article("title-old", title="停水", published=made.NOON - timedelta(days=9)),
            made.article("title-new", title="明日停水通知"),
            made.article(
                "title-reprint", title="停水", published=made.NOON + timedelta(days=1), reprint_of="title-old"
            ),
            made.article("text-reprint", text="停水", reprint_of="title-old"),
            made.article("other"),
        ]
    )
    found = store.find(RecordQuery(text="停水", order=Order.BEST)).records
    assert [r.id for r in found] == ["title-new", "title-old", "title-reprint", "text", "text-reprint"]


def test_pages_by_score_stand_still_while_others_are_added(store: Store) -> None:
    records = documents(80, 11)
    store.add(records)
    query = RecordQuery(text="停水", order=Order.BEST, limit=5)
    there, met, late = set(expected(records, query)), list[str](), iter(documents(160, 12)[80:160])
    page = store.find(query)
    while True:
        met += [r.id for r in page.records]
        if not page.cursor:
            break
        store.add([replace(r, id=f"late-{r.id}") for r, _ in zip(late, range(6), strict=False)])
        page = store.find(replace(query, cursor=page.cursor))
    assert len(met) == len(set(met)) and there <= set(met)


def test_reprints_are_found_by_what_they_reprint(store: Store) -> None:
    store.add(
        [
            made.article("o"), made.article("a", reprint_of="o"), made.article("b", reprint_of="x"),
            made.message("c", reprint_of="o"), made.post("d", reprint_of="o"),
        ]
    )  # fmt: skip
    news = RecordQuery(kinds=(Kind.NEWS,), reprints_of=("o",))
    assert [r.id for r in store.find(news).records] == ["a"]
    assert {r.id for r in store.find(RecordQuery(reprints_of=("o", "x"))).records} == {"a", "b", "c", "d"}
    assert store.count(news) == 1


def test_outlines_are_the_articles_without_their_texts(store: Store) -> None:
    records = documents(60, 21)
    store.add([*records, replace(made.article("ranked"), rank=2, outlet="甲报", published=made.NOON)])
    found = store.outlines(RecordQuery(kinds=(Kind.NEWS, Kind.OFFICIAL), since=made.NOON - timedelta(minutes=90)))
    wanted = [
        r for r in store.find(RecordQuery(kinds=(Kind.NEWS, Kind.OFFICIAL), order=Order.OLDEST, limit=500)).records
        if isinstance(r, Article) and r.published >= made.NOON - timedelta(minutes=90)
    ]  # fmt: skip
    assert wanted and [
        Outline(
            id=r.id, kind=r.kind, source=r.source, at=micros(r.published), polarity=r.labels.sentiment.polarity,
            outlet=r.outlet, title=r.title, url=r.url, rank=r.rank, reprint_of=r.labels.reprint_of,
        )
        for r in wanted
    ] == list(found)  # fmt: skip
    assert [o.published for o in found] == [r.published for r in wanted]
    for refused in (RecordQuery(kinds=(Kind.POST,)), RecordQuery(kinds=(Kind.BOARD,)), RecordQuery(text="水")):
        with pytest.raises(BadQuery):
            store.outlines(refused)


@pytest.mark.parametrize("word", PIECES)
def test_what_is_marked_in_a_text_is_what_was_sought(word: str) -> None:
    for record in documents(30, 31):
        text = record.text
        marked = grams.spans(word, text)
        assert bool(marked) == (bool(word.strip()) and grams.contains(word, text))
        ends = [at for span in marked for at in span]
        assert ends == sorted(ends) and len(set(marked)) == len(marked)
        assert all(grams.fold(word.strip()) in grams.fold(text[begin:end]) for begin, end in marked)


V1 = """
CREATE TABLE records (no INTEGER PRIMARY KEY, id TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL,
    source TEXT NOT NULL, polarity INTEGER NOT NULL, answered INTEGER, event TEXT, topics TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX records_id ON records (id);
CREATE INDEX records_time ON records (kind, at);
CREATE INDEX records_event ON records (event) WHERE event IS NOT NULL;
CREATE TABLE bodies (no INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE VIRTUAL TABLE words USING fts5(tokens, content='', columnsize=0, detail=none,
    tokenize="ascii tokenchars '!#$%&()*+,-./:;<=>?@[]^_`{|}~'");
CREATE TABLE cells (topic TEXT NOT NULL, hour INTEGER NOT NULL, day INTEGER NOT NULL, kind TEXT NOT NULL,
    source TEXT NOT NULL, polarity INTEGER NOT NULL, reprint INTEGER NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (topic, hour, kind, source, polarity, reprint)) STRICT, WITHOUT ROWID;
CREATE TABLE facets (facet TEXT NOT NULL, topic TEXT NOT NULL, day INTEGER NOT NULL, kind TEXT NOT NULL,
    value TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (facet, topic, day, kind, value)) STRICT, WITHOUT ROWID;
CREATE TABLE states (kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL,
    PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;
PRAGMA user_version=1;
"""


def first_version(path: Path, records: Sequence[AnyRecord]) -> None:
    """A file as version 1 of the SQLite keeping wrote it."""
    connection = sqlite3.connect(path)
    connection.executescript(V1)
    for no, r in enumerate(records, 1):
        row = (no, r.id, r.kind.value, micros(r.published), r.source, int(r.labels.sentiment.polarity), None, None, "")
        connection.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        connection.execute("INSERT INTO bodies VALUES (?, ?)", (no, codec.dumps(r)))
        if isinstance(r, Article | BoardMessage) and (told := grams.tokens(r.title, r.text)):
            connection.execute("INSERT INTO words (rowid, tokens) VALUES (?, ?)", (no, told))
    connection.commit()
    connection.close()


def test_a_file_of_the_first_version_is_brought_up_to_date_where_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    records = documents(60, 41)
    first_version(path, records)
    store = SqliteStore(path)
    query = RecordQuery(text="停水", order=Order.BEST, limit=5)
    plain = [r for r in records if not r.labels.topics]
    assert walked(store, query) == expected(records, query) and plain
    some = next(r.labels.reprint_of for r in records if r.labels.reprint_of)
    assert store.find(RecordQuery(reprints_of=(some,))).records
    # What it indexed can be forgotten again, wholly.
    for kind in Kind:
        store.purge(kind, made.NOON + timedelta(days=1))
    assert store.find(RecordQuery(text="停水")).records == ()
    store.add(records)
    assert walked(store, query) == expected(records, query)
    store.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (3,)
        connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
    connection.close()


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    store = SqliteStore(path)
    store.init()
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version=9")
    connection.close()
    with pytest.raises(StoreCorrupt, match="9"):
        SqliteStore(path).init()
