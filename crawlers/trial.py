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
from crawlers.look import need_contact
from monitor.app import App
from monitor.errors import StoreUnavailable, YuqingError
from monitor.intake.pipeline import Intake
from monitor.model import CHINA, AnyRecord, Decision, Fetched, Kind
from monitor.ops import runs
from monitor.ops.ingest import Taken
from monitor.settings.types import Settings, Source, SourcesSettings
from monitor.store import Spool, Store
from monitor.store.sqlite import SqliteStore

ITEMS = 10
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
    crawl_settings = app.settings.service.crawl.model_copy(update={"max_pages": items + 1, "run_limit_s": RUN_LIMIT_S})
    service = app.settings.service.model_copy(update={"crawl": crawl_settings})
    lists = source.list.model_copy(update={"pages": 1})  # the pages are for items
    only = SourcesSettings(source=(source.model_copy(update={"enabled": True, "list": lists}),))
    settings: Settings = app.settings.model_copy(update={"service": service, "sources": only})
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "trial.db")
        spool = Spool(Path(folder) / "spool.db", 1_000_000)
        try:
            store.init()
            own = replace(app, settings=settings, store=store, spool=spool)
            return crawl(own, TrialIntake(own, app.store, items), only.source, _tell_run)
        finally:
            spool.close()
            store.close()


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
    return perform(given.config, lambda app: 0 if trial(app, _asked(app, given.source), given.items) else 1)


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
