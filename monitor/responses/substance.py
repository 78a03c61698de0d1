"""Does an official answer say anything? 三率 count every answer; one that only says 已转交 is counted apart as well.

A pure rule of clauses: what an answer always says (greeting, thanks, receipt, signature, date) and what passes the
matter on (已转…, 请向…咨询) is taken away; what is left is its substance. Written from the wordings of the 1,414 real
answers of the development data; figures in docs/measurements.md.
"""

from __future__ import annotations

import re
from enum import StrEnum

from monitor.model import Decision, Reply, Verdict

SUBSTANCE = 11
"""Characters that must be left for an answer to say something of its own."""
READ = 400
"""An answer longer than this says something, whatever it begins with."""


class AnswerReason(StrEnum):
    SUBSTANTIVE = "substantive"
    RECEIVED = "received"
    """Only that the message arrived, or thanks."""
    FORWARDED = "forwarded"
    """Only that it was passed on to somebody else."""
    REFERRED = "referred"
    """Only whom to ask instead."""

    @property
    def chinese(self) -> str:
        return {"substantive": "有实质内容", "received": "仅告知收悉", "forwarded": "仅告知转交",
                "referred": "仅请另行咨询"}[self.value]  # fmt: skip


_CLAUSE = re.compile(r"[。！？!?；;，,：:\n]|\s{1,}")
_SIGN = re.compile(
    r"(?:19|20)\d\d年\d{1,2}月\d{1,2}日|(?:\d{1,2}月\d{1,2}日)|[“”\"《》（）()【】、…—~\-.\d]|UU\d+|A\d{6,}"
)
_PLAIN = re.compile(
    r"^(?:尊敬的|亲爱的|热心的?)?(?:网友|网民|群众|市民|同志|先生|女士|朋友|来信人|用户)*(?:您|你)?好?$"
    r"|(?:^|您|你)的?(?:留言|来信|帖文|帖子|贴文|信件|诉求|问题|信息|投诉|建议)?(?:已经?|我[们办局]已)?(?:收悉|收到|知悉|阅悉|受理)"
    r"|感谢|谢谢|祝[您你]|敬请(?:留意|关注|谅解)|欢迎|理解(?:与|和)支持|特此(?:回复|答复)|^(?:现|兹)?(?:回复|答复|答复如下|回复如下|现回复如下)$"
    r"|^(?:关于)?(?:您|你)?(?:所|在)?(?:反映|提出|咨询|帖文中反映|问政|来信)(?:的)?(?:有关|相关)?(?:问题|情况|事项|诉求)*$"
    r"|^关于[您你].{0,12}(?:问题|情况|事项)$|^(?:经|我)?[^，。]{0,6}(?:高度重视|非常重视)$"
    r"|(?:留言|来信|帖文|帖子|来帖|问题|情况|信件|建议)(?:我[们局办院区])?(?:均|都)?已?(?:收悉|收到|已阅|知悉|获悉)后?$|您通过平台"
    r"|(?:宣传部|网宣中心|网信办|网络中心|政务办|信访局|办公室|领导小组|管委会|人民政府|政府|公司|委员会|[县市区]局)$"
    r"|(?:尽快|及时|后续|近期|一有结果)[^，。]{0,10}(?:回复|答复|反馈|回应)|已进行过?(?:回复|答复)|^链接"
)
_FORWARDED = re.compile(
    r"(?:已经?|现已?|将|及时|我[们办局]?已?|正在?|立即|统一)?(?:转交|转至|转给|转办|转送|转到|转由|转请|交办|交由|移交|批转|呈送|呈报|上报)"
    r"|已(?:经)?转|(?:已|将|并).{0,12}交.{1,16}(?:处理|办理|核实|调查|核处)"
    r"|(?:调查|核实|核处|处理|办理|处置)[、和及并]?(?:调查|核实|核处|处理|办理|处置)?中?$"
    r"|正在(?:办理|处理|核实|调查|交办)"
)
_DONE = re.compile(
    r"已.{0,8}(?:解决|办结|办妥|整改|拆除|完成|修复|恢复|处理完毕)|^已办$|现场|已派|派出|派员|整改|拆除|承诺"
)
"""Something done: an answer that says so says enough, however short."""
_KNOWN = re.compile(r"经(?:核实|查|调查|了解)|本人持|凭")
"""Something found out: such a clause is substance even where it ends in 办理."""
_REFERRED = re.compile(
    r"(?:请|建议|可|可以|敬请)?(?:您|你|直接|自行)*(?:向|到|去|与|同|找)?.{0,24}(?:咨询|询问|联系|拨打|查询|反映|反馈|投诉|提出|致电|电话)"
    r"|不属于?.{0,8}(?:职责|职能|职权|管辖|范围|业务)|因?.{0,14}(?:直管|不归|管辖)|我们不知道|目前不(?:知道|清楚|了解)|完善.{0,6}信息"
)


def substance(reply: Reply) -> Decision[str]:
    """KEEP with SUBSTANTIVE, or DROP with what the answer says instead. Its text is not quoted anywhere."""
    text = reply.text.strip()
    if len(text) > READ:
        return Decision(Verdict.KEEP, AnswerReason.SUBSTANTIVE)
    left, forwarded, referred = 0, False, False
    for raw in _CLAUSE.split(text):
        clause = _SIGN.sub("", raw).strip()
        if not clause or _PLAIN.search(clause):
            continue
        if _DONE.search(clause):
            return Decision(Verdict.KEEP, AnswerReason.SUBSTANTIVE)
        if _KNOWN.search(clause):
            left += len(clause)
        elif _FORWARDED.search(clause):
            forwarded = True
        elif _REFERRED.search(clause):
            referred = True
        else:
            left += len(clause)
        if left >= SUBSTANCE:
            return Decision(Verdict.KEEP, AnswerReason.SUBSTANTIVE)
    empty = AnswerReason.REFERRED if referred else AnswerReason.RECEIVED
    return Decision(Verdict.DROP, AnswerReason.FORWARDED if forwarded else empty)
