"""The pages: server-rendered, in Chinese, working without scripts except for charts."""

from __future__ import annotations

from flask import Flask

from api.dashboard import assets, desk, library, sign_in, today, wall, words


def install(flask: Flask) -> None:
    """Registers pages, filters and static files."""
    words.install(flask)
    assets.install(flask)
    for blueprint in (sign_in.blueprint, today.blueprint, wall.blueprint, desk.blueprint, library.blueprint):
        flask.register_blueprint(blueprint)
