"""``python -m crawlers.label [--now T] FILE...``: what each saved HTML page says, one JSON line a file, in order.

``yuqing label page`` runs this as a child process, because only crawlers/ reads HTML. No network, nothing stored.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from crawlers.extract import extract
from monitor.model import CHINA

MOST = 20_000_000
"""Bytes of a page that are read."""
UNREADABLE = 1


def labelled(name: str, body: bytes, now: datetime) -> dict[str, Any]:
    """``{"file", "title", "text", "published", "kind"}``; ``published`` is ISO 8601 with offset, or null."""
    page = extract(body, seen=now)
    return {
        "file": name,
        "title": page.title,
        "text": page.text,
        "published": page.published.astimezone(CHINA).isoformat() if page.published else None,
        "kind": page.kind.value,
    }


def read(name: str) -> bytes:
    """The bytes of a file, ``-`` is standard input; at most ``MOST``."""
    if name == "-":
        return sys.stdin.buffer.read(MOST)
    with Path(name).open("rb") as file:
        return file.read(MOST)


def main(words: Sequence[str]) -> int:
    """Prints as it reads; a file that cannot be read is told on standard error and the others go on."""
    parser = argparse.ArgumentParser(prog="python -m crawlers.label")
    parser.add_argument("--now", type=datetime.fromisoformat, default=datetime.now(CHINA))
    parser.add_argument("files", nargs="+")
    asked = parser.parse_args(words)
    now = asked.now if asked.now.tzinfo else asked.now.replace(tzinfo=CHINA)
    failed = 0
    for name in asked.files:
        try:
            body = read(name)
        except OSError as error:
            sys.stderr.write(f"读不了 {name}：{error.strerror}\n")
            failed = UNREADABLE
            continue
        sys.stdout.write(json.dumps(labelled(name, body, now), ensure_ascii=False) + "\n")
        sys.stdout.flush()
    return failed


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # text streams here
    raise SystemExit(main(sys.argv[1:]))
