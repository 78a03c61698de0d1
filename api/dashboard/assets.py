"""Static files, addressed by their content so that browsers may keep them for good."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, send_from_directory, url_for

FOLDER = Path(__file__).parent / "static"
FOREVER = 365 * 24 * 3600


def install(flask: Flask) -> None:
    flask.add_url_rule("/static/<path:name>", "static", _send)
    flask.add_url_rule("/favicon.ico", "favicon", lambda: _send("icon.svg"))
    flask.template_folder = "dashboard/templates"
    flask.jinja_env.globals["asset"] = _address
    flask.jinja_env.trim_blocks = True
    flask.jinja_env.lstrip_blocks = True


@cache
def version() -> str:
    """Changes with the wallboard's own files: a screen that has been on since an older release loads itself anew."""
    digest = hashlib.sha256()
    for name in ("wall.js", "wall.css"):
        digest.update((FOLDER / name).read_bytes())
    return digest.hexdigest()[:12]


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]


def _address(name: str) -> str:
    return url_for("static", name=name, v=_digest(name))


def _send(name: str) -> Response:
    response = send_from_directory(FOLDER, name, max_age=FOREVER)
    response.headers["Cache-Control"] = f"public, max-age={FOREVER}, immutable"
    return response
