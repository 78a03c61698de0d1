"""What people see of articles and messages that were changed or taken back: in the API, on pages, in exports."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from monitor.alerts.book import AlertBook
from monitor.app import App
from monitor.model import Article, BoardMessage, Change, Kind
from monitor.ops import people
from monitor.ops.people import Role
from monitor.signals.matters import members
from monitor.store import Order, RecordQuery
from tests.api import district
from tests.api.client import Client, serving

SEEN = district.NOW - timedelta(minutes=20)
FORMER, NOW_TITLE = "公交线路调整的旧标题", "公交线路调整的新标题"
GONE, GONE_MESSAGE = "一篇后来撤回的报道", "一条后来删除的留言"


@dataclass(frozen=True, slots=True)
class Changed:
    """A district in which an article was retitled, one withdrawn, and an overdue message withdrawn."""

    app: App
    reader: Client
    duty: Client
    edited: str
    gone: str
    message: str
    late: str
    related: str

    def reader_export(self, what: str) -> str:
        reply = self.reader.get(f"/api/v1/exports/{what}")
        assert reply.status == 200, reply.text
        return reply.text.removeprefix("\ufeff")


def article(n: int, title: str) -> Article:
    return district.article(district.NOW - timedelta(hours=n + 1), 9100 + n, title=title)


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Changed]:
    with district.opened(tmp_path_factory.mktemp("changed"), district.Hands()) as app:
        district.fill(app, brief=False)
        old, gone = article(0, FORMER), article(1, GONE)
        message = district.message(district.NOW - timedelta(hours=3), 9102, title=GONE_MESSAGE)
        app.store.add([old, gone, message])
        late = app.store.find(RecordQuery(kinds=(Kind.BOARD,), answered=False, order=Order.OLDEST, limit=1)).records[0]
        app.store.revise(old.id, Change(at=SEEN, title=NOW_TITLE, text="改过的正文"))
        related = ("供水", district.NOW - timedelta(hours=5))
        alert = district.alert(*related, 3)
        AlertBook(app.store).open_new(replace(alert, related=((gone.id, GONE, "http://news.example.invalid/g"),)))
        for id in (gone.id, message.id, late.id):
            assert app.store.withdraw(id, SEEN, uncount=False)
        until = district.NOW + timedelta(days=1)
        tokens = [
            people.add_token(app.store, r.value, "test", r, until, district.NOW) for r in (Role.READER, Role.ADMIN)
        ]
        with serving(app) as port:
            duty = Client(port)
            assert duty.sign_in("duty", district.PASSWORD).status == 303
            yield Changed(app, Client(port, tokens[0]), duty, old.id, gone.id, message.id, late.id, alert.id)


def test_lists_leave_out_what_is_withdrawn_and_a_filter_finds_it(changed: Changed) -> None:
    every = changed.reader.get("/api/v1/articles?limit=200").json()["items"]
    assert changed.gone not in {item["id"] for item in every}
    (only,) = changed.reader.get("/api/v1/articles?withdrawn=true").json()["items"]
    assert (only["id"], only["title"], only["withdrawn"]) == (changed.gone, GONE, "2026-11-22T08:10:00+08:00")
    board = changed.reader.get("/api/v1/board?withdrawn=true").json()["items"]
    assert {item["id"] for item in board} == {changed.message, changed.late}


def test_one_that_is_withdrawn_has_a_title_and_no_text_and_no_clock(changed: Changed) -> None:
    one = changed.reader.get(f"/api/v1/articles/{changed.gone}").json()
    assert (one["title"], one["text"]) == (GONE, "")
    message = changed.reader.get(f"/api/v1/board/{changed.message}").json()
    assert (message["title"], message["text"], message["clock"]) == (GONE_MESSAGE, "", None)


def test_a_changed_title_is_told_with_the_former_one(changed: Changed) -> None:
    one = changed.reader.get(f"/api/v1/articles/{changed.edited}").json()
    assert one["title"] == NOW_TITLE
    assert one["revisions"] == [{"time": "2026-11-22T08:10:00+08:00", "title": FORMER, "text": True}]
    page = changed.duty.get(f"/articles?q={quote(NOW_TITLE)}").text
    assert "已修改" in page
    assert f"标题原为“{FORMER}”" in page


def test_a_withdrawn_message_is_never_overdue_nor_counted(changed: Changed) -> None:
    late = changed.reader.get("/api/v1/board/overdue?limit=200").json()
    assert changed.late not in {item["message"]["id"] for item in late["items"]}
    assert late["total"] == len(late["items"])
    listed = changed.duty.get("/board?show=overdue").text
    assert listed.count('<div class="title">') == late["total"]
    summary = changed.reader.get("/api/v1/board/summary").json()["total"]
    standing = changed.app.store.count(RecordQuery(kinds=(Kind.BOARD,)))
    assert summary["received"] == standing


def test_pages_list_what_is_withdrawn_only_where_it_is_asked_for(changed: Changed) -> None:
    assert GONE not in changed.duty.get("/articles").text
    assert GONE_MESSAGE not in changed.duty.get("/board").text
    articles, board = changed.duty.get("/articles?state=withdrawn").text, changed.duty.get("/board?show=withdrawn").text
    for page, title in ((articles, GONE), (board, GONE_MESSAGE)):
        assert title in page
        assert "已撤回" in page
        assert "发布者已撤回或删除，正文不再保留" in page
    rows = board.partition("data-list")[2].partition("</section>")[0]
    assert "剩 " not in rows and "逾期 " not in rows and 'badge info">办理中' not in rows


def test_exports_tell_when_something_was_changed_and_withdrawn(changed: Changed) -> None:
    rows = list(csv.DictReader(io.StringIO(changed.reader_export("articles.csv?withdrawn=true"))))
    assert [(row["标题"], row["撤回时间"]) for row in rows] == [(GONE, "2026-11-22 08:10")]
    every = {row["编号"]: row for row in csv.DictReader(io.StringIO(changed.reader_export("articles.csv")))}
    assert changed.gone not in every
    assert every[changed.edited]["修改时间"] == "2026-11-22 08:10"
    board = list(csv.DictReader(io.StringIO(changed.reader_export("board.csv?withdrawn=true"))))
    assert {(row["办理状态"], row["应答复时间"], row["内容（已去标识化）"]) for row in board} == {("已撤回", "", "")}


def test_an_alert_names_nothing_that_is_withdrawn(changed: Changed) -> None:
    told = changed.reader.get(f"/api/v1/alerts/{changed.related}").json()["alert"]
    assert told["related"] == []
    assert GONE not in changed.duty.get(f"/alerts/{changed.related}").text


def test_a_matter_does_not_count_what_is_withdrawn_and_ends_with_its_last_text(changed: Changed) -> None:
    path = f"/api/v1/events/{district.MATTER}"
    before = changed.reader.get(path).json()
    texts = members(changed.app.store, district.MATTER)
    assert sum(n for n in before["event"]["counts"].values() if isinstance(n, int)) == len(before["texts"])
    own = [r for r in texts if isinstance(r, Article | BoardMessage)]
    changed.app.store.withdraw(own[-1].id, district.NOW, uncount=False)
    after = changed.reader.get(path).json()
    assert len(after["texts"]) == len(before["texts"]) - 1
    assert sum(n for n in after["event"]["counts"].values() if isinstance(n, int)) == len(after["texts"])
    for record in own[:-1]:
        changed.app.store.withdraw(record.id, district.NOW, uncount=False)
    assert changed.reader.get(path).status == 404
