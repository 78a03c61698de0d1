"""JSON as Discourse, Flarum and Mastodon give it, in our own words, with a writer in every place they have."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tests.crawlers.forum_pages import OTHER, PLACE, UID, WHO, Post, paragraphs


def discourse_topic(tid: int, title: str, posts_count: int, last: str, **more: object) -> dict[str, object]:
    return {
        "id": tid, "title": title, "fancy_title": title, "slug": "topic", "posts_count": posts_count, "reply_count": 1,
        "highest_post_number": posts_count, "created_at": "2026-11-21T12:00:00.000Z", "last_posted_at": last, "bumped_at": last,
        "archetype": "regular", "pinned": False, "visible": True, "closed": False, "last_poster_username": OTHER,
        "posters": [{"extras": "latest", "description": f"原始发帖人 {WHO}", "user_id": int(UID)}], **more,
    }  # fmt: skip


def discourse_list(topics: Sequence[dict[str, object]], more: str = "") -> str:
    users = [{"id": int(UID), "username": WHO, "name": PLACE, "avatar_template": f"/u/{WHO}.png"}]
    listed: dict[str, object] = {"can_create_topic": False, "per_page": 30, "topics": list(topics)}
    if more:
        listed["more_topics_url"] = more
    return json.dumps({"users": users, "primary_groups": [], "topic_list": listed}, ensure_ascii=False)


def discourse_post(number: int, text: str, time: str = "2026-11-21T12:00:00.000Z", **more: Any) -> dict[str, object]:
    cooked = (
        f'<aside class="quote no-group" data-username="{WHO}" data-post="1"><div class="title"><img class="avatar" alt=""> {WHO}:</div><blockquote><p>引用的话</p></blockquote></aside>'
        f'<p><a class="mention" href="/u/{OTHER}">@{OTHER}</a> {paragraphs(text)}</p><aside class="onebox"><article><a href="https://x.cn/{UID}">{WHO}的空间</a></article></aside>'
    )
    return {
        "id": number, "name": PLACE, "username": WHO, "display_username": WHO, "avatar_template": f"/user_avatar/{WHO}/1.png",
        "created_at": time, "updated_at": time, "cooked": cooked, "post_number": number % 100, "post_type": 1, "user_id": int(UID),
        "user_title": PLACE, "moderator": False, "hidden": False, "deleted_at": None, "user_deleted": False, **more,
    }  # fmt: skip


def discourse_thread(
    tid: int, posts: Sequence[dict[str, object]], stream: Sequence[int], title: str = "青石路停水两天了"
) -> str:
    return json.dumps(
        {"post_stream": {"posts": list(posts), "stream": list(stream)}, "id": tid, "title": title, "fancy_title": title, "posts_count": len(stream),
         "details": {"created_by": {"id": int(UID), "username": WHO}, "participants": [{"username": WHO}]}, "user_id": int(UID)}, ensure_ascii=False,
    )  # fmt: skip


def discourse_some(tid: int, posts: Sequence[dict[str, object]]) -> str:
    return json.dumps({"post_stream": {"posts": list(posts)}, "id": tid}, ensure_ascii=False)


# Flarum and Mastodon

_USER = {"type": "users", "id": UID, "attributes": {"username": WHO, "displayName": WHO, "bio": PLACE}}


def flarum_list(rows: Sequence[tuple[int, str, int, str]], following: str = "") -> str:
    data = [
        {"type": "discussions", "id": str(id), "attributes": {"title": title, "slug": "x", "commentCount": n, "createdAt": "2026-11-21T12:00:00+00:00",
         "lastPostedAt": last, "isSticky": id == 77}, "relationships": {"user": {"data": {"type": "users", "id": UID}}}}
        for id, title, n, last in rows
    ]  # fmt: skip
    return json.dumps(
        {"links": {"next": following} if following else {}, "data": data, "included": [_USER]}, ensure_ascii=False
    )


def flarum_posts(posts: Sequence[Post]) -> str:
    data = [
        {"type": "posts", "id": str(p.number), "attributes": {"number": n, "createdAt": f"{p.time.replace(' ', 'T')}:00+08:00", "contentType": "comment", "ipAddress": PLACE,
         "contentHtml": f'<p><a href="/u/{OTHER}" class="UserMention">@{OTHER}</a> {paragraphs(p.text)}</p><blockquote class="uncited"><div>{p.quoted}</div></blockquote>'},
         "relationships": {"user": {"data": {"type": "users", "id": UID}}}}
        for n, p in enumerate(posts, 1)
    ]  # fmt: skip
    data.append(
        {
            "type": "posts",
            "id": "9999",
            "attributes": {"number": 99, "createdAt": "2026-11-21T12:00:00+00:00", "contentType": "discussionRenamed"},
            "relationships": {},
        }
    )
    along = {"type": "discussions", "id": "5", "attributes": {"title": "青石路停水两天了", "slug": "x"}}
    return json.dumps({"data": data, "included": [_USER, along]}, ensure_ascii=False)


def status(number: int, text: str, time: str = "2026-11-21T12:00:00.000Z", **more: Any) -> dict[str, object]:
    content = (
        f'<p><span class="h-card" translate="no"><a href="https://social.example.com/@{WHO}" class="u-url mention">@<span>{WHO}</span></a></span> {paragraphs(text)} '
        f'<a href="https://social.example.com/tags/示例区" class="mention hashtag" rel="tag">#<span>示例区</span></a></p>'
    )
    account = {
        "id": UID,
        "username": WHO,
        "acct": WHO,
        "display_name": WHO,
        "note": PLACE,
        "url": f"https://social.example.com/@{WHO}",
        "avatar": f"/{WHO}.png",
    }
    return {
        "id": str(number), "created_at": time, "in_reply_to_id": None, "in_reply_to_account_id": UID, "sensitive": False, "spoiler_text": "", "visibility": "public",
        "language": "zh", "uri": f"https://social.example.com/users/{WHO}/statuses/{number}", "url": f"https://social.example.com/@{WHO}/{number}",
        "replies_count": 1, "reblogs_count": 2, "edited_at": None, "content": content, "reblog": None, "account": account,
        "mentions": [{"id": UID, "username": WHO, "acct": WHO}], "tags": [{"name": "示例区"}], "media_attachments": [{"description": f"{WHO} 的照片"}],
        "application": {"name": PLACE}, **more,
    }  # fmt: skip


def timeline(statuses: Sequence[dict[str, object]]) -> str:
    return json.dumps(list(statuses), ensure_ascii=False)
