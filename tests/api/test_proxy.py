"""Behind a reverse proxy: whose word is taken for the client's address, the scheme, the host and the user."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from api.auth.header import role_of
from api.auth.throttle import FREE_PER_ADDRESS, Throttle
from api.gate import GROUPS, REFUSED, REQUEST_ID, USER, Gate
from monitor.app import App, open_app
from monitor.ops import audit, people
from monitor.ops.people import Role
from monitor.settings.http import HeaderSignIn, HttpSettings
from tests.api import district
from tests.api.client import Client, csrf_of, serving

Served = Callable[[str], tuple[int, App]]
TRUSTING = 'trusted_proxies = ["127.0.0.1", "10.1.0.0/16"]\n'
BY_HEADER = (
    TRUSTING
    + """
[http.header_sign_in]
user_header = "X-Forwarded-User"
groups_header = "X-Forwarded-Groups"
roles = { "舆情值班" = "duty", "yuqing-admin" = "admin", "staff" = "reader" }
"""
)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A server whose ``[http]`` begins with the given lines."""
    with ExitStack() as stack:

        def begin(lines: str) -> tuple[int, App]:
            config = district.write_config(tmp_path)
            file = config / "service.toml"
            file.write_text(file.read_text().replace("[crawl]", lines + "[crawl]"))
            app = stack.enter_context(open_app(config, district.Hands()))
            app.store.init()
            return stack.enter_context(serving(app)), app

        yield begin


def through(http: HttpSettings, **environ: str) -> dict[str, object]:
    """What an application behind the gate sees of a request."""
    seen: dict[str, object] = {}

    def inner(given: dict[str, object], _: object) -> list[bytes]:
        seen.update(given)
        return []

    base = {"REMOTE_ADDR": "192.0.2.9", "HTTP_HOST": "127.0.0.1", "REQUEST_URI": "/", "wsgi.url_scheme": "http"}
    list(Gate(inner, http)({**base, **environ}, None))
    return seen


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.9", "203.0.113.5", "192.0.2.9"),  # not a proxy of ours: what it says of others is not believed
        ("10.1.0.1", "203.0.113.5", "203.0.113.5"),
        ("10.1.0.1", "1.1.1.1, 203.0.113.5", "203.0.113.5"),  # the client wrote 1.1.1.1 itself
        ("10.1.0.1", "1.1.1.1, 203.0.113.5, 10.1.2.3", "203.0.113.5"),  # two proxies of ours
        ("10.1.0.1", "10.1.2.3, 10.1.2.4", "10.1.2.3"),
        ("10.1.0.1", "203.0.113.5:4711", "203.0.113.5"),
        ("10.1.0.1", "[2001:db8::7]:443", "2001:db8::7"),
        ("::ffff:10.1.0.1", "203.0.113.5", "203.0.113.5"),
        ("10.1.0.1", "unknown", "10.1.0.1"),
        ("10.1.0.1", "203.0.113.5, <script>", "10.1.0.1"),
        ("10.1.0.1", "", "10.1.0.1"),
    ],
)  # fmt: skip
def test_the_client_is_the_nearest_address_that_is_no_proxy_of_ours(peer: str, forwarded: str, client: str) -> None:
    http = HttpSettings(trusted_proxies=("10.1.0.0/16",))
    assert through(http, REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)["REMOTE_ADDR"] == client


def test_a_stranger_cannot_set_scheme_host_user_or_request_id() -> None:
    http = HttpSettings(trusted_proxies=("10.1.0.0/16",), header_sign_in=HeaderSignIn(user_header="X-Remote-User"))
    told = {
        "HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_REMOTE_USER": "admin",
        "HTTP_X_REQUEST_ID": "a-good-request-id", "HTTP_FORWARDED": "for=1.1.1.1", "HTTP_X_ORIGINAL_URL": "/audit",
        "HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE", "HTTP_X_REAL_IP": "1.1.1.1",
    }  # fmt: skip
    seen = through(http, **told)
    assert (seen["wsgi.url_scheme"], seen["HTTP_HOST"], seen["REMOTE_ADDR"]) == ("http", "127.0.0.1", "192.0.2.9")
    assert not {USER, GROUPS, REQUEST_ID} & set(seen) and not set(told) & set(seen)


