"""A message to government and its answer, by the labels that such pages carry (留言标题, 办理状态, 答复内容 …).

Tables, definition lists and lines with a colon are read alike: the page as a row of blocks, each label taking what follows
it until the next one. Rows that say who asked (留言人, 姓名, 电话) take what follows them, too, and are dropped as a whole
(S1); so are marks of satisfaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from crawlers.page import dates
from crawlers.page.blocks import Block, layout
from crawlers.page.byline import without_bylines
from crawlers.page.charset import decode
from crawlers.page.title import without_site
from crawlers.page.tree import parse
from monitor.model import CHINA, Reply


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


_ASK = "(?:留言|信件|来信|写信|去信|诉求|投诉|举报|咨询|问题|问政|工单|事项|信访|办件|反映|提问|求助|建议|群众|市民|网民|网友)"
_ANSWER = "(?:官方|部门|单位|处理|办理|最终|最新|政府|承办|主办|答复|回复|反馈|解答|处置|办结)"
_WORDS: tuple[tuple[Label, str], ...] = (
    (Label.PERSON, rf"{_ASK}?(?:人姓名|者姓名|姓名|人电话|联系电话|联系方式|手机号?码?|电话|邮箱|电子邮件|E-?mail|联系地址|家庭住址|通讯地址|住址|"
                   rf"身份证号?码?|人?IP(?:地址)?|昵称|用户名?|网名|性别|年龄|职业)|{_ASK}(?:者|人)|联系人|发布人|发帖人|作者|署名|楼主|"
                   rf"(?:办理|经办|承办|答复|回复|处理)人(?:员)?|网友|网民|市民"),
    (Label.OTHER, r"\S{0,6}(?:满意|星级|评分|评价|好评|差评|解决程度|办理态度|办理速度)\S{0,6}|(?:信件|留言|工单|诉求|受理|办件)?(?:编号|单号|流水号|查询码)|"
                  r"(?:浏览|阅读|点击|访问)(?:次数|量|数)?|是否(?:公开|回复)|公开(?:方式|范围)|附件|图片|来源|信息来源|(?:留言|写信|来信|投诉|咨询)(?:对象|去向)|"
                  r"事发(?:地点|地址)|所属(?:区域|地区|街道)|受理(?:时限)|办理时限|剩余时间|打印|分享|上一[篇条封]|下一[篇条封]|返回(?:列表|首页)?|相关(?:留言|信件|链接)|版权所有"),
    (Label.REPLY_TIME, rf"{_ANSWER}(?:内容)?(?:时间|日期)"),
    (Label.DEPARTMENT, rf"{_ANSWER}(?:内容)?(?:单位|部门|机构|机关)|受理(?:单位|部门|机构)|责任单位|职能部门|(?:承|主)办"),
    (Label.STATUS, rf"(?:{_ANSWER}|{_ASK}|受理|当前|办件)?(?:状态|进度)|是否办结"),
    (Label.REPLY, rf"{_ANSWER}{{1,2}}(?:内容|意见|情况|结果|详情|信息)|(?:官方|部门|单位|政府){_ANSWER}|答复|回复|解答|反馈|处理意见"),
    (Label.TIME, rf"(?:{_ASK}|发布|提交|受理|创建|登记)(?:时间|日期)|时间|日期"),
    (Label.CATEGORY, rf"{_ASK}?(?:类型|类别|分类|种类|领域|目的)"),
    (Label.TITLE, rf"{_ASK}?(?:标题|主题|题目|名称)"),
    (Label.TEXT, rf"{_ASK}{{1,2}}?(?:内容|正文|描述|详情)|(?:具体|详细)?(?:问题|诉求)?(?:内容|描述)|反映(?:的)?问题|问题反映"),
)  # fmt: skip
_ALONE = tuple((label, re.compile(rf"^[\W_]*(?:{words})\s*[\W_]*$", re.IGNORECASE)) for label, words in _WORDS)
_ANY = "|".join(f"(?P<{label.value}>{words})" for label, words in _WORDS)
_BEFORE_COLON = re.compile(rf"(?:^|(?<=[\s\u3000|｜，,；;]))[【\[●◆■·\s]*(?:{_ANY})[】\]\s\u3000]*[:：]", re.IGNORECASE)
_BRACKETED = re.compile(rf"^\s*[【\[](?:{_ANY})[】\]]", re.IGNORECASE)
_SPACED = re.compile(rf"^[\W_]*(?:{_ANY})[\s\u3000]+(?=\S)", re.IGNORECASE)
_LINE = 400
"""Characters of a block in which several labels may stand side by side; in prose only the first counts."""
_SHORT = 24
_NO_ANSWER = re.compile(
    r"^\W*(?:(?:暂|尚|还没|未|没有|无|待|等待)\S{0,6}?(?:回复|答复|办理|处理|受理|反馈|审核|解答|办结)\S{0,6}"
    r"|正在(?:办理|处理|受理|审核|核实|回复)中?|(?:回复|答复|办理|处理|受理|审核|转办|核实)中"
    r"|已(?:受理|转办|转交|交办)(?:[，,。]?(?:等待|待|正在|请)\S{0,8})?|无|-+|/)?\W*$"
)
_ANSWERED = re.compile(r"已(?:办结|回复|答复|处理|解决|完成|反馈|办理)|办结|处理完毕|已完结|结案|完结")
_OPEN = re.compile(r"未|待|中$|尚|不予|暂")
_WITHHELD = "（网站标明“{status}”，没有公开答复内容）"


@dataclass(frozen=True, slots=True)
class Letter:
    """What a board's page says of one message, without who sent it. ``reply`` is the official answer."""

    title: str = ""
    text: str = ""
    time: datetime | None = None
    category: str = ""
    department: str = ""
    status: str = ""
    reply: Reply | None = None


