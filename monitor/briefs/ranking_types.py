"""Matters as a brief tells them: hot issues, topics and grave single messages on one list, with their scores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from monitor.briefs.ranking import Score
from monitor.signals.figures import Shown, counted


class Sort(StrEnum):
    ISSUE = "issue"
    """A hot issue: several public texts about one thing."""
    TOPIC = "topic"
    """A topic of the configuration that has more than usual."""
    SINGLE = "single"
    """One message that belongs to nothing greater."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A public message or report: its title and link. ``id`` is that of the record."""

    id: str
    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the board messages of a matter's thirty days (of a longer period: of the period) stand at a moment.

    ``empty``: of the answered, how many answers only say that the matter was received or passed on. ``waited_h``: hours
    that the oldest one without a real answer has waited, however long ago it began, 0 where none waits. ``gist``: what
    the latest real answer says, of ``gist_by`` on ``gist_on``.
    """

    messages: int = 0
    answered: int = 0
    empty: int = 0
    waited_h: float = 0.0
    gist: str = ""
    gist_by: str = ""
    gist_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HotMatter:
    """A matter of a period.

    ``key``: ``issue:`` with the event's id, ``topic:`` with its name or ``single:`` with the record's id: the same in
    every brief. ``name`` is a short phrase. ``topic`` is the finest that most of its messages carry, empty where they
    carry none. ``texts``: public texts of the period; ``week``: of the seven days to its end (of a longer period: of
    the period); ``month``: of the thirty days to its end (of a longer period: of the period). ``posts``: released, None
    where no post may be told. ``usual``: mean of up to three spans as long before the week, None where none was
    watched. ``first``: day of its first public text; ``days``: from it to the end of the period, both counted.
    """

    key: str
    sort: Sort
    name: str
    topic: str = ""
    department: str = ""
    texts: int
    week: int
    month: int
    board: int = 0
    """Of ``texts``, how many are board messages."""
    of_topic: int = 0
    """Of these, how many carry ``topic``."""
    posts: Shown | None = None
    usual: float | None = None
    first: date | None = None
    days: int = 0
    mark: str = ""
    terms: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()
    standing: Standing = Standing()
    quoted: tuple[Quoted, ...] = ()
    day_ids: tuple[str, ...] = ()
    """Ids of its public texts of the period, as far as they were read."""
    score: Score

    @property
    def shown_posts(self) -> int:
        return counted(self.posts) if self.posts is not None else 0
