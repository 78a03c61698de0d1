"""Made-up messages with planted personal data and with what must stay, for measuring redaction.

Nothing here is anybody's: numbers, names and addresses are drawn by a seeded generator, in the writings and disguises
that people use. ``cases(2000)`` gives the same rows on every machine.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

_FULL = str.maketrans("0123456789", "０１２３４５６７８９")
_HAN = str.maketrans("0123456789", "零一二三四五六七八九")
_SPOKEN = str.maketrans("0123456789", "〇幺二三四五六七八九")
_FORMAL = str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖")
_CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
_MARKS = (" ", "-", " - ", "\u200b", "·", ".", "\u00a0", "\u2060", "、", "😀", "—", "*")
_FAMILIES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史黎陶贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_DOUBLE = ("欧阳", "司马", "上官", "诸葛", "夏侯", "尉迟", "皇甫", "慕容", "司徒", "令狐")
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英建国志华红文斌玉兰鹏辉晓婷宇浩欣佳琳梓涵雨轩博凤珍玲淑海波春梅"
    "健俊峰永胜利荣光立新倩颖雪慧巧云"
)
_MINORITY = ("阿依古丽·买买提", "古丽娜尔·阿不都热依木", "扎西·多吉", "艾力·吐尔逊", "其其格·巴特尔", "卓玛·才让")

Rng = random.Random
Row = dict[str, Any]


def _digits(r: Rng, n: int) -> str:
    return "".join(str(r.randrange(10)) for _ in range(n))


def _grouped(r: Rng, told: str, *sizes: int) -> str:
    mark, parts, at = r.choice(_MARKS), list[str](), 0
    while at < len(told):
        size = sizes[min(len(parts), len(sizes) - 1)]
        parts.append(told[at : at + size])
        at += size
    return mark.join(parts)


def phone(r: Rng) -> str:
    """A mobile number."""
    told = f"1{r.choice('3456789')}{_digits(r, 9)}"
    return r.choice(
        (
            lambda: told,
            lambda: told,
            lambda: _grouped(r, told, 3, 4),
            lambda: _grouped(r, told, 1),
            lambda: told.translate(r.choice((_FULL, _HAN, _SPOKEN, _FORMAL, _CIRCLED))),
            lambda: r.choice(("+86 ", "86-", "0086")) + told,
            lambda: f"{told[:2]} {told[2:]}",
        )
    )()


def identity(r: Rng) -> str:
    """An identity card number (GB 11643-1999, with its check digit)."""
    day = f"{r.randint(1940, 2015)}{r.randint(1, 12):02}{r.randint(1, 28):02}"
    head = f"{r.choice((11, 12, 31, 43, 44, 51))}{_digits(r, 4)}{day}{_digits(r, 3)}"
    factors = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    told = head + "10X98765432"[sum(int(d) * f for d, f in zip(head, factors, strict=True)) % 11]
    return r.choice((told, told.lower(), told.translate(_FULL), _grouped(r, told, 6, 8, 4), _grouped(r, told, 1)))


def bank(r: Rng) -> str:
    """A card number (ISO/IEC 7812-1, with its check digit)."""
    body = r.choice(("6222", "6217", "6228", "4392", "5187")) + _digits(r, r.choice((11, 14)))
    total = sum((d if i % 2 else (d * 2 - 9 if d > 4 else d * 2)) for i, d in enumerate(int(c) for c in body[::-1]))
    told = body + str(-total % 10)
    return r.choice((told, _grouped(r, told, 4), told.translate(_FULL)))


def plate(r: Rng) -> str:
    """A number plate; new-energy, trailer, police and learner's ones too (GA 36-2018)."""
    head = r.choice("京津沪渝冀豫云辽黑湘皖鲁苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼") + r.choice("ABCDEFGHJK")
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    tail = r.choice(
        (
            "".join(r.choice(letters + "0123456789") for _ in range(4)) + _digits(r, 1),
            _digits(r, 5),
            r.choice("DF") + _digits(r, 5),
            _digits(r, 5) + r.choice("DF"),
            _digits(r, 4) + r.choice("挂学警"),
        )
    )
    told = head + r.choice(("", "", "·", " ", "-", "\u200b")) + tail
    return r.choice((told, told, told.lower(), told.translate(_FULL)))


def email(r: Rng) -> str:
    name = r.choice("abcxyz") + "".join(
        r.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(r.randint(4, 12))
    )
    host = r.choice(("qq.com", "163.com", "gmail.com", "foxmail.com", "sina.com.cn", "example.org"))
    return f"{name}{r.choice(('@', '@', ' @ ', '＠', '(at)', '[at]'))}{host}"


