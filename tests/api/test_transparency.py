"""The public page as a resident meets it: everything it promises, for everybody, without a trace of the visitor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from api.public_words import PROMISES
from monitor.app import App
from monitor.model import CHINA, Kind
from monitor.ops import audit, retention, tally
from tests.api import district
from tests.api.client import Client, Reply, serving

MORE = {
    "service": '[public]\ncontact = "示例区网信办 010-12345"\ncomplaint = "示例市网信办"\nbasis = "示例办法"\nanswer_days = 10\n'
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, int]]:
    with district.opened(tmp_path_factory.mktemp("public"), district.Hands(), **MORE) as app:
        counters = tally.Tally()
        counters.add("intake_decisions", 40, kind="news", verdict="drop", reason="not_district")
        counters.add("intake_decisions", 44, kind="post", verdict="drop", reason="not_public_service")
        counters.add("intake_decisions", 7, kind="post", verdict="drop", reason="too_old")
        counters.flush(app.store, district.NOW - timedelta(days=1))
        counters.add("intake_decisions", 60, kind="post", verdict="drop", reason="not_public_service")
        counters.flush(app.store, district.NOW)
        retention.prune(app.store, app.spool, app.settings, district.NOW - timedelta(hours=5))
        with serving(app) as port:
            yield app, port


@pytest.fixture
def page(town: tuple[App, int]) -> Reply:
    return Client(town[1]).get("/transparency")


def test_it_names_what_is_collected_kept_dropped_and_never_done(page: Reply) -> None:
    for words in ("从不做的事", "八条保证", "收集什么", "示例论坛", "供水", "30 天", "&lt;10", "程序不对任何个人作出决定",
                  "示例区网信办 010-12345", "示例市网信办", "示例办法", "10 个工作日", "95%置信区间"):  # fmt: skip
        assert words in page.text, words
    for name, how in PROMISES:
        assert name in page.text and how in page.text.replace("&lt;", "<").replace("&#34;", '"')


def test_it_sets_no_cookie_and_may_be_kept_by_any_cache(page: Reply, town: tuple[App, int]) -> None:
    assert page.headers.get("Set-Cookie") is None
    assert page.headers["Cache-Control"] == "public, max-age=300"
    again = Client(town[1]).get("/transparency", If_None_Match=page.headers["ETag"])
    assert (again.status, again.body) == (304, b"")


def test_it_is_the_same_for_whoever_is_signed_in(town: tuple[App, int]) -> None:
    from monitor.ops import people

    app, port = town
    people.add(app.store, "clerk", people.Role.ADMIN, district.PASSWORD, district.NOW)
    clerk = Client(port)
    clerk.sign_in("clerk", district.PASSWORD)
    assert clerk.get("/transparency").body == Client(port).get("/transparency").body


def test_numbers_about_posts_are_those_of_days_that_are_over(town: tuple[App, int]) -> None:
    facts = Client(town[1]).get("/transparency.json").json()
    dropped = {(d["kind"], d["reason"]): (d["count"], d["rounded"]) for d in facts["dropped"]}
    assert dropped == {("news", "not_district"): (40, False), ("post", "not_public_service"): (45, True)}


def test_the_last_prune_is_proved_by_its_entry_in_the_audit_chain(town: tuple[App, int], page: Reply) -> None:
    app, port = town
    prune = Client(port).get("/transparency.json").json()["retention"]["last_prune"]
    assert audit.holds(app.store, prune["audit"]["hash"]) and prune["audit"]["hash"] in page.text
    assert prune["holds"] is True and "库中没有早于该时刻的帖文" in page.text
    assert prune["posts"] == {"value": None, "text": "<10", "rounded_to": 5, "suppressed": True}


def test_a_post_that_outlived_its_term_is_admitted(tmp_path: Path) -> None:
    with district.opened(tmp_path, district.Hands()) as app:
        retention.prune(app.store, app.spool, app.settings, district.NOW)
        old = next(r for r in district.records() if r.kind is Kind.POST)
        from dataclasses import replace

        app.store.add([replace(old, published=district.NOW - timedelta(days=31))])
        with serving(app) as port:
            assert "管理员应当检查" in Client(port).get("/transparency").text


def test_every_number_and_sentence_of_the_page_is_in_its_json(page: Reply, town: tuple[App, int]) -> None:
    facts = Client(town[1]).get("/transparency.json").json()
    assert {s["name"] for s in facts["sources"]} == {"示例新闻网", "示例留言板", "示例论坛"}
    assert all(s["purpose"] for s in facts["sources"])
    assert {m["task"] for m in facts["models"]} >= {"情感", "分类", "姓名"}
    assert all("置信区间" in m["measured"] for m in facts["models"])
    for line in (*facts["never"], *facts["automatic"], *facts["rights"], facts["complaint"], facts["basis"]):
        assert line in page.text
    moment = district.NOW.astimezone(CHINA) - timedelta(hours=5)
    assert f"{moment.month}月{moment.day}日 {moment:%H:%M}" in page.text


def test_headings_and_contents_lead_to_each_other(page: Reply) -> None:
    targets = re.findall(r'href="#([a-z]+)"', page.text)
    assert len(targets) > 8
    assert set(targets) - {"main"} <= set(re.findall(r'<h2 id="([a-z]+)"', page.text))
