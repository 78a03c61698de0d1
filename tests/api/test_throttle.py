"""The rule of back-off, and that a stranger cannot fill the store with it."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from api.auth.throttle import FREE_PER_NAME, LONGEST_WAIT, Throttle, wait_after
from monitor.store.memory import MemoryStore
from tests.api.district import NOW


def test_the_first_tries_are_free_then_waits_double_up_to_a_quarter_of_an_hour() -> None:
    waits = [wait_after(n, FREE_PER_NAME) for n in range(FREE_PER_NAME + 4)]
    assert waits == [timedelta(0)] * FREE_PER_NAME + [timedelta(seconds=s) for s in (30, 60, 120, 240)]


@given(st.integers(0, 10**9), st.integers(0, 100))
def test_a_wait_never_shrinks_with_another_failure_and_is_bounded(failures: int, free: int) -> None:
    assert wait_after(failures, free) <= wait_after(failures + 1, free) <= LONGEST_WAIT


def test_a_success_forgets_the_failures_of_the_name_only() -> None:
    throttle = Throttle(MemoryStore(), b"key")
    for _ in range(6):
        throttle.failed("duty", "10.0.0.1", NOW)
    assert throttle.blocked("duty", "10.0.0.2", NOW) == timedelta(seconds=60)
    assert throttle.blocked("other", "10.0.0.1", NOW) == timedelta(0)
    throttle.succeeded("duty", NOW)
    assert throttle.blocked("duty", "10.0.0.2", NOW) == timedelta(0)


def test_one_address_trying_many_names_is_stopped_and_keeps_little() -> None:
    store = MemoryStore()
    throttle = Throttle(store, b"key")
    for i in range(5000):
        throttle.failed(f"name{i}", f"2001:db8::{i:x}", NOW)
    assert throttle.blocked("fresh", "2001:db8::ffff", NOW) == LONGEST_WAIT
    assert throttle.blocked("fresh", "192.0.2.1", NOW) == timedelta(0)
    assert len(store.list_states("sign-in", limit=100_000)) <= 4097
