"""Pictures of feeling, 😂 and (╥﹏╥), in the words that a model has read: the bracketed ones of Chinese posts."""

from __future__ import annotations

import re

_EMOJI = {
    "[心]": "❤♥💕💖💗💘💓💞💛💚💙💜🧡😍🥰😘😻🌹💐",
    "[赞]": "👍👏💪🙌✌👌💯🎉🎊🏆",
    "[作揖]": "🙏",
    "[嘻嘻]": "😁😄😃😀😊☺😋😆😇🤗🤩😎🥳😸😺",
    "[笑cry]": "😂🤣😹",
    "[泪]": "😭😢🥺😿",
    "[失望]": "😞😔😟🙁☹😩😫😖😣😥😪😓😿💔",
    "[怒]": "😡😠🤬👿😤🖕👎💢",
    "[吐]": "🤮🤢💩",
    "[疑问]": "🤔❓",
    "[衰]": "😱😨😰😳",
    "[允悲]": "🤦😅🙃",
    "[微笑]": "🙂",
    "[白眼]": "🙄😒😑😏",
    "[doge]": "🐶",
}
EMOJI: dict[int, str | None] = {ord(char): word for word, chars in _EMOJI.items() for char in chars}
EMOJI.update(dict.fromkeys(range(0x1F3FB, 0x1F400)))  # skin tones

_FACES = (
    (
        r"[(（][^()（）\w\s]{0,4}(?:╥|ಥ|Ｔ|T|;|；|｡ŏ|>|﹏|o)[_﹏益︿.。ω∩n口]{1,3}(?:╥|ಥ|Ｔ|T|;|；|ŏ|<|o)[^()（）\w\s]{0,4}[)）]",
        "[泪]",
    ),
    (r"(?<![A-Za-z])(?:[TtQ][_\.﹏ ]?[TtQ]|QAQ|TAT|orz|OTZ)(?![A-Za-z])", "[泪]"),
    (r"[(（][^()（）]{0,3}(?:°□°|ಠ益ಠ|ಠ_ಠ|｀皿´|`皿´|▼皿▼|￣皿￣|╬)[^()（）]{0,4}[)）][^\w\s]{0,4}(?:┻━┻)?", "[怒]"),
    (
        r"[(（][^()（）\w\s]{0,3}(?:≧▽≦|\^[_▽o0ω-]{0,2}\^|•̀ᴗ•́|◕‿◕|´▽`|´∀`|￣▽￣|´ω`|｡♥‿♥｡|≧∇≦|^o^|•‿•|＾▽＾)[^()（）\w\s]{0,4}[)）]"
        r"|\^[_▽o-]?\^|＾_＾|≧▽≦",
        "[嘻嘻]",
    ),
)
_FACE = tuple((re.compile(pattern), word) for pattern, word in _FACES)
_HINT = re.compile(r"[╥ಥ°ಠ皿╬≧◕´￣＾^]|[TtQ][_.﹏ATtQ]|orz|OTZ|[>;；][_﹏︿]")


def faces(text: str) -> str:
    """``text`` with 颜文字 written as bracketed words."""
    if _HINT.search(text):
        for pattern, word in _FACE:
            text = pattern.sub(word, text)
    return text
