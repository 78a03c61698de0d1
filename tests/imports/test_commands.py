"""``yuqing import`` and ``yuqing brief daily`` as a person runs them: a process, a configuration folder, files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.model import CHINA
from tests.imports.district import configure, csv

DAY = (datetime.now(CHINA) - timedelta(days=3)).date()
MORNING = f"{DAY + timedelta(days=1)}T08:00"
ROWS = [
    "title,text,time",
    *(f"停水第{n}次,小区又停水{n}天了没人管,{DAY} {8 + n}:00" for n in range(12)),
    "停水,不知道哪天,某天",
]


def yuqing(*arguments: str, config: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "120", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-c", "from monitor.cli import main; main()", *arguments, "--config", str(config)],
        capture_output=True, text=True, encoding="utf-8", timeout=120, env=environment, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configured district with one imported file."""
    folder = tmp_path_factory.mktemp("office")
    configure(folder)
    csv(folder / "导出.csv", ROWS, "gbk")
    return folder


def test_a_person_imports_a_file_and_writes_the_brief_of_the_day(office: Path) -> None:
    config = office / "config"
    preview = yuqing("import", str(office / "导出.csv"), "--source", "hotline", "--dry-run", config=config)
    assert preview.returncode == 3, preview.stderr
    assert "将新增" in preview.stdout

    first = yuqing("import", str(office / "导出.csv"), "--source", "hotline", config=config)
    assert first.returncode == 3, first.stderr
    assert "GB18030" in first.stdout and "读不出：时间认不出" in first.stdout and "│ 14" in first.stdout
    assert "某天" not in first.stdout + first.stderr

    again = yuqing("import", str(office / "导出.csv"), "--source", "hotline", "--json", config=config)
    report = json.loads(again.stdout)
    assert (report["rows"], report["new"], report["duplicate"]) == (13, 0, 12)

    made = yuqing("brief", "daily", "--date", str(DAY), "--now", MORNING, "--out", str(office / "out"), config=config)
    assert made.returncode == 0, made.stderr
    paths = [Path(line) for line in made.stdout.split()]
    assert [path.name for path in paths] == [f"daily-{DAY}.{name}" for name in ("html", "json", "docx")]
    assert "12" in paths[0].read_text(encoding="utf-8")
    overview = json.loads(paths[1].read_text(encoding="utf-8"))["sections"][0]
    figure = next(part for part in overview["blocks"][0]["parts"] if isinstance(part, dict))
    assert figure["text"] == "12"

    before = [path.read_bytes() for path in paths]
    yuqing("brief", "daily", "--date", str(DAY), "--now", MORNING, "--out", str(office / "out"), config=config)
    assert [path.read_bytes() for path in paths] == before


def test_without_a_date_the_morning_brief_covers_the_day_before(tmp_path: Path) -> None:
    config = configure(tmp_path)
    made = yuqing("brief", "daily", "--now", "2026-03-01T07:30", "--format", "json", "--json", config=config)
    assert made.returncode == 0, made.stderr
    answer = json.loads(made.stdout)
    assert answer["id"] == "daily.2026-02-28"
    assert Path(answer["files"]["json"]) == tmp_path / "data" / "briefs" / "daily-2026-02-28.json"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("brief", "daily", "--format", "wps"), 2, "可用：html、json、docx、pdf"),
        (("brief", "daily", "--date", "昨天"), 2, "不是日期"),
        (("brief", "daily", "--date", "2999-01-01"), 1, "还没有开始"),
        (("import", "none.csv", "--source", "hotline"), 1, "读不到文件"),
        (("import", "none.csv", "--source", "unknown"), 1, "没有信源“unknown”"),
        (("import", "none.csv", "--source", "hotline", "--column", "text"), 2, "字段=列名"),
    ],
)
def test_wrong_use_ends_with_a_sentence_and_not_with_a_traceback(
    tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ended = yuqing(*arguments, config=configure(tmp_path))
    assert ended.returncode == code
    assert said in "".join(ended.stderr.split()).replace("│", "").replace(" ", "")
    assert "Traceback" not in ended.stderr


def test_missing_columns_are_explained_to_the_person(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", ["诉求,时间", "停水,2026-11-20"])
    ended = yuqing("import", str(path), "--source", "hotline", config=configure(tmp_path))
    assert ended.returncode == 1
    assert "错误：缺少列：text（text）、time（time）；文件里的列：诉求、时间" in ended.stderr
    assert "加 --preview 看建议的对应；用 --column text=列名 --column time=列名 指定" in ended.stderr
