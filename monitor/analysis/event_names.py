"""What a matter is called: phrases that its titles have in common. Never a person, never a digit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from monitor.analysis.words import segmenter

_MOST_TITLES = 60
_HAN = re.compile(r"[一-鿿]+")
_PLACEHOLDER = re.compile(r"〔[^〔〕]{1,8}〕|@\S+|https?://\S+|西地省|[A-Z]\d{0,2}[市区县]|\d+")
_NUMERAL = re.compile(r"[零〇一二三四五六七八九十百千万亿两几]")
_SHORTEST, _LONGEST = 3, 12
_WORDS = 6
_SHARE = 0.4
"""Of the titles, that have the phrase."""
_EDGE = frozenset(
    re.findall(
        r"\S+",
        "投诉 举报 反映 咨询 建议 请问 希望 关于 求助 请求 呼吁 强烈 再次 问题 情况 附近 旁边 旁 边 内 里 上 下 严重 "
        "何时 什么 如何 能否 可以 怎么 要求 领导 政府 相关 部门 进行 加快 尽快 解决 处理 市 区 县 我 我们 你 请 在 的 "
        "了 是 有 被 把 对 和 与 及 并 也 都 就 不 没 没有 为何 为什么 小区 居民 业主 市民 群众 "
        "之 开 要 拖 能 可 会 是否 到底 究竟 多年 近期 越来越 不能 无法 坚决 反对 恳请 敬请 拖到 去 来 到 仍 还 已",
    )
)
"""Words that say nothing at the end of a phrase."""


def name(titles: Sequence[str], terms: Iterable[str] = ()) -> str:
    """At most two phrases, such as 丽发新城 搅拌站; of ``terms`` where the titles have none in common; or ``""``.

    Titles must be of kinds that may be shown; those of news go through :func:`without_names` first.
    """
    chosen = titles[:_MOST_TITLES]
    held: Counter[str] = Counter()
    for title in chosen:
        held.update(set(_phrases(title)))
    least = max(2, _SHARE * len(chosen))
    ranked = sorted(
        (phrase for phrase, n in held.items() if n >= least), key=lambda p: (-held[p] * (len(p) - 1) ** 0.7, p)
    )
    found: list[str] = []
    for phrase in (*ranked, *terms):
        long_enough = len(phrase) >= _SHORTEST or bool(found) or not ranked
        if len(found) < 2 and long_enough and not _alike(phrase, found):
            found.append(phrase)
    return " ".join(found)


def _phrases(title: str) -> Iterable[str]:
    """Runs of up to six words that begin and end with a word that says something."""
    for part in _HAN.findall(_PLACEHOLDER.sub("\n", title)):
        words = segmenter().cut(part)
        for i in range(len(words)):
            if _idle(words[i]):
                continue
            for j in range(i + 1, min(i + _WORDS, len(words)) + 1):
                phrase = "".join(words[i:j])
                if 2 <= len(phrase) <= _LONGEST and not _idle(words[j - 1]) and not _NUMERAL.search(phrase):
                    yield phrase


def _alike(phrase: str, found: Sequence[str]) -> bool:
    return any(len(set(phrase) & set(other)) * 3 > min(len(phrase), len(other)) for other in found)


def _idle(word: str) -> bool:
    return word in _EDGE or word in _stopwords()


def without_names(title: str) -> str:
    """A title of news without the names of persons, which news may print and a name of a matter may not.

    Without whatever may be one: a page that names matters must not load an encoder for it.
    """
    from monitor.analysis.names import gate

    for begin, end in sorted(gate().likely(title), reverse=True):
        title = f"{title[:begin]}\n{title[end:]}"
    return title


@lru_cache(maxsize=1)
def _stopwords() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "stopwords.txt").read_text(encoding="utf-8").split())
