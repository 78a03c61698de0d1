"""信源: what a clerk sees of each source, what an engineer can do about it, and no figure about posts too many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.app import App
from monitor.model import Kind
from monitor.ops import people, runs
from monitor.ops.failures import FetchFailure
from monitor.ops.people import Role
from monitor.ops.runs import RunState
from monitor.signals.health import STATE_HEALTH, Known, health_doc
from monitor.signals.illness import Ailment, Illness
from tests.api import district
from tests.api.client import Client, serving

NOW = district.NOW
MORE = {
    "sources": """
[[source]]
id = "hotline"
name = "热线导出"
kind = "board"
adapter = "import"
[[source]]
id = "old"
name = "旧门户"
kind = "news"
adapter = "rss"
url = "http://127.0.0.1:9/old"
local = true
enabled = false
"""
}


def _runs(app: App, source: str, kind: Kind, **each: object) -> None:
    """Three days of passes every six hours; ``each`` are fields of every run."""
    for i in reversed(range(12)):
        at = NOW - timedelta(hours=6 * i + 1)
        fields = {"state": RunState.OK, "pages": 4, "new": 3, **each}
        run = runs.SourceRun(source=source, kind=kind, started=at, finished=at + timedelta(seconds=40), **fields)  # type: ignore[arg-type]
        runs.record(app.store, run)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with district.opened(tmp_path_factory.mktemp("sources"), district.Hands(), **MORE) as opened:
        people.add(opened.store, "reader", Role.READER, district.PASSWORD, NOW)
        _runs(opened, "news", Kind.NEWS, dropped={"not_district": 2}, delays={"900": 2, "1800": 1})
        _runs(opened, "forum", Kind.POST, new=4, dropped={"not_public_service": 1, "too_old": 0},
              failures={"timeout": 1}, delays={"900": 3, "1800": 1})  # fmt: skip
        _runs(opened, "board", Kind.BOARD, state=RunState.FAILED, new=0, pages=0, failures={"server_error": 1},
              message="网站内部出错（5xx）：网站可能出了故障，下一轮会自动再试")  # fmt: skip
        yield opened


@pytest.fixture(scope="module")
def reader(app: App) -> Iterator[Client]:
    with serving(app) as port:
        token = people.add_token(app.store, "reader", "test", Role.READER, NOW + timedelta(days=1), NOW)
        yield Client(port, token)


def _row(page: str, name: str) -> str:
    """The table row of a source, tags taken out."""
    (row,) = [r for r in re.findall(r"<tr>.*?</tr>", page, re.S) if name in r]
    return re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]+>", " ", row, flags=re.S))


def test_the_ill_ones_come_first_with_the_reason_in_words(reader: Client) -> None:
    page = reader.get("/sources").text
    names = re.findall(r'<th scope="row"><a href="/sources/[a-z]+">([^<]+)</a>', page)
    assert names[0] == "示例留言板" and names[-1] == "旧门户"
    row = _row(page, "示例留言板")
    assert "有问题" in row and "连续失败 12 次" in row and "下一轮会自动再试" in row


def test_freshness_stands_beside_what_the_interval_allows(reader: Client) -> None:
    row = _row(reader.get("/sources").text, "示例新闻网")
    # 24 of 36 texts in (600, 900] s, 12 in (1200, 1800]: 600 + 300 * 18/24 s, and 1200 + 600 * 8.4/12 s.
    assert "中位 14分钟" in row and "九成在 27分钟内" in row
    assert "理想约 16分钟" in row, "half of 30 minutes and a run of 40 s"
    assert "与本区无关 24" in row


def test_figures_of_a_post_source_are_released_on_both_pages(reader: Client) -> None:
    row = _row(reader.get("/sources").text, "示例论坛")
    assert "共 50" in row and "不属于公共服务专题 10" in row, "48 and 12 rounded to 5"
    page = reader.get("/sources/forum").text
    body = page.partition("<main")[2]
    assert 'aria-label="近 14 天每天新增' in body and "&lt;10" in body
    for exact in (">48<", ">12<", " 48 ", "共 48"):
        assert exact not in body
    first = re.findall(r'data-name="用时">([^<]+)<', body)
    assert set(first) == {"1分钟"}, "seconds of a run would tell how many pages it read"


@pytest.mark.parametrize(
    ("show", "names"),
    [
        ("ill", {"示例留言板"}),
        ("well", {"示例新闻网", "示例论坛"}),
        ("never", {"热线导出"}),
        ("off", {"旧门户"}),
    ],
)
def test_the_list_can_be_narrowed_to_one_state(reader: Client, show: str, names: set[str]) -> None:
    page = reader.get(f"/sources?show={show}").text
    found = re.findall(r'<th scope="row"><a href="/sources/[a-z]+">([^<]+)</a>', page)
    assert set(found) == names


def test_a_wrong_filter_and_an_unknown_source_are_refused_politely(reader: Client) -> None:
    assert reader.get("/sources?show=everything").status == 400
    assert reader.get("/sources/nowhere").status == 404


def test_the_page_of_a_source_tells_runs_reasons_and_what_to_do(reader: Client) -> None:
    board = reader.get("/sources/board").text
    assert "网站内部出错（5xx）" in board and "网站可能出了故障，下一轮会自动再试" in board
    news = reader.get("/sources/news").text
    for words in (
        "从发布到看见",
        "按间隔理想",
        "已接近理想",
        "与本区无关",
        "说的不是本区的事",
        "最近 12 次",
        "http://127.0.0.1:9/rss.xml",
    ):
        assert words in news, words
    assert "yuqing import" in reader.get("/sources/hotline").text
    assert "enabled" in reader.get("/sources/old").text


def test_an_illness_is_shown_with_its_hint_and_gone_when_mended(app: App, reader: Client) -> None:
    illness = Illness(Ailment.LAYOUT, "最近各篇的正文一样长", "请核对 page 规则")
    app.store.create(STATE_HEALTH, "news", health_doc({Ailment.LAYOUT: Known(illness, NOW)}))
    shown = reader.get("/sources/news").text
    assert "疑似改版" in shown and "请核对 page 规则" in shown and "有问题" in shown
    mended = health_doc({Ailment.LAYOUT: Known(illness, NOW, NOW)})
    app.store.replace(STATE_HEALTH, "news", mended, 1)
    assert "疑似改版" not in reader.get("/sources/news").text


def test_every_failure_has_words_and_something_to_do() -> None:
    from api.dashboard.sources import failure_words

    for failure in FetchFailure:
        words, hint = failure_words(failure.value)
        assert re.search(r"[\u4e00-\u9fff]", words) and hint and words != failure.value
