"""Outlets on which residents write: message boards that answer later, and a forum of threads with several pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.crawlers.sites import authors, texts
from tests.crawlers.sites.interfaces import answer_of, person
from tests.crawlers.sites.outlet import Outlet, cut, html, number_in, paragraphs, stamp
from tests.crawlers.sites.server import Answer, Ask
from tests.crawlers.sites.texts import Item

_CATEGORIES = ("城乡建设", "环境保护", "交通运输")


@dataclass
class Board(Outlet):
    """A mayor's letter box: question, category, status, and the answer of a department, some only at a later visit."""

    size: int = 12
    status: dict[str, str] = field(default_factory=dict)
    """Further rules of its source, for the status that it shows."""

    def start(self) -> str:
        return "/letters/list.jsp?page=1"

    def rules(self) -> dict[str, Any]:
        page = {"title": "h1.t", "text": ".question", "time": ".asked", "category": ".kind", "reply": ".answer .words",
                "reply_time": ".answer .when", "department": ".answer .office"}  # fmt: skip
        return {"adapter": "html", "list": {"link": "table.letters a", "next": "a.next", "pages": 10},
                "page": {**page, **self.status}}  # fmt: skip

    def answered(self) -> set[int]:
        """Those that have an answer at the present visit: the older ones, and at each visit some more."""
        items = self.items()
        return {i.n for place, i in enumerate(items) if place >= len(items) * (2 - min(self.web.visit, 2)) // 3 + 1}

    def answer(self, ask: Ask) -> Answer:
        if ask.place == "/letters/list.jsp":
            return html(self._list(int(ask.query.get("page", "1"))), headers=authors.headers(f"{self.name} list"))
        item = self.item(number_in(ask.place))
        return html(self._letter(item), headers=authors.headers(f"{self.name} page")) if item else self.gone()

    def _list(self, page: int) -> str:
        one = authors.who(f"{self.name} list: who wrote")
        rows = "".join(
            f"<tr><td><a href='/letters/{i.n}.html'>{i.title}</a></td><td>{one.name}</td><td>{stamp(i.published)[:10]}</td>"
            f"<td>{'已办结' if i.n in self.answered() else '办理中'}</td></tr>"
            for i in cut(self.items(), page, self.size)
        )
        more = (
            f"<a class='next' href='list.jsp?page={page + 1}'>下一页</a>"
            if page * self.size < len(self.items())
            else ""
        )
        return (
            f"<html><head><title>区长信箱</title></head><body><table class='letters'>{rows}</table>{more}</body></html>"
        )

    def _letter(self, item: Item) -> str:
        one = authors.who(f"{self.name} page: who wrote")
        done = item.n in self.answered()
        reply = ""
        if done:
            reply = (
                f"<div class='answer'><p class='words'>{texts.answer(item.n)}</p><p class='words'>来信人：{one.name}</p>"
                f"<i class='when'>{stamp(item.published + timedelta(minutes=40))}</i><i class='office'>区水务局</i></div>"
            )
        return (
            f"<html><head><title>{item.title}_区长信箱</title>{authors.head(f'{self.name} page')}</head><body><h1 class='t'>"
            f"{item.title}</h1><p>来信人：<b class='who'>{one.name}</b> 联系方式：{one.handle}</p><i class='asked'>{stamp(item.published)}"
            f"</i><i class='kind'>{_CATEGORIES[item.n % 3]}</i><i class='state'>{'已办结' if done else '办理中'}</i>"
            f"<div class='question'>{paragraphs(item)}</div>{reply}{authors.card(f'{self.name} page')}</body></html>"
        )


@dataclass
class BoardApi(Board):
    """The same as an interface: everything in the list, answers as fields, seconds since 1970."""

    def start(self) -> str:
        return "/api/letters?size=12&page=1"

    def rules(self) -> dict[str, Any]:
        api = {"items": "data.rows", "id": "id", "title": "subject", "text": "content", "time": "createTime",
               "category": "type", "reply": "reply.content", "reply_time": "reply.time", "department": "reply.dept",
               "url_template": self.url("/letters/") + "{id}", "page_param": "page"}  # fmt: skip
        return {"adapter": "json", "follow": False, "list": {"pages": 10}, "api": api}

    def answer(self, ask: Ask) -> Answer:
        if ask.place != "/api/letters":
            return self.gone()
        one = person(f"{self.name}: sender")
        rows = [
            {"id": i.n, "subject": i.title, "content": paragraphs(i), "createTime": int(i.published.timestamp()),
             "type": _CATEGORIES[i.n % 3], "sender": one, "name": one["display_name"], "phone": one["id"],
             "reply": {"content": texts.answer(i.n), "time": int(i.published.timestamp()) + 2400, "dept": "区水务局",
                       "handler": one["display_name"]} if i.n in self.answered() else None}
            for i in cut(self.items(), int(ask.query.get("page", "1")), self.size)
        ]  # fmt: skip
        return answer_of({"data": {"rows": rows, "total": len(self.items())}})


@dataclass
class Forum(Outlet):
    """Discuz!: a board's list of threads, each of several pages; quotes, notes of edits, signatures, avatars.

    Its items are posts: ``per_thread`` of them make a thread, the first of which opens it.
    """

    per_thread: int = 14
    size: int = 5
    listed: int = 6

    def threads(self) -> dict[int, list[Item]]:
        """Posts by thread (the number of its first post), oldest first: 1003 answers 1000."""
        found: dict[int, list[Item]] = {}
        for item in sorted(self.items(), key=lambda i: i.n):
            found.setdefault(item.n - (item.n - self.number * 1000) % self.per_thread, []).append(item)
        return found

    def start(self) -> str:
        return "/forum-2-1.html"

    def rules(self) -> dict[str, Any]:
        return {"adapter": "forum", "list": {"pages": 10}}

    def answer(self, ask: Ask) -> Answer:
        parts = ask.place.strip("/").removesuffix(".html").split("-")
        if parts[0] == "forum" and len(parts) == 3:
            return html(_quoted(self._board(int(parts[2]))), headers=authors.headers(f"{self.name} list"))
        if parts[0] == "thread" and len(parts) >= 3 and (posts := self.threads().get(int(parts[1]))):
            return html(
                _quoted(self._thread(int(parts[1]), posts, int(parts[2]))), headers=authors.headers(f"{self.name} page")
            )
        return self.gone()

    def gone(self) -> Answer:
        return html(
            "<html><head><title>提示信息 - 示例论坛</title></head><body><div id='messagetext' class='alert_error'><p>抱歉，指定的主题"
            "不存在或已被删除或正在被审核</p></div></body></html>"
        )

    def _board(self, page: int) -> str:
        one = authors.who(f"{self.name} list: who opened and who answered")
        numbers = sorted(self.threads(), reverse=True)
        threads = self.threads()
        rows = "".join(
            f"<tbody id='normalthread_{n}'><tr><th class='new'><a href='/thread-{n}-1-{page}.html' class='s xst'>"
            f"{threads[n][0].title}</a></th><td class='by'><cite><a href='/space-uid-{one.handle}.html'>{one.name}</a></cite>"
            f"<em>{stamp(threads[n][0].published)[:10]}</em></td><td class='num'><a class='xi2'>{len(threads[n]) - 1}</a><em>231</em></td>"
            f"<td class='by'><cite><a href='/space-username-{one.handle}.html'>{one.name}</a></cite><em><a href='/forum.php?mod=redirect&tid={n}"
            f"&goto=lastpost'>{stamp(threads[n][-1].published)[:16]}</a></em></td></tr></tbody>"
            for n in numbers[(page - 1) * self.listed : page * self.listed]
        )
        more = f"<a class='nxt' href='/forum-2-{page + 1}.html'>下一页</a>" if page * self.listed < len(numbers) else ""
        return f"<html><head><title>民生杂谈 - 示例论坛 Powered by Discuz!</title><meta name='generator' content='Discuz! X3.4'></head><body><table id='threadlisttableid'>{rows}</table><div class='pg'>{more}</div></body></html>"

    def _thread(self, n: int, posts: list[Item], page: int) -> str:
        shown = posts[(page - 1) * self.size : page * self.size]
        count = -(-len(posts) // self.size)
        links = "".join(
            f"<strong>{p}</strong>" if p == page else f"<a href='/thread-{n}-{p}-1.html'>{p}</a>"
            for p in range(1, count + 1)
        )
        more = f"<a class='nxt' href='/thread-{n}-{page + 1}-1.html'>下一页</a>" if page < count else ""
        floors = "".join(self._post(item, (page - 1) * self.size + i) for i, item in enumerate(shown, 1))
        return (
            f"<html><head><title>{posts[0].title} - 民生杂谈 - 示例论坛 Powered by Discuz!</title><meta name='generator' content='Discuz! X3.4'>{authors.head(f'{self.name} page')}"
            f"</head><body><div class='pg'>{links}{more}</div><div id='postlist'><h1 class='ts'><span id='thread_subject'>"
            f"{posts[0].title}</span></h1>{floors}</div><div class='pg'>{links}{more}</div></body></html>"
        )

    def _post(self, item: Item, floor: int) -> str:
        part = {
            p: authors.who(f"{self.name} page: {p}")
            for p in ("name", "avatar", "note of edit", "quote", "signature", "at")
        }
        name, face, note = part["name"], part["avatar"], part["note of edit"]
        quote = ""
        if floor > 1:
            quote = (
                f"<div class='quote'><blockquote><font size='2'><a href='/forum.php?mod=redirect&goto=findpost'>"
                f"<font color='#999999'>{part['quote'].name} 发表于 {stamp(item.published)}</font></a></font><br>上面说的对</blockquote></div><br>"
            )
        return (
            f"<div id='post_{item.n}'><table id='pid{item.n}' class='plhin'><tr><td class='pls'><div class='authi'><a "
            f"href='/space-uid-{name.handle}.html' class='xw1'>{name.name}</a></div><div class='avatar'><img src='/uc/{face.handle}.jpg' "
            f"alt='{face.name}'></div><p>注册时间 2020-1-1</p><p>IP属地 {name.name}</p></td><td class='plc'><div class='pi'><strong><a>"
            f"<em>{floor}</em>#</a></strong><div class='pti'><div class='authi'><em id='authorposton{item.n}'>发表于 "
            f"{stamp(item.published)}</em> | <a href='/home.php?uid={name.handle}'>只看该作者</a></div></div></div><div class='pct'>"
            f"<div class='t_fsz'><table><tr><td class='t_f' id='postmessage_{item.n}'><i class='pstatus'> 本帖最后由 {note.name} 于 "
            f"{stamp(item.published)} 编辑 </i><br>{quote}{'<br>'.join(item.lines)} <a href='/space-username-x.html'>@{part['at'].name}</a></td></tr></table></div></div>"
            f"<div class='sign'>{part['signature'].name}的签名</div></td></tr></table></div>"
        )


def _quoted(page: str) -> str:
    """As Discuz! writes its attributes."""
    return page.replace("'", '"')
