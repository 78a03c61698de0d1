"""Sources: health and the last runs, counts of post sources rounded."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from api import context
from api.errors import not_found
from api.operation import Resource
from api.parameters import Parameters
from api.shapes import IllnessShape, RunList, SourceList, SourceShape
from monitor.ops import runs
from monitor.ops.people import Role
from monitor.settings.types import Source
from monitor.signals.health import all_open
from monitor.signals.illness import Illness

resource = Resource("sources", "信源")


class RunQuery(Parameters):
    limit: int = Field(20, ge=1, le=100, description="最近多少次")


@resource.get("/sources", role=Role.READER, answer=SourceList)
def list_sources() -> SourceList:
    """全部信源及其状态"""
    sources = context.settings().sources.source
    states = runs.states(context.store(), sources)
    known = all_open(context.store())
    return SourceList(items=[_shape(s, states[s.id], known.get(s.id, ())) for s in sources])


@resource.get("/sources/<id>/runs", role=Role.READER, query=RunQuery, answer=RunList)
def list_runs(id: str, query: RunQuery) -> RunList:
    """一个信源最近的采集

    帖文信源的数量按披露规则处理。
    """
    if context.settings().source(id) is None:
        raise not_found("信源", "现有信源见 /api/v1/sources")
    return RunList(items=[runs.shown(run) for run in runs.recent(context.store(), id, query.limit)])


def _shape(source: Source, state: runs.SourceState, illnesses: Sequence[Illness]) -> SourceShape:
    return SourceShape(
        id=source.id, name=source.name, kind=source.kind, adapter=source.adapter, enabled=source.enabled,
        state=state.state.value if state.state else None, last_run=state.last_run, last_ok=state.last_ok,
        failures_in_row=state.failures_in_row, message=state.message,
        illnesses=[
            IllnessShape(ailment=i.ailment.value, name=i.ailment.chinese, seen=i.seen, hint=i.hint)
            for i in illnesses
        ],
    )  # fmt: skip