@dataclass(slots=True)
class _Answer:
    lines: list[str] = field(default_factory=list)
    time: str = ""
    department: str = ""


def letter(blocks: Sequence[Block], seen: datetime) -> Letter | None:
    """The message of a page by its labels; None where it has too few of them to be a board's page."""
    told: dict[Label, list[str]] = {}
    answers: list[_Answer] = []
    pending = _Answer()
    labels = set()
    for label, lines in _fields(blocks):
        labels.add(label)
        if label in (Label.PERSON, Label.OTHER):
            continue
        if label is Label.REPLY:
            if answers and not answers[-1].lines:
                answers[-1].lines = lines  # 官方回复 as a heading, 回复内容 below it
                continue
            pending.lines = lines
            answers.append(pending)
            pending = _Answer()
        elif label in (Label.REPLY_TIME, Label.DEPARTMENT):
            _put(label, " ".join(lines), answers, pending)
        elif label not in told or not told[label]:
            told[label] = lines
    if Label.TEXT not in labels and not ({Label.REPLY, Label.TITLE} <= labels or {Label.REPLY, Label.TIME} <= labels):
        return None
    if len(labels - {Label.OTHER}) < 3:
        return None

    def line(label: Label) -> str:
        return " ".join(told.get(label, ())).strip()

    status = line(Label.STATUS)[:20]
    given = [(a.lines, a.time, a.department or pending.department) for a in answers]
    if not given and pending.time:
        given = [([], pending.time, pending.department)]
    department = next((d for _, _, d in reversed(given) if d), pending.department)[:60]
    return Letter(
        title=without_site(line(Label.TITLE)) or _heading(blocks),
        text="\n".join(without_bylines(told.get(Label.TEXT, []))),
        time=_moment(line(Label.TIME), seen),
        category=line(Label.CATEGORY)[:60],
        department=department,
        status=status,
        reply=official(
            [("\n".join(lines), _moment(time, seen), office) for lines, time, office in given], status, department
        ),
    )


def _heading(blocks: Sequence[Block]) -> str:
    """The last heading above the first label: the message's own where no row is called its title."""
    found = ""
    for block in blocks:
        if any(label is not None for label, _ in _pieces(block, inside_prose=False)):
            break
        if block.tag in ("h1", "h2", "h3", "h4") and not block.linked and 4 <= len(block.text) <= 100:
            found = block.text
    return without_site(found)


