"""帮助: what each page is for, the keys, the words, and how figures are shown."""

from __future__ import annotations

from flask import Blueprint

from api.dashboard.page import page, render

blueprint = Blueprint("help", __name__)
KEYS = (
    ("/", "把光标放进查找框"),
    ("?", "打开这一页"),
    ("j 或 ↓", "列表中的下一条（先按一次 j）"),
    ("k 或 ↑", "列表中的上一条"),
    ("Enter", "打开选中的一条"),
    ("g 然后 t", "今日"),
    ("g 然后 a", "预警"),
    ("g 然后 b", "留言办理"),
    ("g 然后 p、e、m、s", "专题、事件、媒体、信源"),
    ("Esc", "离开查找框"),
    ("Tab", "依次到下一个链接或按钮；每页第一个是“跳到正文”"),
)


@blueprint.get("/help")
@page()
def help_() -> str:
    return render("help.html", "help", keys=KEYS)
