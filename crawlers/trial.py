"""``python -m crawlers.trial``: what a crawl of one source would take, and why each item is kept or dropped.

The real spider, adapters, manners and intake, on a store that is thrown away: nothing is written down. The source is an
id of the configuration or, with ``-``, a JSON object on standard input (a source that is yet to be added). Each item is
one JSON line on standard output, the run is the last. Of posts no word is printed (S3), of messages the redacted title.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from crawlers.__main__ import crawl
from crawlers.command import perform
from crawlers.failures import FetchFailure
from crawlers.ledger import Ledger
from crawlers.look import need_contact
from monitor.app import App
from monitor.coverage.places import front_of, place, sheet_of
from monitor.errors import StoreUnavailable, YuqingError
from monitor.intake.pipeline import Intake
from monitor.model import CHINA, AnyRecord, Decision, Fetched, Kind
from monitor.ops import runs
from monitor.ops.ingest import Taken
from monitor.settings.types import Settings, Source, SourcesSettings
from monitor.store import Spool, Store
from monitor.store.sqlite import SqliteStore

ITEMS = 10
LISTS = {"epaper": 14, "sitemap": 4, "frontpage": 2}
"""Pages of lists that have to be read before the first item can be."""
RUN_LIMIT_S = 60
_BY_DESIGN = (FetchFailure.PAGE_LIMIT.value, FetchFailure.TIME_LIMIT.value)


class TrialIntake:
    """Decides as intake does, tells what it decided, keeps nothing. ``known``: the store to ask what is there."""

    def __init__(self, app: App, known: Store, most: int) -> None:
        self._app, self._known, self._left = app, known, most
        self._intake: Intake | None = None

    def open(self) -> None:
        self._intake = Intake(self._app.settings, self._app.keys.record)

    def take(self, items: Sequence[Fetched]) -> Taken:
        assert self._intake is not None
        taken = Taken()
        shown = list(items)[: self._left]
        self._left -= len(shown)
        for item, decision in zip(shown, self._intake.decide_many(shown, self._app.clock()), strict=True):
            _tell({"item": self._told(item, decision)})
            if decision.value is None:
                taken.dropped[decision.reason.value] += 1
            else:
                taken.new += 1
        return taken

    def revise(self, items: Sequence[Fetched]) -> Taken:
        return self.take(items)

    def withdraw(self, source: str, kind: Kind, keys: Sequence[str], known: Sequence[str] = ()) -> Taken:
        return Taken()  # a trial knows of nothing that could be gone

    def flush(self) -> None:
        return

    def _told(self, item: Fetched, decision: Decision[AnyRecord]) -> dict[str, Any]:
        record = decision.value
        return {
            "title": _title(item, record),
            "published": item.published.astimezone(CHINA).isoformat(timespec="minutes") if item.published else None,
            "characters": len(item.text),
            "answered": item.reply is not None,
            "stood": _stood(item),
            "url": item.url if item.kind in (Kind.NEWS, Kind.OFFICIAL) else "",
            "kept": record is not None,
            "reason": decision.reason.value,
            "topics": list(record.labels.topics) if record is not None else [],
            "places": list(record.labels.places) if record is not None else [],
            "stored": self._stored(item),
        }

    def _stored(self, item: Fetched) -> bool:
        assert self._intake is not None
        try:
            return self._known.get_record(self._intake.id_of(item)) is not None
        except StoreUnavailable:
            return False


def _stood(item: Fetched) -> str:
    """The page of a newspaper and the place on a front page or a hot list: 第02版：民生, 首页头条."""
    if item.kind is Kind.HOTLIST:
        return f"第 {item.rank} 位" if item.rank else ""
    rank = place(item.rank, front_of(item.outlet)) if item.rank else ""
    return "，".join(filter(None, (sheet_of(item.outlet), rank)))


def _title(item: Fetched, record: AnyRecord | None) -> str:
    """What may be shown of an item: news as it stands, messages redacted, posts not at all."""
    if item.kind is Kind.POST:
        return ""
    if item.kind is not Kind.BOARD:
        return item.title
    from monitor.intake.redact import redact

    return str(getattr(record, "title", "")) or redact(item.title, item.kind).text


def trial(app: App, source: Source, items: int) -> bool:
    """One pass over a source on a store of its own; False if the crawl broke down."""
    need_contact(app.settings, source.url, source.local)
    settings = _narrowed(app.settings, source, items)
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "trial.db")
        spool = Spool(Path(folder) / "spool.db", 1_000_000)
        try:
            store.init()
            own = replace(app, settings=settings, store=store, spool=spool)
            return crawl(own, TrialIntake(own, app.store, items), settings.sources.source, _tell_run)
        finally:
            spool.close()
            store.close()


def _narrowed(settings: Settings, source: Source, items: int) -> Settings:
    """The settings of a trial: one source, few pages, and those for items rather than for further lists."""
    lists = LISTS.get(source.adapter, 1)
    crawl_settings = settings.service.crawl.model_copy(update={"max_pages": items + lists, "run_limit_s": RUN_LIMIT_S})
    service = settings.service.model_copy(update={"crawl": crawl_settings})
    narrow = {
        "enabled": True,
        "list": source.list.model_copy(update={"pages": 1}),
        "page": source.page.model_copy(update={"pages": 1}),
        "paper": source.paper.model_copy(update={"days": 1}),
    }
    only = SourcesSettings(source=(source.model_copy(update=narrow),))
    return settings.model_copy(update={"service": service, "sources": only})


def _revisits(app: App, source: Source) -> None:
    """Tells what a crawl would ask for again, to see whether it was edited or taken back."""
    from crawlers.known import plan

    now = app.clock()
    ledger = Ledger(source.id, source.url, app.keys.record, source.list.ignore)
    try:
        ledger.load(app.store, now)
        visits = plan(app.store, source, ledger, app.keys.record, now, app.settings.service.crawl.max_pages).visits
    except StoreUnavailable:
        return
    if visits:
        _tell({"revisits": {"due": len(visits), "titles": [page.title for page, _ in visits[:5]]}})


def _tell_run(run: runs.SourceRun) -> None:
    """How the pass ended. That it stopped after so many items is how a trial is, and no failure of the source."""
    others = {failure: n for failure, n in run.failures.items() if failure not in _BY_DESIGN}
    if run.failures and not others and run.state is runs.RunState.PARTIAL:
        run = replace(run, failures={}, state=runs.RunState.OK, message="")
    _tell({"run": runs.shown(run)})


def _tell(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m crawlers.trial", description="试采一个信源，不写入任何内容。")
    parser.add_argument("source", help="信源编号；“-”表示从标准输入读入一个信源（JSON）")
    parser.add_argument("--config", type=Path, default=Path("config"), help="配置文件夹")
    parser.add_argument("--items", type=int, default=ITEMS, help="最多看几条")
    given = parser.parse_args(arguments)

    def tell(app: App) -> int:
        source = _asked(app, given.source)
        if given.source != "-":
            _revisits(app, source)
        return 0 if trial(app, source, given.items) else 1

    return perform(given.config, tell)


def _asked(app: App, told: str) -> Source:
    if told == "-":
        return Source.model_validate_json(sys.stdin.read())
    source = app.settings.source(told)
    if source is None:
        known = "、".join(s.id for s in app.settings.sources.source) or "无"
        raise YuqingError(f"没有信源“{told}”", f"已配置：{known}")
    if source.adapter == "import":
        raise YuqingError(f"信源“{told}”只供导入，没有可采集的网址", "试读文件请用 yuqing import --dry-run")
    return source


if __name__ == "__main__":
    sys.exit(main())
