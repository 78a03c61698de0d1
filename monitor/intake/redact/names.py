"""Names of private persons: cues and titles by rule, running text by the tagger, and what was found once everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.analysis.names import SURNAMES, Memo, tagger
from monitor.analysis.words import ordinary, spoken_of
from monitor.intake.redact.numbers import GAP_CHARS
from monitor.intake.redact.spans import Span, SpanKind

_SINGLE = "".join(sorted(s for s in SURNAMES if len(s) == 1))
_DOUBLE = "|".join(sorted((s for s in SURNAMES if len(s) > 1), key=lambda s: (-len(s), s)))
_WORDLIKE = (
    "家房居司公员者后冷相信习师封同者和于向应有时都从那全计成能由但过代别关何通连常单"
    "解干平方明高安文金水查利越游盖区年法来边商车支路强易"
)
"""Surnames that are mostly words: without a cue they begin no name."""
_COMMON = "".join(c for c in _SINGLE if c not in _WORDLIKE)
_STOP = (
    "是的在和与家住电身男女先我你他她它今因于有被说反投向等也都就已现系为对从到将把给让要请该此本之以及或者了着过吗呢吧啊"
    "同老师主局书县区市镇村街路号、，。；：！？"
)
_GIVEN = rf"(?:[一-鿿](?<![{_STOP}]))"
_DODGE = rf"[{GAP_CHARS}]{{0,2}}"
"""What people put between the characters of a name to dodge a filter."""
_APART_DOUBLE = "|".join(_DODGE.join(name) for name in _DOUBLE.split("|"))
_SPACED = rf"(?:(?:{_APART_DOUBLE}|[{_SINGLE}]){_DODGE}{_GIVEN}(?:{_DODGE}{_GIVEN})?)"
_SAID = r"(?:\s?[:：]\s?|\s?[叫是为]\s?|\s?)"
_CUE = re.compile(
    r"(?:我叫|我是叫|本人叫|名叫|名字叫|名字是|姓名|真名|实名|户主|署名|此致|落款"
    rf"|(?:联系|投诉|举报|反映|来信|留言|信访|申请|当事|经办|收件|负责|受害)人){_SAID}({_SPACED})"
)
_ROLE = re.compile(
    r"(?:业主|租客|房东|患者|死者|伤者|家属|老板|店主|法人代表|法定代表人|法人|肇事者|车主|司机|教师|村民|居民|市民|儿子|女儿|丈夫|妻子"
    r"|老公|老婆|父亲|母亲|爸爸|妈妈|哥哥|弟弟|姐姐|妹妹|爷爷|奶奶|孙子|同事|同学|朋友|邻居)"
    rf"(?:\s?[:：]\s?|[叫是为]|)((?:{_DOUBLE}|[{_COMMON}]){_GIVEN}{{1,2}})"
)
"""What somebody is stands before many other words than names, so what follows must look more like one."""
_WEAK_END = re.compile(
    r"(?:[，。,.、；;：:！!？?\s（(）)“”\"〔〕]|$|\d|的|是|和|与|在|于|被|住|电话|手机|身份证|男|女|今年|说|向|称|有|已|现|因|将|到|家|身|联系|为|等|系)"
)
_STRONG_CUE = re.compile(
    r"(?:我叫|本人叫|名叫|名字叫|名字是|姓名|真名|联系人|投诉人|举报人|反映人|来信人|留言人|户主)(?:\s?[:：]\s?|\s?[叫是为]\s?|\s?)$"
)
_TITLED = re.compile(
    rf"(?<![一-鿿])(?:(?:{_DOUBLE}){_GIVEN}{{1,2}}|[{_COMMON}]{_GIVEN}{{1,2}})(?=先生|女士|小姐|同志|师傅|老师|医生|大夫|教授|律师|经理|主任|局长|书记|队长|校长|村长|大爷|大妈|阿姨)"
)
_DOT = re.compile(r"[·•・‧]")
_SOUND = (
    "阿艾爱安奥巴比毕别波伯布才茶川次措达大代旦德登迪地迭丁东都多顿朵娥恩尔尕嘎干高格更贡姑古哈海汗赫呼霍吉加嘉甲江杰金卡克库拉来兰朗勒里力丽利洛罗"
    "玛马买麦曼帽米明莫木穆那纳娜尼年努欧帕旁排平其奇恰强切曲仁日如萨赛桑沙莎仕斯苏索塔泰坦特提甜图吐托娃旺望乌吾西夏先祥雪雅亚央依伊因英永玉扎札卓孜宗左不热则肉柯甫合色谢也耶牙叶泽珍瓦司乃逊孙肯耐坎姆铁云"
)
"""What names of Uyghurs, Tibetans, Mongols and other peoples are written with."""
_DOTTED = re.compile(rf"[{_SOUND}]{{2,8}}(?:\s?[·•・‧]\s?[{_SOUND}]{{1,8}}){{1,3}}")
_BEFORE_PHONE = re.compile(
    rf"((?:{_DOUBLE}){_GIVEN}{{1,2}}|[{_COMMON}]{_GIVEN}{{1,2}})"
    r"(?=\s?[，,、：:（(]?\s?(?:(?:联系)?电话|手机号?|微信)?\s?[:：是]?\s?(?:\+?86[- ]?)?1[3-9]\d[- \d]{8,11})"
)
_AFTER_PHONE = re.compile(
    rf"(?<=1[3-9]\d{{9}})\s?[，,、：:（(]?\s?((?:{_DOUBLE}){_GIVEN}{{1,2}}|[{_COMMON}]{_GIVEN}{{1,2}})"
    r"(?=[，。,.、；;！!？?\s（()）]|$|先生|女士|同志)"
)
"""联系我：13912345678，李建国（第3次反映）."""
_APART = re.compile(
    rf"(?<![一-鿿])[{_SINGLE}][{GAP_CHARS}]{{1,2}}{_GIVEN}(?:[{GAP_CHARS}]{{0,2}}{_GIVEN})?(?![一-鿿])"
    rf"|(?<![一-鿿])[{_SINGLE}]{_GIVEN}[{GAP_CHARS}]{{1,2}}{_GIVEN}(?![一-鿿])"
)
"""张 三, 王😀小😀明: what may be a name written apart; the tagger says whether it is one."""
_TITLE = (
    r"先生|女士|小姐|同志|师傅|老师|医生|医师|大夫|教授|博士|律师|经理|主任|局长|书记|队长|校长|村长|区长|市长|县长|镇长|乡长|所长|院长|处长|科长|站长"
    r"|部长|省长|厅长|司长|会长|厂长|园长|社长|组长|班长|董事长|主席|总监|总|董|大爷|大妈|大姐|大哥|大叔|阿姨|老板|老总|警官|法官|检察官|护士|记者|同学"
)
_TITLE_END = re.compile(rf"(?:{_TITLE})$")
_ADDRESSED = re.compile(
    rf"(?:老|小|阿|大)?(?:{_DOUBLE}|[{_SINGLE}])(?:副?(?:{_TITLE}|书记?|[省厅市县区镇乡村局处科院校园所站队社总部]长?)|领导|工|家|氏|某*"
    r"|男|女|[姐哥叔婶伯姨嫂爷婆妈爸头]|奶奶|婆婆|爷爷|叔叔|伯伯)"
    rf"|(?:老|小|阿|大)(?:{_DOUBLE}|[{_SINGLE}])"
)
"""A surname with an address (张老师, 李主任, 老张, 王哥): nobody is found by it, and the office must know whom it is
about."""
_OFFICE = re.compile(
    rf"(?:{_DOUBLE}|[{_SINGLE}])副?(?:书记|主任|局长|区长|市长|县长|镇长|所长|院长|校长|处长|科长|老师|医生|先生|女士|警官|经理|领导|队长|师傅)"
)
"""The same at the head of what the tagger marks (胡书记您好)."""
_NO_NAME = re.compile(r"[某〔〕\d]")
_PLACE = re.compile(
    r"[〔\[（(]\d{4}|专卖店|专营店|店|村|镇|乡|路|街|巷|大道|小区|花园|家园|广场|公园|大桥|桥|水库|庄|屯|湾|沟|坝|庙|祠|故居|纪念馆|中学|小学|学校|幼儿园|医院|诊所|药店"
    r"|公司|集团|酒店|饭店|超市|商行|律师事务所|事务所|组(?!长)|塘|冲|坪|垸|社区"
)


def names(text: str, memo: Memo | None = None) -> Iterator[Span]:
    """Spans of person names in a folded text of a board message or a post.

    A surname with a title stays; a full name goes and leaves its title. 王某 stays: somebody has already redacted
    it. ``memo``: see :meth:`NameTagger.find`.
    """
    found = list(_found(text, Memo() if memo is None else memo))
    yield from found
    yield from _again(text, {text[s.begin : s.end] for s in found})


def _found(text: str, memo: Memo) -> Iterator[Span]:
    for match in _CUE.finditer(text):
        yield from _cued(text, match.start(), *match.span(1))
    for match in _ROLE.finditer(text):
        for span in _cued(text, match.start(), *match.span(1)):
            if _plausible(text[span.begin : span.end]):
                yield span
    for match in _TITLED.finditer(text):
        if not ordinary(match[0]):  # 家庭医生, 班主任老师
            yield Span(match.start(), match.end(), SpanKind.PERSON)
    for pattern in (_BEFORE_PHONE, *((_DOTTED,) if _DOT.search(text) else ())):
        for match in pattern.finditer(text):
            yield Span(match.start(), match.end(), SpanKind.PERSON)
    for match in _AFTER_PHONE.finditer(text):
        if _plausible(match[1]) and not ordinary(match[1][:2]):  # 13912345678，马上来
            yield Span(*match.span(1), SpanKind.PERSON)
    yield from _tagged(text, memo)
    for match in _APART.finditer(text):
        yield from _together(text, match.start(), match.end())


def _tagged(text: str, memo: Memo) -> Iterator[Span]:
    for begin, last in tagger().find(text, memo):
        while begin < last and text[begin].isspace():
            begin += 1  # noqa: PLW2901
        while begin < last and text[last - 1].isspace():
            last -= 1  # noqa: PLW2901
        office = _OFFICE.match(text, begin, last)
        begin = office.end() if office else begin  # noqa: PLW2901
        title = _TITLE_END.search(text, begin, last)
        end = title.start() if title else last
        addressed = any(_ADDRESSED.fullmatch(text, begin, last + k) for k in (0, 1, 2))
        if not addressed and _plausible(text[begin:end]) and not _PLACE.match(text, last):
            yield Span(begin, end, SpanKind.PERSON)


def _cued(text: str, cue: int, begin: int, end: int) -> Iterator[Span]:
    """A name after a cue. Where nothing shows its end, a strong cue is enough: better a character too many."""
    found = text[begin:end]
    if "某" in found:
        return
    strong = _STRONG_CUE.search(text, cue, begin) is not None or text[begin - 1] in ":："
    for length in range(len(found), 1, -1):
        if _WEAK_END.match(text, begin + length) and "一" <= found[length - 1] <= "鿿":
            yield Span(begin, begin + length, SpanKind.PERSON)
            return
    if strong:
        yield Span(begin, end, SpanKind.PERSON)


def _plausible(name: str) -> bool:
    """Whether what is marked is a name that somebody could be found by.

    People who are only spoken of (孩子, 老人) stay, and so do ordinary words that begin like a surname (施工) and
    places (范例区).
    """
    if len(name) < 2 or _NO_NAME.search(name):
        return False
    if (name[-1] in "区县镇乡村街路巷苑们" and (len(name) > 2 or name[-1] in "区县们")) or spoken_of(name):
        return False
    # A common word and what follows it (马路上有坑) rather than a long name.
    long = len(name) > 3 and name[0] in _SINGLE and name[:2] not in SURNAMES and ordinary(name[:2])
    return not long and not ordinary(name)


def _together(text: str, begin: int, end: int) -> Iterator[Span]:
    """A name written apart, if the tagger takes it for one once it is written together."""
    name = "".join(char for char in text[begin:end] if "一" <= char <= "鿿")
    before, after = text[max(0, begin - 12) : begin], text[end : end + 12]
    closed = before + name + after
    at = len(before)
    if any(b < at + len(name) and at < e for b, e in tagger().find(closed)) and _plausible(name):
        yield Span(begin, end, SpanKind.PERSON)


def _again(text: str, known: set[str]) -> Iterator[Span]:
    """Every other place of a name that was found once, and of the given name alone."""
    whole = {name for name in known if len(name) > 1 and not ordinary(name)}
    if not whole:
        return
    given = {g for g in map(_given, whole) if g}
    # Longest first. What stands around a given name is looked at apart: classes of all characters take long to compile.
    told = re.compile("|".join(map(re.escape, [*sorted(whole, key=lambda n: (-len(n), n)), *sorted(given - whole)])))
    at = 0
    while (match := told.search(text, at)) is not None:
        begin, at = match.span()
        if match[0] in whole or _stands_alone(text, begin, at):
            yield Span(begin, at, SpanKind.PERSON)
        else:
            at = begin + 1


def _stands_alone(text: str, begin: int, end: int) -> bool:
    """Whether a given name is one here: at the edge of a word, or before or after what people say of somebody."""
    before, after = text[begin - 1 : begin], text[end : end + 1]
    return (
        not _is_han(before)
        or not _is_han(after)
        or after in "的说在是和与跟对向被让给等"
        or before in "和与跟对向被让给叫找"
    )


def _is_han(char: str) -> bool:
    return "一" <= char <= "鿿"


def _given(name: str) -> str:
    """The given name of a Chinese name of three or four characters, unless it is an ordinary word."""
    if not all("一" <= char <= "鿿" for char in name):
        return ""
    family = 2 if name[:2] in SURNAMES else 1 if name[0] in SURNAMES else 0
    given = name[family:]
    return given if family and len(given) == 2 and not ordinary(given) and not spoken_of(given) else ""
