"""When a page is asked again and what its absence means, as pure rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawlers.ledger import Memory
from crawlers.revisits import (
    CONTROLS,
    MOVED_LEAST,
    STEPS,
    Absence,
    Page,
    due_at,
    in_order,
    judged,
    planned,
    settled_until,
    vanished,
)
from monitor.model import Kind

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
H, D = timedelta(hours=1), timedelta(days=1)


def pages(count: int, age: timedelta = H * 1.2, kind: Kind = Kind.NEWS) -> list[Page]:
    return [
        Page(name=f"p{n}", url=f"http://x.cn/{n}", key=f"http://x.cn/{n}", first=NOW - age, kind=kind)
        for n in range(count)
    ]


@given(st.lists(st.integers(1, 600), min_size=1, max_size=60), st.integers(0, 50))
def test_however_a_source_is_read_each_step_is_made_at_most_once(gaps: list[int], which: int) -> None:
    page = Page(name=f"p{which}", url="u", key="u", first=NOW, kind=Kind.NEWS)
    since, now, made = NOW, NOW, 0
    for gap in gaps:
        now += timedelta(minutes=gap)
        plan = planned([page], {}, since, now, 5)
        made += len(plan.visits)
        assert plan.until == now
        since = now
    assert made <= sum(NOW + step <= now for step in STEPS)


def test_what_a_pass_leaves_stays_due_and_the_oldest_comes_first() -> None:
    many, since, done = pages(50), NOW - D, []
    for _ in range(7):
        plan = planned(many, {}, since, NOW, 8)
        dues = [at for _, at in plan.visits]
        assert dues == sorted(dues) and len(dues) <= 8
        done += [page.name for page, _ in plan.visits]
        assert plan.until is not None
        since = plan.until
    assert sorted(done) == sorted(page.name for page in many)


def test_messages_that_are_due_in_every_pass_take_turns_where_there_are_too_many() -> None:
    waiting = [Page(name=f"m{n}", url="", key="", first=NOW - H, kind=Kind.BOARD, answered=False) for n in range(30)]
    asked = set()
    for minutes in range(0, 600, 30):
        now = NOW + timedelta(minutes=minutes)
        asked |= {page.name for page, _ in planned(waiting, {}, now - H / 2, now, 10).visits}
    assert len(asked) == 30


def test_a_page_under_suspicion_is_asked_again_with_others_beside_it() -> None:
    many = pages(9, age=2 * D)
    plan = planned(many, {"p3": NOW - 2 * H}, NOW - H, NOW, 50)
    assert plan.visits[0][0].name == "p3" and len(plan.visits) == 1 + CONTROLS
    assert planned(many, {"p3": NOW - H / 2}, NOW - H, NOW, 50).visits == ()


def test_gone_once_is_noted_and_twice_is_withdrawn_while_others_stand() -> None:
    first = judged({"a": False}, 3, {}, NOW)
    assert (first.withdrawn, dict(first.gone), first.reason) == ((), {"a": NOW}, Absence.FIRST)
    assert judged({"a": False}, 3, first.gone, NOW + H / 2).withdrawn == ()
    assert judged({"a": False}, 3, first.gone, NOW + H).withdrawn == ("a",)
    assert judged({"a": False}, 0, first.gone, NOW + H).withdrawn == (), "nothing else stands: the site may be gone"
    assert judged({"a": True}, 0, {}, NOW).withdrawn == ("a",), "410 says it in so many words"


@given(st.integers(0, 40), st.integers(0, 80), st.booleans())
def test_a_third_gone_at_once_is_a_site_that_moved(gone: int, standing: int, final: bool) -> None:
    found = judged({f"p{n}": final for n in range(gone)}, standing, {f"p{n}": NOW - D for n in range(gone)}, NOW)
    if gone >= MOVED_LEAST and gone * 3 > gone + standing:
        assert found.reason is Absence.MOVED and not found.withdrawn and not found.gone
    elif gone and standing:
        assert len(found.withdrawn) == gone


def test_a_site_that_was_away_leaves_everything_due() -> None:
    plan = planned(pages(9), {}, NOW - D, NOW, 50)
    assert settled_until(plan, NOW - D, (), failed=5, made=4) == NOW - D
    assert settled_until(plan, NOW - D, (), failed=1, made=8) == NOW
    assert settled_until(plan, NOW - D, [NOW - H], failed=0, made=8) < NOW - H


def test_what_is_missing_between_two_that_are_listed_is_seen() -> None:
    before = tuple("abcdefgh")
    assert vanished(before, tuple("nabdefg")) == (tuple("nabcdefg"), frozenset("c"))
    assert vanished(before, tuple("nm")) == (tuple("nm"), frozenset()), "all rolled off: nothing can be said"
    assert vanished(before, tuple("cdefgh")) == (tuple("cdefgh"), frozenset()), "the newest may have been moved up"
    assert vanished(before, tuple("bacdefgh")) is None, "another order"
    assert vanished(before, tuple("ah")) is None, "too many at once"


def test_a_list_in_the_order_of_time_is_told_from_one_that_is_not() -> None:
    up = [NOW + n * H for n in (0, 1, 1, 4)]
    assert in_order(up) and in_order(up[::-1]) and in_order([]) and not in_order([up[1], up[0], up[3]])


def test_due_moments_of_pages_read_together_are_spread() -> None:
    dues = {due_at(page, NOW - D, NOW + D) for page in pages(40, age=timedelta())}
    assert len(dues) == 40 and all(at is not None and H <= at - NOW <= H * 9 / 8 for at in dues)


def test_the_memory_of_an_older_version_is_empty() -> None:
    assert Memory() == Memory(until=None, gone={}, order=(), vanished={}, ended=None, deep=None)
