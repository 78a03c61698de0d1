"""A Brief as PDF, set by WeasyPrint in a child process: its memory is given back when the child ends.

``python -m monitor.briefs.pdf`` reads ``{"brief": …, "base": …}`` and writes the PDF; :func:`pdf` calls it so.
Tagged (PDF/UA-1), with bookmarks and subset fonts; the identifier and dates come from the brief, so that the same brief
gives the same bytes on one machine.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from monitor.briefs import fonts
from monitor.briefs.codec import of_json, to_json
from monitor.errors import YuqingError

if TYPE_CHECKING:
    from monitor.briefs.types import Brief

LIMIT_S = 120


class PdfFailed(YuqingError):
    """The PDF could not be set: the library or what it needs of the system is missing, or it took too long."""

    code = "pdf_failed"


def pdf(brief: Brief, base: str = "") -> bytes:
    """The brief as a PDF file. ``base`` is the public address that the note list's links begin with.

    Raises :class:`PdfFailed` where it cannot be set, also where the machine has no Chinese font: a page of boxes is
    worse than none.
    """
    if fonts.chinese() is None:
        fonts.log_missing()
        raise PdfFailed("这台机器没有中文字体，不能生成 PDF", f"{fonts.HINT}；HTML 和 DOCX 不受影响")
    job = json.dumps({"brief": to_json(brief), "base": base}).encode("ascii")
    # Bytes that hashing and sets decide would differ from run to run.
    environment = {**os.environ, "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": str(int(brief.as_of.timestamp()))}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "monitor.briefs.pdf"], input=job, capture_output=True, check=False, timeout=LIMIT_S,
            env=environment,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise PdfFailed("生成 PDF 超时", "先用 HTML 或 DOCX，再查看专报是否异常长") from error
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        told = done.stderr.decode(errors="replace").strip().splitlines()
        reason = told[-1][:200] if told else f"代码 {done.returncode}"
        hint = "安装 libpango-1.0-0、libpangoft2-1.0-0 和 libharfbuzz-subset0 后再试；HTML 和 DOCX 不受影响"
        raise PdfFailed(f"生成 PDF 失败：{reason}", hint)
    return done.stdout


def _set(job: bytes) -> bytes:
    import logging

    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    from monitor.briefs.printing import printed

    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    asked = json.loads(job)
    page = printed(of_json(asked["brief"]), asked["base"])
    identifier = hashlib.sha256(page.encode()).digest()[:16]
    # Everything a brief needs is in its page: nothing is fetched, least of all a link's address.
    fetcher = URLFetcher(allowed_protocols={"data"}, fail_on_errors=True)
    made: bytes = HTML(string=page, base_url=None, url_fetcher=fetcher).write_pdf(
        pdf_identifier=identifier, pdf_variant="pdf/ua-1"
    )
    return made


if __name__ == "__main__":
    sys.stdout.buffer.write(_set(sys.stdin.buffer.read()))
