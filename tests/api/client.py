"""A real server on loopback and a small client that keeps cookies and follows nothing by itself."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from api.server import make_server
from monitor.app import App


@contextmanager
def serving(app: App, port: int = 0) -> Iterator[int]:
    """waitress in a thread; the port it listens on."""
    server = make_server(app, "127.0.0.1", port)
    thread = threading.Thread(target=server.run, name="waitress")
    thread.start()

    def stop() -> None:
        for channel in list(server._map.values()):
            channel.close()

    try:
        yield server.effective_port
    finally:
        server.pull_trigger = server.trigger.pull_trigger
        # A worker that wakes the loop in this very moment runs ``stop`` before our own wake-up call is written.
        with contextlib.suppress(OSError):
            server.trigger.pull_trigger(stop)
        thread.join(10)
        server.task_dispatcher.shutdown()
        assert not thread.is_alive()


@dataclass
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Client:
    port: int
    token: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    def request(
        self, method: str, path: str, *, form: dict[str, str] | None = None, data: Any = None,
        headers: dict[str, str] | None = None
    ) -> Reply:  # fmt: skip
        sent = dict(headers or {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        body = None
        if form is not None:
            body, sent["Content-Type"] = urlencode(form), "application/x-www-form-urlencoded"
        elif data is not None:
            body, sent["Content-Type"] = json.dumps(data), "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body=body, headers=sent)
            response = connection.getresponse()
            reply = Reply(response.status, response.headers, response.read())
        finally:
            connection.close()
        for line in reply.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            value = rest.partition(";")[0]
            if "Max-Age=0" in line or not value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return reply

    def get(self, path: str, **headers: str) -> Reply:
        return self.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def post(self, path: str, form: dict[str, str] | None = None, *, data: Any = None, **headers: str) -> Reply:
        return self.request(
            "POST", path, form=form, data=data, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )

    def sign_in(self, name: str, password: str, target: str = "/") -> Reply:
        form = self.get("/sign-in")
        return self.post("/sign-in", {"csrf": csrf_of(form), "name": name, "password": password, "next": target})


def csrf_of(page: Reply) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found, "the page carries no CSRF token"
    return found[1]
