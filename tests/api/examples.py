"""Records the examples of the API's description from the fictional district: ``python -m tests.api.examples``.

One example an answer model and body model, cut to the first items of lists; written to ``api/examples.json``.
"""

from __future__ import annotations

import json
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from api.operation import PREFIX, Operation
from api.resources import ALL
from monitor.alerts.book import AlertBook
from monitor.app import App
from monitor.model import Kind
from monitor.ops import people
from monitor.ops.people import Role
from monitor.store import RecordQuery
from tests.api import district
from tests.api.client import Client, serving

HURTS, CALM = district.HOSTILE_TITLE, "示例区今日起分片检修供水管网"
FILE = Path(__file__).resolve().parents[2] / "api" / "examples.json"
BODIES: dict[str, dict[str, Any]] = {
    "Acknowledgement": {"note": "已派抢修队，预计 18 时恢复"},
    "Done": {"clock": "first", "note": "10 时 20 分在区政府网站发布停水通告"},
    "Closing": {"note": "已恢复供水并逐条答复"},
    "SilenceRequest": {"hours": 6, "reason": "计划停水，已公告"},
    "MakeBrief": {"kind": "daily", "day": "2026-11-20", "subject": ""},
    "EditBrief": {"version": 1, "note": ["按会议意见修改。"], "texts": []},
    "AtVersion": {"version": 1},
    "IssueBrief": {"version": 1, "send": False},
    "SendBrief": {"names": ["区委办公室"]},
    "ReadBrief": {"mail": "20261122-0001", "sign": "0123456789abcdef"},
}


def operations() -> list[Operation]:
    return [operation for resource in ALL for operation in resource.operations]


def ids(app: App) -> dict[str, str]:
    """An id that is there, by the beginning of the path."""
    return {
        "/alerts": AlertBook(app.store).list()[0].id,
        "/articles": app.store.find(RecordQuery(kinds=(Kind.NEWS,), limit=1)).records[0].id,
        "/board": app.store.find(RecordQuery(kinds=(Kind.BOARD,), limit=1)).records[0].id,
        "/briefs": "daily.2026-11-21", "/events": district.MATTER, "/sources": "board", "/topics": quote("供水"),
    }  # fmt: skip


def recorded(client: Client, app: App) -> dict[str, Any]:
    """By the name of the answer model or, for files, by media type."""
    known, answers = ids(app), dict[str, Any]()
    for operation in sorted(operations(), key=lambda o: o.method.value):
        name = operation.answer.__name__ if operation.answer else operation.media
        if name in answers or "vnd" in name or "html" in name:
            continue
        path = operation.path.replace("<id>", known.get("/" + operation.path.split("/")[1], "x"))
        path = path.replace("<name>", known["/topics"])
        needs = {"get_forecast": f"?topic={known['/topics']}", "list_articles": "?limit=1", "get_trends": "?kind=post"}
        body = BODIES.get(operation.body.__name__) if operation.body else None
        reply = client.request(operation.method.value, PREFIX + path + needs.get(operation.name, ""), data=body)
        if reply.status == 200:
            answers[name] = cut(reply.json()) if operation.answer else csv_of(reply.text)
    return dict(sorted(answers.items()))


def csv_of(text: str) -> str:
    """The head of a file and a line without a hostile title."""
    first, *rest = text.splitlines(keepends=True)
    return first + next(line for line in rest if "script" not in line and "\u202e" not in line)


def cut(value: Any) -> Any:
    """The first item of each list, the beginning of each long text."""
    if isinstance(value, dict):
        return {key: cut(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [cut(inner) for inner in value[:1]]
    if not isinstance(value, str):
        return value
    # The district of the tests has titles and links that are meant to hurt.
    value = value.replace(HURTS, CALM).replace("<script>", "")
    return "http://news.example.invalid/1" if value.startswith("javascript:") else value[:120]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, district.opened(Path(folder), district.Hands()) as app:
        district.fill(app)
        token = people.add_token(
            app.store, "admin", "examples", Role.ADMIN, district.NOW + timedelta(days=1), district.NOW
        )
        with serving(app) as port:
            answers = recorded(Client(port, token), app)
    whole = {"answers": answers, "bodies": BODIES}
    FILE.write_text(json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    missing = {o.answer.__name__ for o in operations() if o.answer} - set(answers)
    print(f"{len(answers)} examples; without: {sorted(missing)}")  # noqa: T201


if __name__ == "__main__":
    main()
