"""Days of a topic beside what such days usually bring, in figures that may be shown.

The band is read from released figures of earlier days alone, so it tells no more than they do (S3): the middle eight
tenths of the same sort of day (workday, or weekend and holiday) in the eight weeks before, rounded outward to base 5.
It is plainer than the model that raises alarms (:mod:`monitor.signals.level`), so that a reader can check it by eye.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.disclosure import BASE
from monitor.model import ALL_TOPICS, Cell, Kind, Polarity, day_of, day_span, start_of
from monitor.settings import Settings
from monitor.signals.calendar import DayType, day_type
from monitor.signals.figures import Shown, counted, number, shown
from monitor.signals.series import configured_days
from monitor.store import Bucket, CellQuery, Store

KINDS = (Kind.POST, Kind.BOARD, Kind.NEWS)
"""What residents and press say; official releases are not news of what went wrong."""
BACK = 56
FEWEST = 5
"""With fewer earlier days of its sort, all days are compared; with fewer of those, nothing is called usual."""
_TENTH = 0.1


@dataclass(frozen=True, slots=True)
class Usual:
    """A day: the sum of what is shown of posts, messages and news, and the band of such days (None: thin history).

    ``few``: posts of the day are too few to be shown and count nothing. ``share``: negative texts among those shown,
    0 to 1, None where too few are shown to speak of a share.
    """

    day: date
    total: int
    few: bool
    share: float | None
    low: int | None
    high: int | None

    @property
    def said(self) -> str:
        """高于平时, 低于平时, 与平时相当, or 历史不足."""
        if self.low is None or self.high is None:
            return "历史资料不足，不作比较"
        if self.total > self.high:
            return "高于平时"
        return "低于平时" if self.total < self.low else "与平时相当"


def usual_days(settings: Settings, store: Store, first: date, last: date, topic: str = ALL_TOPICS) -> list[Usual]:
    """The local days ``first`` to ``last``, each beside its band. Raises ``StoreUnavailable``."""
    since, until = day_span(first - timedelta(days=BACK), last)
    topics = () if topic == ALL_TOPICS else (topic,)
    cells = store.cells(CellQuery(since=since, until=until, bucket=Bucket.DAY, kinds=KINDS, topics=topics))
    groups: dict[date, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(day_of(cell.start), []).append(cell)
    known = min(groups, default=last)
    days = {day: _sum(groups.get(day, ())) for day in _days(known, last)}
    sorts = _sorts(settings, days)
    return [_usual(day, groups.get(day, ()), days, sorts) for day in _days(first, last)]


def day_so_far(store: Store, now: datetime, topic: str = ALL_TOPICS) -> tuple[int, int]:
    """What is shown of today's whole hours so far, and of the same hours of yesterday."""
    today = start_of(day_of(now))
    whole = now.replace(minute=0, second=0, microsecond=0)
    topics = () if topic == ALL_TOPICS else (topic,)

    def told(since: datetime, until: datetime) -> int:
        if since >= until:
            return 0
        return _sum(store.cells(CellQuery(since=since, until=until, kinds=KINDS, topics=topics)))

    day = timedelta(days=1)
    return told(today, whole), told(today - day, whole - day)


def _usual(day: date, cells: Sequence[Cell], days: Mapping[date, int], sorts: Mapping[date, bool]) -> Usual:
    before = [d for d in _days(day - timedelta(days=BACK), day - timedelta(days=1)) if d in days]
    alike = [days[d] for d in before if sorts[d] == sorts.get(day)]
    past = alike if len(alike) >= FEWEST else [days[d] for d in before]
    band = _band(past) if len(past) >= FEWEST else (None, None)
    posts = shown(Kind.POST, [c.n for c in cells if c.kind is Kind.POST])
    return Usual(day, _sum(cells), number(posts) is None and bool(cells), _share(cells), *band)


def _share(cells: Sequence[Cell]) -> float | None:
    """Negative texts among all, of what is shown of both: posts that are too few count in neither."""
    whole = _shown(cells)
    bad = _shown([c for c in cells if c.polarity is Polarity.NEGATIVE])
    told = [k for k in KINDS if number(whole[k]) is not None and number(bad[k]) is not None]
    total = sum(counted(whole[k]) for k in told)
    return min(1.0, sum(counted(bad[k]) for k in told) / total) if total >= 2 * BASE else None


def _shown(cells: Sequence[Cell]) -> dict[Kind, Shown]:
    return {kind: shown(kind, [c.n for c in cells if c.kind is kind]) for kind in KINDS}


def _sum(cells: Sequence[Cell]) -> int:
    return sum(counted(figure) for figure in _shown(cells).values())


def _band(past: Sequence[int]) -> tuple[int, int]:
    ordered = sorted(past)
    cut = int(len(ordered) * _TENTH)
    low, high = ordered[cut], ordered[len(ordered) - 1 - cut]
    return low // BASE * BASE, -(-high // BASE) * BASE


def _sorts(settings: Settings, days: Mapping[date, int]) -> dict[date, bool]:
    """Whether each day is a workday."""
    extra = configured_days(settings.alerts.spike)
    return {day: day_type(day, extra) is DayType.WORKDAY for day in days}


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]
