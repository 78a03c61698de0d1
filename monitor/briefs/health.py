"""How well the day was seen: which sources were down, what intake dropped."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.ops import runs, tally
from monitor.settings import Settings
from monitor.settings.types import Source
from monitor.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    source: Source
    state: runs.SourceState

    @property
    def down(self) -> bool:
        bad = (runs.RunState.FAILED, runs.RunState.REFUSED)
        return self.source.enabled and self.source.adapter != "import" and self.state.state in bad

    @property
    def never(self) -> bool:
        return self.source.enabled and self.state.state is None


def sources(settings: Settings, store: Store) -> tuple[SourceFacts, ...]:
    """Every configured source with its last known state."""
    known = runs.states(store, settings.sources.source)
    return tuple(SourceFacts(source=source, state=known[source.id]) for source in settings.sources.source)


def dropped(store: Store) -> tuple[dict[str, int], bool]:
    """Texts that intake dropped, by reason, and whether released counts about posts are among them."""
    totals: dict[str, int] = {}
    rounded = False
    for sample in tally.read(store):
        if sample.name == "intake_decisions" and sample.labels.get("verdict") == "drop":
            reason = sample.labels["reason"]
            totals[reason] = totals.get(reason, 0) + sample.value
            rounded = rounded or sample.rounded
    return totals, rounded