def handle(r: Rng) -> tuple[str, str]:
    """What stands before, and the handle."""
    name = r.choice(("小鱼儿", "风清扬", "快乐每一天", "hello_world", "user2019", "湘江-夜雨")) + _digits(r, 2)
    chat = "".join(r.choice("abcdefghijklmnop") for _ in range(5)) + _digits(r, 4)
    number = f"{r.randint(1, 9)}{_digits(r, 8)}"
    return r.choice(
        (
            ("", f"@{name}"), ("微信号：", chat), ("微信", chat), ("QQ：", number), ("vx:", chat), ("加v：", chat),
            ("加V", chat), ("qq群", number), ("抖音号：", chat), ("网名：", name), ("微 信 ", chat),
        )
    )  # fmt: skip


def url(r: Rng) -> str:
    path = "".join(r.choice("abcdefghijk123456789") for _ in range(8))
    shapes = (
        f"http://t.cn/{path}",
        f"https://bbs.example.com/thread-{path}.html?u=3",
        f"www.{path}.com/x",
        f"{path}.cn",
    )
    return r.choice(shapes)


def address(r: Rng) -> str:
    """What leads from the estate or the road to one door."""
    block, unit, room = r.randint(1, 40), r.randint(1, 6), f"{r.randint(1, 33)}{r.randint(1, 8):02}"
    return r.choice(
        (
            f"{block}栋{unit}单元{room}室", f"{block}号楼{unit}单元{room}", f"{block}幢{room}", f"{block}号楼{room}室",
            f"{r.choice('ABC')}{block}栋{room}房", f"{block}-{unit}-{room}", f"第{block}栋{room}室",
            f"{block}#楼{room}室",
            f"{r.choice(('一', '二', '十二'))}栋{r.choice('一二三')}单元{room}", f"{unit}单元{room}号",
            f"{block}#{room}",
            f"{block}栋 {unit}单元 {room}", f"{block}座{room}", f"{block}号{unit}单元{room}室",
        )
    )  # fmt: skip


def person(r: Rng) -> str:
    """A full name."""
    kind = r.random()
    if kind < 0.06:
        return r.choice(_MINORITY)
    family = r.choice(_DOUBLE) if kind < 0.14 else r.choice(_FAMILIES)
    return family + "".join(r.choice(_GIVEN) for _ in range(r.choice((1, 2, 2, 2))))


_PLAIN: dict[str, tuple[Callable[[Rng], str], tuple[str, ...]]] = {
    "PHONE": (phone, ("请打{}联系我", "电话：{}，谢谢", "我的手机号是{}。", "（{}）", "有事找我{}", "联系方式{}")),
    "ID": (identity, ("身份证号{}，", "证件：{}。", "本人（{}）要求核实，", "号码是{}请核实")),
    "BANK": (bank, ("请退到{}，", "卡号{}。", "工资卡 {} 一直没到账", "建行{}。")),
    "PLATE": (plate, ("车牌{}乱停，", "一辆{}的面包车堵门，", "（{}）", "我的车{}被刮了")),
    "EMAIL": (email, ("请回复到{}，", "邮箱：{}。", "发邮件至 {} 即可")),
    "URL": (url, ("详见{}，", "视频 {} 请看", "（{}）")),
    "ADDRESS": (address, ("我住锦绣花园{}，楼上漏水", "滨河家园{}漏水。", "地址是万和小区{}。", "柳荫苑{}的住户，")),
    "PERSON": (
        person,
        (
            "我叫{}，", "联系人：{}。", "投诉人{}，", "我是业主{}，", "我女儿{}今年上小学，", "楼上的{}天天半夜装修，",
            "{}欠我工资不还，", "包工头{}拖欠工钱，", "我和{}一起去过两次，",
            "房东{}不退押金，", "找过{}好几回，", "老板{}说没钱，",
            "物业的{}打了我父亲，", "签字的是{}，", "当时{}在场。",
            "受伤的{}还在医院，", "{}等二十户居民反映，", "请严肃处理{}。",
        ),
    ),
}  # fmt: skip
_LEADS = ("您好！", "尊敬的领导：", "", "请问", "你好，", "再次反映：", "小区停水三天了，", "关于噪音扰民的问题，")
_ENDS = ("谢谢！", "请尽快处理。", "", "望回复", "盼复。", "影响居民休息。")


def planted(r: Rng) -> Row:
    """A message with one or two data in it."""
    text, spans = r.choice(_LEADS), list[list[Any]]()
    for kind in r.sample((*_PLAIN, "HANDLE"), r.choice((1, 1, 2))):
        if kind == "HANDLE":
            before, told = handle(r)
            frame = r.choice(("请联系{}，", "{} 你们看看，", "联系我{}。")).replace("{}", before + "{}")
        else:
            make, frames = _PLAIN[kind]
            frame, told = r.choice(frames), make(r)
        head, _, tail = frame.partition("{}")
        begin = len(text) + len(head)
        text += head + told + tail
        spans.append([begin, begin + len(told), kind])
    return {"text": text + r.choice(_ENDS), "spans": spans}


