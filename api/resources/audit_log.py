"""The audit log, for administrators only; reading it is itself written down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import Field

from api import context
from api.operation import Resource
from api.parameters import Day, Limit, Parameters
from api.shapes import AuditEntry, AuditPage
from monitor.ops import audit_search
from monitor.ops.audit import Action
from monitor.ops.audit_search import Found
from monitor.ops.people import Role
from monitor.ops.sheets import Cell

resource = Resource("audit", "审计")


class AuditFilter(Parameters):
    who: str = Field("", max_length=60, description="用户名；service 为服务自身，cli 为命令行")
    action: Action | None = Field(None, description="操作")
    day: Day | None = Field(None, description="哪一天（北京时间）")


class AuditQuery(AuditFilter):
    limit: Limit = 100
    before: str = Field("", max_length=60, pattern=r"^[!-~]*$", description="上一页给出的 next")


@resource.get("/audit", role=Role.ADMIN, query=AuditQuery, answer=AuditPage, audited=Action.QUERY)
def list_audit(query: AuditQuery) -> AuditPage:
    """审计记录，最新的在前

    有筛选条件时一次最多看 5000 条：items 可能为空而 next 不空，接着往前找即可。
    """
    found = _found(query, query.limit, query.before)
    items = [AuditEntry(id=e.id, time=e.time, who=e.who, action=e.action.value, target=e.target) for e in found.entries]
    return AuditPage(items=items, next=found.more or None)


def _found(query: AuditFilter, limit: int, before: str) -> Found:
    return audit_search.search(
        context.store(), who=query.who, action=query.action, day=query.day, before=before, limit=limit
    )


def rows(query: AuditFilter) -> Iterator[Sequence[Cell]]:
    """Every entry that an export asks for, the newest first, read as they are needed."""
    before = ""
    while True:
        found = _found(query, 500, before)
        for e in found.entries:
            yield e.time, e.who, audit_search.name(e.action), e.target, e.id
        before = found.more
        if not before:
            return
