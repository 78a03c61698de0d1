"""Pages written for tests, one a layout: what a page of that kind looks like, and what is to be read from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crawlers.extract import PageKind
from monitor.model import CHINA

A, L, X = PageKind.ARTICLE, PageKind.LIST, PageKind.OTHER
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=CHINA)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=CHINA)  # type: ignore[misc,arg-type]  # up to six integers


@dataclass(frozen=True)
class Case:
    name: str
    body: bytes
    title: str = ""
    text: tuple[str, ...] = ()
    """Paragraphs; empty: the text is not checked."""
    published: datetime | None = None
    kind: PageKind = A
    content_type: str = ""
    never: tuple[str, ...] = ()
    """Words that may not be in the text or the title."""
    url: str = ""


TITLE = "青石街道三个老旧小区年内完成供水改造"
P1 = "记者昨日从青石街道办事处了解到，锦绣花园、河东新村和柳荫苑三个老旧小区的供水管网改造已经进入收尾阶段，年内可以全部完工。"
P2 = "这三个小区建成于上世纪九十年代，管道锈蚀严重，高峰时段水压不足，六楼以上的住户常常要等到深夜才能用上水。"
P3 = "街道负责人表示，施工期间将分楼栋停水，每次不超过六小时，停水安排提前三天张贴在单元门口，并通过居民群告知。"
P4 = "居民如对施工质量有意见，可以拨打社区服务电话，也可以到居委会登记，工作人员会在两个工作日内上门查看并答复。"
TEXT = (P1, P2, P3, P4)
NAV = "".join(
    f"<a href='/c{i}/'>{w}</a> " for i, w in enumerate(("首页", "要闻", "民生", "社区", "图片", "视频", "专题", "论坛"))
)
FOOT = (
    "<div class='footer'>主办单位：示例区人民政府办公室 <a href='/map'>网站地图</a> 联系电话：0000-12345678<br>"
    "示例ICP备00000000号 版权所有 Copyright &copy; 2026 All Rights Reserved</div>"
)
RELATED = "<div class='related'><h3>相关新闻</h3><ul>" + "".join(
    f"<li><a href='/n/{i}.html'>示例区第{i}批社区食堂挂牌营业受到老人欢迎</a></li>" for i in range(1, 9)
) + "</ul></div>"  # fmt: skip
HEADLINES = tuple(f"示例区第{n}届社区邻里节在青石公园举行" for n in "一二三四五六七八九十") + tuple(
    f"南湖街道第{n}季度安全生产检查情况通报" for n in "一二三四"
)


def paragraphs(lines: tuple[str, ...] = TEXT) -> str:
    return "".join(f"<p>　　{line}</p>\n" for line in lines)


def page(body: str, title: str = f"{TITLE}_示例新闻网", head: str = "", charset: str = "utf-8") -> str:
    return (
        f"<!DOCTYPE html><html><head><meta charset='{charset}'><title>{title}</title>{head}</head>"
        f"<body><div class='nav'>{NAV}</div>{body}{FOOT}</body></html>"
    )


def news(text: str = "", stamp: str = "2026-11-20 08:30", head: str = "", **more: str) -> str:
    return page(
        f"<div class='main'><h1>{TITLE}</h1><div class='info'>{stamp} 来源：示例日报 浏览：302</div>"
        f"<div class='content'>{text or paragraphs()}</div></div>{RELATED}",
        head=head,
        **more,
    )


def article(name: str, html: str | bytes, *, text: tuple[str, ...] = TEXT, **more: object) -> Case:
    body = html if isinstance(html, bytes) else html.encode()
    told = {"title": TITLE, "published": at(2026, 11, 20, 8, 30), **more}
    return Case(name, body, text=text, **told)  # type: ignore[arg-type]  # the fields of Case


def _list(items: str, around: str = "<ul class='list'>{}</ul>") -> str:
    return page(
        f"<div class='pos'>当前位置：首页 &gt; 要闻</div>{around.format(items)}<div>上一页 1 2 3 下一页</div>",
        "要闻_示例新闻网",
    )


OLD_TABLE = f"""<HTML><HEAD><META http-equiv=Content-Type content="text/html; charset=gb2312"><TITLE>{TITLE}</TITLE></HEAD>
<BODY bgColor=#ffffff><TABLE width=778 align=center><TBODY><TR><TD width=180 vAlign=top><TABLE><TR><TD><A href=a.htm>本站首页</A></TD></TR>
<TR><TD><A href=b.htm>政务公开</A><TR><TD><A href=c.htm>办事指南</A></TABLE></TD><TD vAlign=top><TABLE width="100%"><TR><TD align=middle>
<B><FONT size=4>{TITLE}</FONT></B></TD></TR><TR><TD align=middle>发布时间：2026年11月20日 08:30　　字体：[大 中 小]</TD></TR><TR><TD><FONT size=3>
&nbsp;&nbsp;&nbsp; {P1}<BR><BR>&nbsp;&nbsp;&nbsp; {P2}<BR><BR>&nbsp;&nbsp; {P3}<BR><BR>&nbsp; {P4}</FONT></TD></TR>
<TR><TD align=right>【<A href="javascript:window.print()">打印本页</A>】【<A href="javascript:close()">关闭窗口</A>】</TD></TR></TABLE></TD></TR></TBODY></TABLE></BODY></HTML>"""

GOVERNMENT = page(
    f"""<div class="xxgk"><table class="head"><tr><td>索 引 号：</td><td>000000/2026-00123</td><td>分类：</td><td>城建、环境</td></tr>
