"""A local server that behaves like the group robots of three platforms, and like a system that takes webhooks.

It checks what the real ones check (address, signature, age of the signature, form and size of the body, how many
messages a minute) and answers with their codes. A test can make it busy, slow, broken or moved.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET = "SEC0123456789abcdef"
A_MINUTE = 20


@dataclass
class Platforms:
    """``answers``: (status, body) to give in turn instead of the platform's own; ``"drop"``: hang up without a word."""

    port: int = 0
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, str] | str] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)
    a_minute: int = A_MINUTE
    clock_off_s: float = 0.0

    def url(self, platform: str, token: str = "good") -> str:
        path = {
            "wecom": f"/cgi-bin/webhook/send?key={token}",
            "dingtalk": f"/robot/send?access_token={token}",
            "feishu": f"/open-apis/bot/v2/hook/{token}",
            "webhook": f"/hooks/{token}",
        }[platform]
        return f"http://127.0.0.1:{self.port}{path}"

    def reply(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        parts = urlsplit(path)
        query = {k: v[0] for k, v in parse_qs(parts.query).items()}
        if parts.path == "/hooks/good":
            return self._webhook(headers, body)
        try:
            message = json.loads(body)
        except ValueError:
            return 200, {"errcode": 40035, "errmsg": "invalid json"}
        if len(self.taken) >= self.a_minute:
            busy = {"/cgi-bin/webhook/send": {"errcode": 45009}, "/robot/send": {"errcode": 410100}}
            return 200, busy.get(parts.path, {"code": 11232, "msg": "frequency limited"})
        if parts.path == "/cgi-bin/webhook/send":
            answer = self._wecom(query, message)
        elif parts.path == "/robot/send":
            answer = self._dingtalk(query, message)
        elif parts.path.startswith("/open-apis/bot/v2/hook/"):
            answer = self._feishu(parts.path, message)
        else:
            return 404, {}
        if 0 in (answer.get("errcode"), answer.get("code")):
            self.taken.append((parts.path, message))
        return 200, answer

    def _wecom(self, query: dict[str, str], message: dict[str, Any]) -> dict[str, Any]:
        if query.get("key") != "good":
            return {"errcode": 93000, "errmsg": "invalid webhook url"}
        if message.get("msgtype") != "markdown" or len(message["markdown"]["content"].encode()) > 4096:
            return {"errcode": 40058, "errmsg": "markdown.content exceed max length 4096"}
        return {"errcode": 0, "errmsg": "ok"}

    def _dingtalk(self, query: dict[str, str], message: dict[str, Any]) -> dict[str, Any]:
        if query.get("access_token") != "good":
            return {"errcode": 300001, "errmsg": "token is not exist"}
        stamp = query.get("timestamp", "0")
        right = base64.b64encode(
            hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
        ).decode()
        if abs(time.time() + self.clock_off_s - int(stamp) / 1000) > 3600 or query.get("sign") != right:
            return {"errcode": 310000, "errmsg": "sign not match"}
        if not message["markdown"]["title"] or len(json.dumps(message, ensure_ascii=False).encode()) > 20_000:
            return {"errcode": 460101, "errmsg": "message too long"}
        return {"errcode": 0, "errmsg": "ok"}

    def _feishu(self, path: str, message: dict[str, Any]) -> dict[str, Any]:
        if not path.endswith("/good"):
            return {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}
        stamp = message.get("timestamp", "0")
        right = base64.b64encode(hmac.new(f"{stamp}\n{SECRET}".encode(), b"", hashlib.sha256).digest()).decode()
        if abs(time.time() + self.clock_off_s - int(stamp)) > 3600 or message.get("sign") != right:
            return {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}
        if message.get("msg_type") != "interactive" or len(json.dumps(message, ensure_ascii=False).encode()) > 20_000:
            return {"code": 9499, "msg": "Bad Request"}
        return {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}

    def _webhook(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "0")
        signed = hmac.new(SECRET.encode(), f"{id}.{stamp}.".encode() + body, hashlib.sha256).digest()
        if headers.get("webhook-signature") != "v1," + base64.b64encode(signed).decode():
            return 401, {"error": "signature"}
        self.taken.append((id, json.loads(body)))
        return 204, {}


@contextmanager
def platforms() -> Iterator[Platforms]:
    state = Platforms()
    state.hold.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {k.lower(): v for k, v in self.headers.items()}
            state.requests.append((self.path, headers, body))
            state.hold.wait(20)
            given = state.answers.pop(0) if state.answers else None
            if given == "drop":
                self.close_connection = True
                return
            if isinstance(given, tuple):
                status, text = given
            else:
                status, answer = state.reply(self.path, headers, body)
                text = json.dumps(answer)
            payload = b"" if status == 204 else text.encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"http://127.0.0.1:{state.port}/elsewhere")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_: Any) -> None:
            return

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            return  # a client that hung up after its time-out

    server = Quiet(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()
