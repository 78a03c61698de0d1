"""Chinese fonts that are wanting: said clearly and once, and nobody gets a page of boxes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from lxml import etree

from monitor.briefs import fonts
from monitor.briefs.charts.numbers import table as numbers
from tests.briefs import samples

BARE = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{folder}/cache</cachedir></fontconfig>
"""
SCRIPT = """
import base64, json, sys
from monitor.briefs import fonts
from monitor.briefs.docx import docx
from monitor.briefs.pdf import PdfFailed, pdf
from monitor.briefs.render import html
from tests.briefs import samples
from monitor.ops import log
log.configure()
brief = samples.sample("weekly")
made = [docx(brief, ""), docx(brief, "")]
try:
    pdf(brief, "")
    failed = ""
except PdfFailed as error:
    failed = f"{error}｜{error.hint}"
print(json.dumps({
    "chinese": fonts.chinese() is not None, "warnings": fonts.warnings(("html", "docx", "pdf")), "failed": failed,
    "same": made[0] == made[1], "docx": base64.b64encode(made[0]).decode(), "html": len(html(brief)),
    "docx_only": fonts.missing(("docx",)), "html_only": fonts.missing(("html", "json")),
}))
"""


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment whose fontconfig knows no Chinese font: at most one Latin one."""
    folder = tmp_path_factory.mktemp("fonts")
    latin = fonts._match("DejaVu Sans:charset=41")
    if latin is not None and not latin[1]:
        shutil.copy(latin[0].file, folder)
    (folder / "fonts.conf").write_text(BARE.format(folder=folder))
    return {**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf"), "LANG": "C.UTF-8"}


@pytest.fixture(scope="module")
def told(bare: dict[str, str]) -> tuple[dict[str, object], str]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=bare, capture_output=True, text=True, timeout=120, check=True
    )
    return json.loads(done.stdout), done.stderr


def test_a_machine_without_chinese_fonts_says_what_it_loses_and_what_to_do(told) -> None:
    found, _ = told
    assert not found["chinese"]
    assert found["warnings"] == [
        "这台机器没有中文字体：Word 专报中的图改为表，不能生成 PDF。"
        "安装 fontconfig 和中文字体（Debian、Ubuntu：apt-get install fontconfig fonts-noto-cjk）后重启服务"
    ]
    assert "图改为表" in str(found["docx_only"]) and "PDF" not in str(found["docx_only"])
    assert found["html_only"] == ""
    assert "没有中文字体，不能生成 PDF" in str(found["failed"]) and "HTML 和 DOCX 不受影响" in str(found["failed"])
    assert int(str(found["html"])) > 10_000


def test_the_log_is_told_once(told) -> None:
    _, errors = told
    assert errors.count("no_chinese_font") == 1, errors


def test_without_fonts_the_document_has_tables_for_pictures(told) -> None:
    import base64

    found, _ = told
    assert found["same"]
    document = Document(BytesIO(base64.b64decode(str(found["docx"]))))
    assert not [n for n in document.element.body.iter() if n.tag.endswith("}drawing")]
    drawings = [samples.chart(), samples.bars(), samples.panels(), samples.stack(), samples.heat()]
    assert len(document.tables) == len(drawings) + 2
    titles = [p.text for p in document.paragraphs if p.style.name == "图表题"]
    rows = {len(t.rows) - 1 for t in document.tables}
    for block in drawings:
        assert any(title.startswith(block.title) for title in titles)
        assert len(numbers(block).rows) in rows
    assert sum("图以表代替" in p.text for p in document.paragraphs) == len(drawings)
    assert etree.tostring(document.element, encoding="unicode").count("不足10件") == 1, (
        "a suppressed bar stays suppressed"
    )


def test_where_fonts_are_there_pictures_are_drawn_with_them() -> None:
    font = fonts.chinese()
    if font is None:
        pytest.skip("this machine has no Chinese font (apt-get install fonts-noto-cjk)")
    assert Path(font.file).is_file() and font.family
    assert fonts.missing(("docx", "pdf")) == ""
    assert set(fonts.stand_ins()) <= set(fonts.FACES)
    if fonts.stand_ins():
        assert "PDF 用其他中文字体代替" in fonts.warnings(("pdf",))[0]
    assert fonts.warnings(("docx",)) == () == fonts.warnings(("html", "json"))


def test_check_and_brief_warn_about_it(bare: dict[str, str], tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    shutil.copytree(root / "config", tmp_path / "config")
    said = subprocess.run(
        [sys.executable, "-c", "from monitor.cli import main; main()", "check", "--config", str(tmp_path / "config")],
        env={**bare, "PYTHONPATH": str(root)}, capture_output=True, text=True, timeout=120, cwd=tmp_path,
    )  # fmt: skip
    assert said.returncode == 0
    assert "提醒：这台机器没有中文字体：Word 专报中的图改为表" in said.stdout + said.stderr
    made = subprocess.run(
        [sys.executable, "-c", "from monitor.cli import main; main()", "brief", "daily", "--date", "2026-11-20",
         "--now", "2026-11-21T08:00", "--format", "html,docx", "--out", str(tmp_path / "out"), "--config", str(tmp_path / "config")],
        env={**bare, "PYTHONPATH": str(root)}, capture_output=True, text=True, timeout=120, cwd=tmp_path,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    assert (made.stdout + made.stderr).count("提醒：这台机器没有中文字体") == 1
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".html", ".docx"}
