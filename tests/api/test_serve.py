"""``python -m api`` as the scheduler starts it: ready line, answers, clean end on SIGTERM, clear refusal."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.api import district
from tests.api.client import Client


def start(config: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "api", "--config", str(config), *more],
        cwd=Path(__file__).parents[2], stderr=subprocess.PIPE, text=True, env={**os.environ},
    )  # fmt: skip


def ready_port(process: subprocess.Popen[str]) -> int:
    assert process.stderr is not None
    for line in process.stderr:
        event = json.loads(line)
        if event["event"] == "ready":
            return int(event["url"].rpartition(":")[2])
    raise AssertionError("the server ended before it was ready")


def test_the_server_starts_answers_and_ends_cleanly(tmp_path: Path) -> None:
    process = start(district.write_config(tmp_path), "--port", "0")
    try:
        port = ready_port(process)
        assert Client(port).get("/readyz").status == 200
        assert Client(port).get("/healthz").headers["Server"] is None
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert time.monotonic() - began < 5
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_a_taken_port_is_told_in_words(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start(district.write_config(tmp_path), "--port", str(taken.getsockname()[1]))
        _, said = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "无法监听端口" in said and "Traceback" not in said


def test_a_wrong_configuration_is_told_in_words(tmp_path: Path) -> None:
    process = start(district.write_config(tmp_path, service="nonsense = 1\n"))
    _, said = process.communicate(timeout=20)
    assert process.returncode == 1 and "nonsense" in said and "Traceback" not in said
