"""An import that is killed goes on where it stopped: nothing doubled, nothing lost, counted as if it had not been."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.app import App
from monitor.errors import StoreUnavailable
from monitor.model import CHINA, Kind
from monitor.ops.import_journal import STATE
from monitor.ops.import_report import ImportReport, Outcome
from monitor.ops.imports import Step, import_file
from monitor.store import RecordQuery
from tests.imports.district import NOW, configure, csv, running

BATCH = 30
HEAD = "id,title,body,time"
SLOW = """
import os, sys
from pathlib import Path
from monitor.app import open_app, system_clock
from monitor.ops.imports import import_file
with open_app(Path(sys.argv[1]), system_clock) as app:
    app.store.init()
    def told(step):
        print(step.rows, flush=True)
        if step.rows >= 60:
            sys.stdin.read()
    import_file(app.settings, app.store, app.spool, app.keys.record, Path(sys.argv[2]), "keyed",
                clock=app.clock, progress=told, portion=30)
"""


class Stopped(Exception):
    """Ends an import between two portions, as a power cut would."""


def rows(n: int, day: datetime = NOW - timedelta(days=1)) -> list[str]:
    body = [f"GD{i},停水{i},小区停水{i}天了没人管,{day:%Y-%m-%d} {i % 24:02}:00" for i in range(n)]
    body[7] = "GD7,停水,没水,某天"
    body[20] = body[19]
    body[BATCH + 3] = f"GD{BATCH + 3},停水,很久以前就没水了,2019-01-01 08:00"
    return [HEAD, *body]


def imported(app: App, path: Path, **options: object) -> ImportReport:
    return import_file(
        app.settings, app.store, app.spool, app.keys.record, path, "keyed", clock=app.clock, portion=BATCH, **options  # type: ignore[arg-type]
    )  # fmt: skip


def stop_after(portions: int) -> object:
    def progress(step: Step) -> None:
        if step.rows >= portions * BATCH:
            raise Stopped

    return progress


def test_an_interrupted_import_goes_on_and_reports_the_whole_file(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", rows(3 * BATCH))
    with running(configure(tmp_path)) as app:
        with pytest.raises(Stopped):
            imported(app, path, progress=stop_after(2))
        seen: list[int] = []
        report = imported(app, path, progress=lambda step: seen.append(step.rows))
        assert seen == [3 * BATCH], "the first two portions are not read into the store again"
        assert report.resumed_at == 2 * BATCH + 2
        assert (report.rows, report.new, report.duplicate) == (3 * BATCH, 3 * BATCH - 3, 1)
        assert (report.refused, report.dropped) == ({"time_unknown": 1}, {"too_old": 1})
        assert [fate.row for fate in report.fates] == list(range(2, 3 * BATCH + 2))
        assert app.store.count(RecordQuery(kinds=(Kind.BOARD,))) == report.new
        again = imported(app, path)
        assert (again.resumed_at, again.new, again.before) == (0, 0, NOW)


def test_rows_that_were_stored_and_not_yet_noted_count_as_new_and_are_there_once(tmp_path: Path) -> None:
    """Killed between the store and the journal: the portion is read again."""
    path = csv(tmp_path / "a.csv", rows(2 * BATCH))
    with running(configure(tmp_path)) as app:
        with pytest.raises(Stopped):
            imported(app, path, progress=stop_after(2))
        kind = next(kind for kind in app.store.stats().states if kind.startswith(f"{STATE}."))
        first, second = app.store.list_states(kind)
        app.store.prune_states(kind, second.id)  # the journal's first portion goes: the worst that can be missing
        report = imported(app, path)
        assert first.id < second.id
        assert (report.rows, report.new) == (2 * BATCH, 2 * BATCH - 3)
        assert app.store.count(RecordQuery(kinds=(Kind.BOARD,))) == report.new


def test_a_process_that_is_killed_leaves_an_import_that_goes_on(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", rows(3 * BATCH, datetime.now(CHINA) - timedelta(days=1)))
    config = configure(tmp_path)
    child = subprocess.Popen(
        [sys.executable, "-c", SLOW, str(config), str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    while int(child.stdout.readline()) < 2 * BATCH:
        pass
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    ended = subprocess.run(
        [sys.executable, "-c", "from monitor.cli import main; main()", "import", str(path), "--source", "keyed", "--json",
         "--report", str(tmp_path / "rows.csv"), "--config", str(config)],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert ended.returncode == 3, ended.stderr
    told = json.loads(ended.stdout)
    assert (told["rows"], told["new"], told["resumed_at"]) == (3 * BATCH, 3 * BATCH - 3, 2 * BATCH + 2)
    lines = (tmp_path / "rows.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 3 * BATCH + 1
    assert lines[8] == "9,读不出,时间认不出（可用 2019-02-28 11:25、2019/2/28 11:25:05、Excel 日期）"
    assert "停水" not in "".join(lines)


def test_another_file_or_another_mapping_is_another_import(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", rows(2 * BATCH))
    with running(configure(tmp_path)) as app:
        with pytest.raises(Stopped):
            imported(app, path, progress=stop_after(1))
        csv(path, [*rows(2 * BATCH), "GD9999,停水,又停水了,2026-11-21"])
        assert imported(app, path).resumed_at == 0
        assert imported(app, path, columns={"title": "body"}).before is None


def test_a_ticket_told_twice_with_other_words_is_taken_once_and_named(tmp_path: Path) -> None:
    told = [
        HEAD,
        "1,停水,家里停水两天了,2026-11-20",
        "1,停水,家里停水三天了,2026-11-20",
        "1,停水,家里停水两天了,2026-11-20",
    ]
    with running(configure(tmp_path)) as app:
        for expected in (Outcome.NEW, Outcome.DUPLICATE):
            report = imported(app, csv(tmp_path / "a.csv", told))
            assert [fate.outcome for fate in report.fates] == [expected, Outcome.REFUSED, Outcome.DUPLICATE]
            assert report.refusals[0].why == "编号与前面的行相同而内容不同（只收前面的）"


def test_without_a_store_nothing_begins(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", rows(2 * BATCH))
    with running(configure(tmp_path)) as app:
        app.store.close()
        with pytest.raises(StoreUnavailable):
            imported(app, path)
        assert app.spool.depth == 0
