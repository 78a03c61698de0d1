"""Threads of several pages: which pages there are, which still change, and that a later page opens nothing."""

from __future__ import annotations

from datetime import timedelta

from crawlers.adapters import Link, Parsed, Role
from crawlers.ledger import Ledger
from crawlers.passes import Pass
from monitor.store.memory import MemoryStore
from tests.crawlers import forum_pages as pages
from tests.crawlers.test_forums import NOW, THREAD, forum, read


def pager(*numbers: int) -> str:
    return "<strong>1</strong>" + "".join(f'<a href="thread-12-{n}-1.html">{n}</a>' for n in numbers)


def further(parsed: Parsed) -> list[Link]:
    return [link for link in parsed.links if link.of]


def test_the_further_pages_of_a_thread_belong_to_it() -> None:
    parsed = read(pages.discuz_thread(pages.thread(3), pager=pager(2, 3)))
    assert [link.url for link in further(parsed)] == [f"https://bbs.example.cn/thread-12-{n}-1.html" for n in (3, 2)]
    assert {link.of for link in parsed.links} == {THREAD} and {link.role for link in parsed.links} == {Role.ITEM}


def test_only_the_last_page_of_a_thread_still_changes() -> None:
    links = further(read(pages.discuz_thread(pages.thread(3), pager=pager(2, 3))))
    assert [(link.url[-8:-5], link.once) for link in links] == [("3-1", False), ("2-1", True)]


def test_full_pages_of_a_thread_that_were_read_days_ago_are_left() -> None:
    store, source = MemoryStore(), forum()
    pages_of = further(read(pages.discuz_thread(pages.thread(3), pager=pager(2, 3, 4))))
    old = Ledger(source.id, source.url, b"k" * 32)
    old.mark([link.url for link in pages_of if link.url.endswith(("-2-1.html", "-4-1.html"))])
    old.flush(store, NOW - timedelta(days=5))
    again = Ledger(source.id, source.url, b"k" * 32)
    again.load(store, NOW)
    one = Pass(source, again, "bbs.example.cn", NOW, 100)
    one.follow_item(THREAD, pages_of)
    # Page 3 was never read, page 4 is the last one and still grows.
    assert [link.url[-8:] for link in one.queue] == ["3-1.html", "4-1.html"]


def test_pages_that_a_long_pager_leaves_out_are_named_too() -> None:
    parsed = read(pages.discuz_thread(pages.thread(3), pager=pager(2, 3, 12)))
    assert [link.url for link in further(parsed)] == [
        f"https://bbs.example.cn/thread-12-{n}-1.html" for n in range(12, 1, -1)
    ]


def test_a_pager_that_counts_posts_is_followed_step_by_step() -> None:
    steps = "".join(
        f'<li><a class="button" href="./viewtopic.php?f=2&amp;t=12&amp;start={n}">x</a></li>' for n in (10, 40)
    )
    parsed = read(pages.phpbb_thread(pages.thread(3), steps), "https://bbs.example.cn/viewtopic.php?f=2&t=12")
    assert [link.url.rpartition("=")[2] for link in further(parsed)] == ["40", "30", "20", "10"]


def test_a_very_long_thread_names_its_last_pages() -> None:
    links = further(read(pages.discuz_thread(pages.thread(3), pager=pager(2, 900))))
    assert len(links) == 50 and links[0].url == "https://bbs.example.cn/thread-12-900-1.html"


def test_another_threads_pages_are_not_this_threads() -> None:
    strange = pager(2) + '<a href="thread-99-7-1.html">别的</a>'
    assert len(further(read(pages.discuz_thread(pages.thread(3), pager=strange)))) == 1


def test_a_further_page_has_no_title_and_none_of_its_posts_is_the_thread() -> None:
    page = pages.discuz_thread(pages.thread(2, first=9400), pager=pager(1, 3))
    parsed = read(page, "https://bbs.example.cn/thread-12-2-1.html", key=THREAD)
    assert [item.title for item in parsed.items] == ["", ""]
    assert THREAD not in {item.key for item in parsed.items}
    assert [link.url for link in further(parsed)] == ["https://bbs.example.cn/thread-12-3-1.html"]
