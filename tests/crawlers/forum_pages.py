"""Forum pages as the usual software writes them, in our own words, with a writer planted in every place it has.

``WHO`` is the writer's name, ``WHERE`` what else would lead to him (number, mail, place, signature): neither may ever be
in a value that an adapter returns. The markup follows the software's own templates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WHO = "河畔老王zqx7731"
OTHER = "阳台种菜vbn4402"
UID = "88213377"
PLACE = "署名之乡"
MARKERS = (WHO, "zqx7731", OTHER, "vbn4402", UID, PLACE, "河畔老王", "阳台种菜")

OPENING = "青石路供水管网又停水了，已经两天没有自来水。\n希望尽快恢复供水。"
ANSWERS = ("我家也停水了，楼里老人打水很不方便。", "刚打了电话，说今晚恢复供水。", "恢复了，水有点浑，先放一会儿再用。")


@dataclass(frozen=True)
class Post:
    number: int
    text: str
    time: str
    quoted: str = ""


def thread(count: int = 3, first: int = 9001, day: str = "2026-11-21") -> list[Post]:
    """An opening post and answers, a minute apart; every second answer quotes the opening."""
    posts = [Post(first, OPENING, f"{day} 20:00")]
    for n in range(1, count):
        posts.append(
            Post(first + n, f"{ANSWERS[(n - 1) % 3]}（{n}）", f"{day} 20:{n % 60:02d}", OPENING if n % 2 else "")
        )
    return posts


def paragraphs(text: str) -> str:
    return "<br />\n".join(text.split("\n"))


# Discuz! X3.x, desktop

DISCUZ_HEAD = (
    '<meta name="generator" content="Discuz! X3.4" /><meta name="author" content="Discuz! Team and Comsenz UI Team" />'
    f'<meta name="description" content="{WHO} 的帖子" />'
)


def discuz_list(
    rows: Sequence[tuple[int, str, int, str]], *, static: bool = True, following: str = "", charset: str = "utf-8"
) -> str:
    """Rows: (thread number, title, replies, time of the last reply)."""
    told = "".join(_discuz_row(*row, static=static) for row in rows)
    pinned = _discuz_row(77, "【必读】本版版规，请先看", 5, "2026-11-01 10:00", static=static).replace(
        "normalthread_", "stickthread_"
    )
    hidden = _discuz_row(78, "内部交流帖", 3, "2026-11-21 10:00", static=static).replace(
        "</th>", ' - [阅读权限 <span class="xw1">20</span>]</th>'
    )
    more = f'<a href="{following}" class="nxt">下一页</a>' if following else ""
    return f"""<!DOCTYPE html><html><head><meta charset="{charset}" /><title>民生在线_青石论坛 - Powered by Discuz!</title>{DISCUZ_HEAD}</head>
<body id="nv_forum"><div id="um"><a href="home.php?mod=space&amp;uid={UID}">{WHO}</a></div>
<form method="post" id="moderate" action="forum.php?mod=topicadmin&amp;action=moderate&amp;fid=2">
<table summary="forum_2" id="threadlisttableid">
<tbody><tr><td class="icn"></td><th><strong class="xst">公告: <a href="forum.php?mod=announcement&amp;id=1">春节值班</a></strong></th>
<td class="by"><cite><a href="home.php?mod=space&amp;uid={UID}" c="1">{WHO}</a></cite></td></tr></tbody>
{pinned}<tbody id="separatorline"><tr><td>&nbsp;</td></tr></tbody>{told}{hidden}</table></form>
<div class="pg"><strong>1</strong><a href="forum-2-2.html">2</a>{more}</div></body></html>"""


def _discuz_row(tid: int, title: str, replies: int, last: str, *, static: bool) -> str:
    address = f"thread-{tid}-1-1.html" if static else f"forum.php?mod=viewthread&amp;tid={tid}&amp;extra=page%3D1"
    return f"""<tbody id="normalthread_{tid}"><tr><td class="icn"><a href="{address}" title="有新回复"><img src="static/folder_new.gif" /></a></td>
