"""Builds a large store of synthetic but realistic records, with a configuration that ``yuqing serve`` can use.

    python benchmarks/big_store.py FOLDER [--records 1000000] [--days 400] [--until 2026-11-22T09:00+08:00]

Writes FOLDER/config and FOLDER/data. 40 topics whose shares fall with their rank, hours and weekdays as residents keep
them, surges, board messages with answers and departments, streets, terms, matters, reprints; the users ``bench``
(administrator) and ``wall`` (reader), whose password is PASSWORD below. Records go straight into ``Store.add`` in
large portions: no intake. The same arguments build the same records.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.big_texts import Texts  # noqa: E402
from monitor.model import (  # noqa: E402
    CHINA,
    AnyRecord,
    Article,
    BoardMessage,
    Kind,
    Labels,
    Polarity,
    Post,
    Reply,
    Sentiment,
    hour_of,
)
from monitor.settings import load  # noqa: E402
from monitor.settings.types import Settings  # noqa: E402
from monitor.store import Store, open_store  # noqa: E402

PASSWORD = "benchmark-only-passphrase"
TOPICS = 40
PORTION = 20_000
SHARES = {Kind.POST: 60, Kind.BOARD: 16, Kind.NEWS: 14, Kind.OFFICIAL: 6, Kind.HOTLIST: 4}
OUTLETS = ("示例日报", "示例晚报", "示例在线", "示例都市网", "省城新闻网", "示例广播电视台")
CATEGORIES = ("投诉", "求助", "咨询", "建议")
HOURS = (2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 9, 8, 8, 9, 9, 9, 9, 10, 11, 11, 9, 6, 4)
FEELINGS = {
    Polarity.NEGATIVE: ((0.81, 0.14, 0.05), (0.64, 0.28, 0.08), (0.93, 0.05, 0.02)),
    Polarity.NEUTRAL: ((0.1, 0.82, 0.08), (0.22, 0.6, 0.18)),
    Polarity.POSITIVE: ((0.05, 0.2, 0.75), (0.02, 0.1, 0.88)),
}
NEGATIVE = {Kind.POST: 45, Kind.BOARD: 72, Kind.NEWS: 18, Kind.OFFICIAL: 4, Kind.HOTLIST: 25}
EXTRA = (
    "电动车充电", "快递外卖", "菜市场", "公厕", "养老服务", "婚姻登记", "户籍办理", "网络通信", "装修垃圾",
    "河道治理", "文物保护", "体育场馆", "图书馆", "旅游景区", "农业农村", "社区选举", "消防通道", "广告牌",
    "共享单车", "殡葬服务", "残疾人服务", "志愿服务", "政务大厅", "税费办理", "地质灾害", "危化品运输",
)  # fmt: skip


def write_config(folder: Path, port: int) -> Path:
    """The demo's district, the shipped topics and more of them up to 40, sources that nobody crawls."""
    config = folder / "config"
    config.mkdir(parents=True, exist_ok=True)
    for file in sorted((ROOT / "config").glob("*.toml")):
        (config / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (config / "district.toml").write_text(
        (ROOT / "demo" / "config" / "district.toml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    shipped = (config / "topics.toml").read_text(encoding="utf-8")
    there = shipped.count("[[topic]]")
    more = [
        f'\n[[topic]]\nname = "{name}"\nofficial = "城乡建设"\ndepartment = "区城市管理局"\nterms = ["{name}"]\n'
        for name in EXTRA[: max(0, TOPICS - there)]
    ]
    (config / "topics.toml").write_text(shipped + "".join(more), encoding="utf-8")
    sources = [
        f'[[source]]\nid = "{id}"\nname = "{name}"\nkind = "{kind.value}"\n{adapter_of(kind)}\n'
        for id, name, kind in source_table()
    ]
    (config / "sources.toml").write_text("\n".join(sources), encoding="utf-8")
    (config / "service.toml").write_text(
        f"data = {json.dumps(str((folder / 'data').resolve()))}\n[http]\nport = {port}\n", encoding="utf-8"
    )
    return config


def adapter_of(kind: Kind) -> str:
    if kind is Kind.HOTLIST:  # cannot be imported; nothing listens at that address
        return 'adapter = "html"\nurl = "http://127.0.0.1:9/"\nlocal = true'
    return 'adapter = "import"\ntrusted = true'


def source_table() -> list[tuple[str, str, Kind]]:
    """(id, name, kind) of 18 sources."""
    found = [(f"news{n}", outlet, Kind.NEWS) for n, outlet in enumerate(OUTLETS, 1)]
    found += [("gov", "示例区人民政府网", Kind.OFFICIAL), ("release", "示例发布", Kind.OFFICIAL)]
    found += [
        ("board", "领导留言板", Kind.BOARD),
        ("hotline", "12345 热线导出", Kind.BOARD),
        ("hot", "同城热榜", Kind.HOTLIST),
    ]
    return found + [(f"forum{n}", f"公共论坛{n}", Kind.POST) for n in range(1, 8)]


class Maker:
    """Makes the records in the order of time."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self._chance = random.Random(seed)
        self._texts = Texts(seed)
        topics = settings.topics.topic
        self._topics = [topic.name for topic in topics]
        self._departments = [topic.department for topic in topics]
        self._terms = [topic.terms or (topic.name,) for topic in topics]
        self._weights = list(accumulate(1 / (rank + 2) for rank in range(len(topics))))
        self._sources = {kind: [id for id, _, k in source_table() if k is kind] for kind in Kind}
        self._kinds = list(SHARES)
        self._kind_weights = list(accumulate(SHARES.values()))
        self._numbers = range(len(topics))
        self._common = self._texts.words[:1500]
        self._common_weights = list(accumulate(1 / (rank + 10) for rank in range(1500)))
        self._events: list[str] = []
        self._stories: list[tuple[str, str, str]] = []

    def records(self, total: int, days: int, until: datetime) -> Iterator[AnyRecord]:
        """``total`` records of the hours before ``until``, hour by hour, with a surge of one topic now and then."""
        begin, chance = hour_of(until) - timedelta(days=days), self._chance
        hours = [begin + timedelta(hours=n) for n in range(days * 24)]
        loads = [HOURS[at.hour] * (0.7 if at.weekday() >= 5 else 1.0) * chance.uniform(0.8, 1.2) for at in hours]
        part, due, made, surge = total / sum(loads), 0.0, 0, 0
        for at, load_ in zip(hours, loads, strict=True):
            if chance.random() < 1 / 96:
                surge = chance.choices(self._numbers, cum_weights=self._weights)[0]
            due += load_ * part
            now = round(due) - made
            made += now
            for second in sorted(chance.randrange(3600) for _ in range(now)):
                yield self._record(at + timedelta(seconds=second), surge, until)

    def _record(self, at: datetime, surge: int, until: datetime) -> AnyRecord:
        chance = self._chance
        kind = chance.choices(self._kinds, cum_weights=self._kind_weights)[0]
        which = surge if chance.random() < 0.06 else chance.choices(self._numbers, cum_weights=self._weights)[0]
        id = f"{chance.getrandbits(128):032x}"
        if kind is Kind.POST:
            return Post(
                id=id, source=chance.choice(self._sources[kind]), kind=kind, published=at, seen=at,
                labels=self._labels(kind, which, id), text=self._texts.remark(which),
            )  # fmt: skip
        if kind is Kind.BOARD:
            return self._message(id, at, which, until)
        return self._article(id, kind, at, which)

    def _message(self, id: str, at: datetime, which: int, until: datetime) -> BoardMessage:
        chance, reply = self._chance, None
        title, text = self._texts.complaint(which)
        answered = at + timedelta(hours=chance.lognormvariate(3.0, 0.9))
        if chance.random() < 0.93 and answered < until:
            reply = Reply(self._texts.reply(which), answered.replace(microsecond=0), self._departments[which])
        return BoardMessage(
            id=id, source=chance.choice(self._sources[Kind.BOARD]), kind=Kind.BOARD, published=at, seen=at,
            labels=self._labels(Kind.BOARD, which, id), title=title, text=text,
            url=f"https://board.example.invalid/{id[:12]}", category=chance.choice(CATEGORIES), reply=reply,
        )  # fmt: skip

    def _article(self, id: str, kind: Kind, at: datetime, which: int) -> Article:
        chance = self._chance
        source = chance.choice(self._sources[kind])
        first = None
        if kind is Kind.NEWS and self._stories and chance.random() < 0.25:
            first, title, text = chance.choice(self._stories)
        else:
            title, text = self._texts.story()
            if kind is Kind.NEWS:
                self._stories = [*self._stories[-80:], (id, title, text)]
        outlet = OUTLETS[int(source[-1]) - 1] if kind is Kind.NEWS else "示例区人民政府网"
        return Article(
            id=id, source=source, kind=kind, published=at, seen=at, labels=self._labels(kind, which, id, first),
            title=title, text="" if kind is Kind.HOTLIST else text, url=f"https://news.example.invalid/{id[:12]}",
            outlet="同城热榜" if kind is Kind.HOTLIST else outlet,
            rank=chance.randrange(1, 51) if kind is Kind.HOTLIST else None,
        )  # fmt: skip

    def _labels(self, kind: Kind, which: int, id: str, reprint_of: str | None = None) -> Labels:
        chance = self._chance
        luck = chance.random() * 100
        polarity = Polarity.NEGATIVE if luck < NEGATIVE[kind] else Polarity.NEUTRAL if luck < 88 else Polarity.POSITIVE
        topics: tuple[str, ...] = (self._topics[which],)
        if chance.random() < 0.25:
            other = chance.choices(self._numbers, cum_weights=self._weights)[0]
            topics = topics if other == which else (*topics, self._topics[other])
        common = chance.choices(self._common, cum_weights=self._common_weights, k=2)
        terms = tuple(dict.fromkeys((chance.choice(self._terms[which]), *common)))
        places = (chance.choice(self._texts.places),) if chance.random() < 0.4 else ()
        return Labels(
            sentiment=Sentiment(*chance.choice(FEELINGS[polarity]), "linear", "synthetic"),
            topics=topics, places=places, terms=terms, event=self._event(kind, id), reprint_of=reprint_of,
        )  # fmt: skip

    def _event(self, kind: Kind, id: str) -> str | None:
        """One text in fifty joins one of the twelve matters under way; one in six hundred begins the next."""
        luck = self._chance.random()
        if kind is Kind.BOARD and luck < 1 / 100:
            self._events = [*self._events[-11:], id]
            return None
        return self._chance.choice(self._events) if self._events and luck > 0.98 else None


def fill(settings: Settings, store: Store, total: int, days: int, until: datetime, seed: int) -> int:
    """Writes the records; the number that were new."""
    store.init()
    made, begun, stream = 0, time.monotonic(), Maker(settings, seed).records(total, days, until)
    while portion := list(islice(stream, PORTION)):
        made += len(store.add(portion).new)
        show(made, total, time.monotonic() - begun)
    print(file=sys.stderr)
    return made


def show(made: int, total: int, spent: float) -> None:
    done = made / max(total, 1)
    bar = "█" * round(done * 40)
    left = spent / max(done, 1e-9) - spent
    print(f"\r{bar:·<40} {made:>9,} / {total:,}  {made / spent:,.0f}/s, {left:,.0f} s left ", end="", file=sys.stderr)


def staff(settings: Settings, store: Store, until: datetime) -> None:
    """Users, runs of every source and a few alerts, so that no page is empty."""
    from monitor.errors import YuqingError
    from monitor.ops import people, runs

    for name, role in (("bench", people.Role.ADMIN), ("wall", people.Role.READER)):
        try:
            people.add(store, name, role, PASSWORD, until, who="benchmark")
        except YuqingError:
            continue  # built before
    for source in settings.sources.source:
        for n in range(20, 0, -1):
            began = until - timedelta(minutes=30 * n)
            runs.record(
                store,
                runs.SourceRun(source=source.id, kind=source.kind, started=began, finished=began + timedelta(seconds=9),
                               state=runs.RunState.OK, pages=12, new=11, newest=began),
            )  # fmt: skip


def alerts(settings: Settings, store: Store, until: datetime) -> None:
    """Three open alerts and sixty of the past."""
    from monitor.alerts.book import AlertBook
    from monitor.alerts.types import Alert, AlertState, alert_id
    from monitor.disclosure import release
    from monitor.model import ExactCount

    book, topics = AlertBook(store), settings.topics.topic
    for n in range(63):
        onset = hour_of(until) - timedelta(hours=2 + n * 37)
        topic = topics[n * 7 % len(topics)]
        past = n >= 3
        book.open_new(
            Alert(
                id=alert_id(topic.name, onset), topic=topic.name, level=2 + n % 3,
                state=AlertState.RECOVERED if past else AlertState.OPEN, onset=onset, opened_at=onset, updated=onset,
                recovered_at=onset + timedelta(hours=9) if past else None, window_h=3,
                window_begin=onset - timedelta(hours=2), window_end=onset + timedelta(hours=1),
                observed={Kind.POST: release(ExactCount(60 + n)).as_json(), Kind.BOARD: 6 + n % 9}, shown_total=75,
                expected_low=0, expected_high=10, department=topic.department, steps=("核实情况", "发布信息"),
                deadline=onset + timedelta(hours=24), terms=topic.terms[:3],
            )
        )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=400)
    parser.add_argument("--until", type=datetime.fromisoformat, default=None, help="default: now")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    until = (options.until or datetime.now(CHINA)).astimezone(CHINA).replace(microsecond=0)
    if (options.folder / "data").exists():
        sys.exit(f"{options.folder / 'data'} is already there; remove it or choose another folder")
    settings = load(write_config(options.folder, options.port))
    begun = time.monotonic()
    store = open_store(settings)
    try:
        made = fill(settings, store, options.records, options.days, until, options.seed)
        staff(settings, store, until)
        alerts(settings, store, until)
        size = store.stats().size_bytes
    finally:
        store.close()
    spent = time.monotonic() - begun
    print(
        json.dumps(
            {"records": made, "seconds": round(spent), "per_s": round(made / spent), "mb": round(size / 1e6),
             "config": str(options.folder / "config"), "until": until.isoformat(), "seed": options.seed}
        )
    )  # fmt: skip


if __name__ == "__main__":
    main()
