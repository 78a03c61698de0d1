"""How much one caller may ask: the rule, and what a caller is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.rates import MOST, Limit
from monitor.app import App, open_app
from monitor.ops import people
from monitor.ops.people import Role
from tests.api import district
from tests.api.client import Client, serving


class Timer:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_let_through_then_the_pace_counts() -> None:
    timer = Timer()
    limit = Limit(per_min=60, burst=10, timer=timer)
    verdicts = [limit.take("a") for _ in range(12)]
    assert [v is not None and v.allowed for v in verdicts] == [True] * 10 + [False] * 2
    assert verdicts[0] is not None and verdicts[0].left == 9
    assert verdicts[10] is not None and 0.99 < verdicts[10].wait_s <= 1.0
    timer.now += 1.0
    assert limit.take("a").allowed and not limit.take("a").allowed  # type: ignore[union-attr]
    assert limit.take("b").allowed  # type: ignore[union-attr]
    assert Limit(0, 10).take("a") is None


@given(st.integers(1, 600), st.integers(1, 50), st.lists(st.floats(0, 30), max_size=200))
def test_never_more_than_burst_and_pace_allow(per_min: int, burst: int, pauses: list[float]) -> None:
    timer = Timer()
    limit, begun, passed = Limit(per_min, burst, timer), timer.now, 0
    for pause in pauses:
        timer.now += pause
        verdict = limit.take("a")
        assert verdict is not None and verdict.left >= 0 and (verdict.allowed or verdict.wait_s > 0)
        passed += verdict.allowed
        assert passed <= burst + (timer.now - begun) * per_min / 60 + 1e-6


def test_a_million_strangers_take_no_memory() -> None:
    limit = Limit(per_min=60, burst=10)
    for n in range(MOST + 5_000):
        limit.take(f"10.{n}")
    assert len(limit._ahead) == MOST


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, App]]:
    config = district.write_config(tmp_path_factory.mktemp("limited"))
    file = config / "service.toml"
    lines = "rate = { caller_per_min = 60, stranger_per_min = 30, burst = 10 }\n"
    kept = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(lines if line.startswith("rate") else line for line in kept), encoding="utf-8")
    with open_app(config, district.Hands()) as app:
        app.store.init()
        people.add(app.store, "reader", Role.READER, district.PASSWORD, district.NOW)
        with serving(app) as port:
            yield port, app


def test_a_caller_who_asks_too_much_is_told_when_to_come_back(limited: tuple[int, App]) -> None:
    port, app = limited
    expires = district.NOW + timedelta(days=1)
    one, other = (people.add_token(app.store, "reader", n, Role.READER, expires, district.NOW) for n in "ab")
    replies = [Client(port, one).get("/api/v1/sources") for _ in range(12)]
    assert replies[0].headers["RateLimit-Policy"] == '"minute";q=60;w=60'
    assert replies[0].headers["RateLimit"].startswith('"minute";r=9')
    refused = replies[-1]
    assert refused.status == 429 and refused.headers["Content-Type"] == "application/problem+json"
    assert int(refused.headers["Retry-After"]) >= 1 and "60" in refused.json()["detail"]
    assert Client(port, other).get("/api/v1/sources").status == 200, "another token has its own allowance"


def test_strangers_are_counted_by_address_and_health_and_files_are_free(limited: tuple[int, App]) -> None:
    port, _ = limited
    statuses = [Client(port, "yq_" + "x" * n).get("/api/v1/sources").status for n in range(30)]
    assert statuses[:5] == [401] * 5 and statuses[-1] == 429, "a new wrong token buys no new allowance"
    page = Client(port).get("/sign-in")
    assert page.status == 429 and "请求太多" in page.text
    assert all(Client(port).get("/healthz").status == 200 for _ in range(15))


def test_shipped_limits_are_generous_to_a_wall_and_a_dashboard(tmp_path: Path) -> None:
    from monitor.settings.http import RateSettings

    shipped, timer = RateSettings(), Timer()
    wall = Limit(shipped.caller_per_min, shipped.burst, timer)
    for _ in range(4 * 60):
        for _ in range(6):  # the wall and five fragments of a dashboard at once, every quarter of a minute
            assert wall.take("desk").allowed  # type: ignore[union-attr]
        timer.now += 15
