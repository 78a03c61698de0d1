"""JSON Lines in, JSON Lines out: what ``yuqing label`` prints, one function a task, in batches and in order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from monitor.analysis import sentiment, topics
from monitor.analysis.sentiment import joined
from monitor.errors import YuqingError

Row = dict[str, Any]
Task = Callable[[list[Row]], list[Row]]
_READ = 1 << 17


class BadRow(YuqingError):
    """A line that is not a JSON object with the texts a task needs."""

    code = "bad_row"


def chunks(stream: BinaryIO, origin: str) -> Iterator[list[Row]]:
    """The JSON objects of a stream of UTF-8 lines, as many at a time as have arrived; empty lines are no rows.

    So a file comes in batches, and a program that writes a line and waits for the answer gets it. Raises ``BadRow``
    with the number of the line.
    """
    rest, number = b"", 0
    while data := stream.read1(_READ):  # type: ignore[attr-defined]
        *lines, rest = (rest + data).split(b"\n")
        found = [_row(line, origin, number + i) for i, line in enumerate(lines, 1) if line.strip()]
        number += len(lines)
        if found:
            yield found
    if rest.strip():
        yield [_row(rest, origin, number + 1)]


def _row(line: bytes, origin: str, number: int) -> Row:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict) or not all(isinstance(row.get(k, ""), str | None) for k in ("title", "text")):
        raise BadRow(
            f"{origin} 第 {number} 行不是所需的 JSON 对象",
            '每行一个 UTF-8 编码的对象，如 {"title": "标题", "text": "正文"}；title、text 是字符串',
        )
    return row


def dumped(row: Row) -> str:
    """One line of JSON that every encoding can carry (a lone surrogate is escaped)."""
    line = json.dumps(row, ensure_ascii=False)
    return line if line.isprintable() else json.dumps(row, ensure_ascii=True)


def whole(row: Row) -> str:
    """Title and text of a row as the models are given them."""
    return joined(row.get("title") or "", row.get("text") or "")


def sentiment_task(engine: str) -> Task:
    """``{"negative", "neutral", "positive", "polarity"}`` a row."""
    scorer = sentiment.engine(engine)

    def task(chunk: list[Row]) -> list[Row]:
        return [
            {"negative": s.negative, "neutral": s.neutral, "positive": s.positive, "polarity": int(s.polarity)}
            for s in scorer.score([whole(row) for row in chunk])
        ]

    return task


def topic_task() -> Task:
    """``{"topic", "topics", "public_service"}`` a row, of the seven official topics; null: no public-service matter."""
    model = topics.model()

    def task(chunk: list[Row]) -> list[Row]:
        scores = model.score([whole(row) for row in chunk])
        return [
            {
                "topic": s.official[0][0] if s.public_service >= model.threshold else None,
                "topics": [{"topic": name, "probability": chance} for name, chance in s.official],
                "public_service": s.public_service,
            }
            for s in scores
        ]

    return task
