"""The labels of a message board's page (留言标题, 办理状态, 答复内容 …) and what stands under each.

Tables, definition lists and lines with a colon are read alike: the page as a row of blocks, each label taking what
follows it until the next one. Rows that say who asked (留言人, 姓名, 电话) take what follows them, too, so that it can
be dropped as a whole (S1); so do labels that are not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from crawlers.page.blocks import Block


class Label(Enum):
    TITLE = "title"
    TEXT = "text"
    TIME = "time"
    CATEGORY = "category"
    STATUS = "status"
    DEPARTMENT = "department"
    REPLY = "reply"
    REPLY_TIME = "reply_time"
    PERSON = "person"
    OTHER = "other"


PROSE = frozenset({Label.TEXT, Label.REPLY})
_ASK = (
    "(?:留言|信件|来信|写信|去信|发信|邮件|诉求|投诉|举报|咨询|问题|问政|工单|事项|信访|办件|反映|提问|求助|建议|提交|"
    "群众|市民|网民|网友)"
)
_ANSWER = "(?:官方|部门|单位|处理|办理|最终|最新|政府|承办|主办|答复|回复|反馈|解答|处置|办结)"
_C = "[\u4e00-\u9fff]"
# The first that fits: what a word ends with says what it is (…人, …时间, …单位), what it begins with, of whom.
_WORDS: tuple[tuple[Label, str], ...] = (
    (Label.OTHER,
     rf"{_C}{{0,6}}(?:满意|星级|评分|评价|好评|差评)\S{{0,6}}|办理(?:态度|速度|类型|方式|流程|时限)|解决程度|处理方式|"
     rf"{_C}{{0,4}}(?:编号|单号|件号|流水号|查询码|密码|验证码|次数|阅读量|浏览量|点击量|附件|图片|来源|渠道|去向|对象|时限|"
     rf"小区|区域|地区|街道|地点|程度)|是否{_C}{{1,4}}|公开(?:方式|范围)|剩余时间|打印|分享|返回(?:列表|首页)?|"
     rf"相关(?:留言|信件|链接)"),
    (Label.PERSON,
     rf"{_C}{{0,4}}(?:人|者|代表)(?:姓名|电话|手机|邮箱|地址|信息|员)?|{_C}{{0,4}}(?:姓名|电话|手机(?:号码?)?|邮箱|邮件地址|"
     rf"住址|地址|昵称|网名|用户名?|性别|年龄|职业|联系方式|(?:身份证|证件)(?:号码?)?)|E-?mail|IP|网友|网民|市民|署名|楼主"),
    (Label.REPLY_TIME, rf"{_ANSWER}{{1,2}}(?:内容)?(?:时间|日期)"),
    (Label.DEPARTMENT, rf"{_C}{{0,4}}(?:单位|部门|机构|机关)"),
    (Label.STATUS, rf"{_C}{{0,4}}(?:状态|进度)|是否办结"),
    (Label.REPLY,
     rf"{_ANSWER}{{1,2}}(?:内容|意见|情况|结果|详情|信息)|(?:官方|部门|单位|政府){_ANSWER}|答复|回复|解答|反馈|处理意见"),
    (Label.TIME, rf"{_C}{{0,4}}(?:时间|日期)"),
    (Label.CATEGORY, rf"{_C}{{0,4}}(?:类型|类别|分类|种类|领域)"),
    (Label.TITLE, rf"{_C}{{0,4}}(?:标题|主题|题目)"),
    (Label.TEXT, rf"{_C}{{0,4}}(?:内容|正文|描述|详情)|反映的?问题|问题反映"),
)  # fmt: skip
_KNOWN = tuple((label, re.compile(rf"(?:{words})", re.IGNORECASE)) for label, words in _WORDS)
_SURE = re.compile(rf"(?:{_ASK}|{_ANSWER}|受理|责任|当前|主要)\S{{2,6}}")
"""A label that can hardly be anything else: 留言标题, 办理状态; 回复 and 时间 stand in any page."""
_ANY = "|".join(f"(?P<{label.value}>{words})" for label, words in _WORDS)
_BEFORE_COLON = re.compile(rf"(?:^|(?<=[\s\u3000|｜，,；;]))[【\[●◆■·\s]*(?:{_ANY})[】\]\s\u3000]*[:：]", re.IGNORECASE)
_BRACKETED = re.compile(rf"^\s*[【\[](?:{_ANY})[】\]]", re.IGNORECASE)
_UNKNOWN = re.compile(rf"^\s*(?:[【\[]{_C}{{2,8}}[】\]]|{_C}{{2,8}}\s*[:：])")
_MARKS = re.compile(r"[\W_]+")
_SENTENCE = re.compile(r"[。！？；，,]")
_END = re.compile(
    r"^\W*(?:版权所有|主办(?:单位)?\s*[:：]|\S{0,4}ICP备|\S{0,4}公网安备|网站标识码|网站地图|技术支持|联系我们|"
    r"关于我们|返回顶部|上一[篇条封]|下一[篇条封]|相关(?:留言|信件|推荐|阅读)|(?:我要|发表)(?:评论|评价)|网友评论|Copyright)",
    re.IGNORECASE,
)
"""What follows a message on its page."""
_LINE = 400
"""Characters of a block in which several labels may stand side by side; of more only the first counts."""
_LONGEST = 16
"""Characters of a block that may be nothing but a label."""
_IN_TEXT = frozenset({Label.STATUS, Label.REPLY, Label.REPLY_TIME})
"""What nobody who writes a message begins a line with."""


@dataclass(slots=True)
class Field:
    """A label and the lines under it. ``sure``: it can hardly mean anything else."""

    label: Label
    sure: bool
    lines: list[str] = field(default_factory=list)
    home: int | None = None
    """The element in which the first line of a text or an answer lies: its paragraphs do, other rows do not."""


@dataclass(frozen=True, slots=True)
class _Piece:
    words: str
    label: Label | None = None
    sure: bool = False


def fields(blocks: Sequence[Block]) -> list[Field]:
    """Each label with the lines it takes; what stands before the first label belongs to none."""
    found: list[Field] = []
    cells = _cells(blocks)
    for index, block in enumerate(blocks):
        if found and _END.match(block.text):
            break
        here = found[-1] if found else None
        for piece in _pieces(block, here, in_cell=index in cells):
            if piece.label is not None:
                here = Field(piece.label, piece.sure)
                found.append(here)
            if here is not None and piece.words and not (here.label in PROSE and block.linked > 0.6 * len(block.text)):
                here.lines.append(piece.words)
                here.home = block.home if here.home is None else here.home
    return found


def is_label(text: str) -> bool:
    """Whether a line begins with a label, or is one."""
    return _known(text) is not None or _BEFORE_COLON.match(text) is not None or _BRACKETED.match(text) is not None


def names_person(text: str) -> bool:
    """Whether a line begins with a label that says who asked: 联系人：…, 电话：…"""
    found = _BEFORE_COLON.match(text) or _BRACKETED.match(text)
    return (found is not None and found.lastgroup == Label.PERSON.value) or _known(text) is Label.PERSON


def _known(text: str) -> Label | None:
    """The label that a short text is, without marks around it."""
    bare = _MARKS.sub("", text) if len(text) <= _LONGEST else ""
    return next((label for label, pattern in _KNOWN if pattern.fullmatch(bare)), None) if bare else None


def _is_sure(bare: str) -> bool:
    return len(bare) >= 4 and _SURE.match(bare) is not None


def _cells(blocks: Sequence[Block]) -> frozenset[int]:
    """Blocks that are first, third … cells of a table's row of several: there labels stand."""
    found = []
    place, home = 0, -1
    for index, block in enumerate(blocks):
        place = place + 1 if block.tag == "td" and block.home == home else 0
        home = block.home if block.tag == "td" else -1
        beside = index + 1 < len(blocks) and blocks[index + 1].tag == "td" and blocks[index + 1].home == home
        if block.tag == "td" and place % 2 == 0 and (place or beside):
            found.append(index)
    return frozenset(found)