<th class="new"><a class="tdpre y" href="javascript:void(0);">预览</a> <em>[<a href="forum.php?mod=forumdisplay&amp;fid=2&amp;filter=typeid&amp;typeid=1">求助</a>]</em>
<a href="{address}" onclick="atarget(this)" class="s xst">{title}</a> <span class="tps">...<a href="thread-{tid}-2-1.html">2</a></span></th>
<td class="by"><cite><a href="home.php?mod=space&amp;uid={UID}" c="1">{WHO}</a></cite><em><span>2026-11-21</span></em></td>
<td class="num"><a href="{address}" class="xi2">{replies}</a><em>1{replies}71</em></td>
<td class="by"><cite><a href="home.php?mod=space&amp;username={OTHER}" c="1">{OTHER}</a></cite>
<em><a href="forum.php?mod=redirect&amp;tid={tid}&amp;goto=lastpost#lastpost"><span title="{last}">3&nbsp;小时前</span></a></em></td></tr></tbody>"""


def discuz_thread(
    posts: Sequence[Post],
    *,
    title: str = "青石路停水两天了",
    pager: str = "",
    static: bool = True,
    charset: str = "utf-8",
) -> str:
    told = "".join(_discuz_post(post, n == 0) for n, post in enumerate(posts))
    return f"""<!DOCTYPE html><html><head><meta charset="{charset}" /><title>{title}_民生在线_青石论坛 - Powered by Discuz!</title>{DISCUZ_HEAD}</head>
<body id="nv_forum"><div id="postlist" class="pl bm"><table><tr><td class="pls"><div class="hm"><span>查看:</span> <span>1171</span></div></td>
<td class="plc vwthd"><h1 class="ts"><a href="forum.php?mod=forumdisplay&amp;fid=2&amp;filter=typeid&amp;typeid=1">[求助]</a>
<span id="thread_subject">{title}</span></h1></td></tr></table>{told}<div id="postlistreply" class="pl"><div id="post_new"></div></div></div>
<div class="pgs"><div class="pg">{pager}</div></div></body></html>"""


def _discuz_post(post: Post, opening: bool) -> str:
    quote = (
        f'<div class="quote"><blockquote><font size="2"><a href="forum.php?mod=redirect&amp;goto=findpost&amp;pid=1&amp;ptid=1">'
        f'<font color="#999999">{WHO} 发表于 2026-11-21 20:00</font></a></font><br />\n{paragraphs(post.quoted)}</blockquote></div><br />'
        if post.quoted else ""
    )  # fmt: skip
    edited = f'<i class="pstatus"> 本帖最后由 {WHO} 于 2026-11-21 22:13 编辑 </i><br /><br />' if opening else ""
    hidden = (
        '<div class="locked">游客，如果您要查看本帖隐藏内容请<a href="forum.php?mod=post&amp;action=reply">回复</a></div>'
        if opening
        else ""
    )
    who = WHO if post.number % 2 else OTHER
    return f"""<div id="post_{post.number}" ><table id="pid{post.number}" class="plhin" summary="pid{post.number}"><tr><td class="pls" rowspan="2">
