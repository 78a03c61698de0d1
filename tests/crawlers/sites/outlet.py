"""What every outlet of the made web has: its items at each visit, its manners, its log, its place in sources.toml."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from monitor.model import CHINA
from tests.crawlers.sites import texts
from tests.crawlers.sites.server import Answer, Ask, Web
from tests.crawlers.sites.texts import Item

NOT_THERE = Answer("没有这个网页".encode(), status=404)


@dataclass(frozen=True)
class Changes:
    """What happens to an outlet before a visit: how many items come, which change, and which go."""

    new: int = 0
    late: int = 0
    """Come now, but are dated before what was there."""
    edited: int = 0
    withdrawn: int = 0


@dataclass
class Outlet:
    """Items by visit, newest first. A kind of site is a subclass: ``answer`` and ``rules``."""

    web: Web
    name: str
    number: int
    """Its items are numbered from this times a thousand."""
    count: int = 30
    kind: str = "news"
    robots: str = ""
    changes: dict[int, Changes] = field(default_factory=dict)
    every: timedelta = timedelta(minutes=37)
    make: Callable[[int, datetime], Item] = texts.news
    reach: int = 8
    """Among so many of the newest do late ones stand: further down no reader of a list looks who knows the first page."""
    port: int = 0
    forbidden: list[str] = field(default_factory=list)
    """Beginnings of paths that robots.txt forbids, and that the outlet's pages link to all the same."""

    def __post_init__(self) -> None:
        self.port = self.web.open(self.name, self._answer)
        start = self.web.now - timedelta(hours=2)
        self._shown: list[list[Item]] = [
            [self.make(self.number * 1000 + i, start - i * self.every) for i in range(self.count)]
        ]
        self.edited: dict[int, set[int]] = {}
        self.withdrawn: dict[int, int] = {}
        """Number of an item and the visit by which it was gone."""
        self._next = self.number * 1000 + self.count

    # What is public.

    def items(self) -> list[Item]:
        """What is there at the present visit, newest first."""
        while len(self._shown) <= self.web.visit:
            self._shown.append(self._changed(len(self._shown)))
        return self._shown[self.web.visit]

    def everything(self) -> dict[int, Item]:
        """Every item that has been public at some visit, as it stood last."""
        self.items()
        return {item.n: item for visit in self._shown for item in visit}

    def item(self, n: int) -> Item | None:
        return next((i for i in self.items() if i.n == n), None)

    def _changed(self, visit: int) -> list[Item]:
        what, items = self.changes.get(visit, Changes()), list(self._shown[-1])
        rng = random.Random(f"{self.name} {visit}")
        # Neither the newest nor the last: what changes lies in the middle of the list, where a quick look does not see it.
        middle = rng.sample(items[1:-1], min(len(items) - 2, what.edited + what.withdrawn)) if len(items) > 2 else []
        gone = {i.n for i in middle[: what.withdrawn]}
        self.withdrawn.update(dict.fromkeys(gone, visit))
        changed = {i.n for i in middle[what.withdrawn :]}
        self.edited[visit] = changed
        items = [self.edition(i, visit) if i.n in changed else i for i in items if i.n not in gone]
        for k in range(what.late):
            place = rng.randrange(1, min(self.reach, len(items)))
            items.insert(place, self.make(self._next, items[place].published + timedelta(seconds=k + 1)))
            self._next += 1
        newest = self.web.now - timedelta(minutes=90)
        for k in range(what.new):
            items.insert(0, self.make(self._next, newest + timedelta(minutes=k)))
            self._next += 1
        return items

    def edition(self, item: Item, visit: int) -> Item:
        made = texts.news(item.n, item.published, edition=visit)
        return made if self.make is texts.news else replace(item, lines=(*item.lines, "补充：今天又停水了。"))

    # How it answers.

    def _answer(self, ask: Ask) -> Answer:
        if ask.place == "/robots.txt":
            return Answer(self.robots.encode(), "text/plain; charset=utf-8") if self.robots else NOT_THERE
        return self.answer(ask)

    def answer(self, ask: Ask) -> Answer:
        raise NotImplementedError

    def gone(self) -> Answer:
        """How this outlet says that a page is no more."""
        return NOT_THERE

    def rules(self) -> dict[str, Any]:
        """What its source says beside the id and the address."""
        return {}

    def source(self) -> dict[str, Any]:
        return {"id": self.name, "name": self.name, "kind": self.kind, "url": self.url(self.start()), **self.rules()}

    def start(self) -> str:
        """The path of its feed or list."""
        return "/"

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def forbidden_asked(self) -> list[str]:
        """Paths that robots.txt forbids and that were asked for."""
        return [s.path for s in self.web.asked(self.name) if any(s.path.startswith(f) for f in self.forbidden)]


def html(text: str, **more: Any) -> Answer:
    return Answer(text.encode("utf-8"), **more)


def xml(text: str, type: str = "application/xml", **more: Any) -> Answer:
    return Answer(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode(), f"{type}; charset=utf-8", **more)


def number_in(path: str) -> int:
    """The item's number in an address such as /a/12003.html; -1 where there is none."""
    digits = "".join(c for c in path.rpartition("/")[2].partition(".")[0] if c.isdigit())
    return int(digits) if digits else -1


def stamp(moment: datetime) -> str:
    """A time as Chinese sites write it: no zone."""
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"


def paragraphs(item: Item) -> str:
    return "".join(f"<p>{line}</p>" for line in item.lines)


def cut(items: Sequence[Item], page: int, size: int) -> Sequence[Item]:
    """One page of a list, counted from 1."""
    return items[(page - 1) * size : page * size]
