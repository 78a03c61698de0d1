"""S3: figures about posts leave only released."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from dataclasses import asdict, replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.disclosure import ReleasedCount, change, release, release_facets, release_sum, share
from monitor.errors import DisclosureError
from monitor.model import Cell, ExactCount, Facet, FacetCell, Kind, Polarity, count_of

SECRET = ExactCount(37)


@pytest.mark.parametrize(
    "leak",
    [
        str,
        repr,
        int,
        float,
        bool,
        json.dumps,
        pickle.dumps,
        copy.deepcopy,
        lambda n: f"{n}",
        lambda n: f"{n:d}",
        lambda n: "%s" % n,  # noqa: UP031
        range,
        lambda n: [0] * n,
        vars,
        lambda n: json.dumps({"n": n}),
    ],
)
def test_an_exact_count_about_posts_cannot_be_shown_or_serialised(leak) -> None:
    with pytest.raises(TypeError):
        leak(SECRET)


def test_a_log_call_with_an_exact_count_does_not_print_it(capsys: pytest.CaptureFixture[str]) -> None:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "count %s", (SECRET,), None)
    with pytest.raises(DisclosureError):
        record.getMessage()
    assert "37" not in capsys.readouterr().err


def test_a_cell_of_posts_cannot_be_printed_or_turned_into_a_dict() -> None:
    cell = Cell(
        start=datetime(2026, 1, 1, tzinfo=UTC), kind=Kind.POST, source="f", topic="供水",
        polarity=Polarity.NEGATIVE, reprint=False, n=SECRET,
    )  # fmt: skip
    for leak in (repr, asdict):
        with pytest.raises(DisclosureError):
            leak(cell)
    assert replace(cell, topic="供电").n == SECRET


def test_a_released_count_is_made_only_by_release() -> None:
    with pytest.raises(TypeError):
        ReleasedCount(37)


@given(st.integers(0, 100_000))
def test_a_released_count_is_suppressed_under_ten_and_else_within_half_a_base(n: int) -> None:
    shown = release(ExactCount(n))
    if n < 10:
        assert shown.suppressed
        assert shown.text == "<10"
    else:
        assert shown.value is not None
        assert shown.value % 5 == 0
        assert abs(shown.value - n) <= 2.5
        assert shown.text == str(shown.value)


@given(st.integers(0, 5000), st.integers(1, 2))
def test_one_or_two_people_more_are_not_told_apart_more_often_than_rounding_lets(n: int, more: int) -> None:
    # Of any five consecutive counts at most two different values are released.
    values = {release(ExactCount(n + i)).text for i in range(more + 1)}
    assert len(values) <= 2


@given(st.integers(0, 300), st.integers(0, 300))
def test_shares_and_changes_come_from_released_values_only(a: int, b: int) -> None:
    part, whole = release(ExactCount(min(a, b))), release(ExactCount(max(a, b)))
    fraction = share(part, whole)
    if part.value is None or whole.value is None:
        assert fraction is None
        assert change(part, whole) is None
    else:
        assert fraction == min(1.0, part.value / whole.value)


@given(st.lists(st.tuples(st.sampled_from("甲乙丙丁戊"), st.integers(0, 30)), max_size=20))
def test_a_term_is_named_only_when_ten_posts_carry_it(pairs: list[tuple[str, int]]) -> None:
    cells = [
        FacetCell(day=date(2026, 1, 1), kind=Kind.POST, topic="*", facet=Facet.TERM, value=v, n=ExactCount(n))
        for v, n in pairs
    ]
    totals: dict[str, int] = {}
    for v, n in pairs:
        totals[v] = totals.get(v, 0) + n
    shown = dict(release_facets(cells, limit=100))
    assert set(shown) == {v for v, n in totals.items() if n >= 10}
    order = [count.value for _, count in release_facets(cells)]
    assert order == sorted(order, key=lambda v: -(v or 0))


def test_public_kinds_are_counted_plainly_and_posts_are_guarded() -> None:
    assert count_of(Kind.BOARD, 3) == 3
    assert isinstance(count_of(Kind.POST, 3), ExactCount)
    assert release_sum([ExactCount(6), ExactCount(6)]).text == "10"
