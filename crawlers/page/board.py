"""A message to government and its answer, by the labels of its page (``page/labels.py``); never who asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crawlers.page import dates
from crawlers.page.blocks import Block, layout
from crawlers.page.byline import without_bylines
from crawlers.page.charset import decode
from crawlers.page.labels import Field, Label, fields, is_label, names_person
from crawlers.page.title import without_site
from crawlers.page.tree import parse
from monitor.model import CHINA, Reply

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
    found = fields(blocks)
    labels = {f.label for f in found} - {Label.OTHER}
    sure = {f.label for f in found if f.sure}
    if Label.TEXT not in labels and not (Label.REPLY in labels and labels & {Label.TITLE, Label.TIME}):
        return None
    if len(labels) < 3 or len(sure) < 2:
        return None

    def line(label: Label) -> str:
        return next((f.lines[0] for f in found if f.label is label and f.lines), "")

    text = next((f.lines for f in found if f.label is Label.TEXT and f.lines), [])
    given, pending = _answers(found)
    department = next((a.department for a in reversed(given) if a.department), pending.department)[:60]
    status = line(Label.STATUS)[:20]
    if not given and pending.time:
        given = [pending]
    told = [("\n".join(a.lines), _moment(a.time, seen), a.department or pending.department) for a in given]
    return Letter(
        title=without_site(line(Label.TITLE)) or _heading(blocks),
        text="\n".join(without_bylines(text)),
        time=_moment(line(Label.TIME), seen),
        category=line(Label.CATEGORY)[:60],
        department=department,
        status=status,
        reply=official(told, status, department),
    )


def _answers(found: Sequence[Field]) -> tuple[list[_Answer], _Answer]:
    """The answers in their order, and times and offices that belong to none."""
    answers: list[_Answer] = []
    pending = _Answer()
    for one in found:
        if one.label is Label.REPLY:
            if answers and not answers[-1].lines:
                answers[-1].lines = one.lines  # 官方回复 as a heading, 回复内容 below it
                continue
            pending.lines = one.lines
            answers.append(pending)
            pending = _Answer()
        elif one.label in (Label.REPLY_TIME, Label.DEPARTMENT):
            _put(one.label, " ".join(one.lines[:1]), answers, pending)
    return answers, pending


def without_people(lines: Iterable[str]) -> list[str]:
    """The lines of a board's page whose labels are not known as a whole, without those that say who asked."""
    kept: list[str] = []
    after = False
    for line in lines:
        if names_person(line):
            after = is_label(line) and len(line) <= 16 and line.rstrip().endswith((":", "：", "人", "名", "话", "】"))
        elif not (after and len(line) <= 40):
            kept.append(line)
            after = False
        else:
            after = False
    return kept


def _heading(blocks: Sequence[Block]) -> str:
    """The last heading above the first label: the message's own where no row is called its title."""
    found = ""
    for block in blocks:
        if is_label(block.text):
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
    """Times and offices stand after their answer, or before it where that has one already or there is none yet."""
    name = "time" if label is Label.REPLY_TIME else "department"
    last = answers[-1] if answers else None
    target = last if last is not None and not getattr(last, name) else pending
    setattr(target, name, value[:60])


def _moment(text: str, seen: datetime) -> datetime | None:
    return (dates.parse(text) or dates.parse_near(text, seen)) if text else None


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
