"""The cases: each page of ``made_pages`` and of variations of it, with what is to be read."""

from __future__ import annotations

import json

from tests.crawlers.made_pages import (
    COMMENTS,
    FOOT,
    GOVERNMENT,
    HEADLINES,
    NAV,
    NOW,
    OLD_TABLE,
    P1,
    P2,
    P3,
    P4,
    POSTS,
    RELATED,
    ROWS,
    TEXT,
    TITLE,
    A,
    Case,
    L,
    X,
    _list,
    article,
    at,
    discuz,
    forum,
    news,
    page,
    paragraphs,
)  # fmt: skip

JSONLD = json.dumps(
    {"@type": "NewsArticle", "headline": TITLE, "datePublished": "2026-11-20T08:30:00+08:00", "author": {"name": "张三丰"},
     "articleBody": "\n".join(TEXT)}, ensure_ascii=False,
)  # fmt: skip
WHO = ("楼主小鱼", "柳荫人家", "河东老李", "小区的猫", "只看该作者", "发表于", "积分")
SAID = tuple(said for _, said in POSTS)
LONG = tuple(f"第{i}项：" + P2 for i in range(1, 181))
SHORT = "因管道抢修，青石路东段十一月二十二日八时至十四时停水，请相关用户提前储水。"
RARE = "㐂村与𠮷田社区的居民代表、䶮姓老人等二十余人参加了听证，" + P2


def _dated(name: str, stamp: str, when: object) -> Case:
    return article(name, news(stamp=stamp), published=when)


