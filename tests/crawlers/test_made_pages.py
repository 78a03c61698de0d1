"""Reading pages of many layouts that were written for this test."""

from __future__ import annotations

import re

import pytest

from crawlers.extract import extract
from tests.crawlers.made_cases import CASES
from tests.crawlers.made_more import MORE
from tests.crawlers.made_pages import NOW, Case


def plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("case", [*CASES, *MORE], ids=lambda c: c.name)
def test_a_page_of_this_layout_is_read(case: Case) -> None:
    found = extract(case.body, case.url, case.content_type, seen=NOW)
    assert found.kind is case.kind
    if case.title:
        assert found.title == case.title
    if case.text:
        assert plain(found.text) == plain("".join(case.text))
    if case.kind.value == "article":
        assert found.published == case.published
    assert not [w for w in case.never if w in found.text or w in found.title]
