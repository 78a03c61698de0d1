"""Requests as bytes, for what a well-behaved client cannot send."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class RawReply:
    """``status`` 0: the connection was closed without an answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def send(port: int, data: bytes, *, timeout: float = 10.0) -> RawReply:
    """Sends the bytes as they are and reads the first answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as sock:
        sock.sendall(data)
        return read(sock)


def read(sock: socket.socket) -> RawReply:
    """One answer with its body."""
    got = b""
    while b"\r\n\r\n" not in got:
        chunk = sock.recv(65536)
        if not chunk:
            return RawReply(0, {}, got)
        got += chunk
    head, _, body = got.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    while len(body) < int(headers.get("content-length", 0)):
        chunk = sock.recv(65536)
        if not chunk:
            break
        body += chunk
    return RawReply(int(lines[0].split()[1]), headers, body)


def get(port: int, path: str, *headers: str, host: str = "127.0.0.1") -> RawReply:
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Connection: close", *headers]
    return send(port, "\r\n".join([*lines, "", ""]).encode())
