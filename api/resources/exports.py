"""Every list that may leave the house, as CSV and XLSX. Figures of posts are the released ones; no post is listed (S3).

Each export is written down in the audit log with its parameters before its first byte leaves. Rows are read as they are
sent, so that a long list takes no more memory than a short one. A list is cut at ``MOST`` rows and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any
from urllib.parse import quote

from flask import Response, stream_with_context

from api import context
from api.operation import Resource
from api.resources.export_tables import EXPORTS, Export, Rows
from monitor.ops.audit import Action
from monitor.ops.sheets import Cell, csv_stream
from monitor.ops.sheets_xlsx import xlsx_stream

MOST = 100_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"

resource = Resource("exports", "导出")
_Maker = Callable[[Export, Rows], Iterator[bytes]]
_FORMS: tuple[tuple[str, str, _Maker], ...] = (
    ("csv", CSV, lambda export, rows: csv_stream(export.columns, rows)),
    ("xlsx", XLSX, lambda export, rows: xlsx_stream(export.title, export.columns, rows)),
)


def _offer(export: Export, suffix: str, media: str, made: _Maker) -> None:
    def view(query: Any) -> Response:
        # What is wrong with the parameters shows when the first row is read; then there is still a problem to answer.
        rows = _bounded(export.rows(query), len(export.columns))
        first = next(rows, None)
        body = made(export, chain([] if first is None else [first], rows))
        stamp = f"{context.now():%Y%m%d-%H%M}.{suffix}"
        named = quote(f"{context.settings().district.name}{export.title}-{stamp}")
        headers = {
            "Content-Disposition": f"attachment; filename=\"{export.name}-{stamp}\"; filename*=UTF-8''{named}",
            "Cache-Control": "no-store",
        }
        return Response(stream_with_context(body), content_type=media, headers=headers)

    view.__name__ = f"export_{export.name}_{suffix}"
    view.__doc__ = f"导出{export.title}（{suffix.upper()}）\n\n最多 {MOST} 行；帖文数量按披露规则处理。"
    resource.get(f"/exports/{export.name}.{suffix}", role=export.role, query=export.query, audited=Action.EXPORT,
                 media=media.partition(";")[0])(view)  # fmt: skip


def _bounded(rows: Rows, width: int) -> Iterator[Sequence[Cell]]:
    for n, row in enumerate(rows):
        if n == MOST:
            yield (f"……只导出前 {MOST} 行，请缩小时间范围再导出", *("",) * (width - 1))
            return
        yield row


for _export in EXPORTS:
    for _suffix, _media, _made in _FORMS:
        _offer(_export, _suffix, _media, _made)
