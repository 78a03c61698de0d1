"""S1: no type can hold the author of a post or message."""

from __future__ import annotations

import dataclasses
import inspect
import re

import pytest

from monitor import model
from monitor.store import codec

AUTHOR = re.compile(
    r"author|user|nick|handle|avatar|profile|follower|screen|poster|writer|account|byline|^ip$|_ip", re.I
)
TYPES = [
    value for _, value in inspect.getmembers(model, inspect.isclass)
    if dataclasses.is_dataclass(value) and value.__module__ == model.__name__
]  # fmt: skip


@pytest.mark.parametrize("type_", TYPES, ids=lambda t: t.__name__)
def test_no_type_has_a_field_for_an_author(type_: type) -> None:
    names = [f.name for f in dataclasses.fields(type_)]
    assert names
    assert not [n for n in names if AUTHOR.search(n)]


def test_the_pattern_would_find_an_author_field() -> None:
    for name in ("author", "user_name", "nickname", "avatar_url", "ip", "client_ip", "profile_link"):
        assert AUTHOR.search(name)


def test_a_type_takes_no_field_beyond_its_own() -> None:
    fetched = next(t for t in TYPES if t.__name__ == "Fetched")
    with pytest.raises(TypeError):
        fetched(author="x")
    with pytest.raises((AttributeError, TypeError)):
        object.__new__(fetched).author = "x"


def test_a_post_keeps_neither_link_nor_title() -> None:
    assert {f.name for f in dataclasses.fields(model.Post)} == {
        "id", "source", "kind", "published", "seen", "labels", "text",
    }  # fmt: skip


def test_a_stored_document_with_an_author_is_refused() -> None:
    document = {"type": "post", "author": "x"}
    with pytest.raises(Exception, match=r".+"):
        codec.decode(document)
