"""Reading any page: text, title, date, kind; on pages written here and on the real saved ones."""

from __future__ import annotations

import json
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.evaluate import f1, plain, sketch
from crawlers.extract import PageKind, extract
from crawlers.page.byline import is_byline, without_bylines
from crawlers.page.charset import decode
from crawlers.page.dates import from_url, parse, parse_near
from crawlers.page.title import without_site
from monitor.model import CHINA
from tests.site import article


def china(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=CHINA)  # type: ignore[misc,arg-type]  # up to six integers


SEEN = datetime(2020, 2, 29, 16, tzinfo=UTC)
PAGES_SEEN = datetime(2020, 10, 31, tzinfo=UTC)
"""After the youngest of the saved pages; their dates are the same whatever later moment this is."""
BODY = (
    "昨日，青石街道组织排查老旧小区供水管网，对发现的漏点逐一登记，并与供水公司约定维修时间。\n"
    "街道办负责人介绍，此次排查覆盖十二个小区，预计月底前完成全部维修，期间如需停水将提前两天张贴通知。\n"
    "居民可拨打社区服务热线反映用水问题，工作人员会在二十四小时内上门查看，并在公告栏公布处理结果。"
)
# Words of the saved pages' navigation, found by reading them; none may end up in a text.
NAVIGATION = (
    "设为首页",
    "加入收藏",
    "网站地图",
    "手机客户端下载",
    "24小时滚动播报",
    "扫描二维码",
    "扫码下载",
    "微信扫一扫",
    "热门评论",
    "相关阅读",
    "相关新闻",
    "推荐阅读",
    "责任编辑",
    "打印本页",
    "关闭窗口",
    "返回腾讯网首页",
    "Toggle navigation",
    "登录超时",
    "版权所有",
    "All Rights Reserved",
    "ICP备",
    "跟贴",
    "猜你喜欢",
    "友情链接",
    "上一篇",
    "下一篇",
    "举报邮箱",
    "APP专享",
)


def page(title: str = "青石街道排查供水管网", text: str = BODY, **more: str) -> bytes:
    body = article(title, text, **more).body
    assert isinstance(body, str)
    return body.encode()


def test_an_article_gives_its_own_words_and_nothing_around_them() -> None:
    found = extract(page())
    assert found.title == "青石街道排查供水管网"
    assert found.text == BODY
    assert found.published == datetime(2026, 11, 20, 8, 30, tzinfo=CHINA)
    assert found.kind is PageKind.ARTICLE


@pytest.mark.parametrize("charset", ["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_the_charset_is_found_whatever_the_page_declares(charset: str) -> None:
    text = page().decode()
    assert "charset='utf-8'" in text
    assert extract(text.encode(charset), content_type="text/html; charset=utf-8").text == BODY


def test_a_page_cannot_choose_a_codec_that_is_no_charset() -> None:
    body = "<meta charset='hex'><p>示例区供水通知</p>".encode("gbk")
    assert "示例区供水通知" in decode(body)


def test_a_script_in_a_title_is_text_and_a_script_in_a_page_is_nothing() -> None:
    found = extract(page("停水通知&lt;script&gt;alert(1)&lt;/script&gt;", BODY + "\n<script>steal()</script>"))
    assert found.title == "停水通知<script>alert(1)</script>"
    assert "steal" not in found.text


@pytest.mark.parametrize("body", [b"", b"   ", b"\x00\xff\xfe\x01", b"<html>", b"<" * 5000, "没有标签".encode()])
def test_a_bad_page_is_other_and_raises_nothing(body: bytes) -> None:
    assert extract(body).kind is PageKind.OTHER


def test_a_thousand_nested_tags_do_not_exhaust_the_reader() -> None:
    assert extract(b"<div>" * 50_000 + BODY.encode() + b"</div>" * 50_000).kind in set(PageKind)


def test_a_page_of_headlines_is_a_list() -> None:
    items = "".join(
        f"<li><a href='/n/{i}.html'>示例区第{i}条新闻的标题在这里</a> 2026-11-{i:02d}</li>" for i in range(1, 21)
    )
    assert extract(f"<html><title>新闻中心</title><ul>{items}</ul></html>".encode()).kind is PageKind.LIST


@pytest.mark.parametrize(
    "line",
    [
        "作者：张三",
        "责任编辑：李四",
        "（记者 张三）",
        "澎湃新闻记者 段彦超 廖艳",
        "文/图 王五",
        "【编辑：姚昊】",
        "来稿 通讯员：赵六",
        "责编：Demi Xia",
        "执笔/叨叨姐、胡一刀&李小飞刀",
        "采写：南都见习记者 林子沛",
    ],
)
def test_a_line_that_names_a_writer_is_dropped(line: str) -> None:
    assert "".join(without_bylines([line, BODY, line])) == BODY


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("新华社北京2月29日电（记者 张三）今天发布", "新华社北京2月29日电今天发布"),
        ("活动圆满结束。（张巨峰）", "活动圆满结束。"),
        ("启动仪式现场。（刘通摄）", "启动仪式现场。"),
        ("本文来源：新京报 责任编辑：杜硕_NB12556", "本文来源：新京报"),
    ],
)
def test_a_writer_inside_a_line_is_cut_out(line: str, kept: str) -> None:
    assert without_bylines([line]) == [kept]