<tr><td>发布机构：</td><td>示例区住房和城乡建设局</td><td>发文日期：</td><td>2026年11月20日</td></tr>
<tr><td>名　　称：</td><td colspan=3>{TITLE}</td></tr><tr><td>文　　号：</td><td>示建〔2026〕12号</td><td>主题词：</td><td>供水</td></tr></table>
<h1>{TITLE}</h1><div id="zoom">{paragraphs()}</div><p>附件：<a href="1.xls">改造小区名单.xls</a></p></div>""",
    f"{TITLE}-示例区人民政府",
)

COMMENTS = "<div class='comment-list'><h3>网友评论</h3>" + "".join(
    f"<div class='item'><span class='name'>网友小{w}</span><p>这事办得好，我们小区等了很多年，终于有人管了，谢谢。</p></div>" for w in "王李张"
) + "</div>"  # fmt: skip

POSTS = (
    (
        "楼主小鱼",
        "锦绣花园这几天晚上八点以后就没有水了，物业说是水压不够，给水务公司打电话一直占线，有没有人知道什么时候能修好？",
    ),
    ("柳荫人家", "我们小区也是这样，六楼以上基本没水，昨天有师傅来看过，说主管道要换，得等通知。"),
    ("河东老李", "打社区的电话登记就行，我上周登记的，第二天就有人上门看了。"),
    ("小区的猫", "刚看到单元门口贴了通知，周五上午停水六小时换管道，大家提前存点水吧。"),
)


def discuz() -> str:
    posts = "".join(
        f"""<div id="post_{i}"><table class="plhin"><tr><td class="pls"><div class="authi"><a href="space-uid-{i}.html">{who}</a></div>
<p>积分 {i}02</p><div class="avatar"><img alt="{who}"></div></td><td class="plc"><div class="pi"><strong><a>{"楼主" if i == 1 else f"{i}#"}</a></strong>
<div class="authi"><a>{who}</a> <em id="authorposton{i}">发表于 2026-11-20 0{7 + i}:30:00</em> | <a>只看该作者</a></div></div>
<div class="pct"><div class="t_fsz"><table><tr><td class="t_f" id="postmessage_{i}">
{said}</td></tr></table></div></div></td></tr><tr><td></td><td class="po"><a>回复</a> <a>举报</a></td></tr></table></div>"""
        for i, (who, said) in enumerate(POSTS, 1)
    )
    return (
        "<html><head><meta charset='gbk'><title>晚上总是停水怎么办 - 社区议事 - 示例论坛 - Powered by Discuz!</title></head><body>"
        f"<div id='hd'>{NAV}</div><div id='pt'><a>论坛</a> &rsaquo; <a>社区议事</a></div><div id='postlist'>"
        "<table><tr><td class='pls'>查看: 302 | 回复: 3</td><td class='plc'><h1 class='ts'><span id='thread_subject'>晚上总是停水怎么办</span></h1></td></tr></table>"
        f"{posts}</div><div id='f_pst'>您需要登录后才可以回帖 <a>登录</a> | <a>立即注册</a></div></body></html>"
    )


def forum() -> str:
    floors = "".join(
        f"<div class='floor'><div class='user'><a class='uname'>{who}</a><span>等级 {i}</span></div><div class='floor-content'>{said}</div>"
        f"<div class='floor-tail'><span>{i}楼</span> <span>2026-11-20 0{7 + i}:30</span> <a>回复</a></div></div>"
        for i, (who, said) in enumerate(POSTS, 1)
    )
    return page(
        f"<h3 class='thread-title'>晚上总是停水怎么办</h3><div class='thread'>{floors}</div>",
        "晚上总是停水怎么办_社区议事吧",
    )


ROWS = "".join(
    f"<li><a href='/n/{i}.html'>{h}</a><span>2026-11-{i + 1:02d}</span></li>" for i, h in enumerate(HEADLINES)
)
