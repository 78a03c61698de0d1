"""What the links and headings of a digital newspaper are called: pages (第02版：要闻, A02 民生), articles, neither."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SHEET = re.compile(
    r"^\W*(?:第\s*)?(?P<no>[A-Za-z]{0,2}\s?\d{1,3})\s*版(?:面)?\s*[:：·\-—|｜\s]*(?P<name>[^\d\W][^:：]{0,19}|)\W*$"
    r"|^\W*(?P<no2>[A-Z]{1,2}\d{1,3}|0\d)\s*[:：·\-—|｜\s]\s*(?P<name2>[\u4e00-\u9fff][^:：]{0,19})\W*$"
    r"|^\W*(?P<no3>[A-Z]{1,2}\d{2,3})\W*$"
    r"|^\W*(?P<name4>[\u4e00-\u9fff·]{2,12})\s*[（(]\s*第?\s*(?P<no4>[A-Z]{0,2}\d{1,3})\s*版?\s*[）)]\W*$"
)
"""What a link to a page of a newspaper is called: 第02版：要闻, A02版 民生, 03 国际, B01, 要闻（01）."""
SHEET_FILE = re.compile(
    r"(?:^|/)(?:node_?\d+|nbs\.[\w.]*?_\d+|l\d+|v\d+|(?:layout|page|paper|bm|ban)[_-]?[a-z]?\d+|col\d+)(?:_\d+)?\.\w{3,5}$",
    re.IGNORECASE,
)
ARTICLE_FILE = re.compile(
    r"(?:^|/)(?:content[_-]?\d|nw\.|con\d|c\d|art(?:icle)?[_-]?\d|\d{4,})[\w.-]*$|/content/", re.IGNORECASE
)
HERE = re.compile(
    r"第\s*(?P<no>[A-Za-z]{0,2}\s?\d{1,3})\s*版(?:面)?\s*(?:[:：·|｜]\s*(?P<name>[\u4e00-\u9fff]{2,12}))?"
)
NO_ARTICLE = re.compile(
    r"^\W*(?:[上下前后]一?(?:版|期|篇|页)|上版|下版|返回.*|首页|目录|版面(?:导航|目录|概览|图)?|标题导航|PDF.*|"
    r"(?:整版)?广告|公告栏|责任?编辑.*|报头|往期.*|数字报.*|全文检索|放大|缩小|默认|打印|朗读|复制|分享|图片|更多|详细|"
    r"\d+)\W*$",
    re.IGNORECASE,
)
_FRONT = re.compile(r"^A?0*1$")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of an issue: its number (``02``, ``A02``) and name (要闻), as far as they are told."""

    number: str = ""
    name: str = ""

    @property
    def is_front(self) -> bool:
        """Whether this is the first page of the paper; that of a supplement (B01) is none."""
        return _FRONT.match(self.number) is not None

    def of(self, outlet: str) -> str:
        """示例日报（第02版：要闻）; the outlet alone where nothing is told of the page."""
        if not self.number:
            return outlet
        name = f"：{self.name}" if self.name else ""
        return f"{outlet[:36]}（第{self.number}版{name}）"


def called(text: str) -> Sheet | None:
    """The page that a link is called by; None where its words are something else."""
    match = _SHEET.match(text[:40]) if len(text) <= 40 else None
    if match is None:
        return None
    found = match.groupdict()
    number = next(found[k] for k in ("no", "no2", "no3", "no4") if found[k])
    name = next((found[k] for k in ("name", "name2", "name4") if found[k]), "")
    return Sheet(re.sub(r"\s", "", number).upper(), name.strip(" 　【】[]《》"))


_WRITER = r"(?:本报|本刊|本社|全媒体|融媒体|首席|见习|实习|特约|驻\S{1,6})?(?:记者|通讯员|实习生)"
_ROLE = rf"(?:{_WRITER}|摄影|撰文|本版撰文|作者|编辑|文|图)"
_SIGN = r"[□■◎○●▲△◇◆☆★◪▣⊙]"
_BYLINE = re.compile(
    rf"^\s*{_SIGN}*\s*{_ROLE}[\s:：/|｜][^。，！？；：]{{1,40}}$|^\s*{_SIGN}+\s*[^。，！？；：]{{2,24}}$"
)
_REPORTS = re.compile(
    rf"^(.{{0,20}}?[讯电]\s*)?[（(]?{_WRITER}\s*[^，。：；（）()]{{1,30}}?(?:报道|摄影报道)\s*[）)]?\s*[:：]\s*"
)
_SHOT = re.compile(rf"\s*[（(]?{_WRITER}\s*[^，。：；（）()]{{1,20}}\s*(?:摄影?|供图|/文|/图|文/图)[）)]?\s*$")
_EDGE = 3


def without_signatures(lines: Sequence[str]) -> list[str]:
    """The lines of a newspaper's article without the ways in which papers sign: □本报记者 某某, ◎某某, （某某 摄），
    记者某某报道：. Signs alone count at the edges of an article; within it they head a part.
    """
    kept = []
    for index, line in enumerate(lines):
        at_edge = index < _EDGE or index >= len(lines) - _EDGE
        if at_edge and _BYLINE.match(line):
            continue
        words = _SHOT.sub("", _REPORTS.sub(lambda found: found[1] or "", line)).strip()
        if words:
            kept.append(words)
    return kept
