"""The audit log, for administrators only; reading it is itself written down."""

from __future__ import annotations

from pydantic import Field

from api import context
from api.operation import Resource
from api.parameters import Limit, Parameters
from api.shapes import AuditEntry, AuditPage
from monitor.ops import audit
from monitor.ops.people import Role

resource = Resource("audit", "审计")


class AuditQuery(Parameters):
    limit: Limit = 100
    before: str = Field("", max_length=60, pattern=r"^[!-~]*$", description="上一页给出的 next")


@resource.get("/audit", role=Role.ADMIN, query=AuditQuery, answer=AuditPage, audited=audit.Action.QUERY)
def list_audit(query: AuditQuery) -> AuditPage:
    """审计记录，最新的在前"""
    found = audit.read(context.store(), before=query.before, limit=query.limit + 1)
    items = [
        AuditEntry(id=e.id, time=e.time, who=e.who, action=e.action.value, target=e.target)
        for e in found[: query.limit]
    ]
    return AuditPage(items=items, next=items[-1].id if len(found) > query.limit else None)
