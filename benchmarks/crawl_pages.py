"""Pages for ``crawl_speed.py``: made articles of which no two say the same, and the saved real pages, altered."""

from __future__ import annotations

import random
import re
import tarfile
from pathlib import Path


def _words(*lines: str) -> list[str]:
    return "".join(lines).split("|")


PER_FEED = 1_000
PER_LIST = 40
_STREETS = _words("青石|河东|新城|柳林|南湖|北站|东关|桥头|云岭|沙湾|白塔|临江")
_WHO = _words(
    "{s}街道|{s}社区居委会|区住房和城乡建设局|区城市管理局|区交通运输局|{s}供水所|区市场监督管理局|区教育局|",
    "区卫生健康委员会|{s}派出所|区生态环境分局|区水务局|{s}综合服务中心|区人力资源和社会保障局|区文化和旅游局",
)
_DID = _words(
    "组织排查老旧小区的{t}|就{t}召开居民议事会|对辖区内的{t}逐一登记|公布{t}的整改时间表|",
    "邀请居民代表查看{t}的施工现场|与施工单位约定{t}的维修批次|上门听取住户对{t}的意见|把{t}列入今年的民生实事|",
    "完成{t}的第{n}轮检查|为{t}补充专项经费{n}万元",
)
_THING = _words(
    "供水管网|地下车库照明|公交站台|雨污分流管道|加装电梯|农贸市场排水|中小学校门口护栏|社区食堂|夜间施工噪声|",
    "电动自行车充电棚|垃圾分类投放点|路面坑洼|消防通道|燃气立管|外墙保温层|文化活动室|卫生服务站|停车泊位|",
    "楼道堆物|河道保洁|路灯|健身器材|儿童游乐场|老年助餐点|高空抛物监控|化粪池|污水泵站|采暖换热站",
)
_WHY = _words(
    "此前有居民多次反映问题|入冬以来报修数量明显增加|该处设施已经使用{n}年|汛期之前需要完成加固|",
    "周边{n}户居民的出行受到影响|不少老人上下楼不便|学生上学要绕行{n}百米|高峰时段经常拥堵|夜间照明不足容易摔倒|",
    "原有合同将在{m}月底到期",
)
_THEN = _words(
    "预计{m}月底前全部完工|施工期间将提前{n}天张贴通知|整改结果将在公告栏公示|工作人员会在二十四小时内上门查看|",
    "居民可拨打社区服务热线反映情况|后续还将引入第三方评估|相关费用由财政承担{n}成|下一步将推广到其余{n}个小区|",
    "对逾期未改的单位将依法处理|现场设置了临时便道和警示牌|网格员每周巡查不少于{n}次|居民代表对进度表示认可",
)
_MARK = re.compile(r"(</p>)", re.IGNORECASE)


def article(n: int) -> tuple[str, list[str]]:
    """Title and paragraphs of the made article ``n``, some 200 characters, always the same."""
    pick = random.Random(n)
    street = pick.choice(_STREETS)

    def told(parts: list[str], thing: str) -> str:
        return pick.choice(parts).format(s=street, t=thing, n=pick.randint(2, 60), m=pick.randint(1, 12))

    things = pick.sample(_THING, 3)
    title = f"{told(_WHO, '')}{told(_DID, things[0])}"
    paragraphs = []
    for _ in range(4):
        thing = pick.choice(things)
        paragraphs.append(f"{told(_WHO, '')}{told(_DID, thing)}，{told(_WHY, thing)}，{told(_THEN, thing)}。")
    return title, paragraphs


def page(n: int) -> bytes:
    """An article as a small site shows it: 30 links of navigation, the text, 20 headlines beside it."""
    title, paragraphs = article(n)
    text = "".join(f"<p>{line}</p>" for line in paragraphs)
    nav = "".join(f"<li><a href='/c/{i}'>栏目{i}</a></li>" for i in range(30))
    side = "".join(f"<li><a href='/s/{i}.html'>示例区近期发布的第{i}条相关新闻标题</a></li>" for i in range(20))
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}_示例区新闻网</title></head><body>"
        f"<ul>{nav}</ul>"
        f"<div class='main'><h1>{title}</h1><p class='info'>发布时间：2026-11-20 08:30 来源：示例区新闻网</p>"
        f"<div class='content'>{text}</div></div><div class='side'><ul>{side}</ul></div><div>版权所有</div>"
        "</body></html>"
    ).encode()


def saved(data: Path) -> list[bytes]:
    """The saved real pages of ``data/pages/news_pages.tar.xz``, as they came."""
    with tarfile.open(data / "pages" / "news_pages.tar.xz") as told:
        members = sorted((m for m in told.getmembers() if m.isfile()), key=lambda m: m.name)
        return [file.read() for m in members if (file := told.extractfile(m)) is not None]


def altered(body: bytes, n: int) -> bytes:
    """A real page with a made paragraph put between each two of its own, so that no two pages are one article."""
    from crawlers.page.charset import decode

    _, own = article(n)
    lines = iter(own * 3)
    text = _MARK.sub(lambda found: f"{found[0]}<p>{next(lines, '')}</p>", decode(body))
    return re.sub(r"charset\s*=\s*[\"']?[\w-]+", "charset=utf-8", text).encode("utf-8", "replace")


def site(base: str, pages: int, data: Path | None) -> dict[str, bytes]:
    """Path to body of everything the server has: articles, and feeds or (for real pages) list pages that name them."""
    bodies: dict[str, bytes] = {}
    real = saved(data) if data else []
    for n in range(pages):
        bodies[f"/a/{n}.html"] = altered(real[n % len(real)], n) if real else page(n)
    per = PER_LIST if real else PER_FEED
    for first in range(0, pages, per):
        some = range(first, min(first + per, pages))
        if real:
            bodies[f"/list/{first // per}.html"] = _listed(some, first // per, last=first + per >= pages)
        else:
            bodies[f"/feed/{first // per}.xml"] = _feed(base, some)
    return bodies


def _feed(base: str, some: range) -> bytes:
    items = "".join(f"<item><title>{article(n)[0]}</title><link>{base}/a/{n}.html</link></item>" for n in some)
    return f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>{items}</channel></rss>".encode()


def _listed(some: range, at: int, *, last: bool) -> bytes:
    items = "".join(f"<li><a href='/a/{n}.html'>{article(n)[0]}</a><span>2026-11-20</span></li>" for n in some)
    following = "" if last else f"<a class='next' href='/list/{at + 1}.html'>下一页</a>"
    body = f"<div class='list'><ul>{items}</ul></div>{following}"
    return (
        f"<html><head><meta charset='utf-8'><title>要闻_示例区新闻网</title></head><body>{body}</body></html>".encode()
    )
