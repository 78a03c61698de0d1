"""The query behind every figure of every kind of brief is answered by the real API, and totals give the figure again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from monitor import briefs
from monitor.alerts.book import AlertBook
from monitor.briefs import BriefKind, queries
from monitor.briefs.types import Bars, Brief
from monitor.model import Kind
from monitor.settings.http import RateSettings
from tests.briefs.asking import asking
from tests.briefs.build import article, at, message, messages, posts, store, weeks
from tests.briefs.period_data import LAST, rules
from tests.briefs.test_alert_section import alert

RULES = rules()
DAY = LAST - timedelta(days=6)  # within the watch window of the rules
NOW = at(DAY + timedelta(days=9), 9)
SUBJECTS = {BriefKind.TOPIC: "供水", BriefKind.WATCH: "flood"}
WEEKS = [
    m
    for back in (0, 3, 8, 16, 24, 32, 40)
    for m in messages(12, DAY - timedelta(days=back), places=("云溪镇",), terms=("停水",))
]
KEPT = store(
    *WEEKS, *messages(9, DAY, topics=("噪音", "环境保护")), *weeks([3, 4], topics=("噪音",)), *posts(43, DAY), *posts(37, DAY - timedelta(days=7)),
    *posts(30, DAY - timedelta(days=35)), article(at(DAY)), article(at(DAY), reprint_of="x"), message(at(DAY - timedelta(days=64))),
)  # fmt: skip
AlertBook(KEPT).open_new(alert(onset=at(DAY, 8)))
MADE = {kind: briefs.make(RULES, KEPT, kind, DAY, NOW, SUBJECTS.get(kind, "")) for kind in BriefKind}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    # A test asks for every figure within a second; a reader does not.
    http = RULES.service.http.model_copy(update={"rate": RateSettings(caller_per_min=0)})
    service = RULES.service.model_copy(update={"http": http})
    with asking(RULES.model_copy(update={"service": service}), KEPT, NOW, tmp_path_factory.mktemp("api")) as client:
        yield client


@pytest.mark.parametrize("kind", list(BriefKind))
def test_the_api_answers_the_query_of_every_figure_and_picture(api: FlaskClient, kind: BriefKind) -> None:
    brief = MADE[kind]
    drawn = {b.query for s in brief.sections for b in s.blocks if hasattr(b, "query")}
    asked = sorted(({f.query for f in brief.figures()} | drawn) - {queries.counters()})
    assert len(asked) > 8
    for query in asked:
        assert api.get(query).status_code == 200, (query, api.get(query).get_data(as_text=True))


@pytest.mark.parametrize("kind", [BriefKind.WEEKLY, BriefKind.MONTHLY, BriefKind.TOPIC])
def test_totals_give_the_figures_again(api: FlaskClient, kind: BriefKind) -> None:
    """Of every count that refers to one total: the API's number is the one in the brief."""
    seen = 0
    for figure in _counts(MADE[kind]):
        (item,) = items(api, figure.query)
        told = {_number(item["total"]), _number(item["negative"])}
        assert figure.value in told, (figure, item)
        seen += 1
    assert seen >= 4


def test_the_totals_of_several_periods_are_those_of_the_weeks_and_months_before(api: FlaskClient) -> None:
    monday = DAY - timedelta(days=DAY.weekday())
    weeks_ = items(api, queries.totals(monday, monday + timedelta(days=6), Kind.BOARD, periods=5))
    assert [w["last"] for w in weeks_] == [str(monday + timedelta(days=6 - 7 * n)) for n in range(5)]
    answer = items(api, "/api/v1/totals?kind=board&since=2026-03-01&until=2026-03-31&periods=3")
    assert [(m["first"], m["last"]) for m in answer] == [
        ("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28"), ("2026-01-01", "2026-01-31"),
    ]  # fmt: skip
    assert api.get("/api/v1/totals?since=2026-11-01&until=2026-11-12").status_code == 400


def test_totals_of_posts_are_released_once_over_the_whole_span(api: FlaskClient) -> None:
    (item,) = items(api, queries.totals(LAST - timedelta(days=12), DAY, Kind.POST, "供水"))
    assert item["total"] == {"value": 45, "text": "45", "rounded_to": 5, "suppressed": False}


def items(api: FlaskClient, query: str) -> list[dict[str, Any]]:
    response = api.get(query)
    assert response.status_code == 200, (query, response.get_data(as_text=True))
    found: list[dict[str, Any]] = response.get_json()["items"]
    return found


def _counts(brief: Brief) -> list[briefs.Figure]:
    bars = [bar.value for s in brief.sections for b in s.blocks if isinstance(b, Bars) for bar in b.bars]
    found = []
    for figure in (*brief.figures(), *bars):
        parts = urlsplit(figure.query)
        plain = parts.path.endswith("/totals") and "periods" not in parse_qs(parts.query)
        if plain and figure.unit in ("件", "条", "篇") and figure.value is not None:
            found.append(figure)
    return found


def _number(value: object) -> object:
    return value["value"] if isinstance(value, dict) else value