def test_a_trusted_proxy_is_believed_and_its_headers_go_no_further() -> None:
    http = HttpSettings(
        trusted_proxies=("10.1.0.0/16",), header_sign_in=HeaderSignIn(user_header="X-Remote-User"),
        public_url="https://yuqing.example.gov.cn",
    )  # fmt: skip
    seen = through(
        http, REMOTE_ADDR="10.1.0.1", HTTP_X_FORWARDED_PROTO="https", HTTP_X_REMOTE_USER="张三".encode().decode("latin-1"),
        HTTP_X_FORWARDED_HOST="yuqing.example.gov.cn", HTTP_X_REQUEST_ID="req-0123456789",
    )  # fmt: skip
    assert (seen["wsgi.url_scheme"], seen["HTTP_HOST"]) == ("https", "yuqing.example.gov.cn")
    assert (seen[USER], seen[REQUEST_ID]) == ("张三", "req-0123456789") and REFUSED not in seen
    assert "HTTP_X_REMOTE_USER" not in seen


@pytest.mark.parametrize(
    ("given", "host", "good"),
    [
        ({}, "127.0.0.1", True),
        ({}, "10.20.30.40:8000", True),
        ({}, "[::1]:8000", True),
        ({}, "localhost", True),
        ({}, "yuqing", True),
        ({}, "rebind.attacker.example", False),
        ({"public_url": "https://yuqing.example.gov.cn/"}, "yuqing.example.gov.cn", True),
        ({"public_url": "https://yuqing.example.gov.cn/"}, "YUQING.example.gov.cn.:443", True),
        ({"public_url": "https://yuqing.example.gov.cn/"}, "evil.example", False),
        ({"allowed_hosts": ("*.example.gov.cn",)}, "a.example.gov.cn", True),
        ({"allowed_hosts": ("*.example.gov.cn",)}, "example.gov.cn.evil.example", False),
        ({"allowed_hosts": ("a.example",)}, "127.0.0.1", False),
        ({"allowed_hosts": ("*",)}, "anything.example", True),
        ({"allowed_hosts": ("*",)}, "a.example, b.example", False),
        ({"allowed_hosts": ("*",)}, "a@b.example", False),
        ({"allowed_hosts": ("*",)}, "", False),
        ({"allowed_hosts": ("*",)}, "a.example:99999", False),
    ],
)  # fmt: skip
def test_only_our_own_names_are_answered(given: dict[str, object], host: str, good: bool) -> None:
    assert (REFUSED not in through(HttpSettings.model_validate(given), HTTP_HOST=host)) is good


def test_a_request_line_that_names_another_host_is_refused() -> None:
    http = HttpSettings()
    assert REFUSED not in through(http, REQUEST_URI="http://127.0.0.1:8000/x")
    for target in ("http://evil.example/x", "http://evil.example@127.0.0.1/", "evil.example:443", "http://[/"):
        assert through(http, REQUEST_URI=target)[REFUSED] == "host_differs"


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        ("staff", Role.READER),
        ("a, 舆情值班", Role.DUTY),
        ("staff;yuqing-admin", Role.ADMIN),
        ("other", None),
        ("", None),
    ],
)
def test_of_several_groups_the_highest_role_counts(groups: str, role: Role | None) -> None:
    rule = HeaderSignIn(user_header="X-U", roles={"舆情值班": "duty", "yuqing-admin": "admin", "staff": "reader"})
    assert role_of(groups, rule) is role


def test_a_user_whom_the_proxy_names_works_without_a_password(served: Served) -> None:
    port, app = served(BY_HEADER)
    named = {"X-Forwarded-User": "li.si@example.gov.cn", "X-Forwarded-Groups": "舆情值班".encode().decode("latin-1")}
    client = Client(port)
    page = client.request("GET", "/alerts", headers=named)
    assert page.status == 200 and "li.si@example.gov.cn（值班）" in page.text
    assert client.request("GET", "/api/v1/audit", headers=named).status == 403
    client.request("GET", "/", headers=named)
    signed = [e for e in audit.read(app.store) if e.action is audit.Action.SIGN_IN]
    assert [(e.who, e.target) for e in signed] == [("li.si@example.gov.cn", "proxy duty")], "once, not at each request"


