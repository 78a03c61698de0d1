"""Hostile requests on the wire: what a browser would never send, and what must not work when somebody does."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import api.server
from api import create_app
from monitor.app import App, open_app
from tests.api import district
from tests.api.client import Client, csrf_of, serving
from tests.api.raw import get, read, send

PROBLEM = "application/problem+json"
ALWAYS = {
    "x-content-type-options": "nosniff", "x-frame-options": "DENY", "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin", "referrer-policy": "same-origin",
}  # fmt: skip


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /%00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: a\nX-B: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nx\r\n0\r\n\r\n",
        b"BREW /coffee HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"TRACE / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: yuqing_session=x\r\n\r\n",
    ],
)  # fmt: skip
def test_a_broken_request_gets_a_plain_answer_and_the_service_lives(port: int, request_: bytes) -> None:
    reply = send(port, request_.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
    assert reply.status == 0 or 300 <= reply.status < 500 or reply.status in (501, 505), reply
    assert b"Traceback" not in reply.body and b"yuqing_session=x" not in reply.body
    assert Client(port).get("/healthz").status == 200


def test_what_the_server_itself_refuses_is_a_problem_with_all_headers(port: int) -> None:
    huge = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: " + b"a" * 40_000 + b"\r\n\r\n"
    for data, status in ((huge, 431), (b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400)):
        reply = send(port, data)
        assert reply.status == status and reply.headers["content-type"] == PROBLEM
        assert reply.json()["status"] == status and reply.json()["hint"]
        assert (
            ALWAYS.items() <= reply.headers.items() and "default-src 'none'" in reply.headers["content-security-policy"]
        )


def test_a_request_with_two_lengths_is_one_request_only(port: int) -> None:
    """Request smuggling: where lengths and chunks disagree, nothing of the body is taken for a second request."""
    hidden = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    both = (
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"0\r\n\r\n" + hidden
    )
    twice = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\n" + hidden
    for data in (both, twice):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
            sock.sendall(data)
            first = read(sock)
            assert first.status in (400, 403)
            if data is twice:
                assert first.status == 400 and sock.recv(100) == b"", "refused, and the connection ended"


@pytest.mark.parametrize(
    ("line", "host"),
    [
        ("", "evil.example"),
        ("X-Forwarded-Host: evil.example", "127.0.0.1"),
        ("Forwarded: host=evil.example", "127.0.0.1"),
        ("X-Original-URL: /audit", "127.0.0.1"),
    ],
)
def test_no_answer_repeats_a_host_that_is_not_ours(port: int, line: str, host: str) -> None:
    reply = get(port, "/board", *([line] if line else []), host=host)
    assert reply.status == (400 if host != "127.0.0.1" else 303)
    assert "evil.example" not in str(reply.headers) and b"evil.example" not in reply.body
    if reply.status == 400:
        assert get(port, "/api/v1/alerts", host=host).json()["type"] == "/problems/bad_host"


def test_a_method_in_a_header_or_a_form_changes_nothing(port: int) -> None:
    client = Client(port)
    assert client.sign_in("duty", district.PASSWORD).status == 303
    csrf = csrf_of(client.get("/"))
    override = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST"}
    assert client.request("GET", "/sign-out?_method=POST", headers=override).status == 405
    assert client.post("/sign-in", {"csrf": csrf, "_method": "DELETE"}).status in (401, 403)
    assert client.get("/").status == 200, "still signed in"


def test_reading_changes_nothing(port: int, app: App) -> None:
    """CSRF by link or picture: an address that changes something has no answer to GET but a form or a refusal."""
    client = Client(port)
    assert client.sign_in("duty", district.PASSWORD).status == 303
    rules = list(create_app(app).url_map.iter_rules())
    reading = {rule.rule for rule in rules if "GET" in (rule.methods or ())}
    writing = {rule.rule for rule in rules if "POST" in (rule.methods or ())}
    assert len(writing) > 8
    for rule in sorted(writing - reading):
        path = re.sub("<[^>]+>", "x", rule)
        for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH"):
            assert client.request(method, path).status in (404, 405), (method, rule)
    for rule in sorted(writing):
        path = re.sub("<[^>]+>", "x", rule)
        assert client.post(path, {}).status in (400, 403, 404, 415), rule
    assert client.get("/").status == 200, "still signed in"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1.evil.example"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
    ],
)
def test_a_form_of_another_site_is_refused_even_with_the_right_token(
    port: int, headers: dict[str, str], status: int
) -> None:
    client = Client(port)
    form = client.get("/sign-in")
    fields = {"csrf": csrf_of(form), "name": "duty", "password": district.PASSWORD}
    assert client.request("POST", "/sign-in", form=fields, headers=headers).status == status


def test_a_packed_body_is_not_unpacked(port: int, tokens: dict[str, str]) -> None:
    import gzip

    body = gzip.compress(b'{"hours": 1, "reason": "' + b"x" * 10_000_000 + b'"}')
    head = (
        f"POST /api/v1/alerts/x/silence HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {tokens['duty']}\r\n"
        f"Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    reply = send(port, head.encode() + body)
    assert reply.status == 415 and reply.json()["type"] == "/problems/content_encoding"


@pytest.mark.parametrize(
    "body",
    ["[" * 100_000, '{"a":' * 20_000, "1" * 100_000, '"\\ud800"', "{", "", "null", "[]", '{"hours":1e999,"reason":"x"}',
     '{"hours":1,"reason":"x","hours":2}', '{"hours":NaN,"reason":"x"}', '{"__proto__":{},"hours":1,"reason":"x"}',
     '{"hours":1,"reason":"\\u0000"}', '{"hours":"1","reason":{"$gt":""}}'],
)  # fmt: skip
def test_a_hostile_json_body_is_a_wrong_request(port: int, tokens: dict[str, str], body: str) -> None:
    data = body.encode()
    head = (
        f"POST /api/v1/alerts/x/silence HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {tokens['duty']}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    reply = send(port, head.encode() + data)
    assert reply.status in (400, 404) and reply.headers["content-type"] == PROBLEM, reply


def test_a_body_that_is_too_long_is_refused_in_words(port: int, tokens: dict[str, str]) -> None:
    client = Client(port, tokens["duty"])
    reply = client.request("POST", "/api/v1/alerts/x/silence", data={"reason": "x" * 300_000})
    assert reply.status == 413 and reply.headers["Content-Type"] == PROBLEM
    many = "&".join(f"a{n}=1" for n in range(2000))
    head = f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(many)}\r\n\r\n"
    assert send(port, (head + many).encode()).status in (400, 403, 413)


@pytest.mark.parametrize("path", ["/nowhere", "/api/v1/nowhere", "/api/v2/alerts", "/api/v1/alerts/x/y/z", "/.git/config",
                                  "/%2e%2e/%2e%2e/etc/passwd", "/static/../../etc/passwd", "/static/%2e%2e%2fpage.py",
                                  "//evil.example/%2e%2e", "/problems/x"])  # fmt: skip
def test_an_unknown_address_is_a_problem_or_a_page_that_says_so(port: int, path: str) -> None:
    reply = get(port, path)
    assert reply.status in (404, 308), reply.status
    assert reply.headers["content-type"] == (PROBLEM if path.startswith("/api/") else "text/html; charset=utf-8")
    assert ALWAYS.items() <= reply.headers.items() and b"root:" not in reply.body
    assert "evil.example" not in reply.headers.get("location", "")


def test_a_wrong_method_names_the_right_ones(port: int, tokens: dict[str, str]) -> None:
    reply = Client(port, tokens["reader"]).request("DELETE", "/api/v1/alerts")
    assert reply.status == 405 and reply.json()["type"] == "/problems/method_not_allowed"
    assert set(reply.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_other_sites_may_read_the_api_only_where_they_are_listed(port: int, tmp_path: Path) -> None:
    asked = {"Origin": "https://portal.example.gov.cn", "Access-Control-Request-Method": "GET"}
    shut = Client(port).request("OPTIONS", "/api/v1/alerts", headers=asked)
    assert shut.status == 204 and "Access-Control-Allow-Origin" not in shut.headers
    config = district.write_config(tmp_path)
    file = config / "service.toml"
    lines = 'cors_origins = ["https://portal.example.gov.cn"]\n[crawl]'
    file.write_text(file.read_text(encoding="utf-8").replace("[crawl]", lines), encoding="utf-8")
    with open_app(config, district.Hands()) as app, serving(app) as other:
        app.store.init()
        client = Client(other)
        allowed = client.request("OPTIONS", "/api/v1/alerts", headers=asked)
        assert allowed.headers["Access-Control-Allow-Origin"] == "https://portal.example.gov.cn"
        assert "Authorization" in allowed.headers["Access-Control-Allow-Headers"]
        assert "Access-Control-Allow-Credentials" not in allowed.headers, "cookies never travel from another site"
        reply = client.request("GET", "/api/v1/alerts", headers={"Origin": "https://portal.example.gov.cn"})
        assert reply.headers["Access-Control-Allow-Origin"] == "https://portal.example.gov.cn"
        assert "Origin" in reply.headers["Vary"]
        for origin in ("https://evil.example", "null", "https://portal.example.gov.cn.evil.example"):
            reply = client.request("GET", "/api/v1/alerts", headers={"Origin": origin})
            assert "Access-Control-Allow-Origin" not in reply.headers
        page = client.request("GET", "/sign-in", headers={"Origin": "https://portal.example.gov.cn"})
        assert "Access-Control-Allow-Origin" not in page.headers


@pytest.fixture
def hurried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server that holds 12 connections and gives a request one second."""
    monkeypatch.setattr(api.server, "REQUEST_S", 1.0)
    config = district.write_config(tmp_path)
    file = config / "service.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("[crawl]", "connections = 12\n[crawl]"), encoding="utf-8")
    with open_app(config, district.Hands()) as app, serving(app) as bound:
        app.store.init()
        yield bound


