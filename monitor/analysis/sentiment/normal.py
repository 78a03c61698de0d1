"""What a text is turned into before its n-grams are counted: dress taken off, negation and irony written down.

An n-gram sees three characters. That 没有 is followed by 投诉, or that praise stands between quotation marks, is over
its horizon; so each such finding becomes one sign of its own, whose weight the training data decide.
"""

from __future__ import annotations

import re

from monitor.analysis.sentiment.emotes import EMOJI, faces
from monitor.analysis.sentiment.scripts import folded

LONG = 4_000
"""Characters of a text that are looked at; what a text is about is said before that."""
NOT_BAD, NOT_GOOD, IRONY, LINK = "\ue010", "\ue011", "\ue012", "\ue013"

_BAD = (
    "投诉|举报|问题|异味|臭味|噪音|扰民|停水|停电|停气|拖欠|乱收费|拥堵|堵车|污染|漏水|破损|推诿|扯皮|敷衍|失望|遗憾|后悔|生气|难过|害怕"
    "|担心|恐慌|焦虑|麻烦|缺点|隐患|事故|伤亡|死亡|故障|纠纷|违法|违规|意见|毛病|瑕疵|怨言|不满|不良|异常|感染|疑似|确诊"
)
_GOOD = (
    "满意|开心|高兴|快乐|喜欢|舒服|舒适|方便|便利|解决|推荐|幸福|感动|作为|处理|回复|答复|改善|改进|好转|效果|负责|合理|公平|公正|干净|卫生"
    "|安全|放心|安心|诚意|人性|用处|帮助|意义|道理|值得|划算|好看|好吃|好用|好听|优势|亮点|精彩|热情|耐心|专业|靠谱|便民|敬业|高效"
)
_GAP = (
    "(?:什么|任何|一点|半点|丝毫|出现|发生|收到|接到|让人|令人|觉得|感到|感觉|真正|及时|有效|得到"
    "|那么|怎么|再|太|很|过|被|有|能|会|其他|大|新增){0,3}"
)
_NO = "(?:没有|没|毫无|并无|无|不再|不会|不必|不用|不是|并不|不|未|零|别)"
_TWICE = re.compile("(?<!是)(?:不是|并非|不能说|不会)(?:说)?(?:不|没有?|无)(?=[^不是对起])")
_NOT_BAD = re.compile(f"{_NO}{_GAP}(?:{_BAD})(?!电话|渠道|无门|无果|平台|部门|的地方|解决|没)")
_NOT_GOOD = re.compile(f"{_NO}{_GAP}(?:{_GOOD})(?!办法)")
_SO_CALLED = re.compile(f"(?:[这那]也?|也)(?:能|配|好意思)?(?:叫|算|称)(?:得上|是|作)?(?:{_GOOD})")
_QUOTED = re.compile(f'[“"‘「『][^”"’」』]{{0,4}}(?:{_GOOD}|英明|伟大|厉害|先进|好)[^”"’」』]{{0,3}}[”"’」』]')
_IRONY = re.compile(
    r"呵呵|\[微笑\]|\[呵呵\]|也是醉了|真是够了|真是醉|好一个|真行啊?|可真(?:是)?(?:行|棒|会|厉害)|厉害了我的|好棒棒|笑死人|滑天下之大稽|佩服佩服|贵圈"
)
_LINK = re.compile(r"https?://[\w./?=&%#:\-]+")
_HANDLE = re.compile(r"@[\w\-·]{1,30}")
_RUN = re.compile(r"(.)\1{3,}")
_SPACE = re.compile(r"[^\S\n]+")


def normal(text: str) -> str:
    """``text`` as the model reads it: at most :data:`LONG` characters of it, the title's line break kept."""
    text = folded(text[:LONG])
    if not text.isascii():
        text = faces(text).translate(EMOJI)
    text = _SPACE.sub(" ", _HANDLE.sub("@", _LINK.sub(LINK, text)))
    text = _RUN.sub(r"\1\1\1", text)
    return _signs(text).strip()


def _signs(text: str) -> str:
    """Double negation undone, what is denied replaced by a sign (bad) or marked (good), irony at the end."""
    ironic = _IRONY.search(text) is not None
    text = _TWICE.sub("", text)
    text = _NOT_BAD.sub(NOT_BAD, text)
    text = _NOT_GOOD.sub(rf"\g<0>{NOT_GOOD}", text)
    text = _SO_CALLED.sub(rf"\g<0>{NOT_GOOD}", text)
    text = _QUOTED.sub(rf"\g<0>{NOT_GOOD}", text)
    return text + IRONY if ironic else text
