"""A hotline's export through the import as an office meets it: proposed columns, a kill in the middle, the next day.

    python benchmarks/import_export.py --rows 2000

Makes a workbook with what real exports have (a title row, a header of two merged rows, a summary sheet first, dates as
numbers, empty rows, columns about callers, three broken rows), imports it as proposed, kills the import once and runs
it again, imports the same file and the next day's, in which more tickets are answered and some texts have grown.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from monitor.app import open_app, system_clock  # noqa: E402
from monitor.model import CHINA, Kind  # noqa: E402
from monitor.responses import board_messages  # noqa: E402
from monitor.store import RecordQuery  # noqa: E402
from tests.imports.district import configure  # noqa: E402

EXCEL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001
THEMES = (
    ("停水", "{p}{e}小区停水{d}天了，没有人通知什么时候来水，请尽快恢复供水。联系我：{t}，{n}"),
    ("路灯不亮", "{p}{e}门口的路灯坏了{d}周没人修，晚上走路看不清，希望尽快维修"),
    ("占道经营", "{p}{e}路口有{d}家流动摊贩占道经营，油烟很大，堵住了人行道"),
    ("噪音扰民", "{p}{e}旁边工地夜间施工到{d}点，影响孩子上学休息，身份证{i}"),
    ("物业", "{p}{e}物业收费不透明，电梯坏了{d}天不修，找物业没人管"),
)
PLACES, ESTATES = ("青石街道", "白塔镇"), ("幸福里", "阳光花园", "和平苑")
NAMES = ("王秀英", "李建国", "张伟民", "刘洋洋")
BROKEN = 3


def book(path: Path, rows: int, answered: float, grown: float) -> None:
    """The export; the same row says the same whatever share is answered."""
    import openpyxl

    made = openpyxl.Workbook()
    first = made.active
    assert first is not None
    first.title = "汇总"
    first.append(["合计", rows])
    sheet = made.create_sheet("工单明细")
    sheet.append(["12345 政务服务便民热线工单导出"])
    sheet.append(["序号", "工单编号", "来电时间", "来电人信息", None, None, "诉求信息", None, None, None, "办理信息"])
    named = "来电人姓名 联系电话 住址 诉求标题 诉求内容（必填） 诉求类型 所属街道 承办单位 办结时间 办理结果"
    sheet.append([None, None, None, *named.split()])
    yesterday = (datetime.now(CHINA) - timedelta(days=1)).replace(
        tzinfo=None, hour=7, minute=0, second=0, microsecond=0
    )
    for i in range(rows):
        sheet.append(row(i, yesterday, answered, grown))
        if i % 400 == 399:
            sheet.append([])
    made.save(path)


def row(i: int, day: datetime, answered: float, grown: float) -> list[Any]:
    chance = random.Random(i)
    name, (theme, words) = chance.choice(NAMES), chance.choice(THEMES)
    place, estate = chance.choice(PLACES), chance.choice(ESTATES)
    phone, card = f"1{chance.randint(3_000_000_000, 9_999_999_999)}", f"11010119900307{chance.randint(1000, 9999)}"
    text = words.format(p=place, e=estate, d=chance.randint(2, 9), t=phone, n=name, i=card) + f"（第{i}次反映）"
    when = day + timedelta(seconds=chance.randint(0, 60_000))
    kind, office, done, more = chance.choice(("投诉", "咨询")), "区水务局", chance.random(), chance.random()
    cells: list[Any] = [
        i + 1, f"GD{i:07d}", when if i % 3 else (when - EXCEL_ZERO) / timedelta(days=1), name, phone,
        f"{place}{estate}{i % 30 + 1}号楼101室", f"{place}{theme}", text + "，今天还没有解决" * (more < grown), kind,
        place, office, when + timedelta(hours=5) if done < answered else None,
        "已联系市民，处理完毕，市民表示满意。" if done < answered else None,
    ]  # fmt: skip
    broken = {17: (2, "昨天下午"), 99: (7, None), 500: (1, None)}
    if i in broken:
        at, value = broken[i]
        cells[at] = value
        if i == 99:
            cells[6] = None
    return cells


def imported(config: Path, path: Path, kill_after_s: float = 0.0) -> dict[str, Any]:
    """The report of one run of the command, its CPU seconds and its peak memory; empty if it was killed."""
    command = [sys.executable, "-c", "from monitor.cli import main; main()", "import", str(path), "--source", "hotline",
               "--proposed", "--json", "--config", str(config)]  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if kill_after_s:
        time.sleep(kill_after_s)
        os.kill(child.pid, signal.SIGKILL)
    out, _ = child.communicate()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = json.loads(out) if out else {}
    return told | {"cpu_s": round(after.ru_utime - before.ru_utime, 1), "peak_mb": after.ru_maxrss // 1024}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--kill-after-s", type=float, default=0.0, help="kill the first import after so many seconds")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        config = configure(folder)
        book(folder / "day1.xlsx", asked.rows, 0.4, 0.0)
        book(folder / "day2.xlsx", asked.rows, 0.8, 0.05)
        if asked.kill_after_s:
            told("killed", imported(config, folder / "day1.xlsx", asked.kill_after_s))
        told("first", imported(config, folder / "day1.xlsx"))
        told("same file again", imported(config, folder / "day1.xlsx"))
        told("next day", imported(config, folder / "day2.xlsx"))
        print(named(config))


def named(config: Path) -> str:
    """How many stored tickets still name a caller: of those whose own text does, and of the others, where the name
    could only come from the columns that are not to be read."""
    with open_app(config, system_clock) as app:
        query = RecordQuery(kinds=(Kind.BOARD,), limit=500)
        texts = [f"{m.title}\n{m.text}" for m in board_messages(app.store, query)]
    own = [text for text in texts if "联系我" in text]
    others = [text for text in texts if "联系我" not in text]
    mine, foreign = (sum(any(name in text for name in NAMES) for text in part) for part in (own, others))
    return f"names left in texts that gave one: {mine} of {len(own)}; in the others: {foreign} of {len(others)}"


def told(what: str, found: dict[str, Any]) -> None:
    shown = ("rows", "new", "duplicate", "replies", "edited", "refused", "resumed_at", "cpu_s", "peak_mb")
    print(what, {name: found[name] for name in shown if name in found})


if __name__ == "__main__":
    main()