_ADDRESSES = ("老师和李主任都没有回复", "局长说过会解决", "某某的车", "某说不管", "大爷摔伤了", "书记您好")
_PLACES = (
    *(
        "高新区",
        "金地物业",
        "马路上",
        "白云路",
        "万科魅力之城",
        "宝安大道",
        "安康社区",
        "康桥小区",
        "黄兴路",
        "向阳小学",
    ),
    *("雷锋镇", "王家湾村", "李宁专卖店", "张家界路", "龙湖·香醍", "中奥·美泉宫"),
)


def _clock(r: Rng) -> str:
    return f"{r.randint(0, 23):02}:{r.randint(0, 59):02}:{r.randint(0, 59):02}"


STAYS: tuple[Callable[[Rng], str], ...] = (
    lambda r: f"拨打{r.choice(('12345', '12315', '110', '119', '12328', '95598', '96777', '12319'))}热线没人接",
    lambda r: f"服务热线：0731-{r.randint(2, 8)}{_digits(r, 7)}",
    lambda r: f"区水务局咨询电话（0731）{r.randint(2, 8)}{_digits(r, 7)}",
    lambda r: f"客服电话{r.choice(('400', '800'))}-{_digits(r, 3)}-{_digits(r, 4)}",
    lambda r: f"打了95598 96777 12345 都没用，10086也打了{r.randint(2, 9)}次",
    lambda r: f"自{r.randint(2015, 2026)}年{r.randint(1, 12)}月{r.randint(1, 28)}日起",
    lambda r: f"时间 {r.randint(2015, 2026)}-{r.randint(1, 12):02}-{r.randint(1, 28):02} {_clock(r)} 停水",
    lambda r: f"{r.randint(2015, 2026)}.{r.randint(1, 12)}.{r.randint(13, 19)}-2027.{r.randint(1, 12)}.2 8:00",
    lambda r: f"{r.randint(2015, 2026)}{r.randint(1, 12):02}{r.randint(1, 28):02} 停电",
    lambda r: f"交了{r.randint(1, 9)}{_digits(r, r.randint(2, 10))}元",
    lambda r: f"投资{r.randint(1, 999)},{_digits(r, 3)},{_digits(r, 3)}.{_digits(r, 2)}元",
    lambda r: f"依据湘政发〔{r.randint(2010, 2026)}〕{r.randint(1, 99)}号文件",
    lambda r: f"国办发[{r.randint(2010, 2026)}]{r.randint(1, 99)}号、（2019）湘01民初{_digits(r, 4)}号",
    lambda r: f"工单编号：{r.randint(3, 9)}{_digits(r, 16)}，受理号{_digits(r, 11)}",
    lambda r: f"地铁{r.randint(1, 12)}号线开工，{r.randint(1, 300)}路和K{r.randint(1, 300)}路改道",
    lambda r: f"每平方米{_digits(r, 4)}元，面积{r.randint(60, 200)}.{_digits(r, 2)}平米",
    lambda r: f"{r.randint(1, 12)}月{r.randint(1, 28)}号晚上{r.randint(1, 12)}点停水",
    lambda r: f"一共{r.randint(2, 30)}栋居民楼、{r.randint(100, 9000)}户停水",
    lambda r: "13、15、16、17、18、19路公交都不来",
    lambda r: f"比分{r.randint(0, 9)}-{r.randint(0, 9)}，考了{r.randint(300, 700)}分，G{r.randint(100, 9999)}次列车",
    lambda r: r.choice("王李张刘陈") + r.choice(_ADDRESSES),
    lambda r: r.choice(("老张", "小李", "张姐", "王哥", "老王头")) + "家天天放音乐",
    lambda r: r.choice(_PLACES) + "停水了",
    lambda r: f"经济增长{r.randint(1, 9)}.{r.randint(1, 9)}%，共{r.randint(1, 90)}万人",
    lambda r: f"宽1.{r.randint(3, 9)}米、1.{r.randint(3, 9)}米，长1.72 1.85 1.96 2.03米",
)  # fmt: skip


def nothing(r: Rng) -> Row:
    """A message in which nothing is to be redacted."""
    return {"text": r.choice(_LEADS) + r.choice(STAYS)(r) + "，" + r.choice(_ENDS), "spans": []}


def cases(count: int, seed: int = 1) -> list[Row]:
    """``count`` rows ``{"text", "spans": [[start, end, kind]]}``, one in four without personal data."""
    r = random.Random(f"redaction {seed}")
    return [nothing(r) if i % 4 == 3 else planted(r) for i in range(count)]
