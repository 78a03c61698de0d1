"""What a crawl of the made web came to: what of it was kept, how often, and what should not have happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model import ALL_TOPICS, CHINA, AnyRecord, ExactCount, Kind, Post
from monitor.store import CellQuery, Store
from tests.crawlers.sites.outlet import Outlet
from tests.crawlers.sites.texts import MARK


@dataclass(frozen=True, slots=True)
class Kept:
    """By item numbers. ``doubles``: kept more than once; ``alien``: kept, but never public there."""

    missing: tuple[int, ...]
    doubles: tuple[int, ...]
    alien: tuple[int, ...]
    unmarked: int
    """Records that bear no number: navigation, remains of pages."""

    @property
    def well(self) -> bool:
        return not (self.missing or self.doubles or self.alien or self.unmarked)


def kept(outlet: Outlet, records: Iterable[AnyRecord], expected: Iterable[int] | None = None) -> Kept:
    """Compares the records of an outlet's source with what the outlet knows that it published."""
    own = [r for r in records if r.source == outlet.name]
    told = Counter(n for r in own if (n := mark(r)) is not None)
    wanted = set(outlet.everything() if expected is None else expected)
    return Kept(
        missing=tuple(sorted(wanted - told.keys())),
        doubles=tuple(sorted(n for n, times in told.items() if times > 1)),
        alien=tuple(sorted(told.keys() - set(outlet.everything()))),
        unmarked=sum(1 for r in own if mark(r) is None),
    )


def mark(record: AnyRecord) -> int | None:
    """The number of the item that a record tells; None where it tells none."""
    words = record.text if isinstance(record, Post) else f"{record.title}\n{record.text}"
    found = MARK.search(words)
    return int(found[1]) if found else None


def totals(outlets: Sequence[Outlet], records: Sequence[AnyRecord]) -> dict[str, float]:
    """Recall and doubles over all outlets."""
    results = [kept(o, records) for o in outlets]
    items = sum(len(o.everything()) for o in outlets)
    lost = sum(len(r.missing) for r in results)
    return {
        "items": items, "recall": round(1 - lost / items, 6), "doubles": sum(len(r.doubles) for r in results),
        "alien": sum(len(r.alien) + r.unmarked for r in results),
        "forbidden": sum(len(o.forbidden_asked()) for o in outlets),
    }  # fmt: skip


def counted(store: Store) -> dict[Kind, int]:
    """Records by kind as the cells count them: each once, whatever its topics."""
    now = datetime.now(CHINA)
    query = CellQuery(since=now - timedelta(days=40), until=now + timedelta(days=2), topics=(ALL_TOPICS,))
    found = dict.fromkeys(Kind, 0)
    for cell in store.cells(query):
        found[cell.kind] += cell.n.for_rules() if isinstance(cell.n, ExactCount) else cell.n
    return found
