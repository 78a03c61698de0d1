"""alerts.toml: how grave an alert is, who is told of what, over which channel, and when it may wait."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from pydantic import Field

from monitor.settings.base import Identifier, Name, Part
from monitor.settings.channels import Channel
from monitor.settings.roster import Calendar, Person, Roster
from monitor.settings.spikes import SpikeSettings

Level = Literal[1, 2, 3, 4]
"""Ⅰ (red, gravest) to Ⅳ (blue): an internal convention."""
MayWait = Literal[3, 4]
"""Levels that may wait for the morning or a digest; Ⅰ and Ⅱ never do."""
Word = Annotated[str, Field(min_length=2, max_length=12)]


class Route(Part):
    """Who is told: alerts of ``levels`` (empty: all) and ``topics`` (empty: all) go to ``channels``.

    With ``desk`` the people on duty at that desk are told instead of the fixed recipients of the channels. ``watches``:
    only while one of these watch windows is open, and only for its topics.
    """

    channels: tuple[Identifier, ...] = Field(min_length=1)
    levels: tuple[Level, ...] = ()
    topics: tuple[Name, ...] = ()
    watches: tuple[Identifier, ...] = ()
    desk: Identifier | Literal[""] = ""


class LevelRow(Part):
    """One way to reach a level: all four are asked for, in figures that may be shown. Rows of one level are choices.

    ``total``: texts in the window. ``ratio``: times the upper end of the usual band. ``growth``: times the window
    before. ``news``: news reports of the topic in the window, reprints included. An alarm that reaches no row is Ⅳ.
    """

    level: Literal[1, 2, 3]
    total: int = Field(10, ge=10)
    ratio: float = Field(1.0, ge=1)
    growth: float = Field(1.0, ge=1)
    news: int = Field(0, ge=0)

    def easier_than(self, other: LevelRow) -> bool:
        """Whether whatever reaches the other row reaches this one too."""
        mine = (self.total, self.ratio, self.growth, self.news)
        theirs = (other.total, other.ratio, other.growth, other.news)
        return all(m <= t for m, t in zip(mine, theirs, strict=True))


LEVEL_ROWS = (
    LevelRow(level=1, total=150, ratio=5.0),
    LevelRow(level=1, total=100, ratio=5.0, news=10),
    LevelRow(level=2, total=40, ratio=3.0),
    LevelRow(level=2, total=25, ratio=2.0, news=5),
    LevelRow(level=3, total=20, ratio=2.0),
    LevelRow(level=3, total=15, ratio=1.5, news=3),
)
"""What holds without ``[[level]]`` rows."""


class Vulnerable(Part):
    """Words that make a matter graver where they stand in its topic, its released terms or a public title."""

    people: tuple[Word, ...] = ()
    """Those who need care (学生, 老人, 医院); one that the topic itself is searched by says nothing there."""
    dangers: tuple[Word, ...] = ()
    """To life and limb (中毒, 坍塌); these always count."""
    topics: tuple[Name, ...] = ()
    """Topics that are about such people or dangers as a whole."""
    raises: int = Field(1, ge=0, le=3)
    """By how many levels."""
    best: Level = 2
    """No graver than this by words alone."""


class Quiet(Part):
    """Hours of the day in which alerts of ``levels`` wait; graver ones are always told at once."""

    begin: time = time(22)
    end: time = time(7)
    levels: tuple[MayWait, ...] = (3, 4)
    singles: int = Field(3, ge=1, le=50)
    """In the morning so many alerts that still go on are told each by itself; further ones in one message."""


class Digest(Part):
    """Alerts of ``levels`` come together in one message, every hour or once a day, instead of one by one."""

    levels: tuple[MayWait, ...] = Field((4,), min_length=1)
    every: Literal["hour", "day"] = "day"
    at: time = time(8, 30)
    """For ``day``."""


class Escalation(Part):
    """Who is told when nobody has acknowledged an alert of ``levels`` (empty: all) for ``after_min`` minutes."""

    after_min: int = Field(ge=1, le=10_080)
    levels: tuple[Level, ...] = ()
    channels: tuple[Identifier, ...] = Field(min_length=1)
    desk: Identifier | Literal[""] = ""


class Growth(Part):
    """When a word about a growing matter is due: ``every_h`` after the last at the earliest, and only on a change."""

    every_h: int = Field(2, ge=1, le=48)
    grown: float = Field(0.5, ge=0.1, le=10)
    """The total is larger by this share than the last one told."""
    news: int = Field(3, ge=1)
    """So many more news reports than last told."""
    places: int = Field(1, ge=1)
    """So many streets or towns that were not among those told."""


class Reminder(Part):
    """Reminders of the clocks of the response plan."""

    before_min: int = Field(60, ge=0, le=2880)
    """Minutes before a deadline; 0: none."""
    levels: tuple[Level, ...] = ()


class AlertsSettings(Part):
    spike: SpikeSettings = SpikeSettings()
    level: tuple[LevelRow, ...] = LEVEL_ROWS
    vulnerable: Vulnerable = Vulnerable()
    thin_history_best: Level = 2
    """A thin history is too little to proclaim a graver level on."""
    rise_best: Level = 3
    """A slow rise is an early sign, never graver than this."""
    channel: tuple[Channel, ...] = ()
    route: tuple[Route, ...] = ()
    escalation: tuple[Escalation, ...] = ()
    growth: Growth = Growth()
    reminder: Reminder = Reminder()
    quiet: Quiet | None = None
    digest: Digest | None = None
    person: tuple[Person, ...] = ()
    roster: tuple[Roster, ...] = ()
    calendar: Calendar = Calendar()
