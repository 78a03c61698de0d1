"""The demo's story through the real rules: the outage is alarmed, nothing else is, and the alert recovers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from demo.items import CHINA, Item
from demo.timeline import Timeline
from monitor.alerts.book import AlertBook
from monitor.alerts.tick import tick
from monitor.alerts.types import AlertState
from monitor.intake import IntakeReason, build
from monitor.model import AnyRecord, Decision, Fetched, Reply
from monitor.schedule.demo_folder import prepare
from monitor.settings import Settings, load, problems_of
from monitor.settings.types import Source
from monitor.store.memory import MemoryStore

MORNING = datetime(2026, 11, 20, 10, tzinfo=CHINA)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("outage") / "demo"
    prepare(folder, 8000, MORNING, fresh=False)
    config = folder / "config"
    assert problems_of(config) == ()
    return load(config)


def as_read(item: Item, source: Source, now: datetime) -> Fetched:
    answer = item.answered(now)
    return Fetched(
        source=source.id, kind=source.kind, key=item.path, title=item.title, text="\n".join(item.text), fetched_at=now,
        published=item.time, category=item.category or None,
        reply=Reply(answer.text, answer.time, answer.department) if answer else None,
    )  # fmt: skip


class District:
    """The site read into a store without the web between, at any moment."""

    def __init__(self, settings: Settings, anchor: datetime) -> None:
        self.settings, self.store = settings, MemoryStore()
        self.store.init()
        self._timeline, self._seen = Timeline(7, anchor, 35), set[str]()
        self._intake = build(settings, b"k" * 32)
        self.decisions: list[tuple[Item, Decision[AnyRecord]]] = []

    @property
    def alerts(self) -> list[tuple[str, AlertState]]:
        """Topic and state of every alert so far."""
        return [(alert.topic, alert.state) for alert in AlertBook(self.store).list()]

    def at(self, now: datetime) -> None:
        """Reads what is new and evaluates the rules."""
        for source in self.settings.sources.source:
            fresh = [item for item in self._timeline.part(source.id, now) if item.path not in self._seen]
            self._seen.update(item.path for item in fresh)
            decided = self._intake.decide_many([as_read(item, source, now) for item in fresh], now)
            self.store.add([d.value for d in decided if d.value is not None])
            self.decisions += zip(fresh, decided, strict=True)
        tick(self.settings, self.store, now)


@pytest.fixture(scope="module")
def district(settings: Settings) -> District:
    """The district at an outage in the forenoon, just read."""
    district = District(settings, MORNING)
    district.at(MORNING + timedelta(minutes=1))
    return district


def test_intake_drops_other_places_and_most_chatter(district: District) -> None:
    kept = {tag: [d.kept for item, d in district.decisions if item.tag == tag] for tag in ("elsewhere", "chatter")}
    assert not any(kept["elsewhere"])
    assert sum(kept["chatter"]) < 0.2 * len(kept["chatter"])
    reasons = {d.reason for item, d in district.decisions if item.tag in ("elsewhere", "chatter") and not d.kept}
    assert reasons == {IntakeReason.NOT_DISTRICT, IntakeReason.NOT_PUBLIC_SERVICE}
    residents = [d.kept for item, d in district.decisions if item.part in ("forum", "board") and item.tag == "outage"]
    assert sum(residents) > 0.95 * len(residents)


def test_reprints_are_recognised(district: District) -> None:
    reprints = [d.value.labels.reprint_of for item, d in district.decisions if item.origin and d.value is not None]
    assert len(reprints) > 20
    assert sum(original is not None for original in reprints) > 0.8 * len(reprints)


def test_the_outage_is_alarmed_alone_and_recovers(district: District) -> None:
    assert district.alerts == [("供水", AlertState.OPEN)]
    for hours in range(1, 9):
        district.at(MORNING + timedelta(hours=hours, minutes=1))
    assert district.alerts == [("供水", AlertState.RECOVERED)]


def test_it_is_alarmed_at_night_too(settings: Settings) -> None:
    night = datetime(2026, 11, 22, 3, tzinfo=CHINA)
    district = District(settings, night)
    district.at(night + timedelta(minutes=1))
    assert district.alerts == [("供水", AlertState.OPEN)]
