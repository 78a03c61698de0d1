"""The water outage: it begins three hours before the demo's anchor hour and dies down some hours after it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from demo import writer
from demo.items import Answer, Item
from demo.places import Neighbourhood, neighbourhoods
from demo.texts import table

DEPARTMENT = "示例区水务局"

# Hour relative to the anchor hour -> forum posts, board messages.
COURSE = {-3: (11, 2), -2: (23, 5), -1: (27, 8), 0: (17, 3), 1: (9, 2), 2: (5, 1), 3: (2, 0)}
_BEGIN = timedelta(hours=-3, minutes=8)
_FIXED = timedelta(minutes=300)


def items(seed: int, anchor: datetime) -> Iterator[Item]:
    """Every page about the outage, past and still to come. ``anchor`` is a full hour."""
    rng = random.Random(f"{seed}/outage/{anchor.isoformat()}")
    homes = rng.sample(neighbourhoods(), 3)
    begin = anchor + _BEGIN
    clock = f"{begin.hour}点{begin.minute:02d}分"
    numbers = iter(range(1, 10_000))
    for hour, counts in COURSE.items():
        for part, count in zip(("forum", "board"), counts, strict=True):
            for _ in range(count):
                first = max(begin, anchor + timedelta(hours=hour))
                last = anchor + timedelta(hours=hour + 1)
                time = first + (last - first) * rng.random()
                yield _voice(rng, part, time.replace(microsecond=0), f"9{next(numbers):04d}", homes, begin, clock)
    values = writer.slots(rng, anchor, homes[0]) | {"clock": clock}
    for raw in table("outage")["article"]:
        yield Item(
            part=raw["part"], id=f"9{next(numbers):04d}", tag="outage",
            time=begin + timedelta(minutes=raw["after_min"]),
            title=raw["title"].format_map(values), text=tuple(t.format_map(values) for t in raw["text"]),
        )  # fmt: skip


def _voice(
    rng: random.Random,
    part: str,
    time: datetime,
    id: str,
    homes: list[Neighbourhood],
    begin: datetime,
    clock: str,
) -> Item:
    bank = table("outage")
    values = writer.slots(rng, time, rng.choice((homes[0], *homes))) | {"clock": clock}
    if time >= begin + _FIXED and rng.random() < 0.7:
        parts, title = [rng.choice(bank["relief"])], "来水了"
    else:
        parts = [rng.choice(bank[name]) for name in ("opening", "detail", "effect", "ask")]
        title = rng.choice(bank["board_titles" if part == "board" else "titles"]).format_map(values)
    text, secrets = writer.dressed(rng, parts, values, 0.12, "plain_openers")
    answer = None
    if part == "board" and rng.random() < 0.5:
        reply = rng.choice(bank["board_reply"]).format_map(values)
        answer = Answer(time + timedelta(minutes=rng.randint(50, 400)), DEPARTMENT, reply)
    return Item(
        part=part, id=id, time=time, title=title, text=(text,), tag="outage", department=DEPARTMENT,
        category="城乡建设" if part == "board" else "", person=writer.person(rng), answer=answer, secrets=secrets,
    )  # fmt: skip