CASES: tuple[Case, ...] = (
    article("news", news()),
    article("old_table", OLD_TABLE.encode("gbk")),
    article("government", GOVERNMENT, published=at(2026, 11, 20)),
    article(
        "portal_with_comments", news().replace(RELATED, RELATED + COMMENTS), never=("网友小", "这事办得好", "相关新闻")
    ),
    article("gbk_without_charset", news(charset="").replace("<meta charset=''>", "").encode("gbk")),
    article("wrong_header", news(charset="gb2312").encode("gbk"), content_type="text/html; charset=ISO-8859-1"),
    article("utf8_said_gbk", news(charset="gbk"), content_type="text/html; charset=gb2312"),
    article("gb18030_rare", news(paragraphs((RARE, P3)), charset="gb2312").encode("gb18030"), text=(RARE, P3)),
    article("utf8_bom", b"\xef\xbb\xbf" + news().encode()),
    article("br_lines", news("<br><br>　　".join(TEXT))),
    article("div_lines", news("".join(f"<div>{p}</div>" for p in TEXT))),
    article(
        "span_lines", news("".join(f"<div><span style='font-size:16px'>{p}</span></div><div><br></div>" for p in TEXT))
    ),
    article("section_lines", news("".join(f"<section><section><span>{p}</span></section></section>" for p in TEXT))),
    article(
        "nested_tables", news("<table><tr><td><table><tr><td>" + paragraphs() + "</td></tr></table></td></tr></table>")
    ),
    article(
        "with_h2",
        news(f"<p>{P1}</p><h2>停水安排</h2><p>{P3}</p><h2>如何反映</h2><p>{P4}</p>"),
        text=(P1, "停水安排", P3, "如何反映", P4),
    ),
    article(
        "bold_subheads", news(f"<p>{P1}</p><p><strong>停水安排</strong></p><p>{P3}</p>"), text=(P1, "停水安排", P3)
    ),
    article(
        "data_table",
        news(
            f"<p>{P1}</p><table border=1><tr><th>小区</th><th>户数</th></tr><tr><td>锦绣花园</td><td>302</td></tr><tr><td>柳荫苑</td><td>128</td></tr></table><p>{P3}</p><p>{P4}</p>"
        ),
        text=(P1, "小区", "户数", "锦绣花园", "302", "柳荫苑", "128", P3, P4),
    ),
    article("ordered_list", news(f"<p>{P1}</p><ol><li>{P2}</li><li>{P3}</li></ol><p>{P4}</p>")),
    article("short_notice", news(f"<p>{SHORT}</p>"), text=(SHORT,)),
    article("very_long", news(paragraphs(LONG)), text=LONG),
    article(
        "paging_inside",
        news(
            paragraphs()
            + "<div class='page'><a href='1.html'>1</a> <a href='2.html'>2</a> <a href='2.html'>下一页</a></div>"
        ),
        never=("下一页",),
    ),
    article(
        "hidden",
        news(
            paragraphs()
            + "<div style='display:none'><p>这段文字读者看不见，是给搜索引擎看的，不应当出现在正文中。</p></div>"
        ),
        never=("搜索引擎",),
    ),
    article(
        "bylines",
        news(
            f"<p>作者：王小明</p><p>示例日报记者 李小红 通讯员 赵刚</p>{paragraphs()}<p>（责任编辑：陈大文）</p><p>摄影 孙丽</p>"
        ),
        never=("王小明", "李小红", "赵刚", "陈大文", "孙丽"),
    ),
    article(
        "byline_inside",
        news(f"<p>本报讯（记者李小红 通讯员赵刚）{P1}</p><p>{P2}</p><p>{P3}</p><p>{P4}（陈大文 摄）</p>"),
        text=("本报讯" + P1, P2, P3, P4),
        never=("李小红", "赵刚", "陈大文"),
    ),
    article(
        "caption_names",
        news(f"<p>{P1}</p><p>工人正在更换管道。示例日报记者 李小红 摄</p><p>{P3}</p><p>通讯员赵刚 摄</p>"),
        text=(P1, "工人正在更换管道。", P3),
        never=("李小红", "赵刚"),
    ),
    article(
        "wordpress",
        page(
            f"<article class='post hentry'><header class='entry-header'><h1 class='entry-title'>{TITLE}</h1><div class='entry-meta'><time class='entry-date' datetime='2026-11-20T08:30:00+08:00'>2026年11月20日</time> <span class='author vcard'><a>王小明</a></span></div></header><div class='entry-content'>{paragraphs()}</div><footer class='entry-footer'>分类：<a>民生</a></footer></article><section id='comments'><ol><li>好事<p>这事办得好，我们小区等了很多年，终于有人管了。</p></li></ol></section><aside class='widget-area'>近期文章</aside>"
        ),
        never=("王小明", "办得好"),
    ),
    article(
        "amp",
        f"<!doctype html><html ⚡ lang=zh><head><meta charset=utf-8><title>{TITLE}</title><script type='application/ld+json'>{JSONLD}</script></head><body><header>示例新闻</header><article><h1>{TITLE}</h1>{paragraphs()}<amp-img src=a.jpg></amp-img></article></body></html>",
    ),
    article(
        "json_ld_only",
        f"<html><head><title>{TITLE} - 示例新闻网</title><script type='application/ld+json'>{JSONLD}</script></head><body><div id='app'></div></body></html>",
        never=("张三丰",),
    ),
    article(
        "meta_date",
        news(
            stamp="",
            head="<meta name='PubDate' content='2026-11-20 08:30'><meta name='ArticleTitle' content='" + TITLE + "'>",
        ),
    ),
    article("upper_case", news().replace("<p>", "<P>").replace("</p>", "</P>").replace("div", "DIV")),
    article("no_html_tags", f"<title>{TITLE}</title><h1>{TITLE}</h1>发布时间：2026-11-20 08:30{paragraphs()}"),
    article(
        "unclosed",
        f"<html><head><title>{TITLE}</title><body><h1>{TITLE}</h1><div>2026-11-20 08:30<p>" + "<p>".join(TEXT),
    ),
    article(
        "share_and_tags",
        news(
            "<div class='share'>分享到：微信 微博 QQ空间</div>"
            + paragraphs()
            + "<div class='tags'>标签：<a>供水</a> <a>老旧小区</a></div><p>扫一扫在手机打开当前页</p>"
        ),
        never=("微博", "扫一扫"),
    ),
    article(
        "source_lines",
        news(
            f"<p>原标题：{TITLE}</p>{paragraphs()}<p>来源：示例日报</p><p>声明：转载此文是出于传递更多信息之目的，若有来源标注错误请联系我们。</p>"
        ),
        never=("声明",),
    ),
    article(
        "sidebar_longer",
        page(
            f"<div class='left'><h1>{TITLE}</h1><p>2026-11-20 08:30</p><div id='content'><p>{P1}</p><p>{P2}</p></div></div><div class='right'><h3>热门</h3>"
            + "".join(
                f"<div><a href='/h{i}'>{h}</a><p>{h}，活动吸引了周边许多居民参加。</p></div>"
                for i, h in enumerate(HEADLINES)
            )
            + "</div>"
        ),
        text=(P1, P2),
    ),
    article(
        "gallery",
        page(
            f"<h1>{TITLE}</h1><div class='date'>2026-11-20 08:30</div><div class='gallery'>"
            + "".join(f"<div class='pic'><img src='{i}.jpg'><p>{p}</p></div>" for i, p in enumerate(TEXT))
            + "</div>"
        ),
    ),
    article(
        "video",
        page(
            f"<h1>{TITLE}</h1><div class='info'>2026-11-20 08:30</div><div class='player'><video src='a.mp4'>您的浏览器不支持视频播放</video></div><div class='intro'><p>{P1}</p></div>"
        ),
        text=(P1,),
        never=("浏览器",),
    ),
    # Threads: the posts and nothing about who wrote them.
    Case("discuz", discuz().encode("gbk"), "晚上总是停水怎么办", SAID, at(2026, 11, 20, 8, 30), A, never=WHO),
    Case("forum", forum().encode(), "晚上总是停水怎么办", SAID, at(2026, 11, 20, 8, 30), A, never=(*WHO, "等级")),
    # Lists and others.
    Case("list", _list(ROWS).encode(), kind=L),
    Case(
        "list_table",
        _list(
            "".join(
                f"<tr><td>·<a href='{i}'>{h}</a></td><td>[11-{i + 1:02d}]</td></tr>" for i, h in enumerate(HEADLINES)
            ),
            "<table>{}</table>",
        ).encode("gbk"),
        kind=L,
    ),
    Case(
        "list_with_leads",
        _list(
            "".join(
                f"<div class='item'><h3><a href='{i}'>{h}</a></h3><p>{P2[:46]}……<a href='{i}'>[详细]</a></p><span>2026-11-{i + 1:02d} 08:30</span></div>"
                for i, h in enumerate(HEADLINES)
            ),
            "<div class='news-list'>{}</div>",
        ).encode(),
        kind=L,
    ),
    Case(
        "home",
        page(
            "".join(f"<div class='box'><h2><a>{s}</a></h2><ul>{ROWS}</ul></div>" for s in ("要闻", "民生", "社区")),
            "示例新闻网",
        ).encode(),
        kind=L,
    ),
    Case(
        "search",
        page(
            "<form><input name=q><button>搜索</button></form><p>共找到 302 条结果，用时 0.02 秒</p>"
            + "".join(
                f"<div class='result'><h3><a href='{i}'>{h}</a></h3><p>{P3[:60]}...</p><cite>www.example.gov.cn 2026-11-20</cite></div>"
                for i, h in enumerate(HEADLINES)
            ),
            "停水 - 站内搜索",
        ).encode(),
        kind=L,
    ),
    Case(
        "thread_list",
        page(
            "<table>"
            + "".join(
                f"<tr><td class='icn'></td><th><a href='thread-{i}'>{h}</a></th><td class='by'><cite><a>网友{i}</a></cite><em>2026-11-{i + 1:02d}</em></td><td class='num'>{i}2</td></tr>"
                for i, h in enumerate(HEADLINES)
            )
            + "</table>",
            "社区议事 - 示例论坛 - Powered by Discuz!",
        ).encode(),
        kind=L,
    ),
    Case(
        "not_found",
        page(
            "<div class='err'><h1>404</h1><p>抱歉，您访问的页面不存在或已被删除。</p><a href='/'>返回首页</a></div>",
            "页面不存在",
        ).encode(),
        kind=X,
    ),
    Case(
        "login",
        page(
            "<form><p>用户名</p><input><p>密码</p><input type=password><button>登录</button></form>", "用户登录"
        ).encode(),
        kind=X,
    ),
    Case(
        "contact",
        page(
            "<h1>联系我们</h1><p>地址：示例市示例区青石路1号</p><p>邮编：000000</p><p>电话：0000-12345678</p>",
            "联系我们",
        ).encode(),
        kind=X,
    ),
    # Dates in their many forms.
    _dated("date_cn", "2026年11月20日08:30", at(2026, 11, 20, 8, 30)),
    _dated("date_weekday", "2026年11月20日 星期五 08:30:05", at(2026, 11, 20, 8, 30, 5)),
    _dated("date_slash", "时间：2026/11/20 8:30", at(2026, 11, 20, 8, 30)),
    _dated("date_dot", "2026.11.20 08:30", at(2026, 11, 20, 8, 30)),
    _dated("date_only", "发布日期：2026-11-20", at(2026, 11, 20)),
    _dated("date_no_year", "11月20日 08:30", at(2026, 11, 20, 8, 30)),
    _dated("date_no_year_dash", "发布时间：11-20 08:30", at(2026, 11, 20, 8, 30)),
    _dated("date_december", "12月30日 08:30", at(2025, 12, 30, 8, 30)),
    _dated("date_yesterday", "昨天 12:30", at(2026, 11, 21, 12, 30)),
    _dated("date_today", "今天 08:30", at(2026, 11, 22, 8, 30)),
    _dated("date_ago", "3小时前", at(2026, 11, 22, 7)),
    _dated("date_days_ago", "发布于 2天前", at(2026, 11, 20, 10)),
    _dated("date_weekday_ago", "发表于：上周三", at(2026, 11, 11)),
    _dated("date_this_week", "发布时间：周五 08:30", at(2026, 11, 20, 8, 30)),
    _dated("date_afternoon", "2026年11月20日 下午3:10", at(2026, 11, 20, 15, 10)),
    _dated("date_chinese", "二〇二六年十一月二十日", at(2026, 11, 20)),
    _dated("date_zone", "2026-11-20T00:30:00Z", at(2026, 11, 20, 8, 30)),
    _dated("no_date", "来源：示例日报", None),
    _dated("two_dates", "发布时间：2026-11-20 08:30 更新时间：2026-11-21 09:00", at(2026, 11, 20, 8, 30)),
    article("date_future", news(head="<meta name='pubdate' content='2062-11-20 08:30'>")),
    article(
        "date_in_text_only",
        news("<p>2019年5月1日，该小区首次反映水压不足。</p>" + paragraphs(), stamp="来源：示例日报"),
        text=("2019年5月1日，该小区首次反映水压不足。", *TEXT),
        published=None,
    ),
    article("date_of_sidebar", news(stamp="来源：示例日报").replace("<ul><li>", "<ul><li>2020-01-01 "), published=None),
    article(
        "date_in_url",
        news(stamp="来源：示例日报"),
        url="https://news.example.cn/2026/1120/c12.html",
        published=at(2026, 11, 20),
    ),
)
assert NAV and FOOT and NOW
