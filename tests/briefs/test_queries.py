"""The query behind every figure is answered by the real API, and gives the figure again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from monitor import briefs
from monitor.alerts.book import AlertBook
from monitor.briefs import queries
from monitor.briefs.types import Figure, Table, parts_of
from monitor.model import Kind
from tests.briefs.asking import answer, asking
from tests.briefs.build import DAY, MORNING, article, at, message, messages, posts, settings, store, weeks
from tests.briefs.test_alert_section import alert

RULES = settings()
KEPT = store(
    *messages(12, topics=("供水", "城乡建设")), *weeks([3, 4, 2, 5]), *posts(43), article(at()),
    article(at(), reprint_of="x"), message(at(DAY - timedelta(days=5))), message(at(DAY - timedelta(days=50))),
)  # fmt: skip
AlertBook(KEPT).open_new(alert())
BRIEF = briefs.daily(RULES, KEPT, DAY, MORNING)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with asking(RULES, KEPT, MORNING, tmp_path_factory.mktemp("api")) as client:
        yield client


def test_the_api_answers_the_query_of_every_figure(api: FlaskClient) -> None:
    asked = sorted({figure.query for figure in BRIEF.figures()} - {queries.counters()})
    assert len(asked) > 8
    for query in asked:
        assert api.get(query).status_code == 200, (query, api.get(query).get_data(as_text=True))


@pytest.mark.parametrize("kind", [Kind.BOARD, Kind.POST, Kind.NEWS])
def test_the_query_of_a_count_of_the_day_gives_that_count(api: FlaskClient, kind: Kind) -> None:
    query = queries.trends(DAY, DAY, kind)
    first = next(f for f in _figures("overview") if f.query == query)
    points = answer(api, query)["series"][0]["points"]
    assert len(points) == 1
    total = points[0]["total"]
    assert (total["value"] if isinstance(total, dict) else total) == first.value


def test_the_query_of_the_rates_gives_the_rates(api: FlaskClient) -> None:
    first = DAY - timedelta(days=29)
    total = answer(api, queries.responses(first, DAY, BRIEF.as_of))["total"]
    shown = [f for f in _figures("responses") if f.query == queries.responses(first, DAY, BRIEF.as_of)]
    assert shown[0].value == total["received"]
    assert total["overdue"] in {f.value for f in shown}
    everything = answer(api, queries.overdue(BRIEF.as_of))
    assert everything["total"] == total["overdue"] + 1
    hours = [int(item["hours_overdue"]) for item in everything["items"]]
    table = next(b for b in BRIEF.section("responses").blocks if isinstance(b, Table))
    listed = [p.value or 0 for p in parts_of(table) if isinstance(p, Figure)]
    assert listed
    assert [h for h in hours if h <= max(listed)][: len(listed)] == listed


def _figures(key: str) -> list[Figure]:
    blocks = BRIEF.section(key).blocks
    return [part for block in blocks for part in parts_of(block) if isinstance(part, Figure)]
