"""How an import's preview and report look on a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from monitor.cli.common import local, print_table, say

if TYPE_CHECKING:
    from monitor.model import Article, BoardMessage
    from monitor.ops.import_preview import Preview
    from monitor.ops.import_report import ImportReport

FIELDS = {
    "key": "编号", "title": "标题", "text": "正文", "time": "时间", "url": "链接", "category": "分类", "reply": "答复",
    "reply_time": "答复时间", "department": "答复单位", "street": "街道",
}  # fmt: skip
_SHOWN = 60
"""Characters of a text in the table of the first rows."""


def report(told: ImportReport, late_days: int) -> None:
    """The counts, what else there is to know, and the first bad rows by number."""
    from monitor.ops.import_report import remarks, summary

    form = "，".join(part for part in (told.format, told.encoding.upper(), told.sheet) if part)
    title = f"{'预览' if told.dry_run else '导入'} {told.file}（{form}）→ {told.source}"
    print_table(title, ("项目", "条数"), summary(told))
    if told.refusals:
        print_table("读不出的行", ("行号", "原因"), [(str(fate.row), fate.why) for fate in told.refusals])
    for line in remarks(told):
        say(line)
    if "too_old" in told.dropped:
        say(
            f"提示：早于 {late_days} 天的内容未收；要导入历史数据，请调高 service.toml 的 analysis.late_days，最多 4000"
        )


def preview(seen: Preview, late_days: int) -> None:
    """Which column is taken for what, the first rows as they would be stored, the report, and what to write down."""
    from monitor.ops.import_rows import told_name

    rows = [
        (told_name(c.name, n), FIELDS.get(c.field, ""), c.how.chinese) for n, c in enumerate(seen.columns.columns, 1)
    ]
    print_table("各列当作什么", ("列名", "当作", "依据"), rows)
    if seen.missing:
        say(f"错误：没有找到{'、'.join(FIELDS[name] for name in seen.missing)}列")
        say("提示：用 --column text=列名 --column time=列名 指定")
        return
    if seen.first:
        print_table(
            "前几行会这样保存（已隐去个人信息）",
            ("时间", "标题", "正文", "分类", "专题", "答复"),
            [_row(r) for r in seen.first],
        )
    if seen.report is not None:
        report(seen.report, late_days)
    if seen.toml:
        say(f"列名不是事先配置的。核对上表后，把下面几行写进 sources.toml 中 id = \"{seen.source}\" 的信源（替换原有的"
            " [source.columns]）；\n或只这一次：去掉 --preview，加 --proposed。")  # fmt: skip
        sys.stdout.write(seen.toml)


def preview_json(seen: Preview) -> dict[str, Any]:
    """The same for programs; texts are those that would be stored."""
    from monitor.ops.import_rows import told_name

    return {
        "source": seen.source,
        "columns": [
            {"column": told_name(c.name, n), "field": c.field, "how": c.how.value}
            for n, c in enumerate(seen.columns.columns, 1)
        ],
        "missing": list(seen.missing),
        "toml": seen.toml,
        "first": [
            {"published": r.published.isoformat(), "title": r.title, "text": r.text, "topics": list(r.labels.topics)}
            for r in seen.first
        ],
        **(seen.report.as_json() if seen.report else {}),
    }


def _row(record: Article | BoardMessage) -> tuple[str, ...]:
    from monitor.model import BoardMessage

    board = record if isinstance(record, BoardMessage) else None
    reply = board.reply if board else None
    answered = "、".join(part for part in (reply.department, _cut(reply.text, 20)) if part) if reply else ""
    return (
        local(record.published), _cut(record.title, 30), _cut(record.text, _SHOWN),
        (board.category if board else "") or "", "、".join(record.labels.topics), answered,
    )  # fmt: skip


def _cut(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[:most] + "…"
