"""Discourse, Flarum and Mastodon: JSON in, posts out, and nothing of any account."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from typing import Any

import pytest

from crawlers.adapters import Meta, Parsed, Role, adapter, discourse
from crawlers.failures import AdapterError, FetchFailure
from monitor.settings.types import Source
from tests.crawlers import forum_answers as answers
from tests.crawlers import forum_pages as pages
from tests.crawlers.forum_pages import MARKERS

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
LATEST = "https://talk.example.cn/c/local/5/l/latest.json"
TOPIC = "https://talk.example.cn/t/5.json"
TAG = "https://social.example.com/api/v1/timelines/tag/示例区?local=true&limit=40"


def read(body: str, role: Role, url: str, name: str = "forum", key: str = "") -> Parsed:
    source = Source.model_validate({"id": "s", "name": "源", "kind": "post", "adapter": name, "url": LATEST})
    parsed = adapter(name)(body.encode(), Meta(url, key or url, role, NOW), source)
    assert not [marker for marker in MARKERS if marker in repr(parsed)]
    return parsed


def topic(tid: int = 5, **more: object) -> dict[str, object]:
    return answers.discourse_topic(tid, f"停水第{tid}天", 3, "2026-11-21T13:00:00.000Z", **more)


def test_a_discourse_list_gives_topics_without_pinned_and_private_ones() -> None:
    told = [
        topic(),
        topic(6, pinned=True),
        topic(7, pinned_globally=True),
        topic(8, visible=False),
        topic(9, archetype="private_message"),
    ]
    parsed = read(answers.discourse_list(told, "/c/local/5/l/latest?page=1"), Role.INDEX, LATEST)
    assert [link.url for link in parsed.links] == [TOPIC, "https://talk.example.cn/c/local/5/l/latest.json?page=1"]
    assert [link.role for link in parsed.links] == [Role.ITEM, Role.INDEX]
    assert parsed.links[0].entry is not None and parsed.links[0].entry.title == "停水第5天"


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        ({"views": 900, "like_count": 12}, True),
        ({"posts_count": 4}, False),
        ({"bumped_at": "2026-11-21T14:00:00Z"}, False),
    ],
)
def test_an_unchanged_topic_keeps_its_version(change: dict[str, object], same: bool) -> None:
    versions = [
        read(answers.discourse_list([{**topic(), **more}]), Role.INDEX, LATEST).links[0].version
        for more in ({}, change)
    ]
    assert versions[0] and (versions[0] == versions[1]) is same


def test_a_discourse_that_lies_in_a_folder_is_asked_there() -> None:
    url = "https://example.cn/talk/latest.json"
    assert read(answers.discourse_list([topic()]), Role.INDEX, url).links[0].url == "https://example.cn/talk/t/5.json"


@pytest.mark.parametrize(
    ("page", "json"),
    [
        ("https://talk.example.cn/", "https://talk.example.cn/latest.json"),
        ("https://talk.example.cn/latest?order=created", "https://talk.example.cn/latest.json"),
        ("https://talk.example.cn/c/local/5", LATEST),
        ("https://talk.example.cn/c/city/local/5/l/top", "https://talk.example.cn/c/city/local/5/l/latest.json"),
        ("https://talk.example.cn/c/local/5/l/latest.json", LATEST),
        ("https://talk.example.cn/tag/water", "https://talk.example.cn/tag/water.json"),
        ("https://talk.example.cn/t/ting-shui/5", "https://talk.example.cn/latest.json"),
        ("https://example.cn/talk/c/local/5", "https://example.cn/talk/c/local/5/l/latest.json"),
    ],
)
def test_the_address_of_a_list_for_people_leads_to_the_same_list_as_json(page: str, json: str) -> None:
    assert discourse.list_address(page) == json


def test_the_html_of_a_discourse_list_carries_the_same_list() -> None:
    inner = escape(json.dumps({"topic_list_latest": answers.discourse_list([topic()])}), quote=True)
    page = f'<html><head><title>民生</title></head><body><div class="hidden" id="data-preloaded" data-preloaded="{inner}"></div></body></html>'
    parsed = read(page, Role.INDEX, "https://talk.example.cn/c/local/5")
    assert [link.url for link in parsed.links] == [TOPIC]


def test_a_discourse_topic_gives_what_people_wrote() -> None:
    posts = [
        answers.discourse_post(101, pages.OPENING), answers.discourse_post(102, "移到民生版", post_type=3),
        answers.discourse_post(103, "我家也停水了。", "2026-11-21T12:05:00.000Z"), answers.discourse_post(104, "悄悄话", post_type=4),
    ]  # fmt: skip
    parsed = read(answers.discourse_thread(5, posts, [101, 102, 103, 104]), Role.ITEM, TOPIC)
    assert [(i.title, i.text) for i in parsed.items] == [("青石路停水两天了", pages.OPENING), ("", "我家也停水了。")]
    assert parsed.items[1].published == datetime(2026, 11, 21, 12, 5, tzinfo=UTC)
    assert parsed.items[1].key == "talk.example.cn#post103"
    assert parsed.links == ()


def test_an_opening_that_is_only_a_picture_is_kept_for_what_its_title_says() -> None:
    posts = [
        answers.discourse_post(101, "", cooked='<p><img src="/1.jpg"></p>'),
        answers.discourse_post(102, "我家也停了。"),
    ]
    parsed = read(answers.discourse_thread(5, posts, [101, 102]), Role.ITEM, TOPIC)
    assert [(i.title, i.text) for i in parsed.items] == [("青石路停水两天了", ""), ("", "我家也停了。")]


def test_the_title_of_a_hidden_opening_is_nobody_elses() -> None:
    posts = [answers.discourse_post(101, "停水。", hidden=True), answers.discourse_post(102, "我家也停了。")]
    assert [i.title for i in read(answers.discourse_thread(5, posts, [101, 102]), Role.ITEM, TOPIC).items] == [""]


@pytest.mark.parametrize("mark", [{"hidden": True}, {"deleted_at": "2026-11-21T14:00:00Z"}, {"user_deleted": True}])
def test_a_deleted_or_hidden_discourse_post_is_told_as_gone(mark: dict[str, Any]) -> None:
    posts = [
        answers.discourse_post(101, "停水了，有人知道原因吗？"),
        answers.discourse_post(102, "（作者删除了帖子）", **mark),
    ]
    parsed = read(answers.discourse_thread(5, posts, [101, 102]), Role.ITEM, TOPIC)
    assert parsed.gone == ("talk.example.cn#post102",)
    assert [item.text for item in parsed.items] == ["停水了，有人知道原因吗？"]


def test_the_posts_of_a_long_topic_are_asked_for_by_number() -> None:
    posts = [answers.discourse_post(n, f"第{n}个人说停水了。") for n in range(101, 121)]
    parsed = read(answers.discourse_thread(5, posts, range(101, 146)), Role.ITEM, TOPIC)
    assert [link.url.count("post_ids") for link in parsed.links] == [5, 20]
    assert parsed.links[1].url.startswith("https://talk.example.cn/t/5/posts.json?post_ids%5B%5D=121&")
    assert {link.of for link in parsed.links} == {TOPIC}
    rest = read(
        answers.discourse_some(5, [answers.discourse_post(121, "还没恢复。")]),
        Role.ITEM,
        parsed.links[0].url,
        key=TOPIC,
    )
    assert [(i.key, i.title, i.text) for i in rest.items] == [("talk.example.cn#post121", "", "还没恢复。")]


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ({"errors": ["找不到"], "error_type": "not_found"}, FetchFailure.GONE),
        ({"errors": ["请登录"], "error_type": "not_logged_in"}, FetchFailure.FORBIDDEN),
        ({"errors": ["无权"], "error_type": "invalid_access"}, FetchFailure.FORBIDDEN),
        ({"post_stream": {"posts": [], "stream": []}, "id": 5}, FetchFailure.NO_TEXT),
        ({"post_stream": None}, FetchFailure.NO_TEXT),
        ({"anything": 1}, FetchFailure.NO_TEXT),
    ],
)
def test_a_topic_that_is_not_there_says_why(answer: object, failure: FetchFailure) -> None:
    with pytest.raises(AdapterError) as error:
        read(json.dumps(answer), Role.ITEM, TOPIC)
    assert error.value.failure is failure


@pytest.mark.parametrize(
    "body", ["[1, 2]", '{"topic_list": {"topics": [{"id": "x"}, 3]}}', '{"topic_list": 5}', "{broken", '{"data": []}']
)
def test_an_answer_of_a_strange_shape_is_refused_and_never_breaks(body: str) -> None:
    for name in ("forum", "mastodon"):
        with pytest.raises(AdapterError):
            read(body, Role.INDEX, LATEST, name)


def test_a_flarum_list_and_discussion_are_read() -> None:
    url = "https://talk.example.cn/api/discussions?sort=-createdAt"
    told = answers.flarum_list(
        [(77, "置顶", 1, "2026-11-01T00:00:00+00:00"), (5, "停水", 3, "2026-11-21T13:00:00+00:00")],
        f"{url}&page%5Boffset%5D=20",
    )
    parsed = read(told, Role.INDEX, url)
    posts_url = "https://talk.example.cn/api/posts?filter%5Bdiscussion%5D=5&page%5Blimit%5D=50&sort=createdAt"
    assert [(link.url, link.role) for link in parsed.links] == [
        (posts_url, Role.ITEM),
        (f"{url}&page%5Boffset%5D=20", Role.INDEX),
    ]
    assert parsed.links[0].version == "3/2026-11-21T13:00:00+00:00"
    items = read(answers.flarum_posts(pages.thread(3)), Role.ITEM, posts_url).items
    assert [item.text for item in items] == [p.text for p in pages.thread(3)]
    assert (items[0].key, items[0].title, items[1].title) == ("talk.example.cn#post9001", "青石路停水两天了", "")


def test_a_timeline_gives_words_and_times_and_the_way_to_older_ones() -> None:
    told = [
        answers.status(1002, "停水了，谁知道原因？"),
        answers.status(1001, "我家也停了", spoiler_text="投诉 @someone"),
    ]
    parsed = read(answers.timeline(told), Role.INDEX, TAG, "mastodon")
    assert [item.text for item in parsed.items] == ["停水了，谁知道原因？ #示例区", "投诉\n我家也停了 #示例区"]
    assert [item.key for item in parsed.items] == ["social.example.com#status1002", "social.example.com#status1001"]
    assert {item.url for item in parsed.items} == {""} and parsed.items[0].published == datetime(
        2026, 11, 21, 12, tzinfo=UTC
    )
    (older,) = parsed.links
    assert older.role is Role.INDEX and older.url.endswith("&max_id=1001") and "local=true" in older.url


@pytest.mark.parametrize(
    "more",
    [
        {"reblog": {"id": "5", "content": "<p>别人的话</p>"}},
        {"visibility": "private"},
        {"language": "en", "content": "<p>The water is off</p>"},
        {"content": ""},
    ],
    ids=["转嘟", "不公开", "外文", "无字"],
)
def test_what_is_not_said_here_in_chinese_is_left_out(more: dict[str, Any]) -> None:
    assert read(answers.timeline([answers.status(1002, "停水了", **more)]), Role.INDEX, TAG, "mastodon").items == ()


def test_chinese_words_of_an_account_set_to_english_are_kept() -> None:
    assert (
        len(read(answers.timeline([answers.status(1002, "停水了", language="en")]), Role.INDEX, TAG, "mastodon").items)
        == 1
    )


def test_an_edited_status_keeps_its_key() -> None:
    told = [
        read(answers.timeline([answers.status(1002, text)]), Role.INDEX, TAG, "mastodon").items[0]
        for text in ("停水了", "停水了，已恢复")
    ]
    assert told[0].key == told[1].key and told[0].text != told[1].text


def test_an_instance_that_wants_a_sign_in_is_told_as_forbidden() -> None:
    with pytest.raises(AdapterError) as error:
        read('{"error": "This API requires an authenticated user"}', Role.INDEX, TAG, "mastodon")
    assert error.value.failure is FetchFailure.FORBIDDEN


def changed(told: Any, way: tuple[Any, ...], value: Any) -> Any:
    """``told`` with another value at one place."""
    if not way:
        return value
    if isinstance(told, dict):
        return {k: changed(v, way[1:], value) if k == way[0] else v for k, v in told.items()}
    return [changed(v, way[1:], value) if n == way[0] else v for n, v in enumerate(told)]


def places(told: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield way
    parts = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    for name, value in parts:
        yield from places(value, (*way, name))


@pytest.mark.parametrize(
    ("body", "role", "name"),
    [
        (answers.discourse_list([topic()], "/latest?page=1"), Role.INDEX, "forum"),
        (answers.discourse_thread(5, [answers.discourse_post(101, "停水了。")], range(101, 130)), Role.ITEM, "forum"),
        (answers.flarum_list([(5, "停水", 3, "2026-11-21T13:00:00+00:00")]), Role.INDEX, "forum"),
        (answers.flarum_posts(pages.thread(2)), Role.ITEM, "forum"),
        (answers.timeline([answers.status(1002, "停水了")]), Role.INDEX, "mastodon"),
    ],
    ids=["Discourse 列表", "Discourse 主题", "Flarum 列表", "Flarum 主题", "Mastodon"],
)
def test_whatever_stands_in_whatever_field_an_answer_is_read_or_refused(body: str, role: Role, name: str) -> None:
    told = json.loads(body)
    tried = 0
    values: tuple[Any, ...] = (None, -1, 1e300, True, "", [], {}, [[]], {"a": [1]}, "2026-99-99", "<p")
    for way in places(told):
        for value in values:
            with contextlib.suppress(AdapterError):
                read(json.dumps(changed(told, way, value)), role, LATEST, name)
            tried += 1
    assert tried > 100
