"""Which Chinese fonts this machine has, asked of fontconfig, and what to say where one is wanting.

The service ships no font. A PDF and the pictures of a DOCX are set with what is installed; without any Chinese font
they would be rows of boxes, so the DOCX then has tables in place of pictures and no PDF is made. HTML and the words of
a DOCX are set by the reader's own fonts.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from monitor.ops import log

SAMPLE = "舆情专报"
"""Letters that a font must have to count as Chinese."""
SANS = "Noto Sans CJK SC,Source Han Sans SC,Microsoft YaHei,PingFang SC,WenQuanYi Zen Hei,SimHei"
"""Families for the words of drawings, best first."""
FACES = {
    "小标宋": ("方正小标宋简体", "FZXiaoBiaoSong-B05S", "方正小标宋_GBK", "小标宋"),
    "仿宋": ("仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong", "STFangsong", "FandolFang R", "FandolFang"),
    "楷体": ("楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "STKaiti", "FandolKai"),
}
"""Faces of a 公文 and the families that are it; others stand in where none of them is installed."""
HINT = "安装 fontconfig 和中文字体（Debian、Ubuntu：apt-get install fontconfig fonts-noto-cjk）后重启服务"
_PATTERN = 0
"""FcMatchPattern."""


@dataclass(frozen=True, slots=True)
class Font:
    """An installed font: its family, by which a drawing asks for it, and its file."""

    family: str
    file: str


def chinese(weight: str = "regular") -> Font | None:
    """The font for the words of drawings; None where the machine has no font with Chinese letters."""
    found = _match(f"{SANS}:lang=zh-cn:weight={'200' if weight == 'bold' else '80'}")
    return found[0] if found and found[1] else None


def stand_ins() -> tuple[str, ...]:
    """Faces of a 公文 that others stand in for on this machine (小标宋, 仿宋, 楷体)."""
    return tuple(face for face, families in FACES.items() if not any(_installed(name) for name in families))


def missing(formats: Sequence[str]) -> str:
    """What briefs in these formats lose for want of any Chinese font; empty where nothing."""
    told = {"docx": "Word 专报中的图改为表", "pdf": "不能生成 PDF"}
    effects = [told[name] for name in told if name in formats]
    if not effects or chinese() is not None:
        return ""
    return f"这台机器没有中文字体：{'，'.join(effects)}。{HINT}"


def warnings(formats: Sequence[str]) -> tuple[str, ...]:
    """What to tell whoever sets up briefs in these formats; empty where everything is there."""
    if lost := missing(formats):
        return (lost,)
    wanting = stand_ins() if "pdf" in formats else ()
    if not wanting:
        return ()
    return (f"这台机器没有公文字体{'、'.join(wanting)}：PDF 用其他中文字体代替；Word 文件由打开它的电脑的字体决定",)


@lru_cache(maxsize=1)
def log_missing() -> None:
    """Tells the log, once in the life of the process, that there is no Chinese font."""
    log.get("briefs").warning("no_chinese_font", hint=HINT)


@lru_cache(maxsize=16)
def _match(pattern: str) -> tuple[Font, bool] | None:
    """fontconfig's best font for a pattern and whether it has the sample's letters; None where there is no fontconfig.

    See the reference of fontconfig: FcNameParse, FcConfigSubstitute, FcFontMatch, FcCharSetHasChar.
    """
    library = _library()
    if library is None:
        return None
    asked = library.FcNameParse(pattern.encode())
    library.FcConfigSubstitute(None, asked, _PATTERN)
    library.FcDefaultSubstitute(asked)
    result = ctypes.c_int()
    found = library.FcFontMatch(None, asked, ctypes.byref(result))
    library.FcPatternDestroy(asked)
    if not found:
        return None
    try:
        letters = ctypes.c_void_p()
        library.FcPatternGetCharSet(found, b"charset", 0, ctypes.byref(letters))
        whole = bool(letters) and all(library.FcCharSetHasChar(letters, ord(c)) for c in SAMPLE)
        return Font(_string(library, found, b"family", 0), _string(library, found, b"file", 0)), whole
    finally:
        library.FcPatternDestroy(found)


@lru_cache(maxsize=64)
def _installed(family: str) -> bool:
    """Whether a font of exactly this family is there."""
    found = _match(f"{family.replace('-', chr(92) + '-')}")
    return found is not None and _same(found[0].family, family)


def _same(found: str, asked: str) -> bool:
    return asked.casefold() in (name.casefold() for name in found.split("\n"))


def _string(library: Any, pattern: Any, key: bytes, at: int) -> str:
    """A string of a pattern; of a family all its names, a line each, the first of them the one to ask for."""
    names = []
    value = ctypes.c_char_p()
    while library.FcPatternGetString(pattern, key, at, ctypes.byref(value)) == 0 and value.value is not None:
        names.append(value.value.decode("utf-8", "replace"))
        at += 1
    return "\n".join(names)


@lru_cache(maxsize=1)
def _library() -> Any:
    try:
        library = ctypes.CDLL("libfontconfig.so.1")
    except OSError:
        return None
    pointer = ctypes.c_void_p
    for name, result, arguments in (
        ("FcInit", ctypes.c_int, []),
        ("FcNameParse", pointer, [ctypes.c_char_p]),
        ("FcConfigSubstitute", ctypes.c_int, [pointer, pointer, ctypes.c_int]),
        ("FcDefaultSubstitute", None, [pointer]),
        ("FcFontMatch", pointer, [pointer, pointer, ctypes.POINTER(ctypes.c_int)]),
        ("FcPatternDestroy", None, [pointer]),
        ("FcPatternGetString", ctypes.c_int, [pointer, ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(ctypes.c_char_p)]),
        ("FcPatternGetCharSet", ctypes.c_int, [pointer, ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(pointer)]),
        ("FcCharSetHasChar", ctypes.c_int, [pointer, ctypes.c_uint]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library if library.FcInit() else None
