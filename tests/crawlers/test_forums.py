"""Forum pages of the usual software: threads of a list, posts of a thread, further pages; text and time, never who."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.adapters import Link, Meta, Parsed, Role, adapter
from crawlers.failures import AdapterError, FetchFailure
from monitor.model import CHINA, Fetched, Kind
from monitor.settings.types import Source
from tests.crawlers import forum_pages as pages
from tests.crawlers.forum_pages import MARKERS, Post

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
LIST = "https://bbs.example.cn/forum-2-1.html"
THREAD = "https://bbs.example.cn/thread-12-1-1.html"
TITLE = "青石路停水两天了"
TEXTS = [pages.OPENING, f"{pages.ANSWERS[0]}（1）", f"{pages.ANSWERS[1]}（2）"]
TIMES = [datetime(2026, 11, 21, 20, n, tzinfo=CHINA) for n in range(3)]


def forum(**more: object) -> Source:
    return Source.model_validate(
        {"id": "bbs", "name": "青石论坛", "kind": "post", "adapter": "forum", "url": LIST, "outlet": "青石论坛", **more}
    )


def index(html: str | bytes, url: str = LIST, **more: object) -> Parsed:
    body = html if isinstance(html, bytes) else html.encode()
    return adapter("forum")(body, Meta(url, url, Role.INDEX, NOW), forum(**more))


def read(html: str | bytes, url: str = THREAD, key: str = "", entry: Fetched | None = None, **more: object) -> Parsed:
    body = html if isinstance(html, bytes) else html.encode()
    return adapter("forum")(body, Meta(url, key or url, Role.ITEM, NOW, entry=entry), forum(**more))


def rows(*told: tuple[int, str, int, str]) -> tuple[tuple[int, str, int, str], ...]:
    return told or ((12, TITLE, 3, "2026-11-21 20:05"), (13, "青石路口路灯不亮", 1, "2026-11-21 20:06"))


THREADS = {
    "Discuz!": pages.discuz_thread,
    "Discuz! 手机版": pages.touch_thread,
    "phpBB": pages.phpbb_thread,
    "XenForo": pages.xenforo_thread,
    "vBulletin": pages.vbulletin_thread,
    "phpwind": pages.phpwind_thread,
    "NodeBB": pages.nodebb_thread,
}


@pytest.mark.parametrize("software", THREADS)
def test_a_thread_gives_the_text_and_time_of_every_post_and_never_who(software: str) -> None:
    parsed = read(THREADS[software](pages.thread(3)))
    assert [item.text for item in parsed.items] == TEXTS
    assert [item.published for item in parsed.items] == TIMES
    assert [item.title for item in parsed.items] == [TITLE, "", ""]
    assert {item.kind for item in parsed.items} == {Kind.POST} and {item.url for item in parsed.items} == {""}
    assert not [marker for marker in MARKERS if marker in repr(parsed)]


@pytest.mark.parametrize("software", THREADS)
def test_a_post_keeps_its_key_when_one_before_it_goes_or_its_text_changes(software: str) -> None:
    told = pages.thread(4)
    before = {item.text: item.key for item in read(THREADS[software](told)).items}
    edited = [told[0], *told[2:3], replace(told[3], text="改正：今晚八点才恢复供水。")]
    after = {item.text: item.key for item in read(THREADS[software](edited)).items}
    assert after[told[2].text] == before[told[2].text]
    assert after["改正：今晚八点才恢复供水。"] == before[told[3].text]
    assert len(set(before.values())) == 4


@pytest.mark.parametrize(
    ("page", "threads", "following"),
    [
        (pages.discuz_list(rows(), following="forum-2-2.html"), (THREAD, "https://bbs.example.cn/thread-13-1-1.html"),
         "https://bbs.example.cn/forum-2-2.html"),
        (pages.discuz_list(rows(), static=False), ("https://bbs.example.cn/forum.php?mod=viewthread&tid=12",
         "https://bbs.example.cn/forum.php?mod=viewthread&tid=13"), None),
        (pages.touch_list([(12, TITLE, 3), (13, "青石路口路灯不亮", 1)]), ("https://bbs.example.cn/forum.php?mod=viewthread&tid=12",
         "https://bbs.example.cn/forum.php?mod=viewthread&tid=13"), "https://bbs.example.cn/forum.php?mod=forumdisplay&fid=2&page=2"),
        (pages.phpbb_list(rows()), ("https://bbs.example.cn/viewtopic.php?f=2&t=12", "https://bbs.example.cn/viewtopic.php?f=2&t=13"),
         "https://bbs.example.cn/viewforum.php?f=2&start=25"),
        (pages.xenforo_list(rows()), ("https://bbs.example.cn/threads/ting-shui.12/", "https://bbs.example.cn/threads/ting-shui.13/"),
         "https://bbs.example.cn/forums/life/page-2"),
    ],
    ids=["Discuz! 静态地址", "Discuz! 动态地址", "Discuz! 手机版", "phpBB", "XenForo"],
)  # fmt: skip
def test_a_list_gives_its_threads_without_what_is_pinned_or_for_members(
    page: str, threads: tuple[str, ...], following: str | None
) -> None:
    parsed = index(page)
    items = [link for link in parsed.links if link.role is Role.ITEM]
    assert tuple(link.url for link in items) == threads
    assert [link.entry.title for link in items if link.entry] == [TITLE, "青石路口路灯不亮"]
    assert [link.url for link in parsed.links if link.role is Role.INDEX] == ([following] if following else [])
    assert not [marker for marker in MARKERS if marker in repr(parsed)]


def test_a_thread_has_the_same_version_until_somebody_answers() -> None:
    def version(replies: int, last: str) -> str:
        return index(pages.discuz_list([(12, TITLE, replies, last)])).links[0].version

    first = version(3, "2026-11-21 20:05")
    assert first and version(3, "2026-11-21 20:05") == first
    assert version(4, "2026-11-21 20:09") != first
    # A mobile list names no moment: the number of replies alone tells.
    told = [index(pages.touch_list([(12, TITLE, n)])).links[0].version for n in (3, 3, 4)]
    assert told[0] == told[1] != told[2]


def test_a_relative_time_in_a_list_is_no_part_of_the_version() -> None:
    page = pages.discuz_list([(12, TITLE, 3, "2026-11-21 20:05")]).replace(' title="2026-11-21 20:05"', "")
    later = Meta(LIST, LIST, Role.INDEX, datetime(2026, 11, 22, 9, tzinfo=UTC))
    assert index(page).links[0].version == adapter("forum")(page.encode(), later, forum()).links[0].version


def test_views_of_one_member_only_are_never_followed() -> None:
    page = pages.discuz_list([(12, TITLE, 3, "2026-11-21 20:05")]).replace(
        "thread-12-1-1.html", "forum.php?mod=viewthread&amp;tid=12&amp;authorid=5"
    )
    page += pages.discuz_thread(pages.thread(1))
    assert all("authorid" not in link.url for link in index(page).links)


def test_a_gbk_forum_is_read() -> None:
    told = read(pages.discuz_thread(pages.thread(3), charset="gbk").encode("gbk"))
    assert [item.text for item in told.items] == TEXTS


def test_a_post_that_moderators_hid_is_told_as_gone() -> None:
    shown = read(pages.discuz_thread(pages.thread(2)))
    page = pages.discuz_thread(pages.thread(1))
    hidden = read(page.replace('<div id="postlistreply"', f'{pages.discuz_blocked(9002)}<div id="postlistreply"'))
    assert hidden.gone == (shown.items[1].key,)
    assert len(hidden.items) == 1


@pytest.mark.parametrize(
    "text", ["抱歉，指定的主题不存在或已被删除或正在被审核", "没有找到帖子", "The requested topic does not exist."]
)
def test_a_page_that_only_says_that_the_thread_is_no_more_is_gone(text: str) -> None:
    with pytest.raises(AdapterError) as error:
        read(pages.discuz_message(text))
    assert error.value.failure is FetchFailure.GONE


@pytest.mark.parametrize("text", ["抱歉，本版块只有特定用户可以访问", "抱歉，您尚未登录，没有权限访问该版块"])
def test_a_thread_for_members_gives_nothing_and_a_list_for_members_is_told(text: str) -> None:
    assert read(pages.discuz_message(text)) == Parsed()
    with pytest.raises(AdapterError) as error:
        index(pages.discuz_message(text))
    assert error.value.failure is FetchFailure.FORBIDDEN


def test_any_other_message_is_no_thread() -> None:
    with pytest.raises(AdapterError) as error:
        read(pages.discuz_message("抱歉，您的请求来路不正确"))
    assert error.value.failure is FetchFailure.RULES_NEEDED


def test_a_thread_that_talks_of_deleted_posts_is_not_gone() -> None:
    told = [Post(9001, "版主，我的帖子不存在了，是被删除了吗？停水的事还没人管。", "2026-11-21 20:00")]
    assert len(read(pages.discuz_thread(told)).items) == 1


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("回复 3# 王五\n自来水恢复了", "自来水恢复了"),
        ("王五 发表于 2026-11-21 20:05\n水有点浑", "水有点浑"),
        ("王五 发表于 3 小时前\n水有点浑", "水有点浑"),
        ("回复 王五：我家还没水", "我家还没水"),
        ("回复供水公司：电话一直占线", "回复供水公司：电话一直占线"),
        ("@wangwu_88 你家呢？停水三天了", "你家呢？停水三天了"),
        ("本帖最后由 王五 于 2026-11-21 21:00 编辑\n今晚恢复供水", "今晚恢复供水"),
        ("王五说道：\n今晚恢复供水", "今晚恢复供水"),
        ("通知发表于昨天，供水要到周五才恢复", "通知发表于昨天，供水要到周五才恢复"),
        ("12345的回复：已派人维修", "12345的回复：已派人维修"),
    ],
)
def test_lines_that_name_who_is_answered_or_quoted_go_and_what_is_said_stays(text: str, kept: str) -> None:
    parsed = read(
        pages.discuz_thread([Post(9001, "停水了。", "2026-11-21 20:00"), Post(9002, text, "2026-11-21 20:05")])
    )
    assert [item.text for item in parsed.items][1] == kept


def test_indented_words_of_ones_own_are_no_quotation() -> None:
    page = pages.discuz_thread(
        [Post(9001, "通知原文：<blockquote>本周五停水检修。</blockquote>请大家储水。", "2026-11-21 20:00")]
    )
    assert "本周五停水检修。" in read(page).items[0].text


def test_a_forums_own_rules_come_first_and_the_opening_keeps_the_threads_key() -> None:
    rules = {"title": "#thread_subject", "text": ".t_f", "time": "em[id^=authorposton]"}
    parsed = read(pages.discuz_thread(pages.thread(3)), page=rules)
    assert [item.text for item in parsed.items] == TEXTS
    assert parsed.items[0].key == THREAD and parsed.items[1].key == "bbs.example.cn#post9002"
    assert not [marker for marker in MARKERS if marker in repr(parsed)]


def test_without_numbers_a_post_is_known_by_its_moment_and_words_but_never_by_a_relative_time() -> None:
    rules = {"title": "h1", "text": ".t", "time": ".d"}
    page = "<h1>停水</h1>" + "".join(
        f"<div><i class=d>{time}</i><div class=t>{text}</div></div>"
        for time, text in (("2026-11-21 20:00", "停水了。"), ("3 小时前", "我家也停了。"))
    )
    later = Meta(THREAD, THREAD, Role.ITEM, datetime(2026, 11, 22, 5, tzinfo=UTC))
    keys = [item.key for item in read(page, page=rules).items]
    assert [item.key for item in adapter("forum")(page.encode(), later, forum(page=rules)).items] == keys


def test_a_recorded_list_of_a_real_forum_is_read(shared_data: Path) -> None:
    import tarfile

    with tarfile.open(shared_data / "pages" / "list_pages.tar.xz") as archive:
        member = archive.extractfile("list_pages/netease_forum/1.html")
        assert member is not None
        parsed = index(member.read(), "https://n.netease.com/forum-9-1.html")
    threads = [link for link in parsed.links if link.role is Role.ITEM]
    # 40 threads and two pinned ones, counted by reading the page.
    assert len(threads) == 40
    assert threads[0].url == "https://n.netease.com/thread-202643-1-1.html"
    assert threads[0].entry is not None and threads[0].entry.title == "新买的机子老出现游戏卡屏或卡崩"
    assert threads[0].version == "22/2020-08-02T13:11:00+08:00"
    assert parsed.links[-1] == Link("https://n.netease.com/forum-9-2.html", Role.INDEX)
    assert all(link.version for link in threads)


def test_a_picture_without_words_is_kept_for_what_its_title_says() -> None:
    told = [
        Post(9001, "", "2026-11-21 20:00"),
        Post(9002, "", "2026-11-21 20:01"),
        Post(9003, "我家也停了。", "2026-11-21 20:02"),
    ]
    items = read(pages.discuz_thread(told)).items
    assert [(i.title, i.text) for i in items] == [(TITLE, ""), ("", "我家也停了。")]


def test_the_title_of_a_hidden_opening_is_nobody_elses() -> None:
    page = pages.discuz_thread([Post(9002, "我家也停了。", "2026-11-21 20:02")])
    hidden = read(page.replace('<div id="post_9002"', f'{pages.discuz_blocked(9001)}<div id="post_9002"'))
    assert [i.title for i in hidden.items] == [""] and hidden.gone == ("bbs.example.cn#post9001",)


def test_a_board_shown_as_pictures_is_a_list_too() -> None:
    row = (
        '<li style="width:222px;"><div class="c cl"><a href="thread-12-1-1.html" title="青石路停水两天了"><img src="c.jpg"></a></div><h3 class="xw0">'
        f'<a href="thread-12-1-1.html" title="青石路停水两天了">青石路停水两天了</a></h3><div class="auth cl"><cite class="xg1 y">喜欢: 0 回复: <a href="thread-12-1-1.html" title="7 回复">7</a></cite><a href="space-uid-{pages.UID}.html">{pages.WHO}</a></div></li>'
    )
    page = f'<html><head>{pages.DISCUZ_HEAD}</head><body><ul id="waterfall" class="ml waterfall cl">{row}</ul></body></html>'
    parsed = index(page)
    assert [(link.url, link.version, link.entry and link.entry.title) for link in parsed.links] == [
        (THREAD, "7/", TITLE)
    ]
    assert not [marker for marker in MARKERS if marker in repr(parsed)]


def test_a_forum_is_known_whatever_quotes_its_pages_are_written_with() -> None:
    assert len(index(pages.discuz_list(rows()).replace('"', "'")).links) == 2
    assert len(read(pages.touch_thread(pages.thread(2)).replace('"', "'")).items) == 2


def test_a_way_to_the_last_post_is_not_the_thread() -> None:
    rows = "".join(
        f"<li><a href='/t/{n}'>青石路停水的第{n}个帖子</a><a href='/forum.php?mod=redirect&tid={n}&goto=lastpost'>最后回复在今天晚上八点</a></li>"
        for n in range(4)
    )
    links = index(f"<html><body><ul>{rows}</ul></body></html>").links
    assert [link.url for link in links] == [f"https://bbs.example.cn/t/{n}" for n in range(4)]
