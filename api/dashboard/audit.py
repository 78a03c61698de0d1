"""审计: who did what and when, looked through, proved whole, taken away as a file."""

from __future__ import annotations

from flask import Blueprint
from pydantic import BaseModel, Field

from api import context
from api.dashboard.page import address, page, query_of, render
from api.parameters import Day
from monitor.ops import audit_search, people
from monitor.ops.audit import Action, verify
from monitor.ops.people import Role

blueprint = Blueprint("audit", __name__)
PAGE = 50


class AuditPage(BaseModel, extra="forbid"):
    who: str = Field("", max_length=60)
    action: Action | None = None
    day: Day | None = None
    before: str = Field("", max_length=60, pattern=r"^[!-~]*$")


@blueprint.get("/audit")
@page(Role.ADMIN, audited=Action.QUERY)
def audit() -> str:
    return _page(query_of(AuditPage))


@blueprint.post("/audit/verify")
@page(Role.ADMIN, audited=Action.QUERY)
def verified() -> str:
    """Reads the whole chain; a post, since it costs much and robots follow links."""
    return _page(AuditPage(), proved=True)


def _page(query: AuditPage, *, proved: bool = False) -> str:
    store = context.store()
    found = audit_search.search(
        store, who=query.who, action=query.action, day=query.day, before=query.before, limit=PAGE
    )
    names = [user.name for user in people.everyone(store)]
    return render(
        "audit.html", "audit", found=found, query=query, actions=[(a.value, audit_search.name(a)) for a in Action],
        say=audit_search.name, names=[*names, *(n for n in ("service", "cli") if n not in names)],
        more=address(before=found.more) if found.more else "", proof=verify(store) if proved else None,
        filtered=bool(query.who or query.action or query.day),
    )  # fmt: skip
