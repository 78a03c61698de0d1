"""Briefs as they are read: the archive, one as data, one as a document in each format, its earlier issues."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Literal
from urllib.parse import quote

from flask import Response
from pydantic import Field

from api import context
from api.auth.caller import required
from api.documents import Busy, documents
from api.errors import Problem, not_found
from api.operation import Resource, conditional
from api.parameters import Limit, Parameters
from api.shapes import Moment, Shape
from monitor.briefs import desk, files
from monitor.briefs.codec import to_json
from monitor.briefs.desk import keeping
from monitor.briefs.desk.types import Edition, is_id
from monitor.briefs.pdf import PdfFailed
from monitor.briefs.types import Brief
from monitor.ops.audit import Action
from monitor.ops.people import Role

resource = Resource("briefs", "专报")
KindName = Literal["daily", "weekly", "monthly", "topic", "watch"]
FormatName = Literal["html", "docx", "pdf", "json"]
_STYLE = re.compile(rb"<style[^>]*>(.*?)</style>", re.DOTALL)
_MONTH = r"^(20[0-9]{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?)?$"


class BriefRow(Shape):
    id: str = Field(examples=["daily.2026-11-21"])
    kind: KindName
    title: str
    subject: str = Field(description="专题名称或重点时段，其余为空")
    issue: str = Field(examples=["〔2026〕第 325 期"])
    day: date
    state: Literal["draft", "reviewed", "issued"] = Field(description="手头稿子的状态")
    issued: Moment | None = Field(description="最近一次签发；还没有签发时为 null")
    revision: int = Field(description="签发次数；大于 1 为更正")
    partial: bool = Field(description="编稿时报告时段还没有结束")

    @classmethod
    def of(cls, e: Edition) -> BriefRow:
        last = e.revisions[-1] if e.revisions else None
        told = e.outline
        return cls(
            id=e.id, kind=e.kind, title=told.title, subject=told.subject, issue=told.issue, day=e.day,
            state=e.state.value, issued=last.issued if last else None, revision=e.revision, partial=told.partial,
        )  # fmt: skip


class BriefPage(Shape):
    items: Sequence[BriefRow]
    next: str | None = Field(description="下一页的 before；最后一页为 null")


class RevisionShape(Shape):
    number: int
    issued: Moment


class BriefDetail(Shape):
    row: BriefRow
    revisions: Sequence[RevisionShape] = Field(description="历次签发，用 ?revision= 读取")
    brief: dict[str, Any] = Field(description="专报内容；每个数字附可重现它的查询")


class BriefQuery(Parameters):
    kind: tuple[KindName, ...] = Field((), max_length=5, description="种类：日报、周报、月报、专题、重点时段")
    month: str = Field("", max_length=10, pattern=_MONTH, description="年、月或日，如 2026、2026-11、2026-11-21")
    state: Literal["issued", "all"] = Field("issued", description="all：连同还没有签发的草稿（需要值班角色）")
    limit: Limit = 31
    before: str = Field("", max_length=80, pattern=r"^[!-~]*$", description="上一页给出的 next")


class RevisionQuery(Parameters):
    revision: int = Field(0, ge=0, le=10_000, description="第几次签发；0 为最近一次")


class DocumentQuery(RevisionQuery):
    format: FormatName = Field("html", description="版式文件的格式")
    draft: bool = Field(False, description="手头的稿子，而不是已签发的（需要值班角色）")
    download: bool = Field(False, description="作为附件保存（HTML 和 JSON 默认直接显示）")


@resource.get("/briefs", role=Role.READER, query=BriefQuery, answer=BriefPage)
def list_briefs(query: BriefQuery) -> BriefPage:
    """专报，最新的在前"""
    if query.state == "all":
        required(Role.DUTY)
    found = page_of(query.limit + 1, query.before, query.kind, query.month, drafts=query.state == "all")
    items = found[: query.limit]
    return BriefPage(items=items, next=items[-1].id if len(found) > query.limit else None)


@resource.get("/briefs/<id>", role=Role.READER, query=RevisionQuery, answer=BriefDetail, audited=Action.QUERY)
def get_brief(id: str, query: RevisionQuery) -> BriefDetail:
    """一期已签发专报的数据"""
    edition = issued(id)
    revisions = [RevisionShape(number=r.number, issued=r.issued) for r in edition.revisions]
    return BriefDetail(
        row=BriefRow.of(edition), revisions=revisions, brief=to_json(issue_of(edition, query.revision))
    )  # fmt: skip


@resource.get("/briefs/<id>/document", role=Role.READER, query=DocumentQuery, media=", ".join(files.MEDIA.values()),
              audited=Action.EXPORT)  # fmt: skip
def get_brief_document(id: str, query: DocumentQuery) -> Response:
    """一期专报的版式文件：HTML、DOCX、PDF、JSON

    HTML 可直接打印；DOCX 和 PDF 按公文版式，作为附件下载。
    """
    if query.draft:
        required(Role.DUTY)
        brief = desk.next_issue(context.store(), there(id))
    else:
        brief = issue_of(issued(id), query.revision)
    return document_of(brief, query.format, download=query.download or query.format in ("docx", "pdf"))


def document_of(brief: Brief, format: str, *, download: bool) -> Response:
    """A brief as a file, with its type, its name and an ETag."""
    # A page that the service shows links to itself; a file that travels names the service's public address.
    base = context.settings().public_url if download or format != "html" else ""
    try:
        body = documents().get(brief, format, base)
    except (PdfFailed, Busy) as error:
        raise Problem(
            503, error.code, "文件暂时生成不了", error.message, hint=error.hint, headers={"Retry-After": "30"}
        ) from None
    charset = "; charset=utf-8" if format == "html" else ""
    response = Response(body, content_type=files.MEDIA[format] + charset)
    if download:
        plain = f"{files.stem(brief)}.{format}"
        named = quote(files.title(brief, format), safe="")
        response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{named}"
    if format == "html":
        response.headers["Content-Security-Policy"] = _policy(body)
    return conditional(response)


def page_of(
    limit: int, before: str = "", kinds: Sequence[str] = (), month: str = "", *, drafts: bool = False
) -> list[BriefRow]:
    found = keeping.listed(
        context.store(), kinds=kinds, month=month, before=before, issued=not drafts, limit=limit
    )  # fmt: skip
    return [BriefRow.of(edition) for edition in found]


def there(id: str) -> Edition:
    """The edition of an id, draft or issued; else 404."""
    found = keeping.load(context.store(), id) if is_id(id) else None
    if found is None:
        raise not_found("专报", "全部专报见 /briefs")
    return found


def issued(id: str) -> Edition:
    """The same, if it has been issued: drafts are for the desk only."""
    found = there(id)
    if not found.revisions:
        raise not_found("专报", "已签发的专报见 /briefs")
    return found


def issue_of(edition: Edition, number: int = 0) -> Brief:
    """The brief as issued the ``number``-th time; 0: the last time."""
    wanted = next((r for r in reversed(edition.revisions) if number in (0, r.number)), None)
    if wanted is None:
        raise not_found("更正", f"这一期签发过 {edition.revision} 次")
    return keeping.content(context.store(), wanted.content)


def _policy(page: bytes) -> str:
    """The document carries its own style sheet so that it prints alone: exactly that is allowed, and no script."""
    digests = [base64.b64encode(hashlib.sha256(css).digest()).decode() for css in _STYLE.findall(page)]
    sheets = " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
    return f"default-src 'none'; style-src {sheets}; img-src data:; frame-ancestors 'self'; base-uri 'none'"
