"""Every parameter of every operation and page, wrong in every way that we could think of: refused in words, never 500."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from api import create_app
from api.operation import PREFIX, Operation
from api.resources import ALL
from monitor.app import App
from tests.api import district
from tests.api.client import Client
from tests.api.raw import send

OPERATIONS = [o for resource in ALL for o in resource.operations if o.method.value == "GET"]
# As they stand in a query string: already escaped, or bytes that no escaping would make.
VALUES = {
    "empty": "", "null": "%00", "minus": "-1", "huge": "9" * 400, "float": "1e308", "nan": "NaN", "words": "drop%20table",
    "gbk": "%CD%A3%CB%AE", "overlong": "%C0%AF%C0%AE", "surrogate": "%ED%A0%80", "cut_utf8": "%E4%BD", "bad_escape": "%zz%",
    "rtl": quote("\u202e水停"), "script": quote("<script>alert(1)</script>"), "quote": quote("'\" OR 1=1 --"),
    "path": quote("../../etc/passwd"), "long": "x" * 5000, "emoji": quote("😀" * 50), "newline": "%0d%0aSet-Cookie:%20a=b",
    "far": "9999-12-31", "before_time": "0001-01-01", "leap": "2026-02-30", "list": "a,b,,c" + ",x" * 300,
    "wide_digits": quote("１２"), "format": "%25s%25n%7B0%7D", "template": quote("{{7*7}}${7*7}"),
}  # fmt: skip
TEXTS = {"q"}
"""Parameters that may hold any words."""


def asked(port: int, token: str, target: str) -> tuple[int, dict[str, str], bytes]:
    head = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    reply = send(port, head.encode("latin-1"))
    return reply.status, reply.headers, reply.body


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.name)
def test_no_value_of_a_parameter_breaks_an_operation(operation: Operation, port: int, tokens: dict[str, str]) -> None:
    path = PREFIX + operation.path.replace("<id>", "x").replace("<name>", quote("供水"))
    names = list(operation.query.model_fields if operation.query else ()) or ["anything"]
    # One value of each kind for each parameter would be many thousand requests: kinds take turns over the parameters.
    for number, (kind, value) in enumerate(VALUES.items()):
        name = names[number % len(names)]
        status, headers, body = asked(port, tokens["admin"], f"{path}?{name}={value}")
        assert status < 500, (name, kind, body)
        assert "set-cookie" not in headers, (name, kind)
        if status >= 400:
            assert headers["content-type"] == "application/problem+json", (name, kind)
            assert b"<script>" not in body and b"/etc/passwd" not in body, (name, kind)


def test_every_parameter_that_takes_numbers_or_times_refuses_other_things(port: int, tokens: dict[str, str]) -> None:
    for operation in OPERATIONS:
        if operation.query is None or "<" in operation.path:
            continue
        for name in set(operation.query.model_fields) & {"limit", "since", "until", "days", "as_of", "bucket", "kind"}:
            for kind in ("words", "gbk", "null", "huge"):
                status, _, body = asked(port, tokens["admin"], f"{PREFIX}{operation.path}?{name}={VALUES[kind]}")
                assert status == 400 and name.encode() in body, (operation.name, name, kind, status)


def test_a_parameter_that_nobody_knows_is_refused_everywhere(port: int, tokens: dict[str, str]) -> None:
    for operation in OPERATIONS:
        path = PREFIX + operation.path.replace("<id>", "x").replace("<name>", quote("供水"))
        status, _, body = asked(port, tokens["admin"], f"{path}?utm_source=x&__proto__=y")
        assert status == 400, (operation.name, status)
        assert b"utm_source" in body and b"__proto__" in body, operation.name


@pytest.mark.parametrize("kind", ["gbk", "overlong", "surrogate", "cut_utf8", "null", "rtl", "script", "path", "newline",
                                  "long", "template"])  # fmt: skip
def test_no_page_breaks_or_repeats_what_it_was_asked(kind: str, port: int, app: App) -> None:
    client = Client(port)
    assert client.sign_in("admin", district.PASSWORD).status == 303
    cookie = "; ".join(f"{k}={v}" for k, v in client.cookies.items())
    rules = sorted({r.rule for r in create_app(app).url_map.iter_rules() if "GET" in (r.methods or ())})
    pages = [r for r in rules if not r.startswith((PREFIX, "/static", "/metrics", "/readyz", "/sign-"))]
    assert len(pages) > 10
    value = VALUES[kind]
    for rule in pages:
        filled = re.sub("<[^>]+>", value[:300] or "x", rule)
        for target in (f"{rule if '<' not in rule else filled}?q={value}&since={value}&x={value}", filled):
            head = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
            reply = send(port, head.encode("latin-1"))
            assert reply.status < 500, (target[:100], reply.status)
            assert b"<script>alert(1)" not in reply.body and b"49$" not in reply.body, target[:100]
            assert "set-cookie" not in reply.headers or "a=b" not in reply.headers["set-cookie"]


def test_an_id_of_any_form_is_just_not_found(port: int, tokens: dict[str, str]) -> None:
    odd = (
        "%00",
        "%CD%A3",
        "..",
        "%2e%2e%2f%2e%2e",
        "x" * 4000,
        quote("\u202e"),
        "%ED%A0%80",
        "-1",
        quote("a b"),
        "*",
        "%25",
    )
    for operation in OPERATIONS:
        if "<" in operation.path:
            for id in odd:
                path = PREFIX + re.sub("<[^>]+>", id, operation.path)
                status, headers, body = asked(port, tokens["admin"], path)
                assert status in (400, 404, 308), (path[:80], status, body[:300])
                assert "set-cookie" not in headers
