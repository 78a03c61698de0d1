"""S3 on the way out by alert: what is mailed, logged and stored of an alert is searched for what may not be said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from monitor.alerts.book import AlertBook
from monitor.alerts.tick import tick
from monitor.model import Kind
from monitor.ops import log
from monitor.signals.spikes import HOUR
from monitor.store import open_store
from tests.alerts.desk import NOON, ONE_CLOCK, Writer, fill, settings_of
from tests.alerts.sink import smtp_sink

MARK = "密语甲乙丙"
QUIET_TERM, LOUD_TERM, PLACE = "稀词", "众词", "僻镇"


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def told(sink) -> list[str]:
    """Every part of every mail, decoded, with its headers."""
    texts = []
    for mail in sink.mails:
        texts.append(" ".join(f"{name}: {value}" for name, value in mail.items() if name in ("Subject", "From", "To")))
        texts += [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return texts


def without_ids(text: str) -> str:
    """Takes out what is no figure: ids, web addresses, colours and times."""
    for pattern in (
        r"https?://\S+",
        r"20\d\d-\d\d-\d\dT[\w.:+-]+",
        r"#[0-9a-f]{6}",
        r"\d+月\d+日",
        r"\b[0-9a-f]{12,}\b",
    ):
        text = re.sub(pattern, " ", text)
    return text


def says(n: int, text: str) -> bool:
    return re.search(rf"(?<![\d.]){n}(?![\d.])", without_ids(text)) is not None


CAREFULLY: dict[str, Any] = {
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
    "phases": (
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ),  # an example is a whole service: no shrinking
}

odd = st.integers(101, 300).filter(lambda n: n % 5)
"""Counts that rounding changes, too large to be an hour, a width or a size by chance."""


@given(first=odd, more=odd, board=st.integers(0, 3), quiet=st.integers(1, 9))
@settings(max_examples=12, deadline=None, **CAREFULLY)
def test_no_exact_count_no_rare_term_and_no_text_of_posts_leaves_by_an_alert(
    tmp_path: Path, capsys, first: int, more: int, board: int, quiet: int
) -> None:
    with smtp_sink() as sink:
        channel = [{"id": "mail", "type": "email", "to": ["duty@example.org"]}, {"id": "log", "type": "log"}]
        settings = settings_of(tmp_path, port=sink.port, alerts={"channel": channel, "spike": ONE_CLOCK})
        store, writer = open_store(settings), Writer()
        log.configure()
        fill(store, writer.history(NOON))
        before = len(writer.history(NOON, days=1))  # three a day, all within the window's reach at most
        fill(store, writer.many(Kind.POST, first - quiet, NOON - HOUR, text=MARK, terms=(LOUD_TERM,)))
        fill(store, writer.many(Kind.POST, quiet, NOON - HOUR, text=MARK, terms=(QUIET_TERM,), places=(PLACE,)))
        fill(store, writer.many(Kind.BOARD, board, NOON - HOUR))
        tick(settings, store, NOON)
        fill(store, writer.many(Kind.POST, more, NOON - HOUR, text=MARK, terms=(LOUD_TERM,)))
        for hour in range(7):
            tick(settings, store, NOON + hour * HOUR + timedelta(minutes=1))
        states = [
            json.dumps(dict(s.doc), ensure_ascii=False)
            for kind in ("alert", "notification", "watch")
            for s in store.list_states(kind)
        ]
        assert len(sink.raw) >= 2
        everything = [*told(sink), capsys.readouterr().err, *states]
        store.close()
    assert any(LOUD_TERM in text for text in everything), "what may be shown is there: the search can find things"
    window = {n + extra for n in (first, first + more, more) for extra in range(before + 1)}
    forbidden = {m for n in window for m in (n, n + board) if m % 5}
    shown = {m + b for m in range(0, 700, 5) for b in range(board + 1)}
    for text in everything:
        assert MARK not in text
        assert QUIET_TERM not in text and PLACE not in text
        for n in forbidden - shown:
            assert not says(n, text), f"an exact count is told: {text[:200]}"


@given(posts=st.integers(1, 9))
@settings(max_examples=9, deadline=None, **CAREFULLY)
def test_fewer_than_ten_posts_beside_many_messages_are_only_fewer_than_ten(tmp_path: Path, posts: int) -> None:
    with smtp_sink() as sink:
        settings = settings_of(tmp_path, port=sink.port)
        store, writer = open_store(settings), Writer()
        fill(store, [r for r in writer.history(NOON) if r.published < NOON - 4 * HOUR])
        fill(store, writer.many(Kind.BOARD, 25, NOON - HOUR), writer.many(Kind.POST, posts, NOON - HOUR))
        tick(settings, store, NOON)
        [alert] = AlertBook(store).list()
        assert alert.observed.get(Kind.POST, {"value": None})["value"] is None
        assert alert.observed[Kind.BOARD] == 25 and alert.shown_total == 25
        store.close()
    assert f"{25 + posts}条" not in "".join(told(sink))


def test_the_searcher_would_find_an_exact_count() -> None:
    assert says(137, "网络帖文：137条") and not says(137, "https://x.example/137 #137137 1370")
