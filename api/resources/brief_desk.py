"""The desk of briefs: make, preview, change words, review, issue, send, receipts. Figures cannot be changed here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from api import context
from api.auth.caller import Caller
from api.errors import Problem, not_found
from api.operation import Resource
from api.resources.brief_shapes import (
    AtVersion,
    CorrectionShape,
    EditBrief,
    EditionShape,
    IssueBrief,
    MakeBrief,
    PreviewShape,
    ReadBrief,
    ReceiptList,
    ReceiptShape,
    SendBrief,
    StepShape,
    TextShape,
)
from api.resources.briefs import BriefRow, there
from monitor import briefs
from monitor.briefs import desk
from monitor.briefs.codec import to_json
from monitor.briefs.desk import life, receipts, sendings, texts
from monitor.briefs.desk.actions import Change
from monitor.briefs.desk.life import May
from monitor.briefs.desk.types import DeskError, Edition, Refused, Stale
from monitor.briefs.types import words
from monitor.ops.audit import Action
from monitor.ops.people import Role

resource = Resource("brief_desk", "专报编辑")


@resource.post("/briefs/preview", role=Role.DUTY, body=MakeBrief, answer=PreviewShape, audited=Action.QUERY)
def preview_brief(body: MakeBrief, caller: Caller) -> PreviewShape:
    """编一份看看，不保存"""
    return PreviewShape(brief=to_json(made(body.kind, body.day, body.subject)))


@resource.post("/briefs", role=Role.DUTY, body=MakeBrief, answer=EditionShape)
def make_brief(body: MakeBrief, caller: Caller) -> EditionShape:
    """编成草稿；已有的按最新数据重编，更正能沿用的都沿用"""
    return shape(make(body.kind, body.day, body.subject, caller.name))


@resource.get("/briefs/<id>/desk", role=Role.DUTY, answer=EditionShape)
def get_brief_desk(id: str) -> EditionShape:
    """一期专报的编辑状态和可以更正的文字"""
    return shape(there(id))


@resource.put("/briefs/<id>/words", role=Role.DUTY, body=EditBrief, answer=EditionShape)
def edit_brief(id: str, body: EditBrief, caller: Caller) -> EditionShape:
    """写编者按，更正文字

    只能改文字：数字、链接和标记由数据得出。新文字里不能写原处没有的数字。
    """
    edition = there(id)
    note = (edition.note, tuple(p for p in body.note if p)) if body.note is not None else None
    change = Change(note=note, texts=tuple((t.at, t.old, t.new) for t in body.texts), version=body.version)
    return shape(edit(id, change, caller.name))


@resource.post("/briefs/<id>/review", role=Role.DUTY, body=AtVersion, answer=EditionShape)
def review_brief(id: str, body: AtVersion, caller: Caller) -> EditionShape:
    """审核通过手头的稿子"""
    return shape(review(id, caller.name, body.version))


@resource.post("/briefs/<id>/issue", role=Role.DUTY, body=IssueBrief, answer=EditionShape)
def issue_brief(id: str, body: IssueBrief, caller: Caller) -> EditionShape:
    """签发；已签发过的成为更正，写明改了什么"""
    return shape(issue(id, caller.name, body.version, send=body.send))


@resource.post("/briefs/<id>/drop", role=Role.DUTY, body=AtVersion, answer=EditionShape)
def drop_brief_changes(id: str, body: AtVersion, caller: Caller) -> EditionShape:
    """放弃没有签发的修改"""
    return shape(drop(id, caller.name, body.version))


@resource.post("/briefs/<id>/send", role=Role.DUTY, body=SendBrief, answer=ReceiptList)
def send_brief(id: str, body: SendBrief, caller: Caller) -> ReceiptList:
    """把最近一次签发的专报分送给还没有收到的人；曾被拒收的再试"""
    return receipt_list(send(id, caller.name, body.names))


@resource.get("/briefs/<id>/receipts", role=Role.DUTY, answer=ReceiptList, audited=Action.QUERY)
def list_brief_receipts(id: str) -> ReceiptList:
    """分送回执：邮件服务器的答复，和收件人登录后的“已阅”"""
    return receipt_list(there(id))


@resource.post("/briefs/<id>/read", role=Role.READER, body=ReadBrief, answer=PreviewShape)
def confirm_brief_read(id: str, body: ReadBrief, caller: Caller) -> PreviewShape:
    """凭邮件中的链接确认已阅"""
    edition = there(id)
    if not read(edition, body.mail, body.sign, caller.name):
        raise not_found("邮件", "请从收到的邮件里打开链接")
    return PreviewShape(brief={"id": edition.id, "read": True})


# What pages and operations share.


@contextmanager
def refusals() -> Iterator[None]:
    """Refusals of the desk as problems: 400 for a text that may not stand, 409 for what does not fit by now."""
    try:
        yield
    except Stale as error:
        raise Problem(409, error.code, "同时有人修改", error.message, hint=error.hint) from None
    except Refused as error:
        raise Problem(400, error.code, "文字不能这样改", error.message, hint=error.hint) from None
    except DeskError as error:
        raise Problem(409, error.code, "现在不能这样做", error.message, hint=error.hint) from None


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be done with an edition now, and by whom."""

    review: May
    issue: May


