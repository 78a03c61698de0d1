"""The same web into a real Elasticsearch: each public item once, and the second visit takes nothing twice."""

from __future__ import annotations

import secrets

import pytest

from tests.crawlers.desk import Desk
from tests.crawlers.sites import authors, measure, realistic
from tests.crawlers.sites.harness import configure, everything, visit
from tests.crawlers.sites.server import Web


@pytest.mark.elastic
def test_every_public_item_is_in_elasticsearch_once(desk: Desk, elastic_url: str) -> None:
    with Web() as web:
        outlets = realistic.build(web)
        configure(desk, outlets, engine="elastic", url=elastic_url, prefix=f"test{secrets.token_hex(4)}")
        public = {o.name: set(o.everything()) for o in outlets}
        first = visit(desk)
        records = everything(desk)
        web.visit = 1
        second = visit(desk)
    assert (first.code, second.code) == (0, 0), first.log[-2000:]
    assert {o.name: k for o in outlets if not (k := measure.kept(o, records, public[o.name])).well} == {}
    later = everything(desk)
    assert {o.name: k.doubles for o in outlets if (k := measure.kept(o, later)).doubles} == {}
    assert len(later) > len(records)
    files = {**desk.written(), "log": (first.log + second.log).encode(), "records": repr(later).encode()}
    assert authors.hits(files) == []
