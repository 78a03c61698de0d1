"""More layouts, written after the first ones were read right: threads, boards, lists and odd articles."""

from __future__ import annotations

from tests.crawlers.made_pages import (
    HEADLINES,
    NAV,
    P1,
    P2,
    P3,
    P4,
    POSTS,
    RELATED,
    ROWS,
    TITLE,
    A,
    Case,
    L,
    X,
    article,
    at,
    discuz,
    news,
    page,
    paragraphs,
)  # fmt: skip

SAID = tuple(said for _, said in POSTS)
WHO = tuple(who for who, _ in POSTS)
ASK = "晚上总是停水怎么办"
DAY = at(2026, 11, 20, 8, 30)


def thread(name: str, html: str, text: tuple[str, ...] = SAID, **more: object) -> Case:
    told = {"title": ASK, "published": DAY, "kind": A, "never": WHO, **more}
    return Case(name, html.encode(), text=text, **told)  # type: ignore[arg-type]  # the fields of Case


def posts(one: str) -> str:
    return "".join(
        one.format(i=i, who=who, said=said, time=f"2026-11-20 0{7 + i}:30") for i, (who, said) in enumerate(POSTS, 1)
    )


TIEBA = "<html><head><title>晚上总是停水怎么办【示例吧】_百度贴吧</title></head><body><div class='nav'>" + NAV + "</div><div class='core_title'><h1 class='core_title_txt'>晚上总是停水怎么办</h1></div><div class='p_postlist'>" + posts(
    "<div class='l_post l_post_bright'><div class='d_author'><ul><li class='d_name'><a class='p_author_name'>{who}</a></li><li class='l_badge'>初级粉丝<div>{i}</div></li></ul></div><div class='d_post_content_main'><cc><div id='post_content_{i}' class='d_post_content j_d_post_content'>{said}</div></cc><div class='core_reply'><div class='post-tail-wrap'><span class='tail-info'>来自Android客户端</span><span class='tail-info'>{i}楼</span><span class='tail-info'>{time}</span></div></div></div></div>"
) + "</div></body></html>"  # fmt: skip
PHPWIND = page("<h1 id='subject_tpc'>晚上总是停水怎么办</h1>" + posts("<div class='read_t'><table><tr><td class='floot_left'><a>{who}</a>级别：新手上路</td><td class='floot_right'><div class='tipTop'><span>{i}楼</span> 发表于：{time}</div><div class='f14' id='read_{i}'>{said}</div></td></tr></table></div>"), "晚上总是停水怎么办 - 社区议事 - 示例论坛")  # fmt: skip
REPLIES = "".join(f"<div class='reply-item'><a class='nick'>{who}</a><span class='floor'>#{i}</span><span>2026-11-20 0{8 + i}:30</span><div class='reply-text'>{said}</div></div>" for i, (who, said) in enumerate(POSTS[1:], 1))  # fmt: skip
LI = page("<h1>晚上总是停水怎么办</h1><ol class='posts'>" + posts("<li class='post'><div class='meta'>{who} 发表于 {time} <a>#{i}</a></div><div class='post-body'><p>{said}</p></div></li>") + "</ol>", "晚上总是停水怎么办 | 示例社区")  # fmt: skip
QUOTED = page("<h1>晚上总是停水怎么办</h1>" + posts("<div class='reply'><div class='info'><b>{who}</b> {i}楼 {time}</div><div class='msg'>{said}</div><div class='sign'>签名：青石常在，绿水长流，做一个安静的人。</div></div>"), "晚上总是停水怎么办 - 示例论坛")  # fmt: skip
BOARD = page(f"<h1>{ASK}</h1><div class='state'>已办理 | 领域：城建 | 类型：投诉</div><div class='ask'><p>2026-11-20 08:30</p><div class='ask-text'>{SAID[0]}</div></div><div class='answer'><h3>官方回复</h3><p>回复单位：示例区水务局 2026-11-21 10:00</p><div class='answer-text'>{P3}{P4}</div></div>", f"{ASK}-领导留言板")  # fmt: skip
QA = page(f"<table class='detail'><tr><td>主题：</td><td>{ASK}</td></tr><tr><td>来信时间：</td><td>2026-11-20 08:30</td></tr><tr><td>来信内容：</td><td>{SAID[0]}</td></tr><tr><td>回复单位：</td><td>区水务局</td></tr><tr><td>回复内容：</td><td>{P3}{P4}</td></tr></table>", f"{ASK}_区长信箱")  # fmt: skip

