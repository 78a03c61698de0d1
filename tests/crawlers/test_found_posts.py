"""Threads of software that nobody has described: read only where it is certain that no name stands in a text."""

from __future__ import annotations

import contextlib
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.adapters import Meta, Parsed, Role, adapter
from crawlers.failures import AdapterError, FetchFailure
from crawlers.page.charset import decode
from crawlers.page.postblocks import found_posts
from crawlers.page.posts import names_in
from crawlers.page.tree import parse, select
from monitor.settings.types import Source
from tests.crawlers import forum_pages as pages
from tests.crawlers.forum_pages import MARKERS
from tests.crawlers.test_forums import THREADS, TIMES, TITLE

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
URL = "https://town.example.cn/t/12"


def read(page: str, name: str = "forum") -> Parsed:
    source = Source.model_validate({"id": "s", "name": "源", "kind": "post", "adapter": name, "url": URL})
    return adapter(name)(page.encode(), Meta(URL, URL, Role.ITEM, NOW), source)


@pytest.mark.parametrize("layout", [0, 2], ids=["楼层", "主帖单列"])
@pytest.mark.parametrize("count", [1, 2, 3, 20])
def test_an_unknown_forum_is_read_where_names_stand_apart(layout: int, count: int) -> None:
    told = pages.thread(count)
    found = read(pages.unknown_thread(told, layout=layout))
    texts = [p.text for p in told]
    # One answer does not repeat: an opening that stands apart is read alone until there are two.
    assert [item.text for item in found.items] == (texts[:1] if (layout, count) == (2, 2) else texts)
    assert [item.published for item in found.items] == [
        TIMES[0].replace(minute=n % 60) for n in range(len(found.items))
    ]
    assert found.items[0].title == TITLE
    assert not [marker for marker in MARKERS if marker in repr(found)]


@pytest.mark.parametrize("count", [2, 3, 20])
def test_an_unknown_forum_made_of_tables_is_read(count: int) -> None:
    told = pages.thread(count)
    found = read(pages.unknown_thread(told, layout=1))
    assert [item.text for item in found.items] == [p.text for p in told]
    assert not [marker for marker in MARKERS if marker in repr(found)]


def test_posts_without_numbers_are_known_by_moment_and_words() -> None:
    told = pages.thread(4)
    keys = {i.text: i.key for i in read(pages.unknown_thread(told, count=False)).items}
    fewer = {i.text: i.key for i in read(pages.unknown_thread([told[0], *told[2:]], count=False)).items}
    assert all(keys[text] == key for text, key in fewer.items())


def test_an_opening_keeps_its_key_when_answers_come() -> None:
    told = pages.thread(4)
    keys = {
        read(pages.unknown_thread(told[:count], layout=layout)).items[0].key for layout in (0, 2) for count in (1, 4)
    }
    assert keys == {URL}


def test_a_name_inside_the_text_makes_the_page_unreadable() -> None:
    with pytest.raises(AdapterError) as error:
        read(pages.entangled_thread(pages.thread(5)))
    assert error.value.failure is FetchFailure.RULES_NEEDED


def test_a_name_that_begins_each_text_without_any_mark_makes_the_page_unreadable() -> None:
    page = pages.unknown_thread(pages.thread(5)).replace(
        '<div class="floor-text">', f'<div class="floor-text">{pages.WHO}：'
    )
    with pytest.raises(AdapterError):
        read(page)


def test_a_page_that_shows_no_writer_is_not_taken_for_a_thread() -> None:
    rows = "".join(
        f"<div class=row><span class=time>2026-11-21 2{n}:00</span><div class=txt>第{n}次会议讨论供水，决定检修。</div></div>"
        for n in range(4)
    )
    root = parse(f"<html><body>{rows}</body></html>")
    assert root is not None and not found_posts(root, NOW)


