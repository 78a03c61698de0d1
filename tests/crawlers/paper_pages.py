"""Pages of digital newspapers and front pages as their makers' templates look, with writers' names planted in them."""

from __future__ import annotations

from datetime import date

WHO = "署名标记甲乙"
SHEETS = (("01", "要闻"), ("02", "民生"), ("03", "文化"))
BODY = "区水务局昨日表示，青石街道老旧供水管网改造进入收尾阶段，{n}个小区的居民将在月底前用上稳定的自来水。施工期间夜间停水，请居民提前储水。"


def titles(day: date, sheet: int) -> list[str]:
    return [f"示例区{word}{day:%m%d}版{sheet}供水改造" for word in ("全面推进", "提前完成", "回应关切")]


def founder_sheet(day: date, sheet: int, sheets: tuple[tuple[str, str], ...] = SHEETS) -> str:
    """方正: node_N.htm with the list of pages, the picture's areas and the list of headlines."""
    pages = "".join(
        f"<tr><td><a id=pageLink href='./node_{int(no)}.htm'>第{no}版：{name}</a></td>"
        f"<td><a href='../../../page/1/{day:%Y-%m}/{day:%d}/{no}/{day:%Y%m%d}{no}_pdf.pdf'><img src=pdf.gif></a></td></tr>"
        for no, name in sheets
    )
    found = titles(day, sheet)
    areas = "".join(f"<area coords='0,{n},9,9' shape=polygon href='content_{sheet}0{n}.htm?div=-1'>" for n in (2, 0, 1))
    heads = "".join(
        f"<li><a href='content_{sheet}0{n}.htm?div=-1'><div id=mp{n}>{t}</div></a></li>" for n, t in enumerate(found)
    )
    name = dict(sheets)[f"{sheet:02}"]
    return (
        f"<html><head><title>示例日报 {day:%Y-%m-%d} 第{sheet:02}版</title></head><body><table><tr><td>"
        f"<strong>第{sheet:02}版：{name}</strong> <a href='node_{sheet + 1}.htm'>下一版</a></td></tr></table>"
        f"<map name=PagePicMap>{areas}</map><img usemap=#PagePicMap src=page.jpg>"
        f"<div class=menu><a href='../../2026-01/01/node_1.htm'>往期回顾</a><a href='/'>返回首页</a></div>"
        f"<div id=main-ed-articlenav-list><ul>{heads}<li><a href='content_{sheet}09.htm'>广告</a></li></ul></div>"
        f"<table class=pages>{pages}</table><div>责任编辑：{WHO}</div></body></html>"
    )


def founder_article(day: date, sheet: int, n: int) -> str:
    title = titles(day, sheet)[n]
    return (
        f"<html><head><title>{title}-示例日报</title></head><body>"
        f"<div class=head>{day.year}年{day.month}月{day.day}日 星期日 <a href='node_{sheet}.htm'>第{sheet:02}版：要闻</a></div>"
        f"<founder-title>{title}</founder-title><founder-author>{WHO}</founder-author><h4>□本报记者 {WHO}</h4>"
        f"<div id=ozoom><founder-content><p>本报讯（记者 {WHO}）{BODY.format(n=n + 3)}</p><p>（{WHO} 摄）</p></founder-content></div>"
        "<div>上一篇 <a href='content_1.htm'>下一篇</a></div></body></html>"
    )


def layout_sheet(day: date, sheet: int) -> str:
    """layout/202611/22/node_01.html, articles in content/: pages called 01版：要闻 in a sidebar."""
    pages = "".join(
        f"<div class=swiper-slide><a id=pageLink href='node_{no}.html'>{no}版：{name}</a></div>" for no, name in SHEETS
    )
    heads = "".join(
        f"<li><a href='../../../content/{day:%Y%m}/{day:%d}/content_3{sheet}{n}.html'>{t}</a></li>"
        for n, t in enumerate(titles(day, sheet))
    )
    return (
        f"<html><head><title>示例晚报</title></head><body><div class=swiper-container>{pages}</div>"
        f"<p class=left-top>第{sheet:02}版：{dict(SHEETS)[f'{sheet:02}']}</p><ul class=news-list>{heads}</ul></body></html>"
    )


def lettered_sheet(day: date, first: str = "A01") -> str:
    """A page without any known file names: A01 要闻, articles by their issue's date in the address."""
    pages = "".join(
        f"<a href='/szb/{day:%Y-%m-%d}/{no.lower()}/'>{no} {name}</a>"
        for no, name in (("A01", "头版"), ("A02", "城事"), ("B01", "楼市"))
    )
    heads = "".join(
        f"<h3><a href='/szb/{day:%Y-%m-%d}/{first.lower()}/{900 + n}'>{t}</a></h3>"
        for n, t in enumerate(titles(day, 1))
    )
    return f"<html><head><title>示例都市报数字报 {first}版</title></head><body><nav2>{pages}</nav2><section>{heads}</section></body></html>"


def front(head: str, stories: list[tuple[str, str]], style: str = "toutiao") -> str:
    """A portal's home page: navigation, pictures in turn, a headline block, several lists, a click ranking, a footer."""
    path, title = stories[0]
    block = {
        "toutiao": f"<div class='toutiao'><h2><a href='{path}'>{title}</a></h2><p><a href='{path}'>[详细]</a></p></div>",
        "h1": f"<div><h1><a href='{path}' target=_blank>{title}</a></h1></div>",
        "font": f"<table><tr><td><a href='{path}'><font size=6 color=red>{title}</font></a></td></tr></table>",
        "label": f"<div class=a1><span>头条</span><a href='{path}'>{title}</a></div>",
        "none": f"<ul class=n0><li><a href='{path}'>{title}</a></li></ul>",
    }[style]
    turn = "".join(
        f"<div class=item><a href='{p}'><img src='{n}.jpg' alt='{t}'></a><a href='{p}'>{t}</a></div>"
        for n, (p, t) in enumerate(stories[-2:])
    )
    lists = "".join(
        f"<div class=col{n}><h3><a href='/channel{n}/'>更多新闻频道入口</a></h3><ul>"
        + "".join(f"<li><a href='{p}'>{t}</a></li>" for p, t in stories[1 + n :: 3])
        + "</ul></div>"
        for n in range(3)
    )
    return (
        f"<html><head><title>{head}</title></head><body><div class=nav><a href='/'>示例新闻网首页欢迎您</a>"
        "<a href='/gov/2026/index.html'>政务公开专栏（二〇二六）</a></div>"
        f"<div class='focus swiper'>{turn}</div>{block}{lists}"
        "<div class='rank-list'><a href='/click/99.html'>点击排行第一名的很久以前的旧闻</a></div>"
        "<div class=ads><a href='/ad/20261122.html'>推广：示例楼盘盛大开盘欢迎品鉴</a></div>"
        "<a href='https://other.example.org/2026/1.html'>友情链接到别家网站的一篇报道</a>"
        f"<div class=footer><a href='/about/2026.html'>关于我们的联系方式与举报</a>编辑：{WHO}</div></body></html>"
    )
