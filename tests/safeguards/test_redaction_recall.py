"""S2 in figures: personal data made by a seeded generator, in the disguises people use, and what must stay."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest

from monitor.intake.redact import redact, spans_in
from monitor.model import Kind

ROUNDS = 400
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")
SPOKEN = str.maketrans("0123456789", "〇幺二三四五六七八九")
Rng = random.Random


def digits(r: Rng, n: int) -> str:
    return "".join(str(r.randrange(10)) for _ in range(n))


def grouped(r: Rng, told: str, size: int) -> str:
    gap = r.choice([" ", "-", " - ", "\u200b", "·", ".", "\u00a0", "\u2060"])
    return gap.join(told[i : i + size] for i in range(0, len(told), size))


def mobile(r: Rng) -> str:
    told = f"1{r.choice('3456789')}{digits(r, 9)}"
    shape = r.randrange(8)
    if shape == 0:
        return grouped(r, told, 4)
    if shape == 1:
        return told.translate(FULL_WIDTH)
    if shape == 2:
        return told.translate(CHINESE)
    if shape == 3:
        return told.translate(SPOKEN)
    if shape == 4:
        return "+86 " + told
    if shape == 5:
        return f"{told[:3]} {told[3:7]} {told[7:]}"
    if shape == 6:
        return "\u200b".join(told)
    return told


def identity(r: Rng) -> str:
    day = f"{r.randint(1940, 2015)}{r.randint(1, 12):02}{r.randint(1, 28):02}"
    head = f"{r.choice([11, 12, 31, 43, 44, 51])}{digits(r, 4)}{day}{digits(r, 3)}"
    factors = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    told = head + "10X98765432"[sum(int(d) * f for d, f in zip(head, factors, strict=True)) % 11]
    return r.choice([told, told.lower(), told.translate(FULL_WIDTH), grouped(r, told, 6), "\u200b".join(told)])


def bank(r: Rng) -> str:
    body = r.choice(["6222", "6217", "6228", "4392", "5187"]) + digits(r, r.choice([11, 14]))
    total = sum((d if i % 2 else (d * 2 - 9 if d > 4 else d * 2)) for i, d in enumerate(int(c) for c in body[::-1]))
    told = body + str(-total % 10)
    return r.choice([told, grouped(r, told, 4), told.translate(FULL_WIDTH)])


def plate(r: Rng) -> str:
    head = r.choice("京津沪渝冀豫云辽黑湘皖鲁苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼") + r.choice("ABCDEFGHJK")
    tail = "".join(r.choice("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789") for _ in range(4)) + r.choice("0123456789")
    if r.random() < 0.3:
        tail = r.choice("DF") + digits(r, 5)
    return head + r.choice(["", "·", " ", "-"]) + (tail.lower() if r.random() < 0.1 else tail)


def email(r: Rng) -> str:
    name = "".join(r.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(r.randint(4, 12)))
    host = r.choice(["qq.com", "163.com", "gmail.com", "foxmail.com", "sina.com.cn", "example.gov.cn"])
    return f"{r.choice('abcxyz')}{name}{r.choice(['@', '@', ' @ ', '＠'])}{host}"


def handle(r: Rng) -> str:
    name = r.choice(["小鱼儿", "风清扬", "快乐每一天", "hello_world", "user2019", "湘江-夜雨"]) + digits(r, 2)
    chat = "".join(r.choice("abcdefghijklmnop") for _ in range(5)) + digits(r, 4)
    return r.choice(
        [f"@{name}", f"微信号：{chat}", f"微信{chat}", f"QQ：{r.randint(1, 9)}{digits(r, 8)}", f"vx:{chat}"]
    )


def url(r: Rng) -> str:
    path = "".join(r.choice("abcdefghijk123456789") for _ in range(8))
    return r.choice(
        [f"http://t.cn/{path}", f"https://bbs.example.com/thread-{path}.html?u=3", f"www.{path}.com/x", f"{path}.cn"]
    )


def address(r: Rng) -> str:
    block, unit, room = r.randint(1, 40), r.randint(1, 6), f"{r.randint(1, 33)}{r.randint(1, 8):02}"
    return r.choice(
        [
            f"{block}栋{unit}单元{room}室",
            f"{block}号楼{unit}单元{room}",
            f"{block}幢{room}",
            f"{r.choice('ABC')}{block}栋{room}房",
            f"{block}-{unit}-{room}",
            f"{r.choice(['一', '二', '十二'])}栋{r.choice('一二三')}单元{room}",
            f"第{block}栋{room}室",
            f"{block}#楼{room}室",
            f"{unit}单元{room}号",
        ]
    )


MAKERS: dict[str, tuple[Callable[[Rng], str], tuple[str, ...]]] = {
    "PHONE": (mobile, ("请打{}联系我", "电话：{}，谢谢", "我的手机号是{}。", "（{}）", "有事找我{}")),
    "ID": (identity, ("身份证号{}，", "证件：{}。", "本人（{}）要求", "号码是{}请核实")),
    "BANK": (bank, ("请退到{}，", "卡号{}。", "工资卡 {} 一直没到账", "建行{}")),
    "PLATE": (plate, ("车牌{}乱停", "一辆{}的面包车", "（{}）", "我的车{}被刮")),
    "EMAIL": (email, ("请回复到{}，", "邮箱：{}。", "发邮件至 {} 即可")),
    "HANDLE": (handle, ("请联系{}，谢谢", "{} 你们看看", "加我{}。")),
    "URL": (url, ("详见{}，", "视频 {} 请看", "（{}）")),
    "ADDRESS": (address, ("我住锦绣花园{}，楼上漏水", "滨河家园{}漏水", "地址是万和小区{}。", "柳荫苑{}的住户")),
}
"""The part of a handle that names the account is the part after the name of the service."""


def secret_of(kind: str, told: str) -> str:
    for word in ("微信号：", "微信", "QQ：", "vx:"):
        if kind == "HANDLE" and told.startswith(word):
            return told.removeprefix(word)
    return told.strip()


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_at_least_99_of_100_planted_data_are_covered_whole(kind: str) -> None:
    make, frames = MAKERS[kind]
    r = random.Random(f"recall {kind}")
    missed = []
    for _ in range(ROUNDS):
        told = make(r)
        frame = r.choice(frames)
        text = frame.format(told)
        secret = secret_of(kind, told)
        begin = text.index(secret)
        covered = {p for s in spans_in(text, Kind.BOARD) for p in range(s.begin, s.end)}
        if not all(p in covered for p in range(begin, begin + len(secret))):
            missed.append(text)
    assert len(missed) <= ROUNDS // 100, missed[:10]


def clock(r: Rng) -> str:
    return f"{r.randint(0, 23):02}:{r.randint(0, 59):02}:{r.randint(0, 59):02}"


STAYS: tuple[Callable[[Rng], str], ...] = (
    lambda r: f"拨打{r.choice(['12345', '12315', '110', '119', '12328', '95598', '96777'])}热线没人接",
    lambda r: f"服务热线：0731-{r.randint(2, 8)}{digits(r, 7)}",
    lambda r: f"区水务局咨询电话（0731）{r.randint(2, 8)}{digits(r, 7)}",
    lambda r: f"客服电话{r.choice(['400', '800'])}-{digits(r, 3)}-{digits(r, 4)}",
    lambda r: f"自{r.randint(2015, 2026)}年{r.randint(1, 12)}月{r.randint(1, 28)}日起",
    lambda r: f"时间 {r.randint(2015, 2026)}-{r.randint(1, 12):02}-{r.randint(1, 28):02} {clock(r)} 停水",
    lambda r: f"{r.randint(2015, 2026)}{r.randint(1, 12):02}{r.randint(1, 28):02} 停电",
    lambda r: f"交了{r.randint(1, 9)}{digits(r, r.randint(2, 10))}元",
    lambda r: f"投资{r.randint(1, 999)},{digits(r, 3)},{digits(r, 3)}.{digits(r, 2)}元",
    lambda r: f"依据湘政发〔{r.randint(2010, 2026)}〕{r.randint(1, 99)}号文件",
    lambda r: f"国办发[{r.randint(2010, 2026)}]{r.randint(1, 99)}号",
    lambda r: f"地铁{r.randint(1, 12)}号线开工",
    lambda r: f"每平方米{digits(r, 4)}元，面积{r.randint(60, 200)}.{digits(r, 2)}平米",
    lambda r: f"{r.randint(1, 12)}月{r.randint(1, 28)}号晚上{r.randint(1, 12)}点停水",
    lambda r: f"一共{r.randint(2, 30)}栋居民楼、{r.randint(100, 9000)}户停水",
    lambda r: f"第{r.randint(1, 300)}路公交车改线",
    lambda r: "张老师和李主任都没有回复",
    lambda r: f"经济增长{r.randint(1, 9)}.{r.randint(1, 9)}%，共{r.randint(1, 90)}万人",
)


def test_at_most_1_of_100_hotlines_dates_amounts_and_document_numbers_are_hit() -> None:
    r = random.Random("precision")
    hit = Counter[str]()
    for _ in range(ROUNDS * 5):
        text = r.choice(STAYS)(r)
        if redact(text, Kind.BOARD).text != text:
            hit[f"{text} -> {redact(text, Kind.BOARD).text}"] += 1
    assert hit.total() <= ROUNDS * 5 // 100, hit.most_common(12)


GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英建国志华红文斌"
CUES = ("我叫{}，", "联系人：{}，电话见后", "投诉人：{}。", "姓名：{}", "我是业主{}，", "本人姓名{}，男")


@pytest.mark.parametrize("family", ["王", "李", "张", "欧阳", "司马", "诸葛", "覃", "冼"])
def test_names_after_a_cue_are_covered(family: str) -> None:
    r = random.Random(family)
    missed = []
    for _ in range(60):
        name = family + "".join(r.choice(GIVEN) for _ in range(r.randint(1, 2)))
        text = r.choice(CUES).format(name)
        if name in redact(text, Kind.BOARD).text:
            missed.append(text)
    assert len(missed) <= 1, missed


def test_names_with_a_middle_dot_are_covered() -> None:
    for name in ("阿依古丽·买买提", "古丽娜尔·阿不都热依木", "扎西·多吉"):
        assert "〔姓名〕" in redact(f"我是{name}，请帮帮我", Kind.BOARD).text
        assert name not in redact(f"我是{name}，请帮帮我", Kind.BOARD).text
