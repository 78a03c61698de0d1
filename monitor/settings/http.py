"""service.toml ``[http]``: where the API and the pages listen, who is believed, how much one reader may ask.

Nothing that a request says of itself (client address, scheme, host, user) is believed unless it came through an
address of ``trusted_proxies``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from monitor.settings.base import Part

Network = IPv4Network | IPv6Network
_HEADER = r"^([A-Za-z][A-Za-z0-9-]{0,60})?$"
_FORWARDING = frozenset({"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "forwarded", "x-request-id"})
_SPOKEN_FOR = frozenset({"authorization", "cookie", "host", "origin", "x-csrf-token", "content-type"})


def _network(text: str) -> str:
    try:
        ip_network(text, strict=False)
    except ValueError:
        raise ValueError("应为 IP 地址或网段，如 10.0.0.5 或 10.0.0.0/24") from None
    return text


def _host(text: str) -> str:
    name = text.lower().rstrip(".")
    if name == "*" or (name and not set(name) & set("/\\:@?#, ") and "*" not in name.removeprefix("*.")):
        return name
    raise ValueError("应为主机名（不带端口），如 yuqing.example.gov.cn 或 *.example.gov.cn；* 表示不限")


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query or "*" in text:
        raise ValueError("应为完整来源，如 https://portal.example.gov.cn（不带路径，不能用 *）")
    return text.lower()


def _header(text: str) -> str:
    if text.lower() in _FORWARDING | _SPOKEN_FOR:
        raise ValueError("这个请求头另有用途，换一个")
    return text


HeaderName = Annotated[str, Field(pattern=_HEADER), AfterValidator(_header)]


class RateSettings(Part):
    """Requests a minute; 0: no limit. ``burst`` may come at once before the pace counts."""

    caller_per_min: int = Field(600, ge=0, le=1_000_000)
    """Of one signed-in user or token. A wall asks 4 times a minute, a busy dashboard some 30."""
    stranger_per_min: int = Field(120, ge=0, le=1_000_000)
    """Of one address without sign-in (sign-in page, transparency page, health checks)."""
    burst: int = Field(120, ge=10, le=100_000)


class HeaderSignIn(Part):
    """Sign-in by a proxy that has asked an identity provider (OIDC, CAS, SAML) and tells the user in a header."""

    user_header: HeaderName = ""
    """Header with the user's name, e.g. ``X-Forwarded-User``; empty: off."""
    groups_header: HeaderName = ""
    """Header with the user's groups, separated by commas."""
    roles: Mapping[str, Literal["reader", "duty", "admin"]] = Field(default_factory=dict)
    """Group → role; of several the highest counts."""
    default_role: Literal["", "reader", "duty", "admin"] = ""
    """Role of a user without any of these groups; empty: they are refused."""

    @property
    def on(self) -> bool:
        return bool(self.user_header)


class HttpSettings(Part):
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    threads: int = Field(8, ge=1, le=64)
    connections: int = Field(256, ge=8, le=4000)
    """Connections held at once; when they are nearly used up, idle ones of the address that holds most are closed."""
    public_url: str = Field("", pattern=r"^(https?://[^\s/]+.*)?$")
    """How readers reach the dashboard, for links in mails; empty: http://host:port."""
    allowed_hosts: tuple[Annotated[str, AfterValidator(_host)], ...] = ()
    """Names by which the service may be addressed. Empty: that of ``public_url``, IP addresses, names without a dot."""
    trusted_proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = ()
    """Addresses or networks of reverse proxies whose X-Forwarded-For, -Proto, -Host are believed."""
    cors_origins: tuple[Annotated[str, AfterValidator(_origin)], ...] = ()
    """Other sites whose scripts may read /api/ with a bearer token; cookies are never accepted from them."""
    session_hours: int = Field(12, ge=1, le=72)
    idle_min: int = Field(120, ge=5, le=1440)
    """A session without a request of a person for this long ends."""
    secure_cookie: bool | None = None
    """Cookies by TLS only; not set: as ``public_url`` begins (https)."""
    rate: RateSettings = RateSettings()
    header_sign_in: HeaderSignIn = HeaderSignIn()

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https:") if self.secure_cookie is None else self.secure_cookie

    @cached_property
    def proxies(self) -> tuple[Network, ...]:
        return tuple(ip_network(text, strict=False) for text in self.trusted_proxies)


def http_problems(http: HttpSettings) -> Iterator[tuple[str, str, str]]:
    """What is well-formed alone and wrong together."""
    sign_in = http.header_sign_in
    if sign_in.on and not http.trusted_proxies:
        yield (
            "service",
            "http.header_sign_in.user_header",
            ("请求头登录须先写明代理的地址，否则任何人都能自称任何用户；在 http.trusted_proxies 写上它"),
        )
    if sign_in.on and not sign_in.default_role and not (sign_in.roles and sign_in.groups_header):
        yield (
            "service",
            "http.header_sign_in.roles",
            ("没有人能得到角色：写 groups_header 和 roles（用户组 → 角色），或写 default_role"),
        )
    if any(network.prefixlen == 0 for network in http.proxies):
        yield "service", "http.trusted_proxies", "不能信任所有地址；只写代理自己的地址或网段"
    if http.secure_cookie is False and http.public_url.startswith("https:"):
        yield "service", "http.secure_cookie", "public_url 是 https 时不能关掉；删去这一项"
