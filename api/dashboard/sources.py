"""信源: is every source well, how fresh is what it brings, what was not kept and why, and what is to be done."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, Literal

from flask import Blueprint
from pydantic import BaseModel

from api import context
from api.dashboard.page import page, query_of, render
from api.errors import not_found
from api.source_cards import CHART_DAYS, CONDITIONS, SPAN_DAYS, cards
from monitor.disclosure import THRESHOLD
from monitor.model import Kind
from monitor.ops import runs
from monitor.ops.failures import MESSAGES, FetchFailure
from monitor.ops.import_rows import REASONS as ROWS
from monitor.ops.import_rows import BadRow
from monitor.ops.reasons import chinese, meant

blueprint = Blueprint("sources", __name__)
RUNS = 12


class SourcesPage(BaseModel, extra="forbid"):
    show: Literal["all", "ill", "well", "never", "off"] = "all"


@blueprint.get("/sources")
@page()
def sources() -> str:
    query: SourcesPage = query_of(SourcesPage)
    found = cards(context.settings().sources.source)
    counts = Counter(card.condition for card in found)
    tabs = [("all", "全部", len(found)), *((key, words, counts[key]) for key, words in CONDITIONS.items())]
    return render(
        "sources.html", "sources", tabs=[t for t in tabs if t[2] or t[0] == query.show], show=query.show,
        cards=[card for card in found if query.show in ("all", card.condition)], any=bool(found), days=SPAN_DAYS,
    )  # fmt: skip


@blueprint.get("/sources/<id>")
@page()
def source(id: str) -> str:
    found = context.settings().source(id)
    if found is None:
        raise not_found("信源", "现有信源见信源页")
    (card,) = cards((found,))
    recent = [(run, runs.shown(run)) for run in runs.recent(context.store(), id, RUNS)]
    return render(
        "source.html", "sources", card=card, days=SPAN_DAYS, chart_days=CHART_DAYS,
        runs=[_told(run, shown) for run, shown in recent],
        dropped=[(chinese(name), n, meant(name)) for name, n in card.week.dropped],
        failures=[(*failure_words(name), n) for name, n in card.week.failures],
    )  # fmt: skip


def failure_words(name: str) -> tuple[str, str]:
    """What went wrong with a page or a row, and what to do about it."""
    if name in {f.value for f in FetchFailure}:
        return MESSAGES[FetchFailure(name)]
    if name in {r.value for r in BadRow}:
        return ROWS[BadRow(name)], "在原文件中补正这些行，再导入一次；已收的不会重复"
    return name, ""


def _told(run: runs.SourceRun, shown: dict[str, Any]) -> dict[str, Any]:
    """A run for the page: its length (of posts in whole minutes), reasons in words."""
    least = THRESHOLD if run.kind is Kind.POST else 1
    begun, ended = (datetime.fromisoformat(str(shown[name])) for name in ("started", "finished"))
    return shown | {
        "begun": begun, "seconds": (ended - begun).total_seconds(),
        "dropped": [(chinese(name), shown["dropped"][name]) for name, n in run.dropped.items() if n >= least],
    }  # fmt: skip
