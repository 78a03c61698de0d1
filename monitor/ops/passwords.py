"""Which passwords are refused, after NIST SP 800-63B: length counts, composition does not, known ones are refused.

No rule asks for a digit or a sign: such rules make people write Password1! (section 5.1.1.2 of the standard). A list
of breached passwords is not carried along; what people really choose is a few known words with something at the ends,
a row of keys, or a short thing several times over, and that is what is recognised.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

MIN = 12
MAX = 200
"""Longer ones are refused before hashing, so that a sign-in costs the same whatever is typed."""
_FILE = Path(__file__).with_name("known_passwords.txt")
_ROWS = (
    "01234567890123456789", "09876543210987654321", "abcdefghijklmnopqrstuvwxyzabcdef", "zyxwvutsrqponmlkjihgfedcba",
    "qwertyuiopasdfghjklzxcvbnm", "qazwsxedcrfvtgbyhnujmikolp", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "a1b2c3d4e5f6g7h8i9j0", "1a2b3c4d5e6f7g8h9i0j",
    "112233445566778899", "aabbccddeeffgghh", "147258369147258369", "123123123", "1314520", "5201314",
    "7758521", "!@#$%^&*()_+", "一二三四五六七八九十",
)  # fmt: skip
_LOOKALIKE = str.maketrans({"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_SHORTEST_ROW = 4


def fault(password: str, *own: str) -> tuple[str, str] | None:
    """What is wrong with a new password and what to do, or None. ``own``: words that its owner would think of."""
    if len(password) < MIN:
        return f"密码太短：至少 {MIN} 个字符", "用几个不相干的词连起来，好记也难猜；不要求大小写或符号"
    if len(password) > MAX:
        return f"密码太长：最多 {MAX} 个字符", "缩短后再试"
    text = unicodedata.normalize("NFKC", password).casefold()
    if len(set(text)) < 4:
        return "密码太简单：只有几个不同的字符", "不要重复同样的字符"
    if any(len(text.replace(word, "")) < 8 for word in _words(own)):
        return "密码与用户名太像", "换一个与用户名无关的密码"
    left = _unknown(text, _words(own))
    if left < 4:
        return "密码太常见：由常用密码、键盘顺序或年份拼成", "用三四个不相干的词连起来，例如四样眼前看不到的东西"
    return None


@cache
def _known() -> tuple[str, ...]:
    return tuple(_FILE.read_text(encoding="utf-8").split())


def _words(own: tuple[str, ...]) -> list[str]:
    return [word for name in own if len(word := unicodedata.normalize("NFKC", name).casefold()) >= 3]


def _unknown(text: str, own: list[str]) -> int:
    """How many characters are left when known words, rows of keys, years, dates and repetitions are taken out."""
    text = re.sub(r"(.+?)\1{2,}", r"\1", text)
    best = len(text)
    for form in {text, text.translate(_LOOKALIKE)}:
        left = form
        for row in _rows_in(form):
            left = left.replace(row, "")
        left = re.sub(r"1[3-9]\d{9}", "", left)  # somebody's own mobile number
        left = re.sub(r"(19|20)\d{2}((0[1-9]|1[0-2])([0-2]\d|3[01])?)?", "", left)
        for word in sorted([*_known(), *own], key=len, reverse=True):
            left = left.replace(word, "")
        best = min(best, len(re.sub(r"[\W\d_]+", "", left)) + len(re.sub(r"\D+", "", left)) // 2)
    return best


def _rows_in(text: str) -> list[str]:
    """The longest stretches of keyboard rows, alphabet and digits in the text."""
    found, at = [], 0
    while at < len(text) - _SHORTEST_ROW + 1:
        length = max(
            (n for row in _ROWS for n in range(len(text) - at, _SHORTEST_ROW - 1, -1) if text[at : at + n] in row),
            default=0,
        )
        if length:
            found.append(text[at : at + length])
        at += max(length, 1)
    return found
