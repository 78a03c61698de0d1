"""Whether a stretch of text is an ordinary word of the language rather than a name."""

from __future__ import annotations

from functools import lru_cache

import rjieba

_MISTAGGED = frozenset(
    {"谢谢", "文明", "盖章", "张冠李戴", "师德师风", "易燃易爆", "高高兴兴", "平平安安", "安安静静", "明明白白", "万万"}
)
"""Words that the segmenter's dictionary lists as personal names."""


@lru_cache(maxsize=50_000)
def ordinary(text: str) -> bool:
    """True if the segmenter knows ``text`` as one word that is no personal name (施工, 母亲, 家人)."""
    if text in _MISTAGGED:
        return True
    if any("\ud800" <= char <= "\udfff" for char in text):
        return False  # the segmenter takes no lone surrogates
    tagged = rjieba.tag(text)
    return len(tagged) == 1 and not tagged[0][1].startswith("nr")
