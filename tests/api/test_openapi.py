"""The description of the API is true: valid, complete, and held by a fuzzer over every operation."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.strategies import one_of
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.openapi import from_dict
from schemathesis.schemas import BaseSchema

from api.operation import Operation
from api.resources import ALL
from api.shapes import ProblemShape
from monitor.alerts.book import AlertBook
from monitor.app import App
from monitor.model import Kind
from monitor.store import RecordQuery
from tests.api import district
from tests.api.client import Client

OPERATIONS = [operation for resource in ALL for operation in resource.operations]
EXAMPLES = 25
EXAMPLES_OF_FILES = 6
"""Of a list as CSV and as Excel: the query is that of the list itself, which has had its 25."""
# What a schema cannot say: that a span ends after it begins, that a topic is configured, that a cursor is one of ours.
UNSAYABLE = {"positive_data_acceptance"}


@pytest.fixture(scope="module")
def description(port: int) -> dict[str, object]:
    answer: dict[str, object] = Client(port).get("/openapi.json").json()
    return answer


@pytest.fixture(scope="module")
def schema(description: dict[str, object], port: int) -> BaseSchema:
    loaded = from_dict(description)
    loaded.config.update(base_url=f"http://127.0.0.1:{port}")
    return loaded


def real_ids(app: App) -> dict[str, dict[str, str]]:
    """Path parameters that exist, so that the fuzzer gets past the 404 of each operation."""
    alert = AlertBook(app.store).list()[0].id
    brief = {"id": "daily.2026-11-21"}
    return {
        "get_article": {"id": app.store.find(RecordQuery(kinds=(Kind.NEWS,), limit=1)).records[0].id},
        "get_board_message": {"id": app.store.find(RecordQuery(kinds=(Kind.BOARD,), limit=1)).records[0].id},
        **{name: {"id": alert} for name in ("get_alert", "acknowledge_alert", "silence_alert")},
        **dict.fromkeys((o.name for o in OPERATIONS if o.path.startswith("/briefs/<id>")), brief),
        "list_runs": {"id": "forum"},
        "get_topic": {"name": "供水"},
        "get_event": {"id": district.MATTER},
    }


def test_the_description_is_valid_openapi_3_1(description: dict[str, object]) -> None:
    assert description["openapi"] == "3.1.0"
    from_dict(description).validate()


def test_every_operation_is_described_with_its_errors(description: dict[str, object]) -> None:
    paths = description["paths"]
    assert isinstance(paths, dict)
    described = [op for path in paths.values() for op in path.values()]
    assert {op["operationId"] for op in described} == {op.name for op in OPERATIONS}
    for op in described:
        assert op["summary"] and {"200", "400", "401", "403", "429", "503"} <= set(op["responses"])
    text = json.dumps(description, ensure_ascii=False)
    assert "<script" not in text and "javascript:" not in text
    assert not re.search("author(?!iz)", text) and "披露规则" in text


def test_every_operation_has_an_example_that_its_own_model_accepts(description: dict[str, Any]) -> None:
    for operation in OPERATIONS:
        described = description["paths"]["/api/v1" + re.sub(r"<(\w+)>", r"{\1}", operation.path)]
        described = described[operation.method.value.lower()]
        content = described["responses"]["200"]["content"]
        if operation.answer is not None:
            # Times are written as texts: what is shown has to read as the model again.
            operation.answer.model_validate_json(json.dumps(content[operation.media]["example"]))
        elif operation.media == "text/csv":
            assert len(content["text/csv"]["example"].splitlines()) == 2
        if operation.body is not None:
            shown = described["requestBody"]["content"]["application/json"]["example"]
            operation.body.model_validate_json(json.dumps(shown))
        for status, answer in described["responses"].items():
            if status >= "400":
                ProblemShape.model_validate(answer["content"]["application/problem+json"]["example"])


@pytest.mark.parametrize("role", ["admin", "reader", ""])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda op: op.name)
def test_no_request_breaks_an_operation(
    operation: Operation, role: str, schema: BaseSchema, tokens: dict[str, str], app: App
) -> None:
    headers = {"Authorization": f"Bearer {tokens[role]}"} if role else {}
    described = schema.find_operation_by_id(operation.name)
    strategies = [described.as_strategy(mode) for mode in GenerationMode]
    if known := real_ids(app).get(operation.name):
        strategies += [described.as_strategy(mode, path_parameters=known) for mode in GenerationMode]
    case_of = one_of(strategies)
    load_all_checks()
    checks = [check for check in CHECKS.get_all() if check.__name__ not in UNSAYABLE] if role == "admin" else []

    most = EXAMPLES_OF_FILES if "/exports/" in operation.path else EXAMPLES

    @seeded(20261122)
    @settings(max_examples=most if role == "admin" else 4, deadline=None, database=None,
              phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=case_of)
    def fuzz(case: schemathesis.Case) -> None:
        response = case.call(headers=headers, allow_redirects=False)
        assert response.status_code < 500, response.text
        if role == "":
            assert response.status_code == 401
        if checks:
            case.validate_response(response, checks=checks, headers=headers)

    fuzz()
