"""Where the usual forum software puts things on its pages: threads of a list, posts of a thread, the pager.

Data only. The selectors follow the software's own templates (default themes); a site with a theme of its own is read by
the rules of its source, or by itself (``postblocks``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from crawlers.page.tree import Element, select


@dataclass(frozen=True, slots=True)
class Software:
    """CSS selectors. ``row`` is one thread of a list; ``link``, ``replies`` and ``last`` lie in it. ``sticky`` matches
    a row that is pinned, an announcement or not readable by guests, or something in it that says so.

    ``post`` is one post of a thread; ``text`` and ``time`` lie in it (``time``: the first that names a moment), ``id``
    is a pattern over the post's ``id``, ``data-pid``, ``data-content`` … whose group is the post's number.
    """

    name: str
    mark: re.Pattern[str]
    """What the page's HTML contains if this software wrote it."""
    row: str
    link: str
    sticky: str
    replies: str
    last: str
    following: str
    post: str
    id: re.Pattern[str]
    text: str
    time: str
    title: str
    pager: str
    person: str
    """What says who wrote: it must not lie in ``text``."""
    keep_indent: bool = False


def _mark(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace('"', "[\"']"), re.IGNORECASE)


DISCUZ = Software(
    name="Discuz!",
    mark=_mark(r'content="Discuz! |id="threadlisttableid"|id="postmessage_\d|id="moderate"[^>]*mod=topicadmin'),
    row="tbody[id^=normalthread_], tbody[id^=stickthread_], #waterfall > li",
    link="a.xst, th a[href*=viewthread], th a[href*='thread-'], h3 a[href*=viewthread], h3 a[href*='thread-']",
    sticky="tbody[id^=stickthread_], th:contains('阅读权限')",
    replies="td.num a, .auth cite a",
    last="td.by:last-child em",
    following=".pg a.nxt, .pages a.next",
    post="div[id^=post_]",
    id=re.compile(r"^post_(\d+)$"),
    text="[id^=postmessage_]",
    time="em[id^=authorposton], .authi em, .postinfo em",
    title="#thread_subject, #threadtitle h1",
    pager=".pg a, .pages a",
    person=".authi, .pls, .favatar, .postauthor",
    keep_indent=True,
)  # fmt: skip
DISCUZ_TOUCH = Software(
    name="Discuz! 手机版",
    mark=_mark(r'class="(?:threadlist|viewthread|postlist)(?:\s|")'),
    row=".threadlist > ul > li",
    link="a[href*=viewthread], a[href*='thread-']",
    sticky="li.list_top, .icon_top img[src*=icon_top]",
    replies=".num, .threadlist_foot li:has(i[class*=dm-chat])",
    last=".lastpost",
    following=".page a:contains('下一页'), a.nxt",
    post=".plc:not([id^=commentdetail_])",
    id=re.compile(r"^(?:pid|#?replybtn_)(\d+)$"),
    text=".message",
    time=".authi .mtime, .authi .rela",
    title=".view_tit, .postlist > h2",
    pager=".page a, .page option, .pg a",
    person=".avatar, .authi .mtit, .authi .grey a",
    keep_indent=True,
)  # fmt: skip
PHPWIND = Software(
    name="phpwind",
    mark=_mark(r'id="read_(?:tpc|\d+)"|content="phpwind|Powered by <a[^>]*phpwind'),
    row="tr.tr3",
    link="a.subject_t, a[id^=a_ajax_], td.subject a[href*='read']",
    sticky="tr:has(img[src*=headtopic]), .icon_headtopic_1, .icon_headtopic_2, .icon_headtopic_3, .thread_top",
    replies="td.num em, td.f10 em",
    last="td.author:last-child p, td.author:last-child a",
    following=".pages a.pages_next, .pages_next",
    post=".read_t, .J_read_floor",
    id=re.compile(r"^read_(\d+|tpc)$"),
    text="[id^=read_].f14, .tpc_content [id^=read_], .editor_content",
    time=".tipTop span[title], .floor_top_tips span, .tipTop",
    title="#subject_tpc, .read_h1, h1",
    pager=".pages a",
    person=".floot_left, .readName, .floor_info",
)  # fmt: skip
PHPBB = Software(
    name="phpBB",
    mark=_mark(r'id="phpbb"|phpbb_alert|Powered by <a[^>]*phpbb\.com'),
    row="ul.topics > li.row",
    link="a.topictitle",
    sticky="li.sticky, li.announce, li.global-announce, .sticky, .announce, .global-announce",
    replies="dd.posts",
    last="dd.lastpost time",
    following=".pagination li.next a, .pagination .arrow.next a, .pagination a[rel=next]",
    post="div.post",
    id=re.compile(r"^p(\d+)$"),
    text=".content",
    time="p.author time, p.author",
    title="h2.topic-title, h2 a[href*=viewtopic], h3.first",
    pager=".pagination a",
    person=".postprofile, p.author",
)
XENFORO = Software(
    name="XenForo",
    mark=_mark(r'<html[^>]*id="XF"|data-xf-init=|class="p-body'),
    row=".structItem--thread",
    link=".structItem-title a[href*='threads/']",
    sticky=".structItem-status--sticky",
    replies=".structItem-cell--meta dd",
    last=".structItem-latestDate",
    following="a.pageNav-jump--next",
    post="article.message--post",
    id=re.compile(r"^(?:js-)?post-(\d+)$"),
    text=".message-body .bbWrapper",
    time=".message-attribution-main time, .message-attribution time",
    title="h1.p-title-value",
    pager=".pageNav-page a",
    person=".message-user, .message-name",
)
VBULLETIN = Software(
    name="vBulletin",
    mark=_mark(r'content="vBulletin|id="post_message_\d|vbulletin_(?:global|menu)'),
    row="li.threadbit, tr:has(td[id^=td_threadtitle_])",
    link="a.title, a[id^=thread_title_]",
    sticky=".sticky, li.sticky, img[alt*=Sticky], .threadbit.sticky",
    replies=".threadstats a, td.alt1 a[href*=whoposted]",
    last=".threadlastpost dd:last-child, td[title^=Replies] .smallfont",
    following="a[rel=next]",
    post="li[id^=post_], table[id^=post]",
    id=re.compile(r"^post_?(\d+)$"),
    text=".postcontent, [id^=post_message_]:not(:has(.postcontent))",
    time=".postdate .date, td.thead",
    title=".threadtitle, td.navbar strong",
    pager=".pagination a, .pagenav a",
    person=".userinfo, .username_container, .bigusername",
)
NODEBB = Software(
    name="NodeBB",
    mark=_mark(r'component="(?:topic|category|post)(?:"|/)|content="NodeBB'),
    row="[component='category/topic']",
    link="[component='topic/header'] a[href*='/topic/'], h3 a[href*='/topic/']",
    sticky="[component='topic/pinned']:not(.hide):not(.hidden), .pinned",
    replies="[component='topic/post-count'], .stats-postcount .human-readable-number",
    last="[component='topic/teaser'] .timeago, .lastpost .timeago",
    following="link[rel=next], .pagination .next a, [component='pagination/next']",
    post="[component='post']:not(.deleted)",
    id=re.compile(r"^(\d+)$"),
    text="[component='post/content']",
    time=".timeago",
    title="[component='topic/title'], h1 [component='topic/title']",
    pager=".pagination a",
    person="[component='user/picture'], a[href*='/user/']",
)
SOFTWARE = (DISCUZ, XENFORO, NODEBB, PHPBB, VBULLETIN, PHPWIND, DISCUZ_TOUCH)
"""Likeliest marks first; the mobile pages of Discuz! say least of themselves."""
_HEAD = 300_000
_NEAR = 60
"""Elements within a post that may carry its number."""
_ID_ATTRIBUTES = ("id", "data-pid", "data-post-id", "data-content", "data-id", "href")


def software_of(html: str, root: Element) -> Software | None:
    """The software that wrote a page, known by its own marks and by posts or threads where it puts them."""
    head = html[:_HEAD]
    for one in SOFTWARE:
        if one.mark.search(head) and (select(root, one.post) or select(root, one.row)):
            return one
    return None


def post_number(post: Element, pattern: re.Pattern[str]) -> str:
    """The forum's own number of a post; empty where the page does not tell it."""
    for element in [post, *islice(post.iterdescendants(), _NEAR)]:
        for name in _ID_ATTRIBUTES if isinstance(element.tag, str) else ():
            if (told := element.get(name)) and (match := pattern.match(told)):
                return match.group(1)
    return ""
