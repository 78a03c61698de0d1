"""The public page (S7): what is collected and what never, why, for how long, and who to ask. Needs no sign-in."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response

from api import context
from api.dashboard.page import render
from api.operation import conditional
from monitor.disclosure import BASE, THRESHOLD
from monitor.errors import StoreUnavailable
from monitor.ops import reasons, retention, tally

blueprint = Blueprint("transparency", __name__)

NEVER = (
    "不收集、不保存发帖人和留言人的任何信息：昵称、头像、主页、粉丝数、IP、位置都没有存放的地方",
    "不删帖、不封号、不联系平台处理任何人的发言",
    "不引导评论、不代人发言",
    "不按人排名、不关注“重点人”、不给任何人画像",
    "不识别匿名者、不把不同网站的账号关联到一起",
    "不登录、不绕过网站的访问限制；网站声明不许采集的页面一律不采",
)
COLLECTED = (
    ("news", "新闻", "标题、正文、链接、媒体、时间", "全部展示并附原文链接", "长期"),
    ("official", "政务发布", "标题、正文、链接、时间", "全部展示并附原文链接", "长期"),
    ("board", "公开留言", "去除个人信息的标题和正文、链接、类别、时间、答复", "去除个人信息的内容与办理情况", "长期"),
    ("post", "公开帖文", "去除个人信息后的文字、时间、主题判断", "只有汇总数字，从不展示文字", ""),
    ("hotlist", "公开热榜", "标题、名次、时间", "全部展示", "长期"),
)  # fmt: skip


@blueprint.get("/transparency")
def page() -> str:
    return render("transparency.html", "transparency", facts=facts())


@blueprint.get("/transparency.json")
def page_json() -> Response:
    return conditional(Response(json.dumps(facts(), ensure_ascii=False), content_type="application/json"))


def facts() -> dict[str, Any]:
    """Everything the page says, as JSON. What only the store knows is null while it is away."""
    settings = context.settings()
    days = settings.service.retention.post_days
    posts = f"文字 {days} 天，汇总数字长期"
    dropped, prune, away = None, None, False
    try:
        dropped = _dropped()
        prune = retention.last_prune(context.store())
    except StoreUnavailable:
        away = True
    return {
        "service": f"{settings.district.name}舆情监测服务",
        "operator": settings.brief.unit,
        "contact": settings.service.crawl.contact,
        "purpose": "及时听到居民反映的公共服务问题，交给能解决的部门，在时限内公开答复",
        "collected": [
            {"kind": kind, "name": name, "kept": kept, "shown": shown, "retention": term or posts}
            for kind, name, kept, shown, term in COLLECTED
        ],
        "never": list(NEVER),
        "topics": [{"name": t.name, "department": t.department} for t in settings.topics.topic],
        "sources": [
            {"name": s.name, "kind": s.kind.value, "url": s.url, "imported": s.adapter == "import"}
            for s in settings.sources.source
            if s.enabled
        ],
        "retention": {"post_days": days, "last_prune": prune},
        "disclosure": {"threshold": THRESHOLD, "rounded_to": BASE},
        "dropped": dropped,
        "store_away": away,
    }  # fmt: skip


def _dropped() -> list[dict[str, Any]]:
    """Texts that intake did not keep, by kind and reason; those about posts rounded, small ones left out."""
    return [
        {
            "kind": sample.labels["kind"],
            "reason": sample.labels["reason"],
            "reason_text": reasons.chinese(sample.labels["reason"]),
            "count": sample.value,
            "rounded": sample.rounded,
        }
        for sample in tally.read(context.store())
        if sample.name == "intake_decisions" and sample.labels.get("verdict") == "drop"
    ]
