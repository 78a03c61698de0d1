"""What is on the site at a moment: every hour of history is composed from the seed and that hour alone.

So the past never changes between runs, and new pages go on arriving for as long as the site is open.
"""

from __future__ import annotations

import math
import random
import threading
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from demo import outage, writer
from demo.items import CHINA, Answer, Item

FORUM_DAYS = 29
"""The forum lists threads of this many days, so that nothing older than the service may keep is offered."""

# Share of a day's texts by hour of the day: quiet nights, a forenoon and an evening peak.
_DAY = (6, 3, 2, 1, 1, 3, 12, 34, 52, 60, 58, 50, 44, 40, 48, 50, 48, 50, 58, 72, 80, 72, 46, 18)
_OFFICE = (0, 0, 0, 0, 0, 0, 2, 6, 18, 26, 26, 16, 4, 6, 20, 24, 22, 14, 6, 2, 2, 1, 0, 0)
_WEEKEND = 0.62

# Pages a working day: rhythm and mean number.
RATES = {
    "forum": (_DAY, 27.0),
    "board": (_DAY, 11.0),
    "daily": (_OFFICE, 3.4),
    "evening": (_OFFICE, 1.8),
    "online": (_OFFICE, 1.4),
    "gov": (_OFFICE, 2.4),
}
_FAREWELLS = ("感谢您的监督。", "感谢您对我们工作的支持。", "如有疑问可到服务大厅咨询。")
NEWS = {"daily": "示例日报", "evening": "示例晚报", "online": "示例在线"}
GOV = "示例区人民政府网"


class Timeline:
    """The site's content from ``days`` days before ``anchor`` on. Safe to use from several threads."""

    def __init__(self, seed: int, anchor: datetime, days: int) -> None:
        self.seed = seed
        self.anchor = anchor.astimezone(CHINA).replace(minute=0, second=0, microsecond=0)
        self._lock = threading.Lock()
        self._next = (self.anchor - timedelta(days=days)).replace(hour=0)
        self._items: dict[str, list[Item]] = {part: [] for part in RATES}
        self._pages: dict[str, Item] = {}
        self._keep(outage.items(seed, self.anchor))

    def part(self, part: str, now: datetime) -> list[Item]:
        """The pages of a part that are there at ``now``, newest first."""
        now = now.astimezone(CHINA)
        with self._lock:
            self._compose_until(now)
            items = self._items[part]
            shown = items[: bisect_right(items, now, key=_time)]
        if part == "forum":
            since = now - timedelta(days=FORUM_DAYS)
            shown = [item for item in shown if item.time >= since]
        return shown[::-1]

    def page(self, path: str, now: datetime) -> Item | None:
        """The page at a path, if it is there at ``now``."""
        with self._lock:
            self._compose_until(now.astimezone(CHINA))
            item = self._pages.get(path)
        return item if item and item.time <= now else None

    def _compose_until(self, now: datetime) -> None:
        while self._next <= now:
            self._keep(_hour(self.seed, self._next))
            self._next += timedelta(hours=1)

    def _keep(self, items: Iterator[Item]) -> None:
        parts = set()
        for item in items:
            self._items[item.part].append(item)
            self._pages[item.path] = item
            parts.add(item.part)
        for part in parts:
            self._items[part].sort(key=_time)


def _time(item: Item) -> datetime:
    return item.time


def _hour(seed: int, hour: datetime) -> Iterator[Item]:
    for part, (rhythm, a_day) in RATES.items():
        rng = random.Random(f"{seed}/{part}/{hour.isoformat()}")
        mean = a_day * rhythm[hour.hour] / sum(rhythm)
        if hour.weekday() >= 5:
            mean *= 0.2 if part == "gov" else _WEEKEND
        number = int(hour.timestamp()) // 3600 % 100_000
        for i in range(_poisson(rng, mean)):
            time = hour + timedelta(seconds=rng.randrange(3600))
            yield from _published(rng, part, f"{number:05d}{i:02d}", time)


def _published(rng: random.Random, part: str, id: str, time: datetime) -> Iterator[Item]:
    if part == "forum":
        yield _thread(rng, id, time)
    elif part == "board":
        yield _message(rng, id, time)
    else:
        draft = writer.notice(rng, time) if part == "gov" else writer.story(rng, time)
        item = Item(part=part, id=id, time=time, title=draft.title, text=draft.text, tag=draft.tag)
        yield item
        yield from _reprints(rng, item)


def _thread(rng: random.Random, id: str, time: datetime) -> Item:
    draft = writer.chatter(rng, time) if rng.random() < 0.16 else writer.resident(rng, time, board=False)
    return Item(part="forum", id=id, time=time, title=draft.title, text=draft.text, tag=draft.tag,
                person=writer.person(rng), secrets=draft.secrets)  # fmt: skip


def _message(rng: random.Random, id: str, time: datetime) -> Item:
    draft = writer.resident(rng, time, board=True)
    assert draft.matter is not None
    item = Item(
        part="board", id=id, time=time, title=draft.title, text=draft.text, tag=draft.tag,
        category=draft.matter.category, department=draft.matter.department, person=writer.person(rng),
        secrets=draft.secrets, forwarded=rng.random() < 0.4,
    )  # fmt: skip
    fate = rng.random()
    if fate >= 0.9:
        return item  # never answered: overdue
    hours = rng.uniform(2, 22) if fate < 0.55 else rng.uniform(22, 46) if fate < 0.76 else rng.uniform(50, 130)
    text = f"网友您好，您的留言收悉。{rng.choice(draft.matter.reply)}{rng.choice(_FAREWELLS)}"
    return replace(item, answer=Answer(_office_hours(time + timedelta(hours=hours)), draft.matter.department, text))


def _reprints(rng: random.Random, item: Item) -> Iterator[Item]:
    """The same text in other outlets within some hours."""
    chances = {"gov": (("online", 0.35), ("daily", 0.2)), "daily": (("online", 0.35), ("evening", 0.2))}
    first = 5 if item.part == "daily" else 7  # the ids of reprints of both must not meet in one outlet
    for i, (part, chance) in enumerate(chances.get(item.part, ())):
        if rng.random() < chance:
            title, text = writer.reprinted(rng, item.title, item.text)
            yield replace(
                item, part=part, id=f"{item.id}{first + i}", time=item.time + timedelta(minutes=rng.randint(35, 300)),
                title=title, text=text, origin=NEWS.get(item.part, GOV),
            )  # fmt: skip


def _office_hours(time: datetime) -> datetime:
    """The same moment, or the next forenoon if no office is open then."""
    if time.hour < 9:
        return time.replace(hour=9)
    return time.replace(hour=9) + timedelta(days=1) if time.hour >= 18 else time


def _poisson(rng: random.Random, mean: float) -> int:
    """A Poisson draw by multiplication (Knuth 1969); means here are small."""
    limit, n, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        n += 1
        product *= rng.random()
    return n
