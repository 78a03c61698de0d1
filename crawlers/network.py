"""Which addresses a request may reach: public ones only, on ports that speak HTTP. All answers of a name count."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from crawlers.failures import FetchFailure, Refused

_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_OTHER_PORTS = frozenset(
    {1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
     111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
     540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3306, 3389, 3659, 4045, 4190,
     5060, 5061, 5432, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 9200, 10080, 11211, 27017}
)  # fmt: skip
"""Ports of other services (the Fetch standard's bad ports, and databases): a page there is somebody's trap."""


def is_public(address: str) -> bool:
    """Whether an IP address is reachable from the whole internet (RFC 6890 special ranges are not).

    An IPv6 address that carries an IPv4 one (mapped, 6to4, Teredo, NAT64) is judged by that as well.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if getattr(ip, "is_site_local", False):
        return False
    return all(one.is_global and not one.is_multicast for one in (ip, *_carried(ip)))


def _carried(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    if isinstance(ip, ipaddress.IPv4Address):
        return
    yield from (one for one in (ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())) if one is not None)
    if any(ip in network for network in _NAT64) or int(ip) < 2**32:
        yield ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)


async def check_public(url: str, timeout: float) -> None:
    """Raises ``Refused`` unless every address of the URL's host is public and its port may be asked.

    Names go through the cache that the connection uses: it is given the answers that were looked at here.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise Refused(FetchFailure.CLIENT_ERROR) from None
    if port in _OTHER_PORTS:
        raise Refused(FetchFailure.PRIVATE_ADDRESS)
    host = parts.hostname or ""
    try:
        addresses = [str(ipaddress.ip_address(host))]
    except ValueError:
        addresses = await addresses_of(host, timeout)
    if not addresses:
        raise Refused(FetchFailure.DNS)
    if not all(is_public(address) for address in addresses):
        raise Refused(FetchFailure.PRIVATE_ADDRESS)


async def addresses_of(host: str, timeout: float) -> list[str]:
    """All addresses of a name, IPv4 and IPv6; none where it has none or no answer comes in time."""
    from twisted.internet import reactor as installed

    reactor: Any = installed
    answers = _Answers()
    try:
        reactor.nameResolver.resolveHostName(answers, host)
        return await asyncio.wait_for(asyncio.shield(answers.done), timeout)
    except (UnicodeError, ValueError, TimeoutError):
        return []


class _Answers:
    """Collects what a resolver says of one name (Twisted's IResolutionReceiver)."""

    def __init__(self) -> None:
        self._found: list[str] = []
        self.done: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()

    def resolutionBegan(self, resolutionInProgress: Any) -> None:
        return

    def addressResolved(self, address: Any) -> None:
        self._found.append(str(address.host))

    def resolutionComplete(self) -> None:
        if not self.done.done():
            self.done.set_result(self._found)
