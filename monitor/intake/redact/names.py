"""Names of private persons: cues and titles by rule, running text by the tagger."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.analysis.names import SURNAMES, tagger
from monitor.analysis.words import ordinary
from monitor.intake.redact.patterns import Span, SpanKind

_SINGLE = "".join(sorted(s for s in SURNAMES if len(s) == 1))
_DOUBLE = "|".join(sorted((s for s in SURNAMES if len(s) > 1), key=lambda s: (-len(s), s)))
_WORDLIKE = "和于向应有时都从那全计成能由但过代别关何通连常单解干平方明高安文金水查利越游盖区年法来边商车支路强易"
"""Surnames that are mostly words: without a cue they begin no name."""
_COMMON = "".join(c for c in _SINGLE if c not in _WORDLIKE)
_STOP = (
    "是的在和与家住电身男女先我你他她它今因于有被说反投向等也都就已现系为对从到将把给让要请该此本之以及或者了着过吗呢吧啊"
    "同老师主局书县区市镇村街路号、，。；：！？"
)
_GIVEN = rf"(?:[一-鿿](?<![{_STOP}]))"
_SPACED = rf"(?:(?:{_DOUBLE}|[{_SINGLE}])\s?{_GIVEN}(?:\s?{_GIVEN})?)"
_CUE = re.compile(
    r"(?:我叫|我是叫|本人叫|名叫|名字叫|名字是|姓名|真名|实名|联系人|投诉人|举报人|反映人|来信人|留言人|信访人|申请人|当事人|经办人|收件人"
    r"|户主|业主|租客|房东|患者|死者|伤者|家属|老板|店主|法人代表|法定代表人|法人|负责人|受害人|肇事者|车主|司机|教师|村民|居民|市民"
    r"|儿子|女儿|丈夫|妻子|老公|老婆|父亲|母亲|爸爸|妈妈|哥哥|弟弟|姐姐|妹妹|爷爷|奶奶|孙子|同事|同学|朋友|邻居|署名|此致|落款)"
    rf"(?:\s?[:：]\s?|\s?[叫是为]\s?|\s?)({_SPACED})"
)
_WEAK_END = re.compile(
    r"(?:[，。,.、；;:：！!？?\s（(）)“”\"〔〕]|$|\d|的|是|和|与|在|于|被|住|电话|手机|身份证|男|女|今年|说|向|称|有|已|现|因|将|到|家|身|联系|为|等|系)"
)
_STRONG_CUE = re.compile(
    r"(?:我叫|本人叫|名叫|名字叫|名字是|姓名|真名|联系人|投诉人|举报人|反映人|来信人|留言人|户主)(?:\s?[:：]\s?|\s?[叫是为]\s?|\s?)$"
)
_TITLED = re.compile(
    rf"(?<![一-鿿])(?:(?:{_DOUBLE}){_GIVEN}{{1,2}}|[{_COMMON}]{_GIVEN}{{1,2}})(?=先生|女士|小姐|同志|师傅|老师|医生|大夫|教授|律师|经理|主任|局长|书记|队长|校长|村长|大爷|大妈|阿姨)"
)
_DOTTED = re.compile(r"[一-鿿]{2,8}(?:\s?[·•・‧]\s?[一-鿿]{1,8}){1,3}")
_BEFORE_PHONE = re.compile(
    rf"((?:{_DOUBLE}){_GIVEN}{{1,2}}|[{_COMMON}]{_GIVEN}{{1,2}})"
    r"(?=\s?[，,、：:（(]?\s?(?:(?:联系)?电话|手机号?|微信)?\s?[:：是]?\s?(?:\+?86[- ]?)?1[3-9]\d[- \d]{8,11})"
)
_OFFICE = re.compile(
    rf"(?:{_DOUBLE}|[{_SINGLE}])(?:副?(?:书记?|[省厅市县区镇乡村局处科院校园所站队社总部]长?|主任|经理)|领导|老师|医生|警官|师傅|律师|工|"
    r"先生|女士|同志|阿姨|大爷|大妈|男|女|某*)"
)
_SPOKEN_OF = re.compile(
    r"孩|朋友|老师|领导|女儿|儿子|儿童|幼儿|学生|学校|同学|老人|老百|大人|爸|妈|爷|奶奶|公公|婆|父母|父亲|母亲|姐|妹|兄弟|哥哥|弟弟|医生|员工"
    r"|男人|女人|男女|[男女](?:性|生|子|士|民|方|同)|夫妻|丈夫|妻子|宝宝|婴儿|人员|居民|村民|市民|业主|群众|网友|司机|师傅"
)
"""People who are only spoken of, and what the tagger takes along with them."""


def names(text: str) -> Iterator[Span]:
    """Spans of person names in a folded text of a board message or a post.

    A surname with a title stays (张老师, 李主任: nobody is found by it, and the office must know who is meant); a full
    name goes and leaves its title. 王某 stays: somebody has already redacted it.
    """
    for match in _CUE.finditer(text):
        begin, end = match.span(1)
        yield from _cued(text, match.start(), begin, end)
    for match in _TITLED.finditer(text):
        if not ordinary(match[0]):  # 家庭医生, 班主任老师
            yield Span(match.start(), match.end(), SpanKind.PERSON)
    for match in _BEFORE_PHONE.finditer(text):
        yield Span(match.start(), match.end(), SpanKind.PERSON)
    for match in _DOTTED.finditer(text):
        yield Span(match.start(), match.end(), SpanKind.PERSON)
    for begin, last in tagger().find(text):
        end = last - _title_length(text[begin:last])
        if _plausible(text[begin:end]) and text[last : last + 1] not in ("村", "镇"):
            yield Span(begin, end, SpanKind.PERSON)


def _cued(text: str, cue: int, begin: int, end: int) -> Iterator[Span]:
    """A name after a cue. Where nothing shows its end, a strong cue is enough: better a character too many."""
    found = text[begin:end]
    if "某" in found:
        return
    strong = _STRONG_CUE.search(text, cue, begin) is not None or text[begin - 1] in ":："
    for length in range(len(found), 1, -1):
        if _WEAK_END.match(text, begin + length) and not found[length - 1].isspace():
            yield Span(begin, begin + length, SpanKind.PERSON)
            return
    if strong:
        yield Span(begin, end, SpanKind.PERSON)


_TITLE = re.compile(
    r"(?:先生|女士|小姐|同志|师傅|老师|医生|大夫|教授|律师|经理|主任|局长|书记|队长|校长|村长|区长|市长|县长|镇长|所长|院长|处长|科长|站长"
    r"|大爷|大妈|阿姨|老板|警官|法官|护士)$"
)


def _title_length(name: str) -> int:
    found = _TITLE.search(name)
    return len(found[0]) if found else 0


def _plausible(name: str) -> bool:
    """Whether a span that the tagger marks is a name that somebody could be found by.

    The tagger's training data also marks people who are only spoken of (孩子, 老人): those stay, and so do ordinary
    words that begin like a surname (施工), places (范例区), and a surname with a title (胡书记).
    """
    if len(name) < 2 or any(mark in name for mark in "某〔〕"):
        return False
    if name[-1] in "区县镇乡村街路巷苑们" or _SPOKEN_OF.search(name):
        return False
    return _OFFICE.fullmatch(name) is None and not ordinary(name)
