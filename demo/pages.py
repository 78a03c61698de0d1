"""HTML of the sample site: like a real one, with navigation, side boxes and scripts around what matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from string import Template

from demo.items import Item, Person

WATERMARK = "示例网站 · 示例市示例区为虚构，内容均为演示编写"
PER_PAGE = 50

_SHELL = Template("""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title - $site（示例）</title>
<meta name="keywords" content="示例区,示例市,$site">
$head<link rel="stylesheet" href="/static/site.css">
<script>var _stat = _stat || []; _stat.push(["site", "$part"]); // 示例统计代码，不发送任何数据</script>
</head>
<body>
<header>
<p class="watermark">$watermark</p>
<nav><a href="/">示例市门户</a>
<a href="/daily/">示例日报</a><a href="/evening/">示例晚报</a><a href="/online/">示例在线</a>
<a href="/gov/">示例区政府网</a><a href="/board/">示例区留言板</a><a href="/forum/">示例市民论坛</a></nav>
</header>
<main>
$body
</main>
<footer><p>主办：$site（示例） 备案号：示ICP备00000000号 联系我们：admin@example.com</p><p>$watermark</p></footer>
<script src="/static/site.js"></script>
</body>
</html>
""")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the site: its name, and the CSS class of its list."""

    key: str
    name: str
    about: str


PARTS = {
    part.key: part
    for part in (
        Part("daily", "示例日报", "示例区本地新闻"),
        Part("evening", "示例晚报", "示例市都市新闻"),
        Part("online", "示例在线", "示例市新闻网"),
        Part("gov", "示例区人民政府网", "公告与发布"),
        Part("board", "示例区留言板", "给区长的留言与答复"),
        Part("forum", "示例市民论坛", "街坊们的公开论坛"),
    )
}
NEWS = ("daily", "evening", "online")
FEEDS = ("daily", "evening")


def front() -> str:
    """The portal's front page: where everything is."""
    rows = "".join(
        f'<li><a href="/{p.key}/">{p.name}</a><span class="state">{p.about}</span></li>' for p in PARTS.values()
    )
    return _shell("daily", "首页", f"<h1>示例市门户</h1><ul class='list'>{rows}</ul>")


def listing(part: str, items: Sequence[Item], page: int, pages: int, now: datetime) -> str:
    """One list page, newest first; ``items`` are those of this page."""
    rows = "\n".join(_row(item, now) for item in items)
    paging = [f'<a class="prev" href="{list_path(part, page - 1)}">上一页</a>'] if page > 1 else []
    paging.append(f"第 {page} 页 / 共 {pages} 页")
    if page < pages:
        paging.append(f'<a class="next" href="{list_path(part, page + 1)}">下一页</a>')
    head = ""
    if part in FEEDS:
        head = f'<link rel="alternate" type="application/rss+xml" title="{PARTS[part].name}" href="/{part}/rss.xml">\n'
    body = f'<h1>{PARTS[part].name}</h1>\n<ul class="list">\n{rows}\n</ul>\n<p class="paging">{" ".join(paging)}</p>'
    return _shell(part, f"{PARTS[part].about} 第{page}页", body, head)


def list_path(part: str, page: int) -> str:
    return f"/{part}/" if page == 1 else f"/{part}/index_{page}.html"


def item_page(item: Item, now: datetime) -> str:
    """The page of one item as it is at ``now``."""
    if item.part == "board":
        return _board(item, now)
    return _forum(item) if item.part == "forum" else _article(item)


def lost() -> str:
    return _shell("daily", "页面不存在", "<h1>页面不存在</h1><p>您访问的页面不存在或已删除。</p>")