QUOTES = discuz().replace(
    'id="postmessage_2">\n',
    'id="postmessage_2"><i class="pstatus"> 本帖最后由 柳荫人家 于 2026-11-20 09:40 编辑 </i><br><div class="quote"><blockquote>楼主小鱼 发表于 2026-11-20 08:30<br>锦绣花园这几天晚上八点以后就没有水了</blockquote></div>',
)
QUOTES = QUOTES.replace(
    'id="postmessage_3">\n',
    'id="postmessage_3"><ignore_js_op><div class="tip"><p>水表.jpg (12.3 KB, 下载次数: 3)</p><p>下载附件</p></div></ignore_js_op>',
)
ANSWERS = "".join(f"<div class='cell'><table><tr><td><img class='avatar'></td><td><strong><a>{who}</a></strong> <span class='ago'>2026-11-20 1{i}:30</span><span class='no'>{i}</span><div class='reply_content'>{said}</div></td></tr></table></div>" for i, (who, said) in enumerate(POSTS[1:], 1))  # fmt: skip
TOPIC = page(f"<div class='box'><h1>{ASK}</h1><small>{WHO[0]} · 2026-11-20 08:30 · 302 次点击</small><div class='topic_content'><p>{SAID[0]}</p></div></div><div class='box'>3 条回复 • 2026-11-20{ANSWERS}</div>", f"{ASK} - 示例社区")  # fmt: skip
ASKED = page(f"<h1>{ASK}</h1><p>2026-11-20 08:30</p><div class='q'><pre>{SAID[0]}</pre></div><div class='others'>" + "".join(f"<div class='answer'><a>匿名用户</a><span>2026-11-21</span><div class='answer-text'>{said}</div></div>" for said in SAID[1:]) + "</div>", f"{ASK}_示例问答")  # fmt: skip
BARE = page(f"<table><tr><td>标题：{ASK}</td></tr>" + posts("<tr><td width=160>{who}<br>发帖：{i}0<br>注册：2020-01-0{i}</td><td><div>发表于：{time}　第 {i} 楼</div><hr><div style='padding:10px'>{said}</div></td></tr>") + "</table>", f"{ASK}-社区")  # fmt: skip


def rows(one: str) -> str:
    return "".join(one.format(i=i, h=h, lead=P2[: 40 + i], d=f"2026-11-{i + 1:02d}") for i, h in enumerate(HEADLINES))


