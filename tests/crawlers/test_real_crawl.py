"""The 60 real saved pages behind a loopback site, crawled by the real spider into SQLite and into Elasticsearch."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.model import CHINA, AnyRecord, Article
from tests.crawlers.desk import Desk
from tests.crawlers.test_extract import NAVIGATION, saved
from tests.site import Reply, Site

LATE_DAYS = 4000
Gold = dict[str, tuple[str, str | None]]


@pytest.fixture
def gold() -> Gold:
    facts = json.loads((Path(__file__).parent / "real_pages.json").read_text(encoding="utf-8"))
    return {name: (title, day) for name, (title, day) in facts.items()}


@pytest.fixture
def real(site: Site, shared_data: Path, gold: Gold) -> Site:
    """Half of the pages are linked from a feed without titles or dates, half from two list pages."""
    pages = saved(shared_data, "news_pages")
    assert set(pages) == set(gold)
    names = sorted(pages)
    for name, body in pages.items():
        site.pages[f"/p/{name}"] = Reply(body, "text/html")
    items = "".join(f"<item><link>{site.url(f'/p/{n}')}</link></item>" for n in names[::2])
    site.pages["/feed.xml"] = Reply(f"<rss version='2.0'><channel>{items}</channel></rss>", "application/rss+xml")
    for number, part in enumerate((names[1::4], names[3::4])):
        links = "".join(f"<li><a href='/p/{n}'>{gold[n][0].replace('<', '')}</a></li>" for n in part)
        site.pages[f"/list{number}"] = Reply(f"<ul>{links}</ul><a class=next href='/list{number + 1}'>下一页</a>")
    return site


def sources(site: Site) -> list[dict[str, object]]:
    lists = {"next": "a.next", "pages": 2}
    return [
        {"id": "feed", "url": site.url("/feed.xml")},
        {"id": "list", "adapter": "html", "url": site.url("/list0"), "list": lists},
    ]


def crawled(desk: Desk, site: Site, **store: object) -> dict[str, AnyRecord]:
    desk.configure(sources(site), crawl={"max_bytes": 2_000_000}, **store)
    done = desk.crawl(timeout=120)
    assert done.code == 0, done.log
    assert {run["state"] for run in done.runs.values()} == {"ok"}, done.runs
    return {record.id: record for record in desk.records()}


def expected(gold: Gold) -> set[str]:
    """The pages that intake may keep: not published before ``late_days``."""
    oldest = datetime.now(UTC) - timedelta(days=LATE_DAYS - 2)
    return {name for name, (_, day) in gold.items() if day is None or _china(day) > oldest}


def _china(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=CHINA)


def test_real_pages_are_kept_with_their_titles_and_dates_and_no_navigation(real: Site, desk: Desk, gold: Gold) -> None:
    records = crawled(desk, real)
    by_name = {r.url.split("/p/")[1]: r for r in records.values() if isinstance(r, Article)}
    assert len(by_name) == len(records)
    assert set(by_name) == expected(gold)
    # Pages that show no year are dated from when they are read; the others as they say.
    yearless = {name for name in gold if name.startswith("baijiahao/")}
    wrong = []
    for name, record in by_name.items():
        title, day = gold[name]
        if record.title != title or (name not in yearless and f"{record.published.astimezone(CHINA):%Y-%m-%d}" != day):
            wrong.append((name, record.title, record.published))
        wrong += [(name, words, record.published) for words in NAVIGATION if words in record.text]
    assert wrong == []


@pytest.mark.elastic
def test_sqlite_and_elasticsearch_keep_the_same_records(
    real: Site, tmp_path: Path, elastic_url: str, gold: Gold
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    here, there = Desk(tmp_path / "a"), Desk(tmp_path / "b")
    for desk in (here, there):
        (desk.data).mkdir()
        (desk.data / "secret.key").write_text("the same key, so the same ids", encoding="ascii")
    one = crawled(here, real)
    prefix = f"test{secrets.token_hex(4)}"
    two = crawled(there, real, engine="elastic", url=elastic_url, prefix=prefix)
    assert one.keys() == two.keys()
    assert len(one) == len(expected(gold))

    def facts(record: AnyRecord) -> tuple[object, ...]:
        assert isinstance(record, Article)
        # Two pages carry one text: which is the reprint depends on which answer came first.
        labels = replace(record.labels, reprint_of=None)
        return record.title, record.text, record.url, record.outlet, record.kind, labels

    # Times that a page does not give in full are taken from the moment of reading, so they may differ by seconds.
    assert {i: facts(r) for i, r in one.items()} == {i: facts(r) for i, r in two.items()}
    assert all(abs(one[i].published - two[i].published) < timedelta(minutes=5) for i in one)
