"""``yuqing run`` as an operator starts it: API and jobs come up, an API that dies comes back, the end is orderly."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tests.conftest import ROOT


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _until(true: Callable[[], bool], what: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.1)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _children(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _api_child(pid: int) -> int | None:
    for child in _children(pid):
        try:
            if b"\0api\0" in Path(f"/proc/{child}/cmdline").read_bytes():
                return child
        except FileNotFoundError:
            continue
    return None


def test_the_service_comes_up_heals_its_api_and_ends_in_order(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    port = _free_port()
    service = subprocess.Popen(
        [Path(sys.executable).parent / "yuqing", "run"],
        cwd=tmp_path, env={**os.environ, "YUQING_SERVICE__HTTP__PORT": str(port)}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        _until(lambda: _answers(port), "the API answers")
        first = _api_child(service.pid)
        assert first is not None
        os.kill(first, signal.SIGKILL)
        _until(lambda: _api_child(service.pid) not in (None, first) and _answers(port), "the API is back")
        second = _api_child(service.pid)
        service.send_signal(signal.SIGTERM)
        _, said = service.communicate(timeout=60)
    finally:
        if service.poll() is None:
            service.kill()
            service.communicate()
    assert service.returncode == 0, said
    assert f"http://127.0.0.1:{port}" in said
    assert "Traceback" not in said, said
    assert not Path(f"/proc/{second}").exists()
    assert (tmp_path / "data" / "yuqing.db").is_file()


def test_children_end_when_the_service_is_killed(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    port = _free_port()
    service = subprocess.Popen(
        [Path(sys.executable).parent / "yuqing", "run"],
        cwd=tmp_path, env={**os.environ, "YUQING_SERVICE__HTTP__PORT": str(port)}, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _until(lambda: _answers(port), "the API answers")
    finally:
        service.kill()
        service.wait()
    _until(lambda: not _answers(port), "the API has ended with its parent")


def test_a_wrong_configuration_is_told_and_nothing_starts(tmp_path: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "yuqing", "run", "--config", str(tmp_path / "none")],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "没有这个配置文件夹" in done.stderr
    assert "Traceback" not in done.stderr
