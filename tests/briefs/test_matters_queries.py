"""The query behind every figure about matters, forecasts and follow-up is answered by the real API and gives it again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from monitor import briefs
from monitor.alerts.book import AlertBook
from monitor.briefs import archive
from monitor.briefs.types import Figure
from monitor.model import CHINA, Kind
from tests.briefs.asking import answer, asking
from tests.briefs.build import DAY, MORNING, at, message, messages, posts, settings, store
from tests.briefs.hot import facts_of
from tests.briefs.test_alert_section import alert
from tests.briefs.test_matters_section import issue
from tests.briefs.test_outlook import PLAN

RULES = settings(response_plan=PLAN)
PAST = [m for d in range(1, 60) for m in messages(3 + d % 4, DAY - timedelta(days=d), title="路口")]
CROWD = [p for d in range(60) for p in posts(20, DAY - timedelta(days=d))]
KEPT = store(
    *issue(40, 20, 3, 0, 0), *messages(9, title="路口"), message(at(), title="幼儿园旁燃气泄漏"), *PAST, *CROWD
)
AlertBook(KEPT).open_new(alert(onset=at(DAY - timedelta(days=1), 8)))
archive.issue(KEPT, briefs.daily(RULES, KEPT, DAY - timedelta(days=1), MORNING - timedelta(days=1)), MORNING)
NOW = datetime(2026, 11, 23, 8, tzinfo=CHINA)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with asking(RULES, KEPT, NOW, tmp_path_factory.mktemp("api")) as client:
        yield client


def figures(kind: str, needle: str) -> list[Figure]:
    made = briefs.make(RULES, KEPT, kind, DAY, NOW)
    return [f for f in made.figures() if needle in f.query]


@pytest.mark.parametrize("kind", ["daily", "weekly", "monthly"])
def test_the_api_answers_every_query_about_matters_and_what_is_to_come(api: FlaskClient, kind: str) -> None:
    for needle in ("/events/", "/forecast", "/briefs/"):
        found = figures(kind, needle)
        assert found or (kind != "daily" and needle == "/briefs/") or needle == "/forecast", needle
        for figure in found:
            answer(api, figure.query)


def test_the_days_of_an_issue_give_its_counts_again(api: FlaskClient) -> None:
    found = figures("daily", "/events/")
    days = {date.fromisoformat(d["day"]): sum(d["counts"].values()) for d in answer(api, found[0].query)["days"]}
    counts = [sum(n for day, n in days.items() if day > DAY - timedelta(days=span)) for span in (1, 7, 30)]
    told = [f.value for f in found if f.unit == "件"]
    assert counts == [2, 3, 4]
    assert counts[0] in told
    assert counts[1] in told
    # The rest are the mean of the weeks before and the counts of what was answered.
    assert {n for n in told if n is not None and n >= 1} <= set(counts)


def test_a_forecast_is_given_again_from_the_day_it_names(api: FlaskClient) -> None:
    found = [f for f in figures("daily", "/forecast") if "topic" not in f.query]
    assert found
    series = {s["kind"]: s["days"] for s in answer(api, found[0].query)["series"]}
    facts = facts_of(KEPT, now=NOW, response_plan=PLAN)
    for ahead in facts.outlook.all_ahead:
        told = [(date.fromisoformat(d["day"]), d["low"], d["high"]) for d in series[ahead.kind.value]]
        assert told == [(d.day, d.low, d.high) for d in ahead.days]
    board = next(a for a in facts.outlook.all_ahead if a.kind is Kind.BOARD)
    bounds = {f.value for f in found}
    assert {min(d.low for d in board.days), max(d.high for d in board.days)} <= bounds


def test_a_forecast_of_a_day_to_come_or_of_an_unknown_topic_is_refused(api: FlaskClient) -> None:
    assert api.get("/api/v1/forecast?since=2027-01-01").status_code in (400, 422)
    assert api.get("/api/v1/forecast?topic=没有").status_code in (400, 422)
    assert answer(api, "/api/v1/forecast")["topic"] == "*"
