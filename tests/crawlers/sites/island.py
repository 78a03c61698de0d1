"""A network of its own, in which a public name leads to a public address - and both are ours.

    unshare -rnm python -m tests.crawlers.sites.island FOLDER

Run in fresh user, network and mount namespaces: the loopback interface gets public addresses, private ones and the
metadata service's, a small name server answers for every name (one of them another address at each question), and the
real crawler reads public sources that lead it astray in every way a site can. Prints JSON: what each source's run said,
and every request that reached an address that is not public.
"""

from __future__ import annotations

import fcntl
import json
import socket
import struct
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from tests.crawlers.desk import Desk
from tests.crawlers.sites import texts
from tests.crawlers.sites.outlet import NOT_THERE
from tests.crawlers.sites.server import Answer, Ask, Web
from tests.site import article

PUBLIC = "93.184.215.14"
INSIDE = {"loopback": "127.0.0.1", "other loopback": "127.8.8.8", "metadata": "169.254.169.254", "office": "10.0.0.5",
          "home": "192.168.1.1", "carrier": "100.64.0.1", "docker": "172.17.0.1", "IPv6 loopback": "::1"}  # fmt: skip
ASTRAY = {
    "metadata": "http://169.254.169.254/latest/meta-data/", "loopback": "http://127.0.0.1/", "short": "http://127.1/",
    "decimal": "http://2130706433/", "hex": "http://0x7f000001/", "hex-parts": "http://0x7f.0.0.1/",
    "octal": "http://0177.0.0.1/", "zero": "http://0/", "any": "http://0.0.0.0/", "six": "http://[::1]/",
    "mapped": "http://[::ffff:127.0.0.1]/", "mapped-hex": "http://[::ffff:7f00:1]/", "compatible": "http://[::127.0.0.1]/",
    "nat64": "http://[64:ff9b::7f00:1]/", "local-six": "http://[fd00::1]/", "link-six": "http://[fe80::1%25lo]/",
    "office": "http://10.0.0.5/", "home": "http://192.168.1.1/", "carrier": "http://100.64.0.1/", "docker": "http://172.17.0.1/",
    "localhost": "http://localhost/", "dot": "http://127.0.0.1./", "circled": "http://①②⑦.⓪.⓪.①/",
    "wide": "http://１２７.0.0.1/", "user": "http://news.example@127.0.0.1/", "name": "http://inside.example/",
    "name-of-metadata": "http://metadata.example/", "turning": "http://turning.example/", "no-scheme": "//127.0.0.1/",
    "port": "http://127.8.8.8:80/",
}  # fmt: skip
"""Addresses that are not public, as a site may write them."""
_NAMES = {"inside.example": "10.0.0.5", "metadata.example": "169.254.169.254", "home.example": "192.168.1.1"}


def main(folder: Path) -> None:
    _addresses()
    questions = _names(folder)
    reached: list[str] = []
    with Web() as web:
        for where, address in INSIDE.items():
            web.open(where, lambda ask, where=where: _inside(reached, where, ask), 80, address)  # type: ignore[misc]
        web.open("public", _public, 80, PUBLIC)
        desk = Desk(folder)
        desk.configure(list(_sources()), {"contact": "office@example.cn", "timeout_s": 10})
        done = desk.crawl(timeout=120)
        texts_kept = sorted({r.source for r in desk.records()})
        asked = len(web.asked("public"))
    sys.stdout.write(json.dumps({
        "code": done.code, "log": done.log[-2000:], "failures": {k: sorted(r["failures"]) for k, r in done.runs.items()},
        "reached": reached, "kept": texts_kept, "asked": asked, "turned": questions.count("turning.example"),
    }))  # fmt: skip