@pytest.mark.parametrize("name", ["forum", "html"])
def test_a_list_of_a_towns_own_forum_gives_its_threads_whatever_their_titles_and_no_member(name: str) -> None:
    titles = ["停水了吗", "青石路供水管网又停水了两天", "求助", "小区电梯三天没修好怎么办", "菜场脏乱差没人管吗"]
    rows = "".join(
        f'<tr class="row"><td><a href="/t/{n}">{title}</a></td><td><a href="/user/{pages.UID}{n}">{pages.WHO}{n}</a></td><td><a href="/t/{n}">{n}</a></td></tr>'
        for n, title in enumerate(titles)
    )
    body = (
        f'<html><head><meta charset="utf-8"></head><body><a href="/login">登录</a><table>{rows}</table></body></html>'
    )
    source = Source.model_validate({"id": "s", "name": "源", "kind": "post", "adapter": name, "url": URL})
    found = adapter(name)(body.encode(), Meta(URL, URL, Role.INDEX, NOW), source)
    assert [(link.url, link.entry and link.entry.title) for link in found.links] == [
        (f"https://town.example.cn/t/{n}", title) for n, title in enumerate(titles)
    ]


def test_a_list_of_threads_is_no_thread() -> None:
    rows = "".join(
        f"<li class=row><a href='/user/5' class=author>{pages.WHO}</a><a href='/t/{n}'>停水第{n}天，谁来管？</a><time>2026-11-21 2{n}:00</time></li>"
        for n in range(6)
    )
    root = parse(f"<html><body><ul>{rows}</ul></body></html>")
    assert root is not None and not found_posts(root, NOW)


@pytest.mark.parametrize("software", THREADS)
def test_the_known_software_is_read_the_same_without_its_table_or_not_at_all(software: str) -> None:
    """The search for what repeats is measured on pages whose right answer is known: it may be unsure, never wrong."""
    told = pages.thread(6)
    root = parse(THREADS[software](told))
    assert root is not None
    found = [post.text for post in found_posts(root, NOW)]
    assert not found or set(found) <= {p.text for p in told}
    assert not [marker for marker in MARKERS if marker in repr(found)]


def test_an_html_source_of_posts_reads_threads_the_same_way() -> None:
    assert [i.text for i in read(pages.discuz_thread(pages.thread(2)), "html").items] == [
        p.text for p in pages.thread(2)
    ]


REAL = {
    # page: (the site's own markup of a comment, how many of them may be missed, how the first begins)
    "163/1.html": (".tie-bdy", 0, "房地产公司开始完蛋了"),
    "guancha/3.html": (".comment-item.cmt-item", 0, "外媒说苹果违反中国劳动法"),
    "guancha/guancha.html": (".comment-item.cmt-item", 0, "标题说得好 中美贸易"),
    "sina/sina.html": (".sina-comment-list .item", 2, "高瞻远瞩"),
    "thepaper/1.html": (".comment_que", 0, "先低价服务让你对他有依赖性"),
    "toutiao/3.html": (".c-item", 0, "建议以后这种危险景区给游客佩戴定位手环"),
    "toutiao/5.html": (".c-item", 0, "这不光看到汪勇的担当"),
}


@pytest.mark.parametrize("name", REAL)
def test_what_people_wrote_under_recorded_real_pages_is_found_without_their_names(shared_data: Path, name: str) -> None:
    with tarfile.open(shared_data / "pages" / "news_pages.tar.xz") as archive:
        member = archive.extractfile(f"news_pages/{name}")
        assert member is not None
        root = parse(decode(member.read()))
    assert root is not None
    markup, missed, begins = REAL[name]
    there = len(select(root, markup))
    names = names_in(root)
    found = found_posts(root, NOW)
    assert there - missed == len(found) and found[0].text.startswith(begins)
    lines = {line for post in found for line in post.text.splitlines()}
    assert not lines & names and all(post.when.moment for post in found)


@pytest.mark.parametrize("software", [*THREADS, ""])
def test_a_page_that_breaks_off_anywhere_tells_no_name(software: str) -> None:
    told = (THREADS[software] if software else pages.unknown_thread)(pages.thread(3)).encode()
    for end in range(200, len(told), len(told) // 25):
        with contextlib.suppress(AdapterError):
            parsed = read(told[:end].decode("utf-8", "ignore"))
            assert not [marker for marker in MARKERS if marker in repr(parsed)]
