"""The one sentence of an official answer that says what was done, found or promised. Pure.

Answers are public and redacted; a sentence in which something was redacted is not quoted. Written from the wordings of
the 1,414 real answers of the development data.
"""

from __future__ import annotations

import re

from monitor.model import Reply
from monitor.responses.substance import substance

LONGEST, SHORTEST = 48, 8
_SENTENCE = re.compile(r"[。！？!?；;\n]+")
_LEAD = re.compile(
    r"^(?:网友|您好|你好|尊敬的|关于|感谢|[“”\"'《》：:，,、\s]|UU\d+|一、|二、|三、|四、|\d+[.、．])+|^.{0,30}?(?:回复|答复)如下[：:，,]?"
)
_PLAIN = re.compile(
    r"感谢|谢谢|祝您|欢迎|敬请|收悉|理解与支持|理解和支持|特此|电话|咨询|反映的问题已|转交|转至|转办|高度重视"
)
_DATE_ALONE = re.compile(r"^[\d年月日\s.\-/]+$")
_DONE = re.compile(
    r"已.{0,14}(?:完成|修复|恢复|整改|拆除|解决|开通|更换|清理|清除|到位|取缔|关停|关闭|停工|处罚|立案|查处|退还|发放|安装|疏通|移交)"
)
_PROMISED = re.compile(
    r"预计.{0,20}(?:完成|开工|启动|恢复|开通|交付|投入)|将于|计划.{0,20}(?:完成|启动|开工|实施)|责令|下达.{0,12}通知书|限期"
)
_ASKED = re.compile(r"要求|督促|协调|约谈|巡查|执法|检查|核查|正在|启动|安排|暂不|不符合|不具备|无法|不能|尚未|符合")


def gist(reply: Reply) -> str:
    """What an answer says, in at most ``LONGEST`` characters without closing punctuation; "" where it says nothing."""
    if not substance(reply).kept:
        return ""
    best, found = 0, ""
    for raw in _SENTENCE.split(reply.text):
        sentence = _LEAD.sub("", raw.strip()).strip("，,：: ")
        worth = _worth(sentence)
        if worth > best:
            best, found = worth, sentence
    return _cut(found)


def _worth(sentence: str) -> int:
    if len(sentence) < SHORTEST or "〔" in sentence or _DATE_ALONE.match(sentence) or _PLAIN.search(sentence):
        return 0
    if _DONE.search(sentence):
        return 4
    if _PROMISED.search(sentence):
        return 3
    return 2 if _ASKED.search(sentence) else 1


def _cut(sentence: str) -> str:
    """Cut at the last clause that fits; within a clause only where there is none."""
    if len(sentence) <= LONGEST:
        return sentence
    clauses, kept = re.split(r"(?<=[，,、])", sentence), ""
    deciding = next((i for i, c in enumerate(clauses) if _DONE.search(c) or _PROMISED.search(c)), 0)
    if len("".join(clauses[: deciding + 1])) > LONGEST:
        clauses = clauses[deciding:]
    for clause in clauses:
        if len(kept) + len(clause) > LONGEST:
            break
        kept += clause
    return kept.rstrip("，,、 ") or sentence[: LONGEST - 1] + "…"