<div id="favatar{post.number}" class="pls favatar"><div class="pi"><div class="authi"><a href="space-uid-{UID}.html" class="xw1">{who}</a></div></div>
<div class="p_pop blk" id="userinfo{post.number}" style="display: none;"><a href="home.php?mod=space&amp;uid={UID}">{who}</a><dl><dt>来自</dt><dd>{PLACE}</dd></dl></div>
<div class="avatar"><a href="space-uid-{UID}.html"><img src="uc/avatar.php?uid={UID}" alt="{who}" /></a></div><p><em>论坛元老</em></p></div></td>
<td class="plc"><div class="pi"><strong><a id="postnum{post.number}" href="forum.php?mod=redirect&amp;goto=findpost&amp;pid={post.number}">{"楼主" if opening else "<em>2</em><sup>#</sup>"}</a></strong>
<div class="pti"><div class="authi"><img class="authicn vm" src="i.gif" /><em id="authorposton{post.number}">发表于 <span title="{post.time}">昨天 20:00</span></em>
<span class="pipe">|</span><a href="forum.php?mod=viewthread&amp;tid=1&amp;page=1&amp;authorid={UID}" rel="nofollow">只看该作者</a><span>来自 {PLACE}</span></div></div></div>
<div class="pct"><div class="pcb"><div class="t_fsz"><table><tr><td class="t_f" id="postmessage_{post.number}">
<div class="a_pr"><p>广告：楼盘热销，致电 {WHO}</p></div>{edited}{quote}<a href="home.php?mod=space&amp;uid={UID}" target="_blank">@{who}</a> {paragraphs(post.text)}<br />
<font class="jammer">{UID}</font><span style="display:none">{who}</span>{hidden}
<ignore_js_op><img id="aimg_1" alt="{WHO}.jpg" /><div class="tip"><p>{WHO}.jpg (20 KB) 下载次数: 3</p></div></ignore_js_op></td></tr></table></div>
<div class="pattl"><dl class="tattl"><dt>{WHO}.doc</dt></dl></div><div id="comment_{post.number}" class="cm"><div class="pstl"><div class="psta"><a href="space-uid-{UID}.html">{OTHER}</a></div>
<div class="psti">点评一下 <span class="xg1">发表于 2026-11-21 21:00</span></div></div></div>
<dl id="ratelog_{post.number}" class="rate"><dd><a href="home.php?mod=space&amp;uid={UID}">{OTHER}</a> + 1</dd></dl></div></div></td></tr>
<tr><td class="plc plm"><div class="sign">{WHO} 的签名：{PLACE}</div></td></tr></table></div>"""


def discuz_blocked(number: int) -> str:
    """A post that moderators have hidden."""
    return f"""<div id="post_{number}"><table id="pid{number}" class="plhin"><tr><td class="pls"><div class="authi"><a href="space-uid-{UID}.html">{WHO}</a></div></td>
<td class="plc"><div class="authi"><em id="authorposton{number}">发表于 2026-11-21 21:00</em></div><div class="pct"><div class="pcb">
<div class="locked">提示: <em>该帖被管理员或版主屏蔽</em></div></div></div></td></tr></table></div>"""


def discuz_message(text: str) -> str:
    return f"""<html><head><meta charset="utf-8" /><title>提示信息 - 青石论坛 - Powered by Discuz!</title>{DISCUZ_HEAD}</head><body id="nv_forum">
<div id="messagetext" class="alert_error"><p>{text}</p><p class="alert_btnleft"><a href="javascript:history.back()">[ 点击这里返回上一页 ]</a></p></div></body></html>"""


# Discuz! X3.5 and X3.2, mobile ("touch")


def touch_list(rows: Sequence[tuple[int, str, int]]) -> str:
    told = "".join(
        f"""<li class="list"><div class="threadlist_top cl"><a href="home.php?mod=space&amp;uid={UID}&amp;mobile=2" class="mimg"><img src="a.jpg" alt="{WHO}"></a>
<div class="muser"><h3><a href="home.php?mod=space&amp;uid={UID}&amp;mobile=2" class="mmc">{WHO}</a></h3><span class="mtime">2026-11-21 20:00</span></div></div>
<a href="forum.php?mod=viewthread&amp;tid={tid}&amp;extra=page%3D1&amp;mobile=2"><div class="threadlist_tit cl"><span class="micon">求助</span><em>{title}</em></div></a>
<a href="forum.php?mod=viewthread&amp;tid={tid}&amp;extra=page%3D1&amp;mobile=2"><div class="threadlist_mes cl">摘要</div></a>
<div class="threadlist_foot cl"><ul><li class="mr"><a href="forum.php?mod=forumdisplay&amp;fid=2">民生</a></li><li><i class="dm-eye-fill"></i>1.2万</li><li><i class="dm-chat-s-fill"></i>{replies}</li></ul></div></li>"""
        for tid, title, replies in rows
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>民生在线 - 青石论坛</title></head><body id="forum" class="pg_forumdisplay">
<div class="threadlist_box mt10 cl"><div class="threadlist cl"><ul><li class="list_top"><a href="forum.php?mod=viewthread&amp;tid=77&amp;mobile=2"><span class="micon">置顶</span><em>版规</em></a></li>{told}</ul></div></div>
<div class="pg"><strong>1</strong><a href="forum.php?mod=forumdisplay&amp;fid=2&amp;page=2&amp;mobile=2" class="nxt">下一页</a></div></body></html>"""


