"""When a source is read again: its rate, its gaps, its failures."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Kind
from monitor.ops import pace
from monitor.ops.pace import Failing, factor_after, factors, interval, wait
from monitor.settings.types import Source

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def source(**more: object) -> Source:
    return Source.model_validate({"id": "s", "name": "s", "kind": Kind.NEWS, "adapter": "rss",
                                  "url": "https://news.example.cn/feed", **more})  # fmt: skip


def lived(one: Source, a_day: float, days: int, seed: int, entries: int = 20) -> tuple[list[float], int]:
    """Shares of known entries at each reading of a list of the newest entries, and how many entries were
    never seen, but for those of the first and last day."""
    rng = random.Random(seed)
    published, at = [], 0.0
    while at < days * 1440:
        at += rng.expovariate(a_day / 1440)
        published.append(at)
    factor, now, seen, shares = 1.0, 0.0, set[int](), []
    while now < days * 1440:
        listed = [n for n, when in enumerate(published) if when <= now][-entries:]
        known = sum(1 for n in listed if n in seen)
        gap = len(listed) >= pace.LEAST and not known and bool(seen)
        shares.append(known / len(listed) if listed else 1.0)
        seen.update(listed)
        factor = factor_after(factor, len(listed), known, gap, factors(one))
        now += interval(one, factor) / timedelta(minutes=1)
    return shares, sum(1 for n, when in enumerate(published) if 1440 < when < now - 1440 and n not in seen)


@pytest.mark.parametrize("a_day", [120, 240, 480])
def test_the_interval_finds_the_rate_of_its_source(a_day: int) -> None:
    # At the usual interval of 60 minutes 5 to 20 new entries of 20 come: too few, right, and too many.
    shares, lost = lived(source(interval_min=60, slowest_min=360), a_day, 30, seed=a_day)
    settled = shares[len(shares) // 4 :]
    assert 1 / 3 <= sum(settled) / len(settled) <= 2 / 3
    assert sum(1 / 3 <= share <= 2 / 3 for share in settled) > 0.6 * len(settled), "chance moves single readings"
    assert lost <= 0.005 * 30 * a_day, "what chance piles up between two readings of a feed without further pages"


def test_a_fixed_interval_would_have_lost_entries_of_a_busy_source() -> None:
    fixed = source(interval_min=60, fastest_min=60, slowest_min=60)
    assert lived(fixed, 700, 10, seed=1)[1] > 1000
    assert lived(source(interval_min=60), 700, 10, seed=1)[1] <= 0.005 * 7000


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.booleans()), max_size=40),
    st.integers(1, 1000),
    st.integers(1, 1000),
    st.integers(1, 1000),
)
def test_the_interval_never_leaves_its_bounds(
    seen: list[tuple[int, int, bool]], fast: int, usual: int, slow: int
) -> None:
    one = source(interval_min=usual, fastest_min=fast, slowest_min=slow)
    factor = 1.0
    for listed, known, gap in seen:
        factor = factor_after(factor, listed, min(listed, known), gap, factors(one))
        assert timedelta(minutes=min(fast, usual)) <= interval(one, factor) * (1 + 1e-9)
        assert interval(one, factor) <= timedelta(minutes=max(slow, usual)) * (1 + 1e-9)


def test_a_gap_halves_the_interval_at_once() -> None:
    one = source(interval_min=60)
    assert interval(one, factor_after(1.0, 20, 0, True, factors(one))) == timedelta(minutes=30)


def test_a_list_of_a_few_entries_says_nothing_about_the_rate() -> None:
    assert factor_after(1.3, 3, 3, False, (0.1, 10)) == 1.3


@pytest.mark.parametrize(
    ("failures", "how"),
    [
        (["timeout"], Failing.TEMPORARY),
        (["timeout", "server_error"], Failing.TEMPORARY),
        (["no_links"], Failing.SOFT),
        (["timeout", "no_links"], Failing.SOFT),
        (["robots"], Failing.HARD),
        (["no_text", "not_found"], Failing.HARD),
        ([], Failing.SOFT),
    ],
)
def test_failures_are_told_apart(failures: list[str], how: Failing) -> None:
    assert pace.failing(failures) is how


def test_a_temporary_failure_is_tried_again_soon_and_a_refusal_only_once_a_day() -> None:
    one = source(interval_min=30)
    after = [wait(one, 1.0, n, Failing.TEMPORARY, NOW) / timedelta(minutes=1) for n in (1, 2, 3, 4, 9)]
    assert after[0] == 5
    assert [round(a / 30) for a in after[1:]] == [2, 4, 8, 8]
    refused = wait(one, 1.0, 9, Failing.HARD, NOW)
    assert timedelta(hours=22) < refused < timedelta(hours=26)
    rare = wait(source(interval_min=2880), 1.0, 9, Failing.HARD, NOW)
    assert timedelta(hours=45) < rare < timedelta(hours=51), "not more often than it is usually read"


def test_sources_of_one_interval_do_not_come_at_one_moment_but_each_keeps_its_own() -> None:
    waits = [wait(source(id=f"s{n}"), 1.0, 0, Failing.NO, NOW) for n in range(50)]
    assert len(set(waits)) > 40
    assert all(abs(w / timedelta(minutes=30) - 1) <= pace.JITTER for w in waits)
    assert waits == [wait(source(id=f"s{n}"), 1.0, 0, Failing.NO, NOW) for n in range(50)]