def test_readers_who_send_a_byte_now_and_then_do_not_keep_others_out(hurried: int) -> None:
    """Slow-loris: far more slow connections than the server holds; it goes on answering, and they are cut off."""
    slow = [socket.create_connection(("127.0.0.1", hurried), timeout=10) for _ in range(40)]
    try:
        for sock in slow:
            sock.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        begun = time.monotonic()
        assert Client(hurried).get("/healthz").status == 200
        assert time.monotonic() - begun < 2
        cut, deadline = 0, time.monotonic() + 8
        while cut < len(slow) and time.monotonic() < deadline:
            cut = sum(_cut_off(sock) for sock in slow)
        assert cut == len(slow), "a request that takes longer than a second is given up, however busy it looks"
        assert Client(hurried).get("/healthz").status == 200
    finally:
        for sock in slow:
            sock.close()


def test_a_body_that_trickles_in_is_given_up_too(hurried: int) -> None:
    with socket.create_connection(("127.0.0.1", hurried), timeout=10) as sock:
        sock.sendall(b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n")
        deadline = time.monotonic() + 8
        while not _cut_off(sock):
            assert time.monotonic() < deadline
    assert Client(hurried).get("/healthz").status == 200


def _cut_off(sock: socket.socket) -> bool:
    """Whether the other side has closed; sends one more byte, as a slow reader would."""
    sock.settimeout(0.05)
    try:
        sock.sendall(b"x")
        return sock.recv(10) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def test_personal_answers_are_kept_by_nobody(port: int, tokens: dict[str, str]) -> None:
    client = Client(port, tokens["reader"])
    for path in ("/", "/board", "/alerts", "/sign-in"):
        assert client.get(path).headers["Cache-Control"] == "no-store", path
    answer = client.get("/api/v1/trends")
    assert answer.headers["Cache-Control"] == "private, no-cache" and "Authorization" in answer.headers["Vary"]
    assert json.loads(client.get("/api/v1/users").body)["status"] == 403
