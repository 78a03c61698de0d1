"""Which outlet an article stands in, and what is refused in media.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.coverage.outlets import guess, table_of
from monitor.settings import problems_of
from monitor.settings.load import load
from monitor.settings.media import OutletLevel
from tests.conftest import ROOT
from tests.coverage.build import settings

SHIPPED = load(ROOT / "config", {})


@pytest.mark.parametrize(
    ("name", "url", "outlet", "level"),
    [
        ("市报", "", "市报", OutletLevel.CITY),
        ("市晚报", "", "市报", OutletLevel.CITY),
        ("来源：《省日报》", "", "省报", OutletLevel.PROVINCE),
        ("市报客户端", "", "市报", OutletLevel.CITY),
        ("市报微信公众号", "", "市报", OutletLevel.CITY),
        ("人民网－省报", "", "人民网", OutletLevel.CENTRAL),
        ("某频道-人民网", "", "人民网", OutletLevel.CENTRAL),
        ("乙网", "https://news.sohu.com/a/1", "搜狐", OutletLevel.COMMERCIAL),
        ("", "https://www.people.com.cn:8080/x", "人民网", OutletLevel.CENTRAL),
        ("省报", "https://news.sohu.com/a/1", "省报", OutletLevel.PROVINCE),
        ("乙网", "https://notsohu.com/a", "乙网", None),
        ("乙网", "https://sohu.com.evil.example/a", "乙网", None),
        ("乙网", "http://[bad", "乙网", None),
        ("市报人物", "", "市报人物", None),
        ("  乙网 ", "", "乙网", None),
    ],
)
def test_an_outlet_is_known_by_name_then_by_host(name: str, url: str, outlet: str, level: OutletLevel | None) -> None:
    found = table_of(settings()).find(name, url)
    assert (found.name, found.level) == (outlet, level)


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("人民日报客户端", OutletLevel.CENTRAL), ("新华社客户端", OutletLevel.CENTRAL), ("央视新闻", OutletLevel.CENTRAL),
        ("光明网-《光明日报》", OutletLevel.CENTRAL), ("中国新闻网", OutletLevel.CENTRAL), ("搜狐号", None),
        ("腾讯新闻", OutletLevel.COMMERCIAL), ("示例日报", None), ("China Daily", OutletLevel.CENTRAL),
    ],
)  # fmt: skip
def test_the_shipped_table_knows_what_everybody_knows(name: str, level: OutletLevel | None) -> None:
    assert table_of(SHIPPED).find(name, "").level == level


def test_the_shipped_table_has_no_contradictions_and_only_confirmed_levels() -> None:
    assert problems_of(ROOT / "config", {}) == ()
    levels = {outlet.level for outlet in SHIPPED.media.outlet}
    assert levels == {OutletLevel.CENTRAL, OutletLevel.COMMERCIAL}, "province, city and district are the office's own"


@pytest.mark.parametrize(
    ("name", "level"),
    [("示例区融媒体中心", OutletLevel.DISTRICT), ("示例市广播电视台", OutletLevel.CITY), ("甲乙丙网", None)],
)
def test_a_level_is_suggested_by_the_place_in_the_name(name: str, level: OutletLevel | None) -> None:
    assert guess(name, settings().district) == level


def test_the_nearest_place_is_suggested() -> None:
    district = settings(district={"name": "青石区", "city": "云州市", "province": "江南省"}).district
    assert [guess(n, district) for n in ("青石融媒", "云州日报", "江南网", "远方晚报")] == [
        OutletLevel.DISTRICT, OutletLevel.CITY, OutletLevel.PROVINCE, None,
    ]  # fmt: skip


def _config(folder: Path, media: str) -> Path:
    (folder / "district.toml").write_text('name = "甲区"\ncity = "乙市"\nprovince = "丙省"\n', encoding="utf-8")
    (folder / "sources.toml").write_text(
        '[[source]]\nid = "paper"\nname = "报"\nkind = "news"\nadapter = "import"\n'
        '[[source]]\nid = "gov"\nname = "网"\nkind = "official"\nadapter = "import"\n',
        encoding="utf-8",
    )
    (folder / "media.toml").write_text(media, encoding="utf-8")
    return folder


OUTLET = '[[outlet]]\nname = "{}"\nlevel = "市级"\n{}\n'


@pytest.mark.parametrize(
    ("media", "words"),
    [
        (OUTLET.format("甲报", "") + OUTLET.format("乙报", 'aliases = ["甲报"]'), "“甲报”已属于“甲报”"),
        (OUTLET.format("甲报", "") * 2, "媒体重复"),
        (
            OUTLET.format("甲报", 'domains = ["a.cn"]') + OUTLET.format("乙报", 'domains = ["a.cn"]'),
            "域名 a.cn 已属于“甲报”",
        ),
        (OUTLET.format("甲报", 'domains = ["https://a.cn/"]'), "写法不对"),
        ('[[outlet]]\nname = "甲报"\nlevel = "国级"\n', "只能是"),
        (OUTLET.format("甲报", 'domain = ["a.cn"]'), "是否想写 domains"),
        ('[[account]]\nname = "发布"\nsource = "nowhere"\n', "没有信源“nowhere”"),
        ('[[account]]\nname = "发布"\nsource = "paper"\n', "不是政务发布"),
        ('[[account]]\nname = "发布"\nsource = "gov"\n[[account]]\nname = "二"\nsource = "gov"\n', "一个信源一个账号"),
    ],
)
def test_what_contradicts_itself_is_refused_with_what_to_do(tmp_path: Path, media: str, words: str) -> None:
    problems = problems_of(_config(tmp_path, media), {})
    assert len(problems) == 1 and words in problems[0] and "media.toml" in problems[0], problems


def test_a_right_table_is_taken(tmp_path: Path) -> None:
    media = (
        OUTLET.format("甲报", 'aliases = ["甲报", "甲晚报"]')
        + '[[account]]\nname = "发布"\nplatform = "微信"\nsource = "gov"\n'
    )
    assert problems_of(_config(tmp_path, media), {}) == ()
