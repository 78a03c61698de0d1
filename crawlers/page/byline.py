"""Removes the lines and brackets of an article that name who wrote, edited or photographed it (safeguard S1)."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ROLE = (
    r"(?:本报|本网|本台|本刊|见习|实习|特约|首席|执行|全媒体|融媒体|职工|驻\S{1,6}?)?"
    r"(?:记者|通讯员|实习生|作者|撰文|撰稿|执笔|采写|编译|编辑|责编|责任编辑|网络编辑|值班编辑|主编|总监制|监制|审核|审校|校对|"
    r"初审|复审|终审|一审|二审|三审|摄影|摄像|拍摄|供稿|供图|制图|制作|美编|设计|统筹|策划|出品|文字|录入|上传|发布人|"
    r"发布者|楼主|发帖人|网友|原创|笔者|文/图|图/文|文图|图文)"
)
_NAMES = r"[^，。；！？!?;（）()【】\[\]]{1,40}"
# A whole line that is a byline: "作者：张三", "责任编辑 李四", "澎湃新闻记者 段彦超 廖艳", "文/图 王五".
_LINE = re.compile(
    rf"^[（(【\[「〔\s]*(?:{_ROLE}|文|图|摄)\s*[:：/／|｜丨]\s*{_NAMES}[）)】\]」〕\s]*$"
    rf"|^[（(【\[\s]*\S{{0,12}}?{_ROLE}\s+(?:[\u4e00-\u9fff·A-Za-z]{{2,8}}[\s、/,]*){{1,5}}[）)】\]\s]*$"
)
_WRITER = (
    r"(?:本报|本网|本台|本刊|见习|实习|特约|首席|全媒体|融媒体|职工|驻\S{1,6}?)?"
    r"(?:记者|通讯员|实习生|作者|责任编辑|责编|编辑|撰文|撰稿|执笔|采写|编译|摄影|摄像|供稿|供图|文/图|图/文|文图|图文|编写|整合)"
)
_BRACKET = re.compile(
    rf"[（(【\[](?:[^（）()【】\[\]]{{0,24}}?\s*)?(?:{_ROLE}|文|图|编写|整合)\s*[:：/／|｜\s][^（）()【】\[\]]{{1,60}}[）)】\]]"
    rf"|[（(][^（）()，。；]{{0,16}}?{_WRITER}[^（）()，。；：]{{1,30}}[）)]"
    rf"|[（(][^（）()，。]{{2,12}}\s*摄(?:影)?[）)]"
)
# "…开馆。某报记者 张三 摄": who photographed, at the end of a caption.
_SHOT = re.compile(
    r"(?:^|(?<=[。！？：:]))[^。！？：:，]{0,16}?(?:^|[\s。：:]|记者|通讯员|摄影队|网友|实习生)\s*[\u4e00-\u9fff·]{2,4}"
    r"(?:[\s、]+[\u4e00-\u9fff·]{2,4}){0,2}\s*(?<!拍)摄(?:影)?$"
    r"|(?:^|(?<=[。！？：:，]))[^。！？：:，]{0,16}?(?:记者|通讯员)\s*[\u4e00-\u9fff·]{2,4}(?:[\s、]+[\u4e00-\u9fff·]{2,4}){0,2}"
    r"\s*/?(?:供?图|图片)$"
)
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟"
    "汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严"
    "牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫"
    "屈鲍位覃霍翁隋甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边"
)
# Names alone in brackets at the very end: "（张巨峰）", "（徐雷鹏 何伟）".
_END = re.compile(
    rf"[（(](?:[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})(?:[\s、，]+[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}){{0,3}}[）)]$"
)
_FORUM = re.compile(
    r"^\s*(?:本帖最后由\s*.{1,40}\s*于\s*20\d\d.{1,30}编辑|\S{1,40}\s*发表于\s*20\d\d\S*(?:\s+\d\d?:\d\d(?::\d\d)?)?|"
    r"(?:楼主|层主|作者|发帖人|用户名|昵称|头像|来自|回复|来信人|写信人|来电人|留言人|反映人|投诉人|咨询人|诉求人)\s*[:：@].{0,60})\s*$"
)
# At the end of a line that says more: "本文来源：某报 责任编辑：张三_NB1".
_TRAIL = re.compile(
    rf"(?:^|[\s\u3000（(【\[|]){_ROLE}\s*[:：/／|]\s*[^，。；！？\s]{{1,24}}"
    r"(?:[\s、]+[\u4e00-\u9fff·]{2,4}){0,3}[）)】\]\s]*$"
)
_ROLE_FIRST = re.compile(rf"^\W*{_ROLE}\s*[:：]")
_EDGE = 6
_LEAST = 6
"""What is left of a line that ends with a byline is kept from this many characters."""
"""How many lines at the head and at the tail may be bylines."""


def without_bylines(lines: Sequence[str]) -> list[str]:
    """The lines of an article without those that only name a writer, and without such brackets inside a line."""
    kept = []
    for index, line in enumerate(lines):
        at_edge = index < _EDGE or index >= len(lines) - _EDGE
        if (at_edge and is_byline(line)) or _FORUM.match(line):
            continue
        cleaned = _SHOT.sub("", _BRACKET.sub("", line).strip()).strip()
        while at_edge and len(trimmed := _TRAIL.sub("", cleaned).strip()) < len(cleaned):
            cleaned = trimmed if len(trimmed) >= _LEAST else ""
        if cleaned:
            kept.append(cleaned)
    if kept:
        kept[-1] = _END.sub("", kept[-1]).rstrip()
    return [line for line in kept if line]


def is_byline(line: str) -> bool:
    """Whether a short line does nothing but name writers, editors or photographers."""
    line = line.strip()
    return len(line) <= 80 and (
        _LINE.match(line) is not None or (_ROLE_FIRST.match(line) is not None and "。" not in line)
    )
