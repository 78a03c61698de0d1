"""The door before Flask: who sent this, by what name were we asked for, and which headers may be believed.

A request can say anything of itself. Its address, scheme, host, user and request id are taken from headers only where
the connection comes from an address of ``http.trusted_proxies``; from anybody else those headers are dropped, so that
nothing behind the door can read them by mistake.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

from api.headers import harden
from monitor.settings.http import HttpSettings

REFUSED = "yuqing.refused"
"""Why the request is not to be answered; told by ``api.errors`` as a problem."""
REQUEST_ID = "yuqing.request_id"
USER = "yuqing.user"
GROUPS = "yuqing.groups"
_DROPPED = (
    "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_BY", "HTTP_X_FORWARDED_PREFIX", "HTTP_X_FORWARDED_SERVER", "HTTP_X_FORWARDED_SCHEME",
    "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_X_REQUEST_ID", "HTTP_X_ORIGINAL_URL", "HTTP_X_REWRITE_URL",
    "HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_METHOD_OVERRIDE", "HTTP_X_HTTP_METHOD", "HTTP_PROXY",
)  # fmt: skip
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9_.-]{0,252}[a-z0-9])?)\.?(?::(\d{1,5}))?", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
Environ = dict[str, Any]
Wsgi = Callable[[Environ, Any], Iterable[bytes]]


class Gate:
    """A WSGI application in front of another."""

    def __init__(self, inner: Wsgi, http: HttpSettings) -> None:
        self._inner = inner
        self._proxies = http.proxies
        self._secure = http.secure
        self._known: dict[str, bool] = {}
        self._good: set[str] = set()
        self._hosts = set(http.allowed_hosts)
        self._by_rule = not self._hosts
        if http.public_url and self._by_rule:
            self._hosts.add((urlsplit(http.public_url).hostname or "").lower())
        sign_in = http.header_sign_in
        self._user = _environ_key(sign_in.user_header)
        self._groups = _environ_key(sign_in.groups_header)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        told = {key: environ.pop(key) for key in _DROPPED if key in environ}
        user = environ.pop(self._user, "") if self._user else ""
        groups = environ.pop(self._groups, "") if self._groups else ""
        if self._proxies and self._trusted(str(environ.get("REMOTE_ADDR", ""))):
            self._believe(environ, told)
            if user:
                environ[USER], environ[GROUPS] = _text(user), _text(groups)
        refused = self._refused(environ)
        if refused:
            environ[REFUSED] = refused
            environ["HTTP_HOST"] = "localhost"

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            harden(headers, secure=self._secure)
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        return self._inner(environ, start)

    def _believe(self, environ: Environ, told: dict[str, str]) -> None:
        client = self._client(told.get("HTTP_X_FORWARDED_FOR", ""))
        if client:
            environ["REMOTE_ADDR"] = environ["REMOTE_HOST"] = client
        scheme = _last(told.get("HTTP_X_FORWARDED_PROTO", "")).lower()
        if scheme in ("http", "https"):
            environ["wsgi.url_scheme"] = scheme
        host = _last(told.get("HTTP_X_FORWARDED_HOST", ""))
        if host:
            environ["HTTP_HOST"] = host
        id = told.get("HTTP_X_REQUEST_ID", "")
        if _ID.fullmatch(id):
            environ[REQUEST_ID] = id

    def _client(self, forwarded: str) -> str:
        """The nearest address that is none of our proxies; what stands before it anybody may have written."""
        found = ""
        for part in reversed(forwarded.split(",")):
            address = _address(part)
            if address is None:
                break
            found = str(address)
            if not self._trusted(found):
                break
        return found

    def _trusted(self, address: str) -> bool:
        known = self._known.get(address)
        if known is None:
            parsed = _address(address)
            known = parsed is not None and any(parsed in network for network in self._proxies)
            if len(self._known) < 10_000:
                self._known[address] = known
        return known

    def _refused(self, environ: Environ) -> str:
        """Why this request names us wrongly; empty if it does not."""
        given, target = str(environ.get("HTTP_HOST", "")), str(environ.get("REQUEST_URI", ""))
        if given in self._good and target.startswith("/"):
            return ""
        refused = self._judged(given, target)
        if not refused and len(self._good) < 1_000:
            self._good.add(given)
        return refused

    def _judged(self, given: str, target: str) -> str:
        match = _HOST.fullmatch(given.lower())
        if match is None or int(match[2] or 0) > 65535:
            return "host_unreadable"
        if not target.startswith("/") and target != "*":
            # A request line with a whole address is for proxies; one that names another host than Host is a trick.
            asked = _HOST.fullmatch(_netloc(target))
            if asked is None or asked[1] != match[1]:
                return "host_differs"
        return "" if self._named(match[1]) else "host_unknown"

    def _named(self, host: str) -> bool:
        if "*" in self._hosts or host in self._hosts:
            return True
        if any(name.startswith("*.") and host.endswith(name[1:]) for name in self._hosts):
            return True
        # Without a list: names that no stranger's domain can be made to point from (DNS rebinding needs a dot).
        return self._by_rule and ("." not in host or _address(host.strip("[]")) is not None)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An address as proxies write it, a port after it left out; ``::ffff:10.0.0.1`` is 10.0.0.1."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        parsed = ip_address(text)
    except ValueError:
        return None
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else parsed


def _last(text: str) -> str:
    return text.rpartition(",")[2].strip()


def _netloc(target: str) -> str:
    try:
        return urlsplit(target).netloc.lower()
    except ValueError:
        return ""


def _text(header: str) -> str:
    """WSGI hands headers over as latin-1; names of people come in UTF-8."""
    try:
        return header.encode("latin-1").decode("utf-8").strip()
    except UnicodeError:
        return ""


def _environ_key(header: str) -> str:
    return "HTTP_" + header.upper().replace("-", "_") if header else ""
