"""Three passes over forums on loopback: what is stored of threads of several pages, what is asked again, and who is in no file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.model import CHINA, Post
from tests.crawlers import forum_answers as answers
from tests.crawlers import forum_pages as pages
from tests.crawlers.desk import Crawled, Desk
from tests.crawlers.forum_pages import MARKERS
from tests.site import Reply, Site

DAY = f"{datetime.now(CHINA) - timedelta(days=1):%Y-%m-%d}"
TAG = "/api/v1/timelines/tag/%E7%A4%BA%E4%BE%8B%E5%8C%BA?local=true"


def moment(n: int) -> str:
    return f"{DAY}T12:{n % 60:02d}:00.000Z"


def words(n: int) -> str:
    """Every post speaks of the water supply, so that intake keeps each."""
    return f"青石街道供水管网停水了，这是第{n}次反映。"


def said(n: int, later: bool) -> str:
    return f"{words(n)}今晚还没有来水。" if later and n == EDITED else words(n)


EDITED, HIDDEN = 2, 4
"""Posts of every thread that are edited and hidden when it has grown."""


def discuz(site: Site, count: int, *, later: bool = False) -> None:
    """A forum with one thread of ten posts a page, and one that is for members only."""
    told = [pages.Post(9001 + n, said(n, later), f"{DAY} 20:{n % 60:02d}") for n in range(count)]
    rows = [(12, "青石路停水两天了", count - 1, told[-1].time), (13, "内部", 0, f"{DAY} 08:00")]
    site.pages["/forum-2-1.html"] = Reply(pages.discuz_list(rows), etag=False)
    parts = [told[n : n + 10] for n in range(0, count, 10)]
    pager = "".join(f'<a href="thread-12-{n}-1.html">{n}</a>' for n in range(1, len(parts) + 1))
    for n, part in enumerate(parts, 1):
        page = pages.discuz_thread(part, title="青石路供水停了两天", pager=pager)
        if later and n == 1:
            shown = [post for post in part if post.number != 9001 + HIDDEN]
            page = pages.discuz_thread(shown, title="青石路供水停了两天", pager=pager)
            page = page.replace(
                '<div id="postlistreply"', f'{pages.discuz_blocked(9001 + HIDDEN)}<div id="postlistreply"'
            )
        site.pages[f"/thread-12-{n}-1.html"] = Reply(page)
    site.pages["/thread-13-1-1.html"] = Reply(pages.discuz_message("抱歉，本版块只有特定用户可以访问"))


def discourse(site: Site, count: int, *, later: bool = False) -> None:
    posts = [
        answers.discourse_post(101 + n, said(n, later), moment(n), hidden=later and n == HIDDEN) for n in range(count)
    ]
    ids = [101 + n for n in range(count)]
    topic = answers.discourse_topic(5, "停水", count, moment(count))
    site.pages["/latest.json"] = Reply(answers.discourse_list([topic]), "application/json", etag=False)
    site.pages["/t/5.json"] = Reply(answers.discourse_thread(5, posts[:20], ids, "青石路供水停了"), "application/json")
    rest = "&".join(f"post_ids%5B%5D={n}" for n in ids[20:])
    site.pages[f"/t/5/posts.json?{rest}"] = Reply(answers.discourse_some(5, posts[20:]), "application/json")


def timeline(site: Site, newest: int) -> None:
    def page(numbers: range) -> Reply:
        told = [answers.status(n, words(n), moment(n)) for n in numbers]
        return Reply(answers.timeline(told), "application/json", etag=False)

    site.pages[TAG] = page(range(newest, newest - 5, -1))
    site.pages[f"{TAG}&max_id={newest - 4}"] = page(range(newest - 5, 1000, -1))
    site.pages[f"{TAG}&max_id=1001"] = page(range(0))


@dataclass(frozen=True)
class Passes:
    """What three passes over all forums did: as they stood, unchanged, and after each had grown."""

    done: tuple[Crawled, ...]
    asked: tuple[tuple[str, ...], ...]
    texts: tuple[dict[str, list[str]], ...]
    found: frozenset[str]


@pytest.fixture(scope="module")
def passes(tmp_path_factory: pytest.TempPathFactory) -> Passes:
    desk = Desk(tmp_path_factory.mktemp("forums"))
    done, asked, texts = [], [], []
    with Site() as site:
        desk.configure([source(site, "bbs", "/forum-2-1.html"), source(site, "talk", "/latest.json"),
                        source(site, "tag", TAG, adapter="mastodon")])  # fmt: skip
        for more in (0, 0, 1):
            discuz(site, 25 + more, later=bool(more))
            discourse(site, 25 + more, later=bool(more))
            timeline(site, 1010 + more)
            site.log.clear()
            done.append(desk.crawl())
            asked.append(tuple(a.path for a in site.log if a.path != "/robots.txt"))
            texts.append(kept(desk))
        found = written(desk, *(f"{one.log}{one.runs}" for one in done))
    return Passes(tuple(done), tuple(asked), tuple(texts), found)


def source(site: Site, name: str, path: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "kind": "post", "adapter": "forum", "url": site.url(path), **more}


def kept(desk: Desk) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"bbs": [], "talk": [], "tag": []}
    for record in desk.records():
        assert isinstance(record, Post)
        found[record.source].append(record.text)
    return found


def written(desk: Desk, *logs: str) -> frozenset[str]:
    """Files in which anything of a writer is found."""
    coded = [(m, m.encode(code)) for m in MARKERS for code in ("utf-8", "utf-16-le", "gbk")]
    files = {f"{name}: {m}" for name, data in desk.written().items() for m, code in coded if code in data}
    return frozenset(files | {f"log {n}: {m}" for n, log in enumerate(logs) for m in MARKERS if m in log})


def of(paths: tuple[str, ...], *beginnings: str) -> list[str]:
    return [path for path in paths if path.startswith(beginnings)]


def test_a_thread_of_three_pages_is_stored_whole_and_each_page_asked_once(passes: Passes) -> None:
    assert passes.done[0].runs["bbs"]["state"] == "ok", passes.done[0].log
    assert sorted(of(passes.asked[0], "/thread-12")) == [f"/thread-12-{n}-1.html" for n in (1, 2, 3)]
    assert len(passes.texts[0]["bbs"]) == len(set(passes.texts[0]["bbs"])) == 25
    assert any(text.startswith("青石路供水停了两天\n") for text in passes.texts[0]["bbs"])


def test_a_discourse_topic_is_stored_whole(passes: Passes) -> None:
    assert passes.done[0].runs["talk"]["state"] == "ok", passes.done[0].log
    assert len(passes.texts[0]["talk"]) == 25
    assert len(of(passes.asked[0], "/t/5")) == 2


def test_a_timeline_is_read_until_it_ends(passes: Passes) -> None:
    assert passes.done[0].runs["tag"]["state"] == "ok", passes.done[0].log
    assert len(passes.texts[0]["tag"]) == 10


def test_a_thread_for_members_is_asked_once_and_no_failure(passes: Passes) -> None:
    assert [len(of(paths, "/thread-13")) for paths in passes.asked] == [1, 0, 0]
    assert passes.done[0].runs["bbs"]["failures"] == {}


def test_an_unchanged_thread_is_not_asked_for_again(passes: Passes) -> None:
    assert of(passes.asked[1], "/thread-12", "/t/5") == []
    assert passes.texts[1] == passes.texts[0]


def test_a_thread_that_grew_is_read_again_and_only_what_is_new_is_added(passes: Passes) -> None:
    assert "/thread-12-3-1.html" in passes.asked[2]
    assert [len(passes.texts[2][name]) for name in ("bbs", "talk", "tag")] == [25, 25, 11]
    assert all(any(words(25) in text for text in passes.texts[2][name]) for name in ("bbs", "talk"))


@pytest.mark.parametrize("name", ["bbs", "talk"])
def test_a_post_that_was_edited_is_revised_and_one_that_was_hidden_is_gone(passes: Passes, name: str) -> None:
    before, after = passes.texts[0][name], passes.texts[2][name]
    assert words(EDITED) in before and said(EDITED, True) in after and words(EDITED) not in after
    assert words(HIDDEN) in before and words(HIDDEN) not in after


def test_a_timeline_that_grew_is_read_only_as_far_as_what_is_known(passes: Passes) -> None:
    assert len(of(passes.asked[2], "/api/")) <= 2


def test_no_writer_is_in_any_file_or_log(passes: Passes) -> None:
    assert passes.found == frozenset()
