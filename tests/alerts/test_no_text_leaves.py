"""S3 over the whole life of alerts: random posts, every kind of message, every byte sent or kept is searched.

The real store, the real tick, a real mail server and a real HTTP server for a group robot. What may be said is built
from the released figures; whatever else looks like a count of posts is an exact count that leaked.
"""

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
from monitor.alerts.render import plain
from monitor.alerts.tick import tick
from monitor.model import Kind
from monitor.ops import log
from monitor.signals.spikes import HOUR
from monitor.store import open_store
from tests.alerts.desk import NOON, ONE_CLOCK, Writer, fill, settings_of
from tests.alerts.sink import smtp_sink
from tests.safeguards.test_alerts_disclosure import says, told

MINUTE = timedelta(minutes=1)
RARE_TERM, RARE_PLACE = "稀词", "僻镇"


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    yield
    structlog.reset_defaults()


texts = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=8, max_size=30)
odd = st.integers(101, 300).filter(lambda n: n % 5)
"""Counts that rounding changes, too large to be an hour, a width or a size by chance."""


def watched(folder: Path, port: int) -> Any:
    alerts = {
        "channel": [
            {"id": "mail", "type": "email", "to": ["duty@example.org"]},
            {"id": "chief", "type": "email", "to": ["chief@example.org"]},
            {"id": "log", "type": "log"},
        ],
        "route": [{"channels": ["mail", "log"]}],
        "escalation": [{"after_min": 10, "channels": ["chief"]}],
        "growth": {"every_h": 1, "grown": 0.1},
        "reminder": {"before_min": 60},
        "digest": {"every": "hour"},
        "spike": ONE_CLOCK,
    }
    window = {"id": "w", "name": "汛期", "begin": NOON - HOUR, "end": NOON + 6 * HOUR, "snapshot_h": 2}
    return settings_of(folder, port=port, engine="sqlite", alerts=alerts, watch={"watch": [window]})


@given(first=odd, more=odd, low=st.sampled_from([12, 13]), rare=st.integers(1, 9), text=texts)
@settings(
    max_examples=2, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
def test_no_message_of_any_kind_says_a_text_or_an_exact_count_of_posts(
    tmp_path_factory: pytest.TempPathFactory, capsys, first: int, more: int, low: int, rare: int, text: str
) -> None:
    with smtp_sink() as sink:
        folder = tmp_path_factory.mktemp("service")
        settings_, writer = watched(folder, sink.port), Writer()
        store = open_store(settings_)
        store.init()
        log.configure()
        fill(store, writer.history(NOON, days=18), writer.history(NOON, days=18, topic="公交"))
        fill(store, writer.many(Kind.POST, first - rare, NOON - HOUR, text=text, terms=("众词",)))
        fill(store, writer.many(Kind.POST, rare, NOON - HOUR, text=text, terms=(RARE_TERM,), places=(RARE_PLACE,)))
        fill(store, writer.many(Kind.POST, low, NOON - HOUR, ("公交",), text=text))
        for minutes in (0, 15, 61):
            tick(settings_, store, NOON + minutes * MINUTE)
        fill(store, writer.many(Kind.POST, more, NOON + 70 * MINUTE, text=text, terms=("众词",), places=("南湖街道",)))
        tick(settings_, store, NOON + 80 * MINUTE)
        fill(store, writer.many(Kind.POST, 12, NOON + 150 * MINUTE, text=text, places=("青石街道",)))
        for minutes in (160, 190, 310, 400, 470):
            tick(settings_, store, NOON + minutes * MINUTE)
        book = AlertBook(store)
        pages = [plain(a, settings_.public_url, NOON + 7 * HOUR) for a in book.list()]
        kinds = ("alert", "notification", "watch", "digest", "snapshot", "watch_window")
        states = [json.dumps(dict(s.doc), ensure_ascii=False) for k in kinds for s in store.list_states(k)]
        store.close()
    everything = [*told(sink), capsys.readouterr().err, *pages, *states]
    events = {str(m["Subject"]).partition("】")[0].rpartition("·")[2] for m in sink.mails}
    assert {"续报", "催办", "时限提醒", "已恢复"} <= events, events
    assert any("汇总" in str(m["Subject"]) for m in sink.mails) and any("快报" in str(m["Subject"]) for m in sink.mails)
    assert any("众词" in t for t in everything), "what may be shown is there: the search can find things"
    window = {n + extra for n in (first, more, first + more, low, rare, first - rare) for extra in range(8)} | {
        more + 12
    }
    for t in everything:
        assert text not in t and text[:8] not in t
        assert RARE_TERM not in t and RARE_PLACE not in t
        for n in {m for m in window if m % 5 and m > 100}:
            assert not says(n, t), f"an exact count is told: {n} in {t[:300]}"
        for n in {m for m in window if m % 5 and m <= 100}:
            assert not re.search(rf"(?<![\d.:-]){n}(?:条|起帖)", t), f"an exact count is told: {n} in {t[:300]}"
