"""Each hard case of redaction, as docs/safeguards.md decides it."""

from __future__ import annotations

import pytest

from monitor.intake.redact import redact
from monitor.model import Kind


def told(text: str) -> str:
    return redact(text, Kind.BOARD).text


@pytest.mark.parametrize(
    "written",
    [
        "13800138000", "138 0013 8000", "138-0013-8000", "13 800 138 000", "138、0013、8000", "1·3·8·0·0·1·3·8·0·0·0",
        "1😀3😀8😀0😀0😀1😀3😀8😀0😀0😀0", "１３８００１３８０００", "①③⑧⓪⓪①③⑧⓪⓪⓪", "一三八零零一三八零零零", "幺三八〇〇幺三八〇〇〇",
        "壹叁捌零零壹叁捌零零零", "138(0013)8000", "13800I38OOO", "+86 13800138000", "1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣",
        "١٣٨٠٠١٣٨٠٠٠", "1\u03363\u03368\u03360\u03360\u03361\u03363\u03368\u03360\u03360\u03360\u0336",
    ],
)  # fmt: skip
def test_a_phone_goes_however_it_is_written(written: str) -> None:
    assert told(f"有事打{written}。") == "有事打〔电话〕。"


@pytest.mark.parametrize(
    "text",
    [
        "拨打12345没人接", "110和119都来了", "客服电话400-123-4567", "95598 96777 12345 都打了", "服务热线：0731-88886666",
        "13、15、16、17、18、19路公交改线", "2019.10.13-2019.10.15 8:00 停水", "每平米13800138000元", "面积1.72 1.85 1.96 2.03米",
        "工单编号：62220219012345678", "湘府发〔2019〕12号文件", "15000-180000都有", "比分3-2，考了650分", "2019-2020学年",
        "地铁3号线和K302路", "G1234次列车晚点", "12月3号停水", "18层楼太高", "一共15栋居民楼",
    ],
)  # fmt: skip
def test_public_numbers_dates_amounts_and_lists_stay(text: str) -> None:
    assert told(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("车牌湘AD12345乱停", "车牌〔车牌〕乱停"),
        ("湘A·D12345乱停", "〔车牌〕乱停"),
        ("湘A1234警开得快", "〔车牌〕开得快"),
        ("湘A1234挂漏油", "〔车牌〕漏油"),
        ("湘 A 1 2 3 4 5 乱停", "〔车牌〕 乱停"),
        ("湘A一二三四五乱停", "〔车牌〕乱停"),
        ("加v abc12345细说", "加v 〔账号〕细说"),
        ("微信号：zhang_san88。", "微信号：〔账号〕。"),
        ("网名：快乐每一天，", "网名：〔账号〕，"),
        ("写到abc(at)qq.com吧", "写到〔邮箱〕吧"),
        ("写到abc＠163.com吧", "写到〔邮箱〕吧"),
        ("卡号6222 0219 0123 4567 890。", "卡号〔银行卡〕。"),
        ("翠湖苑5栋2单元301漏水", "翠湖苑〔住址〕漏水"),
        ("翠湖苑3号楼2302室漏水", "翠湖苑〔住址〕漏水"),
        ("翠湖苑12-3-401漏水", "翠湖苑〔住址〕漏水"),
        ("翠湖苑9号6单元1701室漏水", "翠湖苑〔住址〕漏水"),
        ("锦绣花园A座1203漏水", "锦绣花园〔住址〕漏水"),
    ],
)
def test_plates_handles_mail_cards_and_doors_go_and_the_rest_stays(text: str, left: str) -> None:
    assert told(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "张老师和李主任没有回复", "胡书记您好", "请张领导过问", "老张和小李去过了", "张姐、王哥天天放音乐", "老王头摔了", "张某某打人", "王某不管",
        "高新区停水了", "金地物业不管", "马路上有坑", "白云路堵车", "万科魅力之城停电", "宝安大道积水", "安康社区没人管", "黄兴路修路",
        "向阳小学门口堵", "雷锋镇停水", "龙湖·香醍停水", "中奥·美泉宫停水", "小区居民都知道", "家庭医生签约去哪办", "业主公约没有公示",
    ],
)  # fmt: skip
def test_addresses_with_a_surname_offices_estates_and_roads_stay(text: str) -> None:
    assert told(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("我叫王小明，", "我叫〔姓名〕，"),
        ("我叫王\u200b小\u200b明，", "我叫〔姓名〕，"),
        ("联系人 王 小 明 ，", "联系人 〔姓名〕 ，"),
        ("我叫王😀小😀明，", "我叫〔姓名〕，"),
        ("联系人：欧阳娜娜。", "联系人：〔姓名〕。"),
        ("区长李建国表示", "区长〔姓名〕表示"),
        ("我是古丽娜尔·阿不都热依木，", "我是〔姓名〕，"),
    ],
)
def test_a_full_name_goes_and_its_cue_stays(text: str, left: str) -> None:
    assert told(text) == left


def test_a_name_found_once_goes_everywhere_the_given_name_too() -> None:
    left = told("联系人：王建梅。昨天建梅，去问过；王建梅还在等。")
    assert "建梅" not in left
    assert left.count("〔姓名〕") == 3


def test_names_in_news_stay_for_they_are_published() -> None:
    text = "区长李建国表示，张某某已被处理"
    assert redact(text, Kind.NEWS).text == text
