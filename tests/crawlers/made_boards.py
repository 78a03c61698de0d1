"""Board pages drawn at random: labels as boards call them, in eight layouts, with people and unknown rows in between."""

from __future__ import annotations

import random
from dataclasses import dataclass

LABELS = {
    "title": "留言标题 信件标题 来信标题 标题 信件主题 主题 诉求标题 问题标题 咨询标题 投诉标题 邮件标题 事项标题 写信主题 提问标题",
    "text": "留言内容 信件内容 来信内容 诉求内容 问题描述 咨询内容 投诉内容 信件正文 反映内容 留言详情 邮件内容 诉求描述 问题内容 主要内容",
    "time": "留言时间 来信时间 写信时间 提交时间 留言日期 来信日期 受理时间 诉求时间 提问时间 写信日期 发布时间 登记时间 咨询时间",
    "status": "办理状态 处理状态 信件状态 状态 回复状态 当前状态 办理进度 答复状态 受理状态 处理进度",
    "category": "留言类型 信件类型 信件类别 问题类别 诉求类型 类别 来信类别 问题分类 事项类别 留言分类 邮件类型",
    "department": "答复单位 回复单位 办理单位 承办单位 回复部门 办理部门 处理单位 答复部门 回复机构 处理部门 责任单位 反馈单位 答复机关",
    "reply_time": "答复时间 回复时间 办结时间 反馈时间 处理时间 回复日期 答复日期 办理时间 办结日期",
    "reply": "答复内容 回复内容 办理结果 处理结果 回复意见 答复意见 官方回复 处理意见 办理情况 反馈内容 办理意见 处理情况 部门回复",
    "person": "留言人 来信人 姓名 写信人 联系电话 手机 网友 昵称 诉求人 咨询人 提交人 投诉人 发信人 邮箱 联系地址 反映人 申请人",
    "unknown": "信件编号 办理流程 诉求来源 受理渠道 是否公开 查询密码 信访件号 所在小区 办理类型 满意度 浏览次数 紧急程度",
}
TITLES = ("滨河路夜间施工噪音扰民", "青石小区停水三天无人处理", "咨询新生儿医保办理流程", "建议增设公交站台")
TEXTS = (
    "滨河路地铁工地连续三天凌晨两点仍在浇筑，居民无法休息，请尽快处理。",
    "小区自周一起停水，物业说是水厂的事，水厂说是物业的事，请问到底谁管？",
    "孩子上月出生，想咨询医保怎么办，需要哪些材料，在哪里办。",
)
ANSWERS = (
    "您好，经核实，施工单位未办理夜间施工许可，我局已责令其停止夜间作业，并立案处理。",
    "您好，经现场查看，系二次供水水泵损坏，已于昨晚更换，目前供水恢复正常，给您带来不便敬请谅解。",
    "您好，请携带出生证明、户口簿到区政务服务中心二楼医保窗口办理，咨询热线见官网。",
)
OFFICES = ("区城市管理局", "示例区水务局", "青石街道办事处", "区医保局")
CATEGORIES = ("投诉", "咨询", "建议", "城乡建设", "求助")
WHO = ("署名甲乙", "署名标记丙", "13800138000")


@dataclass(frozen=True)
class Made:
    html: str
    title: str
    text: str
    answer: str
    office: str
    category: str


def made(seed: int) -> Made:
    """One page; the same for the same seed."""
    draw = random.Random(seed)
    names = {kind: draw.choice(words.split()) for kind, words in LABELS.items()}
    title, text, answer = draw.choice(TITLES), draw.choice(TEXTS), draw.choice(ANSWERS)
    office, category = draw.choice(OFFICES), draw.choice(CATEGORIES)
    answered = draw.random() < 0.8
    rows = [
        (names["title"], title), (names["person"], draw.choice(WHO)), (names["time"], "2026-11-20 08:12"),
        (names["category"], category), (names["unknown"], "20261120001"),
    ]  # fmt: skip
    draw.shuffle(rows)
    rows += [(names["text"], text)]
    extra = [(names["status"], "已办结" if answered else "办理中")]
    persons = [w for w in LABELS["person"].split() if w != names["person"]]
    extra += [(draw.choice(persons), draw.choice(WHO))] if draw.random() < 0.5 else []
    draw.shuffle(extra)
    rows += extra
    meta = [(names["department"], office), (names["reply_time"], "2026-11-21 15:30")]
    draw.shuffle(meta)
    reply = [(names["reply"], answer if answered else draw.choice(("暂无回复", "办理中", "")))]
    if answered:
        rows += reply + meta if draw.random() < 0.5 else meta + reply
    else:
        rows += reply
    body = _LAYOUTS[draw.randrange(len(_LAYOUTS))](rows)
    html = (
        "<html><head><title>互动交流</title></head><body><div class=nav><a href=/>首页</a><a href=/hd>互动交流</a></div>"
        f"{body}<div class=footer><p>主办单位：示例区人民政府 承办：示例区大数据局</p><p>网站标识码：1000000000</p></div></body></html>"
    )
    return Made(html, title, text, answer if answered else "", office if answered else "", category)


Rows = list[tuple[str, str]]


def _table(rows: Rows) -> str:
    return "<table>" + "".join(f"<tr><td>{k}</td><td>{v}</td></tr>" for k, v in rows) + "</table>"


def _heads(rows: Rows) -> str:
    return "<table>" + "".join(f"<tr><th>{k}：</th><td><p>{v}</p></td></tr>" for k, v in rows) + "</table>"


def _pairs(rows: Rows) -> str:
    cells = [f"<td class=l>{k}</td><td>{v}</td>" for k, v in rows]
    return "<table>" + "".join(f"<tr>{''.join(cells[n : n + 2])}</tr>" for n in range(0, len(cells), 2)) + "</table>"


def _stacked(rows: Rows) -> str:
    return "<table>" + "".join(f"<tr><td>{k}：</td></tr><tr><td>{v}</td></tr>" for k, v in rows) + "</table>"


def _definitions(rows: Rows) -> str:
    return "<dl>" + "".join(f"<dt>{k}</dt><dd>{v}</dd>" for k, v in rows) + "</dl>"


def _lines(rows: Rows) -> str:
    return "<div>" + "".join(f"<p><b>{k}：</b>{v}</p>" for k, v in rows) + "</div>"


def _items(rows: Rows) -> str:
    return "<ul>" + "".join(f"<li><span>【{k}】</span><span>{v}</span></li>" for k, v in rows) + "</ul>"


def _boxes(rows: Rows) -> str:
    return "".join(f"<div class=row><div class=k>{k}：</div><div class=v>{v}</div></div>" for k, v in rows)


_LAYOUTS = (_table, _heads, _pairs, _stacked, _definitions, _lines, _items, _boxes)
