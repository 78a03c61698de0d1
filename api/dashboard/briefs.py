"""专报: the archive, one brief with its state, history and receipts, making, reviewing, issuing and sending."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, Literal

from flask import Blueprint, redirect, request
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response as AnyResponse

from api import context
from api.auth.caller import required
from api.dashboard.page import address, page, query_of, render
from api.errors import not_found
from api.memo import memo
from api.parameters import Day
from api.resources import brief_desk
from api.resources import briefs as brief_views
from api.resources.brief_shapes import AtVersion, MakeBrief, ReadBrief
from api.resources.briefs import BriefRow, KindName
from api.validation import form_of
from monitor.briefs import desk
from monitor.briefs.desk import keeping, receipts, sendings
from monitor.briefs.desk.types import KIND_NAMES, Edition, parts_of_id
from monitor.briefs.since import Later, later
from monitor.model import day_of
from monitor.ops.audit import Action
from monitor.ops.people import Role

blueprint = Blueprint("briefs", __name__)
PAGE = 20
CHANGED_DAYS, CHANGED_MOST = 7, 6
"""Of the list, the briefs whose citations are looked at again: the newest of so many days."""
KEEP_S = 60.0
DONE = {
    "made": "已编成草稿。", "remade": "已按最新数据重编。", "review": "已审核，可以签发。", "issue": "已签发。",
    "issued-sent": "已签发，正在分送。", "drop": "已放弃修改。", "send": "已开始分送。", "read": "已确认阅读，谢谢。",
    "same": "数据没有变化，稿子不变。",
}  # fmt: skip


class BriefsPage(BaseModel, extra="forbid"):
    kind: KindName | None = None
    month: str = Field("", max_length=7, pattern=r"^(20[0-9]{2}(-(0[1-9]|1[0-2]))?)?$")
    day: Day | None = None
    before: str = Field("", max_length=80, pattern=r"^[!-~]*$")


class BriefPage(BaseModel, extra="forbid"):
    done: str = Field("", max_length=20)
    revision: int = Field(0, ge=0, le=10_000)
    show: Literal["issued", "draft", ""] = ""


class ReadPage(BaseModel, extra="forbid"):
    mail: str = Field("", max_length=200)
    sign: str = Field("", max_length=64)


class NewPage(BaseModel, extra="forbid"):
    kind: KindName = "daily"


@blueprint.get("/briefs")
@page()
def briefs() -> str:
    query: BriefsPage = query_of(BriefsPage)
    drafts = required(Role.READER).role.may(Role.DUTY)
    month = query.day.isoformat() if query.day else query.month
    found = brief_views.page_of(PAGE + 1, query.before, (query.kind,) if query.kind else (), month, drafts=drafts)
    return render(
        "briefs.html", "briefs", briefs=found[:PAGE], query=query, kinds=KIND_NAMES, duty=Role.DUTY,
        changed=_changed(found[:PAGE]) if drafts else {},
        more=address(before=found[PAGE - 1].id) if len(found) > PAGE else "",
    )  # fmt: skip


@blueprint.get("/briefs/new")
@page(Role.DUTY)
def new() -> str:
    query: NewPage = query_of(NewPage)
    settings = context.settings()
    return render(
        "brief_new.html", "briefs", kind=query.kind, kinds=KIND_NAMES, day=day_of(context.now()) - timedelta(days=1),
        topics=settings.topics.topic, windows=settings.watch.watch,
    )  # fmt: skip


@blueprint.post("/briefs/new")
@page(Role.DUTY)
def make() -> AnyResponse:
    body: MakeBrief = form_of(
        MakeBrief, kind=request.form.get("kind", ""), day=request.form.get("day", ""),
        subject=request.form.get(f"subject-{request.form.get('kind', '')}", ""),
    )  # fmt: skip
    return _made(body.kind, body.day, body.subject, "made")


@blueprint.get("/briefs/<id>")
@page(audited=Action.QUERY)
def brief(id: str) -> str:
    query: BriefPage = query_of(BriefPage)
    return _page(_seen(id), query)


@blueprint.get("/briefs/<id>/read")
@page()
def ask_read(id: str) -> str:
    """Where the link of a mail leads: the brief, and the button by which its recipient confirms to have read it."""
    query: ReadPage = query_of(ReadPage)
    edition = brief_views.issued(id)
    key = context.current().app.keys.session
    genuine = receipts.genuine(context.store(), edition, query.mail, query.sign, key)
    return _page(edition, BriefPage(), mail=query if genuine else None, strange=not genuine)


@blueprint.post("/briefs/<id>/read")
@page()
def confirm_read(id: str) -> AnyResponse:
    body = form_of(ReadBrief, mail=request.form.get("mail", ""), sign=request.form.get("sign", ""))
    if not brief_desk.read(brief_views.issued(id), body.mail, body.sign, required(Role.READER).name):
        raise not_found("邮件", "请从收到的邮件里打开链接")
    return redirect(f"/briefs/{id}?done=read", code=303)


@blueprint.post("/briefs/<id>/remake")
@page(Role.DUTY)
def remake(id: str) -> AnyResponse:
    edition = brief_views.there(id)
    subject = parts_of_id(edition.id)[1] if edition.kind == "watch" else edition.outline.subject
    return _made(edition.kind, edition.day, subject, "remade", edition)


@blueprint.post("/briefs/<id>/review")
@page(Role.DUTY)
def review(id: str) -> AnyResponse:
    brief_desk.review(id, required(Role.DUTY).name, _version())
    return redirect(f"/briefs/{id}?done=review", code=303)


@blueprint.post("/briefs/<id>/issue")
@page(Role.DUTY)
def issue(id: str) -> AnyResponse:
    send, who, version = request.form.get("send", "") == "yes", required(Role.DUTY).name, _version()
    if request.form.get("review", "") == "yes":
        version = brief_desk.review(id, who, version).version
    brief_desk.issue(id, who, version, send=send)
    return redirect(f"/briefs/{id}?done={'issued-sent' if send else 'issue'}", code=303)


@blueprint.post("/briefs/<id>/drop")
@page(Role.DUTY)
def drop(id: str) -> AnyResponse:
    brief_desk.drop(id, required(Role.DUTY).name, _version())
    return redirect(f"/briefs/{id}?done=drop", code=303)


@blueprint.post("/briefs/<id>/send")
@page(Role.DUTY)
def send(id: str) -> AnyResponse:
    brief_desk.send(id, required(Role.DUTY).name, ())
    return redirect(f"/briefs/{id}?done=send#receipts", code=303)


@blueprint.get("/briefs/<id>/receipts")
@page(Role.DUTY, refreshes=True)
def receipt_rows(id: str) -> str:
    """The table of receipts, which the page asks for again while mails are under way."""
    edition = brief_views.there(id)
    return render("parts/brief_receipts.html", edition=edition, **_receipts(edition))


def _page(edition: Edition, query: BriefPage, *, mail: ReadPage | None = None, strange: bool = False) -> str:
    caller = required(Role.READER)
    at_desk = caller.role.may(Role.DUTY)
    draft = at_desk and not query.revision and (query.show == "draft" or not edition.revisions)
    values: dict[str, Any] = {}
    if at_desk:
        upcoming = desk.next_issue(context.store(), edition).changes if edition.pending else ()
        values = {
            "choices": brief_desk.choices(edition, caller.name), "changes": upcoming, "later": _later(edition),
            "review_needed": context.settings().brief.review != "none",
            "recipients": sendings.recipients(context.settings(), edition.id.partition(".")[0]), **_receipts(edition),
        }  # fmt: skip
    shown = "draft=true" if draft else f"revision={query.revision}" if query.revision else ""
    return render(
        "brief.html", "briefs", edition=edition, row=BriefRow.of(edition), at_desk=at_desk, draft=draft, shown=shown,
        revision=query.revision, done=DONE.get(query.done, ""), mail=mail, strange=strange, **values,
    )  # fmt: skip


def _changed(rows: Sequence[BriefRow]) -> dict[str, int]:
    """How many citations of each recent brief are no longer as they were; those without any are left out."""
    today = day_of(context.now())
    recent = [row for row in rows if row.issued and today - row.day <= timedelta(days=CHANGED_DAYS)][:CHANGED_MOST]
    counts: dict[str, int] = {
        row.id: memo().get(("later", row.id, row.revision), KEEP_S, partial(_count_later, row.id)) for row in recent
    }
    return {id: n for id, n in counts.items() if n}


def _count_later(id: str) -> int:
    return len(_later(brief_views.there(id)))


def _later(edition: Edition) -> tuple[Later, ...]:
    """What the last issue cites and is no longer as it was; nothing of a brief that was never issued."""
    if not edition.revisions:
        return ()
    last = edition.revisions[-1]
    return later(context.store(), keeping.content(context.store(), last.content), last.issued)


def _receipts(edition: Edition) -> dict[str, Any]:
    found = receipts.receipts(context.store(), edition)
    waiting = receipts.waiting(context.store(), edition)
    latest = [r for r in found if r.revision == edition.revision]
    busy = waiting or any(r.arrival is receipts.Arrival.QUEUED for r in latest)
    return {"receipts": found, "waiting": waiting, "busy": busy,
            "refused": any(r.arrival is receipts.Arrival.REFUSED for r in latest)}  # fmt: skip


def _seen(id: str) -> Edition:
    """Drafts that were never issued are for the desk only."""
    edition = brief_views.there(id)
    return edition if required(Role.READER).role.may(Role.DUTY) else brief_views.issued(edition.id)


def _made(kind: str, day: date, subject: str, done: str, before: Edition | None = None) -> AnyResponse:
    edition = brief_desk.make(kind, day, subject, required(Role.DUTY).name)
    told = "same" if before is not None and before.version == edition.version else done
    return redirect(f"/briefs/{edition.id}?show=draft&done={told}", code=303)


def _version() -> int:
    given = request.form.get("version", "")
    version: int = form_of(AtVersion, version=int(given) if given.isascii() and given.isdigit() else given).version
    return version
