"""S1 and S2 for imports: planted authors and personal data in every column reach no file that the service writes."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl

from monitor.model import Fetched, Kind
from monitor.ops.import_rows import fetched, match, rules_of
from monitor.ops.imports import import_file
from monitor.ops.ingest import Ingest
from tests.imports.district import configure, running

AUTHOR = "刘建国网友七七"
PERSONAL = ("13912345678", "110101199003078515", "6222021234567890123", "zhang.secret@example.com", "京A12345")
TEXT = (
    f"家里停水两天了，联系{PERSONAL[0]}，身份证{PERSONAL[1]}，卡号{PERSONAL[2]}，邮箱{PERSONAL[3]}，车牌{PERSONAL[4]}"
)
ROW = {
    "title": f"停水投诉 {PERSONAL[0]}", "text": TEXT, "time": "2026-11-21 09:00", "author": AUTHOR, "作者": AUTHOR,
    "姓名": AUTHOR, "avatar": f"https://a.example.cn/{AUTHOR}.png", "phone": PERSONAL[0], "ip": "203.0.113.77",
    "followers": "918273645", "reply": f"{TEXT}，已答复", "reply_time": "2026-11-21 18:00",
}  # fmt: skip
SECRETS = (AUTHOR, *PERSONAL, "203.0.113.77", "918273645")


def written(folder: Path) -> bytes:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return b"".join(path.read_bytes() for path in files)


def files(folder: Path) -> list[Path]:
    """The same hostile row in each format; the bad rows carry the secrets too."""
    jsonl, table, book = folder / "a.jsonl", folder / "b.csv", folder / "c.xlsx"
    bad = {**ROW, "time": f"{AUTHOR}{PERSONAL[0]}"}
    jsonl.write_text(
        "\n".join(json.dumps(r, ensure_ascii=False) for r in (ROW, bad)) + f'\n{{"{AUTHOR}', encoding="utf-8"
    )
    rows = [list(ROW), list(ROW.values()), list(bad.values()), [*ROW.values(), AUTHOR]]
    table.write_text("\n".join("\t".join(row) for row in rows), encoding="utf-8")
    workbook = openpyxl.Workbook()
    assert workbook.active is not None
    for row in rows[:3]:
        workbook.active.append(row)
    workbook.save(book)
    return [jsonl, table, book]


def test_nothing_personal_of_an_import_reaches_a_file_or_the_report(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    reports = []
    with running(configure(tmp_path)) as app:
        for source in ("hotline", "forum"):
            for path in files(inbox):
                report = import_file(
                    app.settings, app.store, app.spool, app.keys.record, path, source, clock=app.clock
                )  # fmt: skip
                reports.append(json.dumps(report.as_json(), ensure_ascii=False))
        assert app.store.stats().records
        during = written(tmp_path / "data")
    after = written(tmp_path / "data")
    assert "停水".encode() in after
    for secret in SECRETS:
        for found in (during, after, "".join(reports).encode()):
            assert secret.encode() not in found, secret
            assert secret.encode("utf-16-le") not in found, secret


def test_spooled_rows_are_as_clean_as_stored_ones(tmp_path: Path) -> None:
    """What an import hands to the spool while the store is away is redacted like anything stored."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    with running(configure(tmp_path)) as app:
        ingest = Ingest(app.settings, app.store, app.spool, app.keys.record, app.clock)
        source = app.settings.source("hotline")
        assert source is not None and source.kind is Kind.BOARD
        item = fetched(ROW, match(rules_of(source, {}), list(ROW), frozenset()), source, app.clock())
        assert isinstance(item, Fetched)
        decision = ingest.intake.decide(item, app.clock())
        assert decision.value is not None
        assert app.spool.put([decision.value]) == 1
        found = written(tmp_path / "data")
    for secret in SECRETS:
        assert secret.encode() not in found, secret