def avatar(number: int) -> str:
    """A made-up avatar: a coloured disc."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><title>示例头像</title>'
        f'<circle cx="20" cy="20" r="20" fill="hsl({number * 37 % 360} 45% 60%)"/></svg>'
    )


_ROW = Template('<li><a class="title" href="$path">$title</a>$extra<time>$time</time></li>')
_ARTICLE = Template("""<p class="crumbs"><a href="/">首页</a> &gt; <a href="/$part/">$outlet</a> &gt; 正文</p>
<article>
<h1 class="headline">$title</h1>
<p class="meta">时间：<time class="published" datetime="$iso">$time</time> <span class="origin">来源：$origin</span></p>
<div class="body">
$paragraphs
</div>
</article>
<aside><h2>热门阅读</h2><p>示例广告位：此处投放示例广告</p></aside>""")
_BOARD = Template("""<h1 class="subject">$title</h1>
<p class="meta">编号：$id 类别：<span class="category">$category</span> 留言时间：<time class="asked">$time</time>
状态：<span class="state">$state</span></p>
$member
<div class="question">$text</div>
$reply""")
_REPLY = Template("""<section class="answer"><h2>官方答复</h2>
<p>答复单位：<span class="department">$department</span> 答复时间：<time class="replied">$time</time></p>
<div class="reply">$text</div></section>""")
_FORUM = Template("""<h1 class="subject">$title</h1>
<div class="floor" id="floor-1">
$member
<p class="meta">发表于 <time class="posted" datetime="$iso">$time</time>
IP 属地：<span class="region">$region</span></p>
<div class="post">$text</div>
<p class="signature">—— $handle 的签名档</p>
</div>""")
_MEMBER = Template("""<div class="member">$role：<img src="/avatar/$avatar.svg" alt="$handle 的头像">
<span class="author">$handle</span> <span class="level">$level</span></div>""")


def _row(item: Item, now: datetime) -> str:
    time, extra = f"{item.time:%Y-%m-%d}", ""
    if item.part == "board":
        extra = f'<span class="state">{item.category} · {item.status(now)}</span>'
    elif item.person is not None:
        time, extra = f"{item.time:%m-%d %H:%M}", f'<span class="author">{escape(item.person.handle)}</span>'
    return _ROW.substitute(path=item.path, title=escape(item.title), extra=extra, time=time)


def _article(item: Item) -> str:
    body = _ARTICLE.substitute(
        part=item.part, outlet=PARTS[item.part].name, title=escape(item.title), iso=item.time.isoformat(),
        time=f"{item.time:%Y-%m-%d %H:%M:%S}", origin=item.origin or PARTS[item.part].name,
        paragraphs="\n".join(f"<p>{escape(text)}</p>" for text in item.text),
    )  # fmt: skip
    return _shell(item.part, item.title, body, f'<meta name="PubDate" content="{item.time:%Y-%m-%d %H:%M:%S}">\n')


def _board(item: Item, now: datetime) -> str:
    assert item.person is not None
    reply = ""
    if answer := item.answered(now):
        reply = _REPLY.substitute(
            department=answer.department, time=f"{answer.time:%Y-%m-%d %H:%M}", text=escape(answer.text)
        )
    elif item.status(now) == "已转交":
        reply = f'<p class="handed">本留言已转交{item.department}办理。</p>'
    body = _BOARD.substitute(
        title=escape(item.title), id=item.id, category=item.category, time=f"{item.time:%Y-%m-%d %H:%M}",
        state=item.status(now), member=_member(item.person, "留言人"), text=escape("".join(item.text)), reply=reply,
    )  # fmt: skip
    return _shell("board", item.title, body)


def _forum(item: Item) -> str:
    assert item.person is not None
    handle = escape(item.person.handle)
    body = _FORUM.substitute(
        title=escape(item.title), member=_member(item.person, "楼主"), iso=item.time.isoformat(),
        time=f"{item.time:%Y-%m-%d %H:%M:%S}", region=item.person.region, text=escape("".join(item.text)),
        handle=handle,
    )  # fmt: skip
    return _shell("forum", item.title, body, f'<meta name="author" content="{handle}">\n')


def _member(person: Person, role: str) -> str:
    return _MEMBER.substitute(role=role, avatar=person.avatar, handle=escape(person.handle), level=person.level)


def _shell(part: str, title: str, body: str, head: str = "") -> str:
    return _SHELL.substitute(
        title=escape(title), site=PARTS[part].name, part=part, head=head, body=body, watermark=WATERMARK
    )
