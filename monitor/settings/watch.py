"""watch.toml: watch windows (重点时段): flood, gaokao, a festival; closer watch from one moment to another."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from monitor.model import CHINA
from monitor.settings.base import Identifier, Name, Part
from monitor.settings.spikes import SpikeSettings

if TYPE_CHECKING:
    from monitor.settings.types import Settings, Source


def _moment(value: Any) -> Any:
    """A day is its first moment; a time without an offset is China Standard Time."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=CHINA)
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return value
    return value.replace(tzinfo=CHINA) if isinstance(value, datetime) and value.tzinfo is None else value


def _end(value: Any) -> Any:
    """A day as an end includes that day."""
    whole = isinstance(value, date) and not isinstance(value, datetime)
    return _moment(value + timedelta(days=1) if whole else value)


class Watch(Part):
    """One watch window. ``topics`` empty: all. ``sources`` empty: all that are crawled.

    ``minimum`` and ``p_value`` replace those of ``[spike]`` for its topics. ``refresh_min``: its sources are crawled at
    least so often. ``channels`` (with ``desk``, if named) are told in addition to the routes. ``snapshot_h``: hours
    between two snapshots; 0: none.
    """

    id: Identifier
    name: Name
    begin: Annotated[datetime, BeforeValidator(_moment)]
    end: Annotated[datetime, BeforeValidator(_end)]
    topics: tuple[Name, ...] = ()
    sources: tuple[Identifier, ...] = ()
    minimum: int | None = Field(None, ge=10)
    p_value: float | None = Field(None, gt=0, lt=0.05)
    refresh_min: int | None = Field(None, ge=1, le=10_080)
    snapshot_h: int = Field(0, ge=0, le=24)
    channels: tuple[Identifier, ...] = ()
    desk: Identifier | Literal[""] = ""

    def open_at(self, now: datetime) -> bool:
        return self.begin <= now < self.end

    def covers(self, topic: str) -> bool:
        return not self.topics or topic in self.topics

    def rule(self, spike: SpikeSettings) -> SpikeSettings:
        """The spike rule of its topics while it is open."""
        own = {"minimum": self.minimum, "p_value": self.p_value}
        return spike.model_copy(update={name: value for name, value in own.items() if value is not None})


class WatchSettings(Part):
    watch: tuple[Watch, ...] = ()


def active(settings: Settings, now: datetime) -> tuple[Watch, ...]:
    """The watch windows that are open at a moment, in the order of the file."""
    return tuple(w for w in settings.watch.watch if w.open_at(now))


def interval_for(settings: Settings, source: Source, now: datetime) -> int:
    """Minutes between two crawls of a source: its own, or less while a window asks for it."""
    asked = [
        w.refresh_min
        for w in active(settings, now)
        if w.refresh_min is not None and (not w.sources or source.id in w.sources)
    ]
    return min([source.interval_min, *asked])


def hastened(settings: Settings, now: datetime) -> tuple[Source, ...]:
    """The configured sources with the intervals that hold at a moment."""
    sources = settings.sources.source
    if not active(settings, now):
        return sources
    return tuple(_hastened(s, interval_for(settings, s, now)) for s in sources)


def _hastened(source: Source, minutes: int) -> Source:
    """The source at an interval that a window asks for, and no slower."""
    if minutes >= source.interval_min:
        return source
    return source.model_copy(update={"interval_min": minutes, "fastest_min": None, "slowest_min": minutes})


def spike_rule(settings: Settings, topic: str, now: datetime) -> SpikeSettings:
    """The spike rule of a topic at a moment: that of the first open window that covers it and has one of its own."""
    base = settings.alerts.spike
    for watch in active(settings, now):
        if watch.covers(topic) and watch.rule(base) != base:
            return watch.rule(base)
    return base
