"""The store goes away under a running server: explanations instead of stack traces, and recovery without a restart."""

from __future__ import annotations

import socket
from pathlib import Path

from tests.api import district
from tests.api.client import Client, serving


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_readers_get_an_explanation_while_elasticsearch_is_away(tmp_path: Path) -> None:
    away = f'[store]\nengine = "elastic"\nurl = "http://127.0.0.1:{closed_port()}"\ntimeout_s = 1.0\n'
    from monitor.app import open_app

    with open_app(district.write_config(tmp_path, service=away), district.Hands()) as app, serving(app) as port:
        client = Client(port, "yq_" + "x" * 43)
        assert client.get("/healthz").status == 200
        ready = client.get("/readyz")
        assert ready.status == 503 and ready.json()["status"] == "degraded"
        problem = client.get("/api/v1/trends")
        assert problem.status == 503 and problem.headers["Content-Type"] == "application/problem+json"
        assert problem.json()["title"] == "数据库暂时连不上" and problem.headers["Retry-After"]
        person = Client(port, cookies={"yuqing_session": "20261122T003000000000." + "A" * 43})
        page = person.get("/")
        assert page.status == 503 and "数据库暂时连不上" in page.text and "Traceback" not in page.text
        public = Client(port).get("/transparency")
        assert public.status == 200 and "数据库暂时连不上" in public.text and "从不做的事" in public.text
        assert Client(port).get("/transparency.json").json()["store_away"] is True
        metrics = Client(port).get("/metrics")
        assert metrics.status == 200 and "yuqing_store_up 0.0" in metrics.text
        form = Client(port)
        assert form.sign_in("duty", district.PASSWORD).status == 503


def test_the_service_answers_again_when_sqlite_is_back(tmp_path: Path) -> None:
    # A folder where the database file should be: it cannot be opened, whoever runs the test.
    in_the_way = tmp_path / "data" / "yuqing.db"
    in_the_way.mkdir(parents=True)
    from monitor.app import open_app

    with open_app(district.write_config(tmp_path), district.Hands()) as app, serving(app) as port:
        client = Client(port, "yq_" + "x" * 43)
        assert client.get("/api/v1/trends").status == 503
        assert client.get("/readyz").status == 503
        in_the_way.rmdir()
        assert client.get("/readyz").status == 200
        assert client.get("/api/v1/trends").status == 401
