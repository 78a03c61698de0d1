"""Message boards without rules: question, answer, status, times and department by their labels; never who asked."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.adapters import Meta, Role, adapter
from crawlers.page.board import is_closed, is_no_answer, looks_like, official
from monitor.model import CHINA, Fetched
from monitor.settings.types import Source
from tests.crawlers import board_pages as pages
from tests.crawlers.board_pages import ANSWER, OFFICE, PHONE, TEXT, TITLE, WHO
from tests.crawlers.made_boards import WHO as people
from tests.crawlers.made_boards import made

NOW = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
ANSWERED = datetime(2026, 11, 21, 15, 30, tzinfo=CHINA)
URL = "https://www.example.gov.cn/letters/1.html"


def board(adapter: str = "html", **more: Any) -> Source:
    return Source.model_validate({"id": "b", "name": "信箱", "kind": "board", "adapter": adapter, "url": URL, **more})


def read(body: str | bytes, source: Source | None = None) -> Fetched:
    raw = body.encode() if isinstance(body, str) else body
    (item,) = adapter("html")(raw, Meta(URL, URL, Role.ITEM, NOW, "text/html"), source or board()).items
    return item


@pytest.mark.parametrize("page", ["TABLE", "LIST", "LINES", "ROWS", "SEVERAL", "CLOSED"])
def test_the_question_is_read_and_nobody_who_asked(page: str) -> None:
    item = read(getattr(pages, page))
    assert item.title == TITLE
    assert item.text.splitlines()[0] == TEXT
    assert item.published is not None and item.published.astimezone(CHINA).day in (18, 20)
    assert WHO not in repr(item) and PHONE not in repr(item)
    assert "满意" not in repr(item)


@pytest.mark.parametrize("page", ["TABLE", "LIST", "LINES", "SEVERAL"])
def test_the_official_answer_comes_with_its_time_and_office(page: str) -> None:
    reply = read(getattr(pages, page)).reply
    assert reply is not None and reply.text.splitlines()[0] == ANSWER
    assert reply.department == OFFICE
    assert reply.time is not None and reply.time.astimezone(CHINA).date() == ANSWERED.date()


def test_category_and_second_paragraph_are_kept() -> None:
    item = read(pages.TABLE)
    assert (item.category, item.text) == ("投诉", f"{TEXT}\n盼复。")
    assert read(pages.LINES).category == "环境保护"


def test_no_answer_yet_is_no_answer() -> None:
    assert read(pages.ROWS).reply is None
    for words in (
        "暂无回复",
        "尚未答复",
        "办理中",
        "正在处理中",
        "待回复",
        "未回复",
        "暂时没有答复内容",
        "无",
        "已受理，等待办理",
        "",
    ):
        assert is_no_answer(words), words
    for words in (
        "已为您办理，请查收。",
        "无人机巡查已安排。",
        "正在建设的道路由区住建局负责，预计年底完工通车，请您放心。",
        "您好",
    ):
        assert not is_no_answer(words), words


def test_of_several_answers_the_last_counts_and_the_earlier_stay_below_it() -> None:
    reply = read(pages.SEVERAL).reply
    assert reply is not None and reply.time == ANSWERED
    assert reply.text.splitlines()[1] == "（此前答复，11月19日09:00）您好，来信收悉，已转交办理，请耐心等待。"


def test_answers_listed_with_the_newest_first_are_told_by_their_times() -> None:
    one, two = datetime(2026, 11, 19, tzinfo=CHINA), datetime(2026, 11, 21, tzinfo=CHINA)
    reply = official([("最终答复。", two, "甲局"), ("收悉。", one, "乙局")])
    assert reply is not None and (reply.time, reply.department) == (two, "甲局")
    # Where not every one has a time, the page's order holds.
    reply = official([("收悉。", one, ""), ("最终答复。", None, "")], department="丙局")
    assert reply is not None and reply.text.startswith("最终答复。") and reply.department == "丙局"


def test_a_message_that_is_closed_without_a_public_answer_says_just_that() -> None:
    reply = read(pages.CLOSED).reply
    assert reply is not None and reply.time == ANSWERED
    assert "已办结" in reply.text and "没有公开答复" in reply.text
    assert is_closed("已回复") and is_closed("办结") and is_closed("处理完毕")
    assert not any(map(is_closed, ("未办结", "待回复", "办理中", "受理中", "尚未处理", "已受理", "")))


@pytest.mark.parametrize("charset", ["gbk", "utf-8"])
def test_the_charset_that_a_page_claims_does_not_matter(charset: str) -> None:
    body = pages.TABLE.replace("<head>", "<head><meta charset=utf-8>").encode(charset)
    assert read(body).title == TITLE


def test_a_resident_who_writes_like_a_form_is_not_cut_short() -> None:
    text = "事情经过如下，时间：昨天晚上，地点：滨河路，状态：无人管理，电话也打不通，请相关部门回复：到底谁负责？"
    item = read(pages.TABLE.replace(TEXT, text))
    assert item.text.splitlines()[0] == text
    assert item.reply is not None and item.reply.text == ANSWER


def test_an_ordinary_article_is_not_taken_for_a_form() -> None:
    page = "<html><title>区长信箱工作情况通报</title><body><h1>区长信箱工作情况通报</h1><p>{}</p></body></html>"
    text = "今年以来，区长信箱共收到群众来信三千二百件，办结率百分之九十八，群众满意度持续提升。" * 3
    assert read(page.format(text)).text == text


def test_rules_read_status_and_several_answers_too() -> None:
    body = (
        f"<html><body><h1>{TITLE}</h1><div class=q>{TEXT}</div><i class=st>已办结</i>"
        "<div class=a><p>来信收悉。</p></div><em class=at>2026-11-19</em><b class=of>甲局</b>"
        f"<div class=a><p>{ANSWER}</p></div><em class=at>2026-11-21 15:30</em><b class=of>{OFFICE}</b></body></html>"
    )
    rules = {
        "title": "h1",
        "text": ".q",
        "reply": ".a",
        "reply_time": ".at",
        "department": "//b[@class='of']",
        "status": ".st",
    }
    reply = read(body, board(page=rules)).reply
    assert reply is not None and (reply.time, reply.department) == (ANSWERED, OFFICE)
    assert reply.text.startswith(ANSWER) and "来信收悉" in reply.text
    empty = read(body.replace("class=a>", "class=x>"), board(page=rules)).reply
    assert empty is not None and "没有公开答复" in empty.text


def test_json_boards_know_status_several_answers_and_no_answer() -> None:
    rules = {"items": "data", "id": "id", "title": "t", "text": "c", "time": "d", "status": "s", "reply": "r[].c",
             "reply_time": "r[].d", "department": "r[].o"}  # fmt: skip
    given = [
        {"id": 1, "t": TITLE, "c": TEXT, "d": "2026-11-18", "s": "已办结", "name": WHO,
         "r": [{"c": "<p>收悉。</p>", "d": "2026-11-19 09:00", "o": "甲局"}, {"c": ANSWER, "d": "2026-11-21 15:30", "o": OFFICE}]},
        {"id": 2, "t": TITLE, "c": TEXT, "d": "2026-11-18", "s": "办理中", "r": [{"c": "暂无回复"}]},
        {"id": 3, "t": TITLE, "c": TEXT, "d": "2026-11-18", "s": "已办结", "r": []},
    ]  # fmt: skip
    source = board("json", api=rules, follow=False)
    body = json.dumps({"data": given}).encode()
    several, none, closed = adapter("json")(body, Meta(URL, URL, Role.INDEX, NOW, ""), source).items
    assert several.reply is not None and (several.reply.time, several.reply.department) == (ANSWERED, OFFICE)
    assert none.reply is None
    assert closed.reply is not None and "没有公开答复" in closed.reply.text
    assert WHO not in repr((several, none, closed))


def test_a_board_is_recognised_by_one_message_or_by_the_states_in_its_list() -> None:
    assert all(looks_like(getattr(pages, name).encode(), URL) for name in ("TABLE", "LIST", "LINES", "ROWS", "CLOSED"))
    rows = "".join(
        f"<tr><td><a href={n}.html>第{n}封来信的标题</a></td><td>{s}</td></tr>"
        for n, s in enumerate(["已回复", "办理中", "待受理", "已办结"])
    )
    assert looks_like(f"<table>{rows}</table>".encode(), URL)
    assert not looks_like("<h1>信箱工作通报</h1><p>今年共收到来信三千件，办结率百分之九十八。</p>".encode(), URL)


def test_pages_of_many_makes_and_wordings_are_read_whole_and_without_anybody() -> None:
    for seed in range(120):
        page = made(seed)
        item = read(page.html)
        told = (item.title, item.text, item.category, item.reply.text if item.reply else "")
        assert told == (page.title, page.text, page.category, page.answer), seed
        assert (item.reply.department or "" if item.reply else "") == page.office, seed
        assert not any(who in repr(item) for who in people), seed


def test_what_a_resident_sets_out_line_by_line_stays_their_text_without_their_name() -> None:
    told = f"<p>事发时间：昨晚十点</p><p>投诉人：{WHO}</p><p>涉事单位：某搅拌站</p><p>类型：噪音</p><p>请尽快处理，谢谢。</p>"
    for page in (pages.TABLE, pages.ROWS):
        item = read(page.replace(f"<p>{TEXT}</p>", told).replace(f">{TEXT}<", f">{told}<"))
        assert item.text.replace("\n盼复。", "").splitlines() == [
            "事发时间：昨晚十点", "涉事单位：某搅拌站", "类型：噪音", "请尽快处理，谢谢。",
        ]  # fmt: skip
        assert WHO not in repr(item)


def test_a_page_whose_labels_are_not_understood_still_names_nobody() -> None:
    body = f"<html><title>来件</title><h1>关于停水的来件</h1><p>反映者：{WHO}</p><p>联系电话：{PHONE}</p><p>{TEXT * 3}</p><p>联系人：{WHO}</p></html>"
    item = read(body)
    assert TEXT in item.text and WHO not in repr(item) and PHONE not in repr(item)
