"""Session fixtures for tests against a real Elasticsearch: ``from tests.elastic.fixture import *`` in conftest.py.

``YUQING_TEST_ELASTICSEARCH`` names a node that runs already; otherwise one is started when Maven and a JDK of 21 or
later are there. Without either a test is skipped with the reason, and under CI it fails.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.elastic.node import Node, NodeMissing, running

__all__ = ["elastic_node", "elastic_url"]


@pytest.fixture(scope="session")
def elastic_node() -> Iterator[Node]:
    given = os.environ.get("YUQING_TEST_ELASTICSEARCH")
    if given:
        yield Node(given.rstrip("/"))
        return
    try:
        with running() as node:
            yield node
    except NodeMissing as missing:
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(f"Elasticsearch is needed under CI: {missing}")
        pytest.skip(f"no Elasticsearch: {missing}")


@pytest.fixture(scope="session")
def elastic_url(elastic_node: Node) -> str:
    """The address of a real Elasticsearch node; use an index prefix of your own."""
    return elastic_node.url
