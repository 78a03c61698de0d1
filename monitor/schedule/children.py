"""Child processes: the API and the crawls never share a process with the scheduler."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from monitor.ops import log

GRACE_S = 10
"""How long a child may take to end after it was asked to."""

_alive: set[Child] = set()


class Child:
    """One ``python -m MODULE`` child. It is told by the environment to end itself when its parent is gone."""

    def __init__(self, module: str, arguments: Sequence[str], *, quiet: bool = False) -> None:
        self.module = module
        # The child's errors go to our standard error; its standard output is for people and is kept only if wanted.
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if quiet else None,
            env={**os.environ, "YUQING_PARENT": str(os.getpid()), **log.handed_on()},
        )
        _alive.add(self)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    @property
    def code(self) -> int | None:
        """Exit code, None while it runs; negative: ended by that signal."""
        return self._process.poll()

    def wait(self, seconds: float | None = None) -> int | None:
        """Waits for the end; None if it still runs after ``seconds``."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def stop(self) -> None:
        """Asks the child to end, and ends it if it does not within the grace time."""
        _alive.discard(self)
        if not self.running:
            return
        self._process.terminate()
        if self.wait(GRACE_S) is None:
            self._process.kill()
            self._process.wait()


def stop_all() -> None:
    """Ends every child that still runs."""
    for child in list(_alive):
        child.stop()


def crawl(folder: Path, sources: Sequence[str], *, quiet: bool = True) -> Child:
    """One pass over the named sources."""
    return Child("crawlers", ["--config", str(folder), *sources], quiet=quiet)


def api(folder: Path, port: int | None = None) -> Child:
    """The HTTP half."""
    return Child("api", ["--config", str(folder), *(["--port", str(port)] if port is not None else [])])
