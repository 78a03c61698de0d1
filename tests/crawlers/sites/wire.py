"""What sites do wrong on the wire: each function writes one whole answer (or never ends)."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.crawlers.sites.server import Wire

_HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
PATIENCE = 1_000_000


def trickling(body: bytes, pause: float = 0.2) -> Wire:
    """A byte now and then: each read succeeds, the page never ends."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(_HTML + b"Content-Length: %d\r\n\r\n" % PATIENCE)
        for byte in body:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(pause)

    return write


def headers_without_end() -> Wire:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        for n in range(PATIENCE):
            writer.write(b"X-More-%d: %s\r\n" % (n, b"y" * 500))
            await writer.drain()
            await asyncio.sleep(0.002)

    return write


def one_long_header() -> Wire:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        for _ in range(PATIENCE):
            writer.write(b"y" * 65_536)
            await writer.drain()

    return write


def continuing() -> Wire:
    """``100 Continue`` for ever."""

    async def write(writer: asyncio.StreamWriter) -> None:
        for _ in range(PATIENCE):
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            await writer.drain()
            await asyncio.sleep(0.005)

    return write


def endless(told: bool) -> Wire:
    """Ten gigabytes of paragraphs; ``told``: the length stands in the head, else the body just goes on."""

    async def write(writer: asyncio.StreamWriter) -> None:
        length = b"Content-Length: 10000000000\r\n" if told else b"Connection: close\r\n"
        writer.write(_HTML + length + b"\r\n<html><body>")
        block = b"<p>" + b"x" * 65_530 + b"</p>"
        for _ in range(10_000_000_000 // len(block)):
            writer.write(block)
            await writer.drain()

    return write


def chunks_without_end() -> Wire:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(_HTML + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(PATIENCE):
            writer.write(b"4000\r\n" + b"<p>" * 0x1555 + b"x" + b"\r\n")
            await writer.drain()

    return write


def cut(body: bytes, share: float = 0.6, *, chunked: bool = False) -> Wire:
    """The connection ends in the middle of the body."""

    async def write(writer: asyncio.StreamWriter) -> None:
        part = body[: int(len(body) * share)]
        if chunked:
            writer.write(_HTML + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(part), part))
        else:
            writer.write(_HTML + b"Content-Length: %d\r\n\r\n%s" % (len(body), part))
        await writer.drain()
        await asyncio.sleep(0.05)

    return write


def garbage() -> Wire:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 not HTTP at all \r\n\r\n\x00\xff" * 20)
        await writer.drain()

    return write


def stalled() -> Wire:
    """A head, and then nothing."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(_HTML + b"Content-Length: 5000\r\n\r\n<html>")
        await writer.drain()
        await asyncio.sleep(60)

    return write


def gzip_bomb(megabytes: int) -> bytes:
    """That many megabytes of one paragraph, packed without holding them."""
    return b"".join(_packed(megabytes, 31))


def deflate_bomb(megabytes: int) -> bytes:
    return b"".join(_packed(megabytes, 15))


def _packed(megabytes: int, bits: int) -> Iterator[bytes]:
    pack = zlib.compressobj(9, zlib.DEFLATED, bits)
    yield pack.compress(b"<html><body><p>")
    for _ in range(megabytes):
        yield pack.compress(b"\x30" * 1_000_000)
    yield pack.flush()


def brotli_bomb(megabytes: int) -> bytes:
    import brotli  # type: ignore[import-untyped]

    packed: bytes = brotli.compress(b"0" * (megabytes * 1_000_000), quality=3)
    return packed
