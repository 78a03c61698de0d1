"""What the first reader after a restart would wait for, made ready while nobody asks: the segmenter, the templates."""

from __future__ import annotations

import threading
from importlib import import_module

from flask import Flask

MODULES = ("numpy", "scipy.special", "monitor.signals.forecast", "monitor.signals.matters")


def begin(flask: Flask) -> threading.Thread:
    """Loads in the background; a request that needs the same meanwhile waits for it only as long as it would anyway."""
    thread = threading.Thread(target=_load, args=(flask,), name="warm", daemon=True)
    thread.start()
    return thread


def _load(flask: Flask) -> None:
    from monitor.analysis.event_names import name

    for module in MODULES:
        import_module(module)
    name(("小区停水多日无人处理", "小区停水多日"), ())
    for template in flask.jinja_env.list_templates(extensions=["html"]):
        flask.jinja_env.get_template(template)
