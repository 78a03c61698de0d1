"""What the first reader after a restart would wait for, loaded while nobody asks: the word segmenter, statistics."""

from __future__ import annotations

import threading
from importlib import import_module

MODULES = ("numpy", "scipy.special", "monitor.signals.forecast", "monitor.signals.matters")


def begin() -> threading.Thread:
    """Loads in the background; a request that needs the same meanwhile waits for it only as long as it would anyway."""
    thread = threading.Thread(target=_load, name="warm", daemon=True)
    thread.start()
    return thread


def _load() -> None:
    from monitor.analysis.event_names import name

    for module in MODULES:
        import_module(module)
    name(("小区停水多日无人处理", "小区停水多日"), ())