MORE: tuple[Case, ...] = (
    thread("tieba", TIEBA),
    thread("phpwind", PHPWIND),
    thread("thread_in_list_items", LI),
    thread("thread_with_signatures", QUOTED, never=(*WHO, "绿水长流")),
    thread("discuz_with_quotes", QUOTES),
    thread("topic_with_replies", TOPIC),
    thread("question_with_answers", ASKED),
    thread("old_board_without_classes", BARE),
    thread("two_posts", TIEBA.replace(posts("{said}"), "")),
    Case("board_message", BOARD.encode(), ASK, published=DAY, kind=A),
    Case("mailbox_table", QA.encode(), ASK, published=DAY, kind=A),
    article(
        "comments_with_floors", news().replace(RELATED, "<div id='pl'><h3>跟帖</h3>" + REPLIES + "</div>"), never=WHO
    ),
    # Lists.
    Case(
        "cards",
        page(
            "<div class='cards'>"
            + rows(
                "<a class='card' href='/{i}'><img src='{i}.jpg'><div class='t'>{h}</div><div class='s'>{lead}</div><time>{d}</time></a>"
            )
            + "</div>",
            "民生",
        ).encode(),
        kind=L,
    ),
    Case(
        "leads_without_links",
        page(rows("<dl><dt><a href='/{i}'>{h}</a></dt><dd>{lead}。</dd></dl>"), "社区动态-示例区人民政府").encode(),
        kind=L,
    ),
    Case(
        "blog_home",
        page(
            rows(
                "<article class='post'><h2 class='entry-title'><a href='/{i}'>{h}</a></h2><div class='entry-meta'>{d}</div><div class='entry-summary'><p>{lead}，"
                + P3
                + "</p><a href='/{i}'>阅读全文</a></div></article>"
            ),
            "社区博客",
        ).encode(),
        kind=L,
    ),
    Case(
        "open_catalogue",
        page(
            "<table><tr><th>索引号</th><th>名称</th><th>发文日期</th></tr>"
            + rows("<tr><td>000000/2026-00{i}</td><td><a href='/{i}'>{h}</a></td><td>{d}</td></tr>")
            + "</table>",
            "政府信息公开目录",
        ).encode(),
        kind=L,
    ),
    Case(
        "short_list",
        page(
            "<ul>" + "".join(ROWS.split("</li>")[i] + "</li>" for i in range(6)) + "</ul>", "通知公告_示例区"
        ).encode(),
        kind=L,
    ),
    Case(
        "gallery_list",
        page(
            "<ul>" + rows("<li><a href='/{i}'><img src='{i}.jpg' alt='{h}'><span>{h}</span></a></li>") + "</ul>",
            "图片新闻",
        ).encode(),
        kind=L,
    ),
    Case(
        "tag_page",
        page(
            "<h1>停水</h1><p>共14篇文章</p>"
            + rows("<div><h4><a href='/{i}'>{h}</a></h4><small>{d} 示例日报</small></div>"),
            "停水-标签",
        ).encode(),
        kind=L,
    ),
    Case(
        "message_list",
        page(
            "<h2>最新留言</h2>"
            + rows("<div class='msg'><a href='/m/{i}'>{h}何时解决</a><span>已回复</span><span>{d}</span></div>"),
            "领导留言板",
        ).encode(),
        kind=L,
    ),
    # Others.
    Case(
        "empty_app",
        b"<html><head><title>app</title></head><body><div id=root></div><script src=a.js></script></body></html>",
        kind=X,
    ),
    Case(
        "redirect",
        "<html><head><meta http-equiv=refresh content='0;url=/index.html'><title>示例区</title></head><body>正在跳转，请稍候……</body></html>".encode(),
        kind=X,
    ),
    Case(
        "vote",
        page(
            "<h1>您对社区供水是否满意？</h1><form><label><input type=radio>满意</label><label><input type=radio>不满意</label><button>提交</button></form>",
            "网上调查",
        ).encode(),
        kind=X,
    ),
    # Articles.
    article(
        "list_in_the_same_element",
        page(
            f"<div class='c'><h1>{TITLE}</h1><p>2026-11-20 08:30</p>{paragraphs()}<p>更多新闻：</p><ul>{ROWS}</ul></div>"
        ),
    ),
    article(
        "date_of_today_in_the_header",
        page(
            f"<div class='top'>今天是2026年11月22日 星期日</div><h1>{TITLE}</h1><div>来源：示例日报 2026-11-20 08:30</div>{paragraphs()}"
        ),
    ),
    article(
        "only_todays_date",
        page(f"<div class='top'>今天是2026年11月22日 星期日 欢迎访问</div><h1>{TITLE}</h1>{paragraphs()}"),
        published=None,
    ),
    article(
        "one_line_notice",
        news("<p>今晚十点至明早六点青石路东段停水。</p>"),
        text=("今晚十点至明早六点青石路东段停水。",),
    ),
    article(
        "login_wall",
        page(
            f"<h1>{TITLE}</h1><p>2026-11-20</p><div class='content'><p>{P1[:40]}……</p></div><div>登录后阅读全文</div>"
        ),
        text=(P1[:40] + "……",),
        published=at(2026, 11, 20),
    ),
    article(
        "title_in_h3",
        page(
            f"<div class='wz'><h3 class='bt'>{TITLE}</h3><p class='sj'>发布时间：2026-11-20 08:30 浏览量：302</p><div class='nr'>{paragraphs()}</div></div>"
        ),
    ),
    article(
        "title_in_div",
        page(
            f"<div class='title'>{TITLE}</div><div class='date'>2026-11-20 08:30</div><div class='nr'>{paragraphs()}</div>"
        ),
    ),
    article(
        "font_and_center",
        page(
            f"<center><font size=5><b>{TITLE}</b></font><br>2026-11-20 08:30</center><font size=3>"
            + "<br>".join(f"　　{p}" for p in (P1, P2, P3, P4))
            + "</font>"
        ),
    ),
    article(
        "paragraph_per_span",
        news("".join(f"<p><span>{p[:20]}</span><span>{p[20:]}</span></p>" for p in (P1, P2, P3, P4))),
    ),
    article(
        "links_inside", news(f"<p>{P1}</p><p>{P2[:10]}<a href='/x'>{P2[10:24]}</a>{P2[24:]}</p><p>{P3}</p><p>{P4}</p>")
    ),
    article(
        "related_inside",
        news(
            f"<p>{P1}</p><p>{P2}</p><div class='inset'><p>相关链接：</p><p><a href='/1'>{HEADLINES[0]}</a></p></div><p>{P3}</p><p>{P4}</p>"
        ),
        text=(),
        never=(HEADLINES[0],),
    ),
    article("quote_block", news(f"<p>{P1}</p><blockquote>{P2}</blockquote><p>{P3}</p><p>{P4}</p>")),
    article(
        "ads_between",
        news(
            f"<p>{P1}</p><div class='ad'><a href='/ad'>广告：立冬大促全场五折</a></div><p>{P2}</p><p>{P3}</p><p>{P4}</p>"
        ),
        never=("立冬",),
    ),
    article("site_left_of_title", page(news().split("<body>")[1], title=f"示例新闻网-{TITLE}")),
    article(
        "two_columns_of_links",
        page(
            "<table><tr><td width=200>"
            + ROWS
            + f"</td><td><h1>{TITLE}</h1>2026-11-20 08:30{paragraphs()}</td><td>"
            + ROWS
            + "</td></tr></table>"
        ),
    ),
    article(
        "attachments",
        news(paragraphs() + "<p>附件：1.停水小区名单.docx</p>"),
        text=(P1, P2, P3, P4, "附件：1.停水小区名单.docx"),
    ),
    article(
        "signed",
        news(
            paragraphs() + "<p style='text-align:right'>示例区水务局</p><p style='text-align:right'>2026年11月20日</p>"
        ),
        text=(P1, P2, P3, P4, "示例区水务局", "2026年11月20日"),
    ),
    article(
        "salutation",
        news(f"<p>各位居民：</p>{paragraphs()}<p>特此通知。</p>"),
        text=("各位居民：", P1, P2, P3, P4, "特此通知。"),
    ),
    article(
        "numbered_headings",
        news(f"<p>一、改造范围</p><p>{P1}</p><p>二、停水安排</p><p>{P3}</p>"),
        text=("一、改造范围", P1, "二、停水安排", P3),
    ),
)
