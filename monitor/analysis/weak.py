"""Labels from afar for letters to the government, which nobody has labelled with a sentiment.

The title says what the letter is: a complaint, a question, thanks. It labels the body, from which the model learns
how complaints and questions read (distant supervision, Mintz et al. 2009). The cues are few and plain; titles without
one are left out.
"""

from __future__ import annotations

import re

_QUESTION = re.compile(
    r"^(咨询|请问|询问|请教|求问|关于.{0,30}(咨询|询问|请示)$|建议|希望|期待|呼吁)|的(咨询|建议|询问)$|[吗呢？?]$|能否|怎么办理|如何办理"
)
_COMPLAINT = re.compile(
    r"投诉|举报|扰民|拖欠|违法|违规|乱收费|骗|霸王|污染|噪音|恶臭|臭|脏|太差|很差|隐患|无人管|没人管|不作为|强制|强行|欠薪|停水|停电"
    r"|漏水|烂尾|延期交房|质量问题|虚假|坑|黑心|被打|不公|不合理|严重|困扰|太吵|危险|不退|推诿|侵占|损害|违章|违建|抗议|求助"
    r"|反映.{0,40}问题|不亮|不通|损坏|破损|无法|没水|没电|堵|难题|太难|混乱|迟迟|何时才|不给|不发|拒绝|垃圾|积水|塌|坑洼|乱停|失修"
)
_THANKS = re.compile(r"感谢|表扬|点赞|致谢|^谢谢|好评|为.{1,20}点赞")
_ANONYMISED = re.compile(r"西地省|[A-Z]\d{0,2}(?=[市区县])|(?<=[市区县])\d{1,2}(?=[区县])")


def weak_polarity(title: str) -> int | None:
    """0 negative, 1 neutral, 2 positive by the cues of a title; None where it has none or contradicts itself."""
    thanks, complaint, question = (bool(p.search(title)) for p in (_THANKS, _COMPLAINT, _QUESTION))
    if thanks:
        return None if complaint or question else 2
    if complaint:
        return None if re.match(r"咨询|请问|建议", title) else 0
    return 1 if question else None


def strip_anonymised(text: str) -> str:
    """Without the letters that stand for places in the public data (A市, A3区): no real text has them."""
    return _ANONYMISED.sub("", text)
