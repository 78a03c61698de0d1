"""S5 over whole crawls, where ``test_manners`` and the hostile site look at single pages: what every request carries,
pauses that outlast a pass, sources of one's own network that lead elsewhere, and every way to pack a bomb.
"""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from typing import Any

import pytest

from crawlers.network import is_public
from crawlers.politeness import is_home, without_user
from monitor.model import Kind
from monitor.ops.pace import LONGEST
from monitor.ops.runs import RunState, SourceRun, SourceState, due, record, states
from monitor.settings.types import Source
from monitor.store.memory import MemoryStore
from tests.crawlers.desk import Desk
from tests.crawlers.test_crawl import BODY, DAY, news
from tests.crawlers.test_politeness import NOW
from tests.crawlers.test_politeness import source as made
from tests.site import Reply, Site, article

CONTACT = "office@qingshi.example.gov.cn"
BOMB = 20_000_000


def bomb(coding: str) -> bytes:
    """Twenty megabytes of blanks, packed into a few kilobytes."""
    blanks = b" " * BOMB
    if coding == "br":
        import brotli

        packed: bytes = brotli.compress(blanks, quality=1)
    elif coding == "zstd":
        from backports import zstd

        packed = zstd.compress(blanks)
    else:
        packer = zlib.compressobj(wbits=31 if coding == "gzip" else 15)
        packed = packer.compress(blanks) + packer.flush()
    assert len(packed) < 50_000
    return packed


def linked(site: Site, *addresses: str) -> Reply:
    entries = "".join(f"<item><title>第{n}条</title><link>{a}</link></item>" for n, a in enumerate(addresses))
    return Reply(f"<rss version='2.0'><channel>{entries}</channel></rss>", "application/rss+xml")


def test_every_request_says_who_asks_and_carries_nothing_else(site: Site, desk: Desk) -> None:
    port = site.base.rpartition(":")[2]
    good = article("青石街道排查供水管网", BODY, date=DAY)
    site.pages["/a"] = Reply(good.body, good.type, headers={"Set-Cookie": "sid=77; Path=/", "Refresh": "0; url=/trap"})
    site.pages["/b"] = Reply(
        status=302, headers={"Location": f"http://user:secret@127.0.0.1:{port}/c", "Set-Cookie": "x=1"}
    )
    site.pages["/c"] = article("青石街道恢复供水", BODY + "如期恢复。<script>location='/trap'</script>", date=DAY)
    site.pages["/d"] = Reply(status=401, headers={"WWW-Authenticate": 'Basic realm="x"'})
    codings = ("gzip", "deflate", "br", "zstd")
    for coding in codings:
        site.pages[f"/bomb/{coding}"] = Reply(bomb(coding), headers={"Content-Encoding": coding}, etag=False)
    paths = [site.url(p) for p in ("/a", "/b", "/d", *(f"/bomb/{c}" for c in codings))]
    site.pages["/feed.xml"] = linked(site, *paths, f"http://name:word@127.0.0.1:{port}/e")
    site.pages["/e"] = article("青石街道公布停水计划", BODY + "计划如下。", date=DAY)
    desk.configure([{"id": "news", "url": site.url("/feed.xml")}], crawl={"contact": CONTACT})
    run = desk.crawl().only()
    assert (run["new"], run["failures"].get("too_large")) == (3, 4), "three pages are public, four are bombs"
    allowed = {"host", "user-agent", "accept", "accept-language", "accept-encoding", "connection"}
    for asked in site.log:
        assert {name.lower() for name in asked.headers} <= allowed, asked.path
        assert asked.headers["User-Agent"] == f"yuqing/0.1 (+{CONTACT})"
        assert "@" not in asked.headers["Host"]
    assert site.asked("/trap") == [], "no script is run, no refresh is followed"
    assert len(site.asked("/d")) == 1, "a page that wants a password is asked for once"
    assert len(site.asked("/robots.txt")) == 1