def official(given: Iterable[tuple[str, datetime | None, str]], status: str = "", department: str = "") -> Reply | None:
    """The official answer of several (text, time, office): the last one, with the earlier ones below it, dated.

    暂无回复 is none. Where a page calls a message 已办结 and shows no answer, the answer says just that: the office has
    closed it, and what it said is not public.
    """
    found = [(text.strip(), time, office) for text, time, office in given]
    answers = [one for one in found if one[0] and not is_no_answer(one[0])]
    if not answers:
        if not is_closed(status):
            return None
        time = next((t for _, t, _ in reversed(found) if t), None)
        return Reply(_WITHHELD.format(status=status), time, department or None)
    timed = [one for one in answers if one[1] is not None]
    ordered = (
        sorted(answers, key=lambda one: one[1] or datetime.min.replace(tzinfo=CHINA))
        if len(timed) == len(answers)
        else answers
    )
    text, time, office = ordered[-1]
    earlier = [f"（此前答复{_when(t)}）{words}" for words, t, _ in reversed(ordered[:-1]) if words != text]
    return Reply("\n".join([text, *earlier]), time, (office or department)[:60] or None)


def is_no_answer(text: str) -> bool:
    """Whether what stands in place of an answer says that there is none yet: 暂无回复, 办理中."""
    return len(text) <= _SHORT and _NO_ANSWER.match(text) is not None


def is_closed(status: str) -> bool:
    """Whether a status says that the message is answered: 已办结, 已回复; not 待回复, 办理中."""
    return _ANSWERED.search(status) is not None and not _OPEN.search(status)


def _when(time: datetime | None) -> str:
    if time is None:
        return ""
    local = time.astimezone(CHINA)
    return f"，{local.month}月{local.day}日" + (f"{local:%H:%M}" if dates.has_time(local) else "")


def _put(label: Label, value: str, answers: list[_Answer], pending: _Answer) -> None:
    """Times and offices stand after their answer, or before it where the answer has one already or there is none yet."""
    name = "time" if label is Label.REPLY_TIME else "department"
    last = answers[-1] if answers else None
    target = last if last is not None and not getattr(last, name) else pending
    setattr(target, name, value[:60])


def _moment(text: str, seen: datetime) -> datetime | None:
    return (dates.parse(text) or dates.parse_near(text, seen)) if text else None


def _fields(blocks: Sequence[Block]) -> Iterator[tuple[Label, list[str]]]:
    """Each label with the lines it takes; what stands before the first label belongs to none."""
    label: Label | None = None
    lines: list[str] = []
    for block in blocks:
        for found, words in _pieces(block, inside_prose=label in (Label.TEXT, Label.REPLY)):
            if found is not None:
                if label is not None:
                    yield label, lines
                label, lines = found, []
            if words and not (label in (Label.TEXT, Label.REPLY) and _is_link(block)):
                lines.append(words)
    if label is not None:
        yield label, lines


def _is_link(block: Block) -> bool:
    return block.linked > 0.6 * len(block.text)


def _pieces(block: Block, *, inside_prose: bool) -> Iterator[tuple[Label | None, str]]:
    """A block cut at its labels: (label, words after it); label None for words before the first one."""
    text = block.text
    alone = next((label for label, pattern in _ALONE if len(text) <= 16 and pattern.match(text)), None)
    if alone is not None and not (inside_prose and _SENTENCE_END.search(text)):
        yield alone, ""
        return
    found = list(_BEFORE_COLON.finditer(text)) if len(text) <= _LINE else [m for m in [_BEFORE_COLON.match(text)] if m]
    if not found:
        first = _BRACKETED.match(text) or (None if inside_prose else _SPACED.match(text) if len(text) <= 80 else None)
        found = [first] if first else []
    if inside_prose:
        # A resident may write 时间：… in the middle of a sentence: there only a label at the beginning of a line counts.
        found = found if found and not text[: found[0].start()].strip() else []
    start, label = 0, None
    for match in found:
        if words := text[start : match.start()].strip():
            yield label, words
        elif label is not None:
            yield label, ""
        start, label = match.end(), Label(match.lastgroup)
    words = text[start:].strip()
    if label is not None or words:
        yield label, words


_SENTENCE_END = re.compile(r"[。！？；]")


_STATUS = re.compile(r"^\W*(?:已|待|未|正在)?(?:办结|回复|答复|受理|办理|处理|转办|审核|解决)(?:中|完毕)?\W*$")
_LISTED = 4


def looks_like(body: bytes, url: str) -> bool:
    """Whether a page is of a message board: one message by its labels, or a list of messages with their states."""
    root = parse(decode(body))
    if root is None:
        return False
    blocks = layout(root, everything=True).blocks
    now = dates.from_url(url) or datetime(2000, 1, 1, tzinfo=CHINA)
    states = sum(1 for b in blocks if len(b.text) <= 8 and _STATUS.match(b.text))
    return states >= _LISTED or letter(blocks, now) is not None
