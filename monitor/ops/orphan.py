"""A child of the service ends when its parent is gone, even if the parent was killed and could not say so."""

from __future__ import annotations

import os
import signal
import threading

_PERIOD_S = 1.0


def follow_parent() -> None:
    """If ``YUQING_PARENT`` names this process's parent, a thread sends SIGTERM to this process once that is gone.

    A process started by hand (no such variable) is left alone.
    """
    parent = os.environ.get("YUQING_PARENT", "")
    if parent.isdigit():
        threading.Thread(target=_watch, args=(int(parent),), name="follow-parent", daemon=True).start()


def _watch(parent: int) -> None:
    pause = threading.Event()
    while os.getppid() == parent:
        pause.wait(_PERIOD_S)
    os.kill(os.getpid(), signal.SIGTERM)