def test_a_local_source_leads_nowhere_else_inside(site: Site, desk: Desk) -> None:
    """Its feed may be full of outsiders' words: what it links to must be public or on its own host."""
    port = site.base.rpartition(":")[2]
    site.pages["/moved"] = Reply(status=302, headers={"Location": f"http://localhost:{port}/inner"})
    for path in ("/inner", "/own"):
        site.pages[path] = article("青石街道排查供水管网", BODY, date=DAY)
    inside = [
        f"http://localhost:{port}/inner",
        "http://169.254.169.254/latest/",
        "http://10.0.0.1/",
        f"http://[::1]:{port}/inner",
    ]
    site.pages["/feed.xml"] = linked(site, *inside, site.url("/moved"), site.url("/own"))
    desk.configure([{"id": "hub", "url": site.url("/feed.xml")}])
    run = desk.crawl().only()
    assert site.asked("/inner") == []
    assert run["failures"] == {"private_address": 5}
    assert len(site.asked("/own")) == 1


def test_a_long_pause_outlasts_the_pass_and_holds_for_the_whole_site(site: Site, desk: Desk) -> None:
    source = news(site)
    site.pages["/busy.xml"] = Reply(status=503, headers={"Retry-After": "7200"})
    both: list[dict[str, Any]] = [
        {"id": "busy", "url": site.url("/busy.xml"), "interval_min": 1},
        {**source, "interval_min": 1},
    ]
    desk.configure(both[:1])
    assert list(desk.crawl().only()["failures"]) == ["rate_limited"]
    desk.configure(both)
    site.log.clear()
    done = desk.crawl("--due")
    assert (done.runs, done.code) == ({}, 0)
    assert site.log == [], "a source of the site that was never read waits too"


def paused(until: datetime | None) -> SourceRun:
    return SourceRun(source="s", kind=Kind.NEWS, started=NOW, finished=NOW, state=RunState.FAILED,
                     failures={"rate_limited": 1}, paused_until=until)  # fmt: skip


def test_a_pause_is_kept_with_the_source_and_ends() -> None:
    store = MemoryStore()
    own, other = made("s"), made("t")
    record(store, paused(NOW + timedelta(hours=2)))
    known = states(store, [own, other])
    assert due([own, other], known, NOW + timedelta(hours=1, minutes=59)) == []
    assert due([own, other], known, NOW + timedelta(hours=2, minutes=1)) == [own, other]
    assert due([made("u", "http://elsewhere.example.cn/")], known, NOW + timedelta(hours=1)) != []
    store.close()


def test_a_pause_from_a_clock_that_jumped_back_holds_nobody() -> None:
    ahead = {"s": SourceState(source="s", last_run=NOW + 2 * LONGEST, paused_until=NOW + 3 * LONGEST)}
    assert due([made("s")], ahead, NOW) == [made("s")]


@pytest.mark.parametrize(
    "address",
    ["64:ff9b::10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:0001::", "2002:0a00:0001::1", "::127.0.0.1", "fe80::1%eth0",
     "fec0::1", "ff02::1", "2001:0:0a00:1::1", "240.0.0.1", "198.18.0.1", "192.0.2.1", "2001:db8::1"],
)  # fmt: skip
def test_private_addresses_in_other_clothes_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["64:ff9b::8.8.8.8", "2002:7272:7272::1", "2400:3200::1"])
def test_public_addresses_in_other_clothes_are_public(address: str) -> None:
    assert is_public(address)


def test_what_is_home_to_a_local_source() -> None:
    hub = Source.model_validate(
        {"id": "h", "name": "h", "kind": "news", "adapter": "rss", "url": "http://hub.example.cn:1200/x", "local": True}
    )
    assert is_home("http://hub.example.cn/y", hub)
    assert not is_home("http://10.0.0.1/", hub)
    assert not is_home("http://hub.example.cn/y", hub.model_copy(update={"local": False}))


def test_names_and_passwords_are_taken_out_of_addresses() -> None:
    assert without_user("http://a:b@x.cn:81/p?q=@") == "http://x.cn:81/p?q=@"
    assert without_user("http://x.cn/@user") == "http://x.cn/@user"