@pytest.mark.parametrize(
    "line",
    ["记者了解到，该路段已恢复通行。", "作者认为，这项规定需要完善。", "编辑部设在区文化馆二楼，周一至周五开放。"],
)
def test_a_sentence_about_reporters_is_no_byline(line: str) -> None:
    assert not is_byline(line)
    assert without_bylines([line]) == [line]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("发布时间：2019年11月21日 08:30", china(2019, 11, 21, 8, 30)),
        ("2019-11-21T08:30:05", china(2019, 11, 21, 8, 30, 5)),
        ("2019/1/2", china(2019, 1, 2)),
        ("2019年9月26日 下午3:10", china(2019, 9, 26, 15, 10)),
        ("2019-09-3007:42", china(2019, 9, 30, 7, 42)),
        ("1574296200", china(2019, 11, 21, 8, 30)),
    ],
)
def test_a_date_without_a_zone_is_china_time(text: str, expected: datetime) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize("text", ["2019-13-40", "电话 010-12345678", "", "第2019号", "2019-02-30 08:00"])
def test_what_is_no_date_gives_none(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("18-03-0823:16", china(2018, 3, 8, 23, 16)),
        ("12-30 10:00", china(2019, 12, 30, 10)),
        ("3小时前", china(2020, 2, 29, 21)),
        ("昨天 12:30", china(2020, 2, 29, 12, 30)),
        ("2月28日", china(2020, 2, 28)),
    ],
)
def test_a_short_date_is_read_from_when_the_page_was_seen(text: str, expected: datetime) -> None:
    assert parse_near(text, SEEN) == expected


def test_a_zone_is_kept_and_a_url_is_the_last_resort() -> None:
    assert parse("2019-09-07T05:51:23Z") == datetime(2019, 9, 7, 5, 51, 23, tzinfo=UTC)
    assert from_url("http://x.cn/art/2019/11/21/art_1_2.html") == datetime(2019, 11, 21, tzinfo=CHINA)
    assert from_url("http://x.cn/t20191121_12.html") == datetime(2019, 11, 21, tzinfo=CHINA)
    assert from_url("http://x.cn/20199999/1") is None


@pytest.mark.parametrize(
    ("title", "clean"),
    [
        ("台风来了_新闻中心_某某网", "台风来了"),
        ("关于停水的通知-示例区政府网", "关于停水的通知"),
        ("棱镜|数据业大整顿：爬虫与现金贷共生共荣_财经_腾讯网", "棱镜|数据业大整顿：爬虫与现金贷共生共荣"),
        ("2019-2020学年入学公告", "2019-2020学年入学公告"),
        ("", ""),
    ],
)
def test_a_title_loses_the_name_of_its_site(title: str, clean: str) -> None:
    assert without_site(title) == clean


def saved(shared_data: Path, archive: str) -> dict[str, bytes]:
    with tarfile.open(shared_data / "pages" / f"{archive}.tar.xz") as tar:
        files = [(m.name.split("/", 1)[1], tar.extractfile(m)) for m in tar.getmembers() if m.name.endswith(".html")]
        return {name: file.read() for name, file in files if file is not None}


def test_the_real_pages_have_the_titles_and_dates_that_were_read_by_eye(shared_data: Path) -> None:
    gold = json.loads((Path(__file__).parent / "real_pages.json").read_text(encoding="utf-8"))
    wrong = []
    for name, body in saved(shared_data, "news_pages").items():
        found = extract(body, seen=PAGES_SEEN)
        day = found.published.astimezone(CHINA).strftime("%Y-%m-%d") if found.published else None
        if [found.title, day] != gold[name] or found.kind is not PageKind.ARTICLE:
            wrong.append((name, found.title, day, found.kind))
    assert wrong == []


def test_the_texts_of_the_real_pages_are_those_that_were_read_by_eye(shared_data: Path) -> None:
    gold = json.loads((Path(__file__).parent / "real_texts.json").read_text(encoding="utf-8"))
    bodies = saved(shared_data, "news_pages")
    texts = {name: extract(bodies[name], seen=PAGES_SEEN).text for name in gold}
    scores = {name: f1(g["sketch"], texts[name]) for name, g in gold.items()}
    assert len(scores) >= 40
    assert sum(scores.values()) / len(scores) >= 0.985
    assert min(scores.values()) >= 0.85, min(scores.items(), key=lambda s: s[1])
    begins = [plain(texts[name]).startswith(g["first"]) for name, g in gold.items()]
    ends = [plain(texts[name]).endswith(g["last"]) for name, g in gold.items()]
    assert sum(begins) >= 0.9 * len(gold) and sum(ends) >= 0.9 * len(gold)


def test_a_sketch_tells_texts_apart_without_holding_them() -> None:
    assert f1(sketch(BODY), BODY) == 1.0
    assert f1(sketch(BODY), "") == 0.0
    assert 0.3 < f1(sketch(BODY), BODY[: len(BODY) // 2]) < 0.9
    assert f1(sketch(""), "") == 1.0
    assert "青石" not in sketch(BODY)


def test_no_navigation_of_the_real_pages_is_in_their_texts(shared_data: Path) -> None:
    wrong = []
    for name, body in saved(shared_data, "news_pages").items():
        text = extract(body, seen=PAGES_SEEN).text
        wrong += [(name, words) for words in NAVIGATION if words in text]
        assert len(text) >= 90, name
    assert wrong == []


def test_the_real_list_pages_are_lists(shared_data: Path) -> None:
    kinds = {name: extract(body).kind for name, body in saved(shared_data, "list_pages").items()}
    assert set(kinds.values()) == {PageKind.LIST}, kinds
