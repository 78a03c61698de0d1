"""Pure parts of manners and of a pass: addresses, slots, pauses, failures, what is written down."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from scrapy.http import Response

from crawlers.adapters import Link, Role
from crawlers.failures import LASTING, MESSAGES, SETTLED, FetchFailure, Refused
from crawlers.ledger import Index, Ledger, Memory
from crawlers.network import check_public, is_public
from crawlers.passes import Pass
from crawlers.politeness import retry_after, slots, user_agent
from monitor.ops.pace import site_of
from monitor.ops.runs import RunState
from monitor.settings.service import CrawlSettings
from monitor.settings.types import Source
from monitor.store import Store
from monitor.store.memory import MemoryStore

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
KEY = b"k" * 32
URL = "http://forum.example.cn/list"


@pytest.fixture
def store() -> Iterator[Store]:
    kept = MemoryStore()
    yield kept
    kept.close()


def source(id: str = "s", url: str = URL, kind: str = "news", **more: object) -> Source:
    return Source.model_validate({"id": id, "name": id, "kind": kind, "adapter": "html", "url": url, **more})


def a_pass(ledger: Ledger | None = None, max_pages: int = 100, **more: object) -> Pass:
    own = source(**more)  # type: ignore[arg-type]
    return Pass(own, ledger or Ledger("s", URL, KEY), "forum.example.cn", NOW, max_pages)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
     "::1", "fd00::1", "fe80::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "255.255.255.255", "nonsense"],
)  # fmt: skip
def test_private_and_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["114.114.114.114", "8.8.8.8", "2400:3200::1"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


def test_sources_of_one_site_share_the_longer_delay() -> None:
    found = slots(
        [source("a", delay_s=1), source("b", delay_s=5), source("c", "http://other.cn/")], CrawlSettings(delay_s=3)
    )
    assert found["forum.example.cn"]["delay"] == 5
    assert found["other.cn"]["delay"] == 3
    assert site_of("http://127.0.0.1:81/x", True) != site_of("http://127.0.0.1:82/x", True)


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [("120", "", 120), ("Sun, 22 Nov 2026 03:01:00 GMT", "Sun, 22 Nov 2026 03:00:00 GMT", 60), ("", "", 60), ("soon", "", 60),
     ("-5", "", 60), ("Sun, 22 Nov 2026 02:00:00 GMT", "Sun, 22 Nov 2026 03:00:00 GMT", 0)],
)  # fmt: skip
def test_retry_after_is_read_in_both_forms(value: str, date: str, seconds: float) -> None:
    assert retry_after(Response("http://x.cn", headers={"Retry-After": value, "Date": date})) == seconds


def test_the_user_agent_names_the_service_and_whom_to_write_to() -> None:
    assert user_agent("office@example.gov.cn") == "yuqing/0.1 (+office@example.gov.cn)"


def test_every_failure_says_in_chinese_what_happened_and_what_to_do() -> None:
    assert set(MESSAGES) == set(FetchFailure)
    assert all(message and hint for message, hint in MESSAGES.values())
    assert SETTLED <= LASTING


def test_a_ledger_knows_over_restarts_what_was_read_and_writes_no_address(store: Store) -> None:
    ledger = Ledger("s", URL, KEY)
    ledger.load(store, NOW)
    ledger.mark([f"http://forum.example.cn/t/{n}" for n in range(450)])
    ledger.flush(store, NOW)
    ledger.save(store, Index("e", "m", complete=True), NOW)
    again = Ledger("s", URL, KEY)
    again.load(store, NOW)
    assert again.index == Index("e", "m", complete=True)
    assert all(again.knows(f"http://forum.example.cn/t/{n}") for n in range(450))
    assert not again.knows("http://forum.example.cn/t/450")
    other = Ledger("other", URL, KEY)
    other.load(store, NOW)
    assert not other.knows("http://forum.example.cn/t/1")
    written = repr([*store.list_states("read.s"), *store.list_states("page")])
    assert "forum.example" not in written


def test_an_old_ledger_is_pruned(store: Store) -> None:
    ledger = Ledger("s", URL, KEY)
    ledger.mark(["http://forum.example.cn/t/1"])
    ledger.flush(store, NOW - timedelta(days=401))
    Ledger("s", URL, KEY).load(store, NOW)
    assert store.list_states("read.s") == [] or len(store.list_states("read.s")) == 0


def test_paging_stops_at_known_items_only_after_a_whole_pass() -> None:
    links = (Link("http://forum.example.cn/1", Role.ITEM), Link("http://forum.example.cn/p2", Role.INDEX))
    for complete, followed in ((True, 0), (False, 1)):
        ledger = Ledger("s", URL, KEY)
        ledger.mark(["http://forum.example.cn/1"])
        ledger.index = Index(complete=complete)
        one = a_pass(ledger)
        one.follow(links)
        assert len(one.queue) == followed


def test_a_pass_asks_for_no_page_twice_and_not_beyond_its_limit() -> None:
    one = a_pass(max_pages=3)
    one.begin()
    one.follow(tuple(Link(f"http://forum.example.cn/{n}", Role.ITEM) for n in (1, 1, 2, 3)))
    asked = []
    while (link := one.take()) is not None:
        asked.append(link.url)
    assert asked == [URL, "http://forum.example.cn/1", "http://forum.example.cn/2"]
    assert one.failures == {FetchFailure.PAGE_LIMIT: 1}
    assert not one.complete


@pytest.mark.parametrize(
    ("failure", "state"),
    [(FetchFailure.ROBOTS, RunState.REFUSED), (FetchFailure.FORBIDDEN, RunState.REFUSED), (FetchFailure.TIMEOUT, RunState.FAILED),
     (FetchFailure.NOT_A_FEED, RunState.FAILED)],
)  # fmt: skip
def test_a_source_whose_own_page_fails_has_failed_or_is_refused(failure: FetchFailure, state: RunState) -> None:
    one = a_pass()
    one.begin()
    link = one.take()
    assert link is not None
    one.failed(link, failure)
    run = one.result(NOW)
    assert (run.state, dict(run.failures)) == (state, {failure.value: 1})
    assert run.message.startswith(MESSAGES[failure][0])
    assert one.closing() == Index()


def test_the_message_of_a_forum_names_no_number() -> None:
    one = a_pass(kind="post")
    for n in range(7):
        one.failed(Link(f"http://forum.example.cn/{n}", Role.ITEM), FetchFailure.NOT_FOUND)
    assert "7" not in one.result(NOW).message


@pytest.mark.parametrize(
    ("url", "failure"),
    [
        ("http://8.8.8.8/", None), ("https://[2400:3200::1]:8443/", None), ("http://8.8.8.8:22/", FetchFailure.PRIVATE_ADDRESS),
        ("http://8.8.8.8:6379/", FetchFailure.PRIVATE_ADDRESS), ("http://[::1]/", FetchFailure.PRIVATE_ADDRESS),
        ("http://[fd00::1]/", FetchFailure.PRIVATE_ADDRESS), ("http://[64:ff9b::a00:1]/", FetchFailure.PRIVATE_ADDRESS),
        ("http://[2002:7f00:1::]/", FetchFailure.PRIVATE_ADDRESS), ("http://8.8.8.8:99999999/", FetchFailure.CLIENT_ERROR),
    ],
)  # fmt: skip
def test_a_public_source_reaches_public_addresses_on_ports_of_the_web_only(
    url: str, failure: FetchFailure | None
) -> None:
    met = None
    try:
        asyncio.run(check_public(url, 5))
    except Refused as refused:
        met = refused.failure
    assert met is failure


def test_what_an_older_version_wrote_of_a_source_is_read(store: Store) -> None:
    ledger = Ledger("s", URL, KEY)
    ledger.save(store, Index("e", "m", complete=True), NOW)
    state = store.list_states("page")[0]
    store.replace("page", state.id, {k: v for k, v in state.doc.items() if k != "memory"}, state.version)
    again = Ledger("s", URL, KEY)
    again.load(store, NOW)
    assert again.index.complete and again.memory == Memory()
    one = a_pass(again)
    assert one.conditions(Link(URL, Role.INDEX)) == {"If-None-Match": "e", "If-Modified-Since": "m"}
    assert not one.deep and not one.catching_up


def test_an_empty_page_after_the_last_one_ends_a_list_and_is_no_failure() -> None:
    one = a_pass()
    for failure in (FetchFailure.NO_LINKS, FetchFailure.NOT_FOUND):
        one.failed(Link(f"{URL}?page=9", Role.INDEX), failure)
    assert not one.failures and one.complete
    one.failed(Link(URL, Role.INDEX), FetchFailure.NO_LINKS)
    assert one.index_failure is FetchFailure.NO_LINKS