def touch_thread(posts: Sequence[Post]) -> str:
    told = "".join(
        f"""<div class="plc cl" id="pid{p.number}"><div class="avatar"><img src="avatar.php?uid={UID}" /></div><div class="display pi{" pione" if n == 0 else ""}" href="#replybtn_{p.number}">
<ul class="authi"><li class="mtit"><span class="y">{n + 1}<sup>#</sup></span><span class="z"><a href="home.php?mod=space&amp;uid={UID}">{WHO}</a></span></li>
<li class="mtime"><span class="y"><i class="dm-eye"></i><em>1171</em></span>{p.time}</li></ul>
<div class="message">{f'<div class="quote"><blockquote>{WHO} 发表于 2026-11-21 20:00<br />{paragraphs(p.quoted)}</blockquote></div>' if p.quoted else ""}{paragraphs(p.text)}</div>
<ul class="img_one"><li><img alt="{WHO}"></li></ul><div id="comment_{p.number}"><div class="plc p0 cl" id="commentdetail_{p.number}"><div class="avatar">{OTHER}</div>
<ul class="authi"><li class="mtit"><a href="home.php?mod=space&amp;uid={UID}">{OTHER}</a></li><li class="mtxt">点评</li></ul></div></div></div></div>"""
        for n, p in enumerate(posts)
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>青石路停水两天了 - 民生在线 - 青石论坛</title></head><body id="forum" class="pg_viewthread">
<div class="viewthread"><div class="view_tit"><em>[求助]</em>
青石路停水两天了</div>{told}</div></body></html>"""


# phpBB 3.3 (prosilver)


def phpbb_list(rows: Sequence[tuple[int, str, int, str]]) -> str:
    told = "".join(
        f"""<li class="row bg1 {kind}"><dl class="row-item topic_read"><dt><div class="list-inner"><a href="./viewtopic.php?f=2&amp;t={tid}&amp;sid=0a1b2c3d4e5f" class="topictitle">{title}</a>
<div class="topic-poster responsive-hide"><a href="./memberlist.php?mode=viewprofile&amp;u={UID}" class="username">{WHO}</a> » <time datetime="2026-11-21T12:00:00+00:00">周六</time></div></div></dt>
<dd class="posts">{replies} <dfn>回复</dfn></dd><dd class="views">1171</dd><dd class="lastpost"><span><a href="./memberlist.php?mode=viewprofile&amp;u={UID}" class="username">{OTHER}</a>
<a href="./viewtopic.php?p=1#p1"><time datetime="{last}">周六</time></a></span></dd></dl></li>"""
        for tid, title, replies, last, kind in [
            (77, "版规", 1, "2026-11-01T00:00:00+00:00", "sticky"),
            *((*row, "") for row in rows),
        ]
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>青石论坛 - 民生在线</title></head><body id="phpbb" class="nojs section-viewforum">
<div class="forumbg"><div class="inner"><ul class="topiclist topics">{told}</ul></div></div>
<div class="pagination"><ul><li class="active"><span>1</span></li><li><a class="button" href="./viewforum.php?f=2&amp;start=25">2</a></li>
<li class="arrow next"><a class="button button-icon-only" href="./viewforum.php?f=2&amp;start=25" rel="next">下一页</a></li></ul></div></body></html>"""


def phpbb_thread(posts: Sequence[Post], pager: str = "") -> str:
    told = "".join(
        f"""<div id="p{p.number}" class="post has-profile bg2"><div class="inner"><dl class="postprofile" id="profile{p.number}"><dt><div class="avatar-container"><a href="./memberlist.php?mode=viewprofile&amp;u={UID}"><img alt="{WHO}"></a></div>
<a href="./memberlist.php?mode=viewprofile&amp;u={UID}" class="username">{WHO}</a></dt><dd class="profile-custom-field">来自: {PLACE}</dd></dl>
<div class="postbody"><div id="post_content{p.number}"><h3 class="first"><a href="./viewtopic.php?p={p.number}#p{p.number}">青石路停水两天了</a></h3>
<p class="author"><a class="unread" href="./viewtopic.php?p={p.number}"></a><span class="responsive-hide">由 <strong><a href="./memberlist.php?mode=viewprofile&amp;u={UID}" class="username">{WHO}</a></strong> » </span><time datetime="{p.time.replace(" ", "T")}:00+08:00">周六</time></p>
<div class="content">{f'<blockquote><div><cite><a href="./memberlist.php?mode=viewprofile&amp;u={UID}">{WHO}</a> 写道：</cite>{paragraphs(p.quoted)}</div></blockquote>' if p.quoted else ""}{paragraphs(p.text)}</div>
<div class="notice">最后由 {WHO} 编辑于 2026年11月21日</div><div id="sig{p.number}" class="signature">{WHO} 的签名</div></div></div></div></div>"""
        for p in posts
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>青石路停水两天了 - 青石论坛</title></head><body id="phpbb" class="section-viewtopic">
<h2 class="topic-title"><a href="./viewtopic.php?f=2&amp;t=12">青石路停水两天了</a></h2>{told}<div class="pagination"><ul>{pager}</ul></div></body></html>"""


# XenForo 2


def xenforo_list(rows: Sequence[tuple[int, str, int, str]]) -> str:
    told = "".join(
        f"""<div class="structItem structItem--thread js-threadListItem-{tid}" data-author="{WHO}"><div class="structItem-cell structItem-cell--icon"><a href="/members/{WHO}.{UID}/" class="avatar" data-user-id="{UID}"><img alt="{WHO}"></a></div>
<div class="structItem-cell structItem-cell--main">{'<ul class="structItem-statuses"><li><i class="structItem-status structItem-status--sticky"></i></li></ul>' if tid == 77 else ""}<div class="structItem-title"><a href="/forums/life/?prefix_id=1" class="labelLink"><span class="label">求助</span></a><a href="/threads/ting-shui.{tid}/" data-tp-primary="on">{title}</a></div>
<div class="structItem-minor"><a href="/members/{WHO}.{UID}/" class="username">{WHO}</a></div></div><div class="structItem-cell structItem-cell--meta"><dl class="pairs"><dt>回复</dt><dd>{replies}</dd></dl></div>
<div class="structItem-cell structItem-cell--latest"><time class="structItem-latestDate u-dt" datetime="{last}">今天</time><div class="structItem-minor"><a class="username">{OTHER}</a></div></div></div>"""
        for tid, title, replies, last in [(77, "版规", 1, "2026-11-01T00:00:00+0800"), *rows]
    )
    return f"""<!DOCTYPE html><html id="XF" data-template="forum_view"><head><meta charset="utf-8"><title>民生在线 | 青石论坛</title></head><body class="p-body">
<div class="structItemContainer">{told}</div><nav class="pageNavWrapper"><a href="/forums/life/page-2" class="pageNav-jump pageNav-jump--next">下一页</a></nav></body></html>"""


def xenforo_thread(posts: Sequence[Post]) -> str:
    told = "".join(
        f"""<article class="message message--post js-post" data-author="{WHO}" data-content="post-{p.number}" id="js-post-{p.number}"><div class="message-inner"><div class="message-cell message-cell--user"><section class="message-user"><h4 class="message-name"><a href="/members/{WHO}.{UID}/" class="username" data-user-id="{UID}">{WHO}</a></h4><h5 class="userTitle">{PLACE}</h5></section></div>
<div class="message-cell message-cell--main"><header class="message-attribution"><ul class="message-attribution-main"><li class="u-concealed"><a href="/threads/x.12/post-{p.number}"><time class="u-dt" datetime="{p.time.replace(" ", "T")}:00+0800">昨天</time></a></li></ul></header>
<div class="message-content"><article class="message-body js-selectToQuote"><div class="bbWrapper">{f'<blockquote data-quote="{WHO}" class="bbCodeBlock bbCodeBlock--quote"><div class="bbCodeBlock-title">{WHO} said:</div><div>{paragraphs(p.quoted)}</div></blockquote>' if p.quoted else ""}<a href="/members/{UID}/" class="username" data-user-id="{UID}">@{OTHER}</a> {paragraphs(p.text)}</div></article>
<div class="message-lastEdit">最后编辑: {WHO}</div><aside class="message-signature"><div class="bbWrapper">{WHO}</div></aside></div></div></div></article>"""
        for p in posts
    )
    return f"""<!DOCTYPE html><html id="XF" data-template="thread_view"><head><meta charset="utf-8"><title>青石路停水两天了 | 青石论坛</title></head><body class="p-body">
<h1 class="p-title-value"><span class="label">求助</span>青石路停水两天了</h1>{told}<ul class="pageNav-main"><li class="pageNav-page"><a href="/threads/ting-shui.12/page-2">2</a></li><li class="pageNav-page"><a href="/threads/ting-shui.12/page-4">4</a></li></ul></body></html>"""


# vBulletin 4, phpwind 9, NodeBB


def vbulletin_thread(posts: Sequence[Post]) -> str:
    told = "".join(
        f"""<li class="postbitlegacy postbitim postcontainer" id="post_{p.number}"><div class="posthead"><span class="postdate old"><span class="date">{p.time.replace(" ", ", ")}</span></span></div>
<div class="postdetails"><div class="userinfo"><div class="username_container"><a class="username" href="member.php?{UID}-{WHO}"><strong>{WHO}</strong></a></div><dl class="userinfo_extra"><dt>来自</dt><dd>{PLACE}</dd></dl></div>
<div class="postbody"><div class="content"><div id="post_message_{p.number}"><blockquote class="postcontent restore">{f'<div class="bbcode_container"><div class="bbcode_quote"><div class="quote_container">作者: <strong>{WHO}</strong><div class="message">{paragraphs(p.quoted)}</div></div></div></div>' if p.quoted else ""}{paragraphs(p.text)}</blockquote></div></div>
<div class="signature">{WHO}</div></div></div></li>"""
        for p in posts
    )
    return f"""<html><head><meta charset="utf-8"><meta name="generator" content="vBulletin 4.2.5"><title>青石路停水两天了</title></head><body><span class="threadtitle"><a href="showthread.php?12">青石路停水两天了</a></span><ol class="posts">{told}</ol></body></html>"""


def phpwind_thread(posts: Sequence[Post]) -> str:
    told = "".join(
        f"""<div class="read_t" id="{"readfloor_tpc" if n == 0 else f"readfloor_{p.number}"}"><table><tr><td class="floot_left"><div class="readName"><a href="u.php?uid={UID}">{WHO}</a></div></td>
<td class="floot_right"><div class="tipTop s6"><span class="fr">{"楼主" if n == 0 else f"{n}楼"}</span><span title="{p.time}">发表于: {p.time[:10]}</span></div><div class="tpc_content"><div class="f14 mb10" id="read_{"tpc" if n == 0 else p.number}">{f'<blockquote class="blockquote3">引用 {WHO} 于 2026-11-21 20:00 发表的：{paragraphs(p.quoted)}</blockquote>' if p.quoted else ""}{paragraphs(p.text)}</div></div>
<div class="sigline"></div><div class="signature">{WHO}</div></td></tr></table></div>"""
        for n, p in enumerate(posts)
    )
    return f"""<html><head><meta charset="utf-8"><title>青石路停水两天了 - 青石论坛 - Powered by phpwind</title></head><body><h1 id="subject_tpc" class="read_h1">青石路停水两天了</h1>{told}</body></html>"""


def nodebb_thread(posts: Sequence[Post]) -> str:
    told = "".join(
        f"""<li component="post" data-index="{n}" data-pid="{p.number}" data-uid="{UID}" data-username="{WHO}" class="topic-owner-post"><a href="/user/{WHO}" component="user/picture"><img alt="{WHO}"></a>
<strong><a href="/user/{WHO}" data-username="{WHO}">{WHO}</a></strong><a class="permalink" href="/post/{p.number}"><span class="timeago" title="{p.time.replace(" ", "T")}:00.000+08:00"></span></a>
<div class="content" component="post/content">{f"<blockquote><p>{paragraphs(p.quoted)}</p></blockquote>" if p.quoted else ""}<p><a class="plugin-mentions-user plugin-mentions-a" href="/user/{OTHER}">@{OTHER}</a> {paragraphs(p.text)}</p></div><div component="post/signature">{WHO}</div></li>"""
        for n, p in enumerate(posts)
    )
    return f"""<html><head><meta charset="utf-8"><title>青石路停水两天了 | 青石论坛</title></head><body><h1><span component="topic/title">青石路停水两天了</span></h1><ul component="topic" class="posts">{told}</ul></body></html>"""


# Software that nobody has described


def unknown_thread(posts: Sequence[Post], *, layout: int = 0, count: bool = True) -> str:
    """Forums of a town's own making: a flat list, a table, an opening post that stands apart from the answers."""
    told = ""
    for n, p in enumerate(posts):
        number = f'id="floor-{p.number}"' if count else ""
        text = paragraphs(p.text)
        if layout == 0:
            told += f"""<div class="floor-item {"odd" if n % 2 else "even"}" {number}><div class="user-side"><a href="/user/{UID}"><img src="/a/{UID}.png" alt="{WHO}"></a><a href="/user/{UID}" class="nickname">{WHO}</a><span class="lv">Lv6 {PLACE}</span></div>
<div class="floor-main"><div class="floor-head"><span>{n + 1}楼</span><span class="time">{p.time}</span></div><div class="floor-text">{text}</div><div class="floor-foot"><a href="javascript:;">回复</a><a href="javascript:;">举报</a></div></div></div>"""
        elif layout == 1:
            told += f"""<tr {number}><td class="poster" width="160"><b>{WHO}</b><br>来自 {PLACE}</td><td><div class="small">发表于：{p.time}</div><div class="words"><p>{text}</p></div></td></tr>"""
        elif n == 0:
            told += f"""<section class="topic"><header><a class="author" href="/people/{UID}">{WHO}</a> <time datetime="{p.time.replace(" ", "T")}+08:00">昨天</time></header><div class="topic-content"><p>{text}</p></div></section><ol class="replies">"""
        else:
            told += f"""<li class="reply-item" data-id="{p.number}"><a class="author" href="/people/{UID}">{OTHER}</a><time datetime="{p.time.replace(" ", "T")}+08:00">昨天</time><div class="reply-body">{text}</div></li>"""
    around = {0: ("<div class='floors'>", "</div>"), 1: ("<table>", "</table>"), 2: ("", "</ol>")}[layout]
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>青石路停水两天了 - 青石之窗</title></head><body><div class="nav"><a href="/">首页</a><a href="/bbs">论坛</a></div>
<h1>青石路停水两天了</h1>{around[0]}{told}{around[1]}<div class="side"><ul><li><a href="/t/1">别的话题一二三四</a></li><li><a href="/t/2">别的话题五六七八</a></li></ul></div></body></html>"""


def entangled_thread(posts: Sequence[Post]) -> str:
    """A forum that writes the name into the text's own element: nobody can tell them apart, so it must not be read."""
    told = "".join(
        f"""<div class="msg"><span class="t">{p.time}</span><div class="txt"><a href="/user/{UID}">{WHO}</a>：{paragraphs(p.text)}</div></div>"""
        for p in posts
    )
    return f"<html><head><meta charset='utf-8'><title>停水 - 青石之窗</title></head><body><h1>停水</h1>{told}</body></html>"
