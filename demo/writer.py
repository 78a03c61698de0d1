"""Composes texts from the written material with a given random source: same source, same texts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from demo.items import Person
from demo.places import Neighbourhood, neighbourhoods
from demo.texts import Matter, matters, table

_QUESTIONS = ("请问一下{name}的事", "{street}{name}咨询", "咨询：{name}", "想打听{name}的问题")
_THANKS = ("感谢{street}", "说声谢谢", "点个赞", "反映的{name}问题解决了")


@dataclass(frozen=True, slots=True)
class Draft:
    """A text on its way to a page."""

    title: str
    text: tuple[str, ...]
    tag: str
    matter: Matter | None = None
    secrets: tuple[str, ...] = ()
    slots: dict[str, str] = field(default_factory=dict)


def slots(rng: random.Random, time: datetime, home: Neighbourhood | None = None) -> dict[str, str]:
    """Values for the slots of one text: all places are of one street or town."""
    home = home or rng.choice(neighbourhoods())
    return {
        "street": home.street,
        "estate": rng.choice(home.estates),
        "road": rng.choice(home.roads),
        "school": rng.choice(home.schools),
        "park": rng.choice(home.parks),
        "n": str(rng.randint(2, 9)),
        "days": str(rng.randint(3, 20)),
        "b": str(rng.randint(1, 28)),
        "unit": str(rng.randint(1, 4)),
        "room": f"{rng.randint(1, 17)}0{rng.randint(1, 4)}",
        "line": str(rng.choice((6, 12, 18, 23, 31, 36, 57, 102, 208))),
        "hour": rng.choice(("晚上十点半", "夜里十一点", "半夜十二点", "凌晨一点", "凌晨两点多")),
        "year": str(time.year),
        "month": str(time.month),
    }


def person(rng: random.Random) -> Person:
    """An invented member with the things a real forum shows beside a post."""
    bank = table("residents")
    return Person(
        handle=f"{rng.choice(bank['handles'])}_{rng.randint(1000, 9999)}",
        avatar=rng.randint(1, 60),
        level=rng.choice(bank["levels"]),
        region=rng.choice(bank["regions"]),
    )


def resident(rng: random.Random, time: datetime, *, board: bool) -> Draft:
    """What a resident writes: mostly a complaint, sometimes a question, now and then thanks."""
    matter = rng.choices(matters(), weights=[m.weight for m in matters()])[0]
    values = slots(rng, time)
    mood = rng.random()
    complaint = mood < 0.62
    if complaint:
        which = rng.randrange(len(matter.problem))
        details = rng.sample(matter.detail, rng.choice((1, 1, 2)))
        parts = [matter.problem[which], *details, rng.choice(matter.effect), rng.choice(matter.ask)]
        title = matter.titles[which]
    elif mood < 0.83:
        parts, title = [rng.choice(matter.question)], rng.choice(_QUESTIONS)
    else:
        parts, title = [rng.choice(matter.thanks)], rng.choice(_THANKS)
    values["name"] = matter.name
    text, secrets = dressed(rng, parts, values, 0.16 if board else 0.08, "openers" if complaint else "plain_openers")
    return Draft(title.format_map(values), (text,), matter.key, matter, secrets, values)


def dressed(
    rng: random.Random, parts: Sequence[str], values: dict[str, str], private_share: float, openers: str
) -> tuple[str, tuple[str, ...]]:
    """The parts between an opening and a closing, sometimes with invented personal data; and those data."""
    bank = table("residents")
    secrets: tuple[str, ...] = ()
    parts = [rng.choice(bank[openers]), *parts]
    if rng.random() < private_share:
        mine = _private(rng)
        sentence = rng.choice(bank["private"])
        values = values | mine
        values["home"] = "{b}栋{unit}单元{room}室".format_map(values)
        private = {**mine, "home": values["home"]}
        secrets = tuple(value for name, value in private.items() if f"{{{name}}}" in sentence)
        parts.append(sentence)
    parts.append(rng.choice(bank["closers"]))
    return "".join(parts).format_map(values), secrets


def chatter(rng: random.Random, time: datetime) -> Draft:
    """Off-topic talk, or talk about another district: the service has to drop both."""
    bank = table("residents")
    away = rng.random() < 0.3
    title, text = rng.choice(bank["elsewhere" if away else "chatter"])
    values = slots(rng, time)
    return Draft(title.format_map(values), (text.format_map(values),), "elsewhere" if away else "chatter")


def story(rng: random.Random, time: datetime) -> Draft:
    """A news story about the district, or (about one in eight) about another place."""
    bank = table("news")
    values = slots(rng, time)
    if rng.random() < 0.12:
        raw = rng.choice(bank["elsewhere"])
        return Draft(rng.choice(raw["title"]), tuple(raw["text"]), "elsewhere")
    raw = rng.choice(bank["story"])
    kept = sorted(rng.sample(range(len(raw["body"])), 3))
    text = [rng.choice(raw["lead"]), *(raw["body"][i] for i in kept), rng.choice(bank["endings"])]
    return Draft(rng.choice(raw["title"]).format_map(values), tuple(t.format_map(values) for t in text), "story")


def notice(rng: random.Random, time: datetime) -> Draft:
    """A release of the district government."""
    raw = rng.choice(table("official")["notice"])
    values = slots(rng, time)
    return Draft(raw["title"].format_map(values), tuple(t.format_map(values) for t in raw["text"]), "notice")


def reprinted(rng: random.Random, title: str, text: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The same release as another outlet prints it: a changed headline, sometimes a sentence less."""
    kept = list(text)
    if len(kept) > 3 and rng.random() < 0.5:
        kept.pop()
    kept[0] = kept[0].replace("记者日前", "记者").replace("今天，", "")
    return rng.choice(("{}", "{}", "本地 | {}", "{}，最新消息")).format(title), tuple(kept)


def _private(rng: random.Random) -> dict[str, str]:
    """Invented personal data: phones of the unassigned block 1380000xxxx, ID cards of no existing region (990000)."""
    bank = table("residents")
    tail = f"{rng.randint(0, 9999):04d}"
    digits = f"990000{rng.randint(1960, 2001)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{rng.randint(100, 999)}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
    check = "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11]
    return {
        "person": rng.choice(bank["surnames"]) + rng.choice(bank["given"]),
        "phone": rng.choice(("1380000{}", "138-0000-{}", "138 0000 {}")).format(tail),
        "wechat": f"wx_shili{rng.randint(10000, 99999)}",
        "email": f"shili{rng.randint(1000, 9999)}@example.com",
        "idcard": digits + check,
    }