def test_a_proxied_user_is_protected_against_other_sites_too(served: Served) -> None:
    port, _ = served(BY_HEADER + "\n")
    named = {"X-Forwarded-User": "li.si", "X-Forwarded-Groups": "yuqing-admin"}
    client = Client(port)
    silence = {"data": {"hours": 1, "reason": "x"}}
    assert client.request("POST", "/api/v1/alerts/x/silence", **silence, headers=named).status == 403
    page = client.request("GET", "/help", headers=named)
    assert page.status == 200 and 'action="/sign-out"' not in page.text


def test_without_a_group_or_when_disabled_here_nobody_gets_in(served: Served) -> None:
    port, app = served(BY_HEADER)
    people.add(app.store, "duty", Role.DUTY, district.PASSWORD, district.NOW)
    client = Client(port)
    assert client.request("GET", "/api/v1/alerts", headers={"X-Forwarded-User": "li.si"}).status == 401
    people.disable(app.store, "duty", district.NOW)
    named = {"X-Forwarded-User": "duty", "X-Forwarded-Groups": "staff"}
    assert client.request("GET", "/api/v1/alerts", headers=named).status == 401
    for odd in ("../x", "a b", "x" * 65, "<b>", "名\u202e字"):
        sent = {**named, "X-Forwarded-User": odd.encode().decode("latin-1")}
        assert client.request("GET", "/api/v1/alerts", headers=sent).status == 401


def test_from_an_address_that_is_no_proxy_the_header_opens_nothing(served: Served) -> None:
    port, _ = served(BY_HEADER.replace('"127.0.0.1", ', ""))
    named = {"X-Forwarded-User": "boss", "X-Forwarded-Groups": "yuqing-admin", "X-Forwarded-For": "10.1.0.1"}
    assert Client(port).request("GET", "/api/v1/alerts", headers=named).status == 401
    # Waitress drops names with underscores, which would become the same name behind it.
    assert Client(port).request("GET", "/api/v1/alerts", headers={"X_Forwarded_User": "boss"}).status == 401


def test_behind_a_proxy_each_client_has_its_own_lock_out(served: Served) -> None:
    port, app = served(TRUSTING)
    throttle = Throttle(app.store, app.keys.session)
    for n in range(FREE_PER_ADDRESS):
        throttle.failed(f"nobody{n}", "203.0.113.5", district.NOW)

    def attempt(address: str, name: str) -> int:
        client, told = Client(port), {"X-Forwarded-For": address}
        form = client.request("GET", "/sign-in", headers=told)
        fields = {"csrf": csrf_of(form), "name": name, "password": "wrong password 1"}
        return client.request("POST", "/sign-in", form=fields, headers=told).status

    assert attempt("203.0.113.5", "nobody-else") == 429
    assert attempt("203.0.113.6", "nobody-new") == 401, "another client of the same proxy is not locked out"


def test_a_request_id_is_taken_from_a_trusted_proxy_only(served: Served, port: int) -> None:
    trusting, _ = served(TRUSTING)
    told = {"X-Request-Id": "ticket-20261122"}
    assert Client(trusting).request("GET", "/healthz", headers=told).headers["X-Request-Id"] == "ticket-20261122"
    assert Client(port).request("GET", "/healthz", headers=told).headers["X-Request-Id"] != "ticket-20261122"
    for odd in ("short", "x" * 65, "a b c d e f", "ticket;drop=1"):
        answer = Client(trusting).request("GET", "/nowhere", headers={"X-Request-Id": odd})
        assert odd not in answer.headers["X-Request-Id"] and odd not in answer.text


def test_cookies_and_transport_follow_the_public_address(served: Served) -> None:
    port, app = served('public_url = "https://yuqing.example.gov.cn"\n')
    people.add(app.store, "duty", Role.DUTY, district.PASSWORD, district.NOW)
    client = Client(port)
    answer = client.sign_in("duty", district.PASSWORD)
    cookie = next(c for c in answer.headers.get_all("Set-Cookie") or [] if "yuqing_session" in c)
    assert cookie.startswith("__Host-") and "Secure" in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
