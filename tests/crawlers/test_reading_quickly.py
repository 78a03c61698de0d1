"""Short cuts of reading a page: each leaves the answer as it was."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.extract import extract
from crawlers.page import thread
from crawlers.page.blocks import layout
from crawlers.page.charset import decode
from crawlers.page.published import _scripted
from crawlers.page.sections import judged
from crawlers.page.tree import parse
from monitor.model import CHINA

ROOT = Path(__file__).resolve().parents[2]


def test_whatever_stands_beside_a_post_has_one_of_the_characters_that_are_looked_for_first(shared_data: Path) -> None:
    told = [
        "楼主", "沙发", "板凳", "地板", "3楼", "3#", "3F", "12 f", "第 5 楼", "发表于", "回复于", "发布于", "只看该作者", "只看TA",
        "回帖", "跟帖", "回复", "引用", "举报", "倒序", "积分", "等级", "3条回复", "2 个回答", "88次点击", "匿名用户", "最佳答案",
        "发帖：9", "注册: 2020",
    ]  # fmt: skip
    assert all(thread._BESIDE_HINT.search(text) for text in told if thread._BESIDE.search(text))
    assert sum(thread._BESIDE.search(text) is not None for text in told) >= len(told) - 1
    with tarfile.open(shared_data / "pages" / "list_pages.tar.xz") as pages:
        files = [pages.extractfile(m) for m in pages.getmembers() if m.isfile()]
        roots = [parse(decode(file.read())) for file in files if file is not None]
    lines = [b.text for root in roots if root is not None for b in layout(root, everything=True).blocks]
    beside = [line for line in lines if thread._BESIDE.search(line)]
    assert len(beside) >= 5
    assert all(thread._BESIDE_HINT.search(line) for line in beside)


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ('var publish_time = "2026-11-20 08:30:00";', datetime(2026, 11, 20, 8, 30, tzinfo=CHINA)),
        ("{PubDate : '2026/11/20 08:30'}", datetime(2026, 11, 20, 8, 30, tzinfo=CHINA)),
        ("ct=1795134600", datetime(2026, 11, 20, 0, 30, tzinfo=UTC)),
        ("birthday = '2026-11-20'", None),
        ("ptime: '2062-01-01', ctime = '2026-11-20', ct: '2026-11-19'", datetime(2026, 11, 19, tzinfo=CHINA)),
        ("ptime = soon; x = '2026-11-20'", None),
    ],
)
def test_a_date_in_a_script_counts_by_the_name_before_it(script: str, found: datetime | None) -> None:
    assert _scripted(f"<script>{script}</script>", datetime(2026, 11, 22, tzinfo=CHINA)) == found


def test_the_names_that_a_page_gives_its_elements_are_remembered_only_if_they_are_short() -> None:
    extract("<div class='first'><p>停水通知，明日恢复。</p></div>")
    before = judged.cache_info().currsize
    extract("".join(f"<div class='{'post ' * 100}{i}'><p>停水通知，明日恢复。</p></div>" for i in range(50)))
    assert judged.cache_info().currsize == before


def test_the_benchmark_reads_and_keeps_every_page() -> None:
    command = [sys.executable, "benchmarks/crawl_speed.py", "--pages", "40", "--rounds", "1"]
    told = json.loads(subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout)["feeds"]
    assert told["kept"] == told["pages"] == 40
    assert 0 < told["ratio"]["bare_scrapy"] < 5
    assert all(50 < mb < 1000 for mb in told["peak_mb"].values())
