"""The hotline of the made district: daily files that overlap, in other encodings and forms, with the caller in each row."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from pathlib import Path

from monitor.app import App, open_app
from monitor.model import CHINA, BoardMessage
from monitor.ops import drops
from tests.crawlers.desk import Desk
from tests.crawlers.sites import authors, measure, texts
from tests.crawlers.sites.harness import everything
from tests.crawlers.sites.outlet import stamp

HEAD = ["工单编号", "受理时间", "标题", "诉求内容", "处理意见", "来电人", "联系方式", "坐席"]
SOURCE = {
    "id": "hotline", "name": "12345", "kind": "board", "adapter": "import", "url": "", "drop": "drop/hotline",
    "columns": {"key": "工单编号", "time": "受理时间", "title": "标题", "text": "诉求内容", "reply": "处理意见"},
}  # fmt: skip
NOW = datetime.now(CHINA).replace(microsecond=0)


def rows(first: int, last: int, answered: int) -> list[list[str]]:
    """Work orders of a day's file; those below ``answered`` have their answer."""
    found = []
    for n in range(first, last):
        item = texts.complaint(n, NOW - timedelta(days=2) + timedelta(minutes=5 * (n - 31_000)))
        who = authors.who("hotline: caller")
        answer = texts.answer(n) if n < answered else ""
        found.append([f"W{n}", stamp(item.published), item.title, item.text, answer, who.name, who.handle, who.name])
    return found


def table(told: list[list[str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([HEAD, *told])
    return out.getvalue()


def test_every_work_order_is_taken_once_with_its_later_answer_and_without_the_caller(desk: Desk) -> None:
    desk.configure([SOURCE])
    folder = desk.data / "drop" / "hotline"
    folder.mkdir(parents=True)
    days = {
        "1.csv": table(rows(31_000, 31_030, 31_005)).encode("gb18030"),
        # The next day's export begins before the last one ended, as such exports do.
        "2.csv": table(rows(31_020, 31_050, 31_040)).encode("utf-8-sig"),
        "3.tsv": table(rows(31_040, 31_060, 31_050), "\t").encode("utf-16"),
        "4.jsonl": "\n".join(
            json.dumps(dict(zip(HEAD, r, strict=True)), ensure_ascii=False) for r in [*rows(31_055, 31_070, 31_060), []] if r
        ).encode() + b"\n",
    }  # fmt: skip
    with open_app(desk.config, lambda: datetime.now(CHINA) + timedelta(minutes=2)) as app:
        app.store.init()
        reports = [taken for name, data in days.items() for taken in _drop(app, folder, name, data)]
        assert [r.refused for r in reports] == [""] * 4
        assert _drop(app, folder, "again.csv", days["2.csv"])[0].report is not None
    records = everything(desk)
    told = [measure.mark(r) for r in records]
    assert sorted(n for n in told if n) == list(range(31_000, 31_070))
    answered = {measure.mark(r) for r in records if isinstance(r, BoardMessage) and r.reply is not None}
    assert answered == {*range(31_000, 31_005), *range(31_020, 31_050), *range(31_055, 31_060)}
    own = {name: data for name, data in desk.written().items() if drops.NOTE in name or "/已导入/" not in name}
    assert len(own) < len(desk.written()), "the files themselves lie aside for their days"
    assert authors.hits(own) == []


def _drop(app: App, folder: Path, name: str, data: bytes) -> list[drops.Dropped]:
    (folder / name).write_bytes(data)
    return drops.take(app.settings, app.store, app.spool, app.keys.record, app.clock)
