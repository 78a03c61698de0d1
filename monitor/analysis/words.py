"""Words of the language: the segmenter, and whether a stretch of text is an ordinary word rather than a name."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_MISTAGGED = frozenset(
    (
        *(
            "谢谢",
            "文明",
            "盖章",
            "张贴",
            "张冠李戴",
            "师德师风",
            "易燃易爆",
            "高高兴兴",
            "平平安安",
            "安安静静",
            "明明白白",
        ),
        *(
            "万万",
            "博士生",
            "张家界",
            "王府井",
            "徐家汇",
            "白云",
            "安康",
            "高峰",
            "常青",
            "金地",
            "万科",
            "周转",
            "易通",
        ),
        *("向阳", "应拿", "堵门", "请看", "许多人"),
    )
)
"""Words that the segmenter's dictionary lists as personal names, or that only look like one."""
_SPOKEN_OF = re.compile(
    r"孩|朋友|盆友|老师|领导|女儿|儿子|儿童|幼儿|学生|学校|同学|童鞋|老人|老百|大人|爸|妈|爷|奶奶|公公|婆|父母|父亲|母亲|姐|妹|兄弟|哥哥|弟弟"
    r"|医生|员工|男人|女人|男女|[男女](?:性|生|子|士|民|方|同|神|王|友|警|郎)|夫妻|夫妇|丈夫|妻子|宝宝|婴儿|人员|居民|村民|市民|业主|群众|网友"
    r"|司机|师傅|青年|少年|粉丝|会员|小编|博主|闺蜜|密友|好友|主任|校长|老板|小姐|先生|女士"
)


_SURROGATE = re.compile("[\ud800-\udfff]")


@lru_cache(maxsize=1)
def segmenter() -> Any:
    """The one segmenter of a process (rjieba): its dictionary takes 24 MB and a tenth of a second."""
    from rjieba import Jieba

    return Jieba()


@lru_cache(maxsize=50_000)
def ordinary(text: str) -> bool:
    """True if the segmenter's dictionary has ``text`` as one word that is no personal name (施工, 母亲, 家人)."""
    if text in _MISTAGGED:
        return True
    if any("\ud800" <= char <= "\udfff" for char in text):
        return False  # the segmenter takes no lone surrogates
    # Without its guesses at new words: those would be the names.
    tagged = segmenter().tag(text, False)
    return len(tagged) == 1 and not tagged[0][1].startswith(("nr", "nz", "eng", "x"))


def spoken_of(text: str) -> bool:
    """True if ``text`` tells what somebody is (孩子, 网友, 张老师), which is not who it is."""
    return _SPOKEN_OF.search(text) is not None


def dictionary_names(text: str) -> list[tuple[int, int]]:
    """What the segmenter's dictionary and its guesses call a personal name: the peer of the name tagger."""
    found, at = list[tuple[int, int]](), 0
    for word, tag in segmenter().tag(_SURROGATE.sub("?", text), True):
        if tag.startswith("nr") and len(word) > 1:
            found.append((at, at + len(word)))
        at += len(word)
    return found