def _pieces(block: Block, here: Field | None, *, in_cell: bool) -> Iterator[_Piece]:
    """A block cut at its labels; a piece without a label goes on with what was before."""
    text = block.text
    bare = _MARKS.sub("", text)
    prose = here is not None and here.label in PROSE
    waits = here is not None and not here.lines and not prose
    # A cell of its own, a heading of a row, a colon or brackets say label; so does another element than the text's.
    marked = block.tag in ("th", "dt") or in_cell or text.rstrip().endswith((":", "：")) or text.startswith(("【", "["))
    apart = block.tag in ("th", "dt") or in_cell or (here is not None and here.home not in (None, block.home))
    known = _known(text)
    if known is not None and not (prose and _SENTENCE.search(text)):
        takes = _is_sure(bare) or (apart or not (here and here.lines) if prose else marked or not waits)
        if takes:
            yield _Piece("", known, _is_sure(bare))
            return
    elif marked and _is_unknown(text) and (apart if prose else not waits or not in_cell):
        yield _Piece("", Label.OTHER)
        return
    yield from _cut(text, prose=prose, apart=apart, waits=waits)


def _is_unknown(text: str) -> bool:
    """Whether a marked block is a label of its own that is not known: 诉求来源：, not 诉求来源：网站."""
    if len(_MARKS.sub("", text)) > 8 or _SENTENCE.search(text):
        return False
    return not _UNKNOWN.match(text) or _UNKNOWN.fullmatch(text.strip()) is not None


def _cut(text: str, *, prose: bool, apart: bool, waits: bool) -> Iterator[_Piece]:
    found = list(_BEFORE_COLON.finditer(text)) if len(text) <= _LINE else [m for m in [_BEFORE_COLON.match(text)] if m]
    if not found and (bracketed := _BRACKETED.match(text)):
        found = [bracketed]
    if prose:
        # Who writes a message may write 时间：… in it, or sign with a name and a number.
        found = found if found and not text[: found[0].start()].strip() else []
        label = Label(found[0].lastgroup) if found else None
        sure = bool(found) and _is_sure(_MARKS.sub("", found[0][0]))
        if label is Label.PERSON and not apart:
            return
        if label is not None and not (sure or apart or label in _IN_TEXT):
            found = []
    if not found and not prose and not waits and (unknown := _UNKNOWN.match(text)):
        yield _Piece(text[unknown.end() :].strip(), Label.OTHER)
        return
    start, piece = 0, _Piece("")
    for match in found:
        words = text[start : match.start()].strip()
        if words or piece.label is not None:
            yield _Piece(words, piece.label, piece.sure)
        start, piece = match.end(), _Piece("", Label(match.lastgroup), _is_sure(_MARKS.sub("", match[0])))
    words = text[start:].strip()
    if piece.label is not None or words:
        yield _Piece(words, piece.label, piece.sure)