def _sources() -> list[dict[str, object]]:
    """Each on a host of its own, so that none waits for another's delay."""
    common = {"adapter": "html", "local": False, "delay_s": 1, "list": {"link": ".l a", "next": "a.next", "pages": 3}}
    found = [{"id": "decent", "url": "http://decent.example/list", **common}]
    for way in ASTRAY:
        found.append({"id": f"redirect-{way}", "url": f"http://redirect-{way}.example/list", **common})
        found.append({"id": f"link-{way}", "url": f"http://link-{way}.example/list", **common})
    for way in ("loopback", "metadata", "turning"):
        found.append({"id": f"robots-{way}", "url": f"http://robots-{way}.example/list", **common})
        found.append({"id": f"list-{way}", "url": f"http://list-{way}.example/list", **common})
    found.append({"id": "own-private", "url": "http://inside.example/list", **common})
    found.append({"id": "own-turning", "url": "http://turning.example/list", **common})
    return found


def _public(ask: Ask) -> Answer:
    """The public server: what it does depends on the name by which it is asked."""
    way, _, where = ask.headers.get("host", "").removesuffix(".example").partition("-")
    to = ASTRAY.get(where, "")
    if ask.place == "/robots.txt":
        return _away(to) if way == "robots" else NOT_THERE
    if ask.place == "/list":
        if way == "list":
            return _away(to)
        link = to if way == "link" else "/a/1.html"
        rest = f"<a class='next' href='{to}'>下一页</a>" if way == "link" else ""
        return Answer(f"<div class='l'><a href='{link}'>示例区供水管网工作的进展情况</a></div>{rest}".encode())
    if way == "redirect":
        return _away(to)
    body = article("青石街道开展第1001批供水管网排查", texts.news(1001, datetime.now(UTC)).text).body
    return Answer(body.encode() if isinstance(body, str) else b"")


def _away(to: str) -> Answer:
    return Answer(status=302, headers={"Location": to})


def _inside(reached: list[str], where: str, ask: Ask) -> Answer:
    reached.append(f"{where}: {ask.headers.get('host')}{ask.path}")
    return Answer("<h1>内部系统</h1><p>这里的内容不得被读取，也不得被保存。</p>".encode())


def _addresses() -> None:
    """Brings the loopback interface up and gives it the addresses, as ifconfig does (one alias each)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        up = struct.pack("16sH14s", b"lo", 0x1 | 0x8 | 0x40, b"")
        fcntl.ioctl(control, 0x8914, up)  # SIOCSIFFLAGS
        for n, address in enumerate([PUBLIC, *(a for a in INSIDE.values() if "." in a and not a.startswith("127."))]):
            named = struct.pack("16sHH4s8s", f"lo:{n}".encode(), socket.AF_INET, 0, socket.inet_aton(address), b"")
            fcntl.ioctl(control, 0x8916, named)  # SIOCSIFADDR


def _names(folder: Path) -> list[str]:
    """A name server for this namespace; returns the list of the names it is asked for."""
    (folder / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:2\n", encoding="ascii")
    (folder / "hosts").write_text("127.0.0.1 localhost\n", encoding="ascii")
    (folder / "nsswitch.conf").write_text("hosts: files dns\n", encoding="ascii")
    for name in ("resolv.conf", "hosts", "nsswitch.conf"):
        subprocess.run(["mount", "--bind", str(folder / name), f"/etc/{name}"], check=True)
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    questions: list[str] = []

    def serve() -> None:
        while True:
            packet, sender = server.recvfrom(4096)
            server.sendto(_named(packet, questions), sender)

    threading.Thread(target=serve, daemon=True).start()
    return questions


def _named(packet: bytes, questions: list[str]) -> bytes:
    """The answer to a question: ``turning.example`` is public when first asked for, and private ever after."""
    at, parts = 12, []
    while size := packet[at]:
        parts.append(packet[at + 1 : at + 1 + size].decode("latin-1").lower())
        at += 1 + size
    name, kind, end = ".".join(parts), struct.unpack(">H", packet[at + 1 : at + 3])[0], at + 5
    address = _NAMES.get(name, PUBLIC)
    if kind == 1:
        questions.append(name)
    if name == "turning.example" and questions.count(name) > 1:
        address = "127.0.0.1"
    known = kind == 1 and name.endswith(".example")
    record = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x00\x00\x04" + socket.inet_aton(address) if known else b""
    head = packet[:2] + struct.pack(">HHHHH", 0x8180, 1, 1 if known else 0, 0, 0)
    return head + packet[12:end] + record


if __name__ == "__main__":
    main(Path(sys.argv[1]))
