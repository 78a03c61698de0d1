"""Issued briefs: the archive, one as data, one as the document that was issued."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response
from pydantic import Field

from api import context
from api.errors import not_found
from api.operation import Resource, conditional
from api.parameters import Limit, Parameters
from api.shapes import Moment, Shape
from monitor.briefs import archive, render
from monitor.briefs.archive import Issued
from monitor.briefs.codec import to_json
from monitor.ops.audit import Action
from monitor.ops.people import Role

resource = Resource("briefs", "专报")
_STYLE = re.compile(rb"<style[^>]*>(.*?)</style>", re.DOTALL)


class BriefRow(Shape):
    id: str
    kind: str
    title: str
    issue: str
    day: date
    issued: Moment
    revision: int
    partial: bool

    @classmethod
    def of(cls, i: Issued) -> BriefRow:
        b = i.brief
        return cls(
            id=i.id, kind=b.kind, title=b.title, issue=b.issue, day=b.day, issued=i.issued, revision=i.revision,
            partial=b.partial,
        )  # fmt: skip


class BriefPage(Shape):
    items: Sequence[BriefRow]
    next: str | None = Field(description="下一页的 before；最后一页为 null")


class BriefDetail(Shape):
    row: BriefRow
    brief: dict[str, Any] = Field(description="专报内容；每个数字附可重现它的查询")


class BriefQuery(Parameters):
    limit: Limit = 31
    before: str = Field("", max_length=60, pattern=r"^[!-~]*$", description="上一页给出的 next")


@resource.get("/briefs", role=Role.READER, query=BriefQuery, answer=BriefPage)
def list_briefs(query: BriefQuery) -> BriefPage:
    """已签发的专报，最新的在前"""
    found = page_of(query.limit + 1, query.before)
    items = found[: query.limit]
    return BriefPage(items=items, next=items[-1].id if len(found) > query.limit else None)


@resource.get("/briefs/<id>", role=Role.READER, answer=BriefDetail, audited=Action.QUERY)
def get_brief(id: str) -> BriefDetail:
    """一期专报的数据"""
    issued = _issued(id)
    return BriefDetail(row=BriefRow.of(issued), brief=to_json(issued.brief))


@resource.get("/briefs/<id>/document", role=Role.READER, media="text/html", audited=Action.EXPORT)
def get_brief_document(id: str) -> Response:
    """一期专报的版式文件（HTML，可打印）"""
    text = render.html(_issued(id).brief)
    response = Response(text, content_type="text/html; charset=utf-8")
    # The document carries its own style sheet so that it prints alone; exactly that sheet is allowed, and no script.
    digests = [base64.b64encode(hashlib.sha256(css).digest()).decode() for css in _STYLE.findall(text)]
    sheets = " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {sheets}; img-src data:; frame-ancestors 'self'; base-uri 'none'"
    )
    return conditional(response)


def page_of(limit: int, before: str) -> list[BriefRow]:
    return [BriefRow.of(issued) for issued in archive.list_issued(context.store(), limit=limit, before=before)]


def one(id: str) -> BriefRow:
    return BriefRow.of(_issued(id))


def _issued(id: str) -> Issued:
    found = archive.get(context.store(), id)
    if found is None:
        raise not_found("专报", "已签发的专报见 /briefs")
    return found