def made(kind: str, day: date, subject: str) -> briefs.Brief:
    return briefs.make(context.settings(), context.store(), kind, day, context.now(), subject)


def make(kind: str, day: date, subject: str, who: str) -> Edition:
    with refusals():
        return desk.draft(context.store(), made(kind, day, subject), who, context.now())


def edit(id: str, change: Change, who: str) -> Edition:
    with refusals():
        return desk.edit(context.store(), id, change, who, context.now())


def review(id: str, who: str, version: int) -> Edition:
    there(id)
    with refusals():
        return desk.review(context.store(), id, who, context.settings().brief.review, context.now(), version=version)


def issue(id: str, who: str, version: int, *, send: bool) -> Edition:
    kind = there(id).id.partition(".")[0]
    settings = context.settings()
    listed = send and bool(sendings.recipients(settings, kind))
    with refusals():
        return desk.issue(
            context.store(), id, who, settings.brief.review, context.now(), version=version, send=listed
        )  # fmt: skip


def drop(id: str, who: str, version: int) -> Edition:
    there(id)
    with refusals():
        return desk.drop(context.store(), id, who, context.now(), version=version)


def send(id: str, who: str, names: Sequence[str]) -> Edition:
    kind = there(id).id.partition(".")[0]
    known = {line.name for line, _ in sendings.recipients(context.settings(), kind)}
    strange = [name for name in names if name not in known]
    if strange or not known:
        told = "、".join(sorted(known)) or "无（在 brief.toml 写 [[distribution]]）"
        raise Problem(400, "bad_parameter", "分送单里没有", f"这类专报的分送单：{told}", hint="改正名称后再试")
    with refusals():
        return desk.send(context.store(), id, who, context.now(), names=names)


def read(edition: Edition, mail: str, sign: str, who: str) -> bool:
    key = context.current().app.keys.session
    return receipts.confirm(context.store(), edition, mail, sign, key, who, context.now())


def choices(edition: Edition, who: str) -> Choices:
    rule = context.settings().brief.review
    return Choices(
        life.may_review(edition, who, rule),
        life.may_issue(edition, rule, changed=edition.pending),
    )


def shape(edition: Edition) -> EditionShape:
    store = context.store()
    brief = desk.next_issue(store, edition)
    may = choices(edition, "")
    passages = texts.passages(brief)
    return EditionShape(
        row=BriefRow.of(edition), version=edition.version, pending=edition.pending, note=edition.note,
        corrections=[CorrectionShape(at=c.at, old=c.old, new=c.new) for c in edition.corrections],
        changes=[words(c) for c in brief.changes] if edition.pending else [],
        may_review=may.review.ok, may_issue=may.issue.ok, why_not=may.issue.why,
        texts=[TextShape(at=at, section=p.section, text=text) for p in passages for at, text in p.texts()],
        steps=[
            StepShape(act=s.act.value, label=s.act.chinese, who=s.who, at=s.at, detail=s.detail)
            for s in edition.steps
        ],
    )  # fmt: skip


def receipt_list(edition: Edition) -> ReceiptList:
    found = receipts.receipts(context.store(), edition)
    return ReceiptList(
        waiting=receipts.waiting(context.store(), edition),
        items=[
            ReceiptShape(
                revision=r.revision, name=r.name, to=r.to, state=r.arrival.value, label=r.arrival.chinese,
                tries=r.tries, at=r.at, error=r.error, read=r.read, reader=r.reader,
            )
            for r in found
        ],
    )  # fmt: skip
