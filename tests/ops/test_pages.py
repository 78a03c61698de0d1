"""The same page from two sources is one record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.model import Article, Fetched, Kind
from monitor.ops.pages import Pages
from monitor.store.memory import MemoryStore
from tests.briefs.build import DAY, at
from tests.coverage.build import article

NOW = at(DAY, 12)
PAGE = "https://city.example/news/1.html"


def fetched(url: str = PAGE, *, source: str = "front", kind: Kind = Kind.NEWS, rank: int | None = None) -> Fetched:
    return Fetched(source=source, kind=kind, key=url, url=url, title="标题", text="正文", fetched_at=NOW, rank=rank)


def pages(*records: Article) -> tuple[Pages, MemoryStore]:
    store = MemoryStore()
    store.add(records)
    return Pages(store, lambda: NOW), store


def test_the_page_of_another_source_is_known_under_every_spelling() -> None:
    found, _ = pages(article(id="a", url=PAGE))
    for url in (PAGE, PAGE.replace("https://", "http://www."), PAGE + "?utm_source=x#top"):
        assert found.of_other(fetched(url)) == "a"
    assert found.of_other(fetched(PAGE + "?page=2")) is None


def test_its_own_page_and_pages_of_other_kinds_are_not_of_another_source() -> None:
    found, _ = pages(article(id="a", url=PAGE))
    assert found.of_other(fetched(source="news")) is None
    assert found.of_other(fetched(kind=Kind.OFFICIAL)) is None and found.of_other(fetched(kind=Kind.HOTLIST)) is None


def test_what_is_kept_meanwhile_is_known_too_and_old_pages_are_not() -> None:
    found, _ = pages(article(id="old", url=PAGE, when=NOW - timedelta(days=30)))
    assert found.of_other(fetched()) is None
    found.note([article(id="new", url=PAGE)])
    assert found.of_other(fetched()) == "new"


def test_a_place_goes_to_the_record_and_only_a_better_one_replaces_it() -> None:
    found, store = pages(article(id="a", url=PAGE))
    ranks = []
    for rank in (4, None, 9, 2):
        found.place("a", rank, datetime(2026, 11, 22, 4, tzinfo=UTC))
        record = store.get_record("a")
        assert isinstance(record, Article) and not record.revisions
        ranks.append(record.rank)
    assert ranks == [4, 4, 4, 2]
    found.place("nobody", 1, NOW)
    assert found.id_of(fetched(), "own") == "a" and found.id_of(replace(fetched(), url=""), "own") == "own"
