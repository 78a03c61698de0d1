"""Sources: health and the last runs, counts of post sources rounded."""

from __future__ import annotations

from pydantic import Field

from api import context
from api.errors import not_found
from api.operation import Resource
from api.parameters import Parameters
from api.shapes import IllnessShape, RunList, SourceList, SourceShape, figure
from api.source_cards import Card, cards
from monitor.ops import runs
from monitor.ops.people import Role

resource = Resource("sources", "信源")


class RunQuery(Parameters):
    limit: int = Field(20, ge=1, le=100, description="最近多少次")


@resource.get("/sources", role=Role.READER, answer=SourceList)
def list_sources() -> SourceList:
    """全部信源及其状态"""
    return SourceList(items=[_shape(card) for card in cards(context.settings().sources.source)])


@resource.get("/sources/<id>/runs", role=Role.READER, query=RunQuery, answer=RunList)
def list_runs(id: str, query: RunQuery) -> RunList:
    """一个信源最近的采集

    帖文信源的数量按披露规则处理。
    """
    if context.settings().source(id) is None:
        raise not_found("信源", "现有信源见 /api/v1/sources")
    return RunList(items=[runs.shown(run) for run in runs.recent(context.store(), id, query.limit)])


def _shape(card: Card) -> SourceShape:
    source, state, week = card.source, card.state, card.week
    return SourceShape(
        id=source.id, name=source.name, kind=source.kind, adapter=source.adapter, enabled=source.enabled,
        state=state.state.value if state.state else None, last_run=state.last_run, last_ok=state.last_ok,
        failures_in_row=state.failures_in_row, message=state.message,
        illnesses=[
            IllnessShape(ailment=i.ailment.value, name=i.ailment.chinese, seen=i.seen, hint=i.hint)
            for i in card.illnesses
        ],
        condition=card.condition, next_run=card.next_run, new=figure(week.new),
        revisited=figure(week.revisited), edited=figure(week.edited), withdrawn=figure(week.withdrawn),
        seen_median_s=week.median_s, seen_p90_s=week.p90_s, seen_ideal_s=card.least_s,
    )  # fmt: skip
